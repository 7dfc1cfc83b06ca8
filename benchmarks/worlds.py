"""Worlds of any size that look like the built-in one: merged where smaller, split where larger.

How ``resized`` works, in this order:

1. *Merging.* The largest economies stay and all others become the rest of the world; neighbouring
   sectors of one kind (goods, or services) are merged, the smallest first. Every account is kept.
2. *Splitting.* The largest countries and sectors are split into parts of unequal size; each part
   has its own strengths, partners and tastes (lognormal). The parts' flows sum to the parent's.
3. *Zeros.* The smallest cross-border flows become zero until about 15 per cent of all cells are;
   most of them are small countries'.
4. *Deficits.* Targets about the parents', wider for open economies, from -38 to +70 per cent of
   value added; cross-border flows are scaled to them.
5. *Rates, elasticities, recipes.* About the parents'.
6. *Closing.* Inputs beyond what a country buys move to other inputs, then to value added; final
   spending is what remains. ``World.from_arrays`` refuses a world that does not close.

These are worlds to measure programs on. They say nothing of any real country: the parts of
"USA" are no regions of it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

import countervail as cv
from benchmarks import splitting
from benchmarks.splitting import Parts

Array = NDArray[np.float64]

REST = "ROW"
ZEROS = 0.15
"""Share of cells without a flow: twice the built-in world's, as finer tables have more of them."""

DEFICITS = (-0.38, 0.70)
"""Imports less exports over value added. The built-in world's reach from -40 to +34 per cent; small
economies that live on transfers, which it has few of, borrow more."""


def resized(world: cv.World, countries: int, sectors: int, seed: int = 1) -> cv.World:
    """Return a world of the asked size that looks like ``world`` (see the top of this file).

    The largest part of a country or sector keeps its label; ``USA.2`` is the next. A world that has
    the asked size already is returned as it is.

    Args:
        world: the parent.
        countries: wanted number, at least 2.
        sectors: wanted number, at least 2.
        seed: of everything that is drawn.

    Raises:
        ValueError: fewer than 2 of either.
    """
    if (countries, sectors) == (len(world.countries), len(world.sectors)):
        return world
    if min(countries, sectors) < 2:
        raise ValueError(
            f"a world has at least 2 countries and 2 sectors, not {countries}x{sectors}"
        )
    rng = np.random.default_rng(seed)
    parent = merged(world, countries, sectors)
    books = parent.accounts
    country = splitting.allot(books.value_added, countries, 1.2, rng)
    sector = splitting.allot(books.gross_output.sum(axis=0), sectors, 0.7, rng)

    trade = splitting.split_trade(parent.trade, country, sector, rng)
    trade = splitting.zero_small(trade, ZEROS, rng)
    tariff = splitting.split_tariff(parent.tariff, country, sector, rng)
    bought = (trade * (1.0 + tariff)).sum(axis=0)
    shares = splitting.split_inputs(parent.input_share, bought, country, sector, rng)
    trade = _with_deficits(trade, shares, _mean_ratios(parent, country), rng)
    gross_output = trade.sum(axis=1)
    expenditure = (trade * (1.0 + tariff)).sum(axis=0)
    used = np.divide(
        books.intermediate,
        books.expenditure,
        out=np.zeros_like(books.expenditure),
        where=books.expenditure > 0,
    )
    most = (used + (1.0 - used) / 2.0)[country.parent][:, sector.parent]
    jitter = np.where(sector.split, rng.lognormal(0.0, 0.15, sectors), 1.0)
    return cv.World.from_arrays(
        trade=trade,
        tariff=tariff,
        input_share=splitting.close_inputs(shares, gross_output, expenditure, most),
        trade_elasticity=parent.trade_elasticity[sector.parent] * jitter,
        countries=_labels(parent.countries, country),
        sectors=_labels(parent.sectors, sector),
        name=f"{world.name}-{countries}x{sectors}",
        year=world.year,
        law_date=[parent.law_date[p] for p in country.parent],
        elasticity_set=f"{world.elasticity_set}, jittered",
        provenance={"resized_from": world.name, "parent": world.hash, "seed": seed},
    )


