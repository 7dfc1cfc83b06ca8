"""Peers measured beside this package, on the same problem, in the same process, in turn."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

import countervail as cv
from benchmarks.peers import gravity, textbook
from benchmarks.phases import Settings
from benchmarks.problem import Problem
from benchmarks.timing import Case, NotAvailable, Reading, clock, timed

OURS = "Countervail"
"""The row that a peer's is compared with."""

PRICE_SWEEPS = 6000
"""About what the textbook loop needs to 1e-10, on worlds of 31 x 40 to 81 x 50."""

Counter = Callable[[gravity.Problem, int], gravity.Count]


def nested_loop(problem: Problem, settings: Settings) -> list[Case]:
    """Solve one state of law by the textbook nested loop, unless that would take too long."""

    def run() -> Reading:
        world = problem.world
        base = textbook.baseline(
            world.trade, world.tariff, world.input_share, world.trade_elasticity
        )
        _refuse_long_loop(base, settings.budget)
        rates = problem.scenario.resolve(world).after.tariff_new
        assert rates is not None
        spent, answer = clock(lambda: textbook.solve(base, rates))
        gap = _largest(answer.welfare, problem.solution.welfare.values)
        return Reading(
            spent,
            f"{answer.wage_steps} wage steps, {answer.price_sweeps:,} price sweeps; "
            f"welfare within {gap:.0e} points of ours",
        )

    return [Case("the same by the textbook nested loop, NumPy", run)]


def one_sector(world: cv.World, countries: int) -> list[Case]:
    """Solve a one-sector gravity problem by this package and by gegravity."""
    problem = gravity.problem(world, countries)

    def theirs() -> Reading:
        _need_gegravity()
        try:
            spent, answer = clock(lambda: gravity.theirs(problem))
        except gravity.Failed as error:
            raise NotAvailable(f"no answer: {error}") from error
        gap = _largest(answer.welfare, gravity.ours(problem))
        held = _largest(answer.welfare, gravity.ours_with_output_held(problem, answer.price))
        return Reading(
            spent,
            f"welfare within {gap:.2f} points of ours, as it holds nominal output at the baseline; "
            f"within {held:.0e} where ours is made to",
        )

    return [
        Case(OURS, timed(lambda: gravity.ours(problem))),
        Case("gegravity", theirs),
    ]


def failures(world: cv.World, countries: int, settings: Settings) -> list[Case]:
    """Count draws of parameters without an answer, ours and gegravity's with its defaults."""
    one = gravity.problem(world, countries)
    home = gravity.at_home(one)
    theirs = gravity.count_failures
    cases = {
        OURS: partial(_count, gravity.count_ours, one, settings.draws),
        "gegravity, costs relative to the world's mean": partial(
            _count_theirs, theirs, one, settings.draws
        ),
        "gegravity, the same costs relative to those at home": partial(
            _count_theirs, theirs, home, settings.draws
        ),
    }
    return [Case(what, run, most=1) for what, run in cases.items()]


def _count(counter: Counter, problem: gravity.Problem, draws: int) -> Reading:
    spent, found = clock(lambda: counter(problem, draws))
    said = f": {found.said}" if found.said else ""
    return Reading(spent / draws, f"{found.failures} of {draws} draws without an answer{said}")


def _count_theirs(counter: Counter, problem: gravity.Problem, draws: int) -> Reading:
    _need_gegravity()
    return _count(counter, problem, draws)


def _need_gegravity() -> None:
    if gravity.installed() is None:
        raise NotAvailable(gravity.MISSING)


def _refuse_long_loop(base: textbook.Baseline, budget: float) -> None:
    """Refuse a nested loop that one price round says would take longer than the budget."""
    same = np.ones_like(base.tariff) * 1.01
    ones = np.ones_like(base.expenditure)
    spent, _ = clock(lambda: textbook.price_round(base, ones[0], same, ones))
    seconds = spent / 1e3 * PRICE_SWEEPS
    if seconds > budget:
        raise NotAvailable(
            f"not run: about {seconds / 60:.0f} minutes ({PRICE_SWEEPS:,} price sweeps of "
            f"{spent:.0f} ms), and --budget is {budget:.0f} s"
        )


def _largest(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.abs(one - np.asarray(other)).max())
