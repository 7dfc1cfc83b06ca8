"""A matrix with given totals and the proportions of a pattern, within what each cell can hold.

Proportional fitting (Deming and Stephan 1940) with upper limits on cells.
"""

from __future__ import annotations

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
    held, base = (_sum(part, axis) for part in (most * full, cells * ~full))
    need, over = goal - held, held > goal
    if over.any():  # where what is full is already too much, everything gives way in proportion
        need, base = np.where(over, goal, need), np.where(over, _sum(cells, axis), base)
        full &= ~np.expand_dims(over, axis)
    factor = np.divide(need, base, out=np.ones_like(base), where=base > 0)
    scaled = np.minimum(cells * np.expand_dims(factor, axis), most)
    np.copyto(scaled, most, where=full)
    return np.asarray(scaled)


def _sum(cells: Array, axis: int) -> Array:
    """Return sums over an axis, as a product with ones: NumPy's own are slow over short axes."""
    ones = np.ones(cells.shape[axis])
    return np.asarray(cells @ ones if axis else ones @ cells)


class _Factors(NamedTuple):
    """Factors of rows and of columns since a round, and what the last one made of columns.

    Of one round, or of several: [round, row] and [round, column].
    """

    row: Array
    column: Array
    up: Array

    def after(self, rounds: int | slice) -> _Factors:
        """Return those after a round, or after several."""
        return _Factors(self.row[rounds], self.column[rounds], self.up[rounds])


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
        held = most * full
        over, over_columns = _sum(held, 1) > rows, _sum(filled, 0) > columns
        stays = held * ~over[:, None]
        gives = filled * over_columns
        if (gives[over] > 0).any() or (stays[:, over_columns] > 0).any():
            return None
        back = gives > 0
        up = np.divide(cells, most, out=np.ones_like(cells), where=back).min(axis=0)
        return cls(
            rows=rows - _sum(stays, 1),
            columns=columns - _sum(stays, 0),
            free=cells * ~(full | back),
            full=held,
            rows_give=held * over[:, None],
            columns_give=gives,
            rows_give_at=_at(full & over[:, None]),
            columns_give_at=_at(back),
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
            number = len(found.up) - 1
            cells, free = same.at(found.after(number))
            if number and same._may_be_still(found, close):
                before, _ = same.at(found.after(number - 1))
                if _moved(before, cells) <= close:
                    number, cells = same._first_still(found, close)
                    return made + number, cells, True
            same = replace(same, free=free, first=same.first._replace(up=found.up[number]))
            made, more = made + number, number == wanted
        return made, cells, False

    def at(self, factors: _Factors) -> tuple[Array, Array]:
        """Return all cells at factors, and those that are never full."""
        free = _times(self.free, factors.row, factors.column)
        return free + self.full + self.columns_give * factors.up, free

    def _found(self, rounds: int) -> _Factors:
        """Return the factors from the first on, after each round that leaves the same full."""
        given, taken = _sum(self.rows_give, 1), _sum(self.columns_give, 0)
        turned = np.ascontiguousarray(self.free.T)
        give = bool(given.any() or taken.any())
        turned_back = np.ascontiguousarray(self.rows_give.T) if give else None
        # a row or column in which there is nothing keeps its factor
        row, column, up = (np.ones((rounds + 1, len(first))) for first in self.first)
        downs = np.ones((rounds, len(self.rows)))
        row[0], column[0], up[0] = self.first
        for k in range(rounds):
            there = row[k] * (self.free @ column[k])
            if give:
                there = there + given + self.columns_give @ up[k]
            np.divide(self.rows, there, out=downs[k], where=there > 0)
            np.multiply(row[k], downs[k], out=row[k + 1])
            there = column[k] * (turned @ row[k + 1])
            if give:
                there = there + taken + turned_back @ downs[k]
            np.divide(self.columns, there, out=up[k + 1], where=there > 0)
            np.multiply(column[k], up[k + 1], out=column[k + 1])
        found = _Factors(row, column, up)
        return found.after(slice(self._same_rounds(downs, found) + 1))

    def _same_rounds(self, downs: Array, found: _Factors) -> int:
        """Return how many rounds, the first of them, leave the same cells full."""
        row, column, up = found
        ended = np.zeros(len(downs), dtype=np.bool_)
        near = _at(_full(_times(self.free, row.max(axis=0), column.max(axis=0)), self.most))
        if len(near[0]):
            free, most = self.free[near], self.most[near]
            for there in (column[:-1], column[1:]):
                ended |= (_there(row[1:], there, near) * free >= most).any(axis=1)
        # what rows fill falls with its column and is filled again, and the other way round
        for there, gives in ((up[:-1], self.columns_give_at), (up[1:], self.rows_give_at)):
            if len(gives[0]):
                ended |= (_there(downs, there, gives) < 1.0).any(axis=1)
        return int(np.argmax(ended)) if ended.any() else len(downs)

    def _may_be_still(self, found: _Factors, close: float) -> bool:
        """Return whether the last round may have moved no cell further: rows tell, at less cost."""
        sums = [found.row[k] * (self.free @ found.column[k]) for k in (-2, -1)]
        return _moved(*sums) <= len(self.columns) * close

    def _first_still(self, found: _Factors, close: float) -> tuple[int, Array]:
        """Return the number of the first round that hardly moved cells, and cells after it."""
        before, _ = self.at(self.first)
        for number in range(1, len(found.up)):
            cells, _ = self.at(found.after(number))
            if _moved(before, cells) <= close:
                return number, cells
            before = cells
        return len(found.up) - 1, before


def _there(row: Array, column: Array, cells: Places) -> Array:
    """Return the product of factors [round, row] and [round, column] of cells, [round, cell]."""
    return row[:, cells[0]] * column[:, cells[1]]


def _at(cells: Mask) -> Places:
    """Return where cells are: few of a large matrix, which is faster to search when flat."""
    return np.unravel_index(np.flatnonzero(cells), cells.shape)


def _moved(before: Array, cells: Array) -> float:
    return float(np.abs(cells - before).max())


def _full(cells: Array, most: Array) -> Mask:
    return np.asarray((cells >= most) & (cells > 0))


def _times(cells: Array, row: Array, column: Array) -> Array:
    found = row[:, None] * cells
    found *= column
    return found


def _not_above(cells: Array, rows: Array) -> Array:
    """Return cells whose rows do not exceed their totals: columns were scaled last."""
    sums = cells.sum(axis=1)
    down = np.divide(rows, sums, out=np.ones_like(sums), where=sums > rows)
    return np.asarray(cells * down[:, None])
