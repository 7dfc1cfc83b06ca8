"""``countervail run``: one question, answered with certified numbers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from countervail.core.model import Model
    from countervail.report.moved import WhatMoved
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
        list[str] | None, typer.Option(help="Further measure files or folders of them.")
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
    what_moved: Annotated[
        str | None,
        typer.Option(
            metavar="COUNTRY", help="Add what each change did to its welfare (needs JAX)."
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option(help="Draws for ranges; this version gives the point answer (0).")
    ] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER", help="Folder for solution.nc, CSV tables and manifest.json."
        ),
    ] = None,
) -> None:
    """Solve a scenario and print who gains, who loses, why to trust it, and what it rests on."""
    from countervail import labels, machine
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
    place = _world(world, elasticities)

    def country(word: str) -> str:
        return place.countries[place.country(labels.country(word, place.countries))]

    choice = _model(model, deficits, _given(country, unit))
    subject = _given(country, what_moved)
    if subject is not None:
        machine.load_jax()  # before anything is solved
    shown = _given(lambda words: [country(w) for w in words.split(",")], countries)
    book = open_ledger(*_paths(ledger or []))
    question = open_scenario(scenario, variant, ledger=book, own=place.countries).with_options(
        from_date=_given(as_date, from_),
        to_date=_given(as_date, to),
        known_on=_given(as_date, known_on),
        background=_given(as_date, background),
        countries=shown,
    )
    solution = solve(place, question, choice)
    _tell(solution, _given(partial(_moved, solution), subject), as_json, out)


def _paths(words: Sequence[str]) -> Sequence[str]:
    from countervail.errors import InputError

    if not all(words):
        raise InputError("--ledger is empty; it names a measure file or a folder of them")
    return words


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


def _world(name: str, elasticities: str | None) -> World:
    from countervail.world import open_world

    world = open_world(name)
    return world if elasticities is None else world.with_elasticity_set(elasticities)


def _moved(solution: Solution, country: str) -> WhatMoved:
    from countervail.report.moved import WhatMoved

    return WhatMoved.of(solution, country)


def _tell(solution: Solution, moved: WhatMoved | None, as_json: bool, out: str | None) -> None:
    """Write the folder asked for, then print the answer."""
    if out is not None:
        from countervail.report.files import write_folder

        write_folder(solution, out)
    if as_json:
        from countervail.provenance import to_json
        from countervail.report.result import as_dict

        answer = as_dict(solution)
        if moved is not None:
            answer["moved"] = moved.as_dict()
        sys.stdout.write(to_json(answer) + "\n")
        return
    from countervail.report.tables import render, show

    show(render(solution, moved))
    if out is not None:
        sys.stderr.write(f"written to {out}\n")
