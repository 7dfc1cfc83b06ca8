"""What a player sets: tariffs on cells of trade or on tariff lines, several of which may share one.

A vector of rates, one an instrument, becomes a state of law, and the slopes of a state's tariffs
become slopes of that vector. A cell's instrument sets every tariff line in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.core.levers import Levers
from countervail.core.model import Baseline, Lines, Shock
from countervail.policy.evaluator import Visited
from countervail.policy.legal import Movers
from countervail.policy.rates.reaction import Reaction
from countervail.solution import Solution
from countervail.world import World

Array = NDArray[np.float64]
IntArray = NDArray[np.intp]

EVERYBODY = -1
"""Partner of a rate that all partners pay alike."""


class Traded(NamedTuple):
    """Trade under an instrument, USD million, under the status quo and then."""

    before: Array
    after: Array


@dataclass(frozen=True, eq=False)
class Instruments:
    """The rates a player sets, and the cells and tariff lines each of them stands in.

    Attributes:
        partner: position of the partner an instrument is for, or ``EVERYBODY``, [instrument].
        sector: of its goods, [instrument].
        line: name of its tariff line; None for one that sets whole cells, [instrument].
        low, high: bounds of its rate, [instrument].
        of: instrument of each cell, [cell].
        cell_sector, cell_importer, cell_exporter: where each cell is, [cell].
        line_of: instrument of each tariff line; -1 where it is nobody's, [line].
        alone: tariff lines whose instrument sets no whole cell, [line].
        additional: rates come on top of what stands, instead of in its place.
        reaction: how partners answer; None where everybody else's law stays.
        notes: what must be said of them, in sentences.
    """

    partner: IntArray
    sector: IntArray
    line: tuple[str | None, ...]
    low: Array
    high: Array
    of: IntArray
    cell_sector: IntArray
    cell_importer: IntArray
    cell_exporter: IntArray
    line_of: IntArray
    alone: NDArray[np.bool_]
    additional: bool
    reaction: Reaction | None
    notes: tuple[str, ...]

    @property
    def cells(self) -> tuple[IntArray, IntArray, IntArray]:
        """Index of the cells in the core's axes [sector, importer, exporter]."""
        return self.cell_sector, self.cell_importer, self.cell_exporter

    @property
    def world_cells(self) -> tuple[IntArray, IntArray, IntArray]:
        """Index of the cells in a world's axes [exporter, importer, sector]."""
        return self.cell_exporter, self.cell_importer, self.cell_sector

    def __len__(self) -> int:
        return len(self.partner)

    def placed(self, base: Baseline, law: Shock, rates: Array) -> Shock:
        """Return a state of law with these rates in the player's cells and lines, and answered."""
        tariff = (base.tariff if law.tariff_new is None else law.tariff_new).copy()
        kept = float(self.additional)
        tariff[self.cells] = kept * tariff[self.cells] + rates[self.of]
        lines = law.lines
        if lines is not None:
            own = self.line_of >= 0
            line_rates = lines.tariff_new.copy()
            line_rates[own] = kept * line_rates[own] + rates[self.line_of[own]]
            lines = lines._replace(tariff_new=line_rates)
        placed = law._replace(tariff_new=tariff, lines=lines)
        return placed if self.reaction is None else self.reaction.answered(placed, rates)

    def slopes(self, levers: Levers, *_: object) -> Array:
        """Return the slopes of the rates from those of a state's tariffs, [instrument]."""
        own = self.total(levers.tariff[self.cells], levers.line_tariff)
        return own if self.reaction is None else own + self.reaction.slopes(levers)

    def curvature(self, visited: Visited, rates: Array) -> Array:
        """Return (theta + 1) x imports / (1 + t), in per cent of what counts, [instrument].

        A duty t where t* would be best loses (t - t*) of every unit of trade it drives away, and a
        point more drives away (theta + 1) / (1 + t) of it: what the trade still taxed is worth to
        its buyer.
        """
        lines = visited.law.lines
        cells = _fall(visited, self.cells)
        if lines is None or not self.alone.any():
            return self.total(cells / (1.0 + rates[self.of]), cells[:0])
        # how much of the cell's trade a line keeps is roughly its weight
        part = _fall(visited, _cells_of(lines)) * lines.weight
        return self.total(cells / (1.0 + rates[self.of]), part / (1.0 + rates[self.line_of]))

    def others(self, _world: World) -> Movers:
        """Return who answers as stated: names and positions."""
        answer = self.reaction
        return [] if answer is None else list(zip(answer.names, answer.members, strict=True))

    def present(self, base: Baseline, law: Shock) -> Array:
        """Return the rates that stand, averaged over lines and cells by base-year trade."""
        cube = (base.tariff if law.tariff_new is None else law.tariff_new).copy()
        trade = base.trade_share * base.expenditure[:, :, None] / (1.0 + base.tariff)
        rates, weight = np.zeros(0), np.zeros(0)
        if law.lines is not None:
            _average_lines(cube, law.lines)
            rates = law.lines.tariff_new
            weight = law.lines.weight * trade[_cells_of(law.lines)]
        whole = self.total(trade[self.cells], weight)
        paid = self.total(trade[self.cells] * cube[self.cells], weight * rates)
        return np.asarray(paid / whole)

    def total(self, cells: Array, lines: Array) -> Array:
        """Return sums over the cells, and the lines that stand alone, of each instrument.

        Args:
            cells: [cell].
            lines: [line].
        """
        sums = np.bincount(self.of, cells, minlength=len(self)).astype(np.float64)
        if self.alone.any():
            sums += np.bincount(self.line_of[self.alone], lines[self.alone], minlength=len(self))
        return sums

    def traded(self, solution: Solution) -> Traded:
        """Return each instrument's trade in both states of a solution, [instrument]."""
        flows, at = solution.lines, self.world_cells
        lines = (np.zeros(0),) * 2 if flows is None else (flows.trade, flows.trade_new)
        return Traded(
            self.total(solution.arrays["trade"][at], lines[0]),
            self.total(solution.arrays["trade_new"][at], lines[1]),
        )

    def rates_of_world(self, rates: Array, world: World) -> Array:
        """Return rates in a world's axes [exporter, importer, sector]; NaN where no cell is set."""
        cube = np.full(world.trade.shape, np.nan)
        cube[self.world_cells] = rates[self.of]
        return cube

    def label(self, k: int, sectors: Sequence[str]) -> str:
        """Return an instrument's goods: the sector, and the tariff line where it is one."""
        sector, line = sectors[int(self.sector[k])], self.line[k]
        return sector if line is None else f"{sector} {line}"


