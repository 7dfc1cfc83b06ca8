"""Export taxes beside the law: what reports say of goods, sectors and who collects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import countervail as cv
from countervail.present import assumptions, goods, rows
from countervail.scenario import HandChange

TAX = 0.1


@pytest.fixture(scope="module")
def solution(oecd: cv.World) -> cv.Solution:
    """Canada and China, China taxing the cars it sells to Canada."""
    levy = HandChange("CAN", "CHN", ("C29",), export_tax=100 * TAX)
    asked = cv.open_scenario("canada-china")
    return cv.solve(oecd, replace(asked, hand_changes=(levy,)))


def test_a_duty_on_goods_is_levied_on_the_price_with_the_tax(solution: cv.Solution) -> None:
    (cars,) = [r for r in goods.lines(solution) if (r["exporter"], r["sector"]) == ("CHN", "C29")]
    due = cars["trade_new_usd"] * (1 + TAX) * cars["rate_new"] / 100
    assert cars["revenue_new_usd"] == pytest.approx(due)
    assert cars["revenue_usd"] == pytest.approx(cars["trade_usd"] * cars["rate"] / 100)
    seller = solution.world.country("CHN"), solution.world.sector("C29")
    cost = solution.arrays["cost_hat"][seller]
    dearer = (100 + cars["rate_new"]) / (100 + cars["rate"]) * (1 + TAX)
    assert 1 + cars["price_change"] / 100 == pytest.approx(cost * dearer, rel=1e-9)


def test_exports_and_imports_of_a_sector_are_at_the_border(solution: cv.Solution) -> None:
    a, world = solution.arrays, solution.world
    i, n, j = world.country("CHN"), world.country("CAN"), world.sector("C29")
    assert a["border_trade_new"][i, n, j] == pytest.approx((1 + TAX) * a["trade_new"][i, n, j])
    assert a["border_trade"][i, n, j] == a["trade"][i, n, j]
    others = np.delete(np.arange(len(world.countries)), i)
    found = {(r["country"], r["sector"]): r for r in rows.sectors(solution, ("CHN", "CAN"))}
    sold = a["trade_new"][i, others, j].sum() + TAX * a["trade_new"][i, n, j]
    now = (1 + found["CHN", "C29"]["exports_change"] / 100) * found["CHN", "C29"]["exports_usd"]
    assert now == pytest.approx(sold)
    others = np.delete(np.arange(len(world.countries)), n)
    bought = a["trade_new"][others, n, j].sum() + TAX * a["trade_new"][i, n, j]
    now = (1 + found["CAN", "C29"]["imports_change"] / 100) * found["CAN", "C29"]["imports_usd"]
    assert now == pytest.approx(bought)


def test_who_collects_is_said_where_exports_are_taxed(
    solution: cv.Solution, canada_china: cv.Solution
) -> None:
    a, world = solution.arrays, solution.world
    i, n, j = world.country("CHN"), world.country("CAN"), world.sector("C29")
    assert a["export_revenue_new"][i] == pytest.approx(TAX * a["trade_new"][i, n, j])
    assert np.count_nonzero(a["export_revenue_new"]) == 1
    said = "Export taxes are levied on the price at the factory gate and kept by the exporter's"
    assert any(s.startswith(said) for s in assumptions.assumptions(solution))
    assert not any(s.startswith("Export taxes") for s in assumptions.assumptions(canada_china))
    assert not assumptions.taxes_exports(canada_china)
