"""Why a case was refused, and whether that is so: every reason is looked into a second time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from scipy.optimize import least_squares

from benchmarks.stress.cases import Case
from benchmarks.stress.economy import (
    Array,
    Bools,
    Economy,
    accounts,
    cost_spread,
    deficits_at,
    economy_of,
)
from benchmarks.stress.relief import relaxed
from countervail.testing.levels import NoLevels, solve_levels

BEYOND_NUMBERS = "beyond numbers"
REASONS = {
    "but no supplier left": "no supplier",
    "would have to close": "no input",
    "yet must run": "balance impossible",
    "it must run, even at a wage": "balance at no wage",
    "surplus larger than all it earns": "surplus unearned",
    "to nobody, not even at home": "no buyer",
    "goods whose factors cannot move": "nothing moves",
    "than numbers can hold": BEYOND_NUMBERS,
}
"""Words of a refusal, and the name of the reason."""

TRUE, UNTRUE, UNDECIDED = "true", "untrue", "undecided"
NO_BALANCE = 1e-11
RATIOS = (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)
"""Log ratios of two groups' wages, either way, at which the balance between them is looked at."""

MOST_SPREAD = 650.0
"""Costs to the power of their elasticity this far apart, in logs, are zeros beside ones."""

MOST_APART = 20.0
"""Log wages further apart than this belong to incomes that are nothing beside each other."""

MOST_COUNTRIES = 24
"""Of larger worlds only reasons that need no search are looked into."""


def reason_of(message: str) -> str:
    """Return the name of the reason a refusal gives."""
    return next((name for words, name in REASONS.items() if words in message), "another")


def verify(case: Case, reason: str, country: int) -> str:
    """Return whether a refusal is true, untrue or undecided.

    Args:
        case: what was refused.
        reason: its name.
        country: position of the country it is about.
    """
    economy = economy_of(case)
    with np.errstate(all="ignore"):
        if reason == "no buyer":
            return TRUE if lacks_a_buyer(case, economy, country) else UNTRUE
        if reason == "nothing moves":
            return TRUE if nothing_moves(case, country) else UNTRUE
        if reason == "no supplier":
            return TRUE if lacks_a_good(economy) else UNTRUE
        if reason == "no input":
            return TRUE if lacks_an_input(economy) else UNTRUE
        if reason == "balance impossible" and never_balanced(economy):
            return TRUE
        if len(economy.value_added) > MOST_COUNTRIES:
            return UNDECIDED
        if case.table.nest is not None:  # the second writing knows no goods; that in levels does
            return UNTRUE if solved_in_levels(case) else UNDECIDED
        if reason.startswith("balance"):
            return _unbalanced_at_any_wage(economy)
        if reason == "surplus unearned":
            found = relaxed(case)
            if found is None:
                return UNDECIDED
            return TRUE if found.poor[country] else UNTRUE
        if reason == BEYOND_NUMBERS:
            found = relaxed(case)
            if found is None:
                return UNDECIDED
            apart = float(np.ptp(found.log_wage)) > MOST_APART
            return TRUE if apart or cost_spread(economy, found.log_wage) > MOST_SPREAD else UNTRUE
    return UNDECIDED


def lacks_a_good(economy: Economy) -> bool:
    """Return whether some household wants a good that can no longer be had at any price."""
    offered = economy.offered
    uses = economy.input_share.transpose(1, 2, 0) > 0  # [input, user, n]
    had: Bools = np.ones(economy.final_share.shape, dtype=bool)
    while True:
        made = np.all(~uses | had[:, None, :], axis=0)
        now: Bools = np.any(offered & np.expand_dims(made, 1), axis=2)
        if (now == had).all():
            return bool((~had & (economy.final_share > 0)).any())
        had = now


def lacks_a_buyer(case: Case, economy: Economy, country: int) -> bool:
    """Return whether a country makes a good with a finite supply that it may sell to nobody."""
    supply, sales = case.table.supply, case.table.trade[country].sum(axis=0)
    assert supply is not None
    offered = (economy.offered & wanted(economy)[:, :, None])[:, :, country]
    return bool((np.isfinite(supply) & (sales > 0) & ~offered.any(axis=1)).any())


def nothing_moves(case: Case, country: int) -> bool:
    """Return whether all that a country makes are goods of which all stays."""
    supply, table = case.table.supply, case.table
    assert supply is not None
    own = 1.0 - table.input_share[country].sum(axis=0)
    makes = table.trade[country].sum(axis=0) * own > 0
    return bool((own * (1.0 + supply) <= 1.0 + 1e-9)[makes].all())


def solved_in_levels(case: Case) -> bool:
    """Return whether the solution in levels finds an equilibrium of a case."""
    table, shock = case.table, case.shock
    given = shock.arrays() | {"transfer": case.transfer}
    try:
        solve_levels(
            **table.arrays(),
            **given,
            deficits=case.deficits,  # type: ignore[arg-type]
            unit=case.unit,
            nest=table.nest,
            supply=table.supply,
        )
    except NoLevels:
        return False
    return True


