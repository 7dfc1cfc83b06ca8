"""Export taxes and subsidies: who collects them, and what they are the same as."""

from __future__ import annotations

import numpy as np
import pytest
from door import CLOSURES, gap, solve
from hypothesis import given, settings
from hypothesis import strategies as st

import countervail as cv
from countervail.testing.levels import NoLevels, solve_levels
from countervail.testing.shocks import (
    TableShock,
    random_export_tax,
    random_lines,
    random_shock,
)
from countervail.testing.strategies import SEEDS, shocked_tables, tables
from countervail.testing.worlds import Table, random_world

Case = tuple[Table, TableShock]
Array = np.ndarray
OTHERS = {"tariffs": 0.5, "icebergs": 0.2, "productivity": 0.1, "labour": 0.1}
REAL = ("welfare", "real_wage")


def abroad(table: Table, rates: Array) -> Array:
    """Rates by exporter, importer and sector with nothing on the diagonal."""
    cube = np.broadcast_to(rates, table.trade.shape).copy()
    home = range(len(cube))
    cube[home, home] = 0.0
    return cube


def quantities(values: dict[str, Array]) -> Array:
    """What is shipped, in units of the baseline's factory price, [i, n, j]."""
    return np.asarray(values["trade_new"] / values["cost_hat"][:, None, :])


def handed(table: Table, shock: TableShock, values: dict[str, Array]) -> Array:
    """What tariffs and export taxes bring in on the second state's trade, [n]."""
    assert shock.export_tax is not None
    taxes = values["trade_new"] * shock.export_tax
    law = table.tariff if shock.tariff_new is None else shock.tariff_new
    tariffs = values["trade_new"] * (1.0 + shock.export_tax) * law
    return np.asarray(tariffs.sum(axis=(0, 2)) + taxes.sum(axis=(1, 2)))


@given(shocked_tables(shock=OTHERS), st.lists(st.floats(-0.3, 1.0), min_size=6, max_size=6))
def test_lerner_symmetry(case: Case, rates: list[float]) -> None:
    """A uniform tariff on all imports is a uniform tax on all exports, if trade is balanced.

    Lerner (1936). Each country its own rate, on top of whatever else stands or changes: the home
    country's wages and prices are lower by the rate, and nothing real differs.
    """
    table, shock = case
    size = len(table.trade)
    own = np.array(rates[:size])
    assert shock.tariff_new is not None
    on_imports = (1.0 + shock.tariff_new) * (1.0 + abroad(table, own[None, :, None])) - 1.0
    taxed = solve(table, shock.replace(tariff_new=on_imports), "closed").arrays
    on_exports = shock.replace(export_tax=abroad(table, own[:, None, None]))
    exported = solve(table, on_exports, "closed").arrays
    for name in REAL:
        np.testing.assert_allclose(exported[name], taxed[name], atol=1e-7, err_msg=name)
    assert gap(quantities(exported), quantities(taxed)) < 1e-9
    assert gap(exported["trade_share_new"], taxed["trade_share_new"]) < 1e-9
    cheaper = exported["wage_hat"] / taxed["wage_hat"] * (1.0 + own)
    np.testing.assert_allclose(cheaper, cheaper[0], rtol=1e-9)


@given(tables(), SEEDS, st.sampled_from(CLOSURES))
def test_an_export_tax_undone_by_an_import_subsidy_is_a_gift(
    table: Table, seed: int, deficits: str
) -> None:
    """On the same cells the two leave every price alone and move e X between the treasuries.

    Given back, nothing at all has changed.
    """
    tax = random_export_tax(seed, table, 0.5)
    still = solve(table, TableShock(), deficits).arrays
    gift = still["trade"] * tax
    back = gift.sum(axis=(0, 2)) - gift.sum(axis=(1, 2))
    undone = TableShock(
        export_tax=tax, tariff_new=(1.0 + table.tariff) / (1.0 + tax) - 1.0, transfer=back
    )
    values = solve(table, undone, deficits).arrays
    for name in ("wage_hat", "cost_hat", "price_index_hat"):
        np.testing.assert_allclose(values[name], 1.0, atol=1e-9, err_msg=name)
    assert gap(values["trade_new"], still["trade"]) < 1e-9
    np.testing.assert_allclose(values["welfare"], 0.0, atol=1e-7)
    size = values["income"].max()
    assert np.abs(values["export_revenue_new"] - gift.sum(axis=(1, 2))).max() < 1e-9 * size
    assert np.abs(values["revenue_new"] - values["revenue"] + back).max() < 1e-9 * size


@given(shocked_tables(shock=OTHERS, tariffs=0.0), SEEDS, st.sampled_from(CLOSURES))
def test_who_collects_is_all_that_sets_a_tax_apart_from_a_tariff(
    case: Case, seed: int, deficits: str
) -> None:
    """The rent of a restriction goes abroad with an export tax and stays with a tariff.

    Hand the exporter's takings to the importer, and one is the other.
    """
    table, shock = case[0], case[1].replace(tariff_new=None)
    rate = np.abs(random_export_tax(seed, table, 0.5))
    tariff = solve(table, shock.replace(tariff_new=rate), deficits).arrays
    rent = tariff["trade_new"] * rate
    moved = rent.sum(axis=(0, 2)) - rent.sum(axis=(1, 2))
    values = solve(table, shock.replace(export_tax=rate, transfer=moved), deficits).arrays
    for name in ("wage_hat", "price_index_hat", "trade_new", "expenditure_new", "income_new"):
        assert gap(values[name], tariff[name]) < 1e-9, name
    size = values["income"].max()
    assert np.abs(values["export_revenue_new"] - rent.sum(axis=(1, 2))).max() < 1e-9 * size


