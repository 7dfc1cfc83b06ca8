"""A question that is placed in its world already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from countervail.scenario.scenario import Scenario
from countervail.scenario.states import Resolved
from countervail.world import World


@dataclass(frozen=True, eq=False, repr=False)
class Placed(Scenario):
    """A question with its two states in the one world it is asked of.

    Attributes:
        placed: the states; None places it like any other question.
    """

    placed: Resolved | None = None

    @classmethod
    def of(cls, scenario: Scenario, placed: Resolved, only: Sequence[str] | None = None) -> Placed:
        """Return a question with its states.

        Args:
            scenario: the question.
            placed: its states.
            only: the parts of it that change in them; None as in the question.
        """
        own = {f.name: getattr(scenario, f.name) for f in fields(Scenario)}
        if only is not None:
            own["only"] = tuple(only)
        return cls(**own, placed=placed)

    def resolve(self, world: World) -> Resolved:
        """Return it as it was placed."""
        return super().resolve(world) if self.placed is None else self.placed
