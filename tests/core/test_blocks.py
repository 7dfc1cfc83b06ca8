"""The building blocks, each against its equation written out."""

from __future__ import annotations

import numpy as np
import pytest

from countervail.core import blocks
from countervail.core.model import Shock
from countervail.core.weights import prepare
from countervail.simulate import baseline
from countervail.testing import random_world, tiny

from .small import core, every_kind

RNG = np.random.default_rng(0)


def test_numeraire_keeps_world_value_added() -> None:
    base = baseline(tiny().world())
    labour = RNG.uniform(0.5, 2.0, 5)
    log_wage = blocks.numeraire(RNG.normal(size=5), labour, base.value_added)
    assert (np.exp(log_wage) * labour * base.value_added).sum() == pytest.approx(
        base.value_added.sum(), rel=1e-14
    )
    again = blocks.numeraire(log_wage + 3.0, labour, base.value_added)
    assert np.allclose(again, log_wage, atol=1e-14)


def test_unit_cost() -> None:
    table, shock = every_kind(1)
    base = baseline(table.world())
    weights = prepare(base, core(shock))
    wage, price = RNG.uniform(0.5, 2.0, 4), RNG.uniform(0.5, 2.0, (3, 4))
    cost = np.exp(blocks.unit_cost(np.log(wage), np.log(price), base, weights))
    for n in range(4):
        for j in range(3):
            inputs = np.prod(price[:, n] ** base.input_share[n, :, j])
            made = wage[n] ** base.value_added_share[j, n] * inputs
            assert cost[j, n] == pytest.approx(made / np.exp(weights.log_productivity[j, n]))


def test_attractiveness_does_not_overflow() -> None:
    log_cost = np.array([[0.0, 40.0, -40.0], [0.1, 0.2, 0.3]])
    u, largest = blocks.attractiveness(log_cost, np.array([65.0, 4.0]))
    assert np.isfinite(u).all()
    assert u.max(axis=1).tolist() == [1.0, 1.0]
    assert np.allclose(u[1] * np.exp(largest[1]), np.exp(-4.0 * log_cost[1]))
    assert largest.shape == (2, 1)


def test_price_index_and_receipts() -> None:
    table, shock = every_kind(2)
    base = baseline(table.world())
    weights = prepare(base, core(shock))
    log_cost = RNG.normal(0, 0.1, (3, 4))
    theta = base.trade_elasticity
    u, largest = blocks.attractiveness(log_cost, theta)
    market = blocks.over(weights.share, u)
    price = np.exp(blocks.price_index(market, largest, theta, weights.active))
    spent = RNG.uniform(1.0, 2.0, (3, 4))
    output = blocks.receipts(u, spent / market, weights)
    reached = blocks.received_share(u, market, weights)
    for j in range(3):
        power = np.exp(-theta[j] * log_cost[j])
        for n in range(4):
            index = (weights.share[j, n] * power).sum()
            assert price[j, n] == pytest.approx(index ** (-1 / theta[j]))
            kept = (weights.received[j, n] * power).sum() / index
            assert reached[j, n] == pytest.approx(kept)
        for i in range(4):
            index = (weights.share[j] * power).sum(axis=1)
            sold = (weights.received[j, :, i] * power[i] / index * spent[j]).sum()
            assert output[j, i] == pytest.approx(sold)


def test_an_empty_market_keeps_its_price() -> None:
    base = baseline(tiny().world())
    weights = prepare(base, Shock())
    log_cost = RNG.normal(0, 0.1, (3, 5))
    u, largest = blocks.attractiveness(log_cost, base.trade_elasticity)
    market = blocks.over(weights.share, u)
    price = blocks.price_index(market, largest, base.trade_elasticity, weights.active)
    assert market[0, 3] == 0
    assert price[0, 3] == 0
    assert np.isfinite(price).all()


def test_spending() -> None:
    base = baseline(random_world(3, 4, 3).world())
    income, output = RNG.uniform(1, 2, 4), RNG.uniform(1, 2, (3, 4))
    spent = blocks.spending(income, output, base)
    for n in range(4):
        for j in range(3):
            inputs = (base.input_share[n, j] * output[:, n]).sum()
            assert spent[j, n] == pytest.approx(base.final_share[j, n] * income[n] + inputs)


def test_the_baseline_reproduces_itself() -> None:
    base = baseline(tiny().world())
    assert np.allclose(blocks.spending(
        base.value_added + base.deficit + (base.tariff / (1 + base.tariff) * base.trade_share
                                           * base.expenditure[:, :, None]).sum(axis=(0, 2)),
        base.gross_output, base,
    ), base.expenditure, rtol=1e-14, atol=1e-12)  # fmt: skip
