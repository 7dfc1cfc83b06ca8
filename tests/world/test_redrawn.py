"""Other values of estimated cells keep every account; only what is estimated moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import countervail as cv
from countervail.testing import random_world
from countervail.world import redrawn
from countervail.world.redrawn import duties_redrawn, fitted, inputs_redrawn, services_redrawn

SERVICES = ("D", "E", "F", "G", "H", "I", "J", "K", "LMN", "OTS")


def same_accounts(one: cv.World, other: cv.World, *but: str) -> None:
    for name in one.accounts._fields:
        a, b = getattr(one.accounts, name), getattr(other.accounts, name)
        close = np.allclose(a, b, rtol=2e-6, atol=2e-6 * (1.0 + np.abs(a).max()))
        assert close != (name in but), name


def test_services_are_shared_out_otherwise_and_every_sum_stays(oecd: cv.World) -> None:
    drawn = services_redrawn(oecd, SERVICES, 0.3, np.random.default_rng(1))
    same_accounts(oecd, drawn, "trade_share")
    services = [oecd.sector(code) for code in SERVICES]
    goods = [j for j in range(len(oecd.sectors)) if j not in services]
    assert (drawn.trade[:, :, goods] == oecd.trade[:, :, goods]).all()
    pairs = oecd.trade[:, :, services].sum(axis=2)
    assert np.allclose(drawn.trade[:, :, services].sum(axis=2), pairs, rtol=2e-6)
    home = np.arange(len(oecd.countries))
    assert (drawn.trade[home, home] == oecd.trade[home, home]).all()
    assert not drawn.check()


def test_the_spread_asked_for_is_about_what_cells_move(oecd: cv.World) -> None:
    """Fitting back to the sums changes it little: errors are about those declared."""
    spread = 0.15 / 0.6745
    drawn = services_redrawn(oecd, SERVICES, spread, np.random.default_rng(2))
    services = [oecd.sector(code) for code in SERVICES]
    off = ~np.eye(len(oecd.countries), dtype=bool)
    old, new = (world.trade[:, :, services][off] for world in (oecd, drawn))
    error = np.abs(new[old > 0] / old[old > 0] - 1.0)
    assert 0.12 <= np.median(error) <= 0.18


def test_inputs_of_one_country_are_shared_out_otherwise(oecd: cv.World) -> None:
    drawn = inputs_redrawn(oecd, "ROW", 1.0, np.random.default_rng(1))
    same_accounts(oecd, drawn)
    assert (drawn.trade == oecd.trade).all()
    row = oecd.country("ROW")
    assert not np.allclose(drawn.input_share[row], oecd.input_share[row], rtol=0.1)
    others = np.delete(np.arange(len(oecd.countries)), row)
    assert np.allclose(drawn.input_share[others], oecd.input_share[others])


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_worlds_with_holes_keep_their_accounts_and_their_holes(seed: int) -> None:
    holes = {"zero_flows": 0.3, "idle_producers": 2, "empty_markets": 1}
    # no tariffs, as in services: with them, what is paid would move
    table = random_world(seed, 4, 3, tariffs=0.0, **holes)
    world, rng = table.world(), np.random.default_rng(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(redrawn, "CLOSE_PART", 1e-11)  # full of holes, sums are met slowly
        drawn = services_redrawn(world, world.sectors[:2], 0.5, rng)
        drawn = inputs_redrawn(drawn, world.countries[1], 0.5, rng)
    assert ((drawn.trade > 0) == (world.trade > 0)).all()
    total = np.abs(world.accounts.expenditure).max()
    for name in ("gross_output", "expenditure", "value_added"):
        gap = getattr(drawn.accounts, name) - getattr(world.accounts, name)
        assert np.abs(gap).max() <= 1e-6 * total, name
    assert (drawn.accounts.final_spending >= 0).all()


def test_arrays_made_for_a_world_fit_the_worlds_drawn_from_it() -> None:
    world = random_world(1).world()
    drawn = services_redrawn(world, world.sectors[:2], 0.2, np.random.default_rng(0))
    assert drawn.table_hash != world.table_hash
    assert drawn.made_from == world.made_from == world.table_hash
    scenario = cv.Scenario.from_arrays(world, tariff=1.5 * world.tariff)
    assert cv.solve(drawn, scenario).certificate.residual <= 1e-10
    again = inputs_redrawn(drawn, world.countries[0], 0.2, np.random.default_rng(0))
    assert again.made_from == world.table_hash


def test_fitting_is_proportional() -> None:
    """Where one axis is asked for, cells are scaled by one factor along it: by hand."""
    cells = np.array([[1.0, 3.0], [2.0, 2.0]])
    like = np.array([[4.0, 4.0], [1.0, 1.0]])
    assert fitted(cells, like, axes=(1,)) == pytest.approx(np.array([[2.0, 6.0], [1.0, 1.0]]))


@pytest.mark.parametrize("size", [1e-9, 1e9])
def test_other_duties_move_inputs_alike_in_any_money_unit(size: float) -> None:
    table = random_world(2, 4, 3)
    one, other = table.world(), table.replace(trade=size * table.trade).world()
    duties = np.where(np.eye(4, dtype=bool)[:, :, None], 0.0, table.tariff + 0.2)
    moved = [duties_redrawn(world, duties).input_share for world in (one, other)]
    assert not np.allclose(moved[0], one.input_share, rtol=1e-3)
    assert np.allclose(*moved, rtol=1e-12, atol=0.0)
