"""Tariff wars: nobody gains by another tariff, and what symmetry and theory know of the end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import countervail as cv
from countervail import respond
from countervail.errors import InputError, NotCertified
from countervail.policy.war import nash as module
from countervail.policy.war import rounds as war
from countervail.policy.war import steps as together

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
    end = respond.nash(world, ["CAN", "CHN"])
    one, two = (float(rates[0]) for rates in end.chosen)
    bought = end.solution.arrays["trade_new"][:, 1, 0]
    at_home = float(bought[1] / bought.sum())
    assert one == pytest.approx(two, abs=1e-6)
    assert one == pytest.approx(1.0 / (theta * at_home), abs=1e-5)
    assert end.certificate.left < 1e-4
    assert end.certificate.agree
    assert (end.solution.arrays["welfare"] < 0).all()


def test_brute_force_finds_no_better_answer() -> None:
    world = two_countries(4.0)
    end = respond.nash(world, ["CAN", "CHN"])
    ends = end.solution.resolved.after.tariff_new
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
    end = respond.nash(world, ["CAN", "CHN"])
    assert float(end.chosen[0][0]) == pytest.approx(low, abs=1e-5)


def test_many_sectors_and_a_bloc() -> None:
    world = four_countries()
    end = respond.nash(world, ["CAN", "CHN", "USA"], held={"CAN": ["USA"], "USA": ["CAN"]})
    record = end.certificate
    assert record.left < 1e-4
    assert set(record.left_of) == {"CAN", "CHN", "USA"}
    assert record.agree
    assert record.rounds == len(end.history)
    assert end.history[0].moved > end.history[-1].moved
    assert np.isnan(end.rates.sel(player="CAN", partner="USA")).all()
    # with the other's rates given, each would set what it sets
    law = end.solution.scenario
    again = respond.optimal(world, "CHN", law)
    assert again.certificate.gain < 1e-4
    assert again.chosen == pytest.approx(end.chosen[1], abs=1e-4)
    bloc = respond.nash(world, ["USMCA", "CHN"])
    assert bloc.certificate.left < 1e-4
    assert [row.partner for row in bloc.table("USMCA")] == ["CHN"] * 3


def test_ends_that_differ_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAME_WELFARE_PER_CENT", -1.0)
    end = respond.nash(two_countries(), ["CAN", "CHN"])
    assert not end.certificate.agree
    assert any("came to different tariffs" in note for note in end.notes)


def test_a_war_that_does_not_end_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(war, "NOBODY_GAINS_PER_CENT", -1.0)
    monkeypatch.setattr(war, "MOST_ROUNDS_TOGETHER", 1)
    monkeypatch.setattr(war, "MOST_ROUNDS_IN_TURN", 2)
    with pytest.raises(NotCertified, match="did not come to rest in 5 rounds"):
        respond.nash(two_countries(), ["CAN", "CHN"])


def test_rounds_that_circle_are_damped() -> None:
    still = [war.Round({}, moved, 1.0, answered=True) for moved in (8.0, 4.0, 2.0, 1.0)]
    circling = [war.Round({}, moved, 1.0, answered=True) for moved in (8.0, 4.0, 4.0, 4.0)]
    assert not war.circles(still)
    assert war.circles(circling)
    assert not war.circles(circling[:3])


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
    end = respond.nash(two_countries(), ["CAN", "CHN"])
    assert end.table("CAN")[0].partner == "CHN"
    with pytest.raises(InputError, match="does not play"):
        end.table("USA")


def test_best_answers_and_damped_ones_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where steps of everybody do not come to rest, players answer in turn."""
    world = two_countries(4.0)
    quick = respond.nash(world, ["CAN", "CHN"])
    assert quick.certificate.answered == 0
    monkeypatch.setattr(war, "MOST_ROUNDS_TOGETHER", 1)
    answered = respond.nash(world, ["CAN", "CHN"])
    assert answered.certificate.answered == answered.certificate.rounds - 1
    assert answered.chosen[0] == pytest.approx(quick.chosen[0], abs=1e-6)
    monkeypatch.setattr(war, "circles", lambda _history: True)
    slow = respond.nash(world, ["CAN", "CHN"])
    assert slow.certificate.damped
    assert slow.certificate.rounds > answered.certificate.rounds
    assert slow.chosen[0] == pytest.approx(quick.chosen[0], abs=1e-4)


