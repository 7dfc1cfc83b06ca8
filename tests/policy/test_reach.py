"""What it would take: against brute force and closed forms; what must hold of least changes."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

import countervail as cv
from countervail import machine, respond
from countervail.errors import InputError, NotCertified
from countervail.policy.evaluator import Evaluator
from countervail.policy.in_force import PolicyInForce
from countervail.policy.reaching import search as module
from countervail.policy.reaching.aim import GoalsAim, today_of
from countervail.policy.reaching.answer import Reach, levels
from countervail.policy.reaching.goals import Partners, parse
from countervail.policy.reaching.horizon import delivered, horizon, years_of
from countervail.policy.reaching.levers import Lever, placed
from countervail.policy.reaching.outlook import outlook
from countervail.policy.reaching.targets import targets
from countervail.present.under_draws import blocks
from countervail.testing import Table

from .small_tables import few_countries, four_countries, two_countries

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")

Array = np.ndarray


def solved(world: cv.World, answer: Reach, x: Array) -> cv.Solution:
    """The equilibrium with other changes, made by hand and solved like any question."""
    changes = answer.levers.changes(x, world)
    tariff = None
    if changes.tariff_cut is not None:
        tariff = np.expm1((1.0 - changes.tariff_cut) * np.log1p(world.tariff))
    scenario = cv.Scenario.from_arrays(
        world,
        iceberg_hat=changes.iceberg_hat,
        tariff=tariff,
        productivity_hat=changes.productivity_hat,
    )
    return cv.solve(world, scenario)


def meets(answer: Reach, solution: cv.Solution, slack: float = 0.0) -> bool:
    """Whether a solution meets every goal of an answer, but for a part of it."""
    found = []
    for target, goal in zip(answer.targets, answer.goals, strict=True):
        level = target.level(solution.arrays, 1.0, first=False)
        found.append(target.sign * (level - goal.needed) >= -slack * abs(goal.needed))
    return all(found)


def effort(answer: Reach, x: Array) -> float:
    return 0.5 * float(answer.levers.effort @ x**2)


PAIR = ("A01", "C24A")
TO_CHINA = Partners(("CHN",))


@pytest.mark.parametrize(
    ("seed", "goals", "levers"),
    [
        pytest.param(
            4,
            ["raise exports of CAN to CHN by 30 %"],
            [Lever("export_cost", TO_CHINA, PAIR)],
            marks=pytest.mark.slow,
        ),
        (
            2,
            ["raise exports of CAN to CHN by 30 %"],
            [
                Lever("export_cost", TO_CHINA, PAIR[:1], weight=3.0),
                Lever("tariff", TO_CHINA, PAIR[1:]),
            ],
        ),
        pytest.param(
            1,
            ["raise welfare of CAN by 0.5 %"],
            [Lever("productivity", sectors=PAIR, most=4.0)],
            marks=pytest.mark.slow,
        ),
        (
            4,
            ["raise exports of CAN to CHN by 10 %", "exports of CAN to USA at least 99 % of today"],
            [Lever("export_cost", Partners(("CHN", "USA")), PAIR[:1], most=15.0)],
        ),
    ],
)
def test_a_grid_finds_nothing_cheaper(seed: int, goals: list[str], levers: list[Lever]) -> None:
    world = four_countries(seed)
    answer = respond.reach(world, goals, levers=levers)
    assert answer.reached
    assert len(answer.levers) == 2
    steps = 12
    grid = [np.linspace(0.0, most, steps + 1) for most in answer.levers.most]
    found = {}
    for point in itertools.product(*grid):
        if meets(answer, solved(world, answer, np.array(point))):
            found[point] = effort(answer, np.array(point))
    assert found
    least = min(found.values())
    assert answer.certificate.effort <= least * (1 + 1e-9)
    near = answer.x + answer.levers.most / steps
    assert least <= effort(answer, near) * (1 + 1e-9)


@pytest.mark.parametrize("theta", [3.0, 6.0])
def test_two_countries_that_hardly_trade(theta: float) -> None:
    """With r the ratio of wages, r^(1 + 2 theta) = exp(theta x) and exports are 2 r^(1 + theta) /
    (1 + r) of today's: balanced trade, one good, home sales next to everything."""
    from scipy.optimize import brentq

    trade = np.array([[1e6, 1.0], [1.0, 1e6]])[..., None]
    zeros = np.zeros((2, 2, 1))
    world = Table(trade, zeros, np.zeros((2, 1, 1)), np.array([theta])).world()
    answer = respond.reach(world, "double exports of CAN", levers=[Lever("export_cost", most=60.0)])
    r = brentq(lambda r: 2.0 * r ** (1 + theta) / (1 + r) - 2.0, 1.0, 4.0)
    assert answer.x == pytest.approx([(1 + 2 * theta) / theta * np.log(r)], rel=1e-5)


