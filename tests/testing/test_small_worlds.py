from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest

from countervail.testing import one_sector, random_world, tiny
from countervail.testing.shocks import (
    everywhere,
    random_lines,
    random_shock,
    random_transfer,
    unilateral,
)


def test_the_hand_checked_world_by_hand() -> None:
    world = tiny().world()
    books = world.accounts
    assert world.trade.shape == (5, 5, 3)
    assert world.check() == []
    assert books.gross_output[0].tolist() == [53.0, 124.0, 150.0]
    assert books.expenditure[0, 1] == 90 + 15 * 1.25 + 7 + 2
    assert books.revenue.tolist() == [15 * 0.25, 0.0, 2 * 0.10, 0.0, 0.0]
    assert books.value_added[0] == pytest.approx(0.6 * 53 + 0.5 * 124 + 0.6 * 150)
    assert books.deficit.tolist() == [0.0, -9.0, 5.0, -14.0, 18.0]
    used = 0.2 * 53 + 0.3 * 124 + 0.2 * 150
    assert books.final_spending[0, 1] == pytest.approx(117.75 - used)
    np.testing.assert_allclose(books.final_spending.sum(axis=1), books.income)


def test_it_has_an_idle_producer_and_an_empty_market() -> None:
    table = tiny()
    assert table.trade[4, :, 1].sum() == 0
    assert table.trade[:, 3, 0].sum() == 0
    assert table.input_share[4, :, 1].sum() == 0
    assert table.input_share[3, 0].sum() == 0


@pytest.mark.parametrize("seed", range(40))
def test_random_worlds_close(seed: int) -> None:
    table = random_world(
        seed,
        2 + seed % 5,
        1 + seed % 4,
        zero_flows=0.2 * (seed % 3),
        idle_producers=seed % 3,
        empty_markets=seed % 4,
        deficits=0.2,
        elasticities=(0.05, 65.0),
    )
    world = table.world()
    # elasticities below one are asked after, and are meant
    assert [f for f in world.check() if f.code != "elasticity-unit"] == []
    books = world.accounts
    assert np.abs(books.deficit / books.value_added).max() <= 0.2 + 1e-12
    assert ((table.trade_elasticity >= 0.05) & (table.trade_elasticity <= 65)).all()
    np.testing.assert_allclose(books.final_spending.sum(axis=1), books.income)


def test_options_do_what_they_say() -> None:
    table = random_world(
        1, 6, 4, zero_flows=0.4, idle_producers=2, empty_markets=1, deficits=0.0, tariffs=0.1
    )
    books = table.world().accounts
    assert (books.gross_output == 0).sum() == 2
    assert (books.expenditure == 0).sum() == 1
    assert 0.3 < (table.trade == 0).mean() < 0.6
    assert np.abs(books.deficit).max() < 1e-9 * books.value_added.max()
    assert 0 < table.tariff.max() <= 0.1


def test_a_seed_is_a_world() -> None:
    first, second, other = random_world(3), random_world(3), random_world(4)
    assert (first.trade == second.trade).all()
    assert (first.trade != other.trade).any()


def test_labels_never_run_out() -> None:
    table = random_world(0, 14, 13)
    assert len(set(table.countries)) == 14
    assert len(set(table.sectors)) == 13


def test_halves_are_worlds_too() -> None:
    table = random_world(8, 4, 3)
    halves = (table.with_sector_halved(1), table.with_country_halved(2))
    for halved in halves:
        assert halved.world().check() == []
        assert halved.trade.sum() == pytest.approx(table.trade.sum())


def test_one_sector_has_neither_inputs_nor_tariffs() -> None:
    table = one_sector(3, 5.0)
    assert table.trade.shape == (3, 3, 1)
    assert table.input_share.sum() == table.tariff.sum() == 0


def test_shocks_leave_domestic_trade_alone() -> None:
    table = random_world(2)
    home = range(5)
    for shock in (unilateral(table, 1, 0.3), everywhere(table, 10.0), random_shock(0, table)):
        assert shock.tariff_new is not None
        assert (shock.tariff_new[home, home] == 0).all()
    walls = random_shock(5, table, bans=0.5, icebergs=0.3).iceberg_hat
    assert walls is not None
    assert (walls[home, home] == 1).all()
    assert np.isinf(walls).any()
    tax = random_shock(5, table, export_taxes=0.3).export_tax
    assert tax is not None
    assert (tax[home, home] == 0).all()


def test_random_transfers_sum_to_zero() -> None:
    table = random_world(2)
    gift = random_transfer(3, table, 0.1)
    assert abs(gift.sum()) <= 1e-12 * np.abs(gift).max()
    value_added = table.world().accounts.value_added
    assert 0.01 < np.abs(gift / value_added).max() < 0.2


def test_random_lines_add_up_to_their_cell() -> None:
    table = random_world(2)
    lines = random_lines(9, table, 4)
    assert lines is not None
    weight, rate = np.zeros(table.trade.shape), np.zeros(table.trade.shape)
    np.add.at(weight, lines.cells, lines.weight)
    np.add.at(rate, lines.cells, lines.weight * lines.tariff)
    cells = weight > 0
    assert cells.sum() == 4
    np.testing.assert_allclose(weight[cells], 1.0)
    np.testing.assert_allclose(rate[cells], table.tariff[cells], atol=1e-15)


def test_strategies_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    monkeypatch.delitem(sys.modules, "countervail.testing.strategies", raising=False)
    with pytest.raises(ImportError, match=r"pip install 'countervail\[test\]'"):
        importlib.import_module("countervail.testing.strategies")
