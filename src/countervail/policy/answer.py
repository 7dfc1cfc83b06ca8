"""The answer to a question of policy: the certified equilibrium with what was chosen, its proof."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from countervail.policy.criteria import AnyCriterion
from countervail.policy.legal import WouldBreak, would_break
from countervail.policy.players import Player
from countervail.policy.problem import Problem
from countervail.policy.proof import Proof
from countervail.policy.status_quo import StatusQuo, status_quo
from countervail.scenario.on_top import OnTop
from countervail.schema.shown import Shown
from countervail.solution import Solution

if TYPE_CHECKING:
    import xarray as xr

B = TypeVar("B", bound=Problem[Any, Any])
P = TypeVar("P", bound=Proof)


@dataclass(frozen=True, eq=False)
class Answer(Shown, Generic[B, P]):
    """An answer; each question has its own, with what only it reports.

    Attributes:
        problem: what was asked.
        solution: the certified equilibrium with what was chosen, relative to the policy in force.
        certificate: the proof: how good what was chosen is.
        finished: whether the search ran to its end; if not, this is the best it had found.
        notes: what must be said, in sentences.
    """

    problem: B
    solution: Solution
    certificate: P
    finished: bool
    notes: tuple[str, ...]

    @property
    def players(self) -> tuple[Player, ...]:
        """Who chooses."""
        return self.problem.players

    @property
    def player(self) -> Player:
        """Who chooses, or the first of them."""
        return self.problem.players[0]

    @property
    @abstractmethod
    def criteria(self) -> tuple[AnyCriterion, ...]:
        """What ``reprice`` gives ranges of."""

    @property
    def status_quo(self) -> StatusQuo:
        """The law it is counted from, and who stands still."""
        asked = self.solution.scenario
        scenario = asked.status_quo if isinstance(asked, OnTop) else None
        return status_quo(scenario or asked, self.solution.world, self.problem.movers)

    @property
    def would_break(self) -> WouldBreak:
        """Agreements in force and WTO bindings that it would break, as far as known here."""
        solution, day = self.solution, self.status_quo.law_date
        return would_break(solution.resolved, solution.world, self.problem.movers, day)

    @property
    def welfare(self) -> xr.DataArray:
        """Welfare of every country, per cent, relative to the status quo."""
        found: xr.DataArray = self.solution.welfare
        return found
