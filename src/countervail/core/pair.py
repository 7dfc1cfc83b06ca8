"""Two states of one baseline, iterated side by side: law before and after, which share most cells.

Sweeps of one state read its trade matrices again and again, and that is what they cost. Here each
matrix is read once for both states: the first one's, and for the second what its cells differ by.
Each state has its own history and stops on its own residual.
"""

from __future__ import annotations

import numpy as np

from countervail.core import ladder
from countervail.core.model import Array, Baseline, Hats, Model, Weights
from countervail.core.solver import Found, anderson
from countervail.core.unknowns import pack, stopping_scale
from countervail.core.wage_step import wage_step

SETTINGS = ladder.FAST._replace(history=np.float32, conditioning=False)

DENSE = 0.1
"""Where the second state changes more of the cells than this, the two share too little."""


class Shared:
    """A trade matrix of two states [j, n, i]: the first one's, and what the second differs by.

    ``shared @ u`` is, for u[j, i, s], the product of each state's own matrix with its own column.

    Args:
        first, second: the matrices.
    """

    def __init__(self, first: Array, second: Array) -> None:
        self.common = first[:, None]
        sector, buyer, seller = np.nonzero(first != second)
        _, buyers, sellers = first.shape
        self.rows, self.columns = sector * buyers + buyer, sector * sellers + seller
        self.difference = second[sector, buyer, seller] - first[sector, buyer, seller]

    def __matmul__(self, columns: Array) -> Array:
        # states outermost in memory; matrices outermost in the product, each read once for both
        made = np.empty((columns.shape[2], *self.common.shape[::2]))
        vectors = columns.transpose(0, 2, 1)[..., None]
        np.matmul(self.common, vectors, out=made.transpose(1, 0, 2)[..., None])
        if len(self.rows):
            second = np.ascontiguousarray(columns[..., 1]).reshape(-1)
            more = np.bincount(
                self.rows, self.difference * second[self.columns], minlength=made[1].size
            )
            made[1] += more.reshape(made[1].shape)
        return made.transpose(1, 2, 0)


def iterate(
    model: Model,
    base: Baseline,
    weights: tuple[Weights, Weights],
    starts: tuple[Hats, Hats],
    tolerance: float,
) -> tuple[Found, Found] | None:
    """Return where both states come to side by side, or None where they share too little.

    Args:
        model: the economics.
        base: baseline of both.
        weights: of each.
        starts: first guesses.
        tolerance: on the undamped residual of every block.
    """
    both = _beside(*weights)
    if both is None:
        return None
    with np.errstate(all="ignore"):  # a state that is lost goes on alone
        found = anderson(
            ladder.as_vectors(model, base, both),
            np.concatenate([pack(start.blocks) for start in starts]),
            wage_step(base, SETTINGS),
            tolerance,
            SETTINGS,
            stopping_scale(model.unknowns, base, both.trade_elasticity),
        )
    return found.state(0), found.state(1)


def _beside(one: Weights, two: Weights) -> Weights | None:
    """Return the weights of two states, the state last; None where they share too little."""
    alike = np.array_equal(one.taxed, two.taxed)
    if not (alike and np.array_equal(one.export_taxed, two.export_taxed)):
        return None
    share = Shared(one.share, two.share)
    if len(share.rows) > DENSE * one.share.size:
        return None
    return one._replace(
        share=share,
        sold=Shared(one.sold, two.sold),
        duty=Shared(one.duty, two.duty),
        export_duty=Shared(one.export_duty, two.export_duty),
        trade_elasticity=_last(one.trade_elasticity, two.trade_elasticity),
        log_productivity=_last(one.log_productivity, two.log_productivity),
        labour_hat=_last(one.labour_hat, two.labour_hat),
        transfer=_last(one.transfer, two.transfer),
    )


def _last(one: Array, two: Array) -> Array:
    """Return arrays of one state each, side by side, states outermost in memory."""
    return np.moveaxis(np.stack([one[..., 0], two[..., 0]]), 0, -1)
