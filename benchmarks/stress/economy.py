"""A second writing of the economy, to ask of a refused case what the engine says it found.

Everything is a function of wages: prices by Newton in logs (nothing underflows), spending by one
dense linear solve, balances from the flows. Nothing is shared with ``countervail.core``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.stress.cases import Case

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
FADING = 30.0
"""Logs by which a ban has cut trade half of the way to it."""

NOTHING = 1e-300


class Economy(NamedTuple):
    """Primitives in changes; sector first, then importer, then exporter.

    Attributes:
        log_weight: ln A [j, n, i], -inf where nothing is or may be sold.
        received: part of what a buyer pays that reaches the seller [j, n, i].
        theta: [j].
        input_share: [n, k, j].
        final_share: [j, n].
        labour_share: [j, n].
        log_productivity: [j, n].
        value_added: at baseline wages and the new labour [n].
        value_added_base: [n].
        deficit: at baseline [n].
        transfer: [n].
        deficits: the closure.
        unit: of nominal deficits, or None.
    """

    log_weight: Array
    received: Array
    theta: Array
    input_share: Array
    final_share: Array
    labour_share: Array
    log_productivity: Array
    value_added: Array
    value_added_base: Array
    deficit: Array
    transfer: Array
    deficits: str
    unit: int | None

    @property
    def offered(self) -> Bools:
        """Whether a seller's good may be sold in a market at all, [j, n, i]."""
        return np.asarray(self.log_weight > -np.inf)


class Accounts(NamedTuple):
    """What wages bring about, [n].

    Attributes:
        flows: what importer n pays exporter i [n, i], nothing to itself.
        earned: exports and gifts received.
        spent: imports and gifts made.
        income: what households spend.
        payroll: w L VA.
        deficit: by the closure.
        relief: received beyond the closure's deficit by those who would be left with nothing.
    """

    flows: Array
    earned: Array
    spent: Array
    income: Array
    payroll: Array
    deficit: Array
    relief: Array

    @property
    def imbalance(self) -> Array:
        """ln(earned / spent), [n]."""
        return np.log(np.maximum(self.earned, NOTHING)) - np.log(np.maximum(self.spent, NOTHING))

    def lacks(self, buyers: Bools) -> float:
        """Return the deficit of a group less its imports from the others, over its payroll."""
        imports = self.flows[np.ix_(buyers, ~buyers)].sum()
        return float((self.deficit[buyers].sum() - imports) / self.payroll[buyers].sum())


def economy_of(case: Case, part: float = 1.0) -> Economy:
    """Return the economy of a case, or of one part of the way from the baseline to it.

    Args:
        case: the case.
        part: 0 is the baseline, 1 the case; costs go geometrically, and bans to infinity.
    """
    table, shock = case.table, case.shock
    countries, _, sectors = table.trade.shape
    output, bought = table.trade.sum(axis=1), (table.trade * (1 + table.tariff)).sum(axis=0)
    labour_share = 1.0 - table.input_share.sum(axis=1)
    value_added = (labour_share * output).sum(axis=1)
    final = bought - np.einsum("nkj,nj->nk", table.input_share, output)
    final = np.where(np.abs(final) <= 1e-9 * bought, 0.0, final)
    deficit = table.trade.sum(axis=(0, 2)) - table.trade.sum(axis=(1, 2))
    deficit[np.abs(deficit) < 1e-12 * value_added] = 0.0
    before, received_before = _cells(case, baseline=True)
    after, received_after = _cells(case, baseline=False)
    with np.errstate(divide="ignore"):
        base = np.log(table.trade * (1 + table.tariff)) - np.log(np.maximum(bought, NOTHING))[None]
        banned = (after == -np.inf) & (base > -np.inf)
        moved = part * np.where(banned, 0.0, after - before)
        moved = np.where(banned, -FADING * part / (1.0 - part) if part < 1 else -np.inf, moved)
    mixed = received_before + part * (received_after - received_before)
    labour = np.ones(countries) if shock.labour_hat is None else shock.labour_hat**part
    productivity = (
        np.ones((countries, sectors)) if shock.productivity_hat is None else shock.productivity_hat
    )
    transfer = np.zeros(countries) if case.transfer is None else part * case.transfer
    return Economy(
        (base + np.where(base == -np.inf, 0.0, moved)).transpose(2, 1, 0),
        mixed.transpose(2, 1, 0),
        table.trade_elasticity,
        table.input_share,
        (final / final.sum(axis=1, keepdims=True)).T,
        labour_share.T,
        part * np.log(productivity).T,
        value_added * labour,
        value_added,
        deficit,
        transfer,
        case.deficits,
        case.unit,
    )


def deficits_at(economy: Economy, wage: Array) -> Array:
    """Return D'[n] by the closure, world value added being the numeraire."""
    payroll = wage * economy.value_added
    if economy.deficits == "closed":
        return economy.transfer
    if economy.deficits == "own_income":
        wanted = economy.deficit / economy.value_added_base * payroll
        return np.asarray(wanted - payroll * wanted.sum() / payroll.sum() + economy.transfer)
    unit = 1.0 if economy.unit is None else wage[economy.unit]
    return np.asarray(economy.deficit * unit + economy.transfer)


