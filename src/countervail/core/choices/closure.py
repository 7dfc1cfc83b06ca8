"""How trade deficits move; all that a closure says is written twice, once for the certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from countervail.core.choices.choice import Choice
from countervail.core.model import Array, Baseline


class Closure(Protocol):
    """A rule for deficits that sum to zero."""

    key: ClassVar[str]
    balances_first: ClassVar[bool]
    easier: ClassVar[tuple[str, ...]]

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""

    def settings(self) -> dict[str, Any]:
        """Return the choice and its parameters, JSON-able."""

    def deficit(self, base: Baseline, wage_hat: Any, earned: Any) -> Any:
        """Return D'[n, s], transfers left out; it sums to zero.

        Args:
            base: baseline.
            wage_hat: w hat in the numeraire [n, s].
            earned: what the factors of each country earn [n, s].
        """

    def owed(self, base: Baseline, wage_hat: Array, earned: Array) -> Array:
        """Return D'[n] of one state again, from what its factors earn, for the certificate."""


@dataclass(frozen=True)
class WorldShare(Choice):
    """Each deficit keeps its share of world value added, which is the numeraire."""

    slot: ClassVar[str] = "closure"
    key: ClassVar[str] = "world_share"
    balances_first: ClassVar[bool] = False
    easier: ClassVar[tuple[str, ...]] = ("own_income", "closed")

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return "each keeps its share of world value added"

    def deficit(self, base: Baseline, wage_hat: Any, earned: Any) -> Any:  # noqa: ARG002
        """Return D, [n, 1]: in the numeraire, nothing changes."""
        return base.deficit[:, None] * 1.0

    def owed(self, base: Baseline, wage_hat: Array, earned: Array) -> Array:  # noqa: ARG002
        """Return D times world value added over its baseline."""
        return np.asarray(base.deficit * (earned.sum() / base.value_added.sum()))


@dataclass(frozen=True)
class Nominal(Choice):
    """Each deficit is fixed in the wage of a country.

    Attributes:
        unit: code of that country; without one, world value added is the unit.
    """

    unit: str | None = None

    slot: ClassVar[str] = "closure"
    key: ClassVar[str] = "nominal"
    balances_first: ClassVar[bool] = False
    easier: ClassVar[tuple[str, ...]] = ("own_income", "closed")

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        if self.unit:
            return f"fixed in the wage of {self.unit}"
        return "fixed in world value added (the same as world_share: no unit was given)"

    def deficit(self, base: Baseline, wage_hat: Any, earned: Any) -> Any:  # noqa: ARG002
        """Return D in the wage of the unit, [n, s]."""
        return base.deficit[:, None] * (1.0 if base.unit is None else wage_hat[base.unit])

    def owed(self, base: Baseline, wage_hat: Array, earned: Array) -> Array:  # noqa: ARG002
        """Return D times the wage of the unit."""
        return np.asarray(base.deficit * (1.0 if base.unit is None else wage_hat[base.unit]))


@dataclass(frozen=True)
class OwnIncome(Choice):
    """Each deficit keeps its ratio to value added, less what makes them sum to zero::

    D' = delta VA' - VA' sum(delta VA') / sum(VA'),      delta = D / VA
    """

    slot: ClassVar[str] = "closure"
    key: ClassVar[str] = "own_income"
    balances_first: ClassVar[bool] = False
    easier: ClassVar[tuple[str, ...]] = ("closed",)

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return "each keeps its ratio to the country's own value added"

    def deficit(self, base: Baseline, wage_hat: Any, earned: Any) -> Any:  # noqa: ARG002
        """Return D', [n, s]."""
        owed = (base.deficit / base.value_added)[:, None] * earned
        return owed - earned * (owed.sum(axis=0) / earned.sum(axis=0))

    def owed(self, base: Baseline, wage_hat: Array, earned: Array) -> Array:  # noqa: ARG002
        """Return the ratio times what is earned, less each country's part of the excess."""
        own = earned * base.deficit / base.value_added
        return np.asarray(own - earned / earned.sum() * own.sum())


@dataclass(frozen=True)
class Closed(Choice):
    """No deficits; the world so balanced, before any shock, is the baseline."""

    slot: ClassVar[str] = "closure"
    key: ClassVar[str] = "closed"
    balances_first: ClassVar[bool] = True
    easier: ClassVar[tuple[str, ...]] = ()

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return "none; the baseline is the world with balanced trade"

    def deficit(self, base: Baseline, wage_hat: Any, earned: Any) -> Any:  # noqa: ARG002
        """Return none: not a number, so that transfers are added to nothing."""
        return 0.0

    def owed(self, base: Baseline, wage_hat: Array, earned: Array) -> Array:  # noqa: ARG002
        """Return zeros, [n]."""
        return np.zeros_like(earned)
