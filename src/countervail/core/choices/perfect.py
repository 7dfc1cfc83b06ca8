"""How sellers compete: perfectly.

Competition writes everything twice: ``asked`` and ``implied`` are what is solved for,
``claimed_asked`` and ``checks`` the same once more in levels for the certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from countervail.core.choices.choice import Choice, Gap
from countervail.core.model import Array, Baseline, Shock, Weights
from countervail.core.solver import Staying


class Competition(Protocol):
    """What stands between what a unit costs to make and what its buyers compare."""

    key: ClassVar[str]

    @property
    def many(self) -> bool:
        """Whether more than one equilibrium may exist, so that a second start is looked from."""

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""

    def settings(self) -> dict[str, Any]:
        """Return the choice and its parameters, JSON-able."""

    def refuse(self, base: Baseline, weights: Weights) -> None:
        """Raise where costs have no bottom in a state.

        Raises:
            NoEquilibrium: with the reason, and the country it is about.
        """

    def asked(self, log_cost: Any, base: Baseline, weights: Weights, own: tuple[Any, ...]) -> Any:
        """Return ln of what sellers ask, as buyers compare it, [j, i, s].

        Args:
            log_cost: ln c hat [j, i, s].
            base: baseline.
            weights: of the states.
            own: the blocks of unknowns that the choice adds.
        """

    def implied(self, output: Any, base: Baseline) -> tuple[Any, ...]:
        """Return the choice's own unknowns as sales Y' [j, i, s] imply them."""

    def step(self, base: Baseline) -> Staying | None:
        """Return the step of the choice's own unknowns; None where they move by all of their gap.

        Only of a model whose factors have no such step.
        """

    def claimed_asked(
        self, base: Baseline, shock: Shock, log_cost: Array, own: tuple[Array, ...]
    ) -> Array:
        """Return ln of what sellers ask in one state [j, i], once more.

        Args:
            base: baseline.
            shock: the state.
            log_cost: ln c hat [j, i].
            own: claimed, the blocks of unknowns that the choice adds.
        """

    def checks(self, base: Baseline, hats: tuple[Array, ...], output: Array) -> tuple[Gap, ...]:
        """Return how far each of the choice's own equations is from holding in one state.

        Args:
            base: baseline.
            hats: claimed, the blocks of unknowns that the choice adds.
            output: Y' as sales make it [j, i].
        """


@dataclass(frozen=True)
class PerfectCompetition(Choice):
    """Price is unit cost, at any scale: nothing stands between them."""

    slot: ClassVar[str] = "competition"
    key: ClassVar[str] = "perfect"

    @property
    def many(self) -> bool:
        """Whether a second start is looked from: it is not."""
        return False

    def refuse(self, base: Baseline, weights: Weights) -> None:
        """Raise nothing."""

    def asked(
        self,
        log_cost: Any,
        base: Baseline,  # noqa: ARG002
        weights: Weights,  # noqa: ARG002
        own: tuple[Any, ...],  # noqa: ARG002
    ) -> Any:
        """Return ln of unit cost itself."""
        return log_cost

    def implied(self, output: Any, base: Baseline) -> tuple[Any, ...]:  # noqa: ARG002
        """Return none: the choice adds no unknowns."""
        return ()

    def step(self, base: Baseline) -> Staying | None:  # noqa: ARG002
        """Return None: the choice adds no unknowns."""
        return None

    def claimed_asked(
        self,
        base: Baseline,  # noqa: ARG002
        shock: Shock,  # noqa: ARG002
        log_cost: Array,
        own: tuple[Array, ...],  # noqa: ARG002
    ) -> Array:
        """Return ln of unit cost itself."""
        return log_cost

    def checks(self, base: Baseline, hats: tuple[Array, ...], output: Array) -> tuple[Gap, ...]:  # noqa: ARG002
        """Return none: there are no equations of its own."""
        return ()
