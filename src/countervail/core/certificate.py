"""The independent check: every equation of the model, evaluated afresh in levels.

Nothing here is shared with the map that was solved (docs/theory.md, Counterfactual in changes):
the check takes wages, prices and expenditure as claimed, and the baseline and the shock as given,
and writes the equations out once more, cell by cell and line by line. A figure without a
certificate is not printed.
"""

from __future__ import annotations

import numpy as np

from countervail.core.choices.closure import Closure
from countervail.core.choices.demand import Demand
from countervail.core.model import (
    Array,
    Baseline,
    BlockResidual,
    Certificate,
    Hats,
    IntArray,
    Lines,
    Outcome,
    Shock,
    Totals,
)

TOLERANCE = 1e-10
"""Largest relative residual of any equation in a certified solution."""

OVERFLOW_LOG = 600.0
"""Logs above this are near what numbers can hold."""

BESIDE_EFFECT = 1e-3
"""And it must be this small beside the largest effect."""


def verify(
    base: Baseline,
    shock: Shock,
    hats: Hats,
    deficit: Array,
    income: Array,
    demand: Demand,
    reported: Totals | Outcome | None = None,
) -> Certificate:
    """Return the residuals of all equilibrium conditions.

    Args:
        base: baseline.
        shock: the state of the world.
        hats: claimed wages [n], prices [j, n] and expenditure [j, n], in logs.
        deficit: D'[n] as claimed.
        income: I'[n] as claimed.
        demand: the preferences, and the cost of living that is claimed of them.
        reported: further figures that are to be those of this equilibrium.
    """
    wage = np.exp(hats.wage)
    spent = base.expenditure * np.exp(hats.expenditure)
    bought = base.expenditure > 0
    theta = _elasticity(base, shock)[:, None]
    labour = np.ones_like(wage) if shock.labour_hat is None else shock.labour_hat
    payroll = wage * labour * base.value_added

    share = _shares(base, shock, hats, theta)
    total = share.sum(axis=2)
    flows = np.multiply(share, spent[:, :, None], out=share)  # duty-paid
    border, received = _taxed(flows, base, shock)

    output = received.sum(axis=1)
    revenue = (total * spent - border.sum(axis=2)).sum(axis=0)
    if received is not border:
        revenue = revenue + (border.sum(axis=1) - output).sum(axis=0)
    budget = payroll + revenue + deficit
    inputs = _inputs_bought(base, output)
    price = np.exp(hats.price)
    uses = demand.bought(base, budget, price) + inputs
    between = border.sum(axis=0)
    np.fill_diagonal(between, 0.0)
    imports, exports = between.sum(axis=1), between.sum(axis=0)
    hired = (base.value_added_share * output).sum(axis=0)
    final = (spent - inputs).sum(axis=0)
    scale = np.maximum(np.abs(budget), payroll)

    blocks: tuple[BlockResidual, ...] = (
        _cells("prices", np.where(bought, np.log(np.where(bought, total, 1.0)) / theta, 0.0)),
        _cells("shares", np.where(bought, total - 1.0, 0.0)),
        _cells("goods markets", _relative(spent - uses, spent, 1e-9 * base.expenditure)),
        _countries("labour markets", (hired - payroll) / payroll),
        _countries("budgets", np.maximum(abs(final - budget), abs(income - budget)) / scale),
        _countries("trade balance", (imports - exports - deficit) / scale),
        _countries("world deficits", np.full_like(wage, deficit.sum() / base.value_added.sum())),
        _countries("numeraire", np.full_like(wage, payroll.sum() / base.value_added.sum() - 1.0)),
        _countries("real income", _real_income(base, demand, income, spent - inputs, price)),
    )
    if reported is not None:
        gaps = (
            reported.revenue - revenue,
            reported.imports - imports,
            reported.exports - exports,
            (reported.gross_output - output).sum(axis=0),
        )
        worst = np.abs(np.stack(gaps)).max(axis=0)
        blocks = (*blocks, _countries("reported totals", worst / scale))
    if isinstance(reported, Outcome):
        gap = _largest(reported.trade, received, flows)
        if received is not border or reported.border is not reported.trade:
            gap = np.maximum(gap, _largest(reported.border, border, flows))
        blocks = (*blocks, _cells("reported trade", _relative(gap, spent, 1e-9 * base.expenditure)))
    effect = max(float(np.abs(h).max()) for h in hats.blocks)
    return Certificate(blocks, effect)