def test_two_halves_of_a_sector_are_asked_for_the_same() -> None:
    world = two_countries(4.0, symmetric=False, size=3.0)
    table = Table(world.trade, world.tariff, world.input_share, world.trade_elasticity)
    halves = table.with_sector_halved(0).world()
    one = respond.reach(world, "raise exports of CAN by 20 %")
    two = respond.reach(halves, "raise exports of CAN by 20 %")
    assert two.x == pytest.approx(np.repeat(one.x, 2), rel=1e-6)
    assert two.certificate.effort == pytest.approx(one.certificate.effort, rel=1e-6)


def test_no_cheaper_changes_nearby() -> None:
    """Of random changes nearby, those that meet the goals cost more."""
    world = four_countries(1)
    answer = respond.reach(
        world,
        ["raise exports of CAN to CHN by 30 %", "raise welfare of CAN by 0.3 %"],
        levers=["export_cost", "tariff", "productivity"],
    )
    assert answer.reached
    rng, met = np.random.default_rng(1), 0
    for size in (1e-3, 1e-2, 1e-1):
        for _ in range(15):
            x = answer.x + size * answer.levers.most * rng.uniform(-1.0, 1.0, len(answer.x))
            x = np.clip(x, 0.0, answer.levers.most)
            if meets(answer, solved(world, answer, x)):
                met += 1
                assert effort(answer, x) > answer.certificate.effort
    assert met > 5


def test_the_certificate_says_what_is_so() -> None:
    world = four_countries(1)
    answer = respond.reach(world, "double exports of CAN to all but USA", levers=[Lever("tariff")])
    record = answer.certificate
    assert not answer.reached
    answer = respond.reach(
        world, "double exports of CAN to all but USA", levers=["export_cost", "tariff"]
    )
    record, levers = answer.certificate, answer.levers
    assert answer.reached
    assert record.gradient < 1e-7
    assert record.short < 1e-8
    assert record.moved == (answer.x > 0).sum()
    assert record.at_most == (answer.x == levers.most).sum() > 0
    assert ((answer.x >= 0) & (answer.x <= levers.most)).all()
    assert len(record.starts) == 2
    assert record.agree
    assert record.evaluations > sum(start.evaluations for start in record.starts)
    (goal,) = answer.goals
    assert goal.reached == pytest.approx(2.0 * goal.today, rel=1e-7)
    assert goal.most is not None
    assert goal.most > goal.needed
    flows = answer.solution.arrays["border_trade_new"][1 - 1]
    abroad = [n for n, code in enumerate(world.countries) if code not in ("CAN", "USA")]
    assert flows[abroad].sum() == pytest.approx(goal.reached)
    kinds = {kind.kind: kind for kind in answer.kinds}
    assert sum(kind.effort for kind in kinds.values()) == pytest.approx(record.effort)
    for by in (answer.partners("export_cost"), answer.sectors("export_cost")):
        assert sum(row.effort for row in by) == pytest.approx(kinds["export_cost"].effort)
        assert sum(row.saved for row in by) == pytest.approx(kinds["export_cost"].saved)
    assert len(answer.table) == record.levers
    assert answer.solution.certificate.residual < 1e-10


def test_the_price_of_a_goal_is_what_a_little_more_costs() -> None:
    world = four_countries(1)
    one = respond.reach(world, "exports of CAN to CHN at least 130 % of today")
    more = respond.reach(world, "exports of CAN to CHN at least 130.13 % of today")
    extra = (more.certificate.effort - one.certificate.effort) / 0.1
    assert extra == pytest.approx(one.goals[0].price, rel=1e-2)


def test_what_one_per_cent_is_worth() -> None:
    world = four_countries(1)
    answer = respond.reach(
        world,
        ["raise exports of CAN to CHN by 30 %", "raise welfare of CAN by 0.1 %"],
        levers=["export_cost", "productivity"],
    )
    (partner,) = answer.partners("export_cost")
    x = np.where(answer.levers.where("export_cost"), 1e-4, 0.0)
    a_little = solved(world, answer, x)
    for target, worth, goal in zip(answer.targets, partner.worth, answer.goals, strict=True):
        gained = target.level(a_little.arrays, 1.0, first=False) - goal.today
        assert gained / 1e-4 == pytest.approx(100.0 * worth, rel=2e-3)


