"""Proportional fitting of a matrix to its totals, no cell above the most it can hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ROUNDS = 500
CLOSE_PART = 1e-10
"""Totals are met to this part of the largest."""


def within(pattern: Array, rows: Array, columns: Array, most: Array) -> Array:
    """Return the matrix of a pattern's proportions with these totals, as far as there is room.

    Without a limit that binds it is the pattern scaled by rows and columns (RAS). A cell that is
    full stays full and the others of its row and column take what is left. Totals that the
    pattern's zeros or the limits do not allow are met as nearly as they can be, never exceeded.

    Args:
        pattern: [row, column], not negative.
        rows: totals, [row].
        columns: totals, [column].
        most: the most a cell can hold, [row, column].
    """
    cells = np.where((rows[:, None] > 0) & (columns > 0), pattern, 0.0)
    scale = float(max(rows.max(), columns.max()))
    for _ in range(ROUNDS):
        before = cells
        cells = _scaled(cells, rows[:, None], most, 1)
        cells = _scaled(cells, columns[None, :], most, 0)
        if np.abs(cells - before).max() <= CLOSE_PART * scale:
            break
    return _not_above(cells, rows)


def _scaled(cells: Array, goal: Array, most: Array, axis: int) -> Array:
    """Return cells scaled along an axis to a goal; those that are full stay so."""
    full = (cells >= most) & (cells > 0)
    held = np.where(full, most, 0.0).sum(axis=axis, keepdims=True)
    free = np.where(full, 0.0, cells).sum(axis=axis, keepdims=True)
    # where what is full is already too much, everything gives way in proportion
    over = held > goal
    need = np.where(over, goal, goal - held)
    base = np.where(over, cells.sum(axis=axis, keepdims=True), free)
    factor = np.divide(need, base, out=np.ones_like(base), where=base > 0)
    return np.asarray(np.minimum(np.where(full & ~over, most, cells * factor), most))


def _not_above(cells: Array, rows: Array) -> Array:
    """Return cells whose rows do not exceed their totals: columns were scaled last."""
    sums = cells.sum(axis=1)
    down = np.divide(rows, sums, out=np.ones_like(sums), where=sums > rows)
    return np.asarray(cells * down[:, None])
