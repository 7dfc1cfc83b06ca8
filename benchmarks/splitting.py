"""Splitting a world's arrays into finer ones that still look like trade data.

Plain arrays only. Axes as in a World: exporter, importer, sector; (country, input sector, using
sector). Every part knows its parent; the parts of one parent stand side by side.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.intp]

OWN_COUNTRY, OWN_DEMAND, OWN_PAIR, OWN_CELL = 0.8, 0.4, 0.7, 0.9
"""Log standard deviations of what parts do differently: a seller's strength in a sector, a buyer's
taste for one, a pair's nearness, a single flow. Chosen by eye: no estimates."""

ALWAYS_BOUGHT = 0.01
"""A flow above this part of what the buyer buys of the sector is never set to zero."""


class Parts(NamedTuple):
    """How an axis is split.

    Attributes:
        parent: position of each part's parent, ascending, [part].
        share: the part's share of its parent; the shares of one parent sum to one, [part].
    """

    parent: IntArray
    share: Array

    @property
    def starts(self) -> IntArray:
        """Position of each parent's first part, its largest."""
        return np.flatnonzero(np.r_[True, np.diff(self.parent) > 0])

    @property
    def number(self) -> IntArray:
        """Place of each part among its parent's, from 0."""
        return np.asarray(np.arange(self.parent.size) - self.starts[self.parent])

    @property
    def split(self) -> NDArray[np.bool_]:
        """Whether the part's parent has several, [part]."""
        return np.asarray(np.bincount(self.parent)[self.parent] > 1)


def allot(sizes: Array, wanted: int, spread: float, rng: np.random.Generator) -> Parts:
    """Return ``wanted`` parts: the larger a parent, the more of them, and none of equal size.

    Places go one by one to the highest root of size over parts so far, so that the largest country
    is split most but not as often as its size would have it.

    Args:
        sizes: of the parents, any unit.
        wanted: parts in all; at least one for each parent.
        spread: standard deviation of the log sizes of parts.
        rng: source of the sizes.
    """
    parts = np.ones(sizes.size, dtype=np.intp)
    for _ in range(wanted - sizes.size):
        parts[np.argmax(np.sqrt(sizes) / parts)] += 1
    shares = [np.sort(rng.lognormal(0.0, spread, n))[::-1] for n in parts]
    parent = np.repeat(np.arange(sizes.size), parts)
    return Parts(parent, np.concatenate([s / s.sum() for s in shares]))


def split_trade(trade: Array, country: Parts, sector: Parts, rng: np.random.Generator) -> Array:
    """Return the flows between parts; those of one parent flow sum to it.

    A part sells and buys by its size, its strength in the sector, its nearness to the partner, and
    chance. What a country sold at home stays mostly inside each part; the parts trade with each
    other as much as the country did with the world.

    Args:
        trade: X[i, n, j] of the parents.
        country: parts of the countries.
        sector: parts of the sectors.
        rng: source of the differences.
    """
    n, j = country.parent.size, sector.parent.size
    supply = country.share[:, None] * rng.lognormal(0.0, OWN_COUNTRY, (n, j))
    demand = country.share[:, None] * rng.lognormal(0.0, OWN_DEMAND, (n, j)) * sector.share
    weight = rng.lognormal(0.0, OWN_CELL, (n, n, j))
    weight *= rng.lognormal(0.0, OWN_PAIR, (n, n, 1))
    weight *= supply[:, None, :]
    weight *= demand[None, :, :]
    home = np.einsum("nnj->nj", trade)
    bought = trade.sum(axis=0)
    openness = 1.0 - np.divide(home, bought, out=np.ones_like(home), where=bought > 0)
    openness = openness[country.parent][:, sector.parent]
    a, b = np.nonzero(country.parent[:, None] == country.parent[None, :])
    weight[a, b] *= openness[b]
    own = np.arange(n)
    weight[own, own] = np.sqrt(supply * demand) * np.sqrt(sector.share) * (1.0 - openness)
    whole = np.add.reduceat(weight, country.starts, axis=0)
    whole = np.add.reduceat(whole, country.starts, axis=1)
    whole = np.add.reduceat(whole, sector.starts, axis=2)
    factor = np.divide(trade, whole, out=np.zeros_like(trade), where=whole > 0)
    weight *= factor[country.parent][:, country.parent][:, :, sector.parent]
    return np.asarray(weight)


def zero_small(trade: Array, zeros: float, rng: np.random.Generator) -> Array:
    """Return the flows with the small cross-border ones set to zero, up to a share of all cells.

    Small countries have small flows, so most zeros are theirs. No market loses a supplier of note.

    Args:
        trade: X[i, n, j].
        zeros: share of cells without a flow, those that are there already included.
        rng: blurs the line below which a flow is too small.
    """
    wanted = round(zeros * trade.size) - np.count_nonzero(trade == 0)
    small = trade < ALWAYS_BOUGHT * trade.sum(axis=0)
    small &= trade > 0
    own = np.arange(len(trade))
    small[own, own] = False
    candidates = np.flatnonzero(small)
    if wanted <= 0 or candidates.size == 0:
        return trade
    size = np.log(trade.reshape(-1)[candidates]) + rng.normal(0.0, 1.0, candidates.size)
    chosen = candidates[np.argsort(size)[:wanted]]
    result = trade.copy()
    result.reshape(-1)[chosen] = 0.0
    return result