def _real_income(
    base: Baseline, demand: Demand, income: Array, final: Array, price: Array
) -> Array:
    """Return how far income over the cost of living is from the utility of what is bought, [n].

    Args:
        base: baseline.
        demand: the preferences.
        income: I'[n] as claimed.
        final: what is spent on final use, at claimed prices, [j, n].
        price: claimed, over the baseline's, [j, n].
    """
    before = base.expenditure - _inputs_bought(base, base.gross_output)
    wanted = base.final_share > 0
    quantity = np.divide(final, before * price, out=np.ones_like(final), where=wanted)
    claimed = income / before.sum(axis=0)
    claimed = claimed / demand.cost_of_living(base, np.ones_like(price), price)
    with np.errstate(invalid="ignore", divide="ignore"):  # what is not a number is no certificate
        return np.asarray(np.log(claimed) - demand.utility(base, quantity))


def verify_closure(
    base: Baseline, shock: Shock, hats: Hats, deficit: Array, closure: Closure
) -> BlockResidual:
    """Return how far the claimed deficits are from the closure's rule, written out once more.

    Args:
        base: baseline.
        shock: the state of the world.
        hats: claimed wages, prices and expenditure, in logs.
        deficit: D'[n] as claimed.
        closure: ``world_share``, ``nominal``, ``own_income`` or ``closed`` (docs/theory.md,
            Choices of the model).
    """
    labour = 1.0 if shock.labour_hat is None else shock.labour_hat
    wage = np.exp(hats.wage)
    payroll = wage * labour * base.value_added
    gift = 0.0 if shock.transfer is None else shock.transfer
    owed = closure.owed(base, wage, payroll) + gift
    return _countries("closure", (deficit - owed) / payroll)


def acceptable(residual: float, effect: float) -> bool:
    """Return whether a residual certifies an effect; no effect at all needs only the tolerance."""
    return residual <= TOLERANCE and (effect <= 1e-11 or residual <= BESIDE_EFFECT * effect)


def _elasticity(base: Baseline, shock: Shock) -> Array:
    """Return theta[j] of the state."""
    return base.trade_elasticity if shock.trade_elasticity is None else shock.trade_elasticity


def _inputs_of_users(base: Baseline, log_price: Array) -> Array:
    """Return the log price of each user's bundle of inputs, sum_k gamma_k ln P_k, [j, n]."""
    return np.asarray(np.einsum("nkj,kn->jn", base.input_share, log_price, optimize=True))


def _inputs_bought(base: Baseline, output: Array) -> Array:
    """Return what a country's producers spend on each good, [j, n]."""
    return np.asarray(np.einsum("njk,kn->jn", base.input_share, output, optimize=True))


def _shares(base: Baseline, shock: Shock, hats: Hats, theta: Array) -> Array:
    """Return pi' = pi (c kappa / P)^-theta [j, n, i], relative to the importer's claimed price."""
    log_cost = base.value_added_share * hats.wage + _inputs_of_users(base, hats.price)
    if shock.productivity_hat is not None:
        log_cost = log_cost - np.log(shock.productivity_hat)
    asked, paid = theta * log_cost, theta * hats.price
    lowest = asked.min(axis=1, keepdims=True)
    if (paid - lowest).max() > OVERFLOW_LOG:
        share = paid[:, :, None] - asked[:, None, :]
        np.minimum(share, OVERFLOW_LOG, out=share)  # of one that sells nothing: zero times a number
        np.exp(share, out=share)
        share *= base.trade_share
    else:  # a power for each buyer and seller, not for each pair
        share = base.trade_share * np.exp(paid - lowest)[:, :, None]
        share *= np.exp(lowest - asked)[:, None, :]
    _land(share, base, shock)
    return share


