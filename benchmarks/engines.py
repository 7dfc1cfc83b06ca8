"""The calls that are timed, in one place: each says where what it needs is not installed."""

from __future__ import annotations

import importlib.util
from typing import Any

import countervail as cv
from benchmarks.problem import Problem
from benchmarks.timing import NotAvailable
from benchmarks.worlds import leader
from countervail.state import Engine, State, solve_state

NUMPY: Engine = "numpy"
JAX: Engine = "jax"


def solve(problem: Problem, engine: Engine = NUMPY) -> State:
    """Return one state, prepared, solved from a cold start, and verified by the independent check.

    Raises:
        NotAvailable: JAX is not installed.
    """
    need(engine)
    return solve_state(problem.model, problem.base, problem.shock, engine=engine)


def gradient(problem: Problem) -> Any:
    """Return the leader's welfare differentiated in every tariff.

    Raises:
        NotAvailable: JAX is not installed.
    """
    need(JAX)
    figure = problem.solution.figure("welfare", country=leader(problem.world))
    return cv.gradient(figure, wrt="tariff")


def solve_many(problem: Problem, scenarios: list[cv.Scenario], engine: Engine) -> cv.Many:
    """Return the certified answers to many scenarios.

    Raises:
        NotAvailable: JAX is not installed.
    """
    need(engine)
    return cv.solve_many(problem.world, scenarios, problem.model, engine=engine)


def need(engine: Engine) -> None:
    """Refuse where an engine is not installed.

    Raises:
        NotAvailable: with the command that installs it.
    """
    if engine == JAX and importlib.util.find_spec("jax") is None:
        raise NotAvailable("not installed: pip install 'countervail[jax]'")