def _fall(visited: Visited, cells: tuple[IntArray, IntArray, IntArray]) -> Array:
    """Return by how much slopes fall in cells, per unit of 1 + t.

    Where buyers are told by use it is the mean of both, roughly: as if each bought half.
    """
    (j, n, i), weights, totals = cells, visited.weights, visited.totals
    sectors, fall = len(totals.gross_output), np.zeros(len(j))
    uses = len(weights.share) // sectors
    for row in (j + sectors * use for use in range(uses)):
        theta = weights.trade_elasticity[row, 0]
        share = weights.share[row, n, i]
        cheaper = (totals.asked_hat[j, i] / totals.met_hat[j, n]) ** -theta
        seller_wedge = (share - weights.duty[row, n, i]) * cheaper
        imports = np.where(share > 0, seller_wedge * totals.expenditure[j, n], 0.0)
        fall += (theta + 1.0) * imports / uses
    money = 100.0 * _importance(visited.entries) / visited.spending
    counted = np.where(money[n] > 0, money[n], money.max())
    return np.asarray(counted * fall)


def _importance(entries: Mapping[str, Array]) -> Array:
    """Return what a per cent of each country's outcomes counts for, roughly, [country]."""
    size = np.abs(entries["welfare"])
    for name, each in entries.items():
        if name != "welfare":
            size = size + np.abs(each).reshape(-1, len(size)).sum(axis=0)
    return np.asarray(size)


def _average_lines(cube: Array, lines: Lines) -> None:
    """Put the mean rate of its lines in the place of each cell that has some."""
    at = _cells_of(lines)
    mean = np.zeros_like(cube)
    np.add.at(mean, at, lines.weight * lines.tariff_new)
    cube[at] = mean[at]


def _cells_of(lines: Lines) -> tuple[IntArray, IntArray, IntArray]:
    """Return the cell of each line in the core's axes."""
    return lines.sector, lines.importer, lines.exporter
