"""A trade matrix that many states share but for some cells: read with ``@`` like any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from countervail.core.model import Array, IntArray

DENSE_CELL_PART = 0.1
"""A state that changes more of the cells than this shares too little to gain from a block."""


class Patched:
    """The baseline's matrix [j, n, i], and for each state what its cells differ by.

    ``patched @ u`` is, for u[j, i, s], the product of each state's own matrix with its own column:
    one matrix product for all states, and the differences as one sparse product.
    """

    def __init__(self, common: Array, difference: Any) -> None:
        self.common = common
        self.difference = difference  # SciPy CSR over flat [j, n, s] and [j, i, s]

    @classmethod
    def of(
        cls,
        common: Array,
        cells: Sequence[IntArray],
        values: Sequence[Array],
        *,
        sectors: IntArray | None = None,
        seller_first: bool = False,
    ) -> Patched:
        """Return the matrices of states that replace the values of cells.

        Args:
            common: the baseline's matrix [j, n, i].
            cells: flat positions, state by state.
            values: what stands there, state by state.
            sectors: keep these only, in this order.
            seller_first: turn the matrix, to [j, i, n].
        """
        from scipy.sparse import coo_array

        count, buyers, sellers = common.shape
        states = len(cells)
        flat = np.concatenate(cells)
        state = np.repeat(np.arange(states), [len(c) for c in cells])
        difference = np.concatenate(values) - common.reshape(-1)[flat]
        sector, buyer, seller = np.unravel_index(flat, common.shape)
        moved = difference != 0.0
        if sectors is not None:
            place = np.full(count, -1)
            place[sectors] = np.arange(len(sectors))
            sector, common, count = place[sector], common[sectors], len(sectors)
            moved &= sector >= 0
        rows = (sector * buyers + buyer) * states + state
        columns = (sector * sellers + seller) * states + state
        shape = (count * buyers * states, count * sellers * states)
        if seller_first:
            rows, columns, shape, common = columns, rows, shape[::-1], common.swapaxes(1, 2)
        sparse = coo_array((difference[moved], (rows[moved], columns[moved])), shape=shape)
        return cls(common, sparse.tocsr())

    def __matmul__(self, columns: Array) -> Array:
        common = self.common @ columns
        if self.difference.nnz:
            common += (self.difference @ columns.reshape(-1)).reshape(common.shape)
        return common

    def diagonal(self, axis1: int = 1, axis2: int = 2) -> Array:
        """Return what each state has where buyer and seller are the same, [j, n, s]."""
        common = self.common.diagonal(axis1=axis1, axis2=axis2)[:, :, None]
        return np.asarray(common + self.difference.diagonal().reshape(*common.shape[:2], -1))
