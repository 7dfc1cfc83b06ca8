"""Quotas in levels: licences, what they sell for, and who is paid (see ``levels``).

A licence is a tax whose rate is found: the least premium at which no more is wanted than is let in,
or the one that makes the rate above the quota worth paying. Premiums are found from outside, by
Newton with differences, whole equilibrium after whole equilibrium; rents are taxes of the exporter
or the importer, or pay for labour that nobody else then has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np

from countervail.testing.levels_economy import LevelsEconomy, LevelsState, NoLevels
from countervail.testing.levels_varieties import Array, IntArray, Varieties, Wedges

WIDTH = 1e-5
"""Step of differences, in logs of premiums."""

Recipient = Literal["treasury", "importers", "exporters", "nobody"]


class LevelQuotas(NamedTuple):
    """Quantities let in at the rates of lines.

    Attributes:
        line: positions of lines that stand under a quota.
        quota: position of the quota of each.
        above: rate on what exceeds it, infinite where no more is let in, of each line.
        quantity: of each quota, at baseline unit costs, landed.
        to: who is paid for licences of each quota.
    """

    line: IntArray
    quota: IntArray
    above: Array
    quantity: Array
    to: tuple[Recipient, ...]


class Licensed(NamedTuple):
    """Quotas and the varieties under them.

    Attributes:
        quotas: as given.
        at: position of the variety of each line under a quota.
        rate: inside the quota, of each.
        most: largest premium of each quota, s_max.
    """

    quotas: LevelQuotas
    at: IntArray
    rate: Array
    most: Array

    @classmethod
    def of(cls, quotas: LevelQuotas, sold: Varieties) -> Licensed:
        """Return quotas on what is sold."""
        place = {int(line): k for k, line in enumerate(sold.line) if line >= 0}
        at = np.array([place[int(line)] for line in quotas.line])
        rate = sold.tariff_new[at]
        most = np.zeros(len(quotas.quantity))
        np.maximum.at(most, quotas.quota, (1.0 + quotas.above) / (1.0 + rate) - 1.0)
        return cls(quotas, at, rate, most)

    def wedges(self, sold: Varieties, premium: Array, over: Array) -> Wedges:
        """Return what stands between seller and buyer at premiums, and parts above quotas."""
        tariff, tax = sold.tariff_new.copy(), sold.export_tax.copy()
        used_up = np.zeros_like(tariff)
        for k, inside, q in zip(self.at, self.rate, self.quotas.quota, strict=True):
            rent = (1.0 + inside) * premium[q] * (1.0 - over[q])  # a unit at the border
            whole = (1.0 + inside) * (1.0 + premium[q])
            held = rent if self.quotas.to[q] == "exporters" else 0.0
            tax[k] = (1.0 + tax[k]) * (1.0 + held) - 1.0
            tariff[k] = whole / (1.0 + held) - 1.0
            used_up[k] = rent if self.quotas.to[q] == "nobody" else 0.0
        return Wedges(tariff, tax, sold.iceberg_hat, used_up)

    def quantity(
        self, economy: LevelsEconomy, base: LevelsState, law: Wedges, new: LevelsState
    ) -> Array:
        """Return what of each quota lands, at baseline unit costs."""
        sold, k = economy.varieties, self.at
        buyer, maker = (sold.importer[k], sold.sector[k]), (sold.exporter[k], sold.sector[k])
        spent = new.share[k] * new.expenditure[buyer] * law.kept[k]
        cost = np.exp(new.log_cost[maker] - base.log_cost[maker]) * law.barrier[k]
        return np.asarray(np.bincount(self.quotas.quota, spent / cost, minlength=len(self.most)))


def licensed(
    economy: LevelsEconomy,
    quotas: LevelQuotas,
    base: LevelsState,
    solve: Callable[[Wedges, LevelsState], LevelsState],
) -> tuple[LevelsState, Wedges, Array]:
    """Return the equilibrium with licences, its wedges, and the premiums.

    Args:
        economy: primitives.
        quotas: what is let in.
        base: the undisturbed equilibrium.
        solve: the equilibrium at wedges, from a state to start at.

    Raises:
        NoLevels: no premiums were found.
    """
    held = Licensed.of(quotas, economy.varieties)
    size = len(quotas.quantity)
    premium, over, state = np.zeros(size), np.zeros(size), base
    top = np.log1p(held.most)

    def at(premium: Array) -> tuple[LevelsState, Wedges, Array]:
        law = held.wedges(economy.varieties, np.expm1(premium), over)
        there = solve(law, state)
        used = held.quantity(economy, base, law, there)
        return there, law, np.log(used / quotas.quantity)

    for _ in range(60):
        state, law, excess = at(premium)
        beyond = np.where(premium >= top, np.maximum(0.0, -np.expm1(-excess)), 0.0)
        moved = np.clip(premium + excess, 0.0, top) - premium
        if max(np.abs(moved).max(), np.abs(beyond - over).max()) < 1e-12:
            return state, law, np.expm1(premium)
        over = beyond
        free = np.flatnonzero((premium + excess > 0.0) & (premium + excess < top))
        slope = np.zeros((size, size))
        for q in free:
            nudged = premium.copy()
            nudged[q] += WIDTH
            slope[:, q] = (at(nudged)[2] - excess) / WIDTH
        step = np.clip(premium + excess, 0.0, top) - premium  # those at their bounds
        if len(free):
            step[free] = np.linalg.solve(slope[np.ix_(free, free)], -excess[free])
        premium = np.clip(premium + np.clip(step, -1.0, 1.0), 0.0, top)
    raise NoLevels(f"no premiums were found; quantities are off by {np.abs(moved).max():.1e}")
