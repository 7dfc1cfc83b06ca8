"""Certified answers of many states, block by block, on every thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import NamedTuple

import numpy as np

from countervail.core import batch
from countervail.core.certificate import acceptable
from countervail.core.ladder import Solved
from countervail.core.model import Baseline, Certificate, Model, Shock
from countervail.draws.batch.cases import StateToSolve
from countervail.draws.batch.solvers import Solver
from countervail.errors import CountervailError, NotCertified
from countervail.state import solve_state

Progress = Callable[[int, int], object]


class CertifiedState(NamedTuple):
    """One certified state: where it lies and what was verified of it."""

    solved: Solved
    certificate: Certificate


def reporter(progress: Progress | None, total: int) -> Callable[[int], None]:
    """Return what counts the states done, from any thread, and reports it."""
    lock, done = Lock(), 0

    def report(more: int) -> None:
        nonlocal done
        with lock:
            done += more
            if progress is not None:
                progress(done, total)

    return report


def solve_after(
    solver: Solver,
    model: Model,
    base: Baseline,
    states: Sequence[StateToSolve],
    before: Sequence[CertifiedState | CountervailError],
    report: Callable[[int], None],
) -> list[CertifiedState | CountervailError]:
    """Return every second state's answer; where the first has none, the reason why."""
    first = {k: one for k, one in enumerate(before) if isinstance(one, CertifiedState)}
    asked = [states[k] for k in first]
    solved = solve_all(solver, model, base, asked, list(first.values()), report)
    if len(first) < len(before):
        report(len(before) - len(first))
    after = dict(zip(first, solved, strict=True))
    return [after.get(k, one) for k, one in enumerate(before)]


def solve_all(
    solver: Solver,
    model: Model,
    base: Baseline,
    states: Sequence[StateToSolve],
    before: Sequence[CertifiedState | None],
    report: Callable[[int], None],
) -> list[CertifiedState | CountervailError]:
    """Return every state's certified answer, or the reason why it has none.

    Each starts from the state it is compared with, if any, and is verified beside the effect.
    """

    def solve(part: slice) -> list[CertifiedState | CountervailError]:
        first = before[part]
        shocks = [
            model.following(base, state.shock(), one and one.solved.totals)
            for state, one in zip(states[part], first, strict=True)
        ]
        found = solver.solve(shocks, [one and one.solved.hats for one in first])
        answers = [
            certified(model, base, shock, result, one)
            for shock, result, one in zip(shocks, found, first, strict=True)
        ]
        report(len(answers))
        return answers

    blocks = _blocks(len(states), solver)
    if solver.workers == 1 or len(blocks) == 1:
        return [answer for part in blocks for answer in solve(part)]
    with ThreadPoolExecutor(solver.workers) as pool:
        jobs = [pool.submit(solve, part) for part in blocks]
        try:
            return [answer for job in jobs for answer in job.result()]
        except BaseException:  # an interruption above all: what has not begun is not begun
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _blocks(states: int, solver: Solver) -> list[slice]:
    """Return blocks of about one size, as many for every thread."""
    each = -(-states // solver.workers)
    rounds = max(1, -(-each // solver.block))
    size = max(1, -(-each // rounds))
    return [slice(k, k + size) for k in range(0, states, size)]


def certified(
    model: Model, base: Baseline, shock: Shock, found: batch.Result, before: CertifiedState | None
) -> CertifiedState | CountervailError:
    """Return a state verified by the independent check, solved more tightly if it asks for it.

    Args:
        model: the economics.
        base: baseline.
        shock: the state.
        found: where a solver came to, or why it came to nothing, which is returned.
        before: the state it is compared with, if any.
    """
    if isinstance(found, CountervailError):
        return found
    certificate = model.verify(base, shock, found.claimed, found.totals)
    effect = np.inf if before is None else found.effect(before.solved)
    if acceptable(certificate.residual, effect):
        return CertifiedState(found, certificate)
    try:
        state = solve_state(model, base, shock, found.hats, beside=effect)
    except CountervailError as error:
        return error
    if acceptable(state.certificate.residual, effect):
        return CertifiedState(state.solved, state.certificate)
    worst = state.certificate.worst
    return NotCertified(
        f"{worst.name} are off by {worst.residual:.1e} (largest effect {effect:.1e}); no figures "
        "are given. Try a smaller shock or another closure, and report the case"
    )
