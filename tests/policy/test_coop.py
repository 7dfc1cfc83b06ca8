"""Cooperative tariffs: what symmetry, grids and theory know of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import countervail as cv
from countervail import respond
from countervail.errors import InputError, NotCertified
from countervail.policy.agreement import joint
from countervail.policy.agreement import search as coop_search
from countervail.policy.in_force import PolicyInForce
from countervail.policy.rates.problem import of_several
from countervail.policy.rates.terms import Terms

from .small_tables import four_countries, two_countries

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")

KINDS = ("sum", "equal", "product")


def unequal() -> cv.World:
    """Two countries, one of them three times the other, each at home for the most part."""
    trade = np.array([[[210.0], [20.0]], [[20.0], [60.0]]])
    return cv.World.from_arrays(
        trade=trade,
        tariff=np.zeros((2, 2, 1)),
        input_share=np.zeros((2, 1, 1)),
        trade_elasticity=[4.0],
        countries=["CAN", "CHN"],
        sectors=["A01"],
    )


@pytest.mark.parametrize("low", [0.0, -0.5])
def test_equals_agree_on_free_trade(low: float) -> None:
    """Against a war, each kind gives both what the war has cost them."""
    world = two_countries(4.0)
    war = respond.nash(world, ["CAN", "CHN"])
    answer = respond.coop(world, ["CAN", "CHN"], threat="nash", low=low)
    assert tuple(answer.deals) == KINDS
    for deal in answer.deals.values():
        for rates in deal.chosen.values():
            assert rates == pytest.approx(0.0, abs=1e-6)
        assert deal.weights == pytest.approx({"CAN": 1.0, "CHN": 1.0}, abs=1e-4)
        for number, name in enumerate(("CAN", "CHN")):
            assert deal.gains[name] == pytest.approx(
                -war.solution.arrays["welfare"][number], abs=1e-6
            )
        assert deal.certificate.agree
        assert deal.solution.certificate.residual < 1e-9
    assert answer.at_threat["CAN"] == pytest.approx(-answer.deal("sum").gains["CAN"], abs=1e-6)


def test_no_tariffs_on_a_grid_are_better() -> None:
    world = unequal()
    answer = respond.coop(world, ["CAN", "CHN"], threat="nash", low=-0.3, high=0.6)
    size = np.asarray(world.trade.sum(axis=(0, 2)))
    threat = np.array(list(answer.at_threat.values()))
    best = dict.fromkeys(KINDS, -np.inf)
    for one, two in itertools.product(np.linspace(-0.3, 0.6, 10), repeat=2):
        tariff = np.array([[0.0, two], [one, 0.0]])[..., None]
        law = cv.Scenario.from_arrays(world, tariff=tariff)
        gains = cv.solve(world, law).arrays["welfare"] - threat
        best["sum"] = max(best["sum"], float(gains @ size / size.sum()))
        best["equal"] = max(best["equal"], float(gains.min()))
        if (gains > 0).all():
            best["product"] = max(best["product"], float(np.log(gains).sum()))
    for kind, found in best.items():
        reached = max(start.value for start in answer.deal(kind).certificate.starts)
        assert reached >= found - 1e-6
        assert reached <= found + 0.2
    assert np.log(list(answer.deal("product").gains.values())).sum() == pytest.approx(
        max(start.value for start in answer.deal("product").certificate.starts), abs=1e-6
    )


def test_nobody_loses_against_the_war() -> None:
    world = four_countries()
    names = ["CAN", "CHN", "USA"]
    answer = respond.coop(world, names, threat="nash")
    equal, product = answer.deal("equal"), answer.deal("product")
    assert equal.nobody_loses
    assert product.nobody_loses
    gains = list(equal.gains.values())
    assert max(gains) - min(gains) < 1e-5
    assert min(product.gains.values()) <= min(gains) + 1e-6
    assert sum(np.log(list(product.gains.values()))) >= sum(np.log(gains)) - 1e-9
    assert answer.war is not None
    for number, name in enumerate(names):
        welfare = float(
            answer.war.problem.aims[number].weight @ answer.war.solution.arrays["welfare"]
        )
        assert answer.at_threat[name] == pytest.approx(welfare)
    # with its own weights no deal is worth less than the others
    at = [world.country(name) for name in names]
    for deal in answer.deals.values():
        worth = {
            other.name: float(_shares(world, deal) @ other.solution.arrays["welfare"][at])
            for other in answer.deals.values()
        }
        assert worth[deal.name] >= max(worth.values()) - 1e-6


def _shares(world: cv.World, deal: respond.Deal) -> np.ndarray:
    """Return the weight of each player's per cent in the sum that a deal maximises."""
    at = [world.country(name) for name in deal.weights]
    size = deal.solution.arrays["income"][at]
    weight: np.ndarray = np.array(list(deal.weights.values())) * size
    return weight / weight.sum()


