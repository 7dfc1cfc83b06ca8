"""A chosen policy under draws: what an ensemble computed by hand says, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import countervail as cv
from countervail import respond
from countervail.draws.ensemble.result import QUANTILES
from countervail.draws.runner import CHUNK_DRAWS
from countervail.errors import FileError, InputError
from countervail.figure import Figure
from countervail.policy import under_draws
from countervail.policy.criteria import (
    AnyCriterion,
    Criterion,
    Figures,
    GoalCriterion,
    RatioCriterion,
)
from countervail.policy.rates.chosen import Rates
from countervail.scenario.on_top import OnTop

from .small_tables import four_countries

DRAWS = 12
CANADA, CHINA, AMERICA = 0, 1, 2


@dataclass(frozen=True)
class Answer:
    """A policy chosen by hand: no search, so no JAX."""

    solution: cv.Solution
    criteria: tuple[AnyCriterion, ...]


CAN = Criterion("CAN", "Canada: welfare", (CANADA,))
USA = Criterion("USA", "pain to the United States", (AMERICA,), loss=True)
BOTH = Criterion("both", "Canada and the United States together", (CANADA, AMERICA))
AIM = Criterion(
    "objective", "CAN less half of USA", (CANADA, AMERICA), {"welfare": np.array([1, 0, -0.5, 0])}
)
SOLD = Figure("trade_new", {"exporter": "USA", "importer": "CAN"})
EARNED = Figure("revenue_change", {"country": "CAN"})


def policy(world: cv.World, duty: float, *criteria: AnyCriterion) -> Answer:
    """Canada levies one duty on everything; below zero, the law stays as it stands."""
    rates = np.full(world.trade.shape, np.nan)
    if duty >= 0.0:
        rates[:, CANADA] = duty
        rates[CANADA, CANADA] = np.nan
    question = OnTop(
        name="by-hand",
        title="By hand",
        status_quo=cv.Scenario.from_arrays(world),
        policy=Rates(rates),
    )
    return Answer(cv.solve(world, question), criteria)


@pytest.fixture(scope="module")
def world() -> cv.World:
    made = four_countries()
    assert made.countries[:3] == ("CAN", "CHN", "USA")
    return made


@pytest.fixture(scope="module")
def answer(world: cv.World) -> Answer:
    """A duty that is good for Canada, with criteria of every kind."""
    trade = GoalCriterion(
        "imports", "imports from the United States at most 40", SOLD, 40.0, at_least=False
    )
    earned = GoalCriterion("revenue", "revenue up by 1 per cent of spending", EARNED, 1.0)
    pain = GoalCriterion("pain", "they lose at least 10", USA, 10.0)
    per = RatioCriterion("gain for pain", "Canada's gain for a USD of their loss", CAN, USA)
    return policy(world, 0.2, CAN, USA, BOTH, AIM, trade, earned, pain, per)


@pytest.fixture(scope="module")
def found(answer: Answer) -> respond.Repriced:
    return respond.reprice(answer, draws=DRAWS, workers=1)


@pytest.fixture(scope="module")
def by_hand(world: cv.World, answer: Answer) -> cv.Ensemble:
    return cv.ensemble(world, answer.solution.scenario, draws=DRAWS, workers=1)


def quantiles(values: np.ndarray) -> np.ndarray:
    return np.quantile(values, QUANTILES, method="weibull")


def test_one_country_is_what_the_ensemble_says(
    found: respond.Repriced, by_hand: cv.Ensemble
) -> None:
    welfare, income = (by_hand.arrays[name][:, CANADA] for name in ("welfare", "income"))
    canada = found.criterion("CAN")
    assert canada.percent[1:] == pytest.approx(quantiles(welfare), abs=1e-12)
    assert canada.percent.value == pytest.approx(by_hand.point.arrays["welfare"][CANADA])
    assert canada.usd is not None
    assert canada.usd[1:] == pytest.approx(quantiles(income * welfare / 100.0), abs=1e-12)
    assert canada.percent.p05 < canada.percent.p50 < canada.percent.p95
    assert found.answered == DRAWS
    assert found.failed == 0
    assert found.seed == 1
    assert found.priors_hash == by_hand.priors.hash


def test_a_bloc_weighs_by_each_draw_s_own_spending(
    found: respond.Repriced, by_hand: cv.Ensemble
) -> None:
    welfare, income = (by_hand.arrays[name][:, [0, 2]] for name in ("welfare", "income"))
    worth = (welfare * income).sum(axis=1) / 100.0
    both = found.criterion("both")
    assert both.usd is not None
    assert both.usd[1:] == pytest.approx(quantiles(worth), abs=1e-12)
    assert both.percent[1:] == pytest.approx(quantiles(100.0 * worth / income.sum(axis=1)))
    assert both.chance == (worth > 0).mean()


def test_a_loss_is_told_positive_and_gains_nobody(found: respond.Repriced) -> None:
    pain = found.criterion("USA")
    assert pain.percent.p05 > 0.0
    assert pain.chance == 0.0


def test_an_objective_has_no_money_s_worth(found: respond.Repriced, by_hand: cv.Ensemble) -> None:
    aim = found.criterion("objective")
    welfare = by_hand.arrays["welfare"]
    assert aim.usd is None
    assert aim.percent[1:] == pytest.approx(quantiles(welfare[:, 0] - 0.5 * welfare[:, 2]))


def test_goals_are_read_from_every_draw(found: respond.Repriced, answer: Answer) -> None:
    sold = np.array([found.ensemble.solution(k).figure("trade_new", **SOLD.labels).value
                     for k in range(3)])  # fmt: skip
    assert found.ensemble.figures["imports"][:3] == pytest.approx(sold)
    values = found.ensemble.figures["imports"]
    imports = found.goal("imports")
    assert imports.chance == (values <= 40.0).mean()
    assert imports.range.value == pytest.approx(
        answer.solution.figure("trade_new", **SOLD.labels).value
    )
    earned = found.ensemble.arrays["revenue_change"][:, CANADA]
    assert found.goal("revenue").range[1:] == pytest.approx(quantiles(earned))
    assert found.goal("revenue").chance == (earned >= 1.0).mean()


def test_a_goal_in_money(found: respond.Repriced, by_hand: cv.Ensemble) -> None:
    welfare, income = (by_hand.arrays[name][:, AMERICA] for name in ("welfare", "income"))
    lost = -welfare * income / 100.0
    pain = found.goal("pain")
    assert pain.goal.unit == "USD million"
    assert pain.range[1:] == pytest.approx(quantiles(lost))
    assert pain.chance == (lost >= 10.0).mean()
    gained = by_hand.arrays["welfare"][:, 0] * by_hand.arrays["income"][:, 0] / 100.0
    assert found.ratios[0].range[1:] == pytest.approx(quantiles(gained / lost))


def test_there_is_no_ratio_where_nothing_is_lost(world: cv.World) -> None:
    nothing = respond.reprice(
        policy(world, -1.0, RatioCriterion("none", "none", CAN, replace(USA, loss=False))),
        draws=2,
        workers=1,
    )
    (rated,) = nothing.ratios
    assert not np.isfinite(rated.range.p50)


def test_what_is_surely_good_and_what_is_nothing(world: cv.World, found: respond.Repriced) -> None:
    assert found.criterion("CAN").percent.p05 > 0.1
    assert found.criterion("CAN").chance == 1.0
    none = respond.reprice(policy(world, -1.0, CAN), draws=4, workers=1).criterion("CAN")
    assert none.chance == 0.0
    assert none.percent == pytest.approx((0.0, 0.0, 0.0, 0.0), abs=1e-9)


def test_workers_and_seeds(found: respond.Repriced, answer: Answer) -> None:
    two = respond.reprice(answer, draws=DRAWS, workers=2)
    assert two.criteria == found.criteria
    assert two.goals == found.goals
    assert two.ratios == found.ratios
    other = respond.reprice(answer, draws=DRAWS, workers=1, seed=2)
    assert other.criterion("CAN").percent.p50 != found.criterion("CAN").percent.p50


def test_draws_without_an_answer_are_left_out_and_counted(
    found: respond.Repriced, answer: Answer
) -> None:
    drawn = found.ensemble
    arrays = {name: values.copy() for name, values in drawn.arrays.items()}
    residual = drawn.residual.copy()
    residual[3] = np.nan
    for values in arrays.values():
        values[3] = np.nan
    some = replace(drawn, arrays=arrays, residual=residual, failures={3: "no supplier is left"})
    reported = under_draws._evaluated(some, answer.criteria, Figures.of(answer.criteria))
    assert (reported.answered, reported.failed) == (DRAWS - 1, 1)
    left = np.delete(drawn.arrays["welfare"][:, CANADA], 3)
    assert reported.criterion("CAN").percent[1:] == pytest.approx(quantiles(left))
    assert reported.goal("revenue").chance in {k / (DRAWS - 1) for k in range(DRAWS)}
    assert "1 of 12 draws have no answer" in reported.coverage_statement


def test_what_is_kept_goes_on(found: respond.Repriced, answer: Answer, tmp_path: Path) -> None:
    def stop(done: int, _: int) -> None:
        if done >= CHUNK_DRAWS:
            raise KeyboardInterrupt

    kept = {"draws": CHUNK_DRAWS + 4, "workers": 1, "out": tmp_path}
    with pytest.raises(KeyboardInterrupt):
        respond.reprice(answer, **kept, progress=stop)  # type: ignore[arg-type]
    assert list(tmp_path.glob(".draws/*/0.npz"))
    done: list[int] = []
    again = respond.reprice(answer, **kept, progress=lambda k, _: done.append(k))  # type: ignore[arg-type]
    assert done == [CHUNK_DRAWS, CHUNK_DRAWS + 4]  # the first chunk was there
    # more draws keep the first ones
    assert (again.ensemble.arrays["welfare"][:DRAWS] == found.ensemble.arrays["welfare"]).all()


def test_it_says_that_nothing_is_chosen_again(found: respond.Repriced) -> None:
    assert "only evaluated, not chosen anew" in found.coverage_statement
    assert "12 certified answers under joint draws (seed 1)" in found.coverage_statement
    assert "CAN gains in 100 %" in repr(found)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"priors": "nowhere.toml"}, FileError, "nowhere.toml: no such file"),
        ({"draws": 0}, InputError, "from 1 to 100,000"),
        ({"draws": 2, "workers": 0}, InputError, "workers=0"),
    ],
)
def test_refusals(
    answer: Answer, options: dict[str, object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said) as raised:
        respond.reprice(answer, **options)  # type: ignore[arg-type]
    assert "\n" not in str(raised.value)


def test_an_unknown_stake(found: respond.Repriced) -> None:
    with pytest.raises(InputError, match="did you mean 'CAN'"):
        found.criterion("CNA")
    with pytest.raises(InputError, match="no goal is called 'sold'"):
        found.goal("sold")


def test_stakes_of_the_desk_s_answers(world: cv.World) -> None:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    alone = respond.optimal(world, "CAN")
    (own,) = alone.criteria
    priced = respond.reprice(alone, draws=4, workers=1).criterion("CAN")
    assert own.members == (CANADA,)
    assert priced.percent.value == pytest.approx(alone.certificate.gain)
    assert priced.usd is not None
    assert priced.usd.value == pytest.approx(alone.certificate.gain_usd)
    aimed = respond.optimal(world, "CAN", objective={"CAN": 1.0, "USA": -0.5})
    assert [one.name for one in aimed.criteria] == ["objective", "CAN"]
    war = respond.nash(world, ["CAN", "CHN"])
    assert [one.name for one in war.criteria] == ["CAN", "CHN"]


def test_an_answer_to_a_partner_under_draws(world: cv.World) -> None:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    answer = respond.retaliate(world, "CAN", "USA", goal_usd=12.0)
    found = respond.reprice(answer, draws=8, workers=1)
    cost, pain = found.criterion("CAN"), found.criterion("USA")
    assert cost.usd is not None
    assert pain.usd is not None
    assert (cost.usd.value, pain.usd.value) == pytest.approx(
        (answer.certificate.cost_usd, answer.certificate.pain_usd)
    )
    all_of_it, most = found.goal("amount"), found.goal("most of it")
    assert all_of_it.reached
    assert (all_of_it.goal.threshold, most.goal.threshold) == pytest.approx((12.0, 10.8))
    assert 0.0 < all_of_it.chance < 1.0
    assert all_of_it.chance <= most.chance
    assert found.ratios[0].range.value == pytest.approx(
        answer.certificate.cost_usd / answer.certificate.pain_usd
    )
