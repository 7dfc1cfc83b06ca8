"""The first-order measures, and identity 9: small shocks tend to the linearised answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from door import CLOSURES, model, solve
from hypothesis import given, settings
from hypothesis import strategies as st

import countervail as cv
from countervail.testing.levels import solve_levels
from countervail.testing.shocks import TableShock, random_shock, two_states
from countervail.testing.strategies import MODERATE, SEEDS, shocked_tables, tables
from countervail.testing.worlds import Table

Case = tuple[Table, TableShock]
WITH_LINES = MODERATE | {"lines": 4}


def law_of_before(table: Table, after: TableShock, seed: int) -> TableShock:
    """Another law on the same cells and lines, no line banned."""
    tariffs = random_shock(seed, table, tariffs=0.5).tariff_new
    if after.lines is None:
        return TableShock(tariff_new=tariffs)
    rates = np.random.default_rng(seed).uniform(0.0, 0.5, after.lines.weight.size)
    return TableShock(tariff_new=tariffs, lines=replace(after.lines.unchanged(), tariff_new=rates))


@given(shocked_tables(shock=WITH_LINES), SEEDS, st.booleans(), st.sampled_from(CLOSURES))
def test_measures_are_their_formulas(
    case: Case, seed: int, from_world: bool, deficits: str
) -> None:
    """MODEL.md; Caliendo and Parro (2015), equation 19, at first-state rates, line by line."""
    table, shock = case
    if from_world:
        first = TableShock(lines=None if shock.lines is None else shock.lines.unchanged())
        solution = solve(table, shock, deficits)
    else:
        first = law_of_before(table, shock, seed)
        world = table.world()
        solution = cv.solve(world, two_states(world, first, shock), model(deficits, table))
    rate = table.tariff if first.tariff_new is None else first.tariff_new
    values = solution.arrays
    gain = values["cost_hat"] - 1.0
    trade, income = values["trade"], values["income"]
    terms, volume = np.zeros_like(income), np.zeros_like(income)
    in_lines = np.zeros(trade.shape, dtype=bool)
    if shock.lines is not None:
        in_lines[shock.lines.cells] = True
    for i, n, j in np.argwhere(trade > 0):
        terms[i] += trade[i, n, j] * gain[i, j]
        terms[n] -= trade[i, n, j] * gain[i, j]
        if not in_lines[i, n, j]:
            growth = values["trade_new"][i, n, j] - trade[i, n, j] * values["cost_hat"][i, j]
            volume[n] += rate[i, n, j] * growth
    if first.lines is not None and solution.lines is not None:
        line = first.lines
        cost = values["cost_hat"][line.exporter, line.sector]
        growth = solution.lines.trade_new - solution.lines.trade * cost
        np.add.at(volume, line.importer, line.tariff_new * growth)
    np.testing.assert_allclose(values["terms_of_trade"], 100 * terms / income, atol=1e-8)
    np.testing.assert_allclose(values["volume_of_trade"], 100 * volume / income, atol=1e-8)


@given(shocked_tables(shock=WITH_LINES), st.sampled_from(CLOSURES))
def test_what_one_gains_in_terms_of_trade_another_loses(case: Case, deficits: str) -> None:
    values = solve(*case, deficits).arrays
    money = values["terms_of_trade"] * values["income"]
    assert abs(money.sum()) < 1e-9 * np.abs(values["income"]).sum()


def nudged(table: Table, seed: int, size: float) -> TableShock:
    """Tariffs a small way along a random direction, up only, domestic trade left alone."""
    rng = np.random.default_rng(seed)
    direction = rng.uniform(0.0, 1.0, table.trade.shape)
    home = range(table.trade.shape[0])
    direction[home, home] = 0.0
    return TableShock(tariff_new=table.tariff + size * direction)


@given(tables(), SEEDS, st.sampled_from(CLOSURES))
def test_exact_welfare_tends_to_the_first_order_one(table: Table, seed: int, closure: str) -> None:
    """The two differ by the shock squared: a tenth of the shock, a hundredth of the difference."""

    def difference(size: float) -> float:
        values = solve(table, nudged(table, seed, size), closure).arrays
        # what a closure hands out on top is income too
        handed = 100.0 * (values["deficit_new"] - values["deficit"]) / values["income"]
        first = values["terms_of_trade"] + values["volume_of_trade"] + handed
        return float(np.abs(values["welfare"] - first).max())

    large, small = difference(1e-2), difference(1e-3)
    assert small <= 0.02 * large + 1e-7


@settings(max_examples=20)
@given(tables(countries=(2, 4)), SEEDS)
def test_small_shocks_tend_to_the_linearised_answer(table: Table, seed: int) -> None:
    """The slope comes from the other road: central differences of the solution in levels."""

    def levels(size: float) -> np.ndarray:
        found = solve_levels(**table.arrays(), **nudged(table, seed, size).arrays())
        return np.concatenate([np.log(found.wage_hat), np.log(found.price_index_hat).ravel()])

    def changes(size: float) -> np.ndarray:
        values = solve(table, nudged(table, seed, size)).arrays
        hats = [values["wage_hat"], values["price_index_hat"].ravel()]
        return np.log(np.concatenate(hats))

    width = 1e-4
    slope = (levels(width) - levels(-width)) / (2 * width)
    large = np.abs(changes(1e-2) - 1e-2 * slope).max()
    small = np.abs(changes(1e-3) - 1e-3 * slope).max()
    assert small <= 0.02 * large + 1e-9
