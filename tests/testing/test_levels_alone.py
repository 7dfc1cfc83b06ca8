"""The solution in levels, held to what is known without any other solver."""

from __future__ import annotations

import numpy as np
import pytest

from countervail.testing import NoLevels, one_sector, random_world, solve_levels, tiny
from countervail.testing.shocks import everywhere, random_shock, unilateral
from countervail.testing.worlds import Table


def test_the_baseline_is_an_equilibrium() -> None:
    table = tiny()
    found = solve_levels(**table.arrays())
    np.testing.assert_allclose(found.wage_hat, 1.0, atol=1e-13)
    np.testing.assert_allclose(found.trade, table.trade, atol=1e-11)
    np.testing.assert_allclose(found.welfare, 0.0, atol=1e-11)
    assert np.isnan(found.price[3, 0])  # nobody buys farm goods there


def test_one_sector_follows_the_formula() -> None:
    """Arkolakis, Costinot and Rodriguez-Clare (2012), balanced trade."""
    table = one_sector(4, 5.0)
    barrier = np.full(table.trade.shape, 1.3)
    barrier[range(4), range(4)] = 1.0
    found = solve_levels(**table.arrays(), iceberg_hat=barrier, deficits="closed")

    def home(trade: np.ndarray) -> np.ndarray:
        return np.einsum("nnj->n", trade) / trade.sum(axis=(0, 2))

    fall = home(found.trade) / home(found.trade_base)
    np.testing.assert_allclose(found.welfare, 100 * (fall**-0.2 - 1), atol=1e-9)


def test_autarky_of_two_mirror_countries() -> None:
    table = one_sector(2, 4.0).replace(trade=np.array([[[90.0], [10.0]], [[10.0], [90.0]]]))
    barrier = np.array([[[1.0], [np.inf]], [[np.inf], [1.0]]])
    found = solve_levels(**table.arrays(), iceberg_hat=barrier)
    np.testing.assert_allclose(found.welfare, 100 * (0.9**0.25 - 1), atol=1e-9)


def test_accounts_add_up() -> None:
    table = random_world(11, 4, 3)
    shock = random_shock(12, table, icebergs=0.2, productivity=0.1, labour=0.1)
    found = solve_levels(**table.arrays(), **shock.arrays())
    law = shock.tariff_new
    np.testing.assert_allclose((found.trade * law).sum(axis=(0, 2)), found.revenue)
    np.testing.assert_allclose((found.trade * (1 + law)).sum(axis=0), found.expenditure)
    np.testing.assert_allclose(found.trade.sum(axis=1), found.gross_output)
    balance = found.trade.sum(axis=(0, 2)) - found.trade.sum(axis=(1, 2))
    np.testing.assert_allclose(balance, found.deficit, atol=1e-9 * found.income.max())
    assert found.residual <= 1e-12


def test_each_treasury_takes_its_own() -> None:
    table = random_world(13, 4, 3)
    shock = random_shock(14, table, export_taxes=0.4, transfers=0.02)
    assert shock.export_tax is not None
    assert shock.transfer is not None
    found = solve_levels(**table.arrays(), **shock.arrays(), deficits="closed")
    taxes = found.trade * shock.export_tax
    np.testing.assert_allclose(found.border_trade, found.trade + taxes)
    np.testing.assert_allclose(taxes.sum(axis=(1, 2)), found.export_revenue, atol=1e-9)
    tariffs = (found.border_trade * shock.tariff_new).sum(axis=(0, 2))
    np.testing.assert_allclose(tariffs + found.export_revenue, found.revenue)
    np.testing.assert_allclose(found.deficit, shock.transfer)
    at_border = found.border_trade.sum(axis=(0, 2)) - found.border_trade.sum(axis=(1, 2))
    np.testing.assert_allclose(at_border, shock.transfer, atol=1e-9 * found.income.max())


def test_a_small_country_is_its_own_best_customer_no_more() -> None:
    """An export tax of a country too small to matter: its wage falls by it, as Lerner has it."""
    small = 1e-9
    trade = np.array([[[small], [small]], [[small], [1.0]]])
    table = Table(trade, np.zeros((2, 2, 1)), np.zeros((2, 1, 1)), np.array([4.0]))
    tax = np.zeros_like(trade)
    tax[0, 1] = 0.25
    tariff = np.zeros_like(trade)
    tariff[1, 0] = 0.25
    taxed = solve_levels(**table.arrays(), export_tax=tax, deficits="closed")
    landed = solve_levels(**table.arrays(), tariff_new=tariff, deficits="closed")
    np.testing.assert_allclose(taxed.welfare, landed.welfare, atol=1e-8)
    np.testing.assert_allclose(taxed.wage_hat[0] * 1.25, landed.wage_hat[0], rtol=1e-6)


def test_more_productive_by_hand() -> None:
    table = one_sector(3)
    found = solve_levels(**table.arrays(), productivity_hat=np.full((3, 1), 1.1))
    np.testing.assert_allclose(found.welfare, 10.0, atol=1e-9)


def test_an_unsupplied_market_is_said() -> None:
    barrier = np.ones(tiny().trade.shape)
    barrier[:, 4, 1] = np.inf
    with pytest.raises(NoLevels, match="no supplier"):
        solve_levels(**tiny().arrays(), iceberg_hat=barrier)


def test_a_surplus_behind_walls_is_said() -> None:
    trade = np.array([[[50.0], [90.0]], [[10.0], [50.0]]])
    table = Table(trade, np.zeros((2, 2, 1)), np.zeros((2, 1, 1)), np.array([4.0]))
    with pytest.raises(NoLevels):
        solve_levels(**table.arrays(), **everywhere(table, 30.0).arrays())


def test_closed_first_balances_trade() -> None:
    table = random_world(5, 4, 3)
    found = solve_levels(**table.arrays(), **unilateral(table, 0, 0.2).arrays(), deficits="closed")
    for trade in (found.trade_base, found.trade):
        gap = trade.sum(axis=(0, 2)) - trade.sum(axis=(1, 2))
        assert np.abs(gap).max() < 1e-10 * trade.sum()
