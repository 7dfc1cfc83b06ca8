"""The identities hold of every model that ships, and catch one that is wrong."""

from __future__ import annotations

from typing import Any

import pytest

import countervail as cv
from countervail.core.choices.by_use import SourcingByUse
from countervail.core.choices.ces_demand import CesDemand
from countervail.core.choices.ces_technology import CesTechnology
from countervail.core.choices.demand import CobbDouglasDemand
from countervail.core.choices.elastic_labour import ElasticLabour
from countervail.core.choices.nested_goods import NestedGoods
from countervail.core.choices.retail_demand import RetailDemand
from countervail.core.choices.rigid_wages import RigidWages
from countervail.core.choices.scale import ScaleEconomies
from countervail.core.choices.selection import Selection
from countervail.core.choices.specific_factors import SpecificFactors
from countervail.core.choices.tax_relief import TaxRelief
from countervail.core.model import Baseline
from countervail.models.presets import (
    FirstYear,
    WithProfits,
    WithRigidWages,
    WithScale,
    WithSelection,
)
from countervail.testing import check_model
from countervail.testing.check_model import CHECKS, NEED_JAX

MODELS = {
    "world_share": cv.CaliendoParro(),
    "nominal": cv.CaliendoParro(deficits="nominal", unit="CAN"),
    "own_income": cv.CaliendoParro(deficits="own_income"),
    "closed": cv.CaliendoParro(deficits="closed"),
    "complements": cv.CaliendoParro(demand=CesDemand(0.4)),
    "scale": WithScale(competition=ScaleEconomies(0.6)),
    "profits": WithProfits(),
    "selection": WithSelection(competition=Selection(0.4, 1.2)),
    "substitutes": cv.CaliendoParro(deficits="closed", demand=CesDemand(3.0)),
}


SLOPES = {"every_lever": {"world_share"}}
SLOPES["gradient"] = SLOPES["every_lever"] | {
    "first year",
    "nominal",
    "closed",
    "complements",
}
"""Models that are differentiated, of those that differ in little: JAX compiles for seconds."""


def held(name: str) -> tuple[str, ...]:
    """Names of the checks that are to run of a model."""
    return tuple(one for one in CHECKS if one not in SLOPES or name in SLOPES[one])


@pytest.mark.parametrize("name", MODELS)
def test_every_model_holds_every_identity(name: str) -> None:
    left_out = set(CHECKS) - set(held(name))
    assert check_model(MODELS[name], seed=len(name), skip=left_out) == held(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["profits", "scale", "selection"])
def test_where_firms_earn_or_come_and_go_slopes_are_those_of_differences(name: str) -> None:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    assert check_model(MODELS[name], seed=len(name)) == tuple(CHECKS)


GOODS = {
    "first year": FirstYear(),
    "first year, own income": FirstYear(deficits="own_income"),
    "first year, closed, complements": FirstYear(deficits="closed", demand=CesDemand(0.4)),
    "constant shares of goods": FirstYear(goods=NestedGoods(1.0)),
    "poor substitutes": FirstYear(goods=NestedGoods(0.6)),
    "nests alone": cv.CaliendoParro(goods=NestedGoods()),
    "what stays alone": cv.CaliendoParro(factors=SpecificFactors()),
    "short inputs alone": cv.CaliendoParro(technology=CesTechnology()),
    "none of it": cv.CaliendoParro(),
    "rigid wages": WithRigidWages(),
    "elastic labour": FirstYear(factors=ElasticLabour(0.75)),
    "tax relief": FirstYear(factors=TaxRelief(0.75, 0.3)),
    "rigid real wages": WithRigidWages(deficits="own_income", factors=RigidWages(0.98, "living")),
}


@pytest.mark.parametrize("name", GOODS)
def test_goods_hold_every_identity_choice_by_choice(name: str) -> None:
    left_out = set(CHECKS) - set(held(name))
    found = check_model(GOODS[name], seed=len(name), skip=left_out, goods=True)
    assert found == held(name)


SHOPS = {
    "shops": (cv.CaliendoParro(demand=RetailDemand()), False),
    "shops, complements, a year": (FirstYear(demand=RetailDemand(0.5, 0.7)), True),
}


@pytest.mark.parametrize("name", SHOPS)
def test_shops_hold_every_identity(name: str) -> None:
    model, goods = SHOPS[name]
    found = check_model(model, seed=3, skip=NEED_JAX, goods=goods, shop=True)
    assert set(found) == set(CHECKS) - NEED_JAX


@pytest.mark.slow
def test_shops_have_slopes_too() -> None:
    model, goods = SHOPS["shops, complements, a year"]
    left_out = set(CHECKS) - NEED_JAX
    assert set(check_model(model, seed=3, skip=left_out, goods=goods, shop=True)) == NEED_JAX


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "first year",
        "rigid wages",
        "rigid real wages",
        "elastic labour",
        "tax relief",
        "poor substitutes",
    ],
)
def test_other_goods_have_slopes_too(name: str) -> None:
    left_out = set(CHECKS) - NEED_JAX
    assert set(check_model(GOODS[name], seed=1, skip=left_out, goods=True)) == NEED_JAX


USES = {
    "by use": cv.ToldByUse(),
    "by use, closed, each its own elasticity": cv.CaliendoParro(
        deficits="closed", sourcing=SourcingByUse("armington", 0.6, 1.4), demand=CesDemand(0.4)
    ),
    "by use, first year": FirstYear(sourcing=SourcingByUse(final_elasticity=0.7)),
    "by use, rigid wages": WithRigidWages(sourcing=SourcingByUse()),
}
TOLD = {"by use, first year", "by use, rigid wages"}


@pytest.mark.parametrize(
    "name",
    [
        "by use, closed, each its own elasticity",
        "by use, first year",
        pytest.param("by use", marks=pytest.mark.slow),
        pytest.param("by use, rigid wages", marks=pytest.mark.slow),
    ],
)
def test_uses_hold_every_identity(name: str) -> None:
    goods = name in TOLD
    found = check_model(USES[name], seed=len(name), skip=NEED_JAX, goods=goods, uses=True)
    assert found == tuple(one for one in CHECKS if one not in NEED_JAX)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["by use, closed, each its own elasticity", "by use, first year"])
def test_uses_have_slopes_too(name: str) -> None:
    goods, left_out = name in TOLD, set(CHECKS) - NEED_JAX
    found = check_model(USES[name], seed=1, skip=left_out, goods=goods, uses=True)
    assert set(found) == NEED_JAX


class AnotherIndex(CesDemand):
    """Spends as one demand, and tells welfare in the prices of another: certified nowhere."""

    def cost_of_living(self, base: Baseline, first: Any, second: Any) -> Any:
        return CobbDouglasDemand().cost_of_living(base, first, second)

    def utility(self, base: Baseline, quantity_hat: Any) -> Any:
        """The second writing, wrong to match: only the way from state to state tells."""
        return CobbDouglasDemand().utility(base, quantity_hat)


def test_a_welfare_of_other_preferences_is_caught() -> None:
    with pytest.raises((AssertionError, cv.NotCertified), match=r"welfare|real income"):
        check_model(cv.CaliendoParro(demand=AnotherIndex(0.3)), skip={"gradient", "every_lever"})
