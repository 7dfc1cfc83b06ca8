"""The calls that are timed, in one place: each says where it is missing from the version measured.

The compiled engine, gradients and batches are found by name, so that the same benchmark runs on
versions with and without them.
"""

from __future__ import annotations

import importlib.util
import inspect
from typing import Any

import countervail as cv
from benchmarks.problem import Problem
from benchmarks.timing import NotAvailable
from benchmarks.worlds import leader
from countervail import simulate

NUMPY, JAX = "numpy", "jax"


def solve(problem: Problem, engine: str = NUMPY) -> simulate.State:
    """Return one state, prepared, solved from a cold start, and verified by the independent check.

    Raises:
        NotAvailable: no such engine in this version, or JAX is not installed.
    """
    if engine == NUMPY:
        return simulate.solve_state(problem.model, problem.base, problem.shock)
    need(engine)
    solver: Any = simulate.solve_state
    state = solver(problem.model, problem.base, problem.shock, engine=engine)
    assert isinstance(state, simulate.State)
    return state


def gradient(problem: Problem) -> Any:
    """Return the leader's welfare differentiated in every tariff.

    Raises:
        NotAvailable: this version has no gradients, or JAX is not installed.
    """
    differentiate = _public("gradient")
    _need_jax()
    return differentiate(problem.world, problem.scenario, problem.model, leader(problem.world))


def solve_many(problem: Problem, scenarios: list[cv.Scenario], engine: str) -> Any:
    """Return the certified solutions of many scenarios.

    Raises:
        NotAvailable: this version has no batches, or not on this engine.
    """
    many = _public("solve_many")
    if engine == NUMPY:
        return many(problem.world, scenarios, problem.model)
    if "engine" not in inspect.signature(many).parameters:
        raise NotAvailable(f"this version has no batches with engine='{engine}'")
    _need_jax()
    return many(problem.world, scenarios, problem.model, engine=engine)


def need(engine: str) -> None:
    """Refuse where a state cannot be solved on the engine.

    Raises:
        NotAvailable: this version has no such engine, or JAX is not installed.
    """
    if "engine" not in inspect.signature(simulate.solve_state).parameters:
        raise NotAvailable(f"this version has no engine='{engine}'")
    _need_jax()


def _need_jax() -> None:
    if importlib.util.find_spec("jax") is None:
        raise NotAvailable("not installed: pip install 'countervail[jax]'")


def _public(name: str) -> Any:
    found = getattr(cv, name, None)
    if found is None:
        raise NotAvailable(f"this version has no cv.{name}")
    return found
