"""Identity 3: world deficits sum to zero, markets clear, incomes equal spending, on any shock."""

from __future__ import annotations

import numpy as np
from door import CLOSURES, gap, model, solve
from hypothesis import given
from hypothesis import strategies as st

import countervail as cv
from countervail.testing.shocks import TableShock
from countervail.testing.strategies import MODERATE, shocked_tables, tables
from countervail.testing.worlds import Table

Case = tuple[Table, TableShock]
TIGHT = 1e-9
EVERYTHING = MODERATE | {"lines": 3, "bans": 0.05}


@given(shocked_tables(), st.sampled_from(CLOSURES))
def test_accounts_close(case: Case, deficits: str) -> None:
    table, shock = case
    solution = solve(table, shock, deficits)
    new = solution.arrays
    world = solution.world
    books = world.accounts
    law = table.tariff if shock.tariff_new is None else shock.tariff_new
    labour = np.ones(len(world.countries)) if shock.labour_hat is None else shock.labour_hat
    trade = new["trade_new"]
    taxed = trade * shock.export_tax
    border = trade + taxed
    earned = new["wage_hat"] * labour * books.value_added

    assert solution.certificate.residual <= 1e-10
    assert gap(earned.sum(), books.value_added.sum()) < TIGHT, "numeraire"
    assert abs(new["deficit_new"].sum()) < TIGHT * earned.sum()
    assert gap(new["border_trade_new"], border) < TIGHT
    balance = border.sum(axis=(0, 2)) - border.sum(axis=(1, 2))
    assert np.abs(balance - new["deficit_new"]).max() < TIGHT * earned.max()
    assert gap(trade.sum(axis=1), new["gross_output_new"]) < TIGHT
    assert gap((border * (1 + law)).sum(axis=0), new["expenditure_new"]) < TIGHT
    collected = (border * law).sum(axis=(0, 2)) + taxed.sum(axis=(1, 2))
    assert np.abs(collected - new["revenue_new"]).max() < TIGHT * earned.max()
    by_exporters = new["export_revenue_new"]
    assert np.abs(taxed.sum(axis=(1, 2)) - by_exporters).max() < TIGHT * earned.max()
    assert gap(new["income_new"], earned + new["revenue_new"] + new["deficit_new"]) < TIGHT
    hired = (books.value_added_share * new["gross_output_new"]).sum(axis=1)
    assert gap(hired, earned) < TIGHT, "labour markets"
    used = np.einsum("nkj,nj->nk", table.input_share, new["gross_output_new"])
    final = new["expenditure_new"] - used
    assert gap(final.sum(axis=1), new["income_new"]) < TIGHT, "budgets"
    assert gap(final, books.final_share * new["income_new"][:, None]) < TIGHT, "goods markets"
    shares = new["trade_share_new"].sum(axis=0)
    np.testing.assert_allclose(shares[books.expenditure > 0], 1.0, atol=1e-9)
    assert (new["trade_share_new"][:, books.expenditure == 0] == 0).all()
    assert (trade[world.trade == 0] == 0).all(), "what was not traded stays so"


@given(shocked_tables(), st.sampled_from(CLOSURES))
def test_every_closure_does_what_it_says(case: Case, deficits: str) -> None:
    table, shock = case
    solution = solve(table, shock, deficits)
    books = table.world().accounts
    wage = solution.arrays["wage_hat"]
    labour = 1.0 if shock.labour_hat is None else shock.labour_hat
    earned = wage * labour * books.value_added
    share = books.deficit / books.value_added
    expected = {
        "world_share": books.deficit,
        "nominal": books.deficit * wage[0],
        "own_income": share * earned - earned * (share * earned).sum() / earned.sum(),
        "closed": np.zeros_like(wage),
    }[deficits] + shock.transfer
    found = solution.arrays["deficit_new"]
    assert np.abs(found - expected).max() < 1e-9 * books.value_added.max()


@given(tables(corners=False), st.sampled_from(CLOSURES), st.floats(0.0, 0.1))
def test_a_transfer_is_spent_by_who_gets_it(table: Table, deficits: str, part: float) -> None:
    world = table.world()
    transfer = np.zeros(len(world.countries))
    given_away = part * world.accounts.value_added[0]
    transfer[:2] = -given_away, given_away
    scenario = cv.Scenario.from_arrays(world, transfer=transfer)
    values = cv.solve(world, scenario, model(deficits, table)).arrays
    unit = values["wage_hat"][0] if deficits == "nominal" else 1.0
    size = world.accounts.value_added.max()
    if deficits != "own_income":
        handed = values["deficit_new"] - unit * values["deficit"]
        assert np.abs(handed - transfer).max() < 1e-9 * size
    assert abs(values["deficit_new"].sum()) < 1e-9 * size


@given(shocked_tables(shock=EVERYTHING, corners=False, countries=(3, 6)))
def test_with_lines_and_bans_goods_still_add_up(case: Case) -> None:
    table, shock = case
    solution = solve(table, shock)
    new, lines = solution.arrays, shock.lines
    trade = new["trade_new"]
    law = shock.tariff_new.copy()
    assert lines is not None
    assert solution.lines is not None
    whole = np.zeros_like(trade)
    np.add.at(whole, lines.cells, solution.lines.trade_new)
    border = trade * (1.0 + shock.export_tax)
    at_border = solution.lines.trade_new * (1.0 + shock.export_tax[lines.cells])
    duty = np.zeros_like(trade)
    np.add.at(duty, lines.cells, at_border * lines.tariff_new)
    cells = np.zeros(trade.shape, dtype=bool)
    cells[lines.cells] = True
    assert gap(whole[cells], trade[cells]) < TIGHT, "lines add up to their cell"
    paid = np.where(cells, duty, border * law)
    collected = paid.sum(axis=(0, 2)) + (border - trade).sum(axis=(1, 2))
    assert gap(collected + 1.0, new["revenue_new"] + 1.0) < TIGHT
    assert gap((border + paid).sum(axis=0), new["expenditure_new"]) < TIGHT
    banned = np.isinf(shock.iceberg_hat) & ~cells
    assert (trade[banned] == 0).all()
    assert (solution.lines.trade_new[np.isinf(lines.iceberg_hat)] == 0).all()
    assert all(np.isfinite(values).all() for values in new.values())
