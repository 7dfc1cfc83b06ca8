"""Tariff wars: nobody gains by another tariff, and what symmetry and theory know of the end."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail import respond
from countervail.errors import InputError, NotCertified
from countervail.policy import nash as module

from .small_tables import four_countries, two_countries, welfare

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")


@pytest.mark.parametrize("theta", [2.0, 5.0])
def test_a_war_of_equals(theta: float) -> None:
    """Both tariffs are the same, and each is 1 / (theta x what the other buys at home).

    That is the part of what it buys, at producer prices: where it levies a tariff t', trade balance
    V = lambda E / (1 + t') with E = w L + t' V makes the elasticity of what it offers
    theta (1 - lambda) / (1 - lambda t' / (1 + t')), lambda being its duty-paid import share.
    """
    world = two_countries(theta)
    war = respond.nash(world, ["CAN", "CHN"])
    one, two = (float(rates[0]) for rates in war.chosen)
    bought = war.solution.arrays["trade_new"][:, 1, 0]
    at_home = float(bought[1] / bought.sum())
    assert one == pytest.approx(two, abs=1e-6)
    assert one == pytest.approx(1.0 / (theta * at_home), abs=1e-5)
    assert war.certificate.left < 1e-4
    assert war.certificate.agree
    assert (war.solution.arrays["welfare"] < 0).all()


def test_brute_force_finds_no_better_answer() -> None:
    world = two_countries(4.0)
    war = respond.nash(world, ["CAN", "CHN"])
    ends = war.solution.resolved.after.tariff_new
    assert ends is not None
    stays = welfare(world, "CAN", ends)
    for rate in np.linspace(0.0, 1.0, 41):
        other = ends.copy()
        other[1, 0, 0] = rate
        assert welfare(world, "CAN", other) <= stays + 1e-6


def test_a_symmetric_war_by_bisection() -> None:
    """The rate at which the best answer to it is itself, found by halving."""
    world = two_countries(3.0)

    def answer_to(rate: float) -> float:
        tariff = np.array([[0.0, rate], [0.0, 0.0]])[..., None]
        law = cv.Scenario.from_arrays(world, tariff=tariff)
        return float(respond.optimal(world, "CAN", law).chosen[0])

    low, high = 0.0, 1.0
    for _ in range(22):
        middle = (low + high) / 2.0
        low, high = (middle, high) if answer_to(middle) > middle else (low, middle)
    war = respond.nash(world, ["CAN", "CHN"])
    assert float(war.chosen[0][0]) == pytest.approx(low, abs=1e-5)


def test_many_sectors_and_a_bloc() -> None:
    world = four_countries()
    war = respond.nash(world, ["CAN", "CHN", "USA"], held={"CAN": ["USA"], "USA": ["CAN"]})
    record = war.certificate
    assert record.left < 1e-4
    assert set(record.left_of) == {"CAN", "CHN", "USA"}
    assert record.agree
    assert record.rounds == len(war.history)
    assert war.history[0].moved > war.history[-1].moved
    assert np.isnan(war.rates.sel(player="CAN", partner="USA")).all()
    # alone at its desk, each would set what it sets
    law = war.solution.scenario
    again = respond.optimal(world, "CHN", law)
    assert again.certificate.gain < 1e-4
    assert again.chosen == pytest.approx(war.chosen[1], abs=1e-4)
    bloc = respond.nash(world, ["USMCA", "CHN"])
    assert bloc.certificate.left < 1e-4
    assert [row.partner for row in bloc.table("USMCA")] == ["CHN"] * 3


def test_ends_that_differ_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAME_WELFARE", -1.0)
    war = respond.nash(two_countries(), ["CAN", "CHN"])
    assert not war.certificate.agree
    assert any("came to different tariffs" in note for note in war.notes)


def test_a_war_that_does_not_end_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NOBODY_GAINS", -1.0)
    monkeypatch.setattr(module, "ROUNDS", 5)
    with pytest.raises(NotCertified, match="did not come to rest in 5 rounds"):
        respond.nash(two_countries(), ["CAN", "CHN"])


def test_rounds_that_circle_are_damped() -> None:
    still = [module.Round({}, moved, 1.0) for moved in (8.0, 4.0, 2.0, 1.0)]
    circling = [module.Round({}, moved, 1.0) for moved in (8.0, 4.0, 4.0, 4.0)]
    assert not module._circles(still)
    assert module._circles(circling)
    assert not module._circles(circling[:3])


@pytest.mark.parametrize(
    ("players", "more", "said"),
    [
        (["CAN"], {}, "needs two players"),
        (["CAN", "CHN", "Canada"], {}, "CAN plays twice"),
        (["CAN", "USMCA"], {}, "CAN plays twice, in CAN and in USMCA"),
        (["CAN", "CHN"], {"held": {"USA": ["CAN"]}}, "'USA', who does not play"),
        (["CAN", "Chna"], {}, "no country 'Chna'"),
    ],
)
def test_refusals(players: list[str], more: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        respond.nash(four_countries(), players, **more)  # type: ignore[arg-type]


def test_only_players_have_tables() -> None:
    war = respond.nash(two_countries(), ["CAN", "CHN"])
    assert war.table("CAN")[0].partner == "CHN"
    with pytest.raises(InputError, match="does not play"):
        war.table("USA")


def test_damped_rounds_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    world = two_countries(4.0)
    free = respond.nash(world, ["CAN", "CHN"])
    monkeypatch.setattr(module, "_circles", lambda _history: True)
    slow = respond.nash(world, ["CAN", "CHN"])
    assert slow.certificate.damped
    assert slow.certificate.rounds > free.certificate.rounds
    assert slow.chosen[0] == pytest.approx(free.chosen[0], abs=1e-4)