@given(shocked_tables(shock=OTHERS | {"export_taxes": 0.5}), st.sampled_from(CLOSURES))
def test_each_treasury_has_what_it_levies(case: Case, deficits: str) -> None:
    table, shock = case
    values = solve(table, shock, deficits).arrays
    assert shock.export_tax is not None
    size = values["income"].max()
    levied = (values["trade_new"] * shock.export_tax).sum(axis=(1, 2))
    assert np.abs(values["export_revenue_new"] - levied).max() < 1e-9 * size
    assert np.abs(values["revenue_new"] - handed(table, shock, values)).max() < 1e-9 * size
    assert (values["export_revenue"] == 0.0).all()
    assert (values["border_trade"] == values["trade"]).all()


@given(
    shocked_tables(corners=False, countries=(3, 6), elasticities=(2.0, 10.0), shock={"bans": 0.15})
)
def test_an_export_ban_is_the_limit_of_a_tax(case: Case) -> None:
    table, shock = case
    closed = np.isinf(shock.iceberg_hat)
    banned = solve(table, shock).arrays
    tax = np.where(closed, 1e8, 0.0)
    taxed = solve(table, shock.replace(iceberg_hat=None, export_tax=tax)).arrays
    np.testing.assert_allclose(taxed["welfare"], banned["welfare"], atol=1e-6)
    assert gap(taxed["trade_new"], banned["trade_new"]) < 1e-6


@settings(max_examples=25)
@given(tables(corners=False, countries=(2, 5), elasticities=(3.0, 8.0)), st.integers(0, 4))
def test_a_tax_on_everything_tends_to_a_ban_on_everything(table: Table, pick: int) -> None:
    """With balanced trade who may not sell does not buy either: both are cut off from the world."""
    country = pick % len(table.trade)
    cut = np.ones_like(table.trade)
    cut[country, :] = cut[:, country] = np.inf
    cut[country, country] = 1.0
    banned = solve(table, TableShock(iceberg_hat=cut), "closed").arrays["welfare"]
    distance = []
    for rate in (1e1, 1e3, 1e5):
        tax = np.zeros_like(table.trade)
        tax[country] = rate
        shock = TableShock(export_tax=abroad(table, tax))
        distance.append(np.abs(solve(table, shock, "closed").arrays["welfare"] - banned).max())
    assert distance[0] >= distance[1] >= distance[2]
    assert distance[2] < 1e-3


@given(tables(), SEEDS, st.sampled_from(CLOSURES))
def test_a_tax_on_a_cell_is_paid_on_every_line_of_it(
    table: Table, seed: int, deficits: str
) -> None:
    lines = random_lines(seed, table, 4)
    if lines is None:
        return
    tax = random_export_tax(seed, table, 0.5)
    whole = solve(table, TableShock(export_tax=tax), deficits)
    split = solve(table, TableShock(export_tax=tax, lines=lines.unchanged()), deficits)
    for name in ("wage_hat", "price_index_hat", "trade_new", "border_trade_new", "income_new"):
        assert gap(split.arrays[name], whole.arrays[name]) < 1e-8, name
    for name in ("welfare", "terms_of_trade", "volume_of_trade"):
        np.testing.assert_allclose(split.arrays[name], whole.arrays[name], atol=1e-7, err_msg=name)
    assert split.lines is not None
    assert gap(split.lines.trade_new, whole.arrays["trade_new"][lines.cells] * lines.weight) < 1e-8
    border = whole.arrays["border_trade_new"][lines.cells] * lines.weight
    assert gap(split.lines.border_new, border) < 1e-8
    cost = whole.arrays["cost_hat"][lines.exporter, lines.sector]
    np.testing.assert_allclose(split.lines.price_hat, cost * (1.0 + tax[lines.cells]), rtol=1e-8)


@pytest.mark.parametrize(("rate", "sign"), [(0.05, 1.0), (-0.05, -1.0)])
def test_a_small_tax_is_paid_by_foreigners_and_a_subsidy_given_to_them(
    rate: float, sign: float
) -> None:
    """Two mirror countries: the first per cents of a tax on exports turn the terms of trade."""
    trade = np.array([[[70.0], [30.0]], [[30.0], [70.0]]])
    table = Table(trade, np.zeros((2, 2, 1)), np.zeros((2, 1, 1)), np.array([3.0]))
    tax = np.zeros_like(trade)
    tax[0, 1] = rate
    values = solve(table, TableShock(export_tax=tax), "closed").arrays
    assert sign * values["welfare"][0] > 0 > sign * values["welfare"][1]
    assert sign * values["export_revenue_new"][0] > 0
    assert values["export_revenue_new"][1] == 0.0
    assert sign * values["terms_of_trade"][0] > 0


def test_subsidies_that_cost_more_than_a_country_earns_are_refused() -> None:
    """Nine tenths of the price of all it sells abroad: the other road finds no income either."""
    table = random_world(1, 2, 3)
    subsidy = np.zeros_like(table.trade)
    subsidy[0] = -0.9
    shock = TableShock(export_tax=abroad(table, subsidy))
    with pytest.raises(cv.NoEquilibrium, match="CAN"):
        solve(table, shock, "closed")
    with pytest.raises(NoLevels, match="income is not positive in country 0"):
        solve_levels(**table.arrays(), **shock.arrays(), deficits="closed")


def test_random_export_taxes_leave_domestic_trade_alone() -> None:
    table = Table(np.ones((3, 3, 2)), np.zeros((3, 3, 2)), np.zeros((3, 2, 2)), np.ones(2))
    tax = random_shock(1, table, export_taxes=0.4).export_tax
    assert tax is not None
    assert (np.einsum("iij->ij", tax) == 0.0).all()
    assert (tax > 0).any()
    assert -0.2 <= tax.min() < 0 < tax.max() <= 0.4
