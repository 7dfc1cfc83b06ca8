"""The first-order parts of welfare, against sums done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from countervail.core.welfare import Levied, terms_of_trade, volume_of_trade

# trade [j, n, i]: one sector, importer n buys from exporter i
TRADE = np.array([[[50.0, 10.0], [20.0, 60.0]]])
COST = np.array([[[1.1, 0.9]]])  # [j, 1, i]
INCOME = np.array([60.0, 80.0])


def test_terms_of_trade_by_hand() -> None:
    # country 0 sells 20 at +10 per cent and buys 10 at -10 per cent; country 1 the reverse
    expected = np.array([20 * 0.1 - 10 * -0.1, 10 * -0.1 - 20 * 0.1]) / INCOME
    assert terms_of_trade(TRADE, COST, INCOME) == pytest.approx(expected)


def test_terms_of_trade_are_a_transfer() -> None:
    parts = terms_of_trade(TRADE, COST, INCOME)
    assert (parts * INCOME).sum() == pytest.approx(0.0, abs=1e-14)
    # domestic trade bears no part: what one sells oneself one also buys
    more = TRADE.copy()
    more[0, [0, 1], [0, 1]] *= 5
    assert terms_of_trade(more, COST, INCOME) == pytest.approx(parts)


def test_volume_of_trade_by_hand() -> None:
    duty = np.array([[[0.0, 1.0], [4.0, 0.0]]])  # 10 per cent of 10, 20 per cent of 20
    duty_new = np.array([[[0.0, 2.0], [3.0, 0.0]]])
    expected = np.array([2.0 - 1.0 * 0.9, 3.0 - 4.0 * 1.1]) / INCOME
    tariffs = Levied(duty, duty_new, COST)
    assert volume_of_trade(tariffs, None, INCOME) == pytest.approx(expected)
    # country 0 taxes its exports of 20 at 5 per cent; half as many are sold, at its cost of 1.1
    taxes = Levied(
        np.array([[[0.0, 0.0], [1.0, 0.0]]]), np.array([[[0.0, 0.0], [0.55, 0.0]]]), COST
    )
    expected += np.array([0.55 - 1.1, 0.0]) / INCOME
    assert volume_of_trade(tariffs, taxes, INCOME) == pytest.approx(expected)


def test_an_export_tax_that_is_raised_is_earned_abroad() -> None:
    price = np.array([[[1.0, 1.0], [1.2, 1.0]]])  # country 0 asks a fifth more of country 1 only
    expected = np.array([20 * 0.2, -20 * 0.2]) / INCOME
    assert terms_of_trade(TRADE, price, INCOME) == pytest.approx(expected)


def test_no_change_is_worth_nothing() -> None:
    ones = np.ones((1, 1, 2))
    duty = np.array([[[0.0, 1.0], [4.0, 0.0]]])
    assert terms_of_trade(TRADE, ones, INCOME).tolist() == [0, 0]
    still = Levied(duty, duty, ones)
    assert volume_of_trade(still, still, INCOME).tolist() == [0, 0]
