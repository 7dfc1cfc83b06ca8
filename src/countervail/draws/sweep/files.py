"""Sweep files: TOML in, a Sweep out, or ``path:line`` and what next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field

from countervail.draws.sweep.question import VARIABLES, Sweep
from countervail.draws.sweep.reading import faults_of
from countervail.scenario.file import Day
from countervail.text.toml import TABLE, Fault, load

if TYPE_CHECKING:
    from countervail.ledger import Ledger

Text = Annotated[str, Field(min_length=1)]
Words = Annotated[tuple[Text, ...], Field(min_length=1)]
Numbers = Annotated[
    tuple[Annotated[float, Field(strict=True, allow_inf_nan=False)], ...], Field(min_length=1)
]
Horizons = Annotated[tuple[Annotated[float, Field(strict=True)] | Text, ...], Field(min_length=1)]
Days = Annotated[tuple[Day, ...], Field(min_length=1)]


class _SweepTable(BaseModel):
    model_config = TABLE


class AxesPart(_SweepTable):
    """The axes: each takes every value of its list, in every combination with the others."""

    variant: Words | None = Field(None, description="variants of the scenario")
    from_: Days | None = Field(None, alias="from", description="law of the first state")
    to: Days | None = Field(None, description="law of the second state")
    known_on: Days | None = Field(None, description="see only what was announced by this day")
    background: Days | None = Field(None, description="date of all law that is not the subject")
    rate: Numbers | None = Field(
        None, description="per cent, where the question sets rates; else of its measures"
    )
    scale: Numbers | None = Field(
        None, description="times the rates of the second state that are asked about: 0.5 is half"
    )
    world: Words | None = Field(None, description="built-in worlds, or paths of world files")
    elasticities: Words | None = Field(None, description="sets of trade elasticities")
    model: Words | None = Field(None, description="models")
    deficits: Words | None = Field(None, description="closures")
    horizon: Horizons | None = Field(
        None, description="years after the change: 1, 2, 3, 5, 10, or `long`"
    )


class SweepFile(_SweepTable):
    """A question, and what is varied in it."""

    scenario: Text = Field(description="name of a preset, or path of a scenario file")
    countries: tuple[Text, ...] = Field(
        (),
        description="whose figures are reported; ISO3 codes or names; the scenario's when left out",
    )
    variables: Words = Field(
        VARIABLES,
        description="variables of countries; `welfare` and `real_wage` when left out",
    )
    unit: Text | None = Field(
        None, description="country whose wage is the unit where deficits is nominal"
    )
    choices: Words = Field(
        (), description="choices of every model, such as `demand.elasticity=0.5`"
    )
    axes: AxesPart


def read_sweep(path: str | Path, ledger: Ledger | None = None) -> Sweep:
    """Return the sweep in a TOML file (docs/reference/sweep-file.md says what it holds).

    Args:
        path: the file; scenario and world files in it are relative to it.
        ledger: the law; default the shipped measures.

    Raises:
        FileError: the file is refused, with path and line.
    """
    path = Path(path)

    def problems(file: SweepFile) -> Iterator[Fault]:
        yield from faults_of(_sweep(file, path, ledger))

    file, _ = load(path, SweepFile, problems)
    return _sweep(file, path, ledger)


def _sweep(file: SweepFile, path: Path, ledger: Ledger | None) -> Sweep:
    axes = file.axes.model_dump(by_alias=True, exclude_none=True)
    return Sweep(
        scenario=file.scenario,
        axes=axes,
        countries=file.countries,
        variables=file.variables,
        unit=file.unit,
        choices=file.choices,
        ledger=ledger,
        folder=path.parent,
        name=path.stem,
    )
