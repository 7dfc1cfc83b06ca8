"""What part of each purchase is an input: observed for goods, one byte a cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.world.world import World
from world_build.inputs import Tables

Array = NDArray[np.float64]

SMALL_USD_MILLION, SMALL_PART = 3.0, 2e-3
"""A cell below both, in the money of the tables and as a part of what either use buys, has the mean
of what its buyer imports of the sector: it is not worth a byte."""

STEPS = 256


def codes(tables: Tables) -> NDArray[np.uint8]:
    """Return the part of each purchase that producers use, in 256ths, [exporter, importer, sector].

    Small cells have the mean of their importer's imports. In services all origins have one part,
    that of the market: their final flows by partner are estimated.
    """
    parts = _observed(tables)
    n = np.arange(len(tables.countries))
    abroad, used = tables.X.copy(), tables.ZI.copy()
    abroad[n, n], used[n, n] = 0.0, 0.0
    mean = _ratio(used.sum(axis=0), abroad.sum(axis=0))
    final = tables.X - tables.ZI
    small = tables.X < SMALL_USD_MILLION
    for use in (tables.ZI, final):
        small &= use <= SMALL_PART * use.sum(axis=0)
    parts = np.where(small, mean[None], parts)
    services = [j for j, code in enumerate(tables.sectors) if code not in labels.GOODS_27]
    market = _ratio(tables.ZI.sum(axis=0), tables.X.sum(axis=0))
    parts[:, :, services] = market[None, :, services]
    return np.minimum(np.floor(parts * STEPS), STEPS - 1).astype(np.uint8)


class Loss(NamedTuple):
    """How far a world's shares of origins by use are from the tables', in points.

    Attributes:
        apart: mean distance of both uses' shares from the pooled ones, cell by cell, by spending.
        inputs, final: mean distance of shares as shipped from the tables', likewise.
        worst: the largest of a cell that is at least a hundredth of its market.
    """

    apart: float
    inputs: float
    final: float
    worst: float


def loss(world: World, tables: Tables) -> Loss:
    """Return what bytes and closing cost, over the goods.

    Producers' part is closed to what inputs at duty-paid prices come to, so that the two differ by
    what was cleaned as well.
    """
    goods = [j for j, code in enumerate(tables.sectors) if code in labels.GOODS_27]
    spent = (world.trade * (1.0 + world.tariff))[:, :, goods]
    kept, seen = world.inputs_bought[:, :, goods], _observed(tables)[:, :, goods]
    pooled = _ratio(spent, spent.sum(axis=0))
    found = []
    for ours, theirs in ((spent * kept, spent * seen), (spent * (1 - kept), spent * (1 - seen))):
        shares = [_ratio(cells, cells.sum(axis=0)) for cells in (ours, theirs)]
        there = (ours.sum(axis=0) > 0) & (theirs.sum(axis=0) > 0)
        gap = np.where(there, np.abs(shares[0] - shares[1]), 0.0)
        weight = np.where(there, theirs.sum(axis=0), 0.0)
        large = there & (weight > 1e-2 * spent.sum(axis=0)) & (pooled > 0.01)
        apart = np.where(there, np.abs(shares[1] - pooled), 0.0)
        found.append((_mean(gap, weight), _mean(apart, weight), float(gap[large].max())))
    (inputs, one, first), (final, two, second) = found
    return Loss(0.5 * (one + two), inputs, final, 100.0 * max(first, second))


def _observed(tables: Tables) -> Array:
    """Return the part of each purchase that producers use, as the tables have it."""
    return np.clip(_ratio(tables.ZI, tables.X), 0.0, 1.0)


def _ratio(part: Array, whole: Array) -> Array:
    return np.asarray(
        np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0)
    )


def _mean(gap: Array, weight: Array) -> float:
    """Return the mean over markets of the distance between two sets of shares, in points.

    Half the sum of the differences: how much of a market would have to change origin.
    """
    return float(100.0 * (0.5 * gap.sum(axis=0) * weight).sum() / weight.sum())
