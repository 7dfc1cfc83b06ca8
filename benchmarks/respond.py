"""Timings of the questions of policy on this machine: ``python -m benchmarks.respond``.

Every answer comes with its proof (two starts, the gain left); the note has what that took. The
first answer of each kind compiles, so a run is made before those that are timed. Progress goes to
standard error, the page to standard output or to a file.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import countervail as cv
from benchmarks import machine
from benchmarks.__main__ import count
from benchmarks.report import Table, lines_of
from benchmarks.timing import Case, Reading, alternate, clock
from benchmarks.worlds import resized
from countervail import labels, respond

ABOUT = (
    "Median and best of runs taken in turn. Equilibria are solved each with the gradient of a "
    "player's welfare in all its rates, or of every goal in all levers."
)


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print the page or write it."""
    words = sys.argv[1:] if words is None else words
    chosen = options().parse_args(words)
    world = cv.open_world()
    asked = [*built_in(world), *many_players(world, chosen.countries, chosen.sectors)]
    asked += everybody(world) if chosen.long else ()
    cases = [Case(what, timed(what, ask), most=most) for what, ask, most in asked]
    table = Table("Answers", alternate(cases, chosen.repeat, chosen.budget), about=ABOUT)
    command = shlex.join(["python", "-m", "benchmarks.respond", *words])
    head = [
        "# Timings of the questions of policy",
        "",
        f"`{command}`",
        "",
        f"{machine.describe()}.",
    ]
    page = "\n".join([*head, *lines_of(table)]) + "\n"
    if chosen.write is None:
        print(page, end="")
    else:
        chosen.write.write_text(page, "utf-8")


def options() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.respond",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--repeat", type=count, default=3, help="runs of each case (default 3)")
    add("--budget", type=float, default=120.0, help="seconds for a case in all (default 120)")
    add("--countries", type=count, default=44, help="of the war of everybody (default 44)")
    add("--sectors", type=count, default=16, help="of the war of everybody (default 16)")
    add("--long", action="store_true", help="also the built-in world with the EU as one player")
    add("--write", type=Path, help="file for the page; default: standard output")
    return parser


Asked = tuple[str, Callable[[], Any], int]
"""What a row is called, what is asked, and how often at most."""


def built_in(world: cv.World) -> Iterator[Asked]:
    """Yield questions about the built-in world."""
    law = cv.open_scenario("us-canada", "between-them")
    yield "optimal, USA", lambda: respond.optimal(world, "USA"), 99
    yield "nash, USA CHN EU27", lambda: respond.nash(world, ["USA", "CHN", "EU27"]), 99
    yield "coop, USA CHN EU27", lambda: respond.coop(world, ["USA", "CHN", "EU27"]), 99
    yield (
        "retaliate, CAN to USA, rebalancing",
        lambda: respond.retaliate(world, "CAN", "USA", law, unanswered=True, rebalance=True),
        99,
    )
    goals = respond.open_goals("double-non-us")
    yield "reach, double-non-us", lambda: respond.reach(world, goals), 99


def many_players(world: cv.World, countries: int, sectors: int) -> Iterator[Asked]:
    """Yield a war of everybody, in a world of the asked size: inputs, revenue, deficits."""
    small = resized(world, countries, sectors)
    title = f"nash, {countries} x {sectors}, all of them players"
    yield title, lambda: respond.nash(small, small.countries), 99


def everybody(world: cv.World) -> Iterator[Asked]:
    """Yield a war of everybody in the built-in world, the European Union as one player."""
    union = labels.expand("EU27")
    players = ["EU27", *(code for code in world.countries if code not in union)]
    title = f"nash, built-in, EU27 and {len(players) - 1} others"
    yield title, lambda: respond.nash(world, players), 1


def timed(what: str, ask: Callable[[], Any]) -> Callable[[], Reading]:
    """Return a question as something to run, compiled before it is timed."""
    asked_before = False

    def run() -> Reading:
        nonlocal asked_before
        print(f"{what} ...", file=sys.stderr)
        if not asked_before and "others" not in what:
            ask()
            asked_before = True
        taken, answer = clock(ask)
        return Reading(taken, note(answer))

    return run


def note(answer: Any) -> str:
    """Return what an answer took, and how good it is."""
    if isinstance(answer, respond.Coop):
        rates = sum(len(own) for own in answer.sets.values())
        return f"{rates:,} rates, {answer.evaluations:,} equilibria, {len(answer.deals)} deals"
    record = answer.certificate
    if isinstance(answer, respond.Reach):
        return (
            f"{record.levers:,} levers, {record.evaluations:,} equilibria, gradient "
            f"{record.gradient:.0e}"
        )
    if isinstance(answer, respond.Retaliation):
        return f"{len(answer.duties):,} duties, {record.evaluations:,} equilibria"
    return (
        f"{record.instruments:,} rates, {record.evaluations:,} equilibria, gain left "
        f"{record.left:.0e} per cent"
    )


if __name__ == "__main__":
    main()
