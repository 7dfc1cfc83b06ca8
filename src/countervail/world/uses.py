"""What producers buy from whom, and what households do: the parts of purchases, made to close.

Tables of use say what part of each purchase goes into production. The accounts of a world say how
much of every market does (``input_share`` times output), and the two must agree: the odds of every
seller's part in a market are scaled by one factor until they do, which is the least change in the
sense of relative entropy, keeps parts between 0 and 1, and leaves equal parts equal.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from countervail.errors import InputError, WorldError
from countervail.labelled import aligned
from countervail.world.table import WorldTable

Array = NDArray[np.float64]

AXES = ("exporter", "importer", "sector")

MOST_STEPS = 200
ROUNDING = 1e-9
"""A use beyond what parts of 0 and 1 leave room for, up to this part of it, is rounding."""


def parts_of(values: ArrayLike | None, countries: Any, sectors: Any) -> Array | None:
    """Return the parts of purchases that producers use, as given, frozen; None where none are.

    Args:
        values: [exporter, importer, sector], by label where they have any.
        countries, sectors: labels.

    Raises:
        WorldError: labels that do not match, or parts outside 0 to 1; the worst cell is named.
    """
    if values is None:
        return None
    along = countries, countries, sectors
    parts = np.array(aligned(values, AXES, along, "intermediate_share", WorldError), np.float64)
    wrong = ~((parts >= 0.0) & (parts <= 1.0))
    if wrong.any():
        at = tuple(int(k) for k in np.argwhere(wrong)[0])
        cell = " ".join(names[k] for names, k in zip(along, at, strict=True))
        raise WorldError(
            f"intermediate_share is {parts[at]:g} at {cell}: of what the importer buys there, the "
            "part that its producers use lies between 0 and 1"
        )
    parts.setflags(write=False)
    return parts


def inputs_of(world: WorldTable) -> Array:
    """Return the part of every duty-paid purchase that producers use, [exporter, importer, sector].

    Summed over sellers it is what the accounts say of each market.

    Raises:
        InputError: the world does not say what purchases are for.
        WorldError: parts of nothing and of all that leave no room for what producers use.
    """
    if world.intermediate_share is None:
        raise InputError(
            f"world '{world.name}' does not say what its buyers use goods for, and sourcing=by_use "
            "asks: give World.from_arrays an intermediate_share, or take sourcing=ces"
        )
    books = world.accounts
    spent = world.trade * (1.0 + world.tariff)
    return closed(world, world.intermediate_share, spent, books.intermediate)


def closed(world: WorldTable, parts: Array, spent: Array, used: Array) -> Array:
    """Return parts of purchases with the sums asked for in every market.

    Newton's method on the log of each market's factor, kept between bounds.

    Args:
        world: for the names of markets.
        parts: as observed, 0 to 1, [exporter, importer, sector].
        spent: duty-paid, likewise.
        used: of it by producers, [importer, sector].

    Raises:
        WorldError: parts of nothing and of all that leave no room; a market is named.
    """
    bought = spent.sum(axis=0)
    share = np.divide(used, bought, out=np.zeros_like(used), where=bought > 0)
    none, every = share <= 0.0, share >= 1.0 - ROUNDING
    wrong = no_room(world, parts, spent, used)
    if wrong is not None:
        raise WorldError(wrong)
    weight = np.divide(spent, bought, out=np.zeros_like(spent), where=bought > 0)
    mean = (weight * parts).sum(axis=0)
    known = ~none & ~every & (mean > 0.0) & (mean < 1.0)
    goal, mean = np.where(known, share, 0.5), np.where(known, mean, 0.5)
    log_factor = np.log(goal / (1.0 - goal)) - np.log(mean / (1.0 - mean))
    low, high = np.full_like(goal, -np.inf), np.full_like(goal, np.inf)
    for _ in range(MOST_STEPS):
        scaled = _scaled(parts, log_factor)
        gap = np.where(known, (weight * scaled).sum(axis=0) - goal, 0.0)
        if np.abs(gap).max() <= 1e-15:
            break
        low = np.where(gap < 0, log_factor, low)
        high = np.where(gap > 0, log_factor, high)
        slope = np.where(known, (weight * scaled * (1.0 - scaled)).sum(axis=0), 1.0)
        ahead = log_factor - gap / np.where(slope > 0, slope, 1.0)
        bounded = np.isfinite(low) & np.isfinite(high)
        between = 0.5 * (np.where(bounded, low, ahead) + np.where(bounded, high, ahead))
        moved = np.where((ahead > low) & (ahead < high), ahead, between)
        if (moved == log_factor).all():
            break
        log_factor = moved
    scaled = np.where(known, _scaled(parts, log_factor), parts)
    scaled = np.where(none, 0.0, np.where(every, 1.0, scaled))
    # what rounding leaves
    sums = (weight * scaled).sum(axis=0)
    exact = np.divide(share, sums, out=np.ones_like(sums), where=(sums > 0) & ~every)
    return np.asarray(np.clip(scaled * exact, 0.0, 1.0))


def _scaled(parts: Array, log_factor: Array) -> Array:
    """Return parts with their odds scaled by each market's factor."""
    raised = parts * np.exp(log_factor)
    return np.asarray(raised / (1.0 - parts + raised))


def no_room(world: WorldTable, parts: Array, spent: Array, used: Array) -> str | None:
    """Return why no factor brings parts of purchases to their sums; None where one does.

    Args:
        world: for the names of markets.
        parts, spent, used: as of ``closed``.
    """
    inside = (parts > 0.0) & (parts < 1.0)
    if inside.all():
        return None
    least = (spent * (parts >= 1.0)).sum(axis=0)
    most = (spent * (parts > 0.0)).sum(axis=0)
    bought = spent.sum(axis=0)
    mixed = (used > 0.0) & (used < (1.0 - ROUNDING) * bought)
    short = np.where(mixed, np.maximum(least - used, used - most), -np.inf)
    at = np.unravel_index(int(short.argmax()), short.shape)
    if short[at] <= ROUNDING * used[at]:
        return None
    n, j = (int(k) for k in at)
    room = f"{least[n, j]:,.1f} to {most[n, j]:,.1f}"
    return (
        f"intermediate_share leaves the producers of {world.countries[n]} {room} of "
        f"{world.sectors[j]}, and they use {used[n, j]:,.1f} (input_share times output): parts of "
        "0 and 1 cannot be scaled"
    )


def merged_parts(parts: Array, trade: Array, merge: Any, merged_trade: Array) -> Array:
    """Return the parts of merged purchases: the means of their members', by trade.

    Args:
        parts: [exporter, importer, sector].
        trade: likewise.
        merge: sums a cube over members.
        merged_trade: [exporter, importer, sector] of the groups, positive where anything is traded.
    """
    sums, plain = merge(parts * trade), merge(parts) / merge(np.ones_like(parts))
    whole = merge(trade)
    some = (whole > 0) & (merged_trade > 0)
    mean = np.divide(sums, whole, out=plain, where=some)
    return np.asarray(np.clip(mean, 0.0, 1.0))
