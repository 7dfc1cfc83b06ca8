"""Firms that stay, and their profits: limits, Ossa's equations, the second road, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import fsolve

import countervail as cv
from countervail import bridge
from countervail.core.certificate import acceptable
from countervail.core.choices.by_use import SourcingByUse
from countervail.core.choices.ces_technology import CesTechnology
from countervail.core.choices.firm_owners import FirmOwners
from countervail.core.choices.scale import ScaleEconomies
from countervail.core.model import Baseline, Shock
from countervail.draws.batch import solve_many
from countervail.horizons import model_after
from countervail.models.economy import Economy
from countervail.models.named import model_of
from countervail.state import State, solve_first
from countervail.testing import random_world
from countervail.testing.levels import solve_levels
from countervail.testing.shocks import random_shock
from countervail.testing.worlds import Table

TABLE = random_world(5, 3, 2)
OSSA = cv.WithProfits()


def law_of(table: Table) -> Any:
    return table.tariff + 0.2 * (1 - np.eye(len(table.countries)))[:, :, None]


def taxed(model: Economy, table: Table = TABLE, **more: Any) -> tuple[Baseline, State]:
    base = bridge.baseline(table.world(), model.unit)
    law = np.ascontiguousarray(law_of(table).transpose(2, 1, 0))
    return base, solve_first(model, base, Shock(tariff_new=law, **more))


def test_where_buyers_tell_nothing_apart_there_are_no_profits() -> None:
    """As theta grows firms lose their mark-ups, and only labour is left: 1 / (1 + theta) of it."""
    table = TABLE.replace(trade_elasticity=np.full(2, 2e3))
    base = bridge.baseline(table.world())
    raised = Shock(productivity_hat=np.array([[1.0, 1.0, 1.00001], [1.0, 1.0, 1.0]]))
    owned, perfect = (solve_first(model, base, raised).outcome for model in (OSSA, Economy()))
    assert owned.wage_hat == pytest.approx(perfect.wage_hat, abs=1e-5)
    base = bridge.baseline(TABLE.world())
    share = FirmOwners().mobile_share(base)
    assert share * base.value_added_share == pytest.approx(
        base.value_added_share - 1.0 / (1.0 + base.trade_elasticity)[:, None]
    )


@pytest.mark.parametrize("low", [False, True])
def test_as_the_economy_in_levels_has_it(low: bool) -> None:
    """Also where mark-ups would take more than there is of value added."""
    table = random_world(6, 2, 2)
    if low:
        table = table.replace(trade_elasticity=np.array([0.6, 4.0]))
        value_added = bridge.baseline(table.world()).value_added_share
        assert (value_added[0] < 1.0 / 1.6).any()
    better = np.array([[1.0, 1.2], [0.9, 1.0]])
    _, state = taxed(OSSA, table, productivity_hat=np.ascontiguousarray(better.T))
    found = solve_levels(
        **table.arrays(),
        tariff_new=law_of(table),
        productivity_hat=better,
        profits=True,
        tolerance=1e-10,
    )
    assert state.outcome.wage_hat == pytest.approx(found.wage_hat, rel=1e-8)
    assert pytest.approx(found.price_index_hat, rel=1e-8) == state.outcome.price_hat.T
    assert pytest.approx(found.gross_output, rel=1e-8) == state.outcome.gross_output.T


def test_ossas_own_equations() -> None:
    """As Ossa (2014) has it: without inputs, trade balanced, firms' profits
    1 / sigma of what they sell before duties; solved here for wages, prices and spending."""
    table = random_world(2, 3, 2).replace(input_share=np.zeros((3, 2, 2)))
    closed = cv.WithProfits(deficits="closed")
    world = table.world()
    base_law = np.array(world.tariff)
    scenario = cv.Scenario.from_arrays(world, tariff=law_of(table))
    a = cv.solve(world, scenario, closed).arrays
    trade, theta = a["trade"], table.trade_elasticity
    sigma = 1.0 + theta
    wages = (trade.sum(axis=1) * (1.0 - 1.0 / sigma)).sum(axis=1)
    spent = (trade * (1.0 + base_law)).sum(axis=0)
    taste, law = spent / spent.sum(axis=1, keepdims=True), law_of(table)
    part = trade * (1.0 + base_law) / spent

    def excess(log_wage: Any) -> Any:
        wage = np.exp(log_wage - log_wage[0])
        cheap = part * (wage[:, None, None] * (1.0 + law) / (1.0 + base_law)) ** -theta
        part_new = cheap / cheap.sum(axis=0)
        kept = part_new / (1.0 + law)  # what sellers receive of a unit spent in a market
        # income is wages, profits on sales everywhere, and duties: linear in what others spend
        profits = np.einsum("inj,nj,j->in", kept, taste, 1.0 / sigma)
        duty = np.einsum("inj,nj->n", part_new * law / (1.0 + law), taste)
        income = np.linalg.solve(np.eye(3) - profits - np.diag(duty), wage * wages)
        hired = np.einsum("inj,nj,n,j->i", kept, taste, income, 1.0 - 1.0 / sigma)
        return (hired / (wage * wages) - 1.0) if len(log_wage) else 0.0

    found = np.exp(fsolve(lambda x: np.append(x[0], excess(x)[1:]), np.zeros(3), xtol=1e-12))
    assert a["wage_hat"] / a["wage_hat"][0] == pytest.approx(found / found[0], rel=1e-8)
    assert np.abs(found / found[0] - 1.0).max() > 1e-3


def test_nothing_wrong_is_certified() -> None:
    base, state = taxed(OSSA)
    hats, out = state.solved.claimed, state.outcome
    good = OSSA.verify(base, state.shock, hats, out)
    assert acceptable(good.residual, good.effect)
    wrong = hats._replace(others=(hats.others[0] + 1e-7,))
    found = OSSA.verify(base, state.shock, wrong, out)
    assert not acceptable(found.residual, found.effect)
    found = Economy().verify(base, state.shock, hats, out)
    assert not acceptable(found.residual, found.effect)


@pytest.mark.parametrize("engine", ["numpy", pytest.param("jax", marks=pytest.mark.slow)])
def test_many_are_solved_as_one_is(engine: Any) -> None:
    if engine == "jax":
        pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    world = TABLE.world()
    kinds: dict[str, Any] = {"tariffs": 0.3, "icebergs": 0.1}
    asked = [random_shock(seed, TABLE, **kinds).scenario(world) for seed in range(2)]
    many = solve_many(world, asked, OSSA, engine=engine, workers=1)
    assert not many.failures
    for k, question in enumerate(asked):
        one = cv.solve(world, question, OSSA)
        for name in ("welfare", "wage_hat", "gross_output_new"):
            assert many.arrays[name][k] == pytest.approx(one.arrays[name], rel=1e-7, abs=1e-7)


def test_from_words() -> None:
    model = model_of("ossa", [])
    assert isinstance(model, Economy)
    assert model.factors == FirmOwners()
    assert "profits" in model.assumption()
    assert any("Ossa" in paper for paper in model.references())


def test_what_makes_no_sense_is_refused() -> None:
    base = bridge.baseline(TABLE.world())
    others = {"competition": ScaleEconomies(), "technology": CesTechnology()}
    for slot, choice in ({**others, "sourcing": SourcingByUse()}).items():
        with pytest.raises(cv.CountervailError, match="firms whose number stays"):
            cv.WithProfits(**{slot: choice}).prepare(base, Shock())
    with pytest.raises(cv.CountervailError, match="says nothing of goods"):
        model_after(OSSA, "1")
    carved = bridge.baseline(random_world(4, 4, 3).with_goods().world())
    with pytest.raises(cv.CountervailError, match="says nothing of goods"):
        OSSA.prepare(carved, Shock())
    low = TABLE.replace(trade_elasticity=np.full(2, 0.01))
    with pytest.raises(cv.NoEquilibrium, match="all of value added"):
        OSSA.prepare(bridge.baseline(low.world()), Shock())
