"""Wages that do not fall: the limit, the second road, the certificate, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail import bridge
from countervail.core.certificate import acceptable
from countervail.core.choices.rigid_wages import RigidWages
from countervail.core.choices.specific_factors import SpecificFactors
from countervail.core.model import Baseline, Shock
from countervail.draws.batch import solve_many
from countervail.models.economy import Economy
from countervail.models.named import model_of
from countervail.models.presets import FirstYear, WithRigidWages
from countervail.state import State, solve_first, solve_next
from countervail.testing import random_world
from countervail.testing.levels import solve_levels
from countervail.testing.shocks import TableShock, random_shock
from countervail.testing.worlds import Table

RIGID = WithRigidWages()
TABLE = random_world(4, 5, 4, zero_flows=0.1).with_goods()
LAW = TABLE.tariff + 0.25 * (np.arange(5)[:, None, None] != np.arange(5)[None, :, None])
LAW[:, 1:] = TABLE.tariff[:, 1:]
"""The first country puts 25 points on everything that it buys abroad."""


def states(model: Economy, table: Table = TABLE) -> tuple[Baseline, State, State]:
    """What a duty does, from the world as it is."""
    base = bridge.baseline(table.world(), model.unit)
    law = Shock(tariff_new=np.ascontiguousarray(LAW.transpose(2, 1, 0)))
    before = solve_first(model, base, Shock())
    return base, before, solve_next(model, base, law, before)


def test_without_a_floor_it_is_the_first_year_to_the_last_bit() -> None:
    _, _, free = states(FirstYear())
    _, _, none = states(WithRigidWages(factors=RigidWages(floor=0.0)))
    for name, wanted in free.outcome._asdict().items():
        assert np.array_equal(getattr(none.outcome, name), wanted), name


@pytest.mark.parametrize("floor", [1.0, 0.995])
def test_employment_and_wages_are_complements(floor: float) -> None:
    _, _, after = states(WithRigidWages(factors=RigidWages(floor)))
    wage, employment = after.outcome.wage_hat, after.outcome.employment
    held = employment < 1.0
    assert held.any()
    assert not held.all()
    assert (employment <= 1.0).all()
    assert wage[held] == pytest.approx(floor, rel=1e-12)
    assert (wage[~held] >= floor).all()


def test_in_its_own_prices_a_wage_buys_what_it_bought() -> None:
    base, _, after = states(WithRigidWages(factors=RigidWages(unit="living")))
    out = after.outcome
    living = RIGID.cost_of_living(base, np.ones_like(out.paid_hat), out.paid_hat)
    real, held = out.wage_hat / living, out.employment < 1.0
    assert held[0]  # who lays the duty pays it
    assert real[held] == pytest.approx(1.0, abs=1e-9)
    assert (real[~held] > 1.0).all()


def test_the_idle_might_as_well_not_be_there() -> None:
    """The economy in levels, which knows of no floor, with the labour that is at work alone."""
    _, _, after = states(RIGID)
    at_work = after.outcome.employment
    goods: dict[str, Any] = {"nest": TABLE.nest, "supply": TABLE.supply}
    found = solve_levels(**TABLE.arrays(), tariff_new=LAW, labour_hat=at_work, **goods)
    assert found.wage_hat == pytest.approx(after.outcome.wage_hat, rel=1e-9)
    assert found.income == pytest.approx(after.outcome.income, rel=1e-9)
    assert found.wage_hat[at_work < 1.0] == pytest.approx(1.0, abs=1e-9)
    told = cv.solve(TABLE.world(), TableShock(tariff_new=LAW).scenario(TABLE.world()), RIGID)
    a_head = 100.0 * ((1.0 + found.welfare / 100.0) * at_work - 1.0)
    assert told.arrays["welfare"] == pytest.approx(a_head, abs=1e-7)
    assert told.arrays["unemployment_change"] == pytest.approx(100.0 * (1.0 - at_work), abs=1e-8)


def test_gains_are_those_of_trade_times_employment() -> None:
    """One sector, no inputs, trade costs alone: W = l lambda^(-1 / theta) (Arkolakis, Costinot and
    Rodríguez-Clare 2012, with who is at work)."""
    plain = random_world(2, 4, 1)
    table = plain.replace(
        tariff=np.zeros_like(plain.tariff), input_share=np.zeros_like(plain.input_share)
    )
    model = cv.CaliendoParro(deficits="closed", factors=RigidWages())
    world = table.world()
    barrier = np.ones_like(table.trade)
    barrier[0, 1:] = 1.3
    found = cv.solve(world, TableShock(iceberg_hat=barrier).scenario(world), model)
    a, own = found.arrays, np.arange(4)
    share = a["trade_share_new"][own, own, 0] / a["trade_share"][own, own, 0]
    employed = 1.0 - a["unemployment_change"] / 100.0
    assert employed.min() < 0.999
    gain = employed * share ** (-1.0 / table.trade_elasticity[0])
    assert 1.0 + a["welfare"] / 100.0 == pytest.approx(gain, rel=1e-9)


def test_a_first_state_is_long_settled() -> None:
    """Wages are held to those of the first state of law, not to those of the base year."""
    base, before, _ = states(RIGID)
    law = Shock(tariff_new=np.ascontiguousarray(LAW.transpose(2, 1, 0)))
    first = solve_first(RIGID, base, law)
    assert (first.outcome.employment == 1.0).all()
    assert first.outcome.wage_hat.min() < 1.0
    back = solve_next(RIGID, base, Shock(), first)
    fell = before.outcome.wage_hat < first.outcome.wage_hat
    assert (back.outcome.employment[fell] < 1.0).any()


@pytest.mark.parametrize("claim", ["idle", "wage", "all at work"])
def test_nothing_wrong_is_certified(claim: str) -> None:
    base, _, after = states(RIGID)
    hats, out = after.solved.claimed, after.outcome
    good = RIGID.verify(base, after.shock, hats, out)
    assert acceptable(good.residual, good.effect)
    held, at = out.employment < 1.0, int(np.argmax(out.employment == 1.0))
    if claim == "idle":
        out = out._replace(employment=np.where(np.arange(5) == at, 0.999, out.employment))
    elif claim == "wage":
        hats = hats._replace(wage=hats.wage - 1e-6 * held)
    else:
        out = out._replace(employment=np.ones_like(out.employment))
    wrong = RIGID.verify(base, after.shock, hats, out)
    assert not acceptable(wrong.residual, wrong.effect)


def test_a_free_answer_is_none_where_wages_are_rigid() -> None:
    base, before, _ = states(FirstYear())
    law = Shock(tariff_new=np.ascontiguousarray(LAW.transpose(2, 1, 0)))
    free = solve_next(FirstYear(), base, law, before)
    shock = RIGID.following(base, free.shock, before.outcome)
    found = RIGID.verify(base, shock, free.solved.claimed, free.outcome)
    assert not acceptable(found.residual, found.effect)
    assert found.worst.name == "wages and employment"


def questions(table: Table, number: int) -> list[Any]:
    world = table.world()
    kinds: dict[str, Any] = {"tariffs": 0.4, "icebergs": 0.1}
    return [random_shock(seed, table, **kinds).scenario(world) for seed in range(number)]


@pytest.mark.parametrize("engine", ["numpy", "jax"])
def test_many_are_solved_as_one_is(engine: Any) -> None:
    if engine == "jax":
        pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    asked = questions(TABLE, 3)
    many = solve_many(TABLE.world(), asked, RIGID, engine=engine, workers=1)
    assert not many.failures
    for k, question in enumerate(asked):
        one = cv.solve(TABLE.world(), question, RIGID).arrays
        assert many.arrays["unemployment_change"][k].max() > 0.01
        for name in ("welfare", "unemployment_change", "wage_hat"):
            assert many.arrays[name][k] == pytest.approx(one[name], abs=1e-7), name


def test_from_words() -> None:
    model = model_of("rigid_wages", ["factors.floor=0.98", "factors.unit=living"])
    assert isinstance(model, Economy)
    assert model.factors == RigidWages(0.98, "living")
    assert model.goods == FirstYear().goods
    assert "0.98 of what it was" in model.assumption()
    assert model_of("caliendo_parro", ["factors=rigid"]).settings()["choices"]["factors"] == {
        "choice": "rigid",
        "floor": 1.0,
        "unit": "world",
    }
    assert isinstance(model.factors, SpecificFactors)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("factors.floor=1.2", "between 0 and 1"),
        ("factors.floor=-1", "between 0 and 1"),
        ("factors.floor=high", "is not a number"),
        ("factors.unit=dollar", "there are world, living"),
    ],
)
def test_what_makes_no_sense_is_refused(setting: str, said: str) -> None:
    with pytest.raises(cv.CountervailError, match=said):
        model_of("rigid_wages", [setting])


def test_a_state_that_follows_none_is_refused() -> None:
    base = bridge.baseline(TABLE.world())
    with pytest.raises(cv.CountervailError, match="in which they have moved"):
        RIGID.prepare(base, Shock())
    with pytest.raises(cv.CountervailError, match="in which they have moved"):
        RIGID.prepare_block(base, [Shock()], [])
