"""The second state relative to the first: what is reported of countries and sectors.

See docs/theory.md, One baseline per answer.

Pure, NumPy or JAX, for one pair of states or for many with the pair as a last axis.
"""

from __future__ import annotations

from typing import Any

from countervail.core.model import Baseline, Model, namespace

LEVELS = (
    "expenditure",
    "gross_output",
    "revenue",
    "export_revenue",
    "income",
    "deficit",
)
"""Money of the first state; of the second with the suffix ``_new``."""


def compare(
    model: Model, base: Baseline, before: Any, after: Any, labour_hat: Any
) -> dict[str, Any]:
    """Return what is known of countries [n] and country-sectors [j, n], by its public name.

    Args:
        model: the economics: what a living costs.
        base: baseline.
        before, after: the two states (``Totals`` or ``Outcome``).
        labour_hat: labour of the second state over the first, [n].
    """
    price_hat = after.price_hat / before.price_hat
    wage_hat = after.wage_hat / before.wage_hat
    consumption = model.cost_of_living(base, before.paid_hat, after.paid_hat)
    hats = {
        "wage_hat": wage_hat,
        "cost_hat": after.cost_hat / before.cost_hat,
        "price_index_hat": price_hat,
        "shop_price_hat": model.in_shops(base, after.paid_hat)
        / model.in_shops(base, before.paid_hat),
    }
    welfare = gain(model, before, after, labour_hat, consumption)
    idle = before.employment - after.employment
    at_first_prices = before.gross_output * hats["cost_hat"]
    money = {
        "welfare_usd": welfare * before.income,
        "revenue_change_usd": after.revenue - before.revenue,
    }
    changes = {
        "welfare": welfare,
        "real_wage": wage_hat / consumption - 1.0,
        "exports_change": ratio(after.exports, before.exports) - 1.0,
        "imports_change": ratio(after.imports, before.imports) - 1.0,
        "unemployment_change": idle if model.follows else 0.0 * idle,
        "labour_at_work_change": labour_hat * after.employment / before.employment - 1.0,
        "revenue_change": (after.revenue - before.revenue) / before.income,
        "employment_change": ratio(after.labour_income, before.labour_income * wage_hat) - 1.0,
        "specific_income_change": ratio(_stays(after), _stays(before)) - 1.0,
        "real_output_change": ratio(after.gross_output, at_first_prices) - 1.0,
    }
    return {
        **{name: getattr(before, name) for name in LEVELS},
        **{f"{name}_new": getattr(after, name) for name in LEVELS},
        **hats,
        **money,
        **{name: 100.0 * change for name, change in changes.items()},
    }


def gain(model: Model, before: Any, after: Any, labour_hat: Any, living: Any) -> Any:
    """Return the exact equivalent variation a head, of first-state final spending, [n].

    Args:
        model: the economics: what work costs.
        before, after: the two states (``Totals`` or ``Outcome``).
        labour_hat: labour of the second state over the first, [n].
        living: what a living costs in the second state over the first, [n].
    """
    work_cost = model.work_cost(before)
    if work_cost is None:
        return after.income / before.income / labour_hat / living - 1.0
    left = (after.income - model.work_cost(after)) / labour_hat / living
    return (left - (before.income - work_cost)) / before.income


def _stays(state: Any) -> Any:
    """Return the income of what cannot leave a good, [j, n]."""
    return state.value_added - state.labour_income


def ratio(new: Any, old: Any) -> Any:
    """Return new over old; 1 where there was nothing."""
    xp = namespace(new, old)
    some = old > 0
    return xp.where(some, new, 1.0) / xp.where(some, old, 1.0)
