"""What is sold in levels, and what stands between seller and buyer (see ``levels``)."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


class LevelLines(Protocol):
    """Tariff lines, plain arrays over lines; the lines of a cell cover it (weights sum to one)."""

    @property
    def exporter(self) -> IntArray:
        """Exporter of the line."""

    @property
    def importer(self) -> IntArray:
        """Importer of the line."""

    @property
    def sector(self) -> IntArray:
        """Sector of the line."""

    @property
    def weight(self) -> Array:
        """Share of the line in the cell's trade before tariff."""

    @property
    def tariff(self) -> Array:
        """Baseline rate of the line."""

    @property
    def tariff_new(self) -> Array:
        """New rate of the line."""

    @property
    def iceberg_hat(self) -> Array:
        """New over old trade cost of the line; infinity is a ban."""


class Varieties(NamedTuple):
    """Everything that is sold, arrays [variety].

    Attributes:
        exporter, importer, sector: where it is made and bought.
        value: baseline purchases at producer prices.
        tariff, tariff_new: baseline and new rate.
        export_tax: new rate of the exporter's own tax; the baseline has none.
        iceberg_hat: new over old trade cost; infinity is a ban.
        line: position of the tariff line it is; -1 for a cell without lines.
    """

    exporter: IntArray
    importer: IntArray
    sector: IntArray
    value: Array
    tariff: Array
    tariff_new: Array
    export_tax: Array
    iceberg_hat: Array
    line: IntArray


class Wedges(NamedTuple):
    """What stands between a seller's cost and its buyer's price, arrays [variety].

    Attributes:
        tariff: the importer's rate, on the price with the export tax.
        export_tax: the exporter's rate, on the unit cost.
        barrier: trade cost relative to the baseline; infinity is a ban.
        used_up: of the importer's rate, what pays for labour that makes nothing.
    """

    tariff: Array
    export_tax: Array
    barrier: Array
    used_up: Array | float = 0.0

    @property
    def log_markup(self) -> Array:
        """Log of the buyer's price over the unit cost; infinity where nothing is sold."""
        return np.asarray(np.log(self.barrier) + np.log1p(self.export_tax) + np.log1p(self.tariff))

    @property
    def kept(self) -> Array:
        """What the seller keeps of each unit of money the buyer spends."""
        return np.asarray(1.0 / ((1.0 + self.export_tax) * (1.0 + self.tariff)))

    @property
    def to_importer(self) -> Array:
        """What the importer's treasury takes of it."""
        return np.asarray((self.tariff - self.used_up) / (1.0 + self.tariff))

    @property
    def to_nobody(self) -> Array:
        """What of it is used up."""
        return np.asarray(self.used_up / (1.0 + self.tariff))

    @property
    def to_exporter(self) -> Array:
        """What the exporter's treasury takes of it; a subsidy is negative."""
        return self.export_tax * self.kept


def list_varieties(
    trade: Array, tariff: Array, law: Array, tax: Array, barrier: Array, lines: LevelLines | None
) -> Varieties:
    """Return cells with trade and without lines as one variety each, then the lines."""
    alone = trade > 0
    if lines is not None:
        alone[lines.exporter, lines.importer, lines.sector] = False
    i, n, j = np.nonzero(alone)
    listed = Varieties(
        i,
        n,
        j,
        trade[alone],
        tariff[alone],
        law[alone],
        tax[alone],
        barrier[alone],
        np.full(i.size, -1),
    )
    if lines is None:
        return listed
    cell = trade[lines.exporter, lines.importer, lines.sector]
    sold = np.flatnonzero(cell * lines.weight > 0)
    extra = Varieties(
        lines.exporter[sold],
        lines.importer[sold],
        lines.sector[sold],
        (cell * lines.weight)[sold],
        lines.tariff[sold],
        lines.tariff_new[sold],
        tax[lines.exporter, lines.importer, lines.sector][sold],
        lines.iceberg_hat[sold],
        sold,
    )
    return Varieties(*(np.concatenate(pair) for pair in zip(listed, extra, strict=True)))
