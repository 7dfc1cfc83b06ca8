"""What would it take? The least changes of costs, tariffs and productivity that meet goals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import machine
from countervail.core.model import Model
from countervail.errors import NoEquilibrium, NotCertified
from countervail.policy.evaluator import Evaluated, Evaluator
from countervail.policy.in_force import PolicyInForce, law_of
from countervail.policy.players import Player
from countervail.policy.players import player as named
from countervail.policy.problem import Problem
from countervail.policy.reaching.aim import GoalsAim, today_of
from countervail.policy.reaching.answer import Met, Reach, ReachProblem, ReachProof
from countervail.policy.reaching.capacity import CAPACITY_TIMES_OUTPUT, Room
from countervail.policy.reaching.file import GoalsAsked
from countervail.policy.reaching.goals import KINDS, Goal, Partners, parse
from countervail.policy.reaching.growth import NO_GROWTH, Growth
from countervail.policy.reaching.horizon import Horizon, delivered, horizon, years_of
from countervail.policy.reaching.least import Least
from countervail.policy.reaching.levers import Lever, LeverSet, placed
from countervail.policy.reaching.outlook import outlook
from countervail.policy.reaching.package import Package
from countervail.policy.reaching.search import FLAT_GRADIENT, Plan, searched
from countervail.policy.reaching.targets import MEETS_PART_OF_GOAL, Target, targets
from countervail.scenario import Scenario, open_scenario
from countervail.solution import Solution
from countervail.world import World

Array = NDArray[np.float64]
Progress = Callable[[int, int], object]
Goals = str | Goal | GoalsAsked | Sequence[str | Goal]

PASSIVE = "Everybody else's law and costs stay as they are: nobody answers these changes."
WILLING = "Partners cut their tariffs for nothing: what they would ask in return is not counted."
COSTS = (
    "Trade costs and productivity are changed without saying by which policy, or what that would "
    "cost: effort measures change, not a budget."
)
LONG_RUN = "The answer is for the long run that trade elasticities are estimated for."
INTERRUPTED = (
    "The search was interrupted: these changes meet the goals, and smaller ones may do so too."
)


def reach(
    world: World,
    goals: Goals,
    scenario: Scenario | None = None,
    model: Model | None = None,
    *,
    player: str | None = None,
    levers: Sequence[Lever | str] | None = None,
    growth: Growth | Literal["none"] | None = None,
    capacity: float | None = None,
    progress: Progress | None = None,
) -> Reach:
    """Return the least changes that meet goals within bounds, or the most that is within them.

    The law in force is the scenario's second state, threats included where it holds them. Effort
    is half the sum over levers of weight x trade (or output) it stands on x squared change in
    logs. What is out of reach is an answer too, ``reached`` being False; what is found is solved
    and certified like any question. Interrupted (Ctrl-C), the best changes found so far that meet
    the goals are returned, ``finished`` being False.

    Args:
        world: the base world.
        goals: one or several, in words (docs/reach.md has the grammar) or parsed; or what
            ``open_goals`` returns, with its levers, growth and player.
        scenario: its second state is the law in force; default what a goal file names (a scenario,
            or the day whose law it is), or the world as it is.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        player: country or group whose levers are used; default whose the first goal is.
        levers: what may be changed; a name is a kind with its default bound and weight. Default
            trade costs of the player's exports to the partners the goals name.
        growth: of economies until the goals' year; default what a goal file states, or what the
            International Monetary Fund expects (``outlook``); ``"none"`` for none.
        capacity: no sector of the player's produces more than so many times today's output;
            default what a goal file states, or 2; infinite lifts it.
        progress: called with how many searches are done, and of how many.

    Raises:
        InputError: a goal that is not understood, an unknown label, nothing to change, growth
            without a year or a source, or JAX is missing.
        NotCertified: the search did not end, or its equilibrium did not pass the check.
        NoEquilibrium: a state on the way has none, with the reason.
    """
    machine.load_jax()  # before anything is solved
    wanted = _wanted(goals)
    if scenario is None and wanted.scenario is not None:
        scenario = open_scenario(wanted.scenario, wanted.variant, own=world.countries)
    if scenario is None and wanted.law_date is not None and any(world.law_date):
        scenario = law_of(wanted.law_date)
    in_force = PolicyInForce.of(world, scenario, model)
    growth = wanted.growth if growth is None else NO_GROWTH if growth == "none" else growth
    times = wanted.capacity if capacity is None else capacity
    task = _task(
        in_force, wanted, player, levers, growth, CAPACITY_TIMES_OUTPUT if times is None else times
    )
    try:
        task, plan = _held(task, progress)
    except NoEquilibrium as error:
        raise error.named(in_force.world.countries, in_force.world.sectors) from None
    return _answer(task, plan)


class _Task(NamedTuple):
    """What is asked, and what is known of it.

    Attributes:
        problem: whose levers may be used in the goals' year, and what for.
        evaluator: of changes.
        wanted: goals as asked.
        in_force: the policy in force today.
        horizon: the way from there to the goals' year.
        growth: of economies.
        today: level of each goal's figure, [goal].
        needed: level that each goal asks for, [goal].
        room: how much each sector of the player's may produce.
        full: sectors that are held to that.
    """

    problem: ReachProblem
    evaluator: Evaluator
    wanted: GoalsAsked
    in_force: PolicyInForce
    horizon: Horizon
    growth: Growth
    today: Array
    needed: Array
    room: Room
    full: tuple[int, ...] = ()

    @property
    def who(self) -> Player:
        """Whose levers are used."""
        return self.problem.players[0]

    @property
    def levers(self) -> LeverSet:
        """What may be changed."""
        return self.problem.instruments[0]

    @property
    def aim(self) -> GoalsAim:
        """The goals, and what sectors may produce where they are held to it."""
        return self.problem.aims[0]

    @property
    def targets(self) -> tuple[Target, ...]:
        """The goals in the world."""
        return self.aim.goals

    def holding(self, full: Sequence[int]) -> _Task:
        """Return the task with these sectors held to what they may produce."""
        limits = self.room.limits(full, self.in_force.world)
        needed = np.concatenate([self.needed, self.room.most[list(full)]])
        growth = self.horizon.world_growth
        aim = GoalsAim((*self.targets, *limits), needed, growth, len(limits))
        evaluator = Evaluator(self.problem.in_force, self.levers, aim, beside=self.evaluator)
        evaluator.evaluations = self.evaluator.evaluations
        problem = replace(self.problem, aims=(aim,))
        return self._replace(problem=problem, evaluator=evaluator, full=tuple(full))

    def output(self, found: Least) -> Array:
        """Return what sectors produce under changes, in the goals' year, [country, sector]."""
        outcome = self.evaluator.outcome(found.x, found.seen.hats)
        return np.asarray(outcome.gross_output.T * self.horizon.world_growth)