def accounts(economy: Economy, log_wage: Array, poor: Bools, left: float) -> Accounts:
    """Return what wages bring about.

    Args:
        economy: the economy.
        log_wage: [n], in any unit.
        poor: countries whose households are left with a given part of the payroll, whatever the
            closure asks of them; the others make up for it, each by its payroll.
        left: that part.
    """
    countries, sectors = len(log_wage), len(economy.theta)
    wage = np.exp(log_wage)
    wage = wage * economy.value_added_base.sum() / (wage * economy.value_added).sum()
    payroll = wage * economy.value_added
    deficit = deficits_at(economy, wage)
    _, share = _costs_and_shares(economy, np.log(wage))
    sold = share * economy.received  # [j, m, n]
    duty = (share - sold).sum(axis=2)  # [j, n]
    payers = np.where(poor, 0.0, payroll) / max(float(payroll[~poor].sum()), NOTHING)

    # X[k, n] = alpha (constant + revenue of those whose budget it enters) + inputs of what is sold
    size = sectors * countries
    inputs = np.einsum("nkj,jmn->knjm", economy.input_share, sold).reshape(size, size)
    keeps = np.diag(np.where(poor, 0.0, 1.0)) + np.outer(payers, poor)  # [n, m]: n spends m's
    spent_duty = np.einsum("kn,nm,jm->knjm", economy.final_share, keeps, duty).reshape(size, size)
    owed = np.where(poor, (1.0 - left) * payroll + deficit, 0.0)
    budget = np.where(poor, left * payroll, payroll + deficit) + payers * owed.sum()
    bought = np.linalg.solve(
        np.eye(size) - inputs - spent_duty, (economy.final_share * budget).ravel()
    ).reshape(sectors, countries)

    flows = (sold * bought[:, :, None]).sum(axis=0)  # [n, i]
    np.fill_diagonal(flows, 0.0)
    revenue = (duty * bought).sum(axis=0)
    income = budget + keeps @ revenue
    relief = np.where(poor, income - payroll - revenue - deficit, 0.0)
    given = deficit + relief - payers * relief.sum()
    return Accounts(
        flows,
        flows.sum(axis=0) + np.maximum(given, 0.0),
        flows.sum(axis=1) + np.maximum(-given, 0.0),
        income,
        payroll,
        deficit,
        relief,
    )


def cost_spread(economy: Economy, log_wage: Array) -> float:
    """Return the largest distance of two sellers' theta ln c in a sector."""
    cost = _costs_and_shares(economy, log_wage)[0]
    made: Bools = np.asarray(economy.offered.any(axis=1))
    spread = [np.ptp(c[sellers]) for c, sellers in zip(cost, made, strict=True)]
    return float((economy.theta * np.array(spread)).max())


def _costs_and_shares(economy: Economy, log_wage: Array) -> tuple[Array, Array]:
    """Return ln c[j, n] and pi'[j, n, i] at wages: Newton on log prices, which cannot fail.

    A price is a concave, increasing function of all prices, with slopes that sum to less than one.
    """
    theta = economy.theta[:, None, None]
    live: Bools = np.asarray(economy.offered.any(axis=2))
    log_weight = np.where(live[:, :, None], economy.log_weight, 0.0)
    size = live.size
    log_price = np.zeros(live.shape)
    for _ in range(60):
        cost = (
            economy.labour_share * log_wage
            + np.einsum("nkj,kn->jn", economy.input_share, log_price)
            - economy.log_productivity
        )
        term = log_weight - theta * cost[:, None, :]
        highest = term.max(axis=2, keepdims=True)
        share = np.exp(term - highest)
        total = share.sum(axis=2, keepdims=True)
        share = np.where(live[:, :, None], share / total, 0.0)
        implied = np.where(live, -(highest + np.log(total))[:, :, 0] / economy.theta[:, None], 0.0)
        gap = implied - log_price
        if np.abs(gap).max() < 1e-13 * max(1.0, float(np.abs(log_price).max())):
            break
        slope = np.einsum("jnm,mkj->jnkm", share, economy.input_share).reshape(size, size)
        log_price = log_price + np.linalg.solve(np.eye(size) - slope, gap.ravel()).reshape(
            gap.shape
        )
    return cost, np.asarray(share)


def _cells(case: Case, baseline: bool) -> tuple[Array, Array]:
    """Return ln of a cell's kappa^-theta [i, n, j], and the part of its price the seller gets."""
    table, shock = case.table, case.shock
    theta = table.trade_elasticity
    law = table.tariff if baseline or shock.tariff_new is None else shock.tariff_new
    with np.errstate(divide="ignore", over="ignore"):
        cost = np.log1p(law) - np.log1p(table.tariff)
        if not baseline and shock.iceberg_hat is not None:
            cost = cost + np.log(shock.iceberg_hat)
        log_weight, received = -theta * cost, 1.0 / (1.0 + law)
        if shock.lines is None:
            return log_weight, received
        lines = shock.lines.unchanged() if baseline else shock.lines
        power = -theta[lines.sector]
        value = lines.weight * (1 + lines.tariff)
        part = value * (lines.iceberg_hat * (1 + lines.tariff_new) / (1 + lines.tariff)) ** power
    paid, kept, whole = np.zeros_like(law), np.zeros_like(law), np.zeros_like(law)
    np.add.at(whole, lines.cells, value)
    np.add.at(paid, lines.cells, part)
    np.add.at(kept, lines.cells, part / (1 + lines.tariff_new))
    cell = whole > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        log_weight[cell] = np.log(paid[cell] / whole[cell])
        received[cell] = np.where(paid[cell] > 0, kept[cell] / paid[cell], 0.0)
    return log_weight, received
