"""Base rates and new rates of the lines of a cell.

Plain arrays: rows are exporters, columns lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.pricing.cells import Group
from countervail.ledger.stacking import Stack

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]


def own_rate(groups: Sequence[Group], inside: IntArray, member: Mask) -> float:
    """Return the known base rate of an atom, a fraction: its narrowest group's; nan for none."""
    known = [
        (int(member[g].sum()), 0.01 * rate)
        for g in inside
        if (rate := groups[g].measure.product[groups[g].product].base_rate) is not None
    ]
    return min(known)[1] if known else np.nan


class BaseRates(NamedTuple):
    """Rates of lines under the base law, all [row, line].

    Attributes:
        tariff: what the line pays.
        underlying: its applied rate before the base law.
        known: where that rate is the line's own, and known.
        own_aside: rows whose rate rules the known duties out, [row].
        law_aside: rows whose rate rules the base law out, [row].
    """

    tariff: Array
    underlying: Array
    known: Mask
    own_aside: Mask
    law_aside: Mask


def open_rates(stacks: Sequence[Stack], own: Array, rest: Array) -> BaseRates:
    """Return base rates where what has no known rate pays ``rest``, [row]; cells' rates follow.

    Args:
        stacks: the base law by line.
        own: the lines' known rates, nan for none, [line].
        rest: the rate of everything else in the cell, [row].
    """
    known = np.repeat(~np.isnan(own)[None], len(rest), axis=0)
    below = np.where(known, own, rest[:, None])
    none = np.zeros(len(rest), dtype=np.bool_)
    return BaseRates(_total(stacks, below), below, known, none, none)


def base_rates(
    weight: Array, stacks: Sequence[Stack], own: Array, cell_rate: Array, *, plain: bool
) -> BaseRates:
    """Return base rates that come to the cells' rates: sum of weight * S(own or u) = cell rate.

    Known rates stand; the other lines share the rate u. In a cell that enters free every line is
    free. Where a world's own rate rules the known rates out (u would be below zero), they are left
    aside; where it rules the base law out too, every line takes the cell's rate.

    Args:
        weight: [row, line].
        stacks: the base law by line.
        own: the lines' known rates, nan for none, [line].
        cell_rate: the cells' rates, [row].
        plain: whether the base law lays nothing on any line.
    """
    rows, count = weight.shape
    flat = np.repeat(cell_rate[:, None], count, axis=1)
    free = np.repeat(cell_rate[:, None] == 0.0, count, axis=1)
    nowhere = np.zeros(rows, dtype=np.bool_)
    if np.isnan(own).all() and plain:
        return BaseRates(flat, flat, free, nowhere, nowhere)
    rates = np.where(free, 0.0 if plain else np.nan, own)
    tariff, underlying, fits = _closed(weight, stacks, rates, cell_rate)
    known = ~np.isnan(rates)
    if fits.all():
        return BaseRates(tariff, underlying, known, nowhere, nowhere)
    bare_tariff, bare, holds = _closed(weight, stacks, np.full((rows, count), np.nan), cell_rate)
    added = np.stack([np.broadcast_to(s.additional, rows) for s in stacks], axis=1)
    below = np.maximum(flat - added, 0.0)
    kept, law = fits[:, None], holds[:, None]
    return BaseRates(
        np.where(kept, tariff, np.where(law, bare_tariff, flat)),
        np.where(kept, underlying, np.where(law, bare, below)),
        known & kept,
        ~fits & known.any(axis=1),
        ~fits & ~holds,
    )


def _closed(
    weight: Array, stacks: Sequence[Stack], own: Array, cell_rate: Array
) -> tuple[Array, Array, Mask]:
    """Return rates, underlying rates, rows that fit: what has no own rate shares what is left."""
    shared = np.isnan(own)
    # convex and piecewise linear in u: Newton from the right of every kink ends in a few steps
    kinks = [np.asarray(rate) for s in stacks for rate, _ in s.top_up_to]
    u = np.ones(len(weight))
    u += reduce(np.maximum, kinks, np.zeros(len(u)))
    for _ in range(len(kinks) + 2):
        underlying = np.where(shared, u[:, None], own)
        slopes = np.stack([s.slope(underlying[:, k]) for k, s in enumerate(stacks)], axis=1)
        slope = (weight * np.where(shared, slopes, 0.0)).sum(axis=1)
        gap = (weight * _total(stacks, underlying)).sum(axis=1) - cell_rate
        u = u - np.divide(gap, slope, out=np.zeros_like(gap), where=slope > 1e-12)
    u = np.where(np.abs(u) < 1e-13, 0.0, u)
    underlying = np.where(shared, u[:, None], own)
    rate = _total(stacks, underlying)
    gap = (weight * rate).sum(axis=1) - cell_rate
    # where every line has its own, u is nobody's
    negative = (u < 0.0) & (shared & (weight > 0)).any(axis=1)
    return rate, underlying, (np.abs(gap) <= 1e-12) & ~negative


def _total(stacks: Sequence[Stack], underlying: Array) -> Array:
    return np.stack([s.total(underlying[:, k]) for k, s in enumerate(stacks)], axis=1)


def new_rates(
    tariff: Array,
    underlying: Array,
    stacks: Sequence[Sequence[Stack]],
    view: int,
    changed: Sequence[bool],
) -> Array:
    """Return base rate + S_view(b) - S_base(b), [row, line]; exactly the base rate if unchanged.

    Args:
        tariff: what the line pays under the base law, [row, line].
        underlying: its applied rate before the base law, [row, line].
        stacks: what the laws on each line come to in every view, the base first.
        view: position of the state among them.
        changed: lines on which its law is another than the base law.
    """
    new = tariff.copy()
    for k, stack in enumerate(stacks):
        if changed[k]:
            b = underlying[:, k]
            new[:, k] += stack[view].total(b) - stack[0].total(b)
    return new
