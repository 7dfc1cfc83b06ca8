"""A question some years after a change: goods carved, supply that stays, buyers turned in part."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail.core.choices.nested_goods import NestedGoods
from countervail.draws.priors import Priors
from countervail.horizons import as_drawn, first_year_of, years_of
from countervail.models.economy import Economy
from countervail.present.on_record import kinds, sentences
from countervail.present.redirected import redirected
from countervail.present.result import document
from countervail.present.rows import sectors
from countervail.text.tables import rows
from countervail.world.horizon import SUPPLY_FACTORS, Speed


@pytest.fixture(scope="module")
def first_year(oecd: cv.World) -> cv.Solution:
    return cv.solve(oecd, cv.open_scenario("canada-china"), horizon=1)


def test_the_long_run_is_the_world_and_the_model_as_given(
    oecd: cv.World, canada_china: cv.Solution
) -> None:
    again = cv.solve(oecd, cv.open_scenario("canada-china"), horizon="long")
    assert np.array_equal(again.arrays["welfare"], canada_china.arrays["welfare"])
    assert again.world is oecd
    assert redirected(again) == []
    assert document(again).data["horizon"] is None


def test_goods_touched_are_carved_and_their_sellers_cut_prices_and_sell_elsewhere(
    first_year: cv.Solution,
) -> None:
    """What the long run says cannot happen: no seller's price falls, nobody turns elsewhere."""
    assert first_year.certificate.residual <= 1e-10
    assert {"canola-seed", "canola-meal", "pork"} <= set(first_year.world.sectors)
    rows = {(r["exporter"], r["importer"], r["good"]): r for r in redirected(first_year)}
    for good in ("canola-seed", "canola-meal", "pork", "peas-lentils"):
        row = rows["CAN", "CHN", good]
        assert row["hit"] < -10
        assert row["redirected_value"] > 5
        assert row["price_received"] < -0.1
        assert row["stayers_income"] < row["price_received"]
    told = document(first_year).data
    assert told["horizon"]["years"] == 1
    assert {one["good"] for one in told["horizon"]["goods"]} >= {"canola-seed", "pork"}
    said = " ".join(told["assumptions"])
    assert "Supply of a good rises by 0.2 or 1 %" in said
    assert "taken as free to move" in said
    assert first_year.manifest.settings["horizon"] == 1


def test_what_is_lost_is_sold_elsewhere_or_not_made(first_year: cv.Solution) -> None:
    """The rows by another road: volumes at first-state prices, market by market."""
    a, world = first_year.arrays, first_year.world
    row = next(r for r in redirected(first_year) if r["good"] == "canola-seed")
    i, n, j = world.country("CAN"), world.country("CHN"), world.sector("canola-seed")
    rise = sum(
        float(a["trade_new"][i, m, j] - a["trade"][i, m, j])
        for m in range(len(world.countries))
        if m not in (i, n)
    )
    lost = float(a["trade"][i, n, j] - a["trade_new"][i, n, j])
    assert row["redirected_value"] == pytest.approx(100 * rise / lost)
    made = a["trade_new"][i, :, j] / a["cost_hat"][i, j] - a["trade"][i, :, j]
    assert row["redirected_volume"] == pytest.approx(
        100 * (made.sum() - made[n] - made[i]) / -made[n]
    )


