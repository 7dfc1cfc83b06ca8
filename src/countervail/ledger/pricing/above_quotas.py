"""What law would be without the quantities it lets in: the rates above quotas, line by line.

A quota's ``above`` is a rate like any other: it stacks with the duties beside it. So the law is
priced a second time with that rate in the place of the one inside, and what its lines then pay is
what is paid on more than the quota.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from countervail.ledger.in_force import InForce, LawView
from countervail.ledger.pricing.lines import PricedLaw, QuotaNote


def with_above(views: Sequence[LawView]) -> tuple[list[LawView], dict[int, int]]:
    """Return states of law, and those that have rates above quotas once more, at these rates.

    Args:
        views: the states of law.

    Returns:
        All of them, and the position of the second by that of the first.
    """
    every, second = list(views), {}
    for state, view in enumerate(views):
        if any(e.rate.quota is not None and e.rate.quota.above is not None for e in view.entries):
            second[state] = len(every)
            every.append(replace(view, entries=tuple(map(_above, view.entries))))
    return every, second


def found(priced: PricedLaw, second: dict[int, int], states: int) -> PricedLaw:
    """Return priced law whose quotas know the rates above them, in the states asked for.

    Args:
        priced: the states of ``with_above``.
        second: positions of the second pricing, by those of the first.
        states: how many states were asked for.
    """
    quotas = tuple(
        replace(quota, above=_rates(priced, quota, second))
        for quota in priced.quotas
        if quota.state < states
    )
    return replace(priced, states=priced.states[:states], quotas=quotas)


def _rates(priced: PricedLaw, quota: QuotaNote, second: dict[int, int]) -> np.ndarray:
    """Return the whole rates on what exceeds a quota, [line under it]."""
    if quota.law.above is None:
        return np.full(len(quota.lines), np.inf)
    return np.asarray(priced.states[second[quota.state]].tariff_new[quota.lines])


def _above(entry: InForce) -> InForce:
    """Return an entry at the rate above its quota, where it has one."""
    quota, measure = entry.rate.quota, entry.measure
    if quota is None or quota.above is None:
        return entry
    if quota.above_displaces:
        beside = measure.stacking
        displaces = (*beside.displaces, *quota.above_displaces)
        stacking = beside.model_copy(update={"displaces": displaces})
        measure = measure.model_copy(update={"stacking": stacking})
    rate = entry.rate.model_copy(update={"rate": quota.above, "quota": None})
    return replace(entry, measure=measure, rate=rate)
