"""Labour works as its wage calls for: the limit, the second road, the certificate, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail import bridge
from countervail.core.certificate import acceptable
from countervail.core.choices.elastic_labour import ElasticLabour
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

CHI = 0.5
ELASTIC = FirstYear(factors=ElasticLabour(CHI))
TABLE = random_world(4, 5, 4, zero_flows=0.1).with_goods()
DUTY = unilateral(TABLE, 0, 0.25)


def state(model: Economy, table: Table = TABLE) -> tuple[Baseline, State]:
    """What 25 points of duty of the first country do."""
    base = bridge.baseline(table.world(), model.unit)
    law = np.ascontiguousarray(DUTY.tariff_new.transpose(2, 1, 0))
    return base, solve_state(model, base, Shock(tariff_new=law))


def test_at_no_elasticity_it_is_the_first_year_to_the_last_bit() -> None:
    _, free = state(FirstYear())
    _, none = state(FirstYear(factors=ElasticLabour(0.0)))
    for name, wanted in free.outcome._asdict().items():
        assert np.array_equal(getattr(none.outcome, name), wanted), name


def test_who_works_more_might_as_well_be_more() -> None:
    """The economy in levels, whose labour is given, with the labour that is at work."""
    base, after = state(ELASTIC)
    out = after.outcome
    goods: dict[str, Any] = {"nest": TABLE.nest, "supply": TABLE.supply}
    law = {"tariff_new": DUTY.tariff_new, "labour_hat": out.employment}
    found = solve_levels(**TABLE.arrays(), **law, **goods)
    assert found.wage_hat == pytest.approx(out.wage_hat, rel=1e-9)
    assert found.income == pytest.approx(out.income, rel=1e-9)
    living = ELASTIC.cost_of_living(base, np.ones_like(out.paid_hat), out.paid_hat)
    assert np.log(out.employment) == pytest.approx(CHI * np.log(found.wage_hat / living), abs=1e-10)
    assert np.abs(out.employment - 1.0).max() > 1e-3


def test_gains_of_trade_are_a_power_higher() -> None:
    """One sector, no inputs, trade costs alone: income is w l with l = (w / P)^chi, and w / P is
    lambda^(-1 / theta), so W = [lambda^(-(1 + chi) / theta) - 1] / (1 + chi)."""
    plain = random_world(2, 4, 1)
    trade = plain.trade + plain.trade.transpose(1, 0, 2)  # balanced: income is what labour earns
    table = plain.replace(
        trade=trade,
        tariff=np.zeros_like(plain.tariff),
        input_share=np.zeros_like(plain.input_share),
    )
    world = table.world()
    barrier = np.ones_like(trade)
    barrier[0, 1:] = 1.3
    question = TableShock(iceberg_hat=barrier).scenario(world)
    found = cv.solve(world, question, cv.CaliendoParro(factors=ElasticLabour(CHI)))
    a, own = found.arrays, np.arange(4)
    share = a["trade_share_new"][own, own, 0] / a["trade_share"][own, own, 0]
    real = share ** (-1.0 / table.trade_elasticity[0])
    assert 1.0 + a["labour_at_work_change"] / 100.0 == pytest.approx(real**CHI, rel=1e-9)
    gain = 100.0 * (real ** (1.0 + CHI) - 1.0) / (1.0 + CHI)
    assert a["welfare"] == pytest.approx(gain, rel=1e-8, abs=1e-9)
    assert (a["unemployment_change"] == 0.0).all()  # nobody is out of work who would work


@pytest.mark.parametrize("claim", ["employment", "wage"])
def test_nothing_wrong_is_certified(claim: str) -> None:
    base, after = state(ELASTIC)
    hats, out = after.solved.claimed, after.outcome
    good = ELASTIC.verify(base, after.shock, hats, out)
    assert acceptable(good.residual, good.effect)
    if claim == "employment":
        out = out._replace(employment=np.ones_like(out.employment))
    else:
        hats = hats._replace(wage=hats.wage + 1e-6)
    wrong = ELASTIC.verify(base, after.shock, hats, out)
    assert not acceptable(wrong.residual, wrong.effect)


@pytest.mark.parametrize("engine", ["numpy", "jax"])
def test_many_are_solved_as_one_is(engine: Any) -> None:
    if engine == "jax":
        pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    world = TABLE.world()
    asked = [unilateral(TABLE, n, 0.2).scenario(world) for n in range(2)]
    many = solve_many(world, asked, ELASTIC, engine=engine, workers=1)
    assert not many.failures
    for k, question in enumerate(asked):
        one = cv.solve(world, question, ELASTIC).arrays
        for name in ("welfare", "labour_at_work_change", "wage_hat"):
            assert many.arrays[name][k] == pytest.approx(one[name], abs=1e-7), name


def test_from_words() -> None:
    model = model_of("first_year", ["factors.elasticity=0.3"])
    assert isinstance(model, Economy)
    assert model.factors == ElasticLabour(0.3)
    assert "works 0.3 % more" in model.assumption()
    with pytest.raises(cv.CountervailError, match=r"needs factors\.elasticity: of hours worked"):
        model_of("caliendo_parro", ["factors=elastic"])
    with pytest.raises(cv.CountervailError, match="must be 0 or more"):
        model_of("caliendo_parro", ["factors.elasticity=-1"])
