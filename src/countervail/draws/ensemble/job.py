"""What is done for one draw, wherever it is done: solve, verify, keep what ranges are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countervail import schema, solving
from countervail.core.model import Hats, Model
from countervail.core.solver import Coarse
from countervail.draws.draw import Draw, Kept
from countervail.draws.priors import Priors
from countervail.draws.solved import solve_draws
from countervail.errors import CountervailError, unwarned
from countervail.solution import Solution

Array = NDArray[np.float64]

KEPT = {("country",), ("country", "sector")}
"""Dimensions of the variables kept of every draw; flows by partner are kept of the point only."""

Read = Callable[[Solution], Mapping[str, float | Array]]
"""What else is read from every draw, by name: numbers, or arrays whose shape all draws share.

A function of a module, so that it can be sent.
"""


@dataclass(frozen=True, eq=False)
class EnsembleJob:
    """What all draws have in common.

    Attributes:
        priors: what quantiles become.
        model: the model, with its closure.
        near: where the point answer lies: the search starts there.
        read: what else to keep.
        countries: how countries step in the search of the point answer; made for each draw where
            it is not given.
    """

    priors: Priors
    model: Model
    near: tuple[Hats, Hats]
    read: Read | None = None
    countries: Coarse | None = None

    def answers(self, quantiles: Array) -> list[Kept]:
        """Return what is kept of several draws [draw, parameter], or why one has no answer."""
        return [
            str(one) if isinstance(one, CountervailError) else self._kept(one)
            for one in solve_draws(self.priors, quantiles, self.model, self.near, self.countries)
        ]

    def _kept(self, solution: Solution) -> Draw:
        return Draw(
            arrays=kept(solution),
            figures=self.read(solution) if self.read else {},
            residual=solution.certificate.residual,
        )

    def solution(self, quantiles: Array) -> Solution:
        """Return one draw [parameter] in full, notes included.

        Raises:
            CountervailError: the reason why it has no answer.
        """
        world, scenario = self.priors.at(quantiles)
        with unwarned():
            base, resolved = solving.place(world, scenario, self.model)
            return solving.solve_draw(
                base, scenario, self.model, resolved, world, self.near, self.countries
            )


def kept(solution: Solution) -> dict[str, Array]:
    """Return the variables of a solution that every draw keeps, by name."""
    table = schema.variables()
    return {name: v for name, v in solution.arrays.items() if table[name].dims in KEPT}