def test_steps_that_find_no_equilibrium_give_way_to_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = two_countries(4.0)
    quick = respond.nash(world, ["CAN", "CHN"])
    stand, rounds = together._stand, []

    def fails(*words: object) -> together.Stand:
        rounds.append(words)
        if len(rounds) % 3 == 0:
            raise NotCertified("no solution there")
        return stand(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(together, "_stand", fails)
    end = respond.nash(world, ["CAN", "CHN"])
    assert end.certificate.answered > 0
    assert end.chosen[0] == pytest.approx(quick.chosen[0], abs=1e-5)


def test_what_is_left_is_also_told_in_dollars() -> None:
    end = respond.nash(four_countries(), ["USMCA", "CHN"])
    record = end.certificate
    spending = end.solution.arrays["income"]
    for one in end.players:
        expected = record.left_of[one.name] * spending[list(one.members)].sum() / 100.0
        assert record.left_usd_of[one.name] == pytest.approx(expected)
    assert record.left_usd == max(record.left_usd_of.values())


class _Interruption:
    """Ctrl-C after so many equilibria."""

    def __init__(self, after: int) -> None:
        self.after = after

    def __call__(self, done: int, _total: int) -> None:
        if done >= self.after:
            self.after = 10**9
            raise KeyboardInterrupt


def test_an_interrupted_war_returns_its_last_complete_round() -> None:
    world = two_countries(4.0)
    whole = respond.nash(world, ["CAN", "CHN"])
    assert whole.finished
    assert not any("Interrupted" in note for note in whole.notes)
    end = respond.nash(world, ["CAN", "CHN"], progress=_Interruption(7))
    record = end.certificate
    assert not end.finished
    assert record.rounds == 3  # two players a round, one slope each; the fourth was not complete
    assert record.left == max(end.history[-1].gains.values()) > whole.certificate.left
    assert any("after 3 rounds" in note and f"{record.left:.1e}" in note for note in end.notes)
    assert end.solution.certificate.residual < 1e-9
    tariff = end.solution.resolved.after.tariff_new
    assert tariff is not None
    assert tariff[1, 0, 0] == pytest.approx(float(end.chosen[0][0]))


def test_an_interruption_in_the_second_war_keeps_the_first() -> None:
    world = two_countries(4.0)
    whole = respond.nash(world, ["CAN", "CHN"])
    late = whole.certificate.evaluations - 2
    end = respond.nash(world, ["CAN", "CHN"], progress=_Interruption(late))
    assert not end.finished
    assert end.certificate.left == whole.certificate.left
    assert end.chosen[0] == pytest.approx(whole.chosen[0])
    assert any("was fought to its end" in note for note in end.notes)


def test_an_interruption_before_the_first_round_goes_on() -> None:
    with pytest.raises(KeyboardInterrupt):
        respond.nash(two_countries(4.0), ["CAN", "CHN"], progress=_Interruption(1))


def test_law_binds_every_player(tmp_path: Path) -> None:
    file = tmp_path / "bindings.toml"
    bound = '[[bound]]\nplayer = "{}"\nmost = 15\nsource = "A schedule"\n'
    file.write_text('title = "Bindings"\n' + bound.format("CAN") + bound.format("USA"))
    world = four_countries()
    war = respond.nash(world, ["CAN", "USA"], bounds=file, free={"CAN": ["MEX"]})
    assert max(own.max() for own in war.chosen) == pytest.approx(0.15)
    assert (war.rates.sel(player="CAN", partner="MEX") == 0.0).all()
    assert float(war.rates.sel(player="USA", partner="MEX").max()) > 0.0
    record = war.certificate
    assert record.left < 1e-4
    assert record.at_high == sum(int((own >= 0.15).sum()) for own in war.chosen) + 3
    assert record.at_low == 3  # Canada on Mexico, in three sectors: held at both bounds
    assert any("A schedule" in note for note in war.notes)
    with pytest.raises(InputError, match="free names 'MEX', who does not play"):
        respond.nash(world, ["CAN", "USA"], free={"MEX": ["CAN"]})


def test_players_may_have_bounds_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "bindings.toml"
    file.write_text('title = "B"\n[[bound]]\nplayer = "CAN"\nmost = 10\nsource = "A schedule"\n')
    war = respond.nash(four_countries(), ["CAN", "USA"], bounds=file, free={"USA": ["CAN"]})
    assert war.chosen[0].max() == pytest.approx(0.1)
    assert war.chosen[1].max() > 0.1
    assert war.certificate.left < 1e-4
    with pytest.raises(InputError, match="held names CAN twice"):
        respond.nash(four_countries(), ["CAN", "USA"], held={"CAN": ["USA"], "Canada": ["MEX"]})
    with pytest.raises(InputError, match="USA is to keep its present rates and to have rates of"):
        respond.optimal(four_countries(), "CAN", held=["USA"], free=["USA"])
