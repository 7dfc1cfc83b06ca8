"""Why there is no equilibrium, in words: trade that goes one way, and surpluses that are unearned.

The core knows positions only: ``{country}`` stands for the one named (``errors.NoEquilibrium``).
"""

from __future__ import annotations

import numpy as np

from countervail.core.links import (
    BALANCED_PART,
    Bools,
    Cut,
    impossible_balance,
    most_unbalanced,
    reached,
    still_impossible,
)
from countervail.core.model import Array, Baseline, Model, Totals, Weights
from countervail.errors import NoEquilibrium

FURTHEST_LOG = 10.0
"""Log ratio of two groups' wages, to its baseline, beyond which nobody looks."""


def refuse_one_sided_trade(
    links: Bools, model: Model, base: Baseline, weights: Weights, log_wage: Array
) -> None:
    """Raise when some countries must run a balance that barriers leave no trade to run.

    It must be impossible at baseline wages and at those given, and there wherever the wages of the
    group stand beside the others'.

    Args:
        links: from ``links.open_links``.
        model: the economics.
        base: baseline.
        weights: of the state.
        log_wage: the wages a search ended at, [n, 1].

    Raises:
        NoEquilibrium: with one of the countries named.
    """
    ways = reached(links)
    if ways.all():
        return
    cut = impossible_balance(ways, *_balances(model, base, weights, np.zeros_like(log_wage)))
    if cut is None:
        return
    aside = FURTHEST_LOG * cut.buyers[:, None]
    elsewhere = (log_wage, log_wage + aside, log_wage - aside)
    if all(still_impossible(cut, *_balances(model, base, weights, at)) for at in elsewhere):
        raise _balance_impossible(cut, model)


def refuse_unbalanced_trade(
    links: Bools, model: Model, base: Baseline, weights: Weights, log_wage: Array
) -> None:
    """Raise when the balance is impossible at the wages that come nearest to clearing all else.

    Args:
        links: from ``links.open_links``.
        model: the economics.
        base: baseline.
        weights: of the state.
        log_wage: those wages, [n, 1].

    Raises:
        NoEquilibrium: with one of the countries named.
    """
    ways = reached(links)
    if not ways.all():
        cut = impossible_balance(ways, *_balances(model, base, weights, log_wage))
        if cut is not None:
            raise _balance_impossible(cut, model)


def refuse_one_way_trade(
    ways: Bools, earned: Array, spent: Array, leash: float, base: Baseline, model: Model
) -> None:
    """Raise because what some countries buy from the others is their deficit at no wage.

    Args:
        ways: from ``links.reached``.
        earned, spent: abroad, gifts included, at the last wages looked at, [n].
        leash: how far apart they are, in logs.
        base: baseline.
        model: the economics.

    Raises:
        NoEquilibrium: with one of the countries named.
    """
    buyers = most_unbalanced(ways, earned, spent)
    if buyers is None:
        return
    excess = float((earned - spent)[buyers].sum())
    named = _fewer(buyers)
    buys = bool((named == buyers).all())
    able, trade, size = (
        ("import", "imports", "deficit") if buys else ("export", "exports", "surplus")
    )
    way = "high" if buys == (excess > 0) else "low"
    much = "little" if excess > 0 else "much"
    raise NoEquilibrium(
        f"{_who(named)} can {able} only, and its {trade} are too {much} "
        f"for the {size} it must run, even at a wage {np.exp(leash):,.0f} times as {way} beside "
        f"the others' as now; leave both sides of trade open, or {_or_ban_both(model)}",
        country=_largest(named, base.value_added),
    )


def left_to_spend(base: Baseline, weights: Weights, totals: Totals) -> Array:
    """Return income over what labour would earn of every country in one state, [n]."""
    return np.asarray(
        totals.income / (totals.wage_hat * weights.labour_hat[:, 0] * base.value_added)
    )


def unearned_surplus(country: int, model: Model) -> NoEquilibrium:
    """Return the reason, in words, when a country has nothing left to spend."""
    return NoEquilibrium(
        "{country} would have to run a surplus larger than all it earns at these tariffs, export "
        f"taxes and costs: there is no equilibrium; {advice(model)}",
        country=country,
    )


def advice(model: Model) -> str:
    """Return what to do: something smaller, or a closure that asks less than the one in use."""
    ways = " or ".join(map(repr, model.easier))
    return "try a smaller shock" + (f", or deficits={ways}" if ways else "")


def _or_ban_both(model: Model) -> str:
    return "ban both" if model.balances_first else "ban both with deficits='closed'"


def _balances(
    model: Model, base: Baseline, weights: Weights, log_wage: Array
) -> tuple[Array, Array]:
    """Return deficits and value added at wages, all factors paid alike, [n]."""
    wage = np.exp(log_wage)
    value_added = (wage * weights.labour_hat)[:, 0] * base.value_added
    return model.deficit(base, wage, weights)[:, 0], value_added


def _balance_impossible(cut: Cut, model: Model) -> NoEquilibrium:
    named = _fewer(cut.buyers)
    buys = bool((named == cut.buyers).all())
    trade = f"can {'import' if buys else 'export'} only" if cut.open else "cannot trade"
    share = float(cut.deficit[named].sum() / cut.value_added[named].sum())
    wanted = "balanced trade"
    if abs(share) > BALANCED_PART:
        kind = "a deficit" if share > 0 else "a surplus"
        wanted = f"{kind} of {abs(100 * share):.2g} % of value added"
    return NoEquilibrium(
        f"{_who(named)} {trade} yet must run {wanted}: no wage brings that about, so no "
        f"equilibrium exists with this closure; leave both sides of trade open, or "
        f"{_or_ban_both(model)}",
        country=_largest(named, cut.value_added),
    )


def _fewer(group: Bools) -> Bools:
    """Return the group or the others, whichever are fewer."""
    return group if 2 * int(group.sum()) <= group.size else ~group


def _who(group: Bools) -> str:
    others = int(group.sum()) - 1
    return "{country}" + (f" and {others} more, together," if others else "")


def _largest(group: Bools, value_added: Array) -> int:
    return int(np.argmax(np.where(group, value_added, 0.0)))