def set_balances(trade: Array, deficit: Array, rounds: int = 200) -> Array:
    """Return the flows with cross-border totals scaled so that imports less exports are as wanted.

    Each pair's flows are scaled by a factor of the exporter and one of the importer (biproportional
    fitting), half of the change on either side.

    Args:
        trade: X[i, n, j].
        deficit: wanted imports less exports, [n], summing to zero.
        rounds: scalings of rows and columns.
    """
    own = np.arange(len(trade))
    totals = trade.sum(axis=2)
    totals[own, own] = 0.0
    size = (totals.sum(axis=0) + totals.sum(axis=1)) / 2.0
    row, column = np.ones(len(trade)), np.ones(len(trade))
    for _ in range(rounds):
        row = (size - deficit / 2.0) / (totals @ column)
        column = (size + deficit / 2.0) / (row @ totals)
    factor = np.outer(row, column)
    factor[own, own] = 1.0
    return np.asarray(trade * factor[:, :, None])


def split_tariff(tariff: Array, country: Parts, sector: Parts, rng: np.random.Generator) -> Array:
    """Return rates about the parents': by importer and sector, and a little by partner.

    Between the parts of one country half of the pairs trade freely, as members of a union do; the
    others at the mean rate of the country on its partners.
    """
    n, j = country.parent.size, sector.parent.size
    rate = tariff[country.parent][:, country.parent][:, :, sector.parent]
    mean = tariff.sum(axis=0) / max(1, len(tariff) - 1)
    inside = country.parent[:, None] == country.parent[None, :]
    union = np.triu(rng.random((n, n)) < 0.5)
    a, b = np.nonzero(inside & ~(union | union.T))
    rate[a, b] = mean[country.parent[b]][:, sector.parent]
    changes = (country.split[:, None] | sector.split)[None]
    rate *= np.where(changes, rng.lognormal(0.0, 0.25, (1, n, j)), 1.0)
    rate *= np.where(changes, rng.lognormal(0.0, 0.1, (n, n, 1)), 1.0)
    rate[np.arange(n), np.arange(n)] = 0.0
    return np.asarray(rate)


def split_inputs(
    input_share: Array, expenditure: Array, country: Parts, sector: Parts, rng: np.random.Generator
) -> Array:
    """Return input shares of parts: the parent's recipe, with each part's own tastes and labour.

    An input sector's share goes to its parts as the country spends on them. A part's whole input
    share is the parent's, and its value-added share differs by a tenth or two.

    Args:
        input_share: gamma[n, k, j] of the parents.
        expenditure: X[n, j] of the parts.
        country: parts of the countries.
        sector: parts of the sectors.
        rng: source of the differences.
    """
    n, j = expenditure.shape
    whole = np.add.reduceat(expenditure, sector.starts, axis=1)[:, sector.parent]
    within = np.divide(expenditure, whole, out=np.zeros_like(whole), where=whole > 0)
    recipe = input_share[country.parent][:, sector.parent][:, :, sector.parent] * within[:, :, None]
    changes = country.split[:, None] | sector.split
    recipe *= np.where(changes[:, None, :], rng.lognormal(0.0, 0.4, recipe.shape), 1.0)
    wanted = input_share.sum(axis=1)[country.parent][:, sector.parent]
    other = 1.0 - (1.0 - wanted) * rng.lognormal(0.0, 0.15, (n, j))
    wanted = np.where(changes, np.clip(other, 0.0, np.maximum(wanted, 0.95)), wanted)
    found = recipe.sum(axis=1)
    scale = np.divide(wanted, found, out=np.zeros_like(found), where=found > 0)
    return np.asarray(recipe * scale[:, None, :])


def close_inputs(
    input_share: Array, gross_output: Array, expenditure: Array, most: Array, rounds: int = 12
) -> Array:
    """Return input shares whose use of each product leaves something for final spending.

    What a country's producers would use beyond ``most`` of what it buys of a product is moved to
    their other inputs; what cannot be moved becomes value added. Final spending is what remains, so
    it is nowhere negative.

    Args:
        input_share: gamma[n, k, j].
        gross_output: Y[n, j].
        expenditure: X[n, k], duty-paid.
        most: largest part of a product's purchases that goes to producers, [n, k].
        rounds: of moving.
    """
    wanted = input_share.sum(axis=1)
    shares = input_share
    for left in reversed(range(rounds)):
        used = np.matmul(shares, gross_output[:, :, None])[:, :, 0]
        allowed = most * expenditure
        scale = np.divide(allowed, used, out=np.ones_like(used), where=used > allowed)
        if (scale == 1.0).all():
            break
        shares = shares * scale[:, :, None]
        if left:
            found = shares.sum(axis=1)
            scale = np.divide(wanted, found, out=np.ones_like(found), where=found > 0)
            shares = shares * scale[:, None, :]
    return np.asarray(shares)
