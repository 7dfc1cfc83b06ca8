"""The accounts of a world checked by hand can be redone on paper; random ones close."""

from __future__ import annotations

import numpy as np
import pytest

from countervail.testing import Table, random_world, tiny
from countervail.world import accounts as books
from countervail.world.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return tiny().world()


def test_canada_by_hand(world: World) -> None:
    a = world.accounts
    assert a.gross_output[0].tolist() == [53.0, 124.0, 150.0]
    assert a.value_added_share[0] == pytest.approx([0.6, 0.5, 0.6])
    # 0.6 x 53 + 0.5 x 124 + 0.6 x 150
    assert a.value_added[0] == pytest.approx(183.8)
    # 15 of Chinese manufactures at 25 per cent
    assert a.revenue[0] == pytest.approx(3.75)
    assert a.expenditure[0].tolist() == [63.0, 117.75, 150.0]
    assert a.trade_share[1, 0, 1] == pytest.approx(18.75 / 117.75)
    # imports 23 + 24, exports 13 + 34
    assert a.deficit[0] == pytest.approx(0.0)
    # manufactures: 0.2 x 53 + 0.3 x 124 + 0.2 x 150
    assert a.intermediate[0, 1] == pytest.approx(77.8)
    assert a.final_spending[0, 1] == pytest.approx(39.95)
    assert a.income[0] == pytest.approx(187.55)
    assert a.final_share[0, 1] == pytest.approx(39.95 / 187.55)


def test_a_deficit_is_imports_over_exports(world: World) -> None:
    assert world.accounts.deficit[4] == pytest.approx(47.0 - 29.0)
    assert world.accounts.deficit[1] == pytest.approx(40.0 - 49.0)
    assert world.accounts.deficit.sum() == pytest.approx(0.0, abs=1e-12)


def test_idle_producers_and_empty_markets(world: World) -> None:
    a = world.accounts
    assert a.gross_output[4, 1] == 0
    assert a.value_added_share[4, 1] == 1
    assert world.input_share[4, :, 1].tolist() == [0, 0, 0]
    assert a.expenditure[3, 0] == 0
    assert a.trade_share[:, 3, 0].tolist() == [0] * 5
    assert a.final_share[3, 0] == 0


@pytest.mark.parametrize("seed", range(20))
def test_random_worlds_close(seed: int) -> None:
    table = random_world(
        seed, 3 + seed % 4, 2 + seed % 3, zero_flows=0.3, idle_producers=2, empty_markets=1
    )
    a = table.world().accounts
    size = a.income.max()
    assert np.allclose(a.income, a.final_spending.sum(axis=1), rtol=1e-12, atol=1e-12 * size)
    assert abs(a.deficit.sum()) < 1e-12 * size
    assert np.allclose(a.gross_output.sum(), table.trade.sum(), rtol=1e-13)
    assert np.allclose(a.final_share.sum(axis=1), 1.0, rtol=1e-12)
    bought = a.expenditure > 0
    assert np.allclose(a.trade_share.sum(axis=0)[bought], 1.0, rtol=1e-12)
    assert not a.trade_share.sum(axis=0)[~bought].any()
    used = a.intermediate + a.final_spending
    assert np.allclose(used, a.expenditure, rtol=1e-12, atol=1e-12 * size)
    inputs = a.intermediate.sum(axis=1)
    assert np.allclose(a.value_added + inputs, a.gross_output.sum(axis=1), rtol=1e-12)


def with_use_over_supply(part: float) -> Table:
    """The hand-checked world in which Mexico's use of services exceeds supply by this part."""
    table = tiny()
    shares = table.input_share.copy()
    output, bought = table.trade[3].sum(axis=0), table.trade[:, 3, 2].sum()
    shares[3, 2] = [0.0, 0.5 * bought / output[1], 0.5 * bought / output[2]]
    shares[3, 2] *= 1 + part
    return table.replace(input_share=shares)


def test_a_hair_too_much_is_trimmed() -> None:
    table = with_use_over_supply(5e-10)
    world = table.world()
    assert world.accounts.final_spending[3, 2] == 0
    assert world.input_share[3, 2, 1] < table.input_share[3, 2, 1]
    assert np.array_equal(world.input_share[:3], table.input_share[:3])


def test_more_than_a_hair_is_not() -> None:
    table = with_use_over_supply(1e-8)
    trimmed = books.trim_rounding(table.trade, table.tariff, table.input_share)
    assert np.array_equal(trimmed, table.input_share)


def test_inputs_of_an_idle_producer_are_dropped() -> None:
    shares = tiny().input_share.copy()
    shares[4, :, 1] = 0.2
    world = tiny().replace(input_share=shares).world()
    assert world.input_share[4, :, 1].tolist() == [0, 0, 0]
    assert world.accounts.value_added_share[4, 1] == 1