def _wanted(goals: Goals) -> GoalsAsked:
    """Return goals with everything a goal file could say beside them.

    Raises:
        InputError: a goal that is not understood.
    """
    if isinstance(goals, GoalsAsked):
        return goals
    each = [goals] if isinstance(goals, str | Goal) else list(goals)
    return GoalsAsked(goals=tuple(parse(goal) if isinstance(goal, str) else goal for goal in each))


def _task(
    in_force: PolicyInForce,
    wanted: GoalsAsked,
    player: str | None,
    levers: Sequence[Lever | str] | None,
    growth: Growth | None,
    capacity: float,
) -> _Task:
    """Return what is asked, in its world.

    Raises:
        InputError: an unknown label, nothing to change, or growth without a year or a source.
        NotCertified: the law in force after growth could not be solved.
    """
    world = in_force.world
    aims = targets(wanted.goals, world)
    outcomes = today_of(in_force)
    today = np.array([target.level(outcomes, 1.0, first=True) for target in aims])
    for target, level in zip(aims, today, strict=True):
        target.refuse_nothing(level)
    needed = np.array([t.needed(level) for t, level in zip(aims, today, strict=True)])
    day = in_force.scenario.to_date
    if growth is None:
        years = years_of(aims, world, day)
        growth = NO_GROWTH if years is None else outlook(world, *years)
    way = horizon(aims, growth, world, day)
    word = player or wanted.player
    who = named(word, world) if word else aims[0].player
    kinds = wanted.levers if levers is None else tuple(levers)
    named_levers = [Lever(one) if isinstance(one, str) else one for one in kinds]
    then = in_force.later(way.labour_hat)
    own = placed(
        named_levers or [Lever("export_cost")],
        world,
        who,
        _default_partners(wanted.goals, aims, who),
        in_force.base,
        then.before,
        way.world_growth,
    )
    grown = then.before.outcome.gross_output.T * way.world_growth
    room = Room.of(who, capacity, outcomes["gross_output"], grown)
    problem = Problem(then, (who,), (own,), (GoalsAim(aims, needed, way.world_growth),))
    (evaluator,) = problem.evaluators()
    return _Task(problem, evaluator, wanted, in_force, way, growth, today, needed, room)


