"""The answer of ``reach``: how far goals are met, what it takes, what each flow is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import bridge
from countervail.policy.answer import Answer
from countervail.policy.criteria import AnyCriterion, GoalCriterion, real_income
from countervail.policy.problem import Problem
from countervail.policy.proof import Proof, Start
from countervail.policy.reaching.aim import GoalsAim
from countervail.policy.reaching.capacity import Output, Room, outputs
from countervail.policy.reaching.growth import Growth
from countervail.policy.reaching.horizon import Delivered, Horizon
from countervail.policy.reaching.levers import KINDS, LeverSet
from countervail.policy.reaching.package import Package
from countervail.policy.reaching.targets import MEETS_PART_OF_GOAL, VARIABLES, Target
from countervail.scenario.on_top import OnTop
from countervail.scenario.scenario import Scenario
from countervail.solution import Solution
from countervail.state import solve_state

Array = NDArray[np.float64]
ReachProblem = Problem[LeverSet, GoalsAim]


DOWN_OR_UP = {
    "export_cost": "fall",
    "import_cost": "fall",
    "tariff": "lower duty-paid prices",
    "productivity": "rises",
}
"""What each kind of lever does, in a sentence."""


@dataclass(frozen=True)
class ReachStart(Start):
    """One search; its value is the effort of what it found, USD million.

    Attributes:
        short: largest part of a goal that was missing there.
        gradient: projected gradient of the Lagrangian there, relative.
        apart: mean difference of its changes from the answer's, per cent, weighted by what each
            lever stands on.
    """

    short: float
    gradient: float
    apart: float

    @property
    def effort(self) -> float:
        """Of what it found, USD million."""
        return self.value

    def as_dict(self) -> dict[str, Any]:
        """Return it, JSON-able."""
        return {**super().as_dict(), "effort": self.effort}


@dataclass(frozen=True, kw_only=True)
class ReachProof(Proof):
    """How good the answer is.

    The gradient is the largest projected one of the Lagrangian, relative to the goals' own; the
    step is how far a further one would go, relative to the whole change.

    Attributes:
        short: largest part of a goal that is missing.
        effort: of the answer, USD million.
    """

    starts: tuple[ReachStart, ...]
    short: float
    effort: float

    @property
    def gradient(self) -> float:
        """The largest projected gradient."""
        return self.projected_gradient

    @property
    def levers(self) -> int:
        """Levers that could be used."""
        return self.instruments

    @property
    def moved(self) -> int:
        """Levers that are."""
        return self.instruments - self.at_low

    @property
    def at_most(self) -> int:
        """Levers that their upper bounds hold."""
        return self.at_high

    def as_dict(self) -> dict[str, Any]:
        """Return it, JSON-able."""
        names = ("gradient", "levers", "moved", "at_most")
        return {**super().as_dict(), **{name: getattr(self, name) for name in names}}


class Met(NamedTuple):
    """One goal, and what becomes of it. Levels in its unit, money at prices of the base year.

    Attributes:
        goal: in words.
        figure: what it is about, in words.
        sense: ``at least`` or ``at most``.
        unit: of the levels.
        today: under the status quo.
        growth_alone: in the goal's year with no lever used.
        needed: what is wanted.
        reached: in the answer.
        met: whether that is what is wanted.
        most: the furthest it can be brought by itself within the bounds; None where it was met
            without any lever, and not looked for.
        price: effort of one per cent (of a figure in per cent: one point) more of it, USD million;
            None where goals are out of reach.
        a_year: growth a year from today to what is needed, per cent; None without a year.
        delivered: what the past delivered.
    """

    goal: str
    figure: str
    sense: str
    unit: str
    today: float
    growth_alone: float
    needed: float
    reached: float
    met: bool
    most: float | None
    price: float | None
    a_year: float | None
    delivered: Delivered


class Effort(NamedTuple):
    """What is asked of some levers: of a kind, a partner or a sector.

    Attributes:
        kind: of lever.
        label: partner or sector, by code; the kind itself for all of them.
        levers: how many.
        moved: how many are used.
        at_most: how many their bounds hold.
        stands_on, then: trade (of productivity: output) they stand on, in the goal's year without
            them and with them, USD million.
        change: mean of what they change, per cent (lower cost, or higher productivity), weighted by
            what they stand on.
        saved: USD million of cost saved on what they stand on.
        effort: USD million.
        worth: of one per cent of change, all else as it stands, to each goal: USD million, or
            points, [goal].
    """

    kind: str
    label: str
    levers: int
    moved: int
    at_most: int
    stands_on: float
    then: float
    change: float
    saved: float
    effort: float
    worth: tuple[float, ...]


class Exports(NamedTuple):
    """Exports of the player to a partner, USD million.

    Attributes:
        partner: code.
        aimed: whether a goal about trade names it.
        today: under the status quo.
        without: in the goal's year with no lever used.
        then: in the answer.
    """

    partner: str
    aimed: bool
    today: float
    without: float
    then: float


@dataclass(frozen=True, eq=False)
class Reach(Answer[ReachProblem, ReachProof]):
    """The least changes that meet goals, or the most that is within bounds, with the proof.

    Attributes:
        reached: whether every goal is met.
        goals: every goal and what becomes of it.
        x: changes in logs, [lever].
        slope: of each goal, in its unit, per unit of each lever where none is used,
            [goal, lever].
        horizon: the way to the goal's year.
        growth: of economies.
        today: trade and output under the status quo, before any growth, in a world's axes.
        room: how much each sector of the player's may produce.
        full: sectors that are held to that.
        title, question: of a goal file.
        sources: of the goals, in sentences.
    """

    reached: bool
    goals: tuple[Met, ...]
    x: Array
    slope: Array
    horizon: Horizon
    growth: Growth
    today: Mapping[str, Array]
    room: Room
    full: tuple[int, ...]
    title: str
    question: str
    sources: tuple[str, ...]

    @property
    def levers(self) -> LeverSet:
        """What could be changed."""
        return self.problem.instruments[0]

    @property
    def targets(self) -> tuple[Target, ...]:
        """The goals in the world."""
        return self.problem.aims[0].goals

    @property
    def says(self) -> str:
        """The answer in a sentence or two."""
        if not self.reached:
            held = ""
            if self.full:
                held = f" with no sector above {self.room.times:g} times today's output"
            return _unreached(self.goals, held)
        if not self.x.any():
            return "Met without any lever: nothing is needed beyond what happens anyway."
        parts = [
            f"{KINDS[kind.kind]} {DOWN_OR_UP[kind.kind]} by {kind.change:.2f} per cent on average "
            f"({kind.moved:,} of {kind.levers:,} used, {kind.at_most:,} at bound)"
            for kind in self.kinds
            if kind.moved
        ]
        saved = sum(kind.saved for kind in self.kinds)
        return (
            f"Within reach: {'; '.join(parts)}. That is USD {saved:,.0f} million of cost saved a "
            "year on what the levers stand on."
        )

    @property
    def kinds(self) -> list[Effort]:
        """What is asked of each kind of lever, in the order stated."""
        names = dict.fromkeys(lever.kind for lever in self.levers.kinds)
        chosen = {name: self.levers.where(name) for name in names}
        return [self._effort(name, name, at) for name, at in chosen.items() if at.any()]

    @property
    def outputs(self) -> list[Output]:
        """What every sector of the player's produces, the largest multiple of today's first."""
        solution, growth = self.solution, self.horizon.world_growth
        return outputs(self.room, solution.arrays, growth, self.full, solution.world)

    @property
    def exports(self) -> list[Exports]:
        """What becomes of the player's exports by partner, the largest of today first."""
        world, own = self.solution.world, list(self.player.members)
        aimed = {
            n for t in self.targets if VARIABLES[t.goal.kind] == "border_trade" for n in t.partners
        }
        growth = self.horizon.world_growth
        cubes = (
            self.today["border_trade"],
            self.solution.arrays["border_trade"] * growth,
            self.solution.arrays["border_trade_new"] * growth,
        )
        each = [cube[own].sum(axis=(0, 2)) for cube in cubes]
        rows = [
            Exports(world.countries[n], n in aimed, *(float(one[n]) for one in each))
            for n in range(len(world.countries))
            if n not in own
        ]
        return sorted(rows, key=lambda row: -row.today)

    def partners(self, kind: str) -> list[Effort]:
        """What is asked of a kind of lever by partner, the largest effort first."""
        codes = self.solution.world.countries
        return self._by(kind, self._partner(), codes)

    def sectors(self, kind: str) -> list[Effort]:
        """What is asked of a kind of lever by sector, the largest effort first."""
        return self._by(kind, self.levers.sector, self.solution.world.sectors)

    @property
    def table(self) -> list[Effort]:
        """What is asked of every single lever, the largest effort first; labels PARTNER SECTOR."""
        world, levers, partner = self.solution.world, self.levers, self._partner()
        rows = []
        for k in range(len(levers)):
            one = np.zeros(len(levers), dtype=np.bool_)
            one[k] = True
            label = f"{world.countries[partner[k]]} {world.sectors[levers.sector[k]]}"
            rows.append(self._effort(levers.kinds[levers.kind[k]].kind, label, one))
        return sorted(rows, key=lambda row: -row.effort)

    @property
    def criteria(self) -> tuple[AnyCriterion, ...]:
        """What ``reprice`` reports: the chance of every goal, the player's own welfare."""
        goals = (_goal(target, met) for target, met in zip(self.targets, self.goals, strict=True))
        return (*goals, replace(real_income(self.player), free=True))

    def _partner(self) -> NDArray[np.intp]:
        levers = self.levers
        return np.where(levers.where("import_cost"), levers.exporter, levers.importer)

    def _by(self, kind: str, place: NDArray[np.intp], codes: Sequence[str]) -> list[Effort]:
        of_kind = self.levers.where(kind)
        rows = [
            self._effort(kind, codes[p], of_kind & (place == p)) for p in np.unique(place[of_kind])
        ]
        return sorted(rows, key=lambda row: -row.effort)

    def _effort(self, kind: str, label: str, at: NDArray[np.bool_]) -> Effort:
        levers, x, arrays = self.levers, self.x[at], self.solution.arrays
        stands_on = levers.stands_on[at]
        if kind == "productivity":
            then = arrays["gross_output_new"][levers.exporter[at], levers.sector[at]]
        else:
            cells = levers.exporter[at], levers.importer[at], levers.sector[at]
            then = arrays["border_trade_new"][cells]
        part = np.expm1(x) if kind == "productivity" else -np.expm1(-x)
        whole = stands_on.sum()
        return Effort(
            kind=kind,
            label=label,
            levers=int(at.sum()),
            moved=int((x > 0).sum()),
            at_most=int((x >= levers.most[at]).sum()),
            stands_on=float(whole),
            then=float(then.sum()) * self.horizon.world_growth,
            change=100.0 * float(part @ stands_on / whole),
            saved=float(part @ stands_on),
            effort=0.5 * float(levers.effort[at] @ x**2),
            worth=tuple(0.01 * float(row[at].sum()) for row in self.slope),
        )

    def __repr__(self) -> str:
        c = self.certificate
        word = "reached" if self.reached else "NOT reached"
        return (
            f"<reach {self.player.name}: {len(self.goals)} goals {word}, {c.moved} of {c.levers} "
            f"levers, effort {c.effort:.6g}, projected gradient {c.gradient:.0e}>"
        )


