"""Economies of scale: limits, closed forms, the second road, the certificate, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail import bridge
from countervail.core.certificate import acceptable
from countervail.core.choices.scale import CLOSED, ScaleEconomies
from countervail.core.model import Array, Baseline, Shock
from countervail.draws.batch import Case, solve_many
from countervail.horizons import model_after
from countervail.models.economy import Economy
from countervail.models.named import model_of
from countervail.models.presets import FirstYear, WithScale
from countervail.state import State, solve_first
from countervail.testing import random_world
from countervail.testing.levels import solve_levels
from countervail.testing.shocks import TableShock, random_shock
from countervail.testing.worlds import Table

TABLE = random_world(5, 3, 2)


def of(scale: float, **more: Any) -> Economy:
    return WithScale(competition=ScaleEconomies(scale), **more)


def law_of(table: Table, points: float = 0.2) -> Array:
    """Some points on everything that is bought abroad."""
    return np.asarray(table.tariff + points * (1 - np.eye(len(table.countries)))[:, :, None])


def taxed(model: Economy, table: Table = TABLE) -> tuple[Baseline, State]:
    base = bridge.baseline(table.world(), model.unit)
    law = Shock(tariff_new=np.ascontiguousarray(law_of(table).transpose(2, 1, 0)))
    return base, solve_first(model, base, law)


def plain(seed: int, sectors: int, *, inputs: bool) -> Table:
    """A world without tariffs; without inputs too, unless asked for."""
    table = random_world(seed, 3, sectors)
    share = table.input_share * (1.0 if inputs else 0.0)
    return table.replace(tariff=np.zeros_like(table.tariff), input_share=share)


def test_without_scale_it_is_perfect_competition_to_the_last_bit() -> None:
    _, perfect = taxed(cv.CaliendoParro())
    _, none = taxed(of(0.0))
    for name, wanted in perfect.outcome._asdict().items():
        assert np.array_equal(getattr(none.outcome, name), wanted), name


@pytest.mark.parametrize("scale", [0.4, 1.0])
def test_as_the_economy_in_levels_has_it(scale: float) -> None:
    table = random_world(6, 2, 2)
    _, state = taxed(of(scale), table)
    found = solve_levels(**table.arrays(), tariff_new=law_of(table), scale=scale, tolerance=1e-10)
    assert state.outcome.wage_hat == pytest.approx(found.wage_hat, rel=1e-8)
    assert pytest.approx(found.price_index_hat, rel=1e-8) == state.outcome.price_hat.T
    assert pytest.approx(found.gross_output, rel=1e-8) == state.outcome.gross_output.T


@pytest.mark.parametrize("inputs", [False, True])
@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_gains_are_in_closed_form(scale: float, inputs: bool) -> None:
    """Costinot and Rodríguez-Clare (2014), section 3, several sectors under free entry: with
    what is bought at home, pi, and what is made, Y, ln P = (1 + psi) ln c - psi ln Y + ln pi /
    theta, ln c = gamma ln w + inputs ln P; without inputs C = prod [(Y/w)^psi pi^(-1/theta)]^a."""
    table = plain(2, 2, inputs=inputs)
    model = of(scale * (0.5 if inputs else 1.0), deficits="closed")
    world = table.world()
    barrier = np.where(np.eye(3)[:, :, None] > 0, 1.0, np.full_like(table.trade, 1.2))
    a = cv.solve(world, TableShock(iceberg_hat=barrier).scenario(world), model).arrays
    own, theta = np.arange(3), table.trade_elasticity
    psi = model.competition.scale / theta  # type: ignore[attr-defined]
    share = np.log(a["trade_share_new"][own, own] / a["trade_share"][own, own])
    made = np.log(a["gross_output_new"] / a["gross_output"])
    wage = np.log(a["wage_hat"])
    final = a["expenditure"] - np.einsum("nkj,nj->nk", table.input_share, a["gross_output"])
    gains = np.zeros(3)
    for n in range(3):
        by = 1.0 + psi
        from_wage = by * (1.0 - table.input_share[n].sum(axis=0)) * wage[n]
        given = from_wage - psi * made[n] + share[n] / theta
        price = np.linalg.solve(np.eye(2) - by[:, None] * table.input_share[n].T, given)
        gains[n] = wage[n] - final[n] / final[n].sum() @ price
    assert a["welfare"] == pytest.approx(100.0 * np.expm1(gains), abs=1e-6)
    assert np.abs(a["welfare"]).max() > 0.1


def test_autarky_costs_what_the_formula_says() -> None:
    """G = 1 - prod_s (pi_s e_s / r_s)^(a_s / theta_s), e and r the parts of spending and of sales
    (Costinot and Rodríguez-Clare 2014, section 3)."""
    table = plain(3, 2, inputs=False)
    world = table.world()
    barrier = np.where(np.eye(3)[:, :, None] > 0, 1.0, np.full_like(table.trade, np.inf))
    closed = of(1.0, deficits="closed")
    a = cv.solve(world, TableShock(iceberg_hat=barrier).scenario(world), closed).arrays
    own = np.arange(3)
    spent = a["expenditure"] / a["expenditure"].sum(axis=1, keepdims=True)
    sold = a["gross_output"] / a["gross_output"].sum(axis=1, keepdims=True)
    share = a["trade_share"][own, own] * spent / sold
    kept = np.prod(share ** (spent / table.trade_elasticity), axis=1)
    assert a["welfare"] == pytest.approx(100.0 * (kept - 1.0), abs=1e-6)


def test_nothing_wrong_is_certified() -> None:
    model = of(0.6)
    base, state = taxed(model)
    hats, out = state.solved.claimed, state.outcome
    good = model.verify(base, state.shock, hats, out)
    assert acceptable(good.residual, good.effect)
    wrong = hats._replace(others=(hats.others[0] + 1e-7,))
    found = model.verify(base, state.shock, wrong, out)
    assert not acceptable(found.residual, found.effect)
    _, free = taxed(cv.CaliendoParro())
    claimed = free.solved.claimed._replace(others=(np.zeros_like(hats.price),))
    found = model.verify(base, state.shock, claimed, free.outcome)
    assert not acceptable(found.residual, found.effect)


def test_who_leaves_may_not_wish_to_be_back() -> None:
    """A producer held at nothing is none where its sales would be more."""
    choice, base = ScaleEconomies(1.0), bridge.baseline(TABLE.world())
    claimed = np.zeros_like(base.gross_output)
    claimed[0, 0] = np.log(CLOSED)
    output = base.gross_output.copy()
    output[0, 0] *= 0.5 * CLOSED
    assert np.abs(choice.checks(base, (claimed,), output)[0].gap).max() == 0.0
    output[0, 0] *= 4.0
    assert choice.checks(base, (claimed,), output)[0].gap[0, 0] == pytest.approx(1.0)


@pytest.mark.parametrize("engine", ["numpy", pytest.param("jax", marks=pytest.mark.slow)])
def test_many_are_solved_as_one_is(engine: Any) -> None:
    if engine == "jax":
        pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    world = TABLE.world()
    kinds: dict[str, Any] = {"tariffs": 0.3, "icebergs": 0.1}
    asked = [random_shock(seed, TABLE, **kinds).scenario(world) for seed in range(2)]
    model = of(0.5)
    many = solve_many(world, asked, model, engine=engine, workers=1)
    assert not many.failures
    for k, question in enumerate(asked):
        one = cv.solve(world, question, model)
        assert "second start" in " ".join(map(str, one.resolved.notes))
        for name in ("welfare", "wage_hat", "gross_output_new"):
            assert many.arrays[name][k] == pytest.approx(one.arrays[name], rel=1e-7, abs=1e-7)


def test_from_words() -> None:
    model = model_of("krugman", ["competition.scale=0.4"])
    assert isinstance(model, Economy)
    assert model.competition == ScaleEconomies(0.4)
    assert "0.4 / theta % more" in model.assumption()
    assert any("Krugman" in paper for paper in model.references())
    free = model_of("krugman")
    assert isinstance(free, Economy)
    assert free.competition == ScaleEconomies(0.3)
    settings = model_of("caliendo_parro", ["competition=scale"]).settings()
    assert settings["choices"]["competition"] == {"choice": "scale", "scale": 0.3}


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("competition.scale=1.2", "between 0 and 1"),
        ("competition.scale=-1", "between 0 and 1"),
        ("competition.scale=large", "is not a number"),
    ],
)
def test_what_makes_no_sense_is_refused(setting: str, said: str) -> None:
    with pytest.raises(cv.CountervailError, match=said):
        model_of("krugman", [setting])


def test_firms_do_not_enter_in_a_year() -> None:
    with pytest.raises(cv.CountervailError, match="of the long run"):
        model_after(of(0.5), "1")
    base = bridge.baseline(random_world(4, 4, 3).with_goods().world())
    with pytest.raises(cv.CountervailError, match="of the long run"):
        FirstYear(competition=ScaleEconomies(0.5)).prepare(base, Shock())


def test_costs_without_a_bottom_are_refused() -> None:
    table = TABLE.replace(trade_elasticity=np.full(2, 0.3))
    base = bridge.baseline(table.world())
    with pytest.raises(cv.NoEquilibrium, match="feed on themselves through inputs"):
        of(1.0).prepare(base, Shock())


def test_a_world_that_would_not_last_is_refused() -> None:
    """Two countries alike, and two industries of which each buys most of all from itself."""
    trade = np.ones((2, 2, 2)) + np.eye(2)[:, :, None]
    share = np.broadcast_to(0.7 * np.eye(2), (2, 2, 2))
    table = TABLE.replace(
        **{
            **random_world(1, 2, 2).arrays(),
            "trade": trade,
            "tariff": np.zeros_like(trade),
            "input_share": share,
            "trade_elasticity": np.full(2, 6.0),
        }
    )
    base = bridge.baseline(table.world())
    with pytest.raises(
        cv.CountervailError,
        match=r"not last.*sector \d into or out of country \d.*up to competition.scale=0\.\d+ it",
    ):
        of(1.0).prepare(base, Shock())
    assert of(0.1).prepare(base, Shock()) is not None


def test_of_many_each_says_for_itself_that_it_would_not_last() -> None:
    world = TABLE.world()
    asked = [random_shock(seed, TABLE, tariffs=0.2).scenario(world) for seed in range(2)]
    cases = [Case(asked[0]), Case(asked[1], np.full(2, 0.1))]
    many = solve_many(world, cases, of(0.5), engine="numpy", workers=1)
    assert set(many.failures) == {1}
    assert "feed on themselves" in str(many.failures[1])
