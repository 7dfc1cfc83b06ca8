"""How quantities are limited: not at all.

Quotas write everything twice: what is solved for, and ``claimed``, ``rents`` and ``checks``, the
same once more in levels for the certificate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from countervail.core.choices.choice import Choice, Gap
from countervail.core.model import Array, Baseline, Hats, Shock, Unknown, Weights


class Quotas(Protocol):
    """What quantities are let in, and who is paid for being let in."""

    key: ClassVar[str]
    unknowns: ClassVar[tuple[Unknown, ...]]

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""

    def settings(self) -> dict[str, Any]:
        """Return the choice and its parameters, JSON-able."""

    def prepare(self, base: Baseline, shocks: Sequence[Shock], weights: Weights) -> Weights:
        """Return the weights of states with those of their lines under quotas."""

    def premium(self, base: Baseline, weights: Weights, own: tuple[Any, ...]) -> Any:
        """Return what lines under quotas sell at a guess of premiums; None where none is."""

    def claimed(self, base: Baseline, shock: Shock, hats: Hats) -> Shock:
        """Return a state with claimed premiums in the rates of its lines, for the certificate."""

    def rents(self, base: Baseline, shock: Shock, hats: Hats, flows: Array, log_cost: Array) -> Any:
        """Return who is paid what by quotas, in levels; None where none is."""

    def checks(self, base: Baseline, shock: Shock, hats: Hats, rents: Any) -> tuple[Gap, ...]:
        """Return how far each of the choice's equations is from holding in one state."""


@dataclass(frozen=True)
class NoQuotas(Choice):
    """Lines under a quota pay its rate whatever is imported; whether it binds is told after."""

    slot: ClassVar[str] = "quotas"
    key: ClassVar[str] = "none"

    def prepare(self, base: Baseline, shocks: Sequence[Shock], weights: Weights) -> Weights:  # noqa: ARG002
        """Return the weights as they are."""
        return weights

    def premium(self, base: Baseline, weights: Weights, own: tuple[Any, ...]) -> None:
        """Return None: nothing is limited."""

    def claimed(self, base: Baseline, shock: Shock, hats: Hats) -> Shock:  # noqa: ARG002
        """Return the state as it is."""
        return shock

    def rents(
        self,
        base: Baseline,
        shock: Shock,
        hats: Hats,
        flows: Array,
        log_cost: Array,
    ) -> None:
        """Return None: nobody is paid for being let in."""

    def checks(self, base: Baseline, shock: Shock, hats: Hats, rents: Any) -> tuple[Gap, ...]:  # noqa: ARG002
        """Return no gaps: there is no equation."""
        return ()


@dataclass(frozen=True)
class InsideQuotas(NoQuotas):
    """The same where a question's law has quotas: lines pay the rate inside, and it is said.

    What a search for policy takes: rates that it tries have slopes, licences that are just worth
    something have none.
    """

    key: ClassVar[str] = "inside"

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return "goods under a quota pay the rate inside it, whatever is imported"
