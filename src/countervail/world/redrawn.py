"""A world with other values where only sums are known: trade in services, use of inputs, duties.

Some cells of a table are not observed, only their sums are. Other values for them are as good if
they have the same sums: factors are drawn and the cells fitted back to every sum they belong to, so
that output, expenditure, value added, final spending, deficits and bilateral totals stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from countervail.world.accounts import trim_rounding, trimmed
from countervail.world.world import World

Array = NDArray[np.float64]

MOST_ROUNDS = 10_000
CLOSE_PART = 1e-6
"""Sums are met to this part of them."""


def services_redrawn(
    world: World, sectors: Sequence[str], spread: float, rng: np.random.Generator
) -> World:
    """Return the world with trade in some sectors shared out otherwise over them.

    Totals by pair of countries, by seller and sector, and by buyer and sector stay, at producer
    prices; so do sales at home. No tariffs should stand in these sectors: they would follow.

    Args:
        world: the world as it is.
        sectors: the sectors among which the split is estimated.
        spread: standard deviation of the log of a cell's factor, before fitting.
        rng: what draws.
    """
    places = [world.sector(code) for code in sectors]
    trade = world.trade[:, :, places]
    factors = np.exp(spread * rng.standard_normal(trade.shape))
    # sums over the few sectors are quick where each sector is a matrix of its own
    trade, factors = (np.ascontiguousarray(cube.transpose(2, 0, 1)) for cube in (trade, factors))
    abroad = np.where(np.eye(trade.shape[1], dtype=bool), 0.0, trade)
    drawn = fitted(abroad * factors, abroad, axes=(0, 2, 1))
    cells = np.array(world.trade)
    cells[:, :, places] = (drawn + (trade - abroad)).transpose(1, 2, 0)
    return _with(world, cells, world.input_share)


def inputs_redrawn(world: World, country: str, spread: float, rng: np.random.Generator) -> World:
    """Return the world with a country's inputs shared out otherwise over products and users.

    What every producer spends on inputs, and what of each product producers use, stay.
    """
    n = world.country(country)
    output = world.trade[n].sum(axis=0)
    used = world.input_share[n] * output
    drawn = fitted(used * np.exp(spread * rng.standard_normal(used.shape)), used, axes=(0, 1))
    shares = np.array(world.input_share)
    shares[n] = np.divide(drawn, output, out=np.zeros_like(drawn), where=output > 0)
    bought = (world.trade[:, n] * (1.0 + world.tariff[:, n])).sum(axis=0)
    shares[n] = trimmed(output[None], bought[None], shares[n][None])[0]
    return _holding(world, world.trade, shares, world.tariff)


def duties_redrawn(world: World, tariff: Array) -> World:
    """Return the world with other base tariffs, trade before tariff as it is.

    What a buyer's inputs of a good cost moves with its duty-paid expenditure on the good; value
    added takes the rest. Rates of merged cells move by those of the cells that went into them.

    Args:
        world: the world as it is.
        tariff: fractions, [exporter, importer, sector] of its finest table.
    """
    step = tariff - world.finest.tariff
    if not step.any():
        return world
    held, rates = world.concordance, np.array(world.tariff)
    if held is None:
        rates += step
    else:
        seller, buyer = held.country[:, None, None], held.country[None, :, None]
        cell = np.broadcast_arrays(seller, buyer, held.sector)
        duty = np.zeros(rates.shape)
        np.add.at(duty, tuple(cell), np.where(seller != buyer, held.trade * step, 0.0))
        rates += np.divide(duty, world.trade, out=np.zeros_like(duty), where=world.trade > 0)
        held = replace(held, tariff=np.array(tariff))
    before = (world.trade * (1.0 + world.tariff)).sum(axis=0)
    after = (world.trade * (1.0 + rates)).sum(axis=0)
    scale = np.divide(after, before, out=np.ones_like(before), where=before > 0)
    output = world.trade.sum(axis=1)
    shares = trimmed(output, after, world.input_share * scale[:, :, None])
    return replace(_holding(world, world.trade, shares, rates), concordance=held)


def fitted(cells: Array, like: Array, axes: Sequence[int]) -> Array:
    """Return cells scaled, sum by sum, until their sums over each axis are those of another array.

    Proportional fitting: Deming, W. E. and F. F. Stephan (1940), "On a least squares adjustment of
    a sampled frequency table when the expected marginal totals are known", Annals of Mathematical
    Statistics 11(4).
    """
    goals = [_sums(like, axis) for axis in axes]
    cells = np.array(cells)
    for _ in range(MOST_ROUNDS):
        worst = 0.0
        for axis, goal in zip(axes, goals, strict=True):
            sums = _sums(cells, axis)
            factor = np.divide(goal, sums, out=np.ones_like(goal), where=sums > 0)
            worst = max(worst, float(np.abs(factor - 1.0).max()))
            cells *= np.expand_dims(factor, axis)
        if worst < CLOSE_PART:
            break
    return cells


def _sums(cells: Array, axis: int) -> Array:
    """Return sums over an axis, as a product with ones: NumPy's own are slow over short axes."""
    before, size, after = cells.shape[:axis], cells.shape[axis], cells.shape[axis + 1 :]
    flat = cells.reshape(int(np.prod(before)), size, int(np.prod(after)))
    if not after:
        return np.asarray((flat[:, :, 0] @ np.ones(size)).reshape(before))
    return np.asarray((np.ones((1, size)) @ flat).reshape(*before, *after))


def _with(world: World, trade: Array, input_share: Array) -> World:
    """Return the world with other flows.

    Their sums are met to rounding: no use may exceed what is bought by it.
    """
    shares = trim_rounding(trade, world.tariff, input_share)
    return _holding(world, trade, shares, world.tariff)


def _holding(world: World, trade: Array, input_share: Array, tariff: Array) -> World:
    """Return the world with other arrays, saying which table it was drawn from."""
    for values in (trade, input_share, tariff):
        values.setflags(write=False)
    provenance = {**world.provenance, "made_from": world.made_from}
    return replace(
        world, trade=trade, tariff=tariff, input_share=input_share, provenance=provenance
    )