def test_weights_shift_effort() -> None:
    world = four_countries(1)
    goal = "raise exports of CAN to CHN by 30 %"

    def asked(weight: float) -> Reach:
        return respond.reach(world, goal, levers=[Lever("export_cost", weight=weight), "tariff"])

    cheap, dear = asked(1.0), asked(5.0)
    assert dear.kinds[0].change < cheap.kinds[0].change
    assert dear.kinds[1].change > cheap.kinds[1].change
    ten = respond.reach(world, goal, levers=[Lever("export_cost", weight=10.0)])
    one = respond.reach(world, goal)
    assert ten.x == pytest.approx(one.x, rel=1e-5)
    assert ten.certificate.effort == pytest.approx(10.0 * one.certificate.effort, rel=1e-6)


def test_growth_of_all_alike_delivers_its_part() -> None:
    """Where all grow alike everything scales: what is left is the goal over growth."""
    world = four_countries(1)
    growth = respond.Growth("assumed for a test", {"others": 2.0})
    grown = respond.reach(
        world, "double exports of CAN to CHN by 2035 from 2025", growth=growth, levers=LEVERS
    )
    whole = 1.02**10
    (goal,) = grown.goals
    assert grown.horizon.world_growth == pytest.approx(whole)
    assert goal.growth_alone == pytest.approx(whole * goal.today, rel=1e-9)
    assert goal.reached == pytest.approx(2.0 * goal.today, rel=1e-7)
    assert goal.a_year == pytest.approx(100.0 * (2.0**0.1 - 1.0))
    percent = 100.0 * 2.0 / whole
    still = respond.reach(
        world, f"exports of CAN to CHN at least {percent!r} % of today", levers=LEVERS
    )
    assert grown.x == pytest.approx(still.x, rel=1e-5)
    assert grown.certificate.effort == pytest.approx(whole * still.certificate.effort, rel=1e-6)
    assert any("assumed for a test" in note for note in grown.notes)
    assert any("No growth of economies is assumed" in note for note in still.notes)


LEVERS = ["export_cost", "tariff"]


def test_a_goal_met_by_growth_alone_needs_no_effort() -> None:
    growth = respond.Growth("assumed for a test", {"CAN": 1.0, "others": 3.0})
    goal = "raise exports of CAN by 10 % by 2035 from 2025"
    answer = respond.reach(four_countries(1), goal, growth=growth)
    assert answer.reached
    assert not answer.x.any()
    assert answer.certificate.effort == 0.0
    assert "nothing is needed" in answer.says
    assert answer.goals[0].most is None


def test_growth_of_some_is_solved_for() -> None:
    world = four_countries(1)
    growth = respond.Growth("assumed for a test", {"CHN": 4.0})
    answer = respond.reach(
        world, "raise exports of CAN to CHN by 60 % by 2030 from 2022", growth=growth, levers=LEVERS
    )
    labour = np.array([1.04**8 if code == "CHN" else 1.0 for code in world.countries])
    by_hand = cv.solve(world, cv.Scenario.from_arrays(world, labour_hat=labour))
    i, n = world.country("CAN"), world.country("CHN")
    size = world.accounts.value_added
    level = by_hand.arrays["border_trade_new"][i, n].sum() * (size @ labour) / size.sum()
    (goal,) = answer.goals
    assert goal.growth_alone == pytest.approx(level, rel=1e-8)
    assert goal.today < goal.growth_alone < goal.reached
    ((level, needed),) = levels(answer.solution, answer.targets)
    assert level == pytest.approx(goal.reached, rel=1e-8)
    assert needed == pytest.approx(goal.needed, rel=1e-8)


def test_out_of_reach_is_an_answer() -> None:
    world = four_countries(1)
    answer = respond.reach(world, "triple exports of CAN")
    (goal,) = answer.goals
    assert not answer.reached
    assert answer.finished
    assert (answer.x == answer.levers.most).all()
    most = solved(world, answer, answer.levers.most)
    target = answer.targets[0]
    assert goal.most == pytest.approx(target.level(most.arrays, 1.0, first=False), rel=1e-7)
    assert goal.reached == goal.most or goal.reached == pytest.approx(goal.most, rel=1e-7)
    assert "Not reachable within these bounds: the most is USD" in answer.says
    assert f"({100.0 * goal.reached / goal.needed:.1f} per cent of the goal)" in answer.says
    assert answer.certificate.short > 0.1
    assert "NOT reached" in repr(answer)


