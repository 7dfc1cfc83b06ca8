"""What is measured of this package: one function a phase, each returning the cases of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks import child, engines
from benchmarks.problem import Problem
from benchmarks.timing import Case, NotAvailable, Reading, clock, timed
from countervail.state import Engine

SOLVE = "solve and verify one state, NumPy"
"""The row that the others of a world are compared with."""

FEW = 3
"""Runs of what hardly varies, or is a process of its own that takes seconds."""


@dataclass(frozen=True)
class Settings:
    """What the user chose.

    Attributes:
        repeat: runs of each case.
        batch: scenarios in a batch.
        budget: seconds a case may take in all.
        draws: of parameters, for counting failures.
    """

    repeat: int = 9
    batch: int = 256
    budget: float = 30.0
    draws: int = 10


def imports(_settings: Settings) -> list[Case]:
    """Import the package in a fresh process."""
    return [Case("import the package", partial(_child, "import"))]


def shell(_settings: Settings) -> list[Case]:
    """Run whole commands, as from the shell."""
    run = " ".join(child.RUN)
    return [
        Case(f"`countervail {run}`, shell to table", timed(partial(child.command, child.RUN))),
        Case("`countervail --help`", timed(partial(child.command, ["--help"]))),
        Case(f"peak memory of `countervail {run}`", partial(_memory, "run"), "MB", FEW),
    ]


def ranges(_settings: Settings) -> list[Case]:
    """Run the main question with the ranges it has by default, and with more draws."""
    default, many = ["run", "canada-china"], ["run", "canada-china", "--draws", "1000"]
    return [
        Case(f"`countervail {' '.join(words)}`", timed(partial(child.command, words)), most=most)
        for words, most in ((default, FEW), (many, 1))
    ]


def load(problem: Problem, _settings: Settings) -> list[Case]:
    """Read and check the world, in a fresh process."""
    return [Case("load and check the world", partial(_child, "load", problem))]


def solve(problem: Problem, _settings: Settings) -> list[Case]:
    """Prepare, solve from a cold start and verify one state of law."""
    return [Case(SOLVE, partial(_solve, problem, engines.NUMPY))]


def compiled(problem: Problem, _settings: Settings) -> list[Case]:
    """Solve with JAX: the first call of a process, and the calls after it."""

    def first() -> Reading:
        engines.need(engines.JAX)  # what is missing is said here, not by a process that fails
        return _child("solve", problem, engines.JAX)

    def warm() -> Reading:
        engines.solve(problem, engines.JAX)
        return _solve(problem, engines.JAX)

    return [
        Case("the same with JAX, first call: import, compile, solve", first, most=FEW),
        Case("the same with JAX, compiled", warm),
    ]


def gradient(problem: Problem, _settings: Settings) -> list[Case]:
    """Differentiate one country's welfare in every tariff."""

    def run() -> Reading:
        engines.gradient(problem)  # compiles
        return Reading(
            clock(lambda: engines.gradient(problem))[0],
            f"{problem.world.tariff.size:,} derivatives",
        )

    return [Case("gradient of one country's welfare in every tariff", run)]


def batch(problem: Problem, settings: Settings) -> list[Case]:
    """Solve many scenarios together; milliseconds a scenario."""

    def run(engine: Engine) -> Reading:
        engines.solve_many(problem, problem.batch(1), engine)  # compiles, or says what is missing
        scenarios = problem.batch(settings.batch)
        spent, _ = clock(lambda: engines.solve_many(problem, scenarios, engine))
        return Reading(spent / len(scenarios), f"{len(scenarios)} scenarios")

    return [
        Case("one scenario of a batch, NumPy", partial(run, engines.NUMPY), most=FEW),
        Case("one scenario of a batch, JAX", partial(run, engines.JAX), most=FEW),
    ]


def memory(problem: Problem, _settings: Settings) -> list[Case]:
    """Tell the peak memory of a fresh process that loads the world and solves one state."""

    def jax() -> Reading:
        engines.need(engines.JAX)
        return _memory("solve", problem, engines.JAX)

    return [
        Case("peak memory, load and solve, NumPy", partial(_memory, "solve", problem), "MB", FEW),
        Case("peak memory, load and solve, JAX", jax, "MB", FEW),
    ]


def _solve(problem: Problem, engine: Engine) -> Reading:
    spent, state = clock(lambda: engines.solve(problem, engine))
    residual = float(np.max(state.certificate.residual))
    sweeps = int(np.max(state.solved.sweeps))
    return Reading(spent, f"{sweeps} sweeps, {state.solved.rung}; verified residual {residual:.0e}")


def _child(task: str, problem: Problem | None = None, engine: str = engines.NUMPY) -> Reading:
    """Return the milliseconds a task took in a fresh process."""
    report = child.ask(task, problem.path if problem else None, engine)
    return Reading(1e3 * report.seconds, report.note)


def _memory(task: str, problem: Problem | None = None, engine: str = engines.NUMPY) -> Reading:
    """Return the peak memory of a fresh process that does a task."""
    report = child.ask(task, problem.path if problem else None, engine)
    if np.isnan(report.peak_mb):
        raise NotAvailable("this system does not tell")
    return Reading(report.peak_mb, report.note)