def test_the_frontier_gives_more_to_whoever_counts_for_more() -> None:
    answer = respond.coop(unequal(), ["CAN", "CHN"], points=2, low=-0.3)
    assert {"CAN x1.41", "CAN x2", "CHN x1.41", "CHN x2"} < set(answer.deals)
    first = [deal.gains["CAN"] for deal in answer.frontier]
    second = [deal.gains["CHN"] for deal in answer.frontier]
    assert first == sorted(first)
    assert np.all(np.diff(second) <= 1e-9)
    assert answer.deal("CAN x2").weights["CAN"] == pytest.approx(4.0 / 3.0)
    assert any("CHN would do better without agreement" in note for note in answer.notes)


def test_where_free_trade_stands_there_is_nothing_to_gain() -> None:
    answer = respond.coop(two_countries(4.0), ["CAN", "CHN"])
    assert tuple(answer.deals) == ("sum", "equal")
    assert any(
        "No tariffs within the bounds make every player better off" in n for n in answer.notes
    )
    with pytest.raises(InputError, match="no deal 'product'"):
        answer.deal("product")


def test_a_bloc_and_partners_that_keep_their_rates() -> None:
    world = four_countries()
    answer = respond.coop(world, ["USMCA", "CHN"], threat="nash", mfn=True)
    assert answer.deal("equal").nobody_loses
    assert {row.partner for row in answer.table("equal", "CHN")} == {None}
    held = respond.coop(world, ["CAN", "CHN"], held={"CAN": ["USA"]})
    assert "USA" not in {row.partner for row in held.table("sum", "CAN")}
    assert "USA" in {row.partner for row in held.table("sum", "CHN")}
    with pytest.raises(InputError, match="'USA' does not play"):
        held.table("sum", "USA")


def joint_search() -> coop_search.AgreementSearch:
    in_force = PolicyInForce.of(four_countries(), None, None)
    problem = of_several(in_force, ["USMCA", "CHN"], Terms())
    aim = joint.Joint(np.array([one.weight for one in problem.aims]), np.array([-1.0, 0.5]))
    return coop_search.AgreementSearch(in_force, joint.stacked(problem.instruments), aim, None)


@pytest.mark.parametrize(
    "worth",
    [
        joint.weighted(np.array([0.3, 0.7])),
        joint.least(np.array([0.3, 0.7]), 2.0),
        joint.product(0.2),
    ],
    ids=["sum", "least", "product"],
)
def test_slopes_are_central_differences(worth: joint.Worth) -> None:
    search = joint_search()
    search.aim.worth, evaluate = worth, search.evaluator.evaluate
    rates = np.random.default_rng(3).uniform(0.0, 0.4, len(search.own))
    slope = evaluate(rates).slope
    for k in range(len(rates)):
        step = np.zeros_like(rates)
        step[k] = 1e-4
        ahead, behind = evaluate(rates + step).value, evaluate(rates - step).value
        assert slope[k] == pytest.approx((ahead - behind) / 2e-4, rel=1e-4, abs=1e-4)


def test_one_set_of_all_players_rates() -> None:
    in_force = PolicyInForce.of(four_countries(), None, None)
    one, two = of_several(in_force, ["USMCA", "CHN"], Terms()).instruments
    both = joint.stacked([one, two])
    assert len(both) == len(one) + len(two)
    bloc = set(both.cell_importer[both.of < len(one)])
    assert len(bloc) > 1
    assert bloc.isdisjoint(both.cell_importer[both.of >= len(one)])


