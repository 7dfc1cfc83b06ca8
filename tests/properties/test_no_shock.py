"""Identity 1: no shock, and every hat is one."""

from __future__ import annotations

import numpy as np
import pytest
from door import CLOSURES, gap, hats, solve
from hypothesis import given
from hypothesis import strategies as st

from countervail.testing.shocks import TableShock, random_lines
from countervail.testing.strategies import SEEDS, tables
from countervail.testing.worlds import Table, tiny

WIDE = {"elasticities": (0.05, 65.0)}


@given(tables(**WIDE), st.sampled_from(CLOSURES))
def test_no_shock_gives_exactly_one(table: Table, deficits: str) -> None:
    solution = solve(table, TableShock(), deficits)
    for name, hat in hats(solution).items():
        np.testing.assert_allclose(hat, 1.0, rtol=0, atol=1e-12, err_msg=name)
    for name in ("welfare", "real_wage", "terms_of_trade", "volume_of_trade", "revenue_change"):
        np.testing.assert_allclose(solution.arrays[name], 0.0, atol=1e-10, err_msg=name)
    assert solution.certificate.residual <= 1e-10


@given(tables(**WIDE), st.sampled_from(CLOSURES[:3]))
def test_without_a_shock_the_new_world_is_the_old_one(table: Table, deficits: str) -> None:
    solution = solve(table, TableShock(), deficits)
    assert gap(solution.arrays["trade_new"], table.trade) < 1e-12
    assert gap(solution.arrays["deficit_new"], table.world().accounts.deficit) < 1e-10


@given(tables(**WIDE), SEEDS)
def test_lines_whose_law_stays_change_nothing(table: Table, seed: int) -> None:
    lines = random_lines(seed, table, 4)
    if lines is None:
        return
    solution = solve(table, TableShock(lines=lines.unchanged()))
    for name, hat in hats(solution).items():
        np.testing.assert_allclose(hat, 1.0, rtol=0, atol=1e-12, err_msg=name)
    assert solution.lines is not None
    assert gap(solution.lines.trade, table.trade[lines.cells] * lines.weight) < 1e-12
    np.testing.assert_allclose(solution.lines.price_hat, 1.0, atol=1e-12)


@pytest.mark.parametrize("deficits", CLOSURES)
def test_the_hand_checked_world_stays(deficits: str) -> None:
    solution = solve(tiny(), TableShock(), deficits)
    for hat in hats(solution).values():
        np.testing.assert_allclose(hat, 1.0, rtol=0, atol=1e-12)
