"""``countervail run``: one question, answered with certified numbers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from countervail.cli import streams
from countervail.cli.draws import Cluster, Draws, PriorsFile, Seed, Workers
from countervail.cli.models import Choices, ModelName
from countervail.cli.partial import AllowPartial, end

if TYPE_CHECKING:
    from datetime import date

    from countervail.draws.ensemble import Ensemble
    from countervail.present.document import Document
    from countervail.solution import Solution
    from countervail.world import World

T = TypeVar("T")


def run(
    scenario: Annotated[
        str | None,
        typer.Argument(
            help="A preset (see `countervail scenarios`) or .toml file; may be left out with --add "
            "or --lift."
        ),
    ] = None,
    add: Annotated[
        list[str] | None,
        typer.Option(metavar="LINE", help="Points added, such as 'USA on CAN goods 10'."),
    ] = None,
    lift: Annotated[
        list[str] | None,
        typer.Option(metavar="LINE", help="The part lifted of measures, such as 'CHN on CAN 50%'."),
    ] = None,
    variant: Annotated[str | None, typer.Option(help="One of the scenario's variants.")] = None,
    model: ModelName = "caliendo_parro",
    choices: Choices = None,
    deficits: Annotated[
        str, typer.Option(help="world_share, nominal, own_income or closed.")
    ] = "world_share",
    unit: Annotated[
        str | None, typer.Option(help="Country whose wage is the unit of --deficits nominal.")
    ] = None,
    elasticities: Annotated[
        str | None, typer.Option(help="Set of trade elasticities (see `countervail world info`).")
    ] = None,
    world: Annotated[
        str, typer.Option(help="A built-in world, or a .nc or .csv file.")
    ] = "oecd-2022",
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
    draws: Draws = 200,
    seed: Seed = 1,
    priors: PriorsFile = None,
    workers: Workers = None,
    cluster: Cluster = None,
    drivers: Annotated[
        str | None,
        typer.Option(
            metavar="COUNTRIES", help="Add which inputs drive the range of their welfare."
        ),
    ] = None,
    drivers_base: Annotated[
        int, typer.Option(help="Samples of each design of --drivers; about ten designs.")
    ] = 128,
    attribute: Annotated[
        str | None,
        typer.Option(metavar="BY", help="Add what each measure (or implementer) causes."),
    ] = None,
    attribute_orders: Annotated[
        int, typer.Option(help="Orders drawn where --attribute has more than ten groups.")
    ] = 20,
    compare_models: Annotated[
        bool,
        typer.Option("--compare-models", help="Add other closures, elasticities and models."),
    ] = False,
    allow_partial: AllowPartial = False,
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
    from countervail.cli.progress import bar
    from countervail.cli.studies import Studies, ensemble_of
    from countervail.errors import InputError
    from countervail.ledger import as_date, open_ledger
    from countervail.models import model_of
    from countervail.present.folders import check_folder
    from countervail.scenario import open_scenario
    from countervail.scenario.one_line import asked as in_lines
    from countervail.scenario.one_line import with_lines
    from countervail.solving import solve

    if draws < 0:
        raise InputError(f"--draws {draws}: 0 gives the point answer, 200 ranges")
    if out is not None:
        check_folder(out)  # before anything is solved
    place = open_place(world, elasticities)

    def country(word: str) -> str:
        return place.countries[place.country(word)]

    def several(words: str) -> list[str]:
        return [country(word) for word in words.split(",")]

    choice = model_of(model, choices or (), deficits=deficits, unit=_given(country, unit))
    asked = Studies(
        what_moved=_given(country, what_moved),
        drivers=_given(several, drivers),
        base=drivers_base,
        attribute=attribute,
        orders=attribute_orders,
        compare=compare_models,
        workers=workers,
        cluster=cluster,
    )
    asked.check(draws)  # before anything is solved
    shown = _given(several, countries)
    book = open_ledger(*paths(ledger or []))
    days = _given(as_date, from_), _given(as_date, to)
    seen = _given(as_date, known_on), _given(as_date, background)
    lines, own = (add or [], lift or []), place.countries
    if scenario is not None:
        question = open_scenario(scenario, variant, ledger=book, own=own).with_options(
            from_date=days[0],
            to_date=days[1],
            known_on=seen[0],
            background=seen[1],
            countries=shown,
        )
        question = with_lines(question, *lines, own)
    else:
        day = _day_of_lines(any(lines), variant, *days)
        question = in_lines(book, day, *lines, own).with_options(
            known_on=seen[0], background=seen[1], countries=shown
        )
    question = question.partly(allow_partial)
    solution = solve(place, question, choice)
    drawn = None
    if draws:
        with bar("draws") as progress:
            drawn = ensemble_of(
                solution,
                draws,
                seed,
                priors=priors,
                workers=workers,
                cluster=cluster,
                out=out,
                progress=progress,
            )
    added = dict(asked.answers(solution, drawn))
    _tell(solution, drawn, added, as_json, out)
    end(solution.resolved)


def _day_of_lines(any_line: bool, variant: str | None, *days: date | None) -> date:
    """Return the day of a question in lines: the one given, or today.

    Raises:
        InputError: there is no question, a variant of none, or two days.
    """
    from countervail.clock import today
    from countervail.errors import InputError

    if not any_line:
        raise InputError(
            "nothing is asked: name a preset (see `countervail scenarios`) or a .toml file, or "
            "give --add 'USA on CAN goods 10' or --lift 'CHN on CAN 50%'"
        )
    if variant is not None:
        raise InputError(f"--variant {variant} is of a scenario: name it first")
    given = {day for day in days if day is not None}
    if len(given) > 1:
        raise InputError("a question in lines is of the law of one day: give --to alone")
    return given.pop() if given else today()


def paths(words: Sequence[str]) -> Sequence[str]:
    """Return the files and folders named.

    Raises:
        InputError: an empty name.
    """
    from countervail.errors import InputError

    if not all(words):
        raise InputError("--ledger is empty; it names a measure file or a folder of them")
    return words


def _given(make: Callable[[str], T], word: str | None) -> T | None:
    """Return what an option means, None where it was not given (an empty one was)."""
    return None if word is None else make(word)


def open_place(name: str, elasticities: str | None) -> World:
    """Return a world by name, with a set of elasticities if one is asked for.

    Raises:
        InputError, FileError: no such world or set.
    """
    from countervail.sources import open_world

    world = open_world(name)
    return world if elasticities is None else world.with_elasticity_set(elasticities)


def _tell(
    solution: Solution,
    drawn: Ensemble | None,
    added: Mapping[str, Document],
    as_json: bool,
    out: str | None,
) -> None:
    """Write the folder asked for, then print the answer."""
    from countervail.present.result import document

    answer = document(solution, drawn, added)
    if out is not None:
        from countervail.present.files import write_folder

        saved = {"solution": solution, "ensemble": drawn}
        write_folder(answer, out, saved, answer="result")
    streams.tell(answer, as_json)
    if out is not None and not as_json:
        streams.say(f"written to {out}", sys.stderr)
