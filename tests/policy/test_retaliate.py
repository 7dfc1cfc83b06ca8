"""Answers to a partner: against brute force, and what holds of every frontier."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import countervail as cv
from countervail import machine
from countervail.errors import InputError, NotCertified
from countervail.policy.rates.chosen import Rates
from countervail.policy.retaliation.answer import Retaliation
from countervail.policy.retaliation.retaliate import retaliate
from countervail.scenario.on_top import OnTop

from .small_tables import few_countries, four_countries

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")


def losses(world: cv.World, *duties: tuple[str, float]) -> tuple[float, float]:
    """Pain to the United States and cost to Canada of Canadian duties, solved like any question."""
    tariff = world.tariff.copy()
    for sector, duty in duties:
        tariff[world.country("USA"), world.country("CAN"), world.sector(sector)] += duty
    solution = cv.solve(world, cv.Scenario.from_arrays(world, tariff=tariff))
    worth = solution.arrays["income"] * solution.arrays["welfare"] / 100.0
    return -float(worth[world.country("USA")]), -float(worth[world.country("CAN")])


def their_measure(world: cv.World, duty: float = 0.3) -> cv.Scenario:
    """American duties on everything Canadian."""
    tariff = world.tariff.copy()
    tariff[world.country("CAN"), world.country("USA")] += duty
    return cv.Scenario.from_arrays(world, tariff=tariff, name="theirs", title="Their measure")


@pytest.fixture(scope="module")
def world() -> cv.World:
    return four_countries()


@pytest.fixture(scope="module")
def wide(world: cv.World) -> Retaliation:
    """An answer with all sectors free."""
    return retaliate(world, "CAN", "USA", goal_usd=22.0)


def test_a_grid_finds_no_cheaper_list(world: cv.World) -> None:
    two, goal = ("A01", "C24A"), 16.0
    answer = retaliate(world, "CAN", "USA", goal_usd=goal, sectors=two)
    found = {levy.sector: levy.duty / 100.0 for levy in answer.table}
    record = answer.certificate
    assert answer.reached
    assert losses(world, *found.items()) == pytest.approx((goal, record.cost_usd), abs=2e-4)

    grid = np.linspace(0.0, 0.5, 11)
    tried = {
        rates: losses(world, *zip(two, rates, strict=True))
        for rates in itertools.product(grid, grid)
    }
    # with the answer's weight on their loss no point is better, so none of the same pain is cheaper
    least = record.cost_usd - record.weight * record.pain_usd
    assert min(cost - record.weight * pain for pain, cost in tried.values()) >= least - 1e-4
    # and along the curve of that pain the cheapest rate is the one found
    costs = {}
    for first in grid:
        pain, cost = np.array([tried[first, second] for second in grid]).T
        if pain[0] <= goal <= pain[-1]:
            costs[first] = float(np.interp(goal, pain, cost))
    cheapest = min(costs, key=lambda first: costs[first])
    assert abs(cheapest - found["A01"]) <= 0.05 + 1e-9
    assert costs[cheapest] == pytest.approx(record.cost_usd, abs=0.05)


def test_the_frontier_rises(wide: Retaliation) -> None:
    pain = np.array([point.pain_usd for point in wide.frontier])
    cost = np.array([point.cost_usd for point in wide.frontier])
    weight = np.array([point.weight for point in wide.frontier])
    assert len(pain) == 8
    assert (np.diff(pain) > 0).all()
    assert (np.diff(weight) > 0).all()
    assert (np.diff(cost)[weight[:-1] >= 0] > 0).all()
    # the price of a little more pain lies between the weights at both ends: the frontier is convex
    price = np.diff(cost) / np.diff(pain)
    assert (price >= weight[:-1] - 1e-6).all()
    assert (price <= weight[1:] + 1e-6).all()
    assert wide.frontier[-1].pain_usd == pytest.approx(wide.most_usd)


def test_the_certificate_says_what_is_so(world: cv.World, wide: Retaliation) -> None:
    record, arrays = wide.certificate, wide.solution.arrays
    worth = arrays["income"] * arrays["welfare"] / 100.0
    assert wide.reached
    assert wide.goal_usd == 22.0
    assert record.pain_usd == pytest.approx(-worth[world.country("USA")])
    assert record.cost_usd == pytest.approx(-worth[world.country("CAN")])
    assert abs(record.missed_usd) < 1e-5 * 22.0
    assert record.missed_usd == pytest.approx(record.pain_usd - 22.0)
    assert record.projected_gradient < 1e-7
    assert record.agree
    assert record.evaluations > 50
    assert wide.solution.certificate.residual < 1e-10
    assert float(wide.welfare.sel(country="USA")) < 0.0
    assert "duties cost them 22 " in repr(wide)


def test_the_slopes_of_both_losses_are_in_the_proportion_of_the_weight(
    world: cv.World, wide: Retaliation
) -> None:
    record = wide.certificate
    income = wide.solution.arrays["income"]
    slopes = [
        income[world.country(code)] * cv.gradient(wide.solution.figure("welfare", country=code))
        for code in ("CAN", "USA")
    ]
    ours, theirs = (slope.sel(exporter="USA", importer="CAN").values for slope in slopes)
    free = (wide.duties > 0) & (wide.duties < 0.5)
    assert free.any()
    at = wide.instruments.sector[free]
    assert ours[at] == pytest.approx(record.weight * theirs[at], rel=1e-4)


def test_spared_sectors_and_the_cap(world: cv.World) -> None:
    answer = retaliate(world, "CAN", "USA", goal_usd=2.0, spare=["C24A"], cap=0.25)
    assert answer.reached
    assert {levy.sector for levy in answer.table} <= {"A01", "C10T12"}
    assert 0.0 < answer.duties.max() <= 0.25
    assert answer.frontier[-1].mean_duty == pytest.approx(25.0)
    after = answer.solution.resolved.after.tariff_new
    moved = np.argwhere(after != world.tariff)
    assert {(world.countries[i], world.countries[n]) for i, n, _ in moved} == {("USA", "CAN")}


def test_few_sectors(world: cv.World) -> None:
    goal = 10.0
    free = retaliate(world, "CAN", "USA", goal_usd=goal)
    one = retaliate(world, "CAN", "USA", goal_usd=goal, most=1)
    alone = {}
    for sector in world.sectors:
        only = retaliate(world, "CAN", "USA", goal_usd=goal, sectors=[sector], points=2)
        if only.reached:
            alone[sector] = only.certificate.cost_usd
    assert len(free.table) == 3
    assert [levy.sector for levy in one.table] == [min(alone, key=lambda s: alone[s])]
    extra = one.certificate.few_cost_usd
    assert extra > 0.0
    assert one.certificate.cost_usd - free.certificate.cost_usd == pytest.approx(extra, abs=1e-3)
    assert one.certificate.pain_usd == pytest.approx(goal, rel=2e-5)
    assert any("step by step" in note for note in one.notes)


def test_what_is_out_of_reach(world: cv.World, wide: Retaliation) -> None:
    answer = retaliate(world, "CAN", "USA", goal_usd=500.0)
    assert not answer.reached
    assert answer.certificate.pain_usd == pytest.approx(wide.most_usd, rel=1e-6)
    assert answer.certificate.at_cap == 3
    said = [note for note in answer.notes if note.startswith("Not reachable within these bounds")]
    assert f"the most is {wide.most_usd:,.1f}" in said[0]
    few = retaliate(world, "CAN", "USA", goal_usd=24.0, most=1)
    assert not few.reached
    assert len(few.table) == 1
    assert any("and a list of 1 the most is" in note for note in few.notes)


def test_rebalancing(world: cv.World) -> None:
    theirs = their_measure(world)
    answer = retaliate(world, "CAN", "USA", theirs, rebalance=True)
    solution = cv.solve(world, theirs)
    n = world.country("CAN")
    harm = -float(solution.arrays["income"][n] * solution.arrays["welfare"][n] / 100.0)
    assert answer.goal_usd == answer.harm_usd == pytest.approx(harm)
    before = answer.solution.resolved.before.tariff_new
    assert before == pytest.approx(solution.resolved.after.tariff_new)
    percent = retaliate(world, "CAN", "USA", theirs, goal_percent=0.5)
    income = percent.solution.arrays["income"][world.country("USA")]
    assert percent.certificate.pain_usd == pytest.approx(0.005 * income, rel=2e-5)


def test_beside_the_list_that_was_used(world: cv.World) -> None:
    theirs = their_measure(world)
    assert theirs.by_hand is not None
    assert theirs.by_hand.tariff_new is not None
    tariff = theirs.by_hand.tariff_new.copy()
    tariff[world.country("USA"), world.country("CAN"), 0] += 0.4
    both = cv.Scenario.from_arrays(world, tariff=tariff, title="Both")
    answer = retaliate(world, "CAN", "USA", theirs, goal_usd=5.0, compare_with=both)
    used = answer.compared
    assert used is not None
    assert used.title == "Both"
    assert used.duties == pytest.approx({world.sectors[0]: 40.0})
    assert used.least_cost_usd is not None
    assert used.least_cost_usd < used.cost_usd
    again = retaliate(world, "CAN", "USA", theirs, goal_usd=used.pain_usd)
    assert again.certificate.cost_usd == pytest.approx(used.least_cost_usd, abs=1e-3)


def test_a_bloc_is_answered_as_one(world: cv.World) -> None:
    answer = retaliate(world, "CHN", "USMCA", goal_usd=5.0)
    assert len(answer.instruments) == len(world.sectors)
    after = answer.solution.resolved.after.tariff_new
    assert after is not None
    added = (after - world.tariff)[[world.country(c) for c in ("USA", "CAN", "MEX")]]
    assert np.ptp(added[:, world.country("CHN")], axis=0).max() < 1e-12


@pytest.fixture(scope="module")
def few() -> cv.World:
    return few_countries()


def test_duties_come_on_top_of_every_line(few: cv.World) -> None:
    scenario = cv.open_scenario("canada-china")
    answer = retaliate(
        few, "CHN", "CAN", scenario, goal_usd=20.0, sectors=["A01", "C10T12"], points=2
    )
    resolved = answer.solution.resolved
    assert resolved.lines is not None
    added = resolved.after.line_tariff - resolved.before.line_tariff
    duty = dict(zip(answer.instruments.sector, answer.duties, strict=True))
    here = (resolved.lines.exporter == few.country("CAN")) & (
        resolved.lines.importer == few.country("CHN")
    )
    expected = [duty.get(j, 0.0) for j in resolved.lines.sector[here]]
    assert here.sum() > 2
    assert added[here] == pytest.approx(expected)
    assert (added[~here] == 0.0).all()
    assert answer.certificate.pain_usd == pytest.approx(20.0, rel=2e-5)


def test_without_our_own_measures(few: cv.World) -> None:
    both = cv.open_scenario("canada-china")
    answer = retaliate(
        few,
        "CAN",
        "CHN",
        both,
        goal_usd=10.0,
        unanswered=True,
        sectors=["C29"],
        points=2,
        compare_with=both,
    )
    asked = answer.solution.scenario.settings()["law_as_it_stands"]["only"]
    assert asked
    assert not [part for part in asked if part.startswith("can-")]
    assert answer.compared is not None
    assert answer.compared.duties["C29"] > 0.0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, "say once what the answer is to cost them"),
        ({"goal_usd": 1.0, "rebalance": True}, "say once what the answer is to cost them"),
        ({"goal_usd": -1.0}, "give a positive number"),
        ({"goal_percent": float("nan")}, "give a positive number"),
        ({"goal_usd": 1.0, "cap": 0.0}, "no additional duty lies below a cap of 0 per cent"),
        ({"goal_usd": 1.0, "most": 0}, "most=0 is no answer"),
        ({"goal_usd": 1.0, "points": 1}, "points=1"),
        ({"goal_usd": 1.0, "spare": ["A02"]}, "no sector 'A02' in world"),
        ({"goal_usd": 1.0, "sectors": ["A01"], "spare": ["A01"]}, "CAN has nothing to set"),
        ({"rebalance": True}, "nothing to rebalance"),
        ({"goal_usd": 1.0, "unanswered": True}, "name the scenario"),
    ],
)
def test_refusals(world: cv.World, words: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        retaliate(world, "CAN", "USA", **words)  # type: ignore[arg-type]


def test_nobody_of_that_name(world: cv.World) -> None:
    with pytest.raises(InputError, match=r"'UAS'.*did you mean"):
        retaliate(world, "CAN", "UAS", goal_usd=1.0)
    with pytest.raises(InputError, match="CAN cannot answer CAN: CAN is in both"):
        retaliate(world, "CAN", "CAN", goal_usd=1.0)


def test_a_comparison_begins_at_the_same_law(world: cv.World) -> None:
    other = four_countries()
    tariff = other.tariff.copy()
    tariff[1, 0] += 0.1
    first = cv.Scenario.from_arrays(other, tariff=tariff)
    asked = OnTop(name="second", title="Second", status_quo=first, policy=Rates(tariff * np.nan))
    with pytest.raises(InputError, match="begins at another law"):
        retaliate(world, "CAN", "USA", goal_usd=1.0, compare_with=asked, points=2)


def test_without_jax_it_says_how_to_get_it(
    world: cv.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "find_spec", lambda _name: None)
    with pytest.raises(InputError, match="pip install"):
        retaliate(world, "CAN", "USA", goal_usd=1.0)


def test_an_amount_no_weight_meets_is_not_answered(
    world: cv.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("countervail.policy.retaliation.frontier.MOST_WEIGHTS", 1)
    with pytest.raises(NotCertified, match="the best answers jump from"):
        retaliate(world, "CAN", "USA", goal_usd=10.0, points=2)


def test_a_better_answer_from_elsewhere_is_told(
    world: cv.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("countervail.policy.retaliation.frontier.SAME_PER_CENT", -1.0)
    answer = retaliate(world, "CAN", "USA", goal_usd=10.0, points=2)
    assert not answer.certificate.agree
    assert any("a cheaper list may exist" in note for note in answer.notes)