def _goal(target: Target, met: Met) -> GoalCriterion:
    """Return a goal as it is read in draws: money in per cent of what is wanted in the draw."""
    of = GoalReading(target)
    wanted = 100.0 if of.relative else met.needed
    slack = MEETS_PART_OF_GOAL * max(abs(wanted), 0.1)
    words = f"{met.figure}, of what is wanted" if of.relative else met.figure
    return GoalCriterion(met.goal, words, of, wanted, target.sign > 0, slack)


@dataclass(frozen=True, eq=False)
class GoalReading:
    """Reads one goal from a Solution of a package, or of one drawn anew."""

    target: Target

    @property
    def relative(self) -> bool:
        """Whether it is reported in per cent of what is wanted: money, which moves with draws."""
        return self.target.unit == "USD million"

    @property
    def unit(self) -> str:
        """Of the number: per cent, of what is wanted or of the figure's own."""
        return "%"

    def __call__(self, solution: Solution) -> float:
        """Return how far the goal is met."""
        level, needed = levels(solution, [self.target])[0]
        return 100.0 * level / needed if self.relative else level


def levels(solution: Solution, targets: Sequence[Target]) -> list[tuple[float, float]]:
    """Return what every goal comes to in a solution of a package, and what is wanted there."""
    growth = world_growth(_growth(solution.scenario), solution)
    today = _today(solution)
    return [
        (
            target.level(solution.arrays, growth, first=False),
            target.needed(target.level(today, 1.0, first=True)),
        )
        for target in targets
    ]


