"""Tariff revenue takes tax off labour: the limit, the second road, closed forms, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail import bridge
from countervail.core.certificate import acceptable
from countervail.core.choices.elastic_labour import ElasticLabour
from countervail.core.choices.retail_demand import RetailDemand
from countervail.core.choices.tax_relief import TaxRelief
from countervail.core.model import Baseline, Shock
from countervail.draws.batch import solve_many
from countervail.models.economy import Economy
from countervail.models.named import model_of
from countervail.models.presets import FirstYear
from countervail.state import State, solve_state
from countervail.testing import random_world
from countervail.testing.levels import solve_levels
from countervail.testing.shocks import TableShock, unilateral
from countervail.testing.worlds import Table

CHI, TAX = 0.5, 0.3
RELIEF = FirstYear(factors=TaxRelief(CHI, TAX))
TABLE = random_world(4, 5, 4, zero_flows=0.1).with_goods()
DUTY = unilateral(TABLE, 0, 0.25)


def state(model: Economy, table: Table = TABLE) -> tuple[Baseline, State]:
    """What 25 points of duty of the first country do."""
    base = bridge.baseline(table.world(), model.unit)
    law = np.ascontiguousarray(DUTY.tariff_new.transpose(2, 1, 0))
    return base, solve_state(model, base, Shock(tariff_new=law))


def test_where_no_hour_answers_relief_is_a_lump_sum() -> None:
    _, free = state(FirstYear())
    _, none = state(FirstYear(factors=TaxRelief(0.0, TAX)))
    told = free.outcome._asdict()
    assert told.pop("by_use") is None
    for name, wanted in told.items():
        assert getattr(none.outcome, name) == pytest.approx(wanted, rel=1e-9), name


def test_where_nothing_is_collected_it_is_elastic_labour() -> None:
    table = TABLE.replace(tariff=np.zeros_like(TABLE.tariff))
    barrier = np.ones_like(table.tariff)
    barrier[0, 1:] = 1.2
    question = TableShock(iceberg_hat=barrier).scenario(table.world())
    one, two = (
        cv.solve(table.world(), question, FirstYear(factors=factors)).arrays
        for factors in (ElasticLabour(CHI), TaxRelief(CHI))
    )
    for name in ("welfare", "labour_at_work_change", "wage_hat"):
        assert two[name] == pytest.approx(one[name], rel=1e-8, abs=1e-9), name


def test_who_works_more_might_as_well_be_more() -> None:
    """The economy in levels, whose labour is given, with the labour that is at work.

    Hours and welfare follow from its wages, prices and revenue, as utility has them.
    """
    base, after = state(RELIEF)
    out = after.outcome
    goods: dict[str, Any] = {"nest": TABLE.nest, "supply": TABLE.supply}
    law = {"tariff_new": DUTY.tariff_new, "labour_hat": out.employment}
    found = solve_levels(**TABLE.arrays(), **law, **goods)
    assert found.income == pytest.approx(out.income, rel=1e-9)
    books = TABLE.world().accounts
    labour = RELIEF.factors.labour_income(
        (base.value_added_share * base.gross_output)[:, :, None], base
    )[:, :, 0].sum(axis=0)
    living = RELIEF.cost_of_living(base, np.ones_like(out.paid_hat), out.paid_hat)
    earned = found.wage_hat * out.employment * labour
    before = 1.0 - TAX + books.revenue / labour
    after_tax = 1.0 - TAX + found.revenue / earned
    assert np.log(out.employment) == pytest.approx(
        CHI * np.log(after_tax / before * found.wage_hat / living), abs=1e-10
    )
    # b of C - b l^(1 + 1/chi) / (1 + 1/chi) at l = 1 is what an hour kept
    effort = before * labour * (out.employment ** (1 + 1 / CHI) - 1.0) / (1 + 1 / CHI)
    worth = 100.0 * (found.income / living - books.income - effort) / books.income
    world = TABLE.world()
    assert cv.solve(world, DUTY.scenario(world), RELIEF).arrays["welfare"] == pytest.approx(
        worth, rel=1e-8
    )


def test_hours_follow_from_home_share_and_revenue_alone() -> None:
    """One sector, no inputs: w / P is lambda^(-1 / theta), with tariffs, too."""
    table = random_world(2, 4, 1)
    table = table.replace(input_share=np.zeros_like(table.input_share))
    world, own = table.world(), np.arange(4)
    found = cv.solve(
        world, unilateral(table, 1, 0.3).scenario(world), cv.CaliendoParro(factors=TaxRelief(CHI))
    )
    a = found.arrays
    share = a["trade_share_new"][own, own, 0] / a["trade_share"][own, own, 0]
    hours = 1.0 + a["labour_at_work_change"] / 100.0
    labour = world.accounts.value_added
    keeps = (1.0 + a["revenue_new"] / (a["wage_hat"] * hours * labour)) / (
        1.0 + a["revenue"] / labour
    )
    real = share ** (-1.0 / table.trade_elasticity[0])
    assert hours == pytest.approx((keeps * real) ** CHI, rel=1e-8)
    assert hours[1] > 1.0
    lump = cv.solve(
        world,
        unilateral(table, 1, 0.3).scenario(world),
        cv.CaliendoParro(factors=ElasticLabour(CHI)),
    )
    assert lump.arrays["labour_at_work_change"][1] < 0.0


def test_relief_gains_the_more_the_higher_the_tax_that_stands() -> None:
    """An hour more is worth its wage to all, and what is kept of it to who works it."""
    world, question = TABLE.world(), DUTY.scenario(TABLE.world())
    gains = [
        cv.solve(world, question, FirstYear(factors=TaxRelief(CHI, tax))).arrays["welfare"][0]
        for tax in (0.0, 0.2, 0.4)
    ]
    assert gains == sorted(gains)
    assert gains[2] - gains[0] > 0.5


@pytest.mark.parametrize("claim", ["employment", "wage", "kept"])
def test_nothing_wrong_is_certified(claim: str) -> None:
    base, after = state(RELIEF)
    hats, out = after.solved.claimed, after.outcome
    good = RELIEF.verify(base, after.shock, hats, out)
    assert acceptable(good.residual, good.effect)
    if claim == "employment":
        out = out._replace(employment=np.ones_like(out.employment))
    elif claim == "wage":
        hats = hats._replace(wage=hats.wage + 1e-6)
    else:
        hats = hats._replace(others=(hats.others[0], 0.0 * hats.others[1]))
    wrong = RELIEF.verify(base, after.shock, hats, out)
    assert not acceptable(wrong.residual, wrong.effect)
    assert claim != "kept" or wrong.worst.name == "tax relief"


@pytest.mark.parametrize("engine", ["numpy", "jax"])
def test_many_are_solved_as_one_is(engine: Any) -> None:
    """With shops, too (``RetailDemand``)."""
    if engine == "jax":
        pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    table = TABLE.replace(shop=2, nest=None, supply=None)
    world = table.world()
    model = cv.CaliendoParro(factors=TaxRelief(CHI, TAX), demand=RetailDemand(0.7, 0.8))
    asked = [unilateral(table, n, 0.2).scenario(world) for n in range(2)]
    many = solve_many(world, asked, model, engine=engine, workers=1)
    assert not many.failures
    for k, question in enumerate(asked):
        one = cv.solve(world, question, model).arrays
        for name in ("welfare", "labour_at_work_change", "wage_hat"):
            assert many.arrays[name][k] == pytest.approx(one[name], abs=1e-7), name


def test_from_words() -> None:
    model = model_of("first_year", ["factors=relief", "factors.elasticity=0.3", "factors.tax=0.2"])
    assert isinstance(model, Economy)
    assert model.factors == TaxRelief(0.3, 0.2)
    assert "taken off a tax of 20 %" in model.assumption()
    assert "paid out in proportion to what it earns" in TaxRelief(0.3).assumption()
    with pytest.raises(cv.CountervailError, match=r"needs factors\.elasticity: of hours worked"):
        model_of("caliendo_parro", ["factors=relief"])
    for tax in ("-0.1", "1"):
        with pytest.raises(cv.CountervailError, match="must be 0 or more and less than 1"):
            model_of("caliendo_parro", ["factors.elasticity=0.5", f"factors.tax={tax}"])
