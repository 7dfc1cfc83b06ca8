"""Priors files: what is uncertain, declared in TOML; refused with ``path:line`` and what next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictBool

from countervail.errors import did_you_mean
from countervail.text.toml import TABLE, Fault, load
from countervail.world.elasticities import elasticity_sets

STANDARD = Path(__file__).parent / "standard.toml"
"""The priors that are used unless others are given."""

Text = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(strict=True, gt=0.0, le=1000.0, allow_inf_nan=False)]


class _PriorsTable(BaseModel):
    model_config = TABLE


class ElasticitiesPart(_PriorsTable):
    """How uncertain trade elasticities are."""

    kind: Literal["published", "named", "known"] = Field(
        description="published: each sector's among the values of the sets; named: around the set "
        "in use, spread as the sets are; known: not uncertain"
    )
    sets: Annotated[tuple[Text, ...], Field(min_length=2)] = Field(
        description="names of sets of elasticities (`countervail world info`)"
    )
    source: Text = Field(description="where the values stand")


class ElasticityPart(_PriorsTable):
    """One sector's elasticity, in place of what the sets say."""

    sector: Text = Field(description="sector code")
    theta: Positive = Field(description="its median")
    standard_error: Positive = Field(description="of theta, in the same unit")
    source: Text = Field(description="paper and table")


class MeasuresPart(_PriorsTable):
    """Which estimates of the ledger are uncertain, each by the range its file states."""

    coverage: StrictBool = Field(True, description="weights of a measure's lines in a sector")
    level: StrictBool = Field(True, description="what goods were worth before a measure")
    dutiable: StrictBool = Field(True, description="part of the value that pays")
    use: StrictBool = Field(True, description="part that claims a preference programme")
    rate: StrictBool = Field(True, description="rates that differ by company")
    quota: StrictBool = Field(True, description="what a unit of a quota is worth")


class HorizonPart(_PriorsTable):
    """How uncertain it is where buyers and makers of goods stand some years after a change."""

    first_year: Annotated[tuple[Positive, Positive, Positive], Field(strict=False)] = Field(
        description="part of 1 + theta that the first year has, of goods no exchange sells: low, "
        "median, high"
    )
    between_goods: Annotated[tuple[Positive, Positive, Positive], Field(strict=False)] = Field(
        description="elasticity among the goods of a sector: low, median, high"
    )
    short_supply: Annotated[tuple[Positive, Positive], Field(strict=False)] = Field(
        description="elasticity of supply of farms, fisheries, mines and smelters in a year: from, "
        "to, evenly in logs"
    )
    supply: Annotated[tuple[Positive, Positive], Field(strict=False)] = Field(
        description="elasticity of supply of factories in a year: from, to, evenly in logs"
    )
    source: Text = Field(description="where the values stand")


class WorldPart(_PriorsTable):
    """Which cells of a world are estimated; nothing is known of worlds without an entry."""

    name: Text = Field(description="name of the world")
    services: tuple[Text, ...] = Field((), description="sectors over which trade is split")
    services_median_error: Positive | None = Field(
        None, description="median error of a cell of the split, a fraction"
    )
    services_source: Text | None = Field(None, description="where that stands")
    inputs_of: Text | None = Field(None, description="country whose inputs are estimated")
    inputs_source: Text | None = Field(None, description="where that stands")


class PriorsFile(_PriorsTable):
    """A whole file."""

    elasticities: ElasticitiesPart
    elasticity: tuple[ElasticityPart, ...] = ()
    measures: MeasuresPart = MeasuresPart()
    horizon: HorizonPart | None = None
    worlds: tuple[WorldPart, ...] = ()


def read_priors(path: str | Path | None = None) -> tuple[PriorsFile, str]:
    """Return what a file declares, the standard one by default, and its text.

    Raises:
        FileError: the file cannot be read, or is refused, with its line.
    """
    return load(Path(path) if path is not None else STANDARD, PriorsFile, _problems)


def _problems(file: PriorsFile) -> Iterator[Fault]:
    known = elasticity_sets()
    for k, name in enumerate(file.elasticities.sets):
        if name not in known:
            said = f"no set of elasticities '{name}'{did_you_mean(name, known)}"
            yield ("elasticities", "sets", k), said
    named = [part.sector for part in file.elasticity]
    for k, sector in enumerate(named):
        if sector in named[:k]:
            yield ("elasticity", k, "sector"), f"sector '{sector}' is given twice; keep one"
    for k, world in enumerate(file.worlds):
        needed = (
            (bool(world.services), world.services_median_error, "services_median_error"),
            (bool(world.services), world.services_source, "services_source"),
            (world.inputs_of is not None, world.inputs_source, "inputs_source"),
        )
        for asked, given, key in needed:
            if asked and given is None:
                yield (
                    ("worlds", k),
                    f"world '{world.name}' has no '{key}'; every error has a source",
                )
