"""What a sector is: one good, or several that its buyers choose among.

The choice writes everything twice: ``paid`` and ``spent`` are what is solved for,
``claimed_price``, ``claimed_spending``, ``composite`` and ``checks`` the same once more for the
certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from countervail.core.choices.choice import Choice, Gap
from countervail.core.model import Array, Baseline, Hats, Weights
from countervail.core.weights import refuse_closed

Bools = NDArray[np.bool_]


class SectorGoods(Protocol):
    """How buyers choose among the goods of a sector."""

    key: ClassVar[str]

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""

    def settings(self) -> dict[str, Any]:
        """Return the choice and its parameters, JSON-able."""

    def refuse(self, base: Baseline, weights: Weights) -> None:
        """Raise where what has no supplier left cannot be done without.

        Raises:
            NoEquilibrium: the first such market.
        """

    def paid(self, log_price: Any, base: Baseline, active: Any) -> Any:
        """Return ln of the price of what users buy [j, n, s]: of a good, that of its sector.

        Args:
            log_price: ln P hat of goods [j, n, s].
            base: baseline.
            active: markets with buyers and a supplier [j, n].
        """

    def spent(self, needed: Any, log_price: Any, log_paid: Any, base: Baseline, active: Any) -> Any:
        """Return spending on each good [j, n, s], of what is needed of sectors in base mixes.

        Args:
            needed: of each good, were all bought in base mixes [j, n, s].
            log_price: ln P hat of goods [j, n, s].
            log_paid: what ``paid`` makes of it.
            base: baseline.
            active: markets with buyers and a supplier [j, n].
        """

    def own_price_slope(self, base: Baseline) -> Array:
        """Return what log spending on a good owes to its own log price at the baseline, [j, n]."""

    def claimed_price(self, base: Baseline, log_price: Array, closed: Bools) -> Array:
        """Return ln of the price of what users buy in one state [j, n], for the certificate.

        Args:
            base: baseline.
            log_price: ln P hat of goods [j, n].
            closed: markets with buyers and no supplier [j, n].
        """

    def claimed_spending(
        self, base: Baseline, needed: Array, log_price: Array, closed: Bools
    ) -> Array:
        """Return spending on each good of one state [j, n], for the certificate."""

    def composite(self, base: Baseline, values: Array) -> Array:
        """Return values summed over the goods of each sector, at each of them, [j, n]."""

    def checks(self, base: Baseline, hats: Hats, closed: Bools) -> tuple[Gap, ...]:
        """Return how far each of the choice's own equations is from holding in one state."""


@dataclass(frozen=True)
class OneGood(Choice):
    """A sector is one good: its price is the sector's, and all its spending is on it."""

    slot: ClassVar[str] = "goods"
    key: ClassVar[str] = "one"

    def refuse(self, base: Baseline, weights: Weights) -> None:
        """Raise where anything that is bought has no supplier left.

        Raises:
            NoEquilibrium: the first such market.
        """
        refuse_closed(base, (base.expenditure > 0) & ~weights.active)

    def paid(self, log_price: Any, base: Baseline, active: Any) -> Any:  # noqa: ARG002
        """Return the log price itself."""
        return log_price

    def spent(
        self,
        needed: Any,
        log_price: Any,  # noqa: ARG002
        log_paid: Any,  # noqa: ARG002
        base: Baseline,  # noqa: ARG002
        active: Any,  # noqa: ARG002
    ) -> Any:
        """Return what is needed."""
        return needed

    def own_price_slope(self, base: Baseline) -> Array:
        """Return nothing: a sector's spending is on it whatever it costs."""
        return np.zeros_like(base.expenditure)

    def claimed_price(self, base: Baseline, log_price: Array, closed: Bools) -> Array:  # noqa: ARG002
        """Return the log price itself."""
        return log_price

    def claimed_spending(
        self,
        base: Baseline,  # noqa: ARG002
        needed: Array,
        log_price: Array,  # noqa: ARG002
        closed: Bools,  # noqa: ARG002
    ) -> Array:
        """Return what is needed."""
        return needed

    def composite(self, base: Baseline, values: Array) -> Array:  # noqa: ARG002
        """Return the values themselves."""
        return values

    def checks(self, base: Baseline, hats: Hats, closed: Bools) -> tuple[Gap, ...]:  # noqa: ARG002
        """Return none: there are no equations of its own."""
        return ()