def test_goals_that_exclude_each_other() -> None:
    world = four_countries(1)
    answer = respond.reach(
        world,
        ["raise exports of CAN to CHN by 30 %", "cut exports of CAN to CHN in A01 by 20 %"],
        levers=[Lever("export_cost", TO_CHINA, ("A01",))],
    )
    assert not answer.reached
    assert "Not reachable" in answer.says
    together = respond.reach(
        world,
        ["raise exports of CAN to CHN by 30 %", "share of exports of CAN to CHN at most 20 %"],
        levers=[Lever("export_cost", Partners())],
    )
    level = [goal.reached for goal in together.goals]
    assert together.reached == (level[1] <= 20.0 * (1 + 1e-6))


def test_less_is_a_goal_too() -> None:
    world = four_countries(1)
    now = respond.reach(world, "share of exports of CAN to USA at most 99 %")
    assert now.reached
    today = now.goals[0].today
    assert 0.0 < today < 100.0
    answer = respond.reach(world, f"share of exports of CAN to USA at most {0.9 * today!r} %")
    assert answer.reached
    flows = answer.solution.arrays["border_trade_new"][world.country("CAN")].sum(axis=1)
    flows[world.country("CAN")] = 0.0
    share = 100.0 * flows[world.country("USA")] / flows.sum()
    assert share == pytest.approx(0.9 * today, rel=1e-6)


def test_a_revenue_goal_and_a_bloc() -> None:
    world = four_countries(1)
    answer = respond.reach(
        world,
        ["raise revenue of CAN by 1 %", "raise exports of USMCA by 5 %"],
        levers=["import_cost", "export_cost"],
        player="CAN",
    )
    assert answer.reached
    assert answer.player.name == "CAN"
    assert any("The levers are those of CAN" in note for note in answer.notes)


def test_balanced_trade_first() -> None:
    world = four_countries(1)
    model = cv.CaliendoParro(deficits="closed")
    answer = respond.reach(world, "raise exports of CAN to CHN by 30 %", model=model)
    assert answer.reached
    assert np.abs(answer.solution.arrays["deficit_new"]).max() < 1e-6


def evaluator_of(
    world: cv.World, scenario: cv.Scenario | None, goals: list[str], levers: list[Lever]
) -> Evaluator:
    in_force = PolicyInForce.of(world, scenario, None)
    aims = targets([parse(goal) for goal in goals], in_force.world)
    player, default = aims[0].player, Partners(("CHN",))
    own = placed(levers, in_force.world, player, default, in_force.base, in_force.before, 1.0)
    arrays = today_of(in_force)
    needed = np.array([t.needed(t.level(arrays, 1.0, first=True)) for t in aims])
    return Evaluator(in_force, own, GoalsAim(aims, needed, 1.0))


EVERY_KIND = [
    "raise exports of CAN to CHN by 30 %",
    "share of imports of CAN from CHN at most 10 %",
    "raise output of CAN in C24A by 5 %",
    "raise welfare of CAN by 1 %",
    "raise real wage of USA by 1 %",
    "revenue of CAN at least USD 100 mn",
]


def check_slopes(evaluator: Evaluator, x: Array, lever: int, step: float, rel: float) -> None:
    slope = evaluator.evaluate(x).slopes[:, lever]
    move = np.zeros_like(x)
    move[lever] = step
    ahead, behind = evaluator.evaluate(x + move).values, evaluator.evaluate(x - move).values
    scale = np.abs(evaluator.evaluate(x).slopes).max(axis=1)
    assert slope == pytest.approx(
        (ahead - behind) / (2 * step), rel=rel, abs=float(rel * scale.max())
    )


def test_slopes_are_central_differences() -> None:
    levers = [Lever("export_cost"), Lever("import_cost"), Lever("tariff"), Lever("productivity")]
    evaluator = evaluator_of(four_countries(1), None, EVERY_KIND, levers)
    most = evaluator.instruments.most
    x = np.random.default_rng(1).uniform(0.2, 0.8, len(most)) * most
    for k in range(len(x)):
        check_slopes(evaluator, x, k, 1e-4 * float(most[k]) + 1e-5, 1e-4)


