"""A chosen policy evaluated under joint draws of everything that is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from countervail.draws.ensemble import Ensemble
from countervail.draws.ensemble.coverage import coverage_statement
from countervail.draws.ensemble.door import ensemble
from countervail.draws.how import Draws
from countervail.errors import InputError, did_you_mean
from countervail.policy.criteria import (
    AnyCriterion,
    Criterion,
    Figures,
    GoalCriterion,
    RatioCriterion,
    Seen,
)
from countervail.quantiles import Range
from countervail.solution import Solution

T = TypeVar("T")

Array = NDArray[np.float64]
Progress = Callable[[int, int], object]

FEW_DRAWS = 19
"""Draws from which the 5 and 95 per cent quantiles lie between draws."""

NOT_CHOSEN_AGAIN = (
    "The policy was chosen at the point values and only evaluated, not chosen anew, in every draw: "
    "in another draw another would be best."
)


class ChosenPolicy(Protocol):
    """A chosen policy, certified against the status quo, and the criteria it is judged by."""

    @property
    def solution(self) -> Solution:
        """The certified equilibrium with the policy, relative to the status quo."""

    @property
    def criteria(self) -> tuple[AnyCriterion, ...]:
        """Whose welfare, and which goals, the policy is about."""


class CriterionUnderDraws(NamedTuple):
    """Somebody's welfare with its range.

    Attributes:
        criterion: whose.
        percent: per cent.
        usd: USD million of the base year; None for an objective, which has no money's worth.
        chance: share of the draws in which it gains: the policy is better than doing nothing.
    """

    criterion: Criterion
    percent: Range
    usd: Range | None
    chance: float

    @property
    def doubtful(self) -> bool:
        """Whether a chance of a gain says anything: something is given up, or could be lost."""
        return not self.criterion.free or self.chance < 1.0


class GoalUnderDraws(NamedTuple):
    """A goal with the range of its number.

    Attributes:
        goal: what is to be reached.
        range: of the number, in the goal's unit.
        reached: whether it is at the point values.
        chance: share of the draws in which it is.
    """

    goal: GoalCriterion
    range: Range
    reached: bool
    chance: float


class RatioUnderDraws(NamedTuple):
    """A ratio of two criteria with its range, over the draws in which there is one.

    Attributes:
        ratio: of what.
        range: of its values; NaN where there is none.
    """

    ratio: RatioCriterion
    range: Range


@dataclass(frozen=True, eq=False)
class Repriced:
    """A chosen policy under draws; every draw is certified.

    Attributes:
        ensemble: the draws, beside the point answer.
        criteria: everybody whose welfare the policy is about, in order.
        goals: what it was to reach.
        ratios: of one criterion to another.
    """

    ensemble: Ensemble
    criteria: tuple[CriterionUnderDraws, ...]
    goals: tuple[GoalUnderDraws, ...]
    ratios: tuple[RatioUnderDraws, ...]

    @cached_property
    def answered(self) -> int:
        """Number of draws with an answer."""
        return int(self.ensemble.answered.sum())

    @property
    def failed(self) -> int:
        """Number of draws without one; ``ensemble.failures`` has the reasons."""
        return len(self.ensemble) - self.answered

    @property
    def seed(self) -> int:
        """Of the draws."""
        return self.ensemble.seed

    @property
    def priors_hash(self) -> str:
        """Hash of what is declared not to be known."""
        return self.ensemble.priors.hash

    @property
    def coverage_statement(self) -> str:
        """What the ranges and chances cover and what they do not, in a paragraph."""
        few = (
            ""
            if self.answered >= FEW_DRAWS
            else f" {self.answered} draws are few for such quantiles."
        )
        return f"{coverage_statement(self.ensemble)}{few} {NOT_CHOSEN_AGAIN}"

    def criterion(self, name: str) -> CriterionUnderDraws:
        """Return somebody's welfare with its range.

        Raises:
            InputError: no criterion has that name.
        """
        return _named("criterion", name, {one.criterion.name: one for one in self.criteria})

    def goal(self, name: str) -> GoalUnderDraws:
        """Return a goal with the chance of reaching it.

        Raises:
            InputError: no goal has that name.
        """
        return _named("goal", name, {one.goal.name: one for one in self.goals})

    def __repr__(self) -> str:
        chances = [
            f"{one.criterion.name} gains in {100 * one.chance:.0f} %" for one in self.criteria
        ]
        chances += [f"{one.goal.name} met in {100 * one.chance:.0f} %" for one in self.goals]
        return f"<Repriced in {self.answered} of {len(self.ensemble)} draws: {', '.join(chances)}>"


def reprice(
    answer: ChosenPolicy,
    *,
    draws: Draws | int = 50,
    progress: Progress | None = None,
    **words: Any,
) -> Repriced:
    """Return a chosen policy's criteria under joint draws of all that is not known, each certified.

    The policy was chosen at the point values and stays what it is in every draw. The same seed
    gives the same numbers on any number of workers; more draws keep the first ones.

    Args:
        answer: of ``optimal``, ``nash`` or ``retaliate``, or anything with ``solution``, a chosen
            policy against the status quo, and ``criteria`` (``policy.criteria``).
        draws: how they are made, or how many; at least 1.
        progress: called with the draws done and their number.
        words: other fields of ``Draws`` by name, such as ``seed=7``, in place of what it says.

    Raises:
        InputError: too few or too many draws, or priors that do not fit the world.
        FileError: the priors file is refused, or the folder cannot be written.
        NotCertified: no draw has an answer.
        WorkersLostError: workers are killed again and again.
    """
    solution, criteria = answer.solution, answer.criteria
    read = Figures.of(criteria)
    drawn = ensemble(
        solution.observed,
        solution.scenario,
        solution.model,
        draws,
        read=read if read.figures else None,
        point=solution,
        progress=progress,
        **words,
    )
    return _evaluated(drawn, criteria, read)


def _evaluated(drawn: Ensemble, criteria: tuple[AnyCriterion, ...], read: Figures) -> Repriced:
    """Return every criterion with its range and chance."""
    point, draws = Seen.at_point(drawn.point, read), Seen.in_draws(drawn)
    return Repriced(
        ensemble=drawn,
        criteria=tuple(
            _priced(one, point, draws, drawn) for one in criteria if isinstance(one, Criterion)
        ),
        goals=tuple(
            _met(one, point, draws, drawn) for one in criteria if isinstance(one, GoalCriterion)
        ),
        ratios=tuple(
            RatioUnderDraws(one, drawn.range_of(float(one.values(point)), one.values(draws)))
            for one in criteria
            if isinstance(one, RatioCriterion)
        ),
    )


def _named(what: str, name: str, known: Mapping[str, T]) -> T:
    """Return what is called by a name.

    Raises:
        InputError: nothing is, with the nearest.
    """
    if name not in known:
        raise InputError(
            f"no {what} is called '{name}'{did_you_mean(name, known)} (there is "
            f"{', '.join(known) or 'none'})"
        )
    return known[name]


def _priced(criterion: Criterion, point: Seen, draws: Seen, drawn: Ensemble) -> CriterionUnderDraws:
    here, there = criterion.usd(point), criterion.usd(draws)
    return CriterionUnderDraws(
        criterion=criterion,
        percent=drawn.range_of(float(criterion.percent(point)), criterion.percent(draws)),
        usd=None if here is None or there is None else drawn.range_of(float(here), there),
        chance=float(criterion.gains(draws).mean()),
    )


def _met(goal: GoalCriterion, point: Seen, draws: Seen, drawn: Ensemble) -> GoalUnderDraws:
    here, there = goal.values(point), goal.values(draws)
    return GoalUnderDraws(
        goal=goal,
        range=drawn.range_of(float(here), there),
        reached=bool(goal.met(here)),
        chance=float(goal.met(there).mean()),
    )