def test_what_is_made_and_who_works_at_it_by_another_road(first_year: cv.Solution) -> None:
    """Employment from VA'/VA and the wage, phi from epsilon; output market by market."""
    a, world = first_year.arrays, first_year.world
    gamma = world.accounts.value_added_share
    for row in redirected(first_year):
        i, j = world.country(row["exporter"]), world.sector(row["good"])
        wage = float(a["wage_hat"][i])
        made = (a["trade_new"][i, :, j] / a["cost_hat"][i, j]).sum() / a["trade"][i, :, j].sum()
        assert row["output_real_change"] == pytest.approx(100 * (made - 1), abs=1e-7)
        epsilon = world.supply_elasticity.get(row["good"], np.inf)
        stays = epsilon <= (1 - gamma[i, j]) / gamma[i, j]
        assert row["all_stays"] is bool(stays)
        if stays:
            assert row["employment_change"] == 0.0
        else:  # value added in proportion to sales
            assert epsilon == np.inf
            sales = float(a["gross_output_new"][i, j] / a["gross_output"][i, j])
            assert row["employment_change"] == pytest.approx(100 * (sales / wage - 1), abs=1e-7)
    some = 0
    for good, epsilon in world.supply_elasticity.items():
        j = world.sector(good)
        partly = (epsilon * gamma[:, j] > 1 - gamma[:, j]) & (world.accounts.gross_output[:, j] > 0)
        left = 1 + a["specific_income_change"][partly, j] / 100  # VA'/VA is that of what stays
        np.testing.assert_allclose(
            a["employment_change"][partly, j], 100 * (left / a["wage_hat"][partly] - 1), atol=1e-7
        )
        some += int(partly.sum())
    assert some > 0


def test_labour_that_leaves_one_good_works_at_another(first_year: cv.Solution) -> None:
    """What is free to move, summed over all sectors of a country, is what it was."""
    world = first_year.world
    made = world.accounts
    supply = np.full(len(world.sectors), np.inf)
    for good, epsilon in world.supply_elasticity.items():
        supply[world.sector(good)] = epsilon
    gamma, value = made.value_added_share, made.value_added_share * made.gross_output
    kappa = np.maximum(1.0, np.where(gamma > 0, gamma * (1.0 + supply), np.inf))
    free = (1.0 - 1.0 / kappa) * value
    moved = (free * first_year.arrays["employment_change"]).sum(axis=1) / free.sum(axis=1)
    # the weights are the base year's, the answer is counted from the first state: second order
    np.testing.assert_allclose(moved, 0.0, atol=2e-3)
    told = {(r["country"], r["sector"]): r for r in sectors(first_year)}
    seed = told["CAN", "canola-seed"]["employment_change"]
    assert seed == next(
        r["employment_change"] for r in redirected(first_year) if r["good"] == "canola-seed"
    )


def test_supply_comes_back_with_the_years(oecd: cv.World) -> None:
    question = cv.open_scenario("canada-china")
    prices = []
    for years in SUPPLY_FACTORS:
        found = cv.solve(oecd, question, horizon=years)
        i, j = found.world.country("CAN"), found.world.sector("canola-seed")
        prices.append(float(found.arrays["cost_hat"][i, j]))
    assert prices == sorted(prices)
    assert prices[0] < 0.95 < prices[-1] < 0.98


def test_a_question_in_arrays_keeps_its_sectors(oecd: cv.World) -> None:
    tariff = oecd.tariff.copy()
    tariff[oecd.country("AUS"), oecd.country("CHN"), oecd.sector("B05")] += 0.5
    found = cv.solve(oecd, cv.Scenario.from_arrays(oecd, tariff=tariff), horizon=1)
    assert found.world.sectors == oecd.sectors
    assert set(found.world.supply_elasticity) == {"B05", "B06", "C24A"}
    (row,) = redirected(found)
    assert row["price_received"] < -0.1


@pytest.mark.parametrize("horizon", [4, "soon", 0, float("nan")])
def test_no_such_horizon(oecd: cv.World, horizon: float | str) -> None:
    with pytest.raises(cv.InputError, match=r"no horizon '.*' \(there are 1, 2, 3, 5, 10 years"):
        cv.solve(oecd, cv.open_scenario("canada-china"), horizon=horizon)


def test_a_world_is_of_one_horizon(oecd: cv.World) -> None:
    with pytest.raises(cv.InputError, match="as it is after 1 year"):
        cv.solve(oecd.after(1), cv.open_scenario("canada-china"), horizon=1)
    assert oecd.after(1).long_run.hash == oecd.hash
    assert years_of("1") == 1.0
    assert years_of("LONG") is None