def lacks_an_input(economy: Economy) -> bool:
    """Return whether a good that somebody bought is offered nowhere."""
    return bool((~economy.offered.any(axis=2) & (economy.input_share > 0).any(axis=2).T).any())


def never_balanced(economy: Economy) -> bool:
    """Return whether a group of countries cannot have the balance it must, whatever wages are."""
    links = trade_links(economy)
    groups = list(closed_groups(links))
    if economy.deficits == "own_income" and np.any(economy.deficit):
        return not np.any(economy.transfer) and _never_in_own_income(economy, groups)
    if economy.unit is not None and np.any(economy.transfer):
        return False
    deficit = deficits_at(economy, np.ones_like(economy.value_added))
    for group in groups:
        enters = bool(links[np.ix_(group, ~group)].any())
        share = deficit[group].sum() / economy.value_added[group].sum()
        if share < (NO_BALANCE if enters else -NO_BALANCE):
            return True
    return False


def _never_in_own_income(economy: Economy, buyers: list[Bools]) -> bool:
    """Return whether no weights of countries give every group the balance its trade allows.

    A country's deficit is (delta - c) of its value added, with c the mean of delta over the world.
    A group that can only buy needs a member with delta above c, one that can only sell a member
    with delta below it, so that c lies between two numbers that the data give.
    """
    delta = economy.deficit / economy.value_added_base
    if not buyers:
        return False
    below = min(delta[group].max() for group in buyers)
    above = max(delta[~group].min() for group in buyers)
    return bool(above >= below - NO_BALANCE)


def trade_links(economy: Economy) -> Bools:
    """Return whether importer n buys from exporter i at any wages, [n, i]."""
    return np.asarray((economy.offered & wanted(economy)[:, :, None]).any(axis=0))


def wanted(economy: Economy) -> Bools:
    """Return whether anybody is left who buys a good in a market, [j, n]."""
    uses = economy.input_share.transpose(1, 2, 0) > 0
    found: Bools = economy.final_share > 0
    while True:
        sells: Bools = np.asarray((economy.offered & found[:, :, None]).any(axis=1))
        more = found | (uses & sells[None]).any(axis=1)
        if (more == found).all():
            return found
        found = more


def closed_groups(links: Bools) -> Iterator[Bools]:
    """Yield groups that cannot sell to the others: all of them where countries are few."""
    countries = len(links)
    if countries > 10:
        yield from _neighbours(links)
        return
    for members in product([False, True], repeat=countries):
        group = np.array(members)
        if group.any() and not group.all() and not links[np.ix_(~group, group)].any():
            yield group


def _neighbours(links: Bools) -> Iterator[Bools]:
    """Yield groups of all that a country's goods can reach, and of all whose goods cannot reach it.

    None of them can sell to the others.
    """
    steps = (links | np.eye(len(links), dtype=bool)).astype(float)
    for _ in range(7):
        steps = (steps @ steps > 0).astype(float)
    for group in np.unique(np.concatenate([steps.T > 0, steps == 0]), axis=0):
        if group.any() and not group.all():
            yield group


def _unbalanced_at_any_wage(economy: Economy) -> str:
    """Return whether the trade of some group with the others is always on one side of balance."""
    verdict = UNTRUE
    for group in _neighbours(trade_links(economy)):
        sides = set()
        for direction in (1.0, -1.0):
            log_wage = np.zeros_like(economy.value_added)
            for ratio in RATIOS:
                found = _alike(economy, group, direction * ratio, log_wage)
                if found is None:
                    sides.add("unknown")
                    break
                log_wage, side = found
                sides.add(side)
                if {"more", "less"} <= sides:
                    break
        if sides - {"neither"} in ({"more"}, {"less"}):
            return TRUE
        if not {"more", "less"} <= sides:
            verdict = UNDECIDED
    return verdict


def _alike(economy: Economy, group: Bools, ratio: float, start: Array) -> tuple[Array, str] | None:
    """Return wages at which all members of a group, and all others, are off balance alike.

    And whether the group's deficit is more than its imports, or less; None if there is no such
    point in sight.

    Args:
        economy: the economy.
        group: the group.
        ratio: log ratio of its wages to the others'.
        start: log wages to start from.
    """
    nobody = np.zeros_like(group)

    def apart(log_wage: Array) -> Array:
        off = accounts(economy, log_wage, nobody, 0.0).imbalance
        mean = np.where(group, off[group].mean(), off[~group].mean())
        astray = log_wage[group].mean() - log_wage[~group].mean() - ratio
        gap = off - mean + np.where(group, astray, -astray) + log_wage.mean()
        return np.asarray(np.clip(np.nan_to_num(gap, nan=1e3, posinf=1e3, neginf=-1e3), -1e3, 1e3))

    ahead = start + group * (ratio - start[group].mean() + start[~group].mean())
    found = least_squares(apart, ahead, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=40)
    if not np.abs(found.fun).max() < 1e-6:
        return None
    there = accounts(economy, found.x, nobody, 0.0)
    lacking = there.lacks(group)
    if abs(lacking) < 1e-14 or (there.income <= 0).any():
        return found.x, "neither"  # too little trade to tell, or somebody has nothing to spend
    return found.x, "more" if lacking > 0 else "less"
