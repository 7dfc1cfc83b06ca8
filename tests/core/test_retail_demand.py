"""Goods are bought in shops: the limit, the second road, closed forms, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail import bridge
from countervail.core.certificate import acceptable
from countervail.core.choices.ces_demand import CesDemand
from countervail.core.choices.demand import CobbDouglasDemand
from countervail.core.choices.retail_demand import RetailDemand
from countervail.core.model import Shock
from countervail.draws.batch import solve_many
from countervail.models.economy import Economy
from countervail.models.named import model_of
from countervail.models.presets import FirstYear
from countervail.present.parts import DocumentTable
from countervail.present.result import document
from countervail.present.rows import sectors
from countervail.state import solve_state
from countervail.testing import random_world
from countervail.testing.levels import LevelShop, solve_levels
from countervail.testing.shocks import unilateral

TABLE = random_world(4, 5, 4, zero_flows=0.1).replace(shop=3)
WORLD = TABLE.world()
DUTY = unilateral(TABLE, 0, 0.25)
GOODS = np.array([True, True, True, False])


def solved(demand: Any, table: Any = TABLE) -> dict[str, Any]:
    world = table.world()
    return cv.solve(world, DUTY.scenario(world), cv.CaliendoParro(demand=demand)).arrays


@pytest.mark.parametrize("elasticity", [1.0, 0.5])
def test_without_a_margin_it_is_the_demand_it_was_to_the_last_bit(elasticity: float) -> None:
    plain = CobbDouglasDemand() if elasticity == 1.0 else CesDemand(elasticity)
    wanted, found = solved(plain), solved(RetailDemand(elasticity, 0.0))
    for name in ("wage_hat", "price_index_hat", "expenditure_new", "welfare", "real_wage"):
        assert np.array_equal(found[name], wanted[name]), name


@pytest.mark.parametrize(
    ("demand", "goods"),
    [(RetailDemand(), False), (RetailDemand(0.5, 0.6), False), (RetailDemand(2.0), True)],
)
def test_the_same_in_levels(demand: RetailDemand, goods: bool) -> None:
    table = TABLE.with_goods() if goods else TABLE
    shop = LevelShop(2, np.array([True, True, False])) if goods else LevelShop(3, GOODS)
    more: dict[str, Any] = {"nest": table.nest, "supply": table.supply} if goods else {}
    found = solve_levels(
        **table.arrays(),
        tariff_new=DUTY.tariff_new,
        demand_elasticity=demand.elasticity,
        shop=shop._replace(part=demand.part),
        **more,
    )
    make = FirstYear if goods else cv.CaliendoParro
    world = table.world()
    ours = cv.solve(world, DUTY.scenario(world), make(demand=demand)).arrays
    for name in ("wage_hat", "income", "expenditure", "price_index_hat", "welfare"):
        there = ours[f"{name}_new"] if name in ("income", "expenditure") else ours[name]
        assert getattr(found, name) == pytest.approx(there, rel=1e-8, abs=1e-8), name
    plain = solved(CobbDouglasDemand())
    assert goods or np.abs(ours["welfare"] - plain["welfare"]).max() > 1e-3


def test_a_duty_passes_through_to_shops_less_home_services() -> None:
    """At given prices before shops, living costs by (1 - nu) of what the goods alone would add."""
    base = bridge.baseline(WORLD)
    assert base.shops is not None
    demand, goods = RetailDemand(), base.shops.goods > 0
    nu = demand.home_share(base)
    alpha, traded = base.final_share[goods].sum(axis=0), base.final_share[3]
    assert nu == pytest.approx(traded / (alpha + traded))
    one = np.ones_like(base.final_share)
    dearer = np.where(goods[:, None], 1.25, 1.0) * one
    # a duty of 25 % on all goods: in shops they cost 1 + 0.25 (1 - nu), and no service is alone
    costs = demand.cost_of_living(base, one, dearer)
    assert costs == pytest.approx((1.0 + 0.25 * (1.0 - nu)) ** (alpha + traded))
    # nobody can turn from goods to the services that sell them: living costs more, if little
    plain = RetailDemand(part=0.0).cost_of_living(base, one, dearer)
    assert (costs > plain).all()
    small = 1.0 + 1e-6 * (dearer - 1.0)
    same = RetailDemand(part=0.0).cost_of_living(base, one, small)
    assert demand.cost_of_living(base, one, small) - 1.0 == pytest.approx(same - 1.0, rel=1e-5)


def test_prices_in_shops_are_reported() -> None:
    """q of every good; without shops, what households buy at."""
    base = bridge.baseline(WORLD)
    ours, plain = solved(RetailDemand()), solved(CobbDouglasDemand())
    nu = RetailDemand().home_share(base)[:, None]
    price, shop = ours["price_index_hat"], ours["price_index_hat"][:, 3:]
    assert ours["shop_price_hat"][:, :3] == pytest.approx((1.0 - nu) * price[:, :3] + nu * shop)
    assert ours["shop_price_hat"][:, 3] == pytest.approx(price[:, 3])
    assert np.array_equal(plain["shop_price_hat"], plain["price_index_hat"])


def test_what_is_left_of_trade_is_bought_alone() -> None:
    base = bridge.baseline(WORLD)
    spent = RetailDemand(1.0, 0.4).final(
        base, np.ones((5, 1)), np.zeros_like(base.final_share)[:, :, None]
    )
    assert spent[:, :, 0] == pytest.approx(base.final_share)


@pytest.mark.parametrize("claim", ["prices", "expenditure"])
def test_nothing_wrong_is_certified(claim: str) -> None:
    model = cv.CaliendoParro(demand=RetailDemand(0.7, 0.8))
    base = bridge.baseline(WORLD)
    law = np.ascontiguousarray(DUTY.tariff_new.transpose(2, 1, 0))
    after = solve_state(model, base, Shock(tariff_new=law))
    hats, out = after.solved.claimed, after.outcome
    good = model.verify(base, after.shock, hats, out)
    assert acceptable(good.residual, good.effect)
    if claim == "prices":
        hats = hats._replace(price=hats.price + 1e-6)
    else:
        moved = hats.expenditure.copy()
        moved[3] += 1e-6
        hats = hats._replace(expenditure=moved)
    wrong = model.verify(base, after.shock, hats, out)
    assert not acceptable(wrong.residual, wrong.effect)


def test_many_are_solved_as_one_is() -> None:
    """By NumPy; JAX solves shops with tax relief, in the test of that."""
    model = cv.CaliendoParro(demand=RetailDemand())
    asked = [unilateral(TABLE, n, 0.2).scenario(WORLD) for n in range(2)]
    many = solve_many(WORLD, asked, model, engine="numpy", workers=1)
    assert not many.failures
    for k, question in enumerate(asked):
        one = cv.solve(WORLD, question, model).arrays
        for name in ("welfare", "real_wage", "wage_hat"):
            assert many.arrays[name][k] == pytest.approx(one[name], abs=1e-7), name


def test_from_words() -> None:
    model = model_of("caliendo_parro", ["demand=retail", "demand.part=0.5"])
    assert isinstance(model, Economy)
    assert model.demand == RetailDemand(1.0, 0.5)
    assert "with 50 % of what they buy of wholesale" in model.assumption()
    with pytest.raises(cv.CountervailError, match="must lie between 0 and 1"):
        model_of("caliendo_parro", ["demand.part=1.5"])
    bare = random_world(4, 5, 4)
    with pytest.raises(cv.CountervailError, match="needs a sector of wholesale and retail trade"):
        solved(RetailDemand(), bare)


def test_the_page_says_what_home_services_are_in_the_built_in_world(repository: Path) -> None:
    world = cv.open_world()
    nu = RetailDemand().home_share(bridge.baseline(world))
    usa, canada, china = (nu[world.country(code)] for code in ("USA", "CAN", "CHN"))
    said = f"ν is {usa:.2f} in the United States, {canada:.2f} in Canada and {china:.2f} in China"
    assert said in (repository / "docs" / "theory.md").read_text("utf-8")


def test_an_answer_shows_prices_in_shops() -> None:
    """A column where households buy in shops, and none where they do not; a key in JSON."""
    for demand, shown in ((RetailDemand(), True), (CobbDouglasDemand(), False)):
        found = cv.solve(WORLD, DUTY.scenario(WORLD), cv.CaliendoParro(demand=demand))
        answer = document(found)
        words = [part for part in answer.read(["sectors"]) if isinstance(part, DocumentTable)]
        keys = {column.key for table in words for column in table.columns}
        assert ("shop_price_change" in keys) == shown
        row = next(one for one in sectors(found) if one["sector"] == "A01")
        assert row["shop_price_change"] is not None
