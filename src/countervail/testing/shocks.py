"""Shocks to small worlds as plain arrays: for the public door, and for the solution in levels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.pricing.lines import PricedLines
from countervail.scenario import Resolved, Scenario, StateShock
from countervail.scenario.placed import Placed
from countervail.testing.worlds import Table
from countervail.world.world import World

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class LineTable:
    """Tariff lines inside cells, arrays [line]; the lines of a cell cover it.

    See docs/theory.md, Tariff lines.

    Attributes:
        exporter, importer, sector: the line's cell.
        weight: share of the cell's trade before tariff.
        tariff, tariff_new: whole rate of the line, before and after.
        iceberg_hat: new over old trade cost; infinity is a ban.
    """

    exporter: IntArray
    importer: IntArray
    sector: IntArray
    weight: Array
    tariff: Array
    tariff_new: Array
    iceberg_hat: Array

    @property
    def cells(self) -> tuple[IntArray, IntArray, IntArray]:
        """The cell of each line, as an index into [exporter, importer, sector]."""
        return self.exporter, self.importer, self.sector

    def unchanged(self) -> LineTable:
        """Return the same lines under the law of the baseline."""
        return replace(self, tariff_new=self.tariff, iceberg_hat=np.ones_like(self.weight))


@dataclass(frozen=True)
class TableShock:
    """What changes in a Table; None is no change. Axes as in Table.

    Attributes:
        tariff_new: rates, [i, n, j].
        iceberg_hat: ratio, infinite for a ban, [i, n, j].
        export_tax: rates, [i, n, j].
        productivity_hat: ratio, [n, j].
        labour_hat: ratio, [n].
        transfer: USD million received, [n].
        lines: tariff lines, or None.
    """

    tariff_new: Array | None = None
    iceberg_hat: Array | None = None
    productivity_hat: Array | None = None
    labour_hat: Array | None = None
    lines: LineTable | None = None
    export_tax: Array | None = None
    transfer: Array | None = None

    def replace(self, **changes: Any) -> TableShock:
        """Return the shock with other parts."""
        return replace(self, **changes)

    def arrays(self) -> dict[str, Any]:
        """Return the shock as ``solve_levels`` takes it."""
        return {
            "tariff_new": self.tariff_new,
            "iceberg_hat": self.iceberg_hat,
            "export_tax": self.export_tax,
            "productivity_hat": self.productivity_hat,
            "labour_hat": self.labour_hat,
            "transfer": self.transfer,
            "lines": self.lines,
        }

    def scenario(self, world: World) -> Scenario:
        """Return the shock as a scenario of the world."""
        if self.lines is not None:
            return two_states(world, TableShock(lines=self.lines.unchanged()), self)
        return Scenario.from_arrays(
            world,
            tariff=self.tariff_new,
            iceberg_hat=self.iceberg_hat,
            export_tax=self.export_tax,
            productivity_hat=self.productivity_hat,
            labour_hat=self.labour_hat,
            transfer=self.transfer,
            allow_extreme=True,
        )


def two_states(world: World, before: TableShock, after: TableShock) -> Scenario:
    """Return the comparison of two shocks to one world; both have the same lines, or none."""
    table = after.lines
    lines = None
    if table is not None:
        lines = PricedLines(
            exporter=table.exporter,
            importer=table.importer,
            sector=table.sector,
            weight=table.weight,
            tariff=table.tariff,
            known=np.zeros(table.weight.size, dtype=bool),
            names=tuple(f"line {n}" for n in range(table.weight.size)),
            members=tuple(frozenset() for _ in range(table.weight.size)),
        )

    def state(shock: TableShock) -> StateShock:
        law = shock.lines
        return StateShock(
            tariff_new=shock.tariff_new,
            iceberg_hat=shock.iceberg_hat,
            export_tax=shock.export_tax,
            productivity_hat=shock.productivity_hat,
            labour_hat=shock.labour_hat,
            transfer=shock.transfer,
            line_tariff=None if law is None else law.tariff_new,
            line_iceberg=None if law is None else law.iceberg_hat,
        )

    placed = Resolved(state(before), state(after), lines)

    question = Scenario("two-states", "Two states by hand", world_hash=world.hash)
    return Placed.of(question, placed)


def unilateral(table: Table, importer: int, rate: float) -> TableShock:
    """Return one country's tariff on everybody and everything, points on top of what stands."""
    law = table.tariff.copy()
    law[:, importer] += rate
    law[importer, importer] = 0.0
    return TableShock(tariff_new=law)


