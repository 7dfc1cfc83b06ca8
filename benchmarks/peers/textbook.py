"""The textbook nested loop for Caliendo and Parro (2015), written for clarity and not for speed.

The method of the programs published with the paper: guess wages; find the prices they imply by a
fixed point, taking the power of every exporter x importer x sector cell in each round; find the
spending they imply, here by a fixed point too; move wages by a part of the excess balance; repeat.
The price loop starts from no change each time, as published. It shares no code with the solver of
this package, and gives the same equilibrium: world value added is the numeraire and each deficit
keeps its share of it.

Reference: Caliendo, L. and F. Parro (2015), "Estimates of the Trade and Welfare Effects of NAFTA",
Review of Economic Studies 82(1), 1-44, section 4.3 and appendix.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WAGE_STEP = 0.2
"""Part of the excess balance by which wages move, as published."""


class NotConverged(Exception):
    """The loop was stopped before its tolerance; there is no answer."""


class Baseline(NamedTuple):
    """A world in shares and values; axes sector, importer, exporter; or sector, country.

    Attributes:
        share: pi[j, n, i], duty-paid.
        tariff: t[j, n, i].
        value_added_share: gamma[j, n].
        input_share: gamma[n, k, j] (country, input sector, using sector).
        final_share: alpha[j, n].
        expenditure: X[j, n].
        value_added: VA[n].
        deficit: D[n].
        income: I[n].
        trade_elasticity: theta[j].
    """

    share: Array
    tariff: Array
    value_added_share: Array
    input_share: Array
    final_share: Array
    expenditure: Array
    value_added: Array
    deficit: Array
    income: Array
    trade_elasticity: Array


class Answer(NamedTuple):
    """The new equilibrium.

    Attributes:
        wage_hat: new over old wages, world value added unchanged, [n].
        price_hat: new over old duty-paid prices, [j, n].
        welfare: equivalent variation in per cent of final spending, [n].
        wage_steps: rounds of the outer loop.
        price_sweeps: rounds of the price loop, all outer rounds together.
    """

    wage_hat: Array
    price_hat: Array
    welfare: Array
    wage_steps: int
    price_sweeps: int


def baseline(trade: Array, tariff: Array, input_share: Array, trade_elasticity: Array) -> Baseline:
    """Return the shares and values of a table, axes as in ``World.from_arrays``."""
    flows = np.ascontiguousarray(trade.transpose(2, 1, 0))
    rates = np.ascontiguousarray(tariff.transpose(2, 1, 0))
    duty_paid = flows * (1.0 + rates)
    expenditure = duty_paid.sum(axis=2)
    bought = np.where(expenditure > 0, expenditure, 1.0)
    gross_output = flows.sum(axis=1)
    value_added_share = 1.0 - input_share.sum(axis=1).T
    value_added = (value_added_share * gross_output).sum(axis=0)
    final = np.maximum(expenditure - _inputs(input_share, gross_output), 0.0)
    income = final.sum(axis=0)
    return Baseline(
        share=duty_paid / bought[:, :, None],
        tariff=rates,
        value_added_share=value_added_share,
        input_share=input_share,
        final_share=final / income,
        expenditure=expenditure,
        value_added=value_added,
        deficit=flows.sum(axis=(0, 2)) - gross_output.sum(axis=0),
        income=income,
        trade_elasticity=trade_elasticity,
    )


def solve(base: Baseline, tariff_new: Array, tolerance: float = 1e-10, most: int = 3000) -> Answer:
    """Return the equilibrium under new tariffs.

    Args:
        base: the world.
        tariff_new: rates, [exporter, importer, sector].
        tolerance: largest excess balance over value added; the inner loops are a hundred times
            tighter.
        most: rounds of the outer loop at most.

    Raises:
        NotConverged: the outer loop ran out of rounds.
    """
    rates = np.ascontiguousarray(tariff_new.transpose(2, 1, 0))
    cost_change = (1.0 + rates) / (1.0 + base.tariff)
    wage = np.ones_like(base.value_added)
    expenditure = base.expenditure
    sweeps = 0
    for step in range(1, most + 1):
        price, share, rounds = prices(base, wage, cost_change, tolerance / 100.0)
        sweeps += rounds
        received = share / (1.0 + rates)
        expenditure, income = spending(base, wage, share, received, expenditure, tolerance / 100.0)
        flows = received * expenditure[:, :, None]
        imports, exports = flows.sum(axis=(0, 2)), flows.sum(axis=(0, 1))
        excess = (exports - imports + base.deficit) / base.value_added
        if np.abs(excess).max() <= tolerance:
            index = np.prod(price**base.final_share, axis=0)
            welfare = 100.0 * (income / base.income / index - 1.0)
            return Answer(wage, price, welfare, step, sweeps)
        wage = wage * (1.0 + WAGE_STEP * excess / wage)
        wage = wage * base.value_added.sum() / (wage * base.value_added).sum()
    raise NotConverged(f"excess balance {np.abs(excess).max():.1e} after {most} rounds")


def prices(
    base: Baseline, wage: Array, cost_change: Array, tolerance: float, most: int = 2000
) -> tuple[Array, Array, int]:
    """Return the prices and trade shares that wages imply, and the rounds they took.

    Raises:
        NotConverged: out of rounds.
    """
    price = np.ones_like(base.expenditure)
    for round_ in range(1, most + 1):
        last = price
        price, share = price_round(base, wage, cost_change, last)
        if np.abs(price - last).max() <= tolerance:
            return price, share, round_
    raise NotConverged(f"prices still move by {np.abs(price - last).max():.1e} after {most} rounds")


def price_round(
    base: Baseline, wage: Array, cost_change: Array, price: Array
) -> tuple[Array, Array]:
    """Return the prices and trade shares that wages and a guess of prices imply."""
    theta = base.trade_elasticity[:, None]
    inputs = np.matmul(base.input_share.swapaxes(1, 2), np.log(price).T[:, :, None])[:, :, 0].T
    cost = wage**base.value_added_share * np.exp(inputs)
    landed = base.share * (cost[:, None, :] * cost_change) ** -theta[:, :, None]
    total = np.where(base.expenditure > 0, landed.sum(axis=2), 1.0)
    return total ** (-1.0 / theta), landed / total[:, :, None]


def spending(
    base: Baseline,
    wage: Array,
    share: Array,
    received: Array,
    start: Array,
    tolerance: float,
    most: int = 2000,
) -> tuple[Array, Array]:
    """Return the expenditure and income that wages and trade shares imply.

    Args:
        base: the world.
        wage: wage hats, [n].
        share: new trade shares, duty-paid, [j, n, i].
        received: the part of them that reaches the seller, [j, n, i].
        start: first guess of expenditure, [j, n].
        tolerance: largest relative change in a round.
        most: rounds at most.

    Raises:
        NotConverged: out of rounds.
    """
    duty_share = (share - received).sum(axis=2)
    expenditure = start
    for _ in range(most):
        output = (received * expenditure[:, :, None]).sum(axis=1)
        revenue = (duty_share * expenditure).sum(axis=0)
        income = wage * base.value_added + revenue + base.deficit
        last, expenditure = (
            expenditure,
            base.final_share * income + _inputs(base.input_share, output),
        )
        if np.abs(expenditure - last).max() <= tolerance * expenditure.max():
            return expenditure, income
    raise NotConverged(f"spending still moves after {most} rounds")


def _inputs(input_share: Array, gross_output: Array) -> Array:
    """Return what producers buy of each sector, [k, n]."""
    return np.asarray(np.matmul(input_share, gross_output.T[:, :, None])[:, :, 0].T)
