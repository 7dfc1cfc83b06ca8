"""``countervail run``: one question, answered with certified numbers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from countervail.core.model import Model
    from countervail.solution import Solution
    from countervail.world import World

T = TypeVar("T")


def run(
    scenario: Annotated[
        str, typer.Argument(help="A preset (see `countervail scenarios`) or a .toml file.")
    ],
    variant: Annotated[str | None, typer.Option(help="One of the scenario's variants.")] = None,
    model: Annotated[str, typer.Option(help="The model.")] = "caliendo_parro",
    deficits: Annotated[
        str, typer.Option(help="world_share, nominal, own_income or closed.")
    ] = "world_share",
    unit: Annotated[
        str | None, typer.Option(help="Country whose wage is the unit of --deficits nominal.")
    ] = None,
    elasticities: Annotated[
        str | None, typer.Option(help="Set of trade elasticities (see `countervail world info`).")
    ] = None,
    world: Annotated[str, typer.Option(help="A built-in world or a .nc file.")] = "oecd-2022",
    ledger: Annotated[
        list[Path] | None, typer.Option(help="Further measure files or folders of them.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Law of the first state.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Law of the second state.")
    ] = None,
    known_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="See only what was announced by this day.")
    ] = None,
    background: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Date of all law that is not the scenario's subject."),
    ] = None,
    countries: Annotated[
        str | None, typer.Option(help="Countries shown first, such as CAN,CHN.")
    ] = None,
    draws: Annotated[
        int, typer.Option(help="Draws for ranges; this version gives the point answer (0).")
    ] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for solution.nc, CSV tables and manifest.json.")
    ] = None,
) -> None:
    """Solve a scenario and print who gains, who loses, why to trust it, and what it rests on."""
    from countervail import labels
    from countervail.errors import InputError
    from countervail.ledger import as_date, open_ledger
    from countervail.report.files import check_folder
    from countervail.scenario import open_scenario
    from countervail.simulate import solve

    if draws != 0:
        raise InputError(
            f"--draws {draws}: ranges are not built yet; --draws 0 gives the point answer"
        )
    if out is not None:
        check_folder(out)  # before anything is solved
    choice = _model(model, deficits, _given(labels.country, unit))
    shown = _given(lambda words: [labels.country(w.strip()) for w in words.split(",")], countries)
    question = open_scenario(scenario, variant, ledger=open_ledger(*(ledger or ()))).with_options(
        from_date=_given(as_date, from_),
        to_date=_given(as_date, to),
        known_on=_given(as_date, known_on),
        background=_given(as_date, background),
        countries=shown,
    )
    solution = solve(_world(world, elasticities, shown or []), question, choice)
    _tell(solution, as_json, out)


def _given(make: Callable[[str], T], word: str | None) -> T | None:
    """Return what an option means, None where it was not given (an empty one was)."""
    return None if word is None else make(word)


def _model(name: str, deficits: str, unit: str | None) -> Model:
    from countervail.errors import InputError, did_you_mean
    from countervail.models import MODELS

    if name not in MODELS:
        raise InputError(
            f"no model '{name}'{did_you_mean(name, MODELS)} (there is {', '.join(MODELS)})"
        )
    made: Model = MODELS[name](deficits=deficits, unit=unit)
    return made


def _world(name: str, elasticities: str | None, shown: Sequence[str]) -> World:
    from countervail.world import open_world

    world = open_world(name)
    for code in shown:
        world.country(code)
    return world if elasticities is None else world.with_elasticity_set(elasticities)


def _tell(solution: Solution, as_json: bool, out: Path | None) -> None:
    """Write the folder asked for, then print the answer."""
    if out is not None:
        from countervail.report.files import write_folder

        write_folder(solution, out)
    if as_json:
        from countervail.provenance import to_json
        from countervail.report.result import as_dict

        sys.stdout.write(to_json(as_dict(solution)) + "\n")
        return
    from countervail.report.tables import render, show

    show(render(solution))
    if out is not None:
        sys.stderr.write(f"written to {out}\n")
