"""Worlds made for timing: they close, and look like the world they are made from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import countervail as cv
from benchmarks import splitting
from benchmarks.problem import Problem, save
from benchmarks.worlds import DEFICITS, goods, leader, merged, resized, us_tariffs

SIZES = [(5, 3), (31, 40), (81, 44), (95, 37), (100, 50)]


def share_of_zeros(world: cv.World, exporters: slice, order: np.ndarray) -> float:
    return float((world.trade[order[exporters]] == 0).mean())


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def made(request: pytest.FixtureRequest, oecd: cv.World) -> cv.World:
    countries, sectors = request.param
    world = resized(oecd, countries, sectors)
    assert world.trade.shape == (countries, countries, sectors)
    return world


def test_it_closes(made: cv.World) -> None:
    assert [finding for finding in made.check() if finding.refuse] == []
    books = made.accounts
    assert (books.final_spending >= 0).all()
    assert (books.value_added_share > 0).all()
    assert abs(books.deficit.sum()) < 1e-9 * books.value_added.sum()


def test_deficits_are_as_wide_as_real_ones_and_no_wider(made: cv.World) -> None:
    ratio = made.accounts.deficit / made.accounts.value_added
    low, high = DEFICITS
    assert low - 0.05 < ratio.min() < -0.04
    assert high + 0.05 > ratio.max() > 0.03
    if len(made.countries) > 80:
        assert ratio.min() < -0.3
        assert ratio.max() > 0.4


def test_a_seventh_of_the_flows_is_zero_and_most_zeros_are_small_countries(made: cv.World) -> None:
    if made.trade.size < 1000:
        return
    assert (made.trade == 0).mean() == pytest.approx(0.15, abs=0.005)
    order = np.argsort(made.accounts.value_added)
    fifth = len(order) // 5
    few = share_of_zeros(made, slice(-fifth, None), order)
    assert share_of_zeros(made, slice(fifth), order) > 2 * few


def test_rates_and_elasticities_are_about_the_parents(made: cv.World, oecd: cv.World) -> None:
    assert (np.einsum("iij->ij", made.tariff) == 0).all()
    mean = made.tariff[:, :, goods(made)].mean()
    assert 0.3 < mean / oecd.tariff[:, :, goods(oecd)].mean() < 2.0
    theta = made.trade_elasticity
    assert oecd.trade_elasticity.min() / 2 < theta.min() < theta.max() < 16.0


def test_the_whole_keeps_its_structure(made: cv.World, oecd: cv.World) -> None:
    def value_added_share(world: cv.World) -> float:
        return float(world.accounts.value_added.sum() / world.accounts.gross_output.sum())

    assert value_added_share(made) == pytest.approx(value_added_share(oecd), abs=0.04)


def test_largest_parts_keep_their_labels(made: cv.World) -> None:
    assert len(set(made.countries)) == len(made.countries)
    assert "USA" in made.countries
    parts = [n for n, label in enumerate(made.countries) if label.split(".")[0] == "USA"]
    size = made.accounts.value_added[parts]
    assert made.countries[parts[0]] == "USA"
    assert size[0] > 0.9 * size.max()


def test_the_shock_solves_on_it(made: cv.World) -> None:
    if len(made.countries) > 40:
        return
    solution = cv.solve(made, us_tariffs(made))
    assert float(solution.welfare.sel(country="USA")) != 0.0


@pytest.mark.slow
def test_the_largest_size(oecd: cv.World) -> None:
    world = resized(oecd, 196, 133)
    assert cv.solve(world, us_tariffs(world)).certificate.residual < 1e-10


def test_the_same_seed_makes_the_same_world(oecd: cv.World, small: cv.World) -> None:
    assert resized(oecd, 5, 3).hash == small.hash
    assert resized(oecd, 5, 3, seed=2).hash != small.hash


def test_a_world_of_the_asked_size_stands(oecd: cv.World) -> None:
    assert resized(oecd, 81, 37) is oecd


def test_a_world_needs_two_of_each(oecd: cv.World) -> None:
    with pytest.raises(ValueError, match="not 1x40"):
        resized(oecd, 1, 40)


def test_merging_keeps_goods_and_services_apart_and_every_account(oecd: cv.World) -> None:
    world = merged(oecd, 10, 4)
    assert (len(world.countries), len(world.sectors)) == (10, 4)
    assert "ROW" in world.countries
    assert world.accounts.income.sum() == pytest.approx(oecd.accounts.income.sum(), rel=1e-12)
    assert set(goods(world)) == {True, False}
    assert world.accounts.gross_output[:, goods(world)].sum() == pytest.approx(
        oecd.accounts.gross_output[:, goods(oecd)].sum(), rel=1e-2
    )


def test_parts_sum_to_their_parent() -> None:
    rng = np.random.default_rng(3)
    trade = rng.lognormal(0.0, 2.0, (4, 4, 2))
    trade[1, 2, 0] = 0.0
    country = splitting.allot(np.array([9.0, 1.0, 4.0, 1.0]), 9, 1.0, rng)
    sector = splitting.allot(np.array([3.0, 1.0]), 5, 1.0, rng)
    parts = splitting.split_trade(trade, country, sector, rng)
    again = np.zeros_like(trade)
    np.add.at(again, np.ix_(country.parent, country.parent, sector.parent), parts)
    np.testing.assert_allclose(again, trade, rtol=1e-12)
    assert (parts > 0).sum() == parts.size - (country.parent == 1).sum() * (
        country.parent == 2
    ).sum() * (sector.parent == 0).sum()


def test_large_parents_have_more_parts_and_shares_sum_to_one() -> None:
    parts = splitting.allot(np.array([16.0, 1.0, 4.0]), 8, 1.0, np.random.default_rng(0))
    counts = np.bincount(parts.parent)
    assert counts.sum() == 8
    assert counts[0] > counts[2] > counts[1] == 1
    np.testing.assert_allclose(np.bincount(parts.parent, parts.share), 1.0)
    assert parts.share[0] == parts.share[parts.parent == 0].max()
    assert list(parts.number[parts.parent == 1]) == [0]


def test_balances_are_met() -> None:
    rng = np.random.default_rng(4)
    trade = rng.lognormal(0.0, 1.0, (6, 6, 3))
    wanted = np.array([2.0, -2.0, 1.0, 0.5, -0.5, -1.0])
    scaled = splitting.set_balances(trade, wanted)
    found = scaled.sum(axis=(0, 2)) - scaled.sum(axis=(1, 2))
    np.testing.assert_allclose(found, wanted, atol=1e-9)
    own = np.arange(6)
    np.testing.assert_array_equal(scaled[own, own], trade[own, own])


def test_the_shock_is_the_us_on_goods_half_answered(oecd: cv.World) -> None:
    assert leader(oecd) == "USA"
    rates = us_tariffs(oecd).resolve(oecd).after.tariff_new
    assert rates is not None
    added = rates - oecd.tariff
    us = oecd.country("USA")
    elsewhere = np.delete(np.delete(added, us, axis=0), us, axis=1)
    assert (elsewhere == 0).all()
    assert (added[:, :, ~goods(oecd)] == 0).all()
    ours, theirs = added[:, us], added[us]
    others = np.arange(len(oecd.countries)) != us
    assert 0.1 <= ours[others][:, goods(oecd)].min() < ours.max() <= 0.5
    np.testing.assert_allclose(theirs[others], ours[others] / 2, atol=1e-12)


def test_a_world_is_saved_for_other_processes(small: cv.World, tmp_path: Path) -> None:
    problem = Problem.of(save(small, tmp_path))
    assert problem.world.hash == small.hash
    assert problem.size == "5 x 3"
    assert len(problem.batch(4)) == 4
