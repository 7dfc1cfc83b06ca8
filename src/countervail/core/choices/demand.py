"""What households buy: how final spending divides over sectors, and what a living costs.

A demand owns its price index, and with it what a change is worth: welfare is income over the cost
of living. It writes everything twice. ``final`` and ``cost_of_living`` are what is solved and
reported; ``bought`` and ``utility`` are the same preferences once more, in quantities and levels,
for the certificate, and share nothing with the first two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from countervail.core.choices.choice import Choice
from countervail.core.model import Array, Baseline, namespace

NONE_LEFT = 1e-300
"""Stands for a quantity that rounding leaves at or below nothing, so that it has a logarithm."""


class Demand(Protocol):
    """Homothetic preferences over sectors."""

    key: ClassVar[str]

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""

    def settings(self) -> dict[str, Any]:
        """Return the choice and its parameters, JSON-able."""

    def final(self, base: Baseline, income: Any, log_price: Any) -> Any:
        """Return final spending by sector [j, n, s], of income [n, s] at ln P hat [j, n, s]."""

    def cost_of_living(self, base: Baseline, first: Any, second: Any) -> Any:
        """Return the consumption price index at second prices over that at first ones, [n].

        Prices are duty-paid, over the baseline's, [j, n]; many pairs of them have a last axis.
        """

    def bought(self, base: Baseline, income: Array, price_hat: Array) -> Array:
        """Return final spending of one state by sector [j, n], for the certificate."""

    def utility(self, base: Baseline, quantity_hat: Array) -> Array:
        """Return ln(utility over its baseline) [n], of quantities over theirs [j, n]."""


@runtime_checkable
class InShops(Protocol):
    """A demand of households that buy in shops: others buy from makers."""

    def in_shops(self, base: Baseline, price_hat: Any) -> Any:
        """Return what households pay for a good in shops, over the baseline's, [j, n].

        Prices are duty-paid, before shops, over the baseline's; many states have a last axis.
        """


@dataclass(frozen=True)
class CobbDouglasDemand(Choice):
    """Constant shares of spending (docs/theory.md, Counterfactual in changes)::

    F_j = alpha_j I,        P = prod_j P_j^alpha_j
    """

    slot: ClassVar[str] = "demand"
    key: ClassVar[str] = "cobb_douglas"

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return "households spend constant shares of income on sectors"

    def final(self, base: Baseline, income: Any, log_price: Any) -> Any:  # noqa: ARG002
        """Return final spending by sector [j, n, s]; prices move none of it."""
        return base.final_share[:, :, None] * income

    def cost_of_living(self, base: Baseline, first: Any, second: Any) -> Any:
        """Return prod_j (P'_j / P_j)^alpha_j, [n], or [n, s] of many pairs."""
        xp = namespace(first, second)
        share = aligned(base.final_share, second)
        return xp.exp((share * xp.log(second / first)).sum(axis=0))

    def bought(self, base: Baseline, income: Array, price_hat: Array) -> Array:  # noqa: ARG002
        """Return final spending of one state by sector [j, n]."""
        return base.final_share * income

    def utility(self, base: Baseline, quantity_hat: Array) -> Array:
        """Return sum_j alpha_j ln q_j, [n]."""
        logs = np.log(np.maximum(quantity_hat, NONE_LEFT))
        return np.asarray(np.einsum("jn,jn->n", base.final_share, logs))


def aligned(share: Any, prices: Any) -> Any:
    """Return shares [j, n] with as many axes as prices, which may be of many pairs."""
    return share.reshape(share.shape + (1,) * (prices.ndim - 2))