def test_a_model_keeps_what_it_chose() -> None:
    chosen = first_year_of(Economy(goods=NestedGoods(2.0)))
    assert chosen.goods == NestedGoods(2.0)
    assert first_year_of(Economy()) == cv.FirstYear()


def test_draws_move_the_horizon_too(oecd: cv.World, first_year: cv.Solution) -> None:
    priors = Priors.of(first_year.observed, first_year.scenario, None, first_year.resolved)
    names = set(priors.names)
    assert {"first year of trade elasticities", "elasticity among goods"} <= names
    assert {"supply of farms and mines", "supply of factories"} <= names
    assert "elasticity canola-seed" not in names  # it moves with its sector
    middle = dict.fromkeys(priors.names, 0.5)
    world, _ = priors.at([middle[name] for name in priors.names])
    assert world.horizon == 1
    # the median of what is as likely anywhere from 0.05 to 1, in logs
    assert world.supply_elasticity["canola-seed"] == pytest.approx(0.2236, abs=1e-3)
    assert world.supply_elasticity["pork"] == pytest.approx(1.2247, abs=1e-3)
    low, _ = priors.at([0.05 if name.startswith("elasticity among") else 0.5 for name in middle])
    drawn = as_drawn(first_year.model, low)
    assert isinstance(drawn, Economy)
    assert isinstance(drawn.goods, NestedGoods)
    assert drawn.goods.elasticity == pytest.approx(1.0001, abs=1e-3)
    assert oecd.after(1, Speed(first_year_part=1.0)).trade_elasticity == pytest.approx(
        oecd.trade_elasticity
    )


def test_ranges_of_the_first_year(oecd: cv.World) -> None:
    question = cv.open_scenario("canada-china")
    point = cv.solve(oecd, question, horizon=1)
    found = cv.ensemble(point.observed, question, point.model, 4, point=point)
    assert found.answered.all()
    assert np.nanmax(found.residual) <= 1e-10
    assert len(np.unique(found.arrays["welfare"][:, oecd.country("CAN")])) == 4


def test_the_record_of_measures_like_these_stands_beside(first_year: cv.Solution) -> None:
    """By another road: the shipped table of residuals, counted by hand."""
    told = document(first_year).data
    assert next(iter(told["record"])) == "punitive"
    hit = told["record"]["punitive"]["hit"]
    table = [
        row
        for row in rows("backtest_residuals.csv")
        if (row["structure"], row["kind"], row["fact"]) == ("first_year", "punitive", "hit")
    ]
    assert hit["n"] == len(table)
    seen = [float(row["observed"]) for row in table]
    assert hit["observed_mean"] == pytest.approx(sum(seen) / len(seen))
    assert hit["observed"] == [min(seen), max(seen)]
    assert any(
        said.startswith("On record, after measures like this") for said in told["assumptions"]
    )


@pytest.mark.parametrize(
    ("points", "kind"), [(0.05, "small"), (0.1, "moderate"), (0.4, "punitive"), (np.inf, "ban")]
)
def test_measures_are_sorted_as_the_record_sorts_them(
    oecd: cv.World, points: float, kind: str
) -> None:
    cell = oecd.country("AUS"), oecd.country("CHN"), oecd.sector("B05")
    tariff, barrier = oecd.tariff.copy(), np.ones(oecd.trade.shape)
    if np.isinf(points):
        barrier[cell] = np.inf
    else:
        tariff[cell] += points
    question = cv.Scenario.from_arrays(oecd, tariff=tariff, iceberg_hat=barrier)
    found = cv.solve(oecd, question, horizon=1)
    assert kinds(found) == (kind,)
    said = " ".join(sentences(found))
    assert ("no record of measures this small" in said) == (kind == "small")
