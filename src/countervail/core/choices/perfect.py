"""How sellers compete: perfectly.

Competition writes everything twice: ``asked`` and ``implied`` are what is solved for,
``claimed_asked`` and ``checks`` the same once more in levels for the certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from countervail.core.choices.choice import Choice, Gap
from countervail.core.model import Array, Baseline, Hats, Shock, Weights
from countervail.core.solver import Staying


class Competition(Protocol):
    """What stands between what a unit costs to make and what its buyers compare."""

    key: ClassVar[str]

    @property
    def many(self) -> bool:
        """Whether more than one equilibrium may exist, so that a second start is looked from."""

    @property
    def turning(self) -> float:
        """What duties turn away beyond costs of carriage: in powers, beside theta."""

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""

    def settings(self) -> dict[str, Any]:
        """Return the choice and its parameters, JSON-able."""

    def refuse(self, base: Baseline, weights: Weights) -> None:
        """Raise where costs have no bottom in a state.

        Raises:
            NoEquilibrium: with the reason, and the country it is about.
        """

    def faced(self, base: Baseline, shock: Shock) -> Shock:
        """Return a state whose costs of carriage hold what duties turn away beyond them."""

    def met(self, log_price: Any, log_spending: Any, weights: Weights) -> Any:
        """Return ln of what a seller's price meets where it is bought, from P and E, [j, n, s]."""

    def price(self, log_met: Any, log_spending: Any, weights: Weights) -> Any:
        """Return ln P of what sellers' prices meet: ``met`` undone."""

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

    def claimed_law(self, base: Baseline, shock: Shock) -> Shock:
        """Return a state as sellers face it, once more."""

    def claimed_met(self, base: Baseline, shock: Shock, hats: Hats) -> Array:
        """Return ln of what sellers' prices meet in one state [j, n], once more."""

    def checks(self, base: Baseline, hats: tuple[Array, ...], output: Array) -> tuple[Gap, ...]:
        """Return how far each of the choice's own equations is from holding in one state.

        Args:
            base: baseline.
            hats: claimed, the blocks of unknowns that the choice adds.
            output: Y' as sales make it [j, i].
        """


class AsPriced:
    """What is bought at sellers' prices: duties count as costs do, and markets have no size."""

    @property
    def turning(self) -> float:
        """What duties turn away beyond costs of carriage: nothing."""
        return 0.0

    def faced(self, base: Baseline, shock: Shock) -> Shock:  # noqa: ARG002
        """Return the state as it is."""
        return shock

    def met(self, log_price: Any, log_spending: Any, weights: Weights) -> Any:  # noqa: ARG002
        """Return ln of the price itself."""
        return log_price

    def price(self, log_met: Any, log_spending: Any, weights: Weights) -> Any:  # noqa: ARG002
        """Return ln of the price itself."""
        return log_met

    def claimed_law(self, base: Baseline, shock: Shock) -> Shock:  # noqa: ARG002
        """Return the state as it is."""
        return shock

    def claimed_met(self, base: Baseline, shock: Shock, hats: Hats) -> Array:  # noqa: ARG002
        """Return ln of the claimed price itself."""
        return hats.price


@dataclass(frozen=True)
class PerfectCompetition(AsPriced, Choice):
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
