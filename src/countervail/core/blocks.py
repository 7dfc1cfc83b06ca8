"""The equations models are built from (MODEL.md, Counterfactual in changes). Pure, NumPy or JAX.

Axes: sector j first, then importer n, then exporter i; a country-sector array is [j, n].
"""

from __future__ import annotations

from typing import Any

from countervail.core.model import Baseline, Weights, namespace

SMALLEST = 1e-12
"""Expenditure hats are kept above this: the spending of a market whose buyers have all gone."""


def numeraire(log_wage: Any, labour_hat: Any, value_added: Any) -> Any:
    """Return log wages scaled so that world value added is unchanged."""
    xp = namespace(log_wage)
    world = (xp.exp(log_wage) * labour_hat * value_added).sum() / value_added.sum()
    return log_wage - xp.log(world)


def unit_cost(log_wage: Any, log_price: Any, base: Baseline, weights: Weights) -> Any:
    """Return ln c hat[j, n]: c = w^gamma prod_k P_k^gamma_k / T (CP 2015, eq. 10)."""
    xp = namespace(log_wage, log_price)
    inputs = xp.matmul(base.input_share.swapaxes(1, 2), log_price.T[:, :, None])[:, :, 0].T
    return base.value_added_share * log_wage + inputs - weights.log_productivity


def attractiveness(log_cost: Any, trade_elasticity: Any) -> tuple[Any, Any]:
    """Return u = c^-theta over its largest in the sector [j, i], and that largest's log [j, 1].

    The shift keeps elasticities of 65 from overflowing.
    """
    xp = namespace(log_cost)
    power = -trade_elasticity[:, None] * log_cost
    largest = power.max(axis=1)[:, None]
    return xp.exp(power - largest), largest


def over(matrix: Any, vector: Any) -> Any:
    """Return sum_i matrix[j, n, i] vector[j, i]."""
    return namespace(matrix, vector).matmul(matrix, vector[:, :, None])[:, :, 0]


def price_index(market: Any, largest: Any, trade_elasticity: Any, active: Any) -> Any:
    """Return ln P hat[j, n] = -ln(sum_i A u) / theta (eq. 11); 0 in a market nobody buys in."""
    xp = namespace(market)
    safe = xp.where(active, market, 1.0)
    return xp.where(active, -(xp.log(safe) + largest) / trade_elasticity[:, None], 0.0)


def received_share(u: Any, market: Any, weights: Weights) -> Any:
    """Return the part of each market's spending that reaches sellers, [j, n]; the rest is duty."""
    xp = namespace(u, market)
    share = xp.ones_like(market)
    if len(weights.taxed) == 0:
        return share
    paid = over(weights.received[weights.taxed], u[weights.taxed]) / market[weights.taxed]
    if xp is not namespace():
        return share.at[weights.taxed].set(paid)
    share[weights.taxed] = paid
    return share


def receipts(u: Any, spending_over_market: Any, weights: Weights) -> Any:
    """Return Y'[j, i] = sum_n pi' X' / (1 + t') (eq. 13's output, sold everywhere)."""
    xp = namespace(u, spending_over_market)
    sold = xp.matmul(weights.received.swapaxes(1, 2), spending_over_market[:, :, None])[:, :, 0]
    return u * sold


def spending(income: Any, gross_output: Any, base: Baseline) -> Any:
    """Return X'[j, n] = alpha I' + sum_k gamma^{jk} Y'^k (eq. 13)."""
    xp = namespace(income, gross_output)
    inputs = xp.matmul(base.input_share, gross_output.T[:, :, None])[:, :, 0].T
    return base.final_share * income + inputs
