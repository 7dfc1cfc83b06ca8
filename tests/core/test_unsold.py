"""Makers who stay with a good that nobody may buy any more are refused, by name."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail.bridge import baseline
from countervail.core import batch
from countervail.core.ladder import Solved
from countervail.core.model import Baseline, Shock
from countervail.models.presets import FirstYear
from countervail.state import solve_state
from countervail.testing import Table, random_world
from countervail.testing.shocks import TableShock

SELLER, BUYER, GOOD = 1, 2, 0


def one_buyer(home: float = 0.0, supply: float = 0.3) -> Table:
    """A world in which China sells its first good to the United States, and a little at home."""
    table = random_world(4, 4, 3)
    trade = table.trade.copy()
    trade[SELLER, :, GOOD] = 0.0
    trade[SELLER, BUYER, GOOD], trade[SELLER, SELLER, GOOD] = 5.0, home
    made = table.replace(trade=trade).with_goods()
    elasticities = np.full(3, np.inf)
    elasticities[GOOD] = supply
    return made.replace(supply=elasticities)


def banned(base: Baseline, *cells: tuple[int, int, int]) -> Shock:
    iceberg = np.ones_like(base.tariff)
    for good, importer, exporter in cells:
        iceberg[good, importer, exporter] = np.inf
    return Shock(iceberg_hat=iceberg)


BAN = (GOOD, BUYER, SELLER)


@pytest.mark.parametrize("supply", [0.05, 0.3, 3.0, 100.0])
def test_without_a_buyer_abroad_or_at_home_it_is_refused_by_name(supply: float) -> None:
    world = one_buyer(supply=supply).world()
    iceberg = np.ones(world.trade.shape)
    iceberg[SELLER, BUYER, GOOD] = np.inf
    question = TableShock(iceberg_hat=iceberg).scenario(world)
    words = "CHN could sell A01 to nobody, not even at home, and what makes it cannot leave it"
    with pytest.raises(cv.NoEquilibrium, match=words):
        cv.solve(world, question, FirstYear())
    assert cv.solve(world, question).certificate.residual <= 1e-10  # in the long run they leave


def test_a_little_sold_at_home_is_a_market() -> None:
    base = baseline(one_buyer(home=0.5).world())
    state = solve_state(FirstYear(), base, banned(base, BAN))
    assert state.certificate.residual <= 1e-10
    assert 0.0 < state.outcome.cost_hat[GOOD, SELLER] < 0.9


def test_a_buyer_who_has_no_buyer_is_none() -> None:
    """What only makers buy whose own good is banned everywhere is bought by nobody."""
    table = one_buyer()
    inputs = np.zeros_like(table.input_share)
    inputs[BUYER, GOOD, 1] = 0.3  # the buyer makes the second good of it, and nobody there eats it
    trade = table.trade.copy()
    trade[:, BUYER, GOOD] = 0.0
    trade[SELLER, BUYER, GOOD] = 0.3 * trade[BUYER, :, 1].sum()
    tariff = np.zeros_like(table.tariff)
    table = table.replace(trade=trade, tariff=tariff, input_share=inputs, nest=None)
    base = baseline(table.world())
    assert base.final_share[GOOD, BUYER] == pytest.approx(0.0, abs=1e-12)
    model = FirstYear()
    model.prepare(base, banned(base, (1, 0, BUYER)))  # it may still sell to others
    cells = [(1, importer, BUYER) for importer in range(4)]
    with pytest.raises(cv.NoEquilibrium, match="could sell sector 0 to nobody"):
        model.prepare(base, banned(base, *cells))


def test_where_nothing_may_move_the_country_is_named() -> None:
    table = random_world(2, 3, 2).with_goods()
    world = table.replace(supply=np.array([0.01, 0.01])).world()
    with pytest.raises(cv.NoEquilibrium, match="all that CAN makes are goods whose factors cannot"):
        cv.solve(world, TableShock(tariff_new=2.0 * table.tariff).scenario(world), FirstYear())


@pytest.mark.parametrize("engine", ["numpy", "jax"])
def test_side_by_side_the_one_is_refused_and_the_others_are_solved(engine: str) -> None:
    if engine == "jax":
        pytest.importorskip("jax")
    base, model = baseline(one_buyer(supply=3.0).world()), FirstYear()
    tariff = base.tariff.copy()
    tariff[GOOD, 0, 3] += 0.2
    shocks = [Shock(tariff_new=tariff), banned(base, BAN), banned(base, (1, 0, 3)), Shock()]
    none = [None] * len(shocks)
    changes, _ = batch.patched(base, shocks)
    assert list(batch.sold(base, changes)) == [0, 2, 3]
    if engine == "numpy":
        found = batch.solve_block(model, base, shocks, none, 1e-11)
    else:
        from countervail.core import compiled

        found = compiled.solve_block(model, base, shocks, none, 1e-11)
    assert isinstance(found[1], cv.NoEquilibrium)
    for k in (0, 2, 3):
        alone = solve_state(model, base, shocks[k]).solved
        answer = found[k]
        assert isinstance(answer, Solved)
        for one, two in zip(answer.claimed.blocks, alone.claimed.blocks, strict=True):
            np.testing.assert_allclose(one, two, atol=1e-9)
