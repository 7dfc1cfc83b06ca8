"""The first-order measures, and identity 9: small shocks tend to the linearised answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from door import CLOSURES, model, solve
from hypothesis import given, settings
from hypothesis import strategies as st

import countervail as cv
from countervail.testing.levels import solve_levels
from countervail.testing.shocks import TableShock, random_shock, random_transfer, two_states
from countervail.testing.strategies import MODERATE, SEEDS, shocked_tables, tables
from countervail.testing.worlds import Table

Case = tuple[Table, TableShock]
WITH_LINES = MODERATE | {"lines": 4}


def law_of_before(table: Table, after: TableShock, seed: int) -> TableShock:
    """Another law on the same cells and lines, exports taxed too, no line banned."""
    law = random_shock(seed, table, tariffs=0.5, export_taxes=0.3)
    if after.lines is None:
        return law
    rates = np.random.default_rng(seed).uniform(0.0, 0.5, after.lines.weight.size)
    return law.replace(lines=replace(after.lines.unchanged(), tariff_new=rates))


@given(shocked_tables(shock=WITH_LINES), SEEDS, st.booleans(), st.sampled_from(CLOSURES))
def test_measures_are_their_formulas(
    case: Case, seed: int, from_world: bool, deficits: str
) -> None:
    """Caliendo and Parro (2015), equation 19, at first-state rates, line by line, at the border."""
    table, shock = case
    if from_world:
        first = TableShock(lines=None if shock.lines is None else shock.lines.unchanged())
        solution = solve(table, shock, deficits)
    else:
        first = law_of_before(table, shock, seed)
        world = table.world()
        solution = cv.solve(world, two_states(world, first, shock), model(deficits, table))
    rate = table.tariff if first.tariff_new is None else first.tariff_new
    tax = np.zeros_like(table.trade) if first.export_tax is None else first.export_tax
    dearer = (1.0 + shock.export_tax) / (1.0 + tax)
    values = solution.arrays
    trade, income = values["trade"], values["income"]
    terms, volume = np.zeros_like(income), np.zeros_like(income)
    in_lines = np.zeros(trade.shape, dtype=bool)
    if shock.lines is not None:
        in_lines[shock.lines.cells] = True
    for i, n, j in np.argwhere(trade > 0):
        cost = values["cost_hat"][i, j]
        border, border_new = (
            trade[i, n, j] * (1 + tax[i, n, j]),
            values["border_trade_new"][i, n, j],
        )
        price = cost * dearer[i, n, j]
        terms[i] += border * (price - 1.0)
        terms[n] -= border * (price - 1.0)
        volume[i] += tax[i, n, j] * (values["trade_new"][i, n, j] - trade[i, n, j] * cost)
        if not in_lines[i, n, j]:
            volume[n] += rate[i, n, j] * (border_new - border * price)
    if first.lines is not None and solution.lines is not None:
        line, found = first.lines, solution.lines
        price = values["cost_hat"][line.exporter, line.sector] * dearer[line.cells]
        border = found.trade * (1.0 + tax[line.cells])
        border_new = found.trade_new * (1.0 + shock.export_tax[line.cells])
        np.add.at(volume, line.importer, line.tariff_new * (border_new - border * price))
    np.testing.assert_allclose(values["terms_of_trade"], 100 * terms / income, atol=1e-8)
    np.testing.assert_allclose(values["volume_of_trade"], 100 * volume / income, atol=1e-8)


@given(shocked_tables(shock=WITH_LINES), st.sampled_from(CLOSURES))
def test_what_one_gains_in_terms_of_trade_another_loses(case: Case, deficits: str) -> None:
    values = solve(*case, deficits).arrays
    money = values["terms_of_trade"] * values["income"]
    assert abs(money.sum()) < 1e-9 * np.abs(values["income"]).sum()


def nudged(table: Table, seed: int, size: float) -> TableShock:
    """Tariffs a small way along a random direction, up only, domestic trade left alone."""
    return TableShock(tariff_new=table.tariff + size * crossing(table, np.random.default_rng(seed)))


def crossing(table: Table, rng: np.random.Generator, low: float = 0.0) -> np.ndarray:
    """A random direction for cells across borders; domestic trade is left alone."""
    direction = rng.uniform(low, 1.0, table.trade.shape)
    home = range(table.trade.shape[0])
    direction[home, home] = 0.0
    return direction


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


@given(shocked_tables(shock={"export_taxes": 0.4}), SEEDS, st.sampled_from(CLOSURES))
def test_every_kind_of_change_has_its_first_order_worth(
    case: Case, seed: int, closure: str
) -> None:
    """From a law with export taxes, everything moves a little and welfare is the sum of its parts.

    Prices and volumes of trade as reported; what is handed over; trade costs weigh with what is
    spent across them, productivity with what is sold (Hulten 1978), and a bigger population
    shares what does not grow with it, revenue and deficit.
    """
    table, first = case
    world = table.world()
    assert first.tariff_new is not None
    assert first.export_tax is not None

    def difference(size: float) -> float:
        rng = np.random.default_rng(seed)
        barrier = size * crossing(table, rng, -1.0)
        skill = size * rng.uniform(-1.0, 1.0, table.trade.shape[1:])
        people = size * rng.uniform(-1.0, 1.0, table.trade.shape[0])
        second = TableShock(
            tariff_new=first.tariff_new + size * crossing(table, rng),
            export_tax=first.export_tax + size * crossing(table, rng, -1.0),
            iceberg_hat=np.exp(barrier),
            productivity_hat=np.exp(skill),
            labour_hat=np.exp(people),
            transfer=random_transfer(rng, table, size),
        )
        scenario = two_states(world, first, second)
        values = cv.solve(world, scenario, model(closure, table)).arrays
        paid = values["border_trade"] * (1.0 + first.tariff_new)
        shared = values["revenue"] + values["deficit"]
        rest = (
            (values["deficit_new"] - values["deficit"])
            - (paid * barrier).sum(axis=(0, 2))
            + (values["gross_output"] * skill).sum(axis=1)
            - shared * people
        )
        parts = values["terms_of_trade"] + values["volume_of_trade"]
        parts = parts + 100.0 * rest / values["income"]
        return float(np.abs(values["welfare"] - parts).max())

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
