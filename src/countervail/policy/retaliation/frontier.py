"""The frontier of pain to them against cost to us, and the point on it that meets an amount.

For a weight put on the partner's loss, the duties that are best by both together lie on the
frontier; the weight is searched as an angle, whose tangent it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import NotCertified
from countervail.policy.evaluator import Evaluated
from countervail.policy.players import Player
from countervail.policy.rates.climb import Climbed, climb
from countervail.policy.rates.objective import Objective
from countervail.policy.rates.optimal import SAME_PER_CENT
from countervail.policy.rates.problem import RateProblem

Array = NDArray[np.float64]
Progress = Callable[[int, int], object]

STEEPEST_ANGLE = np.pi / 2.0
"""Angle at which only their loss counts; at minus this, only their gain; at 0, only our welfare."""

MET_PART_OF_AMOUNT = 1e-5
"""Part of the stated amount by which their loss may miss it."""

LISTED_RATE = 1e-6
"""A sector is on the list where its additional duty is larger (0.01 is a percentage point)."""

MOST_WEIGHTS = 60
"""Weights tried at most on the way to the stated amount."""


class FrontierPoint(NamedTuple):
    """Pain to them and the least cost to us at which it is had.

    Attributes:
        pain_usd, cost_usd: their loss and ours, USD million of the status quo; a negative
            cost is a gain.
        pain_percent, cost_percent: the same, in per cent of welfare.
        weight: USD of our welfare that a USD of their loss is taken to be worth; infinite where
            only their loss counts.
        sectors: on the list, or tariff lines.
        mean_duty: additional duty, per cent, averaged by imports under the status quo.
    """

    pain_usd: float
    cost_usd: float
    pain_percent: float
    cost_percent: float
    weight: float
    sectors: int
    mean_duty: float


class WeightedDuties(NamedTuple):
    """Duties best for one weight; ``pain`` and ``cost`` in USD million."""

    angle: float
    found: Climbed
    pain: float
    cost: float

    @property
    def rates(self) -> Array:
        """Additional duties, [instrument]."""
        return self.found.rates

    @property
    def listed(self) -> NDArray[np.intp]:
        """Instruments that are used."""
        return np.flatnonzero(self.found.rates > LISTED_RATE)


class FrontierSearch:
    """Finds duties best for a weight, and the weight that meets an amount.

    Attributes:
        own: duties that may be laid.
        evaluator: of a weighted sum of our welfare and theirs.
        known: points of the frontier found so far, the least pain first.
        seen: every point found so far.
    """

    def __init__(self, problem: RateProblem, them: Player) -> None:
        (self.own,), (self.who,), self.them = problem.instruments, problem.players, them
        self.spending = spending = problem.in_force.spending
        self.unit = float(spending[list(self.who.members)].sum())  # a weight of 1: 1 % of welfare
        self.ours, self.theirs = self._share(self.who), self._share(them)
        (self.evaluator,) = problem.evaluators()
        self.known: list[WeightedDuties] = []
        self.seen: list[WeightedDuties] = []

    def _share(self, one: Player) -> Array:
        share = np.zeros_like(self.spending)
        at = list(one.members)
        share[at] = self.spending[at] / self.unit
        return share

    def aim(self, angle: float) -> Objective:
        """Return the weighted sum of welfare at an angle."""
        # the cosine of a right angle is not quite zero, and would be taken for a weight
        own = 0.0 if abs(angle) >= STEEPEST_ANGLE else np.cos(angle)
        weight = np.asarray(own * self.ours - np.sin(angle) * self.theirs)
        return Objective(weight, {}, "our welfare, and their loss")

    def best(self, angle: float, start: Array, high: Array) -> WeightedDuties:
        """Return the best duties at an angle, near a start and up to a highest."""
        self.evaluator.aim = self.aim(angle)
        found = climb(self._evaluate(angle), start, self.own.low, high)
        welfare = found.seen.welfare
        pain, cost = self._loss(self.theirs, welfare), self._loss(self.ours, welfare)
        self.seen.append(WeightedDuties(angle, found, pain, cost))
        return self.seen[-1]

    def _evaluate(self, angle: float) -> Callable[[Array], Evaluated]:
        """Return what evaluates duties, its curvature that of both terms.

        The evaluator counts what the player's own trade is worth only, which the weight on the
        partner's loss can make as good as nothing.
        """
        own, other = abs(np.cos(angle)), abs(np.sin(angle))
        more = 1.0 if abs(angle) >= STEEPEST_ANGLE else (own + other) / own

        def evaluate(rates: Array) -> Evaluated:
            seen = self.evaluator.evaluate(rates)
            return seen._replace(curvature=more * seen.curvature)

        return evaluate

    def _loss(self, share: Array, welfare: Array) -> float:
        return -float(share @ welfare) * self.unit / 100.0

    def frontier(self, points: int, progress: Progress | None) -> list[WeightedDuties]:
        """Return points from no pain to the most, evenly as far as weights allow."""
        start = self.best(-STEEPEST_ANGLE, self.own.low, self.own.high)
        self.known = found = [start, self.best(STEEPEST_ANGLE, self.own.high, self.own.high)]
        for _ in range(MOST_WEIGHTS):
            done = sum(point.pain > 0.0 and bool(point.listed.size) for point in found)
            if progress is not None:
                progress(done, points)
            if done >= points:
                break
            gap = max(range(len(found) - 1), key=lambda k: found[k + 1].pain - found[k].pain)
            one, two = found[gap], found[gap + 1]
            between = self.best((one.angle + two.angle) / 2.0, one.rates, self.own.high)
            found.insert(gap + 1, between)
        return found

    def so_far(self, goal: float, most: int | None) -> WeightedDuties | None:
        """Return the cheapest of the points seen that meets a pain, or the most painful one.

        None where a frontier has not been begun.
        """
        if not self.known:
            return None
        enough = [point for point in self.seen if point.pain >= goal * (1.0 - MET_PART_OF_AMOUNT)]
        short = [p for p in enough if most is None or len(p.listed) <= most]
        if enough:
            return min(short or enough, key=lambda point: point.cost)
        return max(self.seen, key=lambda point: point.pain)

    def reach(self, goal: float, known: list[WeightedDuties], high: Array) -> WeightedDuties:
        """Return the least cost of a pain, or the most pain where it is out of reach.

        Args:
            goal: their loss, USD million.
            known: points of the frontier, the first below the goal, the last the most.
            high: highest duties of these points.

        Raises:
            NotCertified: no weight meets the amount: the frontier jumps over it.
        """
        from scipy.optimize import brentq

        if known[-1].pain <= goal * (1.0 + MET_PART_OF_AMOUNT):
            return known[-1]
        below = [point for point in known if point.pain <= goal][-1]
        above = next(point for point in known[known.index(below) + 1 :] if point.pain > goal)
        tried = {below.angle: below, above.angle: above}

        def missed(angle: float) -> float:
            if angle not in tried:
                near = min(tried.values(), key=lambda point: abs(point.angle - angle))
                start = np.minimum(near.rates, high)
                tried[angle] = self.best(angle, start, high)
            gap = tried[angle].pain - goal
            return (
                gap if abs(gap) > MET_PART_OF_AMOUNT * goal else 0.0
            )  # near enough ends the search

        brentq(missed, below.angle, above.angle, xtol=1e-12, maxiter=MOST_WEIGHTS, disp=False)
        nearest = min(tried.values(), key=lambda point: abs(point.pain - goal))
        if missed(nearest.angle) == 0.0:
            return nearest
        less = max(point.pain for point in tried.values() if point.pain < goal)
        more = min(point.pain for point in tried.values() if point.pain > goal)
        raise NotCertified(
            f"no weight on their loss makes it {goal:,.1f} USD million: the best answers jump from "
            f"{less:,.1f} to {more:,.1f}; ask for one of these"
        )

    def fewer(self, point: WeightedDuties, goal: float, most: int) -> WeightedDuties:
        """Return the least cost with few duties, dropped half by half, rates found afresh."""
        listed = point.listed
        while len(listed) > most:
            keep = max(most, len(listed) // 2)
            chosen = self._within(self._kept(point, listed, keep, point.angle), point, goal)
            if chosen.pain < goal * (
                1.0 - MET_PART_OF_AMOUNT
            ):  # too weak: those that hurt them most instead
                hurting = self._within(self._kept(point, listed, keep, STEEPEST_ANGLE), point, goal)
                chosen = max(chosen, hurting, key=lambda one: one.pain)
            point, listed = chosen, chosen.listed
        return point

    def _kept(
        self, point: WeightedDuties, listed: NDArray[np.intp], keep: int, angle: float
    ) -> Array:
        """Return highest duties that leave only those that would be missed most."""
        self.evaluator.aim = self.aim(angle)
        left = {}
        for k in listed:
            without = point.rates.copy()
            without[k] = self.own.low[k]
            left[int(k)] = self.evaluator.evaluate(without).value
        stay = sorted(left, key=lambda k: left[k])[:keep]
        high = self.own.low.copy()
        high[stay] = self.own.high[stay]
        return high

    def _imports(self) -> Array:
        """Return imports under the status quo, roughly where lines are, [instrument]."""
        trade, lines = self.evaluator.in_force.before.outcome.trade, self.evaluator.law.lines
        part = np.zeros(0)
        if lines is not None:
            part = lines.weight * trade[lines.sector, lines.importer, lines.exporter]
        return self.own.total(trade[self.own.cells], part)

    def agrees(self, point: WeightedDuties, *, of_all: bool) -> bool:
        """Return whether a search from the highest duties finds nothing better.

        Args:
            point: what was found.
            of_all: duties on everything; else on the same goods.
        """
        listed = (point.rates > LISTED_RATE) | of_all
        high = np.where(listed, self.own.high, self.own.low)
        again = self.best(point.angle, high, high)
        return again.found.seen.value - point.found.seen.value <= SAME_PER_CENT

    def _within(self, high: Array, near: WeightedDuties, goal: float) -> WeightedDuties:
        """Return the least cost of a pain below highest duties, near an answer with higher ones."""
        known = [self.best(STEEPEST_ANGLE, high, high)]
        if near.angle < STEEPEST_ANGLE:
            known.insert(0, self.best(near.angle, np.minimum(near.rates, high), high))
        if known[0].pain > goal:
            known.insert(0, self.best(-STEEPEST_ANGLE, self.own.low, high))
        return self.reach(goal, known, high)

    def shown(self, point: WeightedDuties) -> FrontierPoint:
        """Return a point as it is reported."""
        theirs = float(self.theirs.sum()) * self.unit
        weight = self._imports()
        return FrontierPoint(
            point.pain,
            point.cost,
            100.0 * point.pain / theirs,
            100.0 * point.cost / self.unit,
            weight_of(point.angle),
            len(point.listed),
            100.0 * float(weight @ point.rates / weight.sum()),
        )


def weight_of(angle: float) -> float:
    """Return what a USD of their loss is taken to be worth."""
    return float(np.inf) if angle >= STEEPEST_ANGLE else float(np.tan(angle))
