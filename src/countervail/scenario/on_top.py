"""A question on top of a question: what is chosen, against the status quo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from countervail.errors import InputError
from countervail.scenario.question import BY_HAND
from countervail.scenario.scenario import Scenario
from countervail.scenario.states import Resolved
from countervail.world import World


class Policy(Protocol):
    """What is chosen, in a world's axes."""

    @property
    def what(self) -> str:
        """What it holds, in a word: ``rates``, ``changes``."""

    def fits(self, world: World) -> bool:
        """Return whether its arrays are of the world's shape."""

    def placed(self, stands: Resolved, world: World, name: str) -> Resolved:
        """Return the comparison of the chosen state with the status quo.

        Args:
            stands: the other question in the world; its second state is the status quo.
            world: the world.
            name: of the question, for what is refused.

        Raises:
            InputError: something chosen has no place in that law.
        """

    def settings(self) -> dict[str, Any]:
        """Return what tells it from others, by names of the question's settings; JSON-able."""


@dataclass(frozen=True, eq=False, repr=False)
class OnTop(Scenario):
    """A policy against the second state of another question, the status quo.

    Its ledger, where it has one, stands in place of the other question's: it may have been drawn.

    Attributes:
        status_quo: the other question.
        policy: what is chosen.
    """

    status_quo: Scenario | None = None
    policy: Policy | None = None

    def base_world(self, world: World) -> World:
        """Return the world that the status quo is solved from."""
        return world if self.status_quo is None else self._with_own_ledger().base_world(world)

    def resolved_status_quo(self, world: World) -> Resolved:
        """Return the other question in a world: its second state is the status quo.

        Raises:
            InputError: the question does not fit the world.
        """
        return self._with_own_ledger().resolve(world)

    def resolve_each(
        self, world: World, selections: Sequence[Sequence[str] | None]
    ) -> tuple[Resolved, ...]:
        """Return both states as arrays of a world, with the policy (a part) or without.

        Raises:
            InputError: the question or the policy does not fit the world.
        """
        for parts in selections:
            self.check_parts(parts or ())
        if self.status_quo is None or self.policy is None or not self.policy.fits(world):
            what = "rates" if self.policy is None else self.policy.what
            raise InputError(f"'{self.name}' holds {what} chosen for another world than this")
        if self.from_date or self.to_date or self.known_on or self.background:
            raise InputError(
                f"'{self.name}' has no dates of its own: change those of the status quo, and "
                "choose again"
            )
        chosen = self.policy.placed(self.resolved_status_quo(world), world, self.name)
        nothing = replace(chosen, after=chosen.before)
        return tuple(
            chosen if parts is None or BY_HAND in parts else nothing for parts in selections
        )

    def settings(self) -> dict[str, Any]:
        """Return what defines the question, JSON-able."""
        status_quo = None if self.status_quo is None else self.status_quo.settings()
        policy = {} if self.policy is None else self.policy.settings()
        return {**super().settings(), "law_as_it_stands": status_quo, **policy}

    def _with_own_ledger(self) -> Scenario:
        assert self.status_quo is not None
        return replace(self.status_quo, ledger=self.ledger)

    def _asked(self) -> dict[str, None]:
        return {BY_HAND: None}
