"""Two states of one baseline, iterated side by side: law before and after, which share most cells.

Sweeps of one state read its trade matrices again and again, and that is what they cost. Here each
matrix is read once for both states: the first one's, and for the second what its cells differ by.
Each state has its own history and stops on its own residual.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from countervail.core import ladder
from countervail.core.model import Array, Baseline, Hats, IntArray, Model, Weights
from countervail.core.patched import DENSE_CELL_PART
from countervail.core.solver import Coarse, Found, anderson
from countervail.core.steps import step_of
from countervail.core.unknowns import pack, stopping_scale


class Shared:
    """A trade matrix of two states [j, n, i]: the first one's, and what the second differs by.

    ``shared @ u`` is, for u[j, i, s], the product of each state's own matrix with its own column.

    Args:
        first, second: the matrices.
        cells: the positions in them at which they may differ: sector, row and column.
    """

    def __init__(self, first: Array, second: Array, cells: tuple[IntArray, ...]) -> None:
        self.common = first[:, None]
        sector, row, column = cells
        _, rows, columns = first.shape
        self.rows, self.columns = sector * rows + row, sector * columns + column
        self.difference = second[cells] - first[cells]

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
    countries: Coarse | None = None,
) -> tuple[Found, Found] | None:
    """Return where both states come to side by side, or None where they share too little.

    Args:
        model: the economics.
        base: baseline of both.
        weights: of each.
        starts: first guesses.
        tolerance: on the undamped residual of every block.
        countries: their step, where one like it is known.
    """
    both = _beside(*weights)
    if both is None:
        return None
    with np.errstate(all="ignore"):  # a state that is lost goes on alone
        found = anderson(
            ladder.as_vectors(model, base, both),
            np.concatenate([pack(start.blocks) for start in starts]),
            step_of(model, base, ladder.SIDE_BY_SIDE, countries),
            tolerance,
            ladder.SIDE_BY_SIDE,
            stopping_scale(model.unknowns, base, both.trade_elasticity),
        )
    return found.state(0), found.state(1)


def _beside(one: Weights, two: Weights) -> Weights | None:
    """Return the weights of two states, the state last; None where they share too little."""
    alike = np.array_equal(one.taxed, two.taxed)
    if not (alike and np.array_equal(one.export_taxed, two.export_taxed)):
        return None
    differ = (one.share != two.share) | (one.sold.swapaxes(1, 2) != two.sold.swapaxes(1, 2))
    flat = np.flatnonzero(differ)
    if len(flat) > DENSE_CELL_PART * differ.size:
        return None
    sector, buyer, seller = cells = np.unravel_index(flat, differ.shape)
    taxed, export_taxed = (_among(some, cells) for some in (one.taxed, one.export_taxed))
    return one._replace(
        share=Shared(one.share, two.share, cells),
        sold=Shared(one.sold, two.sold, (sector, seller, buyer)),
        duty=Shared(one.duty, two.duty, taxed),
        export_duty=Shared(
            one.export_duty,
            two.export_duty,
            (export_taxed[0], export_taxed[2], export_taxed[1]),
        ),
        trade_elasticity=_last(one.trade_elasticity, two.trade_elasticity),
        log_productivity=_last(one.log_productivity, two.log_productivity),
        labour_hat=_last(one.labour_hat, two.labour_hat),
        transfer=_last(one.transfer, two.transfer),
        wage_before=_last(one.wage_before, two.wage_before),
        quotas=_both_quotas(one.quotas, two.quotas),
    )


def _both_quotas(one: Any, two: Any) -> Any:
    """Return the weights of lines under quotas of two states; None where there are none."""
    if one is None:
        return None
    return one._replace(
        **{name: _last(getattr(one, name), getattr(two, name)) for name in one._fields}
    )


def _among(sectors: IntArray, cells: tuple[IntArray, ...]) -> tuple[IntArray, ...]:
    """Return the cells of some sectors, each sector by its place among them."""
    there = np.isin(cells[0], sectors)
    return np.searchsorted(sectors, cells[0][there]), cells[1][there], cells[2][there]


def _last(one: Array, two: Array) -> Array:
    """Return arrays of one state each, side by side, states outermost in memory."""
    return np.moveaxis(np.stack([one[..., 0], two[..., 0]]), 0, -1)