def _held(task: _Task, progress: Progress | None) -> tuple[_Task, Plan]:
    """Return the plan under which no sector produces more than it may, and its task.

    Raises:
        KeyboardInterrupt: interrupted before any changes were found that meet the goals.
    """
    plan, over = _under_limits(task, progress)
    while plan.finished and over:
        task = task.holding(sorted({*task.full, *over}))
        plan, over = _under_limits(task, progress, plan)
    return task, plan


def _under_limits(
    task: _Task, progress: Progress | None, before: Plan | None = None
) -> tuple[Plan, set[int]]:
    """Return the plan with some sectors held, and those that are not and produce too much."""

    def over(found: Least) -> set[int]:
        return set(task.room.over(task.output(found))) - set(task.full)

    tops, near = (None, None) if before is None else (before.tops, before.found.x)
    plan = searched(
        task.evaluator, task.levers, task.aim, progress, tops, near, lambda found: bool(over(found))
    )
    return plan, over(plan.found)


def _default_partners(goals: Sequence[Goal], aims: Sequence[Target], who: Player) -> Partners:
    """Return whom trade is with where levers do not say: partners of which goals want more."""
    named_by = [
        goal.partners
        for goal, aim in zip(goals, aims, strict=True)
        if goal.kind in ("exports", "imports")
        and goal.sense == "at least"
        and aim.player.members == who.members
    ]
    each = dict.fromkeys(named_by)
    if len(each) == 1:
        return next(iter(each))
    if each and not any(one.but or not one.names for one in each):
        return Partners(tuple(dict.fromkeys(name for one in each for name in one.names)))
    return Partners()


def _answer(task: _Task, plan: Plan) -> Reach:
    """Return the answer, solved as a question of its own.

    Raises:
        NotCertified: a state did not pass the check, or the search was misled.
    """
    x = plan.found.x
    solution = task.problem.solution(
        f"What it takes: {'; '.join(goal.say for goal in task.wanted.goals)}",
        f"reach-{task.who.name}",
        Package(task.levers.changes(x, task.in_force.world), task.horizon.labour_hat),
        plan.found.seen.hats,
    )
    goals = tuple(_met(task, plan, m, solution) for m in range(len(task.targets)))
    proof = _proof(task, plan)
    reached = all(goal.met for goal in goals)
    today = today_of(task.in_force)
    return Reach(
        problem=task.problem,
        solution=solution,
        certificate=proof,
        finished=plan.finished,
        notes=_notes(task, plan, proof, reached),
        reached=reached,
        goals=goals,
        x=x,
        slope=_in_units(task, plan.nothing),
        horizon=task.horizon,
        growth=task.growth,
        today={"border_trade": today["border_trade"], "gross_output": today["gross_output"]},
        room=task.room,
        full=task.full,
        title=task.wanted.title,
        question=task.wanted.question,
        sources=task.wanted.sources,
    )


def _met(task: _Task, plan: Plan, m: int, solution: Solution) -> Met:
    """Return what becomes of a goal.

    Raises:
        NotCertified: the certified solution has another level than the search.
    """
    target, today, needed = task.targets[m], float(task.today[m]), float(task.needed[m])
    growth = task.horizon.world_growth
    level = target.level(solution.arrays, growth, first=False)
    found = task.aim.level(m, float(plan.found.seen.values[m]))
    if abs(level - found) > MEETS_PART_OF_GOAL * max(abs(level), 0.1):
        raise NotCertified(
            f"the search came to {found:.10g} of '{target.goal.figure}' and the certified solution "
            f"to {level:.10g}; no figures are given. Try another closure, and report the case"
        )
    most = task.aim.level(m, float(plan.tops[m].seen.values[m])) if m in plan.tops else None
    if most is not None and task.full and len(task.targets) == 1 and not target.met(level, needed):
        most = level  # held to capacity, it is less than levers alone would bring
    return Met(
        goal=target.goal.say,
        figure=target.goal.figure,
        sense=target.goal.sense,
        unit=target.unit,
        today=today,
        growth_alone=target.level(solution.arrays, growth, first=True),
        needed=needed,
        reached=level,
        met=target.met(level, needed),
        most=most,
        price=_price(target, plan, m, level),
        a_year=task.horizon.a_year(today, needed) if target.unit == "USD million" else None,
        delivered=delivered(target, task.in_force.observed),
    )


