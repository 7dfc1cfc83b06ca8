"""The paper's own road: uniform tariffs from a formula, in 3 N equations (its Proposition 2).

Written out from the paper; it shares no code with Countervail. Every country's best tariff is taken
to be one rate on everything it imports,

    t_i = 1 / sum_(j not i) sum_k chi_ij,k theta_k (1 - (1 - delta_j,k) lambda_ij,k),

chi being shares in i's exports, lambda what i sells in j's spending on k, and what i's sales do to
j's tariff revenue delta_j,k = t_j lambda_jj,k e_j,k / (1 + t_j lambda_jj). That leaves out how a
tariff moves wages abroad against each other (the paper's equation 9).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from replications.lashkaripour_2021.table import Table

Array = NDArray[np.float64]

ACCURACY = 1e-9
"""Largest residual of an equation, each relative to what it is about."""


class Economy(NamedTuple):
    """What the equations are about.

    Attributes:
        share: of an exporter in an importer's spending, [exporter, importer, sector].
        sector_share: of spending, [importer, sector].
        spending: USD million, [country].
        wages: USD million, [country].
        tariff: applied rates, [exporter, importer, sector].
        theta: [sector].
    """

    share: Array
    sector_share: Array
    spending: Array
    wages: Array
    tariff: Array
    theta: Array


class Nash(NamedTuple):
    """The end of the war.

    Attributes:
        tariff: one rate a country, [country].
        welfare: change of real income, per cent, [country].
        residual: largest, of any equation.
    """

    tariff: Array
    welfare: Array
    residual: float


def balance(table: Table) -> Table:
    """Return the table as it would be without deficits, tariffs as applied (Dekle et al. 2007).

    Raises:
        ArithmeticError: no solution was found.
    """
    from scipy.optimize import root

    economy = _economy(table)
    size = len(economy.spending)

    def off(unknown: Array) -> Array:
        wage, income = np.exp(unknown[:size]), np.exp(unknown[size:])
        _, sales, _ = _flows(economy, wage, income, economy.tariff)
        return np.concatenate(_accounts(economy, wage, income, sales, economy.tariff))

    found = root(off, np.zeros(2 * size), tol=1e-13)
    _refuse(found.fun, "balanced trade")
    wage, income = np.exp(found.x[:size]), np.exp(found.x[size:])
    return table._replace(trade=_flows(economy, wage, income, economy.tariff)[1])


def nash(table: Table, *, revenue: bool = True, untaxed: Sequence[int] = ()) -> Nash:
    """Return the end of a tariff war of everybody.

    Args:
        table: with balanced trade.
        untaxed: sectors that keep their applied tariffs; the paper has none.
        revenue: whether delta is in the formula, as in the paper; the author's package has none.

    Raises:
        ArithmeticError: no solution was found.
    """
    from scipy.optimize import root

    economy = _economy(table)
    size = len(economy.spending)
    abroad = 1.0 - np.eye(size)[:, :, None]
    kept = np.isin(np.arange(len(economy.theta)), untaxed)

    def parts(unknown: Array) -> tuple[Array, Array, Array, Array]:
        wage, income, rate = np.exp(unknown.reshape(3, size))
        return wage, income, rate, np.where(kept, economy.tariff, abroad * rate[None, :, None])

    def off(unknown: Array) -> Array:
        wage, income, rate, tariff = parts(unknown)
        share, sales, _ = _flows(economy, wage, income, tariff)
        exports = abroad * sales / (1.0 + tariff)
        chi = exports / exports.sum(axis=(1, 2), keepdims=True)
        home = np.einsum("jjk->jk", share) * economy.sector_share
        delta = rate[:, None] * home / (1.0 + rate * home.sum(axis=1))[:, None]
        keeps = 1.0 - (1.0 - revenue * delta) * share
        best = 1.0 / (chi * economy.theta * keeps).sum(axis=(1, 2))
        return np.concatenate([*_accounts(economy, wage, income, sales, tariff), rate - best])

    start = np.concatenate([np.zeros(2 * size), np.full(size, np.log(0.4))])
    found = root(off, start, tol=1e-13)
    residual = _refuse(found.fun, "the tariff war")
    wage, income, rate, tariff = parts(found.x)
    _, _, landed = _flows(economy, wage, income, tariff)
    price = np.exp((economy.sector_share * np.log(landed) / -economy.theta).sum(axis=1))
    return Nash(rate, 100.0 * (income / price - 1.0), residual)


def _economy(table: Table) -> Economy:
    bought = table.trade.sum(axis=0)
    spending = bought.sum(axis=1)
    return Economy(
        table.trade / bought,
        bought / spending[:, None],
        spending,
        (table.trade / (1.0 + table.tariff)).sum(axis=(1, 2)),
        table.tariff,
        table.trade_elasticity,
    )


def _flows(
    economy: Economy, wage: Array, income: Array, tariff: Array
) -> tuple[Array, Array, Array]:
    """Return shares, duty-paid purchases, and the sums that price indices are powers of."""
    dearer = (1.0 + tariff) / (1.0 + economy.tariff) * wage[:, None, None]
    landed = economy.share * dearer**-economy.theta
    total = landed.sum(axis=0)
    share = landed / total
    spent = economy.sector_share * (income * economy.spending)[:, None]
    return share, share * spent, total


def _accounts(
    economy: Economy, wage: Array, income: Array, sales: Array, tariff: Array
) -> tuple[Array, Array]:
    """Return what is off in wages (sales net of tariffs) and in income (wages and revenue)."""
    net = sales / (1.0 + tariff)
    hired = net.sum(axis=(1, 2)) / economy.wages - wage
    hired[-1] = economy.wages @ (wage - 1.0) / economy.wages.sum()  # the numeraire
    revenue = (sales - net).sum(axis=(0, 2))
    return hired, (revenue + wage * economy.wages) / economy.spending - income


def _refuse(residuals: Array, what: str) -> float:
    """Return the largest residual.

    Raises:
        ArithmeticError: it is too large.
    """
    largest = float(np.abs(residuals).max())
    if not largest <= ACCURACY:
        raise ArithmeticError(f"{what} was not found: the largest residual is {largest:.0e}")
    return largest
