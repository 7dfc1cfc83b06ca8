"""A matrix with given totals and the proportions of a pattern, within what each cell can hold.

Proportional fitting (Deming and Stephan 1940) with upper limits on cells.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

ROUNDS = 500
CLOSE_PART = 1e-10
"""Totals are met to this part of the largest."""

TOGETHER = 8
"""Rounds of factors between two looks at how far cells have moved."""

GROWTH = 1.5
"""A cell that would have to grow by more to be full is not looked at in the meantime."""


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
    close = CLOSE_PART * float(max(rows.max(), columns.max()))
    left = ROUNDS
    while left > 0:
        cells, used, settled = _by_factors(cells, rows, columns, most, close, left)
        left -= used
        if settled or left == 0:
            break
        before = cells
        cells = _scaled(cells, rows, most, 1)
        cells = _scaled(cells, columns, most, 0)
        left -= 1
        if _moved(before, cells) <= close:
            break
    return _not_above(cells, rows)


def _scaled(cells: Array, goal: Array, most: Array, axis: int) -> Array:
    """Return cells scaled along an axis to a goal; those that are full stay so."""
    full = _full(cells, most)
    held, free = (_sum(part, axis) for part in (most * full, cells * ~full))
    # where what is full is already too much, everything gives way in proportion
    over = held > goal
    need, base = np.where(over, goal, goal - held), np.where(over, _sum(cells, axis), free)
    factor = np.divide(need, base, out=np.ones_like(base), where=base > 0)
    scaled = np.minimum(cells * np.expand_dims(factor, axis), most)
    np.copyto(scaled, most, where=full & ~np.expand_dims(over, axis))
    return np.asarray(scaled)


def _sum(cells: Array, axis: int) -> Array:
    """Return sums over an axis, as a product with ones: NumPy's own are slow over short axes."""
    ones = np.ones(cells.shape[axis])
    return np.asarray(cells @ ones if axis else ones @ cells)


def _by_factors(
    cells: Array, rows: Array, columns: Array, most: Array, close: float, rounds: int
) -> tuple[Array, int, bool]:
    """Return cells scaled until one would fill up, the rounds made, and whether cells stand still.

    Between two cells that fill up a round is a factor for each row and column, which takes products
    of the cells with vectors only.
    """
    full = _full(cells, most)
    held = most * full
    need = rows - _sum(held, 1), columns - _sum(held, 0)
    if min(need[0].min(), need[1].min()) < 0:  # full cells give way: not by factors
        return cells, 0, False
    free, made, more = cells * ~full, 0, True
    while more and made < rounds:
        wanted = min(TOGETHER, rounds - made)
        factors = _factors(free, need, most, wanted)
        steps = [free, *(_times(free, *one) for one in factors[-2:])]
        if len(steps) > 1 and _moved(*steps[-2:]) <= close:
            found, number = _first_still(free, factors, close)
            return found + held, made + number, True
        free, made = steps[-1], made + len(factors)
        more = len(factors) == wanted
    return free + held, made, False


def _factors(
    free: Array, need: tuple[Array, Array], most: Array, rounds: int
) -> list[tuple[Array, Array]]:
    """Return factors of rows and columns after each round; those after which no cell is full."""
    row, column = np.ones(len(free)), np.ones(len(free.T))
    turned, room = np.ascontiguousarray(free.T), _Room(free, most)
    found: list[tuple[Array, Array]] = []
    for _ in range(rounds):
        row = _factor(need[0], free @ column, row)
        if room.is_taken(row, column):
            break
        column = _factor(need[1], turned @ row, column)
        if room.is_taken(row, column):
            break
        found.append((row, column))
    return found


class _Room:
    """What cells can hold: those that could be full before long are looked at one by one."""

    def __init__(self, free: Array, most: Array) -> None:
        flat, limit = free.reshape(-1), most.reshape(-1)
        self.near = np.flatnonzero((limit <= GROWTH * flat) & (flat > 0))
        self.row, self.column = np.divmod(self.near, free.shape[1])
        self.free, self.limit = flat[self.near], limit[self.near]

    def is_taken(self, row: Array, column: Array) -> bool:
        """Return whether a cell may be full."""
        if row.max() * column.max() >= GROWTH:
            return True
        return bool((row[self.row] * self.free * column[self.column] >= self.limit).any())


def _first_still(
    free: Array, factors: list[tuple[Array, Array]], close: float
) -> tuple[Array, int]:
    """Return cells after the first round that hardly moved them, and its number."""
    before = free
    for number, one in enumerate(factors, 1):
        cells = _times(free, *one)
        if _moved(before, cells) <= close:
            return cells, number
        before = cells
    return before, len(factors)


def _moved(before: Array, cells: Array) -> float:
    return float(np.abs(cells - before).max())


def _full(cells: Array, most: Array) -> Mask:
    return np.asarray((cells >= most) & (cells > 0))


def _factor(need: Array, reached: Array, factor: Array) -> Array:
    """Return factors that bring what is reached without them to what is needed."""
    return np.divide(need, reached, out=factor.copy(), where=reached * factor > 0)


def _times(cells: Array, row: Array, column: Array) -> Array:
    return row[:, None] * cells * column


def _not_above(cells: Array, rows: Array) -> Array:
    """Return cells whose rows do not exceed their totals: columns were scaled last."""
    sums = cells.sum(axis=1)
    down = np.divide(rows, sums, out=np.ones_like(sums), where=sums > rows)
    return np.asarray(cells * down[:, None])
