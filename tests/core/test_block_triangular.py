"""Several groups whose trade goes one way: from one to the next, and only to the next."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import countervail as cv
from countervail.bridge import baseline
from countervail.core import block_triangular, ladder, links
from countervail.core.given_wages import SURE, GivenWages
from countervail.core.solver import Settings
from countervail.core.unknowns import pack, unpack
from countervail.models import CaliendoParro
from countervail.testing import Table
from countervail.testing.shocks import TableShock

from .small import core

Array = NDArray[np.float64]
GROUPS = np.array([[1, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 1]]) > 0
"""The first sells to the second, and the second to the third."""


def world_of_groups(trade_elasticity: float, lent: float) -> Table:
    """Five countries, one good; the first two lend the last, and 1 sells to 0 to even that out."""
    trade = np.full((5, 5), 10.0) + np.diag([300.0, 100.0, 100.0, 80.0, 90.0])
    trade[0, 4] += lent
    trade[1, 4] += lent
    return Table(
        trade[:, :, None], np.zeros((5, 5, 1)), np.zeros((5, 1, 1)), np.array([trade_elasticity])
    )


def one_way() -> TableShock:
    """No group buys from those after it, nor from those before the one before it."""
    group = GROUPS.argmax(axis=0)
    exporter, importer = group[:, None], group[None, :]
    barrier = np.where((importer - exporter < 0) | (importer - exporter > 1), np.inf, 1.0)
    return TableShock(iceberg_hat=barrier[:, :, None])


def given_and_first(table: Table, deficits: str) -> tuple[GivenWages, Array]:
    model, base = CaliendoParro(deficits=deficits), baseline(table.world())  # type: ignore[arg-type]
    weights = model.prepare(base, core(one_way()))
    return GivenWages(model, base, weights, model.guess(base)), np.zeros(5)


@pytest.mark.parametrize("deficits", ["world_share", "own_income"])
def test_the_trade_of_several_groups_comes_to_their_balances(deficits: str) -> None:
    table = world_of_groups(4.0, 3.0)
    world = table.world()
    found = cv.solve(world, one_way().scenario(world), cv.CaliendoParro(deficits=deficits))  # type: ignore[arg-type]
    flows, deficit = found.arrays["trade_new"].sum(axis=2), found.arrays["deficit_new"]
    assert flows[:2, 2].sum() == pytest.approx(-deficit[:2].sum(), rel=1e-9)
    assert flows[2, 3:].sum() == pytest.approx(deficit[3:].sum(), rel=1e-9)
    given, first = given_and_first(table, deficits)
    alone = ladder.RUNGS["apart"](
        given.model, given.base, given.weights, pack(given.near.blocks), 1e-11
    )
    assert alone.converged[0]
    wage = unpack(alone.point, given.model.unknowns, given.base).wage[:, 0]
    assert np.allclose(np.exp(wage), found.arrays["wage_hat"], rtol=1e-8)
    near = block_triangular.search(given, GROUPS, first)
    assert near.balanced
    assert not near.held.any()
    assert near.leash < 10.0


def test_on_a_short_leash_some_are_held_and_no_member_is_worse_off_balance_than_another() -> None:
    given, first = given_and_first(world_of_groups(1.0, 0.5), "world_share")
    needed = np.abs(block_triangular.search(given, GROUPS, first).level).max()
    still = block_triangular.settle(given, GROUPS, first, 0.0, np.ones(3))
    held = block_triangular.let_out(
        given, GROUPS, still._replace(held=np.sign(still.excess)), needed / 2
    )
    assert held.found
    assert not held.balanced
    assert np.abs(held.level).max() == pytest.approx(needed / 2)
    off = given.imbalance(held.log_wage[:, None])[:, 0]
    assert np.allclose(off, held.excess @ GROUPS, atol=1e-8)
    free = (held.held == 0) & (held.level != 0)
    assert np.allclose(held.excess[free], 0.0, atol=1e-8)


def test_where_no_ratios_of_wages_balance_several_groups_that_is_the_reason() -> None:
    """They buy far more than what is lent, whose value falls with their wages."""
    table = world_of_groups(0.3, 0.01)
    world = table.world()
    with pytest.raises(cv.NoEquilibrium) as refusal:
        cv.solve(world, one_way().scenario(world), cv.CaliendoParro(deficits="own_income"))
    said = str(refusal.value)
    assert said.startswith("DEU and 1 more, together, can import only, and its imports are too ")
    assert "too much for the deficit it must run, even at a wage 22,026 times as low" in said


def test_groups_are_those_that_trade_both_ways() -> None:
    table = world_of_groups(4.0, 3.0)
    given, _ = given_and_first(table, "closed")
    ways = links.reached(links.open_links(given.base, given.weights))
    found = {tuple(group) for group in links.both_ways(ways)}
    assert found == {tuple(group) for group in GROUPS}


def test_prices_and_spending_are_found_where_a_long_memory_does_not_find_them() -> None:
    given, _ = given_and_first(world_of_groups(4.0, 3.0), "world_share")
    wage = np.array([0.5, -0.5, 0.2, 0.0, 1.0])[:, None]
    expected = given.imbalance(wage)
    given.searches = (Settings(max_sweeps=2), *SURE[1:])
    assert np.allclose(given.imbalance(wage), expected, atol=1e-10)