def _growth(question: Scenario) -> Array | None:
    """Return the growth of every economy that a question has in both states; None is none."""
    package = question.policy if isinstance(question, OnTop) else None
    return package.labour_hat if isinstance(package, Package) else None


def world_growth(labour_hat: Array | None, solution: Solution) -> float:
    """Return world value added after growth over before, at constant prices."""
    if labour_hat is None:
        return 1.0
    size = solution.world.accounts.value_added
    return float(size @ labour_hat / size.sum())


def _today(solution: Solution) -> Mapping[str, Array]:
    """Return variables of the status quo, before any growth."""
    question = solution.scenario
    if not isinstance(question, OnTop) or _growth(question) is None:
        return solution.arrays
    resolved = question.resolved_status_quo(solution.world)
    base = bridge.baseline_of(solution.world, solution.model)
    shock = bridge.shock_of(resolved.after, resolved)
    outcome = solve_state(solution.model, base, shock, solution.hats[0]).outcome
    books = {"border_trade": outcome.border, "gross_output": outcome.gross_output}
    return {"revenue": outcome.revenue, **{name: book.T for name, book in books.items()}}


def _unreached(goals: Sequence[Met], held: str) -> str:
    """Say what cannot be reached, and what the most is.

    Args:
        goals: every goal.
        held: how output is held, in words; empty where it holds nothing.
    """
    out = [goal for goal in goals if goal.most is not None and not _suffices(goal)]
    if not out:
        short = "; ".join(
            f"{goal.figure} comes to {amount(goal.reached, goal.unit)}, and not to "
            f"{goal.sense} {amount(goal.needed, goal.unit)}"
            for goal in goals
            if not goal.met
        )
        return (
            f"Not reachable together within these bounds{held}, though each goal is by itself: "
            f"with the smallest sum of shortfalls, {short}."
        )
    reported = [f"{_furthest(goal)} for {goal.figure}" for goal in out]
    return f"Not reachable within these bounds{held}: {'; '.join(reported)}."


def _furthest(goal: Met) -> str:
    assert goal.most is not None
    word = "most" if goal.sense == "at least" else "least"
    said = f"the {word} is {amount(goal.most, goal.unit)}"
    if goal.unit == "USD million" and goal.needed > 0:
        said += f" ({100.0 * goal.most / goal.needed:.1f} per cent of the goal)"
    else:
        said += f" (the goal: {goal.sense} {amount(goal.needed, goal.unit)})"
    return said


def _suffices(goal: Met) -> bool:
    assert goal.most is not None
    sign = 1.0 if goal.sense == "at least" else -1.0
    return sign * (goal.most - goal.needed) >= -1e-6 * max(abs(goal.needed), 0.1)


def amount(level: float, unit: str) -> str:
    """Return a level in words."""
    return f"USD {level:,.0f} million" if unit == "USD million" else f"{level:.4g} per cent"
