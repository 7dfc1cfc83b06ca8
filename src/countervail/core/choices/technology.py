"""How a good is made: of value added and of what other sectors make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from countervail.core.choices.choice import Choice
from countervail.core.model import Baseline, Weights
from countervail.core.products import by_country


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
        """Return ln c hat[j, n, s] (Caliendo and Parro 2015, equation 10).

        Args:
            log_value_added: ln of the price of value added, [n, s] or [j, n, s].
            log_price: ln P hat[j, n, s].
            base: baseline.
            weights: of the states.
        """
        inputs = by_country(base.input_share.swapaxes(1, 2), log_price)
        return (
            base.value_added_share[:, :, None] * log_value_added + inputs - weights.log_productivity
        )

    def value_added(self, gross_output: Any, base: Baseline) -> Any:
        """Return value added by producer, gamma Y', [j, n, s]."""
        return base.value_added_share[:, :, None] * gross_output

    def inputs_bought(self, gross_output: Any, base: Baseline) -> Any:
        """Return what producers spend on each good, sum_k gamma^{jk} Y'^k, [j, n, s] (eq. 13)."""
        return by_country(base.input_share, gross_output)
