"""Stated reactions: partners add a part of what the rates on them rise."""

from __future__ import annotations

import numpy as np
import pytest

from countervail import respond
from countervail.errors import InputError

from .small_tables import four_countries, two_countries, welfare
from .test_evaluator import evaluator_of

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")


def test_what_is_added_is_the_stated_part_of_the_mean_rise() -> None:
    world = four_countries()
    answer = respond.optimal(world, "CAN", reaction={"USA": 0.5})
    can, usa, chn = (world.country(code) for code in ("CAN", "USA", "CHN"))
    after = answer.solution.resolved.after.tariff_new
    assert after is not None
    imports = world.trade[usa, can]
    rise = float(imports @ (after[usa, can] - world.tariff[usa, can]) / imports.sum())
    assert rise > 0.01
    assert after[can, usa] - world.tariff[can, usa] == pytest.approx(0.5 * rise)
    assert (after[chn, usa] == world.tariff[chn, usa]).all()
    assert (after[can, chn] == world.tariff[can, chn]).all()
    assert any("USA 0.5" in note for note in answer.notes)


def test_slopes_count_the_answer() -> None:
    evaluator = evaluator_of(four_countries(), "CAN", reaction={"USA": 1.0, "CHN": 0.3})
    rates = evaluator.instruments.low + np.random.default_rng(3).uniform(
        0.05, 0.3, len(evaluator.instruments)
    )
    slope = evaluator.evaluate(rates).slope
    for k in range(len(rates)):
        step = np.zeros_like(rates)
        step[k] = 1e-4
        ahead, behind = (
            evaluator.evaluate(rates + step).value,
            evaluator.evaluate(rates - step).value,
        )
        assert slope[k] == pytest.approx((ahead - behind) / 2e-4, rel=1e-5, abs=1e-5)


def test_who_is_answered_asks_for_less() -> None:
    world = four_countries()
    passive = respond.optimal(world, "CAN", partners=["USA"])
    mild = respond.optimal(world, "CAN", partners=["USA"], reaction={"USA": 0.2})
    assert mild.certificate.gain < passive.certificate.gain
    assert mild.chosen.mean() < passive.chosen.mean()


def test_whom_an_equal_answers_in_full_starts_nothing() -> None:
    world = two_countries(4.0)
    one, two = world.countries
    answer = respond.optimal(world, one, reaction={two: 1.0})
    assert respond.optimal(world, one).chosen[0] > 0.1
    assert answer.chosen == pytest.approx([0.0], abs=1e-9)
    assert answer.certificate.gain == pytest.approx(0.0, abs=1e-9)


def test_a_grid_finds_nothing_better() -> None:
    world = four_countries()
    stated = {"partners": ["USA"], "sectors": ["A01"], "reaction": {"USA": 0.3}}
    answer = respond.optimal(world, "CAN", **stated)  # type: ignore[arg-type]
    can, usa = world.country("CAN"), world.country("USA")
    present = float(world.tariff[usa, can, 0])
    part = 0.3 * float(world.trade[usa, can, 0] / world.trade[usa, can].sum())
    found = {}
    for rate in np.linspace(present, 0.6, 40):
        tariff = world.tariff.copy()
        tariff[usa, can, 0] = rate
        tariff[can, usa] += part * (rate - present)
        found[rate] = welfare(world, "CAN", tariff)
    top = max(found, key=lambda rate: found[rate])
    assert found[top] <= answer.certificate.gain + 1e-9
    assert answer.chosen[0] == pytest.approx(top, abs=0.02)


def test_goods_that_keep_their_rates_rise_by_nothing() -> None:
    """Twenty points on a part of the goods are fewer on all of them."""
    world = four_countries()
    asked = {"sectors": ["A01"], "low": 0.2, "high": 0.2001, "reaction": {"USA": 0.5}}
    answer = respond.optimal(world, "CAN", **asked)  # type: ignore[arg-type]
    after = answer.solution.resolved.after.tariff_new
    assert after is not None
    can, usa = world.country("CAN"), world.country("USA")
    imports = world.trade[usa, can]
    rise = float(imports @ (after[usa, can] - world.tariff[usa, can]) / imports.sum())
    assert rise < 0.1
    assert after[can, usa] - world.tariff[can, usa] == pytest.approx(0.5 * rise)


def test_a_bound_below_what_stands_is_refused() -> None:
    world = four_countries()
    stands = world.tariff[world.country("CHN"), world.country("CAN")].max()
    with pytest.raises(InputError, match=r"stands at .* above its bound"):
        respond.optimal(world, "CAN", high=float(stands) / 2.0, reaction={"CHN": 0.5})


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"CAN": 1.0}, "CAN is in CAN already"),
        ({"USA": 1.0, "USMCA": 1.0}, "USMCA is in CAN already"),
        ({"USA": -1.0}, "give a positive part"),
        ({"UAS": 1.0}, "did you mean"),
        ({"MEX": 1.0}, "MEX has nothing to answer"),
    ],
)
def test_refusals(stated: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        respond.optimal(four_countries(), "CAN", partners=["USA", "CHN"], reaction=stated)
