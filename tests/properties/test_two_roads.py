"""Two roads to each number: changes (exact hat algebra) and a slow solution in levels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from door import CLOSURES, gap, solve
from hypothesis import given, settings
from hypothesis import strategies as st

import countervail as cv
from countervail.core.choices.nested_goods import NestedGoods
from countervail.models.presets import FirstYear
from countervail.testing.levels import LevelsSolution, NoLevels, solve_levels
from countervail.testing.shocks import TableShock, everywhere, random_shock, unilateral
from countervail.testing.strategies import MODERATE, shocked_tables, tables
from countervail.testing.worlds import Table, random_world, tiny

Case = tuple[Table, TableShock]


def in_levels(table: Table, shock: TableShock, deficits: str, **goods: Any) -> LevelsSolution:
    unit = 0 if deficits == "nominal" else None
    return solve_levels(**table.arrays(), **shock.arrays(), deficits=deficits, unit=unit, **goods)


def differences(table: Table, shock: TableShock, deficits: str) -> dict[str, float]:
    """Relative differences between the roads, the largest of each variable."""
    return apart(solve(table, shock, deficits), in_levels(table, shock, deficits))


def apart(hat: cv.Solution, level: LevelsSolution) -> dict[str, float]:
    """Relative differences between two answers, the largest of each variable."""
    new = hat.arrays
    found = {
        "wage_hat": gap(new["wage_hat"], level.wage_hat),
        "price_index_hat": gap(new["price_index_hat"], level.price_index_hat),
        "trade_new": gap(new["trade_new"], level.trade),
        "border_trade_new": gap(new["border_trade_new"], level.border_trade),
        "expenditure_new": gap(new["expenditure_new"], level.expenditure),
        "gross_output_new": gap(new["gross_output_new"], level.gross_output),
        "income_new": gap(new["income_new"], level.income),
        "revenue_new": gap(new["revenue_new"] + 1.0, level.revenue + 1.0),
        "export_revenue_new": gap(new["export_revenue_new"] + 1.0, level.export_revenue + 1.0),
        "deficit_new": gap(new["deficit_new"] + 1.0, level.deficit + 1.0),
        "trade": gap(new["trade"], level.trade_base),
        "welfare": float(np.abs(new["welfare"] - level.welfare).max()) / 100.0,
    }
    if hat.lines is not None:
        found["lines"] = gap(hat.lines.trade_new, level.line_trade)
    return found


@given(shocked_tables(), st.sampled_from(CLOSURES))
def test_hats_and_levels_agree(case: Case, deficits: str) -> None:
    for name, difference in differences(*case, deficits).items():
        assert difference < 1e-8, name


@given(
    shocked_tables(shock=MODERATE | {"lines": 4, "bans": 0.05}, corners=False, countries=(3, 5)),
    st.sampled_from(CLOSURES),
)
def test_hats_and_levels_agree_on_lines_and_bans(case: Case, deficits: str) -> None:
    for name, difference in differences(*case, deficits).items():
        assert difference < 1e-8, name


def with_goods(table: Table, shock: TableShock, deficits: str, eta: float) -> dict[str, float]:
    """Differences between the roads in the first year: two goods of a sector, and short supply.

    None where neither finds an equilibrium.
    """
    unit = table.countries[0] if deficits == "nominal" else None
    model = FirstYear(deficits, unit, goods=NestedGoods(eta))
    goods = {"nest": table.nest, "supply": table.supply, "good_elasticity": eta}
    try:
        hat = cv.solve(table.world(), shock.scenario(table.world()), model)
    except cv.NoEquilibrium:
        with pytest.raises(NoLevels):
            in_levels(table, shock, deficits, **goods)
        return {}
    level = in_levels(table, shock, deficits, **goods)
    # an idle producer's cost is that of nothing
    made = hat.arrays["gross_output"] > 0
    cost = gap(hat.arrays["cost_hat"][made], level.cost_hat[made])
    return {**apart(hat, level), "cost_hat": cost}


@given(
    shocked_tables(countries=(2, 5), sectors=(2, 4), shock=MODERATE | {"bans": 0.05}),
    st.sampled_from(CLOSURES),
    st.sampled_from([0.6, 1.0, 1.0001, 1.53, 2.5]),
    st.floats(-3.0, 3.0),
    st.floats(-3.0, 3.0),
)
def test_hats_and_levels_agree_on_goods_and_short_supply(
    case: Case, deficits: str, eta: float, short: float, less_short: float
) -> None:
    table, shock = case[0].with_goods(), case[1]
    assert table.supply is not None
    supply = table.supply.copy()
    supply[[0, -1]] = np.exp([short, less_short])
    for name, found in with_goods(table.replace(supply=supply), shock, deficits, eta).items():
        assert found < 1e-8, name


@settings(max_examples=14)
@given(
    shocked_tables(shock=MODERATE | {"lines": 4}, corners=False, countries=(3, 5), sectors=(2, 4)),
    st.sampled_from(CLOSURES),
)
def test_hats_and_levels_agree_on_lines_inside_goods(case: Case, deficits: str) -> None:
    table, shock = case
    for name, difference in with_goods(table.with_goods(), shock, deficits, 1.53).items():
        assert difference < 1e-8, name


@settings(max_examples=10)
@given(shocked_tables(elasticities=(0.05, 65.0), shock={"tariffs": 0.3}, countries=(2, 4)))
def test_hats_and_levels_agree_at_elasticities_from_a_twentieth_to_65(case: Case) -> None:
    for name, difference in differences(*case, "world_share").items():
        assert difference < 1e-7, name


@pytest.mark.parametrize("deficits", CLOSURES)
@pytest.mark.parametrize("rate", [0.05, 1.0, 10.0])
def test_the_hand_checked_world_at_low_and_high_duties(rate: float, deficits: str) -> None:
    for name, difference in differences(tiny(), unilateral(tiny(), 2, rate), deficits).items():
        assert difference < 1e-8, name


@settings(max_examples=10)
@given(tables(deficits=0.0, elasticities=(2.0, 5.0)))
def test_a_world_where_everybody_adds_a_thousand_per_cent(table: Table) -> None:
    shock = everywhere(table, 10.0)
    hat, level = solve(table, shock), in_levels(table, shock, "world_share")
    # so near to autarky relative wages hang by a thread; what people can buy does not
    assert np.abs(hat.arrays["welfare"] - level.welfare).max() < 1e-7


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(300))
def test_many_worlds(seed: int) -> None:
    corners = seed % 3
    table = random_world(
        seed,
        2 + seed % 6,
        1 + seed % 4,
        zero_flows=0.2 * corners,
        idle_producers=corners,
        empty_markets=corners,
        elasticities=(0.3, 30.0) if seed % 2 else (2.0, 10.0),
    )
    kinds = MODERATE | ({"lines": 3} if seed % 2 else {})
    shock = random_shock(seed + 1, table, **kinds)
    for name, difference in differences(table, shock, CLOSURES[seed % 4]).items():
        assert difference < 1e-7, name
