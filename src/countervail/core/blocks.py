"""The equations models are built from. Pure, NumPy or JAX.

Derived in docs/theory.md, Counterfactual in changes.

Axes: sector j first, then importer n, then exporter i; a country-sector array is [j, n]; what is
solved for has the state s last, so baseline arrays gain a last axis where they meet it.
"""

from __future__ import annotations

from typing import Any

from countervail.core.model import Baseline, Weights, namespace

SMALLEST = 1e-12
"""Expenditure hats are kept above this: the spending of a market whose buyers have all gone."""

UNDERFLOW, OVERFLOW = 120.0, 480.0
"""Logs: numbers this far below one are lost once a wall of e^-600 stands before them as well; this
far above it they still have room."""

ROUNDING = 1e-13
"""Trade with others below this part of all sales is what rounding leaves of none."""


def numeraire(log_wage: Any, labour_hat: Any, value_added: Any) -> Any:
    """Return log wages [n, s] scaled so that world value added is unchanged."""
    xp = namespace(log_wage)
    world = (xp.exp(log_wage) * labour_hat * value_added[:, None]).sum(axis=0) / value_added.sum()
    return log_wage - xp.log(world)


def unit_cost(log_wage: Any, log_price: Any, base: Baseline, weights: Weights) -> Any:
    """Return ln c hat[j, n, s]: c = w^gamma prod_k P_k^gamma_k / T (CP 2015, eq. 10)."""
    inputs = base.input_share.swapaxes(1, 2) @ log_price.swapaxes(0, 1)
    return (
        base.value_added_share[:, :, None] * log_wage
        + inputs.swapaxes(0, 1)
        - weights.log_productivity
    )


def attractiveness(log_cost: Any, trade_elasticity: Any, producing: Any) -> tuple[Any, Any]:
    """Return u = c^-theta over a size of the sector's [j, i, s], and the log of that [j, 1, s].

    The size is the largest of the producing sellers', so that elasticities of 65 do not overflow;
    or less, where the smallest would be lost beside it.
    """
    xp = namespace(log_cost)
    power = -trade_elasticity[:, None, :] * log_cost
    # a seller with nothing to sell stands with one that has: what it asks must not count
    one = power[xp.arange(len(power)), producing.argmax(axis=1)]
    power = xp.where(producing[:, :, None], power, one[:, None, :])
    largest, smallest = power.max(axis=1)[:, None, :], power.min(axis=1)[:, None, :]
    size = largest - xp.clip(largest - smallest - UNDERFLOW, 0.0, OVERFLOW)
    return xp.exp(power - size), size


def market_size(u: Any, weights: Weights) -> Any:
    """Return sum_i A u [j, n, s]; 1 in a market nobody buys in."""
    return namespace(u).where(weights.active[:, :, None], weights.share @ u, 1.0)


def price_index(market: Any, largest: Any, weights: Weights) -> Any:
    """Return ln P hat[j, n, s] = -ln(sum_i A u) / theta (eq. 11); 0 in a market nobody buys in."""
    xp = namespace(market)
    log_price = -(xp.log(market) + largest) / weights.trade_elasticity[:, None, :]
    return xp.where(weights.active[:, :, None], log_price, 0.0)


def receipts(u: Any, spend: Any, weights: Weights) -> Any:
    """Return Y'[j, i, s] = sum_n pi' X' / (1 + t') (eq. 13's output, sold everywhere).

    Args:
        u: attractiveness of each seller [j, i, s].
        spend: expenditure over market size [j, n, s], so that pi' X' = A u spend.
        weights: of the states.
    """
    return u * (weights.sold @ spend)


def revenue(u: Any, spend: Any, weights: Weights) -> Any:
    """Return what each treasury collects [n, s]: tariffs on imports, taxes on exports."""
    tariffs = weights.duty @ u[weights.taxed] * spend[weights.taxed]
    return tariffs.sum(axis=0) + export_revenue(u, spend, weights)


def export_revenue(u: Any, spend: Any, weights: Weights) -> Any:
    """Return what each treasury collects on exports [i, s], negative where it subsidises them."""
    taxed = weights.export_taxed
    if len(taxed) == 0:
        return namespace(u).zeros_like(u[0])
    return (u[taxed] * (weights.export_duty @ spend[taxed])).sum(axis=0)


def export_duties(u: Any, spend: Any, weights: Weights) -> Any:
    """Return the export taxes paid in one state [j, n, i], or None where there are none."""
    taxed = weights.export_taxed
    if len(taxed) == 0:
        return None
    paid = weights.export_duty.swapaxes(1, 2) * u[taxed].swapaxes(1, 2) * spend[taxed]
    every = namespace(u).zeros_like(weights.share)
    if namespace(u) is not namespace():
        return every.at[taxed].set(paid)
    every[taxed] = paid
    return every


def own(matrix: Any) -> Any:
    """Return what each seller is to its own market, matrix[j, n, n], as [j, n, s]."""
    diagonal = matrix.diagonal(axis1=1, axis2=2)
    return diagonal if diagonal.ndim == 3 else diagonal[:, :, None]


def abroad(total: Any, own: Any) -> Any:
    """Return what is traded with others, total less own; 0 where only rounding is left of it."""
    rest = total - own
    return namespace(rest).where(rest > ROUNDING * total, rest, 0.0)


def inputs_bought(gross_output: Any, base: Baseline) -> Any:
    """Return what producers spend on each good, sum_k gamma^{jk} Y'^k, [j, n, s] (eq. 13)."""
    return (base.input_share @ gross_output.swapaxes(0, 1)).swapaxes(0, 1)