def merged(world: cv.World, countries: int, sectors: int) -> cv.World:
    """Return the world with at most so many countries and sectors, every account preserved."""
    groups = {}
    if countries < len(world.countries):
        size = np.array(world.accounts.value_added)
        if REST in world.countries:
            size[world.country(REST)] = -1.0
        small = np.argsort(-size, kind="stable")[countries - 1 :]
        groups[REST] = [world.countries[n] for n in sorted(small)]
    joined = _neighbours(world, sectors)
    if not groups and not joined:
        return world
    return world.aggregate(countries=groups, sectors=joined)


def goods(world: cv.World) -> NDArray[np.bool_]:
    """Return which sectors are goods: somebody levies a tariff on them, [sector]."""
    return np.asarray((world.tariff > 0).any(axis=(0, 1)))


def leader(world: cv.World) -> str:
    """Return the country whose tariffs change: the United States, or the largest economy."""
    if "USA" in world.countries:
        return "USA"
    return world.countries[int(np.argmax(world.accounts.value_added))]


def us_tariffs(world: cv.World, seed: int = 1) -> cv.Scenario:
    """Return the study's shock: the US adds 10 to 50 points on goods by partner, half answered."""
    rng = np.random.default_rng(seed)
    us = world.country(leader(world))
    tariff = np.array(world.tariff)
    added = rng.uniform(0.1, 0.5, len(world.countries))[:, None] * goods(world)
    tariff[:, us] += added
    tariff[us] += added / 2
    tariff[us, us] = 0.0
    return cv.Scenario.from_arrays(world, tariff=tariff)


def _neighbours(world: cv.World, sectors: int) -> dict[str, list[str]]:
    """Return groups of neighbouring sectors of one kind: label of the largest -> members."""
    size = world.accounts.gross_output.sum(axis=0)
    kind = goods(world)
    groups = [[j] for j in range(len(world.sectors))]
    while len(groups) > sectors:
        pairs = [
            (size[[*left, *right]].sum(), at)
            for at, (left, right) in enumerate(pairwise(groups))
            if kind[left[0]] == kind[right[0]]
        ]
        _, at = min(pairs)
        groups[at : at + 2] = [groups[at] + groups[at + 1]]
    return {
        world.sectors[max(group, key=lambda j: size[j])]: [world.sectors[j] for j in group]
        for group in groups
        if len(group) > 1
    }


def _mean_ratios(parent: cv.World, country: Parts) -> Array:
    """Return the parents' imports less exports over value added, [part]."""
    books = parent.accounts
    return np.asarray((books.deficit / books.value_added)[country.parent])


def _with_deficits(
    trade: Array, input_share: Array, mean: Array, rng: np.random.Generator
) -> Array:
    """Return the flows with deficits drawn about their means, within the range of real ones."""
    labour = 1.0 - input_share.sum(axis=1)
    drawn = rng.gumbel(-0.1, 0.2, mean.size)
    for _ in range(3):  # value added follows the flows, and the flows value added
        value_added = (labour * trade.sum(axis=1)).sum(axis=1)
        openness = np.minimum(_abroad(trade) / value_added, 1.0)
        ratio = mean + openness * drawn
        for _ in range(50):
            ratio = np.clip(ratio, *DEFICITS)
            ratio = np.clip(ratio, -openness, openness)
            # the sum over the world must be zero: a point or two, in proportion to size
            ratio = ratio - (ratio @ value_added) / value_added.sum()
        trade = splitting.set_balances(trade, ratio * value_added)
    return trade


def _abroad(trade: Array) -> Array:
    """Return half of exports and imports, [n]."""
    own = np.arange(len(trade))
    totals = trade.sum(axis=2)
    totals[own, own] = 0.0
    return np.asarray((totals.sum(axis=0) + totals.sum(axis=1)) / 2.0)


def _labels(parents: tuple[str, ...], parts: Parts) -> list[str]:
    numbers = zip(parts.parent, parts.number, strict=True)
    return [parents[p] + (f".{k + 1}" if k else "") for p, k in numbers]
