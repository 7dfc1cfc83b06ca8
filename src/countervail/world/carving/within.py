"""A matrix with given totals and the proportions of a pattern, within what each cell can hold.

Proportional fitting (Deming and Stephan 1940) with upper limits on cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = tuple[NDArray[np.intp], ...]

ROUNDS = 500
CLOSE_PART = 1e-10
"""Totals are met to this part of the largest."""

TOGETHER = 16
"""Rounds of factors between two looks at how far cells have moved, at most."""


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
    cells = between = np.where((rows[:, None] > 0) & (columns > 0), pattern, 0.0)
    close = CLOSE_PART * float(max(rows.max(), columns.max()))
    left = ROUNDS
    while left > 0:
        same = _Same.of(between, cells, rows, columns, most)
        used, cells, settled = (0, cells, False) if same is None else same.go_on(close, left)
        left -= used
        if settled or left == 0:
            break
        before = cells
        between = _scaled(cells, rows, most, 1)
        cells = _scaled(between, columns, most, 0)
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


class _Factors(NamedTuple):
    """Factors of rows and of columns since a round, and what the last one made of columns."""

    row: Array
    column: Array
    up: Array


@dataclass(frozen=True)
class _Same:
    """Rounds after which the same cells are full: a factor for each row and column.

    A round takes products of cells with vectors only.

    Attributes:
        rows, columns: what cells scaled by factors are to come to.
        free: cells that are never full.
        full: cells that are, at their most.
        rows_give: those of rows that hold too much: they give way with their row and are filled
            again with their column.
        columns_give: cells that rows fill and columns that hold too much have give way.
        rows_give_at, columns_give_at: where they are.
        first: the factors before the first round.
        most: the most a cell can hold.
    """

    rows: Array
    columns: Array
    free: Array
    full: Array
    rows_give: Array
    columns_give: Array
    rows_give_at: Places
    columns_give_at: Places
    first: _Factors
    most: Array

    @classmethod
    def of(
        cls, between: Array, cells: Array, rows: Array, columns: Array, most: Array
    ) -> _Same | None:
        """Return what goes on after a round; None where it cannot be by factors.

        Args:
            between: cells after rows were scaled.
            cells: after columns were.
            rows, columns: totals.
            most: the most a cell can hold.
        """
        full, filled = _full(cells, most), most * _full(between, most)
        over, over_columns = _sum(most * full, 1) > rows, _sum(filled, 0) > columns
        stays = most * full * ~over[:, None]
        gives = filled * over_columns
        if (gives[over] > 0).any() or (stays[:, over_columns] > 0).any():
            return None
        back = gives > 0
        up = np.divide(cells, most, out=np.ones_like(cells), where=back).min(axis=0)
        return cls(
            rows=rows - _sum(stays, 1),
            columns=columns - _sum(stays, 0),
            free=cells * ~(full | back),
            full=most * full,
            rows_give=most * full * over[:, None],
            columns_give=gives,
            rows_give_at=np.nonzero(full & over[:, None]),
            columns_give_at=np.nonzero(back),
            first=_Factors(np.ones_like(rows), np.ones_like(columns), up),
            most=most,
        )

    def go_on(self, close: float, rounds: int) -> tuple[int, Array, bool]:
        """Return the rounds made before others are full, cells, and whether they stand still."""
        same, made, more, together = self, 0, True, 1
        while more and made < rounds:
            together = min(2 * together, TOGETHER)  # others may be full before long
            wanted = min(together, rounds - made)
            found = same._found(wanted)
            last = [same.at(one) for one in (same.first, *found)[-2:]]
            if len(last) > 1 and _moved(*last) <= close:
                number, cells = same._first_still(found, close)
                return made + number, cells, True
            if found:
                row, column, up = found[-1]
                free = _times(same.free, row, column)
                same = replace(same, free=free, first=same.first._replace(up=up))
            made, more = made + len(found), len(found) == wanted
        return made, same.at(same.first), False

    def at(self, factors: _Factors) -> Array:
        """Return all cells at factors."""
        free = _times(self.free, factors.row, factors.column)
        return free + self.full + self.columns_give * factors.up

    def _found(self, rounds: int) -> list[_Factors]:
        """Return the factors after each round, of those that leave the same cells full."""
        given, taken = _sum(self.rows_give, 1), _sum(self.columns_give, 0)
        turned = np.ascontiguousarray(self.free.T)
        turned_back = np.ascontiguousarray(self.rows_give.T)
        give = bool(given.any() or taken.any())
        downs, found = [], [self.first]
        for _ in range(rounds):
            row, column, up = found[-1]
            there = row * (self.free @ column)
            down = _ratio(self.rows, there + given + self.columns_give @ up if give else there)
            row = row * down
            there = column * (turned @ row)
            up = _ratio(self.columns, there + taken + turned_back @ down if give else there)
            downs.append(down)
            found.append(_Factors(row, column * up, up))
        return found[1:][: self._same_rounds(np.array(downs), found)]

    def _same_rounds(self, downs: Array, found: Sequence[_Factors]) -> int:
        """Return how many rounds, the first of them, leave the same cells full."""
        row, column, up = (np.array(part) for part in zip(*found, strict=True))
        near = np.nonzero(_full(_times(self.free, row.max(axis=0), column.max(axis=0)), self.most))
        free, most = self.free[near], self.most[near]
        ended = (_there(row[1:], column[:-1], near) * free >= most).any(axis=1)
        ended |= (_there(row[1:], column[1:], near) * free >= most).any(axis=1)
        # what rows fill falls with its column and is filled again, and the other way round
        ended |= (_there(downs, up[:-1], self.columns_give_at) < 1.0).any(axis=1)
        ended |= (_there(downs, up[1:], self.rows_give_at) < 1.0).any(axis=1)
        return int(np.argmax(ended)) if ended.any() else len(downs)

    def _first_still(self, found: Sequence[_Factors], close: float) -> tuple[int, Array]:
        """Return the number of the first round that hardly moved cells, and cells after it."""
        before = self.at(self.first)
        for number, one in enumerate(found, 1):
            cells = self.at(one)
            if _moved(before, cells) <= close:
                return number, cells
            before = cells
        return len(found), before


def _there(row: Array, column: Array, cells: Places) -> Array:
    """Return the product of factors [round, row] and [round, column] of cells, [round, cell]."""
    return row[:, cells[0]] * column[:, cells[1]]


def _moved(before: Array, cells: Array) -> float:
    return float(np.abs(cells - before).max())


def _full(cells: Array, most: Array) -> Mask:
    return np.asarray((cells >= most) & (cells > 0))


def _ratio(wanted: Array, there: Array) -> Array:
    """Return by what there is to be multiplied; 1 where there is nothing."""
    return np.divide(wanted, there, out=np.ones(len(there)), where=there > 0)


def _times(cells: Array, row: Array, column: Array) -> Array:
    return row[:, None] * cells * column


def _not_above(cells: Array, rows: Array) -> Array:
    """Return cells whose rows do not exceed their totals: columns were scaled last."""
    sums = cells.sum(axis=1)
    down = np.divide(rows, sums, out=np.ones_like(sums), where=sums > rows)
    return np.asarray(cells * down[:, None])
