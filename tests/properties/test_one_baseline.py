"""One baseline per answer: two states of law compared are the second relative to the first."""

from __future__ import annotations

import numpy as np
from door import CLOSURES, gap, model, solve
from hypothesis import given, settings
from hypothesis import strategies as st

import countervail as cv
from countervail.testing.shocks import TableShock, random_shock, two_states
from countervail.testing.strategies import MODERATE, SEEDS, shocked_tables, tables
from countervail.testing.worlds import Table

Case = tuple[Table, TableShock]


@given(shocked_tables(), SEEDS, st.sampled_from(CLOSURES))
def test_two_states_chain(case: Case, seed: int, deficits: str) -> None:
    table, first = case
    second = random_shock(seed, table, **MODERATE)
    world = table.world()
    both = cv.solve(world, two_states(world, first, second), model(deficits, table)).arrays
    to_first, to_second = (
        solve(table, first, deficits).arrays,
        solve(table, second, deficits).arrays,
    )
    for name in ("wage_hat", "price_index_hat", "cost_hat"):
        assert gap(both[name], to_second[name] / to_first[name]) < 1e-8, name
    for name in ("welfare", "real_wage"):
        chained = (1 + to_second[name] / 100) / (1 + to_first[name] / 100)
        np.testing.assert_allclose(1 + both[name] / 100, chained, rtol=1e-8, err_msg=name)
    money = ("trade", "border_trade", "expenditure", "income", "revenue", "export_revenue")
    for name in (*money, "deficit"):
        size = np.abs(to_first["income"]).max()
        assert np.abs(both[name] - to_first[f"{name}_new"]).max() < 1e-8 * size, name
        assert np.abs(both[f"{name}_new"] - to_second[f"{name}_new"]).max() < 1e-8 * size, name


@given(shocked_tables(), st.sampled_from(CLOSURES))
def test_there_and_back_again(case: Case, deficits: str) -> None:
    """The unwinding of a measure, priced from the state it stood in, is the reverse."""
    table, shock = case
    world = table.world()
    there = solve(table, shock, deficits).arrays
    back_scenario = two_states(world, shock, TableShock())
    back = cv.solve(world, back_scenario, model(deficits, table)).arrays
    assert gap(back["wage_hat"] * there["wage_hat"], np.ones(len(world.countries))) < 1e-8
    np.testing.assert_allclose(
        (1 + back["welfare"] / 100) * (1 + there["welfare"] / 100), 1.0, rtol=1e-8
    )


@settings(max_examples=25)
@given(tables(corners=False))
def test_trade_that_starts_from_nothing_has_no_per_cent(table: Table) -> None:
    """Out of autarky: there is nothing to compare with, and rounding is not something."""
    world = table.world()
    wall = np.full(table.trade.shape, np.inf)
    home = range(len(wall))
    wall[home, home] = 1.0
    opening = two_states(world, TableShock(iceberg_hat=wall), TableShock())
    values = cv.solve(world, opening, model("closed", table)).arrays
    assert (values["exports_change"] == 0.0).all()
    assert (values["imports_change"] == 0.0).all()
    assert (values["border_trade_new"].sum(axis=(1, 2)) > 0).all()


@given(shocked_tables())
def test_exports_imports_and_revenue_are_said_as_promised(case: Case) -> None:
    """At the border, domestic sales left out; revenue per first-state final spending."""
    values = solve(*case).arrays
    abroad = {}
    for name in ("border_trade", "border_trade_new"):
        crossing = values[name].sum(axis=2)
        np.fill_diagonal(crossing, 0.0)
        abroad[name] = crossing
    for name, axis in (("exports_change", 1), ("imports_change", 0)):
        ratio = abroad["border_trade_new"].sum(axis=axis) / abroad["border_trade"].sum(axis=axis)
        np.testing.assert_allclose(values[name], 100 * (ratio - 1), atol=1e-9)
    revenue = 100 * (values["revenue_new"] - values["revenue"]) / values["income"]
    np.testing.assert_allclose(values["revenue_change"], revenue, atol=1e-9)
