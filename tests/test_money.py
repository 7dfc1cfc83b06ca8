"""Money: welfare in USD, a head and in other currencies; levels; real beside nominal."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import numpy as np
import pytest

import countervail as cv
from countervail import money
from countervail.present import rows, tables
from countervail.present.ranges import Ranges, Reader
from countervail.quantiles import Range


def test_welfare_in_usd_is_its_per_cent_of_spending(canada_china: cv.Solution) -> None:
    usd = canada_china.arrays["welfare"] / 100 * canada_china.arrays["income"]
    np.testing.assert_allclose(canada_china.arrays["welfare_usd"], usd, rtol=1e-12)
    assert canada_china.dataset["welfare_usd"].attrs["units"] == "USD million"
    # spending of the first state is the economy of 2022 but for the law between
    spent = canada_china.world.accounts.income
    np.testing.assert_allclose(canada_china.arrays["income"], spent, rtol=1e-2)


def test_it_is_summed_over_countries(canada_china: cv.Solution) -> None:
    both = canada_china.figure("welfare_usd", country=["CAN", "CHN"]).value
    each = canada_china.welfare_usd.sel(country=["CAN", "CHN"]).values
    assert both == pytest.approx(each.sum(), rel=1e-12)


def test_revenue_in_usd(canada_china: cv.Solution) -> None:
    found = rows.countries(canada_china)["CAN"]
    assert found["revenue_change_usd"] == pytest.approx(
        found["revenue_new_usd"] - found["revenue_usd"], rel=1e-9
    )
    assert found["revenue_change"] / 100 * found["spending_usd"] == pytest.approx(
        found["revenue_change_usd"], rel=1e-9
    )


def test_a_head_and_in_other_currencies(canada_china: cv.Solution) -> None:
    found = rows.countries(canada_china)
    canada, rest = found["CAN"], found["ROW"]
    people = 38.8  # million in 2022, within two per cent of Statistics Canada's July 2022 estimate
    assert canada["welfare_usd_per_person"] * people == pytest.approx(
        canada["welfare_usd"], rel=0.02
    )
    assert canada["welfare_cad"] == pytest.approx(1.3013 * canada["welfare_usd"], rel=1e-12)
    assert canada["welfare_aud"] == pytest.approx(1.442 * canada["welfare_usd"], rel=1e-12)
    assert rest["welfare_usd_per_person"] is None
    assert rest["welfare_usd"] is not None


def test_a_year_without_a_table_has_none_rather_than_a_wrong_one() -> None:
    assert money.per_person(1.0, "CAN", 2019) is None
    assert money.in_currency(1.0, "CAD", 2050) is None
    assert money.in_currency(1.0, "XYZ", 2022) is None


def test_real_output_is_nominal_output_over_producer_prices(canada_china: cv.Solution) -> None:
    a = canada_china.arrays
    made = a["gross_output"] > 0
    nominal = a["gross_output_new"][made] / a["gross_output"][made]
    real = 100 * (nominal / a["cost_hat"][made] - 1)
    np.testing.assert_allclose(a["real_output_change"][made], real, atol=1e-10)
    assert (a["real_output_change"][~made] == 0).all()


def test_real_output_counts_quantities() -> None:
    """One sector, labour alone: output of a country is its labour, whatever money does."""
    rng = np.random.default_rng(7)
    trade = rng.uniform(1, 5, (3, 3, 1)) + 20 * np.eye(3)[:, :, None]
    world = cv.World.from_arrays(
        trade=trade, tariff=np.zeros((3, 3, 1)), input_share=np.zeros((3, 1, 1)),
        trade_elasticity=[5.0], countries=["AAA", "BBB", "CCC"], sectors=["X"],
    )  # fmt: skip
    duty = np.zeros((3, 3, 1))
    duty[0, 1, 0] = 0.3
    solution = cv.solve(world, cv.Scenario.from_arrays(world, tariff=duty))
    np.testing.assert_allclose(solution.arrays["real_output_change"], 0.0, atol=1e-8)
    assert (
        np.abs(solution.arrays["gross_output_new"] / solution.arrays["gross_output"] - 1).max()
        > 1e-3
    )


def test_money_has_ranges(canada_china: cv.Solution) -> None:
    world, scenario = canada_china.world, canada_china.scenario
    read = Reader.of(canada_china)
    drawn = cv.ensemble(world, scenario, draws=8, seed=1, read=read, point=canada_china)
    ranges = Ranges.of(drawn)
    found = ranges.tables["countries"][canada_china.world.country("CAN")]
    usd, cad = found["welfare_usd"], found["welfare_cad"]
    assert usd.p05 < usd.p50 < usd.p95 < 0
    assert cad.p05 == pytest.approx(1.3013 * usd.p05, rel=1e-12)
    assert drawn.range("welfare_usd", country="CAN").p50 == pytest.approx(usd.p50, rel=1e-12)


@pytest.mark.shared
def test_the_population_is_the_source_s(repository: Path, shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("population", repository / "tools/population.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = module.TARGET.read_text(encoding="utf-8")
    assert text == module.table(shared)
    assert len(list(csv.DictReader(text.splitlines()))) == 80


def test_other_money_has_the_digits_that_the_range_in_usd_supports() -> None:
    usd = Range(-1037.0, -1100.0, -950.0, -800.0)
    assert tables._in_digits(-26.7, usd) == "-27"
    assert tables._in_digits(-1351.0, usd) == "-1,400"
    assert tables._in_digits(-26.7, None) == "-27"
    assert tables._in_digits(0.0, Range(0.0, 0.0, 0.0, 0.0)) == "+0"
