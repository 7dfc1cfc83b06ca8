"""An economy is its choices: named, changed in words, and free to add unknowns of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

import countervail as cv
from countervail.bridge import baseline
from countervail.core import ladder
from countervail.core.choices.ces_demand import CesDemand
from countervail.core.choices.choice import Choice
from countervail.core.choices.closure import Closed, Nominal, OwnIncome, WorldShare
from countervail.core.choices.factors import MobileLabour
from countervail.core.model import Baseline, Shock, Unknown, Weights, namespace
from countervail.core.unknowns import count
from countervail.errors import InputError
from countervail.models import MODELS, Economy, model_of
from countervail.models.named import shipped
from countervail.testing import random_world


def test_the_default_is_caliendo_parro() -> None:
    assert Economy() == cv.CaliendoParro() == model_of(None) == model_of("caliendo_parro")
    assert Economy().settings() == {
        "name": "caliendo_parro",
        "deficits": "world_share",
        "unit": None,
        "numeraire": "world value added",
    }


@pytest.mark.parametrize("name", ["caliendo_parro", "eaton_kortum", "armington"])
def test_readings_have_the_same_equations_and_papers_of_their_own(name: str) -> None:
    table = random_world(2, 4, 3)
    scenario = cv.Scenario.from_arrays(table.world(), tariff=1.3 * table.tariff)
    found = cv.solve(table.world(), scenario, name)
    assert np.array_equal(found.welfare, cv.solve(table.world(), scenario).welfare)
    assert found.model.settings()["name"] == name
    author = {"caliendo_parro": "Caliendo", "eaton_kortum": "Eaton", "armington": "Armington"}[name]
    (paper,) = MODELS[name]().references()
    assert paper.startswith(author)
    assert author in MODELS[name]().assumption()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (["demand=ces", "demand.elasticity=0.5"], Economy(demand=CesDemand(0.5))),
        (["demand.elasticity=0.5"], Economy(demand=CesDemand(0.5))),
        (["closure=closed"], Economy(closure=Closed())),
        (["closure.unit=USA"], Economy(closure=Nominal("USA"))),
        (["closure=own_income", "demand.elasticity=2"], None),
        (["sourcing.reading=armington"], MODELS["armington"]()),
        ([], Economy()),
    ],
)
def test_choices_are_changed_in_words(settings: list[str], expected: Economy | None) -> None:
    if expected is None:
        expected = Economy(closure=OwnIncome(), demand=CesDemand(2.0))
    assert model_of("caliendo_parro", settings) == expected


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("demnd.elasticity=0.5", "no slot 'demnd'; did you mean 'demand'?"),
        ("demand=cse", "no demand=cse; did you mean 'ces'?"),
        ("demand.elastcity=0.5", "no parameter 'demand.elastcity'; did you mean 'elasticity'?"),
        ("demand.elasticity=a lot", "demand.elasticity=a lot is not a number"),
        ("demand.elasticity=-1", "must be a positive number"),
        ("demand=ces", "demand=ces needs demand.elasticity: of substitution between sectors"),
        ("demand", "'demand' sets nothing: write slot=choice or slot.parameter=value"),
        ("goods.size=3", "no parameter 'goods.size'"),
        ("closure=closed", "deficits='own_income' and closure=closed are two closures: give one"),
    ],
)
def test_what_is_no_choice_is_refused_in_a_sentence(setting: str, said: str) -> None:
    with pytest.raises(InputError) as told:
        model_of("caliendo_parro", [setting], deficits="own_income")
    assert said in str(told.value)


def test_a_model_that_is_made_takes_no_further_words() -> None:
    """They would be left out in silence."""
    assert model_of(Economy()) == Economy()
    for words in ({"settings": ["demand.elasticity=0.5"]}, {"deficits": "closed"}, {"unit": "USA"}):
        with pytest.raises(InputError, match="is made: give its name, or make it with these"):
            model_of(Economy(), **words)  # type: ignore[arg-type]


def test_settings_and_assumptions_come_from_the_choices() -> None:
    model = Economy(demand=CesDemand(0.5), closure=Closed())
    assert model.settings()["choices"] == {"demand": {"choice": "ces", "elasticity": 0.5}}
    assert "substitute between sectors with an elasticity of 0.5; deficits: none" in (
        model.assumption()
    )
    assert any(paper.startswith("Atalay") for paper in model.references())
    assert hash(model) == hash(Economy(demand=CesDemand(0.5), closure=Closed()))


def test_every_choice_says_what_it_is() -> None:
    slots = Economy().choices
    assert set(shipped()) == set(slots)
    for slot, there in shipped().items():
        assert type(slots[slot]) in there.values()
        for key, choice in there.items():
            assert (choice.slot, choice.key) == (slot, key)
            assert choice.__doc__
            known = set(choice.__dataclass_fields__)  # type: ignore[attr-defined]
            assert {one.name for one in choice.parameters} <= known


@dataclass(frozen=True)
class LandAndLabour(MobileLabour):
    """A part of value added stays where it is, and its price is an unknown of its own (a toy)."""

    part: float = 0.3

    key: ClassVar[str] = "land_and_labour"
    unknowns: ClassVar[tuple[Unknown, ...]] = (Unknown("value_added_price", ("sector", "country")),)

    def value_added_price(self, log_wage: Any, base: Baseline, own: tuple[Any, ...]) -> Any:
        return own[0]

    def earned(self, wage: Any, base: Baseline, weights: Weights, own: tuple[Any, ...]) -> Any:
        return wage * weights.labour_hat * base.value_added[:, None]

    def implied(
        self, value_added: Any, base: Baseline, weights: Weights, log_wage: Any, revenue: Any
    ) -> tuple[Any, ...]:
        xp = namespace(value_added)
        before = (base.value_added_share * base.gross_output)[:, :, None]
        hat = xp.where(before > 0, value_added / xp.where(before > 0, before, 1.0), 1.0)
        own = (1.0 - self.part) * log_wage + self.part * xp.log(hat)
        return (*super().implied(value_added, base, weights, log_wage, revenue), own)


@pytest.mark.parametrize("part", [0.0, 0.4])
def test_a_choice_may_add_unknowns(part: float) -> None:
    """The solver, the batch, JAX and the derivative read the list; at 0 the answer is as before."""
    table = random_world(3, 4, 3, idle_producers=1)
    base, model = baseline(table.world()), Economy(factors=LandAndLabour(part))
    assert count(model.unknowns, base) == 4 + 3 * 12
    shock = Shock(tariff_new=base.tariff + 0.3 * (1.0 - np.eye(4)))
    weights = model.prepare(base, shock)
    solved = ladder.solve(model, base, weights, 1e-12)
    again = model.implied(base, solved.hats, weights)
    for one, two in zip(solved.hats.blocks[1:], again.blocks[1:], strict=True):
        np.testing.assert_allclose(one, two, atol=1e-11)
    usual = ladder.solve(Economy(), base, weights, 1e-12)
    gap = np.abs(usual.hats.price - solved.hats.price).max()
    assert gap < 1e-9 if part == 0.0 else gap > 1e-4
    pytest.importorskip("jax")
    from countervail.core import compiled

    there = compiled.solve(model, base, weights, 1e-12)
    np.testing.assert_allclose(there.hats.others[0], solved.hats.others[0], atol=1e-9)


def test_the_closures_are_told_apart() -> None:
    keys = [one.key for one in (WorldShare, Nominal, OwnIncome, Closed)]
    assert len(set(keys)) == 4
    assert all(issubclass(one, Choice) for one in (WorldShare, Nominal, OwnIncome, Closed))
    assert replace(Economy(), closure=Closed()).balances_first
