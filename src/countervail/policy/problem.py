"""A question of policy: who sets what, within which bounds, and what for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from countervail.core.model import Hats, Shock
from countervail.policy.evaluator import Aim, Evaluator, Settable
from countervail.policy.in_force import PolicyInForce
from countervail.policy.legal import Movers
from countervail.policy.players import Player
from countervail.scenario.on_top import Policy
from countervail.solution import Solution

Array = NDArray[np.float64]
I = TypeVar("I", bound=Settable)  # noqa: E741  (instruments)
A = TypeVar("A", bound=Aim)


@dataclass(frozen=True, eq=False)
class Problem(Generic[I, A]):
    """A question of policy.

    Attributes:
        in_force: the policy in force, solved: the status quo.
        players: who sets instruments.
        instruments: what each sets, with its bounds, [player].
        aims: what each is after, [player].
    """

    in_force: PolicyInForce
    players: tuple[Player, ...]
    instruments: tuple[I, ...]
    aims: tuple[A, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the players."""
        return tuple(one.name for one in self.players)

    @cached_property
    def present(self) -> tuple[Array, ...]:
        """Values that stand, of each player, [instrument]."""
        base, law = self.in_force.base, self.in_force.shock
        return tuple(own.present(base, law) for own in self.instruments)

    @property
    def movers(self) -> Movers:
        """Who changes something: the players, and others whose law their instruments move."""
        found: list[tuple[str, Sequence[int]]] = [(one.name, one.members) for one in self.players]
        for own in self.instruments:
            found += own.others(self.in_force.world)
        return found

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said of the instruments."""
        return tuple(dict.fromkeys(note for own in self.instruments for note in own.notes))

    def evaluators(self) -> tuple[Evaluator, ...]:
        """Return an evaluator of each player's aim."""
        made: list[Evaluator] = []
        for own, aim in zip(self.instruments, self.aims, strict=True):
            made.append(Evaluator(self.in_force, own, aim, beside=made[0] if made else None))
        return tuple(made)

    def law(self, values: Sequence[Array]) -> Shock:
        """Return the state of law with everybody's values, [player][instrument]."""
        law = self.in_force.shock
        for own, each in zip(self.instruments, values, strict=True):
            law = own.placed(self.in_force.base, law, each)
        return law

    def solution(
        self,
        title: str,
        name: str,
        policy: Policy,
        near: Hats,
        first: Iterable[Player] | None = None,
    ) -> Solution:
        """Return the certified comparison of a chosen policy with the policy in force.

        Args:
            title, name: of the question.
            policy: what is chosen.
            near: where the search found the second state.
            first: whose figures are shown first; default the players'.

        Raises:
            NotCertified: a state did not pass the check.
        """
        pair = self.in_force.before.solved.hats, near
        shown = [one.members[0] for one in first or self.players]
        return self.in_force.solution(title, name, policy, pair, shown)
