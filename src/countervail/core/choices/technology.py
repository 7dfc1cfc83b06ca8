"""How a good is made: of value added and of what other sectors make.

A technology writes everything twice: what is solved for, and ``claimed_cost`` and
``claimed_share``, the same once more for the certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from countervail.core.choices.choice import Choice
from countervail.core.model import Array, Baseline, Shock, Weights
from countervail.core.products import by_country


class Technology(Protocol):
    """What a unit costs, and what is spent on value added and on inputs."""

    key: ClassVar[str]

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""

    def settings(self) -> dict[str, Any]:
        """Return the choice and its parameters, JSON-able."""

    def unit_cost(
        self, log_value_added: Any, log_price: Any, base: Baseline, weights: Weights
    ) -> Any:
        """Return ln c hat[j, n, s].

        Args:
            log_value_added: ln of the price of value added, [n, s] or [j, n, s].
            log_price: ln of the price of what is bought as input, [j, n, s].
            base: baseline.
            weights: of the states.
        """

    def value_added_share(
        self, log_value_added: Any, log_cost: Any, base: Baseline, weights: Weights
    ) -> Any:
        """Return value added in sales by producer, [j, n, s]."""

    def inputs_bought(self, gross_output: Any, share: Any, base: Baseline) -> Any:
        """Return what producers spend on each good [j, n, s], at a share of value added."""

    def claimed_cost(
        self, base: Baseline, shock: Shock, log_value_added: Array, log_price: Array
    ) -> Array:
        """Return ln c hat[j, n] of one state, for the certificate."""

    def claimed_share(self, base: Baseline, log_value_added: Array, log_price: Array) -> Array:
        """Return value added in sales of one state [j, n], for the certificate."""


@dataclass(frozen=True)
class CobbDouglasTechnology(Choice):
    """Constant shares of value added and of inputs, which are sourced as final goods are::

    c = v^gamma prod_k P_k^gamma_k / T,      value added = gamma Y,      inputs of k = gamma_k Y
    """

    slot: ClassVar[str] = "technology"
    key: ClassVar[str] = "cobb_douglas"

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return "input-output links"

    def unit_cost(
        self, log_value_added: Any, log_price: Any, base: Baseline, weights: Weights
    ) -> Any:
        """Return ln c hat[j, n, s] (Caliendo and Parro 2015, equation 10)."""
        inputs = by_country(base.input_share.swapaxes(1, 2), log_price)
        return (
            base.value_added_share[:, :, None] * log_value_added + inputs - weights.log_productivity
        )

    def value_added_share(
        self,
        log_value_added: Any,  # noqa: ARG002
        log_cost: Any,  # noqa: ARG002
        base: Baseline,
        weights: Weights,  # noqa: ARG002
    ) -> Any:
        """Return gamma, [j, n, 1]: prices move none of it."""
        return base.value_added_share[:, :, None]

    def inputs_bought(self, gross_output: Any, share: Any, base: Baseline) -> Any:  # noqa: ARG002
        """Return sum_k gamma^{jk} Y'^k, [j, n, s] (Caliendo and Parro 2015, equation 13)."""
        return by_country(base.input_share, gross_output)

    def claimed_cost(
        self, base: Baseline, shock: Shock, log_value_added: Array, log_price: Array
    ) -> Array:
        """Return ln c hat[j, n] once more."""
        log_cost = base.value_added_share * log_value_added + inputs_of_users(base, log_price)
        if shock.productivity_hat is not None:
            log_cost = log_cost - np.log(shock.productivity_hat)
        return np.asarray(log_cost)

    def claimed_share(
        self,
        base: Baseline,
        log_value_added: Array,  # noqa: ARG002
        log_price: Array,  # noqa: ARG002
    ) -> Array:
        """Return gamma [j, n]."""
        return base.value_added_share


def inputs_of_users(base: Baseline, log_price: Array) -> Array:
    """Return the log price of each user's inputs, sum_k gamma_k ln P_k, [j, n]."""
    return np.asarray(np.einsum("nkj,kn->jn", base.input_share, log_price, optimize=True))