def _land(share: Array, base: Baseline, shock: Shock) -> None:
    """Multiply shares by kappa hat^-theta, in place; lines are summed one by one."""
    theta = _elasticity(base, shock)
    dearer = np.zeros(share.shape, dtype=np.bool_)
    if shock.tariff_new is not None:
        dearer |= shock.tariff_new != base.tariff
    if shock.iceberg_hat is not None:
        dearer |= shock.iceberg_hat != 1.0
    if shock.lines is not None:
        # the lines stand in place of the cell's own rate and cost
        sold = _sales_of_lines(shock.lines, theta)
        cells, summed = _by_cell(shock.lines, sold, share.shape)
        dearer[cells] = False
        share[cells] *= summed / (1.0 + base.tariff[cells])
    cells = np.unravel_index(np.flatnonzero(dearer), dearer.shape)
    kappa = np.ones(len(cells[0]))
    if shock.tariff_new is not None:
        kappa *= (1.0 + shock.tariff_new[cells]) / (1.0 + base.tariff[cells])
    if shock.iceberg_hat is not None:
        kappa *= shock.iceberg_hat[cells]
    share[cells] *= kappa ** -theta[cells[0]]
    if shock.export_tax is not None:
        share *= (1.0 + shock.export_tax) ** -theta[:, None, None]


def _taxed(flows: Array, base: Baseline, shock: Shock) -> tuple[Array, Array]:
    """Return what arrives at the border and what sellers receive of duty-paid flows."""
    border = 1.0 + (base.tariff if shock.tariff_new is None else shock.tariff_new)
    np.divide(flows, border, out=border)
    if shock.lines is not None:
        sold = _sales_of_lines(shock.lines, _elasticity(base, shock))
        cells, paid = _by_cell(shock.lines, sold, flows.shape)
        kept = sold / (1.0 + shock.lines.tariff_new)
        _, arriving = _by_cell(shock.lines, kept, flows.shape)
        part = np.divide(arriving, paid, out=np.zeros_like(paid), where=paid > 0)
        border[cells] = np.where(paid > 0, flows[cells] * part, border[cells])
    if shock.export_tax is None:
        return border, border
    return border, border / (1.0 + shock.export_tax)


def _sales_of_lines(lines: Lines, theta: Array) -> Array:
    """Return each line's duty-paid sales at base prices, over its cell's before tariff, [line]."""
    dearer = lines.iceberg_hat * (1.0 + lines.tariff_new) / (1.0 + lines.tariff)
    return np.asarray(lines.weight * (1.0 + lines.tariff) * dearer ** -theta[lines.sector])


def _by_cell(
    lines: Lines, values: Array, shape: tuple[int, ...]
) -> tuple[tuple[IntArray, ...], Array]:
    """Return the cells that have lines, as an index [j, n, i], and the sums of values in each."""
    places = np.ravel_multi_index((lines.sector, lines.importer, lines.exporter), shape)
    cells, place = np.unique(places, return_inverse=True)
    sums = np.zeros(len(cells))
    np.add.at(sums, place, values)
    return np.unravel_index(cells, shape), sums


def _largest(reported: Array, found: Array, gap: Array) -> Array:
    """Return the largest difference in each market, [j, n]; ``gap`` is room to work in."""
    np.subtract(reported, found, out=gap)
    return np.asarray(np.abs(gap, out=gap).max(axis=2))


def _relative(gap: Array, size: Array, floor: Array) -> Array:
    scale = np.maximum(size, floor)
    return np.divide(gap, scale, out=np.zeros_like(gap), where=scale > 0)


def _cells(name: str, gap: Array) -> BlockResidual:
    sector, country = np.unravel_index(int(np.argmax(np.abs(gap))), gap.shape)
    return BlockResidual(name, _size(gap[sector, country]), int(country), int(sector))


def _countries(name: str, gap: Array) -> BlockResidual:
    country = int(np.argmax(np.abs(gap)))
    return BlockResidual(name, _size(gap[country]), country, None)


def _size(value: float) -> float:
    return float(abs(value)) if np.isfinite(value) else float("inf")
