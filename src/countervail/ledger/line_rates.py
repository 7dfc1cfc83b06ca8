"""Base rates and new rates of the lines of a cell.

Plain arrays: rows are exporters, columns lines.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.cells import Group
from countervail.ledger.stacking import NOTHING, Stack

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


def base_rates(
    weight: Array, stacks: Sequence[Stack], own: Array, cell_rate: Array
) -> tuple[Array, Array, Mask]:
    """Return base rates and underlying rates by line, [row, line], and rows that fell back.

    Lines whose own underlying rate is not known share the rate u with which the cell's rate comes
    out under the base law: sum of weight * S(own or u) = cell rate. It is used where it lies in
    [0, 2 * cell rate]; otherwise every line takes the cell's rate.
    """
    rows, count = weight.shape
    flat = np.repeat(cell_rate[:, None], count, axis=1)
    if np.isnan(own).all() and all(s == NOTHING for s in stacks):
        return flat, flat, np.zeros(rows, dtype=np.bool_)
    shared = np.isnan(own)

    def lines(u: Array) -> tuple[Array, Array]:
        below = np.where(shared, u[:, None], own)
        return below, np.stack([s.total(below[:, k]) for k, s in enumerate(stacks)], axis=1)

    # convex and piecewise linear in u: Newton from the right of every kink ends in a few steps
    kinks = [rate for s in stacks for rate, _ in s.top_up_to]
    u = np.full(rows, 1.0 + max(kinks, default=0.0))
    for _ in range(len(kinks) + 2):
        underlying, rate = lines(u)
        slopes = np.stack([s.slope(underlying[:, k]) for k, s in enumerate(stacks)], axis=1)
        slope = (weight * np.where(shared, slopes, 0.0)).sum(axis=1)
        gap = (weight * rate).sum(axis=1) - cell_rate
        u = u - np.divide(gap, slope, out=np.zeros_like(gap), where=slope > 1e-12)
    u = np.where(np.abs(u) < 1e-13, 0.0, u)
    underlying, rate = lines(u)
    gap = (weight * rate).sum(axis=1) - cell_rate
    sound = (np.abs(gap) <= 1e-12) & (u >= 0.0) & (u <= 2.0 * cell_rate + 1e-13)
    added = np.array([s.additional for s in stacks])
    below = np.maximum(flat - added, 0.0)
    return (
        np.where(sound[:, None], rate, flat),
        np.where(sound[:, None], underlying, below),
        ~sound,
    )


def new_rates(
    tariff: Array, underlying: Array, stacks: Sequence[Sequence[Stack]], view: int
) -> Array:
    """Return base rate + S_view(b) - S_base(b), [row, line]; exactly the base rate if unchanged."""
    new = tariff.copy()
    for k, stack in enumerate(stacks):
        if stack[view] != stack[0]:
            b = underlying[:, k]
            new[:, k] += stack[view].total(b) - stack[0].total(b)
    return new
