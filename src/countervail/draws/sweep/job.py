"""What is done for a point of a sweep, wherever it is done: solve, verify, keep the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from countervail.core.model import Hats
from countervail.draws.draw import Draw, Kept
from countervail.draws.ensemble import job as draws
from countervail.draws.priors import Priors
from countervail.draws.sweep.grid import Grid
from countervail.errors import CountervailError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Task:
    """What a worker is asked for: the answer of a point, or of some of its draws.

    Attributes:
        point: its number.
        quantiles: of the draws, [draw, parameter]; None asks for the point's own answer.
    """

    point: int
    quantiles: Array | None = None

    def __len__(self) -> int:
        return 1 if self.quantiles is None else len(self.quantiles)


@dataclass(frozen=True, eq=False)
class SweepJob:
    """What all points have in common.

    A point is solved as ``solve`` does it, its law placed anew: that is a third of the 50 ms that a
    small question takes in the built-in world, and points do not depend on their neighbours.

    Attributes:
        grid: the points.
        priors: what is not known at each point that has draws.
        near: where the answer of the point last drawn lies; draws of it start there.
    """

    grid: Grid
    priors: Mapping[int, Priors]
    near: dict[int, tuple[Hats, Hats]] = field(default_factory=dict)

    def answers(self, task: Task) -> list[Kept]:
        """Return the answers to a task."""
        if task.quantiles is None:
            return [self._answer(task.point)]
        return self._drawn(task.point, task.quantiles)

    def _answer(self, point: int) -> Kept:
        """Return what is kept of a point, or the reason why it has no answer."""
        try:
            solution = self.grid.solve(point)
        except CountervailError as error:
            return str(error)
        return self._reported(point, Draw(solution.arrays, {}, solution.certificate.residual))

    def _drawn(self, point: int, quantiles: Array) -> list[Kept]:
        """Return what is kept of draws of a point, or the reasons why they have no answer."""
        job = draws.EnsembleJob(self.priors[point], self.grid.point(point).model, self._near(point))
        found = job.answers(quantiles)
        return [one if isinstance(one, str) else self._reported(point, one) for one in found]

    def _near(self, point: int) -> tuple[Hats, Hats]:
        """Return where the answer of a point lies."""
        hats = self.near.get(point)
        if hats is None:
            hats = self.grid.solve(point).hats
            self.near.clear()  # draws of one point come together
            self.near[point] = hats
        return hats

    def _reported(self, point: int, draw: Draw) -> Draw:
        """Return the variables reported, [country reported]."""
        grid = self.grid
        world = grid.point(point).world
        places = [world.country(code) for code in grid.countries]
        return draw._replace(arrays={name: draw.arrays[name][places] for name in grid.variables})