def test_slopes_with_tariff_lines() -> None:
    world = few_countries()
    levers = [
        Lever("export_cost", TO_CHINA, ("A01", "C10T12")),
        Lever("tariff", TO_CHINA, ("A01", "C10T12", "C29")),
    ]
    goals = ["raise exports of CAN to CHN by 10 %", "raise welfare of CAN by 0.1 %"]
    evaluator = evaluator_of(world, cv.open_scenario("canada-china"), goals, levers)
    law = evaluator.law.lines
    assert law is not None
    at = (law.importer == world.country("CHN")) & (law.sector == world.sector("A01"))
    assert (at & (law.exporter == world.country("CAN"))).sum() > 1
    most = evaluator.instruments.most
    for k in range(len(most)):
        check_slopes(evaluator, 0.5 * most, k, 1e-2 * float(most[k]), 1e-3)


def test_every_line_of_a_cell_is_cut_in_proportion(oecd: cv.World) -> None:
    scenario = cv.open_scenario("canada-china")
    answer = respond.reach(
        oecd, "raise exports of CAN to CHN by 1 %", scenario, levers=[Lever("tariff")]
    )
    assert answer.reached
    resolved = answer.solution.resolved
    lines, first, second = resolved.lines, resolved.before.line_tariff, resolved.after.line_tariff
    assert lines is not None
    assert first is not None
    assert second is not None
    i, n = oecd.country("CAN"), oecd.country("CHN")
    ours = (lines.exporter == i) & (lines.importer == n)
    assert (second[~ours] == first[~ours]).all()
    moved = ours & (first > 0)
    kept = np.log1p(second[moved]) / np.log1p(first[moved])
    for j in np.unique(lines.sector[moved]):
        of_cell = kept[lines.sector[moved] == j]
        assert of_cell == pytest.approx(of_cell[0], rel=1e-9)
    assert kept.min() < 1.0
    # effort is additive over lines: half the trade of each times its own squared cut
    assert answer.solution.lines is not None
    cut = np.log1p(first) - np.log1p(second)
    with_lines = 0.5 * float((answer.solution.lines.border * cut**2)[ours].sum())
    tariff = oecd.tariff if resolved.before.tariff_new is None else resolved.before.tariff_new
    after = resolved.after.tariff_new
    assert after is not None
    plain = np.ones(len(oecd.sectors), dtype=bool)
    plain[lines.sector[ours]] = False
    border = answer.solution.arrays["border_trade"][i, n]
    logs = np.log1p(tariff[i, n]) - np.log1p(after[i, n])
    without = 0.5 * float((border * logs**2)[plain].sum())
    assert with_lines + without == pytest.approx(answer.certificate.effort, rel=1e-8)


def test_a_package_can_be_priced_again_over_draws(oecd: cv.World) -> None:
    scenario = cv.open_scenario("canada-china")
    growth = respond.Growth("assumed for a test", {"CHN": 3.0})
    answer = respond.reach(
        oecd,
        "raise exports of CAN to CHN by 30 % by 2026 from 2022",
        scenario,
        levers=[Lever("export_cost", TO_CHINA)],
        growth=growth,
    )
    found = respond.reprice(answer, draws=4, workers=1)
    (goal,) = answer.goals
    met = found.goal(goal.goal)
    assert (found.failed, met.reached) == (0, True)
    assert met.range.value == pytest.approx(100.0, rel=1e-6)
    assert met.range.p05 < met.range.p95
    values = found.ensemble.figures[goal.goal]
    assert met.chance == np.mean(values >= met.goal.threshold - met.goal.slack)
    assert found.criterion("CAN").usd is not None
    assert answer.solution.manifest.ledger is not None


def test_what_the_past_delivered(oecd: cv.World) -> None:
    (target,) = targets([parse("double exports of CAN to all but USA by 2035 from 2025")], oecd)
    past = delivered(target, oecd)
    assert (past.first, past.last) == (2011, 2022)
    assert past.a_year is not None
    from countervail.studies.since import trade_before

    before = trade_before(oecd)
    assert before is not None
    i, skipped = oecd.country("CAN"), [oecd.country("USA"), oecd.country("CAN")]
    first = np.delete(before[i], skipped).sum()
    last = np.delete(oecd.trade[i].sum(axis=1), skipped).sum()
    assert (1 + past.a_year / 100) ** 11 == pytest.approx(last / first)
    for words in ("double output of CAN", "double exports of CAN in C29"):
        (other,) = targets([parse(words)], oecd)
        assert delivered(other, oecd).a_year is None
        assert delivered(other, oecd).why_not
    (small,) = targets([parse("double exports of CAN")], four_countries(1))
    assert "built-in world" in delivered(small, four_countries(1)).why_not


