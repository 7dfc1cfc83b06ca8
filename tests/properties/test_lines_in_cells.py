"""A bundle is one pair, priced line by line (docs/theory.md, Tariff lines)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from door import gap, solve
from hypothesis import given

import countervail as cv
from countervail.testing.levels import solve_levels
from countervail.testing.shocks import LineTable, TableShock, random_lines
from countervail.testing.strategies import SEEDS, tables
from countervail.testing.worlds import Table, tiny

SAME = ("wage_hat", "price_index_hat", "trade_new", "expenditure_new", "income_new", "revenue_new")


def as_pair(table: Table, lines: LineTable) -> TableShock:
    """The bundle as one tariff and one iceberg cost a cell (docs/theory.md, Tariff lines)."""
    theta = table.trade_elasticity[lines.sector]
    cell = table.tariff[lines.cells]
    cost = lines.iceberg_hat * (1 + lines.tariff_new) / (1 + lines.tariff)
    part = lines.weight * (1 + lines.tariff) / (1 + cell) * cost**-theta
    bundle, received = np.zeros(table.trade.shape), np.zeros(table.trade.shape)
    np.add.at(bundle, lines.cells, part)
    np.add.at(received, lines.cells, part / (1 + lines.tariff_new))
    law, barrier = table.tariff.copy(), np.ones(table.trade.shape)
    some = bundle > 0
    law[some] = bundle[some] / received[some] - 1.0
    power = np.broadcast_to(-1.0 / table.trade_elasticity, some.shape)[some]
    barrier[some] = bundle[some] ** power * (1 + table.tariff[some]) / (1 + law[some])
    return TableShock(tariff_new=law, iceberg_hat=barrier)


@given(tables(), SEEDS)
def test_a_bundle_is_one_pair(table: Table, seed: int) -> None:
    lines = random_lines(seed, table, 5)
    if lines is None:
        return
    bundle = solve(table, TableShock(lines=lines)).arrays
    pair = solve(table, as_pair(table, lines)).arrays
    for name in SAME:
        assert gap(bundle[name] + 1.0, pair[name] + 1.0) < 1e-8, name
    np.testing.assert_allclose(bundle["welfare"], pair["welfare"], atol=1e-7)


@given(tables(), SEEDS)
def test_lines_under_one_law_are_the_cell(table: Table, seed: int) -> None:
    drawn = random_lines(seed, table, 5)
    if drawn is None:
        return
    cell = table.tariff[drawn.cells]
    law = table.tariff.copy()
    law[drawn.cells] += 0.4
    lines = replace(
        drawn, tariff=cell, tariff_new=cell + 0.4, iceberg_hat=np.ones_like(drawn.weight)
    )
    split = solve(table, TableShock(lines=lines))
    whole = solve(table, TableShock(tariff_new=law))
    for name in (*SAME, "welfare", "volume_of_trade", "terms_of_trade"):
        assert gap(split.arrays[name] + 1.0, whole.arrays[name] + 1.0) < 1e-8, name
    assert split.lines is not None
    shared = whole.arrays["trade_new"][lines.cells] * lines.weight
    assert gap(split.lines.trade_new, shared) < 1e-8


@given(tables(), SEEDS)
def test_a_line_cut_in_two_is_the_line(table: Table, seed: int) -> None:
    lines = random_lines(seed, table, 4)
    if lines is None:
        return
    first = np.arange(lines.weight.size) == 0
    again = [*range(first.size), 0]
    cut = LineTable(
        *(getattr(lines, name)[again] for name in ("exporter", "importer", "sector")),
        np.where(first, 0.5, 1.0)[again] * lines.weight[again],
        *(getattr(lines, name)[again] for name in ("tariff", "tariff_new", "iceberg_hat")),
    )
    old, new = solve(table, TableShock(lines=lines)), solve(table, TableShock(lines=cut))
    for name in (*SAME, "volume_of_trade"):
        assert gap(new.arrays[name] + 1.0, old.arrays[name] + 1.0) < 1e-8, name
    assert old.lines is not None
    assert new.lines is not None
    assert new.lines.trade_new[0] + new.lines.trade_new[-1] == pytest.approx(
        old.lines.trade_new[0], rel=1e-8, abs=1e-12
    )


@given(tables(elasticities=(2.0, 10.0)), SEEDS)
def test_a_banned_line_is_the_limit_of_a_dear_one(table: Table, seed: int) -> None:
    lines = random_lines(seed, table, 5)
    if lines is None:
        return
    dear = replace(lines, iceberg_hat=np.where(np.isinf(lines.iceberg_hat), 1e7, 1.0))
    banned = solve(table, TableShock(lines=lines)).arrays
    limit = solve(table, TableShock(lines=dear)).arrays
    np.testing.assert_allclose(limit["welfare"], banned["welfare"], atol=1e-6)


@given(tables(), SEEDS)
def test_every_line_has_its_own_price_and_demand(table: Table, seed: int) -> None:
    """Duty-paid spending on a line falls with its own price at the sector's elasticity."""
    lines = random_lines(seed, table, 5)
    if lines is None:
        return
    solution = solve(table, TableShock(lines=lines))
    assert solution.lines is not None
    found, hats = solution.lines, solution.arrays
    open_ = ~np.isinf(lines.iceberg_hat)
    assert np.isnan(found.price_hat[~open_]).all()
    assert (found.banned_new == ~open_).all()
    cost = hats["cost_hat"][lines.exporter, lines.sector]
    price = cost * (1 + lines.tariff_new) / (1 + lines.tariff)
    np.testing.assert_allclose(found.price_hat[open_], price[open_], rtol=1e-12)
    market = (lines.importer, lines.sector)
    relative = price / hats["price_index_hat"][market]
    spent = hats["expenditure_new"][market] / hats["expenditure"][market]
    demand = relative ** -table.trade_elasticity[lines.sector] * spent
    paid = found.trade_new * (1 + lines.tariff_new) / (found.trade * (1 + lines.tariff))
    np.testing.assert_allclose(paid[open_], demand[open_], rtol=1e-8)


