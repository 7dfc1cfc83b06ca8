"""Identities 2, 6 and 7: units of money, order of labels, and halves change nothing."""

from __future__ import annotations

import numpy as np
from door import CLOSURES, gap, solve
from hypothesis import given
from hypothesis import strategies as st

from countervail.testing.shocks import TableShock
from countervail.testing.strategies import shocked_tables
from countervail.testing.worlds import Table

Case = tuple[Table, TableShock]
TIGHT = 1e-8
PER_CENT = 1e-7


def cubes(shock: TableShock, change: object) -> TableShock:
    """The shock with ``change`` applied to its arrays over cells."""
    return shock.replace(
        tariff_new=change(shock.tariff_new),  # type: ignore[operator]
        iceberg_hat=change(shock.iceberg_hat),  # type: ignore[operator]
        export_tax=change(shock.export_tax),  # type: ignore[operator]
    )


@given(shocked_tables(), st.sampled_from(CLOSURES), st.sampled_from([1e-6, 0.3, 1e9]))
def test_the_unit_of_money_does_not_matter(case: Case, deficits: str, unit: float) -> None:
    table, shock = case
    old = solve(table, shock, deficits).arrays
    other = shock.replace(transfer=shock.transfer * unit)
    new = solve(table.replace(trade=table.trade * unit), other, deficits).arrays
    for name in ("wage_hat", "price_index_hat", "cost_hat", "trade_share_new"):
        assert gap(new[name], old[name]) < TIGHT, name
    for name in ("trade_new", "expenditure_new", "income_new"):
        assert gap(new[name], old[name] * unit) < TIGHT, name
    for name in ("welfare", "real_wage", "terms_of_trade", "volume_of_trade", "revenue_change"):
        np.testing.assert_allclose(new[name], old[name], atol=PER_CENT, err_msg=name)


@given(shocked_tables(), st.sampled_from(["world_share", "own_income", "closed"]), st.data())
def test_relabelling_permutes(case: Case, deficits: str, data: st.DataObject) -> None:
    table, shock = case
    n, _, j = table.trade.shape
    countries = list(data.draw(st.permutations(range(n))))
    sectors = list(data.draw(st.permutations(range(j))))
    moved = cubes(shock, lambda a: a[np.ix_(countries, countries, sectors)]).replace(
        productivity_hat=shock.productivity_hat[np.ix_(countries, sectors)],
        labour_hat=shock.labour_hat[countries],
        transfer=shock.transfer[countries],
    )
    old = solve(table, shock, deficits).arrays
    new = solve(table.permuted(countries, sectors), moved, deficits).arrays
    assert gap(new["trade_new"], old["trade_new"][np.ix_(countries, countries, sectors)]) < TIGHT
    assert gap(new["price_index_hat"], old["price_index_hat"][np.ix_(countries, sectors)]) < TIGHT
    for name in ("welfare", "real_wage", "terms_of_trade", "volume_of_trade", "revenue_change"):
        np.testing.assert_allclose(new[name], old[name][countries], atol=PER_CENT, err_msg=name)


@given(shocked_tables(), st.sampled_from(CLOSURES), st.integers(0, 4))
def test_a_sector_in_two_halves_is_the_sector(case: Case, deficits: str, pick: int) -> None:
    table, shock = case
    sector = pick % table.trade.shape[2]
    again = [*range(table.trade.shape[2]), sector]
    halved = cubes(shock, lambda a: a[:, :, again]).replace(
        productivity_hat=shock.productivity_hat[:, again]
    )
    old = solve(table, shock, deficits).arrays
    new = solve(table.with_sector_halved(sector), halved, deficits).arrays
    for name in ("wage_hat", "income_new"):
        assert gap(new[name], old[name]) < TIGHT, name
    assert gap(new["price_index_hat"], old["price_index_hat"][:, again]) < TIGHT
    whole = new["trade_new"][:, :, :-1].copy()
    whole[:, :, sector] += new["trade_new"][:, :, -1]
    assert gap(whole, old["trade_new"]) < TIGHT
    for name in ("welfare", "terms_of_trade", "volume_of_trade", "revenue_change"):
        np.testing.assert_allclose(new[name], old[name], atol=PER_CENT, err_msg=name)


@given(shocked_tables(), st.sampled_from(CLOSURES), st.integers(0, 5))
def test_a_country_in_two_halves_is_the_country(case: Case, deficits: str, pick: int) -> None:
    table, shock = case
    country = pick % table.trade.shape[0]
    again = [*range(table.trade.shape[0]), country]
    halved = cubes(shock, lambda a: a[np.ix_(again, again)]).replace(
        productivity_hat=shock.productivity_hat[again],
        labour_hat=shock.labour_hat[again],
        transfer=(shock.transfer * np.where(np.arange(again[-2] + 1) == country, 0.5, 1.0))[again],
    )
    old = solve(table, shock, deficits).arrays
    new = solve(table.with_country_halved(country), halved, deficits).arrays
    assert gap(new["wage_hat"], old["wage_hat"][again]) < TIGHT
    assert gap(new["price_index_hat"], old["price_index_hat"][again]) < TIGHT
    sold = new["trade_new"].sum(axis=1)
    sold[country] += sold[-1]
    assert gap(sold[:-1], old["gross_output_new"]) < TIGHT
    for name in ("welfare", "real_wage", "terms_of_trade", "volume_of_trade", "revenue_change"):
        np.testing.assert_allclose(new[name], old[name][again], atol=PER_CENT, err_msg=name)


@given(shocked_tables(shock={"tariffs": 0.5}))
def test_uniform_productivity_growth_is_worth_itself(case: Case) -> None:
    """Everybody twice as productive in value added: real incomes double, nothing else moves."""
    table, _ = case
    share = table.world().accounts.value_added_share
    solution = solve(table, TableShock(productivity_hat=2.0**share)).arrays
    np.testing.assert_allclose(solution["welfare"], 100.0, atol=1e-6)
    assert gap(solution["trade_new"], table.trade) < TIGHT
