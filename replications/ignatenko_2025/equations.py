"""The study's own equations (its section 2), one sector; no code is shared with Countervail.

    lambda_ni ~ lambda_ni (w_n / L_n^psi)^-eps (1 + t_ni)^(-phi_i eps)                          (1)
    w_i L_i   = sum_n (1 - nu_n) X_in / (1 + t_in) + nu_i sum_n X_ni / (1 + t_ni)               (2)
    L_i       = ((1 - tau_i) w_i / P_i)^kappa                                                   (3)
    P_i       = (E_i / w_i)^(1 - phi_i) [sum_n of (1)]^(-1 / eps)                               (4)
    E_i       = w_i L_i + R_i + T_i,      T_i a constant share of world income                  (5)

phi_i = phi~ + (1 + psi) nu_i / (1 - nu_i): firms that sell in a market pay fixed costs there, to
its labour, so that a tariff thins out who sells and passes through by more than itself.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ACCURACY = 1e-9
"""Largest residual of an equation, each relative to what it is about."""


class Economy(NamedTuple):
    """What the equations are about; countries as exporter, importer.

    Attributes:
        trade: X, nobody paying duties.
        access: nu [importer].
        firm_pass_through: phi~, of tariffs to the prices of firms.
        elasticity: eps.
        scale: psi.
        hours: kappa.
    """

    trade: Array
    access: Array
    firm_pass_through: float = 1.0
    elasticity: float = 4.0
    scale: float = 0.67 / 4.0
    hours: float = 0.5

    @property
    def pass_through(self) -> Array:
        """Phi [importer]."""
        more = self.access / (1.0 - self.access)
        return np.asarray(self.firm_pass_through + (1.0 + self.scale) * more)

    @property
    def income(self) -> Array:
        """Of labour, Y [country]."""
        sold = self.trade @ (1.0 - self.access)
        return np.asarray(sold + self.access * self.trade.sum(axis=0))

    def without_access(self) -> Economy:
        """Return the economy in which all of a sale is earned by who makes the good."""
        return self._replace(access=np.zeros_like(self.access))


class Answer(NamedTuple):
    """What a law does, per cent unless said, [country].

    Attributes:
        welfare: as the study counts it: hours cost what they did before relief.
        by_preferences: by the utility that it states: hours cost what relief lets them keep.
        deficit, exports, imports, employment, prices: exports and imports over GDP; prices against
            the mean of the world's.
        revenue: of tariffs, over spending before them.
        wage, hours: hats, world labour income unchanged.
        kept_more: 1 - tau before over after: what relief adds to a wage.
        residual: largest of any equation.
    """

    welfare: Array
    by_preferences: Array
    deficit: Array
    exports: Array
    imports: Array
    employment: Array
    prices: Array
    revenue: Array
    wage: Array
    hours: Array
    kept_more: Array
    residual: float


class _State(NamedTuple):
    """The economy at some wages and hours.

    Attributes:
        cost: (w / L^psi)^-eps [exporter].
        total: sum of what sellers offer [importer].
        spent, revenue, price: E, R, P [importer].
        kept_more: 1 / (1 - tau), or 1 [country].
    """

    cost: Array
    total: Array
    spent: Array
    revenue: Array
    price: Array
    kept_more: Array


def solve(economy: Economy, tariff: Array, *, relief: bool = True) -> Answer:
    """Return what tariffs do.

    Args:
        economy: as it is without them.
        tariff: rates [exporter, importer].
        relief: whether their revenue takes the place of a tax on labour just as large; otherwise
            it is handed out.

    Raises:
        ArithmeticError: no solution was found.
    """
    from scipy.optimize import root

    size = len(economy.access)
    income, spent = economy.income, economy.trade.sum(axis=0)
    transfer, phi = spent - income, economy.pass_through
    paid = economy.trade / spent * (1.0 + tariff) ** (-economy.elasticity * phi)
    net = paid / (1.0 + tariff)

    def state(wage: Array, hours: Array) -> _State:
        cost = (wage / hours**economy.scale) ** -economy.elasticity
        total, arrives = cost @ paid, cost @ net
        labour = wage * hours * income
        given = transfer * labour.sum() / income.sum()
        budget = (labour + given) * total / arrives
        thinner = (budget / spent / wage) ** (1.0 - phi)
        revenue = budget * (1.0 - arrives / total)
        kept = 1.0 / (1.0 - revenue / labour) if relief else np.ones(size)
        price = thinner * total ** (-1.0 / economy.elasticity)
        return _State(cost, total, budget, revenue, price, kept)

    def off(unknown: Array) -> Array:
        wage, hours = np.exp(unknown[:size]), np.exp(unknown[size:])
        at = state(wage, hours)
        bought = at.spent / at.total
        abroad = at.cost * (net @ ((1.0 - economy.access) * bought))
        earned = abroad + economy.access * bought * (at.cost @ net)
        hired = earned / (wage * hours * income) - 1.0
        hired[-1] = (wage * hours) @ income / income.sum() - 1.0  # the numeraire
        wanted = economy.hours * np.log(at.kept_more * wage / at.price)
        return np.concatenate([hired, unknown[size:] - wanted])

    found = root(off, np.zeros(2 * size), tol=1e-12)
    residual = float(np.abs(found.fun).max())
    if not residual <= ACCURACY:
        raise ArithmeticError(f"no equilibrium was found: the largest residual is {residual:.0e}")
    wage, hours = np.exp(found.x[:size]), np.exp(found.x[size:])
    at = state(wage, hours)
    return _answer(
        economy, at, at.cost[:, None] * net * (at.spent / at.total), wage, hours, residual
    )


def _answer(
    economy: Economy, at: _State, flows: Array, wage: Array, hours: Array, residual: float
) -> Answer:
    """Return what is reported; ``flows`` net of tariffs, [exporter, importer]."""
    income, spent = economy.income, economy.trade.sum(axis=0)
    level = (at.price * spent).sum() / spent.sum()
    abroad = 1.0 - np.eye(len(income))
    cost = economy.hours / (1.0 + economy.hours) * income / at.kept_more
    delta = spent / (spent - cost)
    consumed, earned = at.spent / spent / at.price, wage * hours / at.price
    made = wage * hours * income
    gap = economy.trade.sum(axis=0) - economy.trade.sum(axis=1)
    gap_new = (flows.sum(axis=0) - flows.sum(axis=1)) / level

    def beside(axis: int) -> Array:
        before = (economy.trade * abroad).sum(axis=axis) / income
        after = (flows * abroad).sum(axis=axis) / made
        return np.asarray(100.0 * (after / before - 1.0))

    return Answer(
        welfare=100.0 * (delta * consumed + (1.0 - delta) * earned - 1.0),
        by_preferences=100.0 * (delta * consumed + (1.0 - delta) * at.kept_more * earned - 1.0),
        deficit=100.0 * (gap_new - gap) / np.abs(gap),
        exports=beside(1),
        imports=beside(0),
        employment=100.0 * (hours - 1.0),
        prices=100.0 * (at.price / level - 1.0),
        revenue=100.0 * at.revenue / level / spent,
        wage=wage,
        hours=hours,
        kept_more=at.kept_more,
        residual=residual,
    )
