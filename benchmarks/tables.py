"""The tables of a page: which cases stand together, on which worlds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import countervail as cv
from benchmarks import comparisons, phases
from benchmarks.peers import gravity
from benchmarks.phases import Settings
from benchmarks.problem import Problem, save
from benchmarks.report import Table
from benchmarks.timing import Case, alternate
from benchmarks.worlds import resized

Size = tuple[int, int]

PROCESSES: dict[str, Callable[[Settings], list[Case]]] = {
    "import": phases.imports,
    "shell": phases.shell,
    "ranges": phases.ranges,
}
WORLDS: dict[str, Callable[[Problem, Settings], list[Case]]] = {
    "load": phases.load,
    "solve": phases.solve,
    "jax": phases.compiled,
    "gradient": phases.gradient,
    "batch": phases.batch,
    "memory": phases.memory,
    "textbook": comparisons.nested_loop,
}
GRAVITY = "gegravity"
PHASES = (*PROCESSES, *WORLDS, GRAVITY)

FAILURES_AT = 31
"""Countries of the problem whose parameters are drawn; more take gegravity minutes."""


def measured(
    sizes: Sequence[Size],
    chosen: Sequence[str],
    given: Path | None,
    settings: Settings,
    folder: Path,
) -> Iterator[Table]:
    """Yield the tables, each measured when it is asked for.

    Args:
        sizes: countries and sectors.
        chosen: names of phases.
        given: a world to measure in place of its size.
        settings: how often and how long.
        folder: for the files of worlds.
    """
    cases = [case for name, of in PROCESSES.items() if name in chosen for case in of(settings)]
    if cases:
        say("whole processes")
        yield Table("Whole processes", alternate(cases, settings.repeat, settings.budget))
    wanted = [phase for name, phase in WORLDS.items() if name in chosen]
    if wanted:
        for problem in problems(sizes, given, folder):
            say(problem.size)
            yield world_table(problem, wanted, settings)
    if GRAVITY in chosen:
        yield from gravity_tables([countries for countries, _ in sizes], settings)


def problems(sizes: Sequence[Size], given: Path | None, folder: Path) -> Iterator[Problem]:
    """Yield the problem of each size once, the given world in place of its own size."""
    builtin = cv.open_world()
    own = None if given is None else Problem.of(given)
    todo = set(sizes)
    if own is not None:
        todo.discard((len(own.world.countries), len(own.world.sectors)))
    for countries, sectors in sorted(todo):
        world = resized(builtin, countries, sectors)
        yield Problem(world, save(world, folder))
    if own is not None:
        yield own


def world_table(
    problem: Problem,
    wanted: Sequence[Callable[[Problem, Settings], list[Case]]],
    settings: Settings,
) -> Table:
    """Return the phases of one world, measured in turn."""
    cases = [case for phase in wanted for case in phase(problem, settings)]
    results = alternate(cases, settings.repeat, settings.budget)
    world = problem.world
    parent = world.provenance.get("resized_from")
    origin = f"Made from '{parent}'" if parent else f"World '{world.name}'"
    zeros = float((world.trade == 0).mean())
    about = f"{origin}; {world.trade.size:,} flows, {zeros:.0%} of them zero."
    return Table(problem.size, results, phases.SOLVE, "over a NumPy solve", about)


def gravity_tables(countries: Sequence[int], settings: Settings) -> Iterator[Table]:
    """Yield the tables of one-sector problems, as many countries as the built-in world has."""
    world = cv.open_world()
    version = gravity.installed()
    name = f"gegravity {version}" if version else "gegravity"
    ratio = (comparisons.OURS, "over ours")
    for n in sorted({min(n, len(world.countries)) for n in countries}):
        say(f"gegravity, {n} countries")
        results = alternate(comparisons.one_sector(world, n), settings.repeat, settings.budget)
        about = "One sector, no inputs, no tariffs, balanced trade; trade costs up by 0 to 35 %."
        yield Table(f"{name}, {n} countries", results, *ratio, about)
    n = min(FAILURES_AT, *countries)
    say(f"gegravity, draws of parameters, {n} countries")
    results = alternate(comparisons.failures(world, n, settings), 1, settings.budget)
    about = (
        f"{settings.draws} draws of the elasticity (3 to 10) and of the coefficient of trade costs "
        "(1 +- 0.1); time a draw. A factor common to all costs changes no flow, only what the "
        "solver starts from. Settings are the package's defaults; it offers a search for others."
    )
    yield Table(f"{name}: failures, {n} countries", results, *ratio, about)


def say(what: str) -> None:
    """Tell the user what is being measured."""
    print(f"measuring {what} ...", file=sys.stderr, flush=True)