def everywhere(table: Table, rate: float) -> TableShock:
    """Return every country's tariff on everybody, points on top of what stands."""
    law = table.tariff + rate
    home = range(law.shape[0])
    law[home, home] = 0.0
    return TableShock(tariff_new=law)


def random_shock(
    seed: int | np.random.Generator,
    table: Table,
    *,
    tariffs: float = 1.0,
    icebergs: float = 0.0,
    bans: float = 0.0,
    productivity: float = 0.0,
    labour: float = 0.0,
    lines: int = 0,
    export_taxes: float = 0.0,
    transfers: float = 0.0,
    sever: bool = False,
) -> TableShock:
    """Return a random shock.

    Args:
        seed: a seed, or a generator to draw from.
        table: the world it acts on.
        tariffs: largest new rate of the cells that change (about half); 0 leaves tariffs alone.
        icebergs: standard deviation of log trade cost changes across borders.
        bans: share of cells across borders that are banned.
        productivity: standard deviation of log productivity changes.
        labour: standard deviation of log labour changes.
        lines: cells across borders that are split into two to four tariff lines.
        export_taxes: largest export tax of the cells that have one (about half), some of them
            subsidies of at most half of it, and of half the price.
        transfers: largest transfer, as a share of value added (about).
        sever: let bans cut a country off; else each keeps selling to the next in its last sector,
            where ``random_world`` has a ring of flows.
    """
    rng = np.random.default_rng(seed)
    shape = table.trade.shape
    home = np.arange(shape[0])
    law = np.where(rng.random(shape) < 0.5, rng.uniform(0.0, tariffs, shape), table.tariff)
    law[home, home] = 0.0
    barrier = np.exp(rng.normal(0.0, 1.0, shape) * icebergs)
    banned = rng.random(shape) < bans
    banned[home, np.roll(home, 1), -1] &= sever
    barrier[banned] = np.inf
    barrier[home, home] = 1.0
    return TableShock(
        law if tariffs else None,
        barrier if icebergs or bans else None,
        np.exp(rng.normal(0.0, productivity, shape[1:])) if productivity else None,
        np.exp(rng.normal(0.0, labour, shape[0])) if labour else None,
        random_lines(rng, table, lines, tariffs) if lines else None,
        random_export_tax(rng, table, export_taxes) if export_taxes else None,
        random_transfer(rng, table, transfers) if transfers else None,
    )


def random_export_tax(seed: int | np.random.Generator, table: Table, most: float) -> Array:
    """Return export taxes of up to ``most`` on about half of the cells, some negative.

    Subsidies are at most half as large, and half of the price at the factory gate.
    """
    rng = np.random.default_rng(seed)
    shape = table.trade.shape
    rates = rng.uniform(-0.5 * min(most, 1.0), most, shape)
    tax = np.where(rng.random(shape) < 0.5, rates, 0.0)
    home = np.arange(shape[0])
    tax[home, home] = 0.0
    return tax


def random_transfer(seed: int | np.random.Generator, table: Table, most: float) -> Array:
    """Return transfers that sum to zero, about ``most`` of value added at the largest."""
    rng = np.random.default_rng(seed)
    labour_share = 1.0 - table.input_share.sum(axis=1)
    value_added = (labour_share * table.trade.sum(axis=1)).sum(axis=1)
    gift = rng.uniform(-most, most, value_added.size) * value_added
    gift = gift - value_added * (gift.sum() / value_added.sum())
    gift[-1] = -gift[:-1].sum()
    return np.asarray(gift)


def random_lines(
    seed: int | np.random.Generator, table: Table, cells: int, tariffs: float = 1.0
) -> LineTable | None:
    """Return lines of up to ``cells`` random cells with trade, or None where there is no such cell.

    Base rates differ from line to line and average to the cell's; a fifth of the lines is banned,
    the last line of a cell never.
    """
    rng = np.random.default_rng(seed)
    crossing = table.trade > 0
    home = np.arange(table.trade.shape[0])
    crossing[home, home] = False
    places = rng.permutation(np.argwhere(crossing))[:cells]
    if not len(places):
        return None
    rows = []
    for i, n, j in places:
        weight = rng.dirichlet(np.ones(rng.integers(2, 5)))
        spread = rng.uniform(0.0, 1.0, weight.size)
        rate = table.tariff[i, n, j] * spread / (weight * spread).sum()
        for line, v in enumerate(weight):
            last = line == weight.size - 1
            banned = rng.random() < 0.2 and not last
            barrier = np.inf if banned else 1.0
            rows.append((i, n, j, v, rate[line], rng.uniform(0.0, tariffs), barrier))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return LineTable(*columns)
