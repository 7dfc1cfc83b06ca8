"""Feasibility first, then the least changes from several starts; what an interruption leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import NotCertified
from countervail.policy.evaluator import Evaluated, Evaluator
from countervail.policy.reaching.aim import GoalsAim
from countervail.policy.reaching.answer import ReachStart
from countervail.policy.reaching.least import (
    BOLD,
    CAREFUL,
    CLOSE_PART_OF_GOAL,
    HARDER,
    Least,
    Programme,
    Top,
    found_at,
    least,
    top,
)
from countervail.policy.reaching.levers import LeverSet
from countervail.policy.reaching.targets import MEETS_PART_OF_GOAL

Array = NDArray[np.float64]
Progress = Callable[[int, int], object]

FLAT_GRADIENT = 1e-5
"""Largest relative projected gradient of an answer."""

SAME_PART_OF_EFFORT = 5e-4
"""Part of the effort within which searches are said to come to the same."""


class Plan(NamedTuple):
    """The result of the search.

    Attributes:
        nothing: where no lever is used.
        tops: the most of each goal that is not met there, by its number.
        found: the changes chosen.
        starts: the searches.
        agree: whether they came to the same; where none was made, whether those for the most did.
        finished: whether none was interrupted.
    """

    nothing: Evaluated
    tops: Mapping[int, Top]
    found: Least
    starts: tuple[ReachStart, ...]
    agree: bool
    finished: bool


STERN_WEIGHT = 10.0
"""By how much more than a goal a limit counts that is not to be missed for it."""


def searched(
    evaluator: Evaluator,
    levers: LeverSet,
    aim: GoalsAim,
    progress: Progress | None,
    tops: Mapping[int, Top] | None = None,
    near: Array | None = None,
    moot: Callable[[Least], bool] | None = None,
) -> Plan:
    """Return the least changes that meet the goals, or those that come nearest.

    Args:
        evaluator: of changes.
        levers: what may be changed.
        aim: the goals.
        progress: called with how many searches are done, and of how many.
        tops: the most of each goal, where it is known.
        near: changes to begin one search with, in place of none.
        moot: whether what the first search found shows that another question has to be asked;
            then no other search is made.

    Raises:
        KeyboardInterrupt: interrupted before any changes were found that meet the goals.
        NotCertified: the search did not end.
        NoEquilibrium: a state on the way has none.
    """
    search = _Search(evaluator, levers, aim, progress, near, moot)
    finished = True
    try:
        search.find_tops(tops)
        found = search.chosen()
    except KeyboardInterrupt:
        if not np.isfinite(search.cost):
            raise
        found, finished = found_at(search.programme, search.x, search.seen), False
    size, starts = levers.stands_on, []
    for name, (one, evaluations) in search.ends.items():
        apart = 100.0 * float(size @ np.abs(one.x - found.x) / size.sum())
        effort = search.programme.cost(one.x)
        starts.append(ReachStart(name, effort, evaluations, one.short, one.gradient, apart))
    agree = finished and search.alike()
    return Plan(search.nothing, search.tops, found, tuple(starts), agree, finished)


class _Search:
    """The searches of one question, and the least changes seen that meet every goal.

    Attributes:
        problem: what is asked.
        nothing: where no lever is used.
        tops: the most of each goal that is not met there.
        ends: where each search ended, and the equilibria it solved, by where it began.
        x, seen, cost: the least changes seen that meet every goal, what they come to, and their
            effort; infinite where none was seen.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        levers: LeverSet,
        aim: GoalsAim,
        progress: Progress | None,
        near: Array | None = None,
        moot: Callable[[Least], bool] | None = None,
    ) -> None:
        self.evaluator, self.aim = evaluator, aim
        self.progress, self.near, self.moot = progress, near, moot
        self.cost = np.inf
        stern = np.ones(len(aim.targets))
        stern[len(stern) - aim.limits :] = STERN_WEIGHT
        self.programme = Programme(self.evaluate, levers.effort, levers.most, stern=stern)
        self.x = np.zeros(len(levers))
        self.nothing = self.seen = self.evaluate(self.x)
        self.tops: dict[int, Top] = {}
        self.ends: dict[str, tuple[Least, int]] = {}

    def evaluate(self, x: Array) -> Evaluated:
        """Return what changes come to, and keep them where they meet the goals for less."""
        seen = self.evaluator.evaluate(x)
        cost = self.programme.cost(x)
        if (seen.values >= -CLOSE_PART_OF_GOAL).all() and cost < self.cost:
            self.x, self.seen, self.cost = np.array(x), seen, cost
        return seen

    def find_tops(self, known: Mapping[int, Top] | None = None) -> None:
        """Find the most of each goal that is not met where no lever is used."""
        for m in map(int, np.flatnonzero(self.nothing.value < -CLOSE_PART_OF_GOAL)):
            self.tops[m] = known[m] if known is not None else top(self.programme, m)
        self._tell(1, 3)

    def chosen(self) -> Least:
        """Return the changes to be answered with.

        Raises:
            NotCertified: no search ended.
        """
        if not self.tops:
            return found_at(self.programme, np.zeros(len(self.programme.most)), self.nothing)
        hopeless = [m for m, one in self.tops.items() if one.seen.values[m] < -MEETS_PART_OF_GOAL]
        if hopeless and len(self.aim.targets) == 1:
            highest = self.tops[0]
            found = found_at(self.programme, highest.x, highest.seen)
            return found._replace(gradient=highest.left_of_all(self.programme), step=0.0)
        self._search_all(bool(hopeless))
        best = self._best()
        if best.short <= MEETS_PART_OF_GOAL and not best.gradient <= FLAT_GRADIENT:
            raise NotCertified(
                f"no least changes found: the steepest slope left is {best.gradient:.1e} of the "
                f"goals' own (allowed: {FLAT_GRADIENT:.0e}); no figures are given. Narrow the "
                "bounds, or set fewer levers, and report the case"
            )
        return best

    def alike(self) -> bool:
        """Return whether searches met the goals alike, or missed them alike, for one effort."""
        found = [one for one, _ in self.ends.values()]
        if not found:
            spans = (max(one.ends) - min(one.ends) for one in self.tops.values())
            return max(spans, default=0.0) <= SAME_PART_OF_EFFORT
        shorts = [one.short for one in found]
        efforts = [self.programme.cost(one.x) for one in found]
        if max(shorts) - min(shorts) > SAME_PART_OF_EFFORT:
            return False
        return min(shorts) > MEETS_PART_OF_GOAL or max(efforts) - min(
            efforts
        ) <= SAME_PART_OF_EFFORT * max(efforts)

    def _search_all(self, hopeless: bool) -> None:
        """Search from every start, and once more, by careful steps, where the ends differ."""
        most = self.programme.most
        first = "nothing changed" if self.near is None else "fewer sectors held"
        begin = {first: np.zeros(len(most)) if self.near is None else self.near}
        begin["half the bounds"] = most / 2.0
        if hopeless:
            begin |= {f"the most of goal {m + 1}": one.x for m, one in self.tops.items()}
        for done, (name, x) in enumerate(begin.items(), start=2):
            self._search(name, x, BOLD, hopeless)
            self._tell(done, 1 + len(begin))
            if name == first and self.moot is not None and self.moot(self.ends[name][0]):
                return
        if not self.alike():
            self._search("half the bounds, by careful steps", most / 2.0, CAREFUL, hopeless)

    def _search(self, name: str, x: Array, floor: float, hopeless: bool) -> None:
        so_far, asked = self.evaluator.evaluations, self.programme._replace(floor=floor)
        found = least(asked, x, HARDER if hopeless else 1.0)
        if found.short > MEETS_PART_OF_GOAL and not hopeless:
            found = least(asked, found.x, HARDER)
        self.ends[name] = found, self.evaluator.evaluations - so_far

    def _best(self) -> Least:
        """Return the search of least effort among those that meet the goals, or come nearest."""
        found = [one for one, _ in self.ends.values()]
        meeting = [one for one in found if one.short <= MEETS_PART_OF_GOAL]
        if meeting:
            proven = [one for one in meeting if one.gradient <= FLAT_GRADIENT]
            return min(proven or meeting, key=lambda one: self.programme.cost(one.x))
        return min(found, key=lambda one: float(np.maximum(-one.seen.values, 0.0).sum()))

    def _tell(self, done: int, of: int) -> None:
        if self.progress is not None:
            self.progress(done, of)
