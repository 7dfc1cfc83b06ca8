"""The default choices, each against its equation written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from countervail.bridge import baseline
from countervail.core.choices.demand import CobbDouglasDemand
from countervail.core.choices.factors import MobileLabour
from countervail.core.choices.sourcing import CesSourcing
from countervail.core.choices.technology import CobbDouglasTechnology
from countervail.core.model import Baseline, Shock
from countervail.core.weights import prepare
from countervail.testing import random_world, tiny

from .small import core, every_kind

SOURCING, MADE, LABOUR = CesSourcing(), CobbDouglasTechnology(), MobileLabour()
RNG = np.random.default_rng(0)


def attractiveness(log_cost: Any, theta: Any, producing: Any) -> tuple[Any, Any]:
    weights = prepare(baseline(tiny().world()), Shock())
    return SOURCING.attractiveness(
        log_cost, weights._replace(trade_elasticity=theta, producing=producing)
    )


def spending(income: Any, output: Any, base: Baseline) -> Any:
    final = CobbDouglasDemand().final(base, income, np.zeros_like(output))
    return final + MADE.inputs_bought(output, base.value_added_share[:, :, None], base)


def test_numeraire_keeps_world_value_added() -> None:
    base = baseline(tiny().world())
    labour = RNG.uniform(0.5, 2.0, (5, 2))
    weights = prepare(base, Shock())._replace(labour_hat=labour)
    log_wage = LABOUR.numeraire(RNG.normal(size=(5, 2)), base, weights, ())
    world = (np.exp(log_wage) * labour * base.value_added[:, None]).sum(axis=0)
    assert world == pytest.approx(base.value_added.sum(), rel=1e-14)
    again = LABOUR.numeraire(log_wage + 3.0, base, weights, ())
    assert np.allclose(again, log_wage, atol=1e-14)


def test_unit_cost() -> None:
    table, shock = every_kind(1)
    base = baseline(table.world())
    weights = prepare(base, core(shock))
    wage, price = RNG.uniform(0.5, 2.0, (4, 2)), RNG.uniform(0.5, 2.0, (3, 4, 2))
    cost = np.exp(MADE.unit_cost(np.log(wage), np.log(price), base, weights))
    for n, j, s in np.ndindex(4, 3, 2):
        inputs = np.prod(price[:, n, s] ** base.input_share[n, :, j])
        made = wage[n, s] ** base.value_added_share[j, n] * inputs
        assert cost[j, n, s] == pytest.approx(made / np.exp(weights.log_productivity[j, n, 0]))


def test_attractiveness_neither_overflows_nor_loses_the_small() -> None:
    log_cost = np.array([[0.0, 40.0, -40.0], [0.1, 0.2, 0.3], [0.0, 7.0, -7.0]])[:, :, None]
    theta, selling = np.array([[65.0], [4.0], [65.0]]), np.ones((3, 3), dtype=bool)
    u, size = attractiveness(log_cost, theta, selling)
    assert np.isfinite(u).all()
    assert size.shape == (3, 1, 1)
    assert u[1].max() == 1.0
    assert np.allclose(u[1] * np.exp(size[1]), np.exp(-4.0 * log_cost[1]))
    # 910 logs apart: below one by more than numbers hold, and kept by starting above it
    assert (u[2] > 0).all()
    assert np.allclose(np.log(u[2]) + size[2], -65.0 * log_cost[2])


def test_what_a_dear_seller_sells_behind_a_wall_is_not_lost() -> None:
    """It may be all that a market has: the seller 560 logs dearer than another, the wall 570."""
    u, size = attractiveness(np.array([[[0.0], [8.6]]]), np.array([[65.0]]), np.array([[1, 1]]) > 0)
    market = np.exp(-570.0) * u[0, 1, 0]
    assert market > 0
    assert np.log(market) + size[0, 0, 0] == pytest.approx(-570.0 - 65.0 * 8.6)


def test_a_seller_with_nothing_to_sell_has_no_say_in_the_size() -> None:
    log_cost = np.array([[0.1, 0.2, -40.0]])[:, :, None]
    idle = np.array([[True, True, False]])
    u, size = attractiveness(log_cost, np.array([[65.0]]), idle)
    assert size[0, 0, 0] == -6.5
    assert u[0, :2, 0] == pytest.approx([1.0, np.exp(-6.5)])
    assert np.isfinite(u).all()


def test_prices_receipts_and_revenue() -> None:
    table, shock = every_kind(2)
    base = baseline(table.world())
    tax = RNG.uniform(-0.2, 0.3, base.tariff.shape)
    shock_ = core(shock)._replace(export_tax=tax)
    weights = prepare(base, shock_)
    log_cost = RNG.normal(0, 0.1, (3, 4, 2))
    theta = base.trade_elasticity
    u, largest = SOURCING.attractiveness(log_cost, weights)
    market = SOURCING.market_size(u, weights)
    price = np.exp(SOURCING.price_index(market, largest, weights))
    spent = RNG.uniform(1.0, 2.0, (3, 4, 2))
    output = SOURCING.receipts(u, spent / market, weights)
    revenue = SOURCING.revenue(u, spent / market, weights)
    for s in range(2):
        collected = np.zeros(4)
        for j in range(3):
            power = np.exp(-theta[j] * log_cost[j, :, s])
            index = weights.share[j] @ power
            assert price[j, :, s] == pytest.approx(index ** (-1 / theta[j]))
            paid = weights.share[j] * power / index[:, None] * spent[j, :, s, None]
            assert shock_.tariff_new is not None
            border = paid / (1 + shock_.tariff_new[j])
            received = border / (1 + tax[j])
            assert output[j, :, s] == pytest.approx(received.sum(axis=0))
            collected += (paid - border).sum(axis=1) + (border - received).sum(axis=0)
        assert revenue[:, s] == pytest.approx(collected)


def test_an_empty_market_keeps_its_price() -> None:
    base = baseline(tiny().world())
    weights = prepare(base, Shock())
    u, largest = SOURCING.attractiveness(RNG.normal(0, 0.1, (3, 5, 1)), weights)
    assert (weights.share @ u)[0, 3, 0] == 0
    market = SOURCING.market_size(u, weights)
    assert market[0, 3, 0] == 1
    price = SOURCING.price_index(market, largest, weights)
    assert price[0, 3, 0] == 0
    assert np.isfinite(price).all()


def test_spending() -> None:
    base = baseline(random_world(3, 4, 3).world())
    income, output = RNG.uniform(1, 2, (4, 2)), RNG.uniform(1, 2, (3, 4, 2))
    spent = spending(income, output, base)
    for n, j, s in np.ndindex(4, 3, 2):
        inputs = (base.input_share[n, j] * output[:, n, s]).sum()
        assert spent[j, n, s] == pytest.approx(base.final_share[j, n] * income[n, s] + inputs)


def test_the_baseline_reproduces_itself() -> None:
    base = baseline(tiny().world())
    duty = base.tariff / (1 + base.tariff) * base.trade_share * base.expenditure[:, :, None]
    income = base.value_added + base.deficit + duty.sum(axis=(0, 2))
    spent = spending(income[:, None], base.gross_output[:, :, None], base)
    assert np.allclose(spent[:, :, 0], base.expenditure, rtol=1e-14, atol=1e-12)