def test_years_are_counted_from_the_world_s(oecd: cv.World) -> None:
    aims = targets([parse("double exports of CAN to all but USA by 2035")], oecd)
    way = horizon(aims, respond.Growth(), oecd)
    assert (way.since, way.years) == (2022, 13)


def test_interrupted_the_best_so_far_is_returned() -> None:
    world = four_countries(1)

    def stop(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    goal = "raise exports of CAN to CHN by 30 %"
    answer = respond.reach(world, goal, progress=stop)
    assert answer.reached
    assert not answer.finished
    assert "interrupted" in answer.notes[0]
    best = respond.reach(world, goal)
    assert answer.certificate.effort > best.certificate.effort
    assert best.finished


def test_interrupted_before_anything_is_found_it_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate: Callable[..., object] = Evaluator.evaluate

    def stop(evaluator: Evaluator, x: Array) -> object:
        if evaluator.evaluations:
            raise KeyboardInterrupt
        return evaluate(evaluator, x)

    monkeypatch.setattr(Evaluator, "evaluate", stop)
    with pytest.raises(KeyboardInterrupt):
        respond.reach(four_countries(1), "raise exports of CAN to CHN by 30 %")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"levers": ["export_costs"]}, "no lever 'export_costs'; did you mean 'export_cost'"),
        ({"levers": []}, None),
        ({"levers": [Lever("tariff", Partners(("USA",))), Lever("tariff")]}, "stated twice"),
        ({"levers": [Lever("tariff", sectors=("C92",))]}, "no sector 'C92'"),
        ({"player": "UAS"}, "no country 'UAS'.*did you mean"),
        ({"growth": respond.Growth("a test", {"CHN": 1.0})}, "growth until when"),
    ],
)
def test_refusals(words: dict[str, object], said: str | None) -> None:
    def ask() -> Reach:
        return respond.reach(four_countries(1), "raise exports of CAN by 5 %", **words)  # type: ignore[arg-type]

    if said is None:  # no lever stated is the default one
        assert [kind.kind for kind in ask().kinds] == ["export_cost"]
        return
    with pytest.raises(InputError, match=said):
        ask()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Lever("export_cost", most=0.0), "above 0"),
        (lambda: Lever("export_cost", most=100.0), "at most 95"),
        (lambda: Lever("tariff", weight=0.0), "costs nothing"),
        (lambda: Lever("productivity", Partners(("USA",))), "no partners"),
        (lambda: respond.Growth("", {"CHN": 1.0}), "no source"),
        (lambda: respond.Growth("a test", {"CHN": 100.0}), "between -50 and 50"),
    ],
)
def test_levers_and_growth_that_mean_nothing(make: Callable[[], object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        make()


def test_growth_by_group_and_country(oecd: cv.World) -> None:
    growth = respond.Growth("a test", {"EU27": 1.0, "DEU": 0.5, "others": 2.0})
    rates = dict(zip(oecd.countries, growth.by_country(oecd), strict=True))
    assert (rates["DEU"], rates["FRA"], rates["CHN"]) == (0.5, 1.0, 2.0)
    clash = respond.Growth("a test", {"USMCA": 1.0, "G7": 2.0})
    with pytest.raises(InputError, match="is given twice"):
        clash.by_country(oecd)


def test_nothing_stays_nothing() -> None:
    world = four_countries(1)
    trade = np.array(world.trade)
    trade[world.country("CAN"), world.country("CHN")] = 0.0
    without = Table(trade, world.tariff, world.input_share, world.trade_elasticity).world()
    with pytest.raises(InputError, match="is nothing today"):
        respond.reach(without, "double exports of CAN to CHN")


def test_without_jax_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "find_spec", lambda _name: None)
    with pytest.raises(InputError, match="pip install"):
        respond.reach(four_countries(1), "double exports of CAN")


def test_what_is_not_least_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLAT_GRADIENT", -1.0)
    with pytest.raises(NotCertified, match="no least changes found"):
        respond.reach(four_countries(1), "raise exports of CAN to CHN by 30 %")


def test_what_the_certified_solution_contradicts_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    level = GoalsAim.level
    monkeypatch.setattr(GoalsAim, "level", lambda *args: 1.01 * level(*args))
    with pytest.raises(NotCertified, match="the search came to"):
        respond.reach(four_countries(1), "raise exports of CAN to CHN by 30 %")


def test_searches_that_end_apart_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAME_PART_OF_EFFORT", -1.0)
    answer = respond.reach(four_countries(1), "raise exports of CAN to CHN by 30 %")
    assert not answer.certificate.agree
    assert any("different efforts" in note for note in answer.notes)


def test_the_question_is_a_scenario_like_any_other() -> None:
    world = four_countries(1)
    answer = respond.reach(world, "raise exports of CAN to CHN by 30 %")
    question = answer.solution.scenario
    again = cv.solve(world, question)
    assert again.arrays["welfare"] == pytest.approx(answer.solution.arrays["welfare"], abs=1e-9)
    nothing = question.with_options(only=())
    assert np.abs(cv.solve(world, nothing).arrays["welfare"]).max() < 1e-9
    assert question.settings()["law_as_it_stands"]["title"] == "The world as it is"
    with pytest.raises(InputError, match="no dates"):
        cv.solve(world, dataclasses.replace(question, to_date=date(2026, 1, 12)))
    with pytest.raises(InputError, match="another world"):
        cv.solve(two_countries(), question)


def test_a_hand_made_law_stands() -> None:
    world = four_countries(1)
    iceberg = np.ones_like(world.trade)
    i, n = world.country("CAN"), world.country("CHN")
    iceberg[i, n, 0], iceberg[i, n, 1] = np.inf, 1.3
    law = cv.Scenario.from_arrays(world, iceberg_hat=iceberg, title="A ban")
    answer = respond.reach(world, "raise exports of CAN to CHN by 10 %", law)
    assert answer.reached
    assert 0 not in answer.levers.sector  # nothing can be bought where a ban stands
    after = answer.solution.resolved.after.iceberg_hat
    assert after is not None
    assert np.isinf(after[i, n, 0])
    k = int(np.flatnonzero(answer.levers.sector == 1)[0])
    assert after[i, n, 1] == pytest.approx(1.3 * np.exp(-answer.x[k]))
    assert "A ban" in answer.status_quo.sentence


@pytest.mark.slow
def test_double_canada_s_exports_to_all_but_the_united_states(oecd: cv.World) -> None:
    answer = respond.reach(oecd, respond.open_goals("double-non-us"))
    assert answer.reached
    assert answer.certificate.agree
    assert answer.certificate.gradient < 1e-6
    assert answer.goals[0].a_year == pytest.approx(7.1773, abs=1e-4)


def test_what_looks_out_of_reach_from_one_side_is_looked_at_from_others() -> None:
    """From all levers at their bounds a climb ends short of it; from none it goes beyond."""
    kinds = ["export_cost", "import_cost", "tariff", "productivity"]
    goal = "real wage of USA at least 5.251988327235413 %"
    answer = respond.reach(four_countries(13), goal, player="CAN", levers=kinds)
    assert answer.reached
    assert answer.certificate.gradient < 1e-5


def test_what_is_not_proven_out_of_reach_is_said() -> None:
    kinds = ["export_cost", "import_cost", "tariff", "productivity"]
    answer = respond.reach(
        four_countries(4), "revenue of CAN at least USD 100 bn", player="CAN", levers=kinds
    )
    assert not answer.reached
    assert answer.certificate.gradient > 1e-5
    assert any("is not proven" in note for note in answer.notes)


def test_the_price_of_a_share_is_of_a_point() -> None:
    world = four_countries()
    one, two = (
        respond.reach(world, f"share of exports of CAN to CHN at least {share} %")
        for share in (14.40, 14.41)
    )
    price = one.goals[0].price
    assert price is not None
    dearer = two.certificate.effort - one.certificate.effort
    assert price == pytest.approx(dearer / 0.01, rel=0.02)


def test_no_sector_above_its_capacity() -> None:
    world = four_countries()
    free = respond.reach(world, "raise exports of CAN by 20 %", capacity=np.inf)
    assert not free.full
    most = free.outputs[0].times
    held = respond.reach(world, "raise exports of CAN by 20 %", capacity=0.99 * most)
    assert held.reached
    assert held.full
    for row in held.outputs:
        assert row.times <= 0.99 * most * (1.0 + 1e-5)
        assert row.full == (row.sector in [world.sectors[j] for j in held.full])
    assert held.certificate.effort > free.certificate.effort
    assert "held to it: " + ", ".join(world.sectors[j] for j in held.full) in " ".join(held.notes)


def test_capacity_may_put_a_goal_out_of_reach() -> None:
    answer = respond.reach(four_countries(), "raise exports of CAN by 20 %", capacity=1.0)
    assert not answer.reached
    assert "no sector above 1 times today's output" in answer.says
    assert max(row.times for row in answer.outputs) < 1.01
    with pytest.raises(InputError, match=r"capacity 0\.5"):
        respond.reach(four_countries(), "raise exports of CAN by 20 %", capacity=0.5)


def test_what_becomes_of_other_exports() -> None:
    world = four_countries()
    answer = respond.reach(world, "raise exports of CAN to CHN by 20 %")
    rows = {row.partner: row for row in answer.exports}
    assert [row.partner for row in answer.exports if row.aimed] == ["CHN"]
    assert rows["CHN"].then == pytest.approx(1.2 * rows["CHN"].today)
    books = answer.solution.arrays
    to_usa = world.country("CAN"), world.country("USA")
    assert rows["USA"].then == pytest.approx(books["border_trade_new"][to_usa].sum())
    assert rows["USA"].without == pytest.approx(books["border_trade"][to_usa].sum())


def test_growth_is_what_is_expected_unless_stated(oecd: cv.World) -> None:
    expected = outlook(oecd, 2025, 2035)
    rates = expected.by_country(oecd)
    ten = [1.541, 1.88, 1.685, 1.731, *[1.635] * 6]  # the last published rate holds
    assert (1.0 + rates[oecd.country("CAN")] / 100.0) ** 10 == pytest.approx(
        np.prod([1.0 + rate / 100.0 for rate in ten])
    )
    assert "ROW at the rate of the world" in expected.note(10)
    assert "International Monetary Fund" in expected.note(10)
    merged = oecd.aggregate(countries={"NORTH": ["CAN", "USA"]})
    both = outlook(merged, 2025, 2035).by_country(merged)[merged.country("NORTH")]
    assert rates[oecd.country("CAN")] < both < rates[oecd.country("USA")]


def test_growth_can_be_switched_off_and_stated() -> None:
    world, words = four_countries(), "raise exports of CAN by 10 % by 2035 from 2025"
    assert respond.reach(world, words, growth="none").horizon.labour_hat is None
    grown = respond.reach(world, words)
    assert grown.goals[0].growth_alone > grown.goals[0].today * 1.1
    assert "International Monetary Fund" in " ".join(grown.notes)


WORDINGS = (
    "double exports of CAN to all but USA by 2035 from 2025",
    "keep exports of CAN to all but USA at least 200 % of today by 2035 from 2025",
    "exports of CAN to CHN, MEX at least 200 % of today by 2035 from 2025",
)


def test_two_wordings_of_one_goal_have_one_arithmetic() -> None:
    world = four_countries()
    answers = [
        respond.reach(world, words, levers=[Lever("export_cost", most=60)]) for words in WORDINGS
    ]
    first = answers[0]
    for other in answers[1:]:
        for name in ("today", "growth_alone", "needed", "a_year", "reached", "met"):
            assert getattr(other.goals[0], name) == pytest.approx(getattr(first.goals[0], name))
        assert other.certificate.effort == pytest.approx(first.certificate.effort, rel=1e-4)
        times = [row.times for row in other.outputs]
        assert times == pytest.approx([row.times for row in first.outputs], rel=1e-4)


def test_years_are_counted_from_the_status_quo_s(oecd: cv.World) -> None:
    """A preset says 'from 2025' and has the law of 2025: words under the same law mean the same."""
    aims = targets([parse("double exports of CAN by 2035")], oecd)
    assert years_of(aims, oecd, date(2025, 10, 22)) == (2025, 2035)
    assert years_of(aims, oecd) == (2022, 2035)


def test_the_status_quo_is_the_goal_s_own_day() -> None:
    wanted = respond.open_goals("double-non-us")
    assert str(wanted.law_date) == "2025-10-22"
    answer = respond.reach(few_countries(), wanted, growth="none", capacity=np.inf)
    assert str(answer.status_quo.law_date) == "2025-10-22"
    assert "the law of 2025-10-22" in answer.status_quo.sentence


def test_a_chance_of_a_gain_only_where_something_could_be_lost() -> None:
    answer = respond.reach(four_countries(), "raise exports of CAN to CHN by 20 %")
    found = respond.reprice(answer, draws=4, workers=1)
    (own,) = found.criteria
    assert own.chance == 1.0
    assert not own.doubtful
    said = blocks(found, answer.solution)
    assert said["chances"]["gain"] == {}
    assert own._replace(chance=0.75).doubtful
