"""What a policy is judged by: whose welfare, which goals; read alike at the point and in draws.

An answer names its criteria (``criteria``); ``policy.under_draws`` reads them under draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from countervail.draws.ensemble import Ensemble
from countervail.figure import Figure
from countervail.policy.bargaining.packages import TIE_PER_CENT
from countervail.policy.players import Player
from countervail.policy.rates.objective import Objective
from countervail.schema import variables
from countervail.solution import Reading, Solution

Array = NDArray[np.float64]


class Seen(NamedTuple):
    """What criteria are read from: one solution, or draws, the draw first.

    Attributes:
        arrays: variables by name, in a world's axes, [..., country] or [..., country, sector].
        figures: values of the figures that goals are about, by the goal's name, [...].
    """

    arrays: Mapping[str, Array]
    figures: Mapping[str, Array]

    @classmethod
    def at_point(cls, solution: Solution, read: Figures) -> Seen:
        """Return what a solution says."""
        figures = {name: np.array(value) for name, value in read(solution).items()}
        return cls(solution.arrays, figures)

    @classmethod
    def in_draws(cls, ensemble: Ensemble) -> Seen:
        """Return what the draws with an answer say."""
        there = ensemble.answered
        arrays = {name: values[there] for name, values in ensemble.arrays.items()}
        return cls(arrays, {name: values[there] for name, values in ensemble.figures.items()})

    @property
    def income(self) -> Array:
        """Final spending under the status quo, USD million, [..., country]."""
        return self.arrays["income"]

    @property
    def welfare(self) -> Array:
        """Relative to the status quo, per cent, [..., country]."""
        return self.arrays["welfare"]


@dataclass(frozen=True, eq=False)
class Criterion:
    """Somebody's welfare.

    Attributes:
        name: whose: a country's code, a group's name, or what the combination is called.
        words: what it is.
        members: positions of the countries whose real income counts together.
        terms: weights of variables' entries by name instead, in the core's axes: an objective,
            which has no money's worth. None: each member weighs by what it spends in the draw.
        loss: reported as a loss, positive where welfare falls.
        free: nothing is given up for it: a chance of a gain is reported only where a draw has none.
    """

    name: str
    words: str
    members: tuple[int, ...]
    terms: Mapping[str, Array] | None = None
    loss: bool = False
    free: bool = False

    def percent(self, seen: Seen) -> Array:
        """Return the welfare (or loss) in per cent, [...]."""
        gained = self._gained(seen)
        return -gained if self.loss else gained

    def usd(self, seen: Seen) -> Array | None:
        """Return the equivalent variation in USD million, [...]; None for an objective."""
        if self.terms is not None:
            return None
        worth = self._worth(seen)
        return -worth if self.loss else worth

    def gains(self, seen: Seen) -> NDArray[np.bool_]:
        """Return where it is better than doing nothing, [...]."""
        return np.asarray(self._gained(seen) > TIE_PER_CENT)

    def _gained(self, seen: Seen) -> Array:
        if self.terms is not None:
            parts = [
                (seen.arrays[name] * each.T).sum(axis=tuple(range(-each.ndim, 0)))
                for name, each in self.terms.items()
            ]
            return np.asarray(sum(parts))
        spent = seen.income[..., list(self.members)].sum(axis=-1)
        return np.asarray(100.0 * self._worth(seen) / spent)

    def _worth(self, seen: Seen) -> Array:
        at = list(self.members)
        return np.asarray((seen.income[..., at] * seen.welfare[..., at]).sum(axis=-1) / 100.0)


class Read(Protocol):
    """A number that is read from a Solution; it can be sent to other processes."""

    @property
    def unit(self) -> str:
        """Its unit."""

    def __call__(self, solution: Solution) -> float:
        """Return the number."""


@dataclass(frozen=True)
class GoalCriterion:
    """A number that is to reach a threshold.

    Attributes:
        name: what it is called; one answer has no two goals of one name.
        words: what is to be reached.
        of: a figure of the solution; or a criterion, in USD million (an objective: per cent); or
            anything else that is read from a solution.
        threshold: in the unit of the number.
        at_least: whether the number is to be at least the threshold; else at most.
        slack: by how much it may miss it, in the same unit: what the search tells no better.
    """

    name: str
    words: str
    of: Figure | Criterion | Read
    threshold: float
    at_least: bool = True
    slack: float = 0.0

    @property
    def unit(self) -> str:
        """The unit of the number and the threshold."""
        if isinstance(self.of, Criterion):
            return "per cent" if self.of.terms is not None else "USD million"
        if isinstance(self.of, Figure):
            return variables()[self.of.variable].unit
        return self.of.unit

    def values(self, seen: Seen) -> Array:
        """Return the number, [...]."""
        if not isinstance(self.of, Criterion):
            return seen.figures[self.name]
        money = self.of.usd(seen)
        return self.of.percent(seen) if money is None else money

    def met(self, values: Array) -> NDArray[np.bool_]:
        """Return where the threshold is reached, [...]."""
        if self.at_least:
            return np.asarray(values >= self.threshold - self.slack)
        return np.asarray(values <= self.threshold + self.slack)


@dataclass(frozen=True, eq=False)
class RatioCriterion:
    """One criterion's money over another's; there is none where the other is not positive.

    Attributes:
        name: what it is called.
        words: what it is.
        above, below: the criteria.
    """

    name: str
    words: str
    above: Criterion
    below: Criterion

    def values(self, seen: Seen) -> Array:
        """Return the ratio, NaN where there is none, [...]."""
        above, below = self.above.usd(seen), self.below.usd(seen)
        assert above is not None
        assert below is not None
        none = np.full(np.shape(below), np.nan)
        return np.asarray(np.divide(above, below, out=none, where=below > 0.0))


AnyCriterion = Criterion | GoalCriterion | RatioCriterion


@dataclass(frozen=True)
class Figures:
    """What is read from every draw for goals that are about nobody's welfare, by their name."""

    figures: tuple[tuple[str, Figure | Read], ...]

    @classmethod
    def of(cls, criteria: tuple[AnyCriterion, ...]) -> Figures:
        """Return what reads the figures of goals."""
        goals = (one for one in criteria if isinstance(one, GoalCriterion))
        return cls(tuple((one.name, one.of) for one in goals if not isinstance(one.of, Criterion)))

    def __call__(self, solution: Solution) -> dict[str, float]:
        """Return the figures of a solution."""
        return {
            name: Reading(of, solution).value if isinstance(of, Figure) else of(solution)
            for name, of in self.figures
        }


def real_income(who: Player) -> Criterion:
    """Return a player's own real income."""
    words = "welfare" if len(who.members) == 1 else "its members' real income together"
    return Criterion(who.name, f"{who.name}: {words}", who.members)


def aimed(aim: Objective, who: Player, spending: Array) -> tuple[Criterion, ...]:
    """Return what a player is after, and its own real income where that is something else.

    Args:
        aim: the objective.
        who: the player.
        spending: final spending under the status quo, [country].
    """
    at = list(who.members)
    alone = np.zeros_like(spending)
    alone[at] = spending[at] / spending[at].sum()
    if not aim.others and np.allclose(aim.weight, alone, rtol=1e-9, atol=1e-12):
        return (real_income(who),)
    counted = tuple(int(n) for n in np.flatnonzero(aim.weight))
    return (Criterion("objective", aim.words, counted, aim.terms), real_income(who))
