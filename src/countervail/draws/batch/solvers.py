"""How blocks of states are solved: by what, how many at once, on how many threads."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, NamedTuple, get_args

from countervail import machine
from countervail.core import batch
from countervail.core.model import Baseline, Hats, Model, Shock
from countervail.errors import InputError, did_you_mean
from countervail.state import SOLVE_TO_RESIDUAL

Engine = Literal["auto", "numpy", "jax"]
Results = list[batch.Result]
SolveBlock = Callable[[Sequence[Shock], Sequence[Hats | None]], Results]


class Solver(NamedTuple):
    """How states are solved.

    Attributes:
        solve: solves a block of them.
        block: how many at once, at most.
        workers: on how many threads.
    """

    solve: SolveBlock
    block: int
    workers: int


def solver_of(
    engine: Engine, model: Model, base: Baseline, workers: int | None, block: int | None
) -> Solver:
    """Return how blocks are solved.

    Raises:
        InputError: no such engine, JAX asked for and not installed, or fewer than one at a time.
    """
    if engine not in get_args(Engine):
        raise InputError(
            f"no engine '{engine}'{did_you_mean(engine, get_args(Engine))} "
            f"(there are {', '.join(get_args(Engine))})"
        )
    for name, number in (("workers", workers), ("block", block)):
        if number is not None and number < 1:
            raise InputError(f"{name} must be 1 or more, not {number}")
    if engine == "jax" or (engine == "auto" and machine.accelerator()):
        machine.load_jax()
        from countervail.core import compiled

        size = block or compiled.block_size(model, base)
        at_once = partial(compiled.solve_block, model, base, tolerance=SOLVE_TO_RESIDUAL)
        return Solver(Fitting(at_once, size), size, 1)
    size = block or batch.block_size(model, base, machine.cache_bytes())
    together = partial(batch.solve_block, model, base, tolerance=SOLVE_TO_RESIDUAL)
    return Solver(Fitting(together, size), size, workers or machine.cores())


class Fitting:
    """Solves blocks whole, until memory does not hold one: from then on in parts half as large."""

    def __init__(self, solve: SolveBlock, block: int) -> None:
        self.solve, self.most = solve, block

    def __call__(self, shocks: Sequence[Shock], starts: Sequence[Hats | None]) -> Results:
        """Return every state's fixed point, or the error that says why it has none."""
        answers: Results = []
        while len(answers) < len(shocks):
            part = slice(len(answers), len(answers) + self.most)
            try:
                answers += self.solve(shocks[part], starts[part])
            except MemoryError as error:
                self._shrink(len(shocks[part]), error)
        return answers

    def _shrink(self, failed: int, error: MemoryError) -> None:
        """Ask for less at a time, and say so; one at a time is all that can be asked.

        Raises:
            MemoryError: the one given.
        """
        if failed == 1:
            raise error
        self.most = min(self.most, failed // 2)  # another thread may have found less
        warnings.warn(
            f"{error}: solving {self.most} at a time (block={self.most} would save the vain try)",
            RuntimeWarning,
            stacklevel=3,
        )