def _price(target: Target, plan: Plan, goal: int, level: float) -> float | None:
    """Return the effort of one per cent more of a goal, or of one point; None where unproven."""
    found = plan.found
    if not plan.finished or found.short > MEETS_PART_OF_GOAL or not found.gradient <= FLAT_GRADIENT:
        return None
    of_one = 0.01 * float(found.price[goal])  # of one hundredth in the search's own measure
    return of_one * 100.0 / level if target.in_logs and target.unit == "per cent" else of_one


def _in_units(task: _Task, nothing: Evaluated) -> Array:
    """Return slopes of the goals' levels, each in its unit, where no lever is used."""
    aim = task.aim
    rows = [
        target.sign * nothing.slopes[m] * aim.per_measure(m, aim.level(m, float(nothing.values[m])))
        for m, target in enumerate(task.targets)
    ]
    return np.array(rows)


def _proof(task: _Task, plan: Plan) -> ReachProof:
    own, found = task.levers, plan.found
    return ReachProof(
        projected_gradient=found.gradient,
        step=found.step,
        short=found.short,
        instruments=len(own),
        at_low=int((found.x <= 0.0).sum()),
        at_high=int((found.x >= own.most).sum()),
        effort=0.5 * float(own.effort @ found.x**2),
        starts=plan.starts,
        agree=plan.finished and plan.agree,
        evaluations=task.evaluator.evaluations,
    )


def _notes(task: _Task, plan: Plan, record: ReachProof, reached: bool) -> tuple[str, ...]:
    """Return what must be said of an answer."""
    said = [] if plan.finished else [INTERRUPTED]
    said += [note for target in task.targets for note in target.notes]
    said += [*task.levers.notes, *task.horizon.notes]
    said += _capacity_said(task)
    said.append(task.growth.note(task.horizon.years))
    owners = {target.player.name for target in task.targets}
    if len(owners) > 1:
        said.append(f"The levers are those of {task.who.name}, whoever the goals are about.")
    if any(KINDS[target.goal.kind].changes for target in task.targets):
        said.append(
            "Welfare and real wages are changes that the levers make, relative to the law as it "
            "stands in the same year; growth is not counted in them."
        )
    if any(t.goal.sense == "at most" and t.unit == "USD million" for t in task.targets):
        said.append(
            "Levers only lower costs, which makes trade grow: what is to shrink shrinks by what "
            "grows in its place."
        )
    said += _doubts(plan, record, reached)
    if task.levers.where("tariff").any():
        said.append(WILLING)
    return (*dict.fromkeys(said), PASSIVE, COSTS, LONG_RUN)


def _capacity_said(task: _Task) -> list[str]:
    """Say how much sectors may produce, and which of them are held to it."""
    if not np.isfinite(task.room.times):
        return ["Sectors may produce any multiple of what they do today (--capacity inf)."]
    held = ", ".join(task.in_force.world.sectors[j] for j in task.full)
    return [
        f"No sector of {task.who.name} produces more than {task.room.times:g} times today's output "
        f"(--capacity), or what growth alone brings; held to it: {held or 'none'}."
    ]


def _doubts(plan: Plan, record: ReachProof, reached: bool) -> list[str]:
    """Return what is not proven of an answer: that no other one is better."""
    if not plan.finished or (
        record.agree and (reached or record.projected_gradient <= FLAT_GRADIENT)
    ):
        return []
    if not plan.starts:
        return [
            "That the most is no more than this is not proven: the searches for it ended apart, or "
            f"before slopes were gone ({record.gradient:.0e} of what all levers could add is left)."
        ]
    if not reached:
        return [
            "That no smaller sum of shortfalls can be had is not proven: searches ended where the "
            "largest part of a goal missing was "
            + " and ".join(f"{s.short:.4g} (from {s.name})" for s in plan.starts)
            + "."
        ]
    ends = "; ".join(
        f"from {s.name} {s.effort:,.2f}"
        if s.short <= MEETS_PART_OF_GOAL
        else f"from {s.name} not met"
        for s in plan.starts
    )
    return [
        f"The searches came to different efforts ({ends}): the least is shown, and a lesser one "
        "may exist."
    ]