def test_a_high_duty_on_a_tenth_of_a_cell_is_not_its_average() -> None:
    """100 per cent on a tenth is not 10 per cent on all; the levels know a line as a variety."""
    table = tiny()
    lines = LineTable(
        np.array([1, 1]),
        np.array([0, 0]),
        np.array([0, 0]),
        np.array([0.1, 0.9]),
        np.zeros(2),
        np.array([1.0, 0.0]),
        np.ones(2),
    )
    average = table.tariff.copy()
    average[1, 0, 0] = 0.1
    exact = solve(table, TableShock(lines=lines))
    level = solve_levels(**table.arrays(), lines=lines)
    mean = solve(table, TableShock(tariff_new=average))
    np.testing.assert_allclose(exact.arrays["welfare"], level.welfare, atol=1e-8)
    assert exact.lines is not None
    assert gap(exact.lines.trade_new, level.line_trade) < 1e-9
    lost = table.trade[1, 0, 0] - exact.arrays["trade_new"][1, 0, 0]
    assert lost < 0.6 * (table.trade[1, 0, 0] - mean.arrays["trade_new"][1, 0, 0])


@pytest.mark.parametrize(
    ("weight", "rate", "word"), [(0.8, 0.0, "sum to 1"), (0.9, 0.5, "average to the cell's tariff")]
)
def test_a_bundle_that_does_not_add_up_is_refused(weight: float, rate: float, word: str) -> None:
    lines = LineTable(
        np.array([1, 1]),
        np.array([0, 0]),
        np.array([0, 0]),
        np.array([0.1, weight]),
        np.array([rate, 0.0]),
        np.array([1.0, 0.0]),
        np.ones(2),
    )
    with pytest.raises(cv.InputError, match=word):
        solve(tiny(), TableShock(lines=lines))