def test_the_log_goes_on_below_its_floor() -> None:
    aim = joint.product(0.1)
    for gain in (-1.0, 0.05, 0.0999, 0.1, 0.5):
        value, slope = aim(np.array([gain, 1.0]))
        ahead = aim(np.array([gain + 1e-6, 1.0]))[0]
        assert slope[0] == pytest.approx((ahead - value) / 1e-6, rel=1e-3)
    assert aim(np.array([0.5, 2.0]))[0] == pytest.approx(0.0)


def test_gains_that_stay_uneven_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coop_search, "MOST_REWEIGHTINGS", 1)
    answer = respond.coop(four_countries(), ["CAN", "CHN", "USA"])
    assert list(answer.deals) == ["sum"]
    assert answer.shown.name == "sum"
    assert any("no largest common gain found" in note for note in answer.notes)


def test_a_weight_of_nothing_is_for_the_sum_alone() -> None:
    world = unequal()
    answer = respond.coop(world, ["CAN", "CHN"], weights={"CAN": 1.0})
    alike = respond.coop(world, ["CAN", "CHN"])
    assert answer.deal("sum").gains["CAN"] > alike.deal("sum").gains["CAN"]
    assert answer.deal("equal").gains["CAN"] == pytest.approx(
        alike.deal("equal").gains["CAN"], abs=1e-4
    )


def test_a_war_that_is_interrupted_threatens_nobody() -> None:
    with pytest.raises(KeyboardInterrupt):
        respond.coop(unequal(), ["CAN", "CHN"], threat="nash", progress=_Interruption(6))


class _Interruption:
    """Ctrl-C after so many equilibria."""

    def __init__(self, after: int) -> None:
        self.after = after

    def __call__(self, done: int, _total: int) -> None:
        if done >= self.after:
            self.after = 10**9
            raise KeyboardInterrupt


def test_an_interruption_keeps_what_was_found() -> None:
    world = unequal()
    whole = respond.coop(world, ["CAN", "CHN"])
    assert whole.finished
    late = respond.coop(world, ["CAN", "CHN"], progress=_Interruption(whole.evaluations - 1))
    assert not late.finished
    assert set(late.deals) < set(whole.deals)
    assert "sum" in late.deals
    assert any("Interrupted: only these were found" in note for note in late.notes)
    with pytest.raises(KeyboardInterrupt):
        respond.coop(world, ["CAN", "CHN"], progress=_Interruption(2))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"threat": "war"}, "no threat 'war'"),
        ({"points": -1}, "points=-1"),
        ({"weights": {"USA": 1.0}}, "'USA', who does not play"),
        ({"weights": {"CAN": -1.0}}, "the weight of CAN is -1"),
        ({"weights": {"CAN": 0.0}}, "all weights are zero"),
        ({"held": {"USA": ["CAN"]}}, "'USA', who does not play"),
        ({"low": 0.5, "high": 0.1}, "no rate lies between"),
    ],
)
def test_refusals(options: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        respond.coop(four_countries(), ["CAN", "CHN"], **options)  # type: ignore[arg-type]


def test_one_player_has_nobody_to_agree_with() -> None:
    with pytest.raises(InputError, match="two players or more"):
        respond.coop(four_countries(), ["CAN"])


def test_a_product_that_stays_next_to_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gains below the floor of the logs lower it, but not for ever."""
    search = joint_search()
    rates = np.zeros(len(search.own))
    gains = search.aim.gains(search.evaluator.evaluate(rates).welfare)
    common = 20.0 * float(gains.max())  # nobody can have that: the floor must come down
    found = search.best_product(common, {"nothing": rates})
    assert found.gains.min() > 0
    monkeypatch.setattr(coop_search, "MOST_REWEIGHTINGS", 1)
    with pytest.raises(NotCertified, match="no largest product of gains"):
        search.best_product(100.0 * common, {"nothing": rates})
