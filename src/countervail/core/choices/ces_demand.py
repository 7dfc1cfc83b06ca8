"""Households substitute between sectors with one elasticity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from countervail.core.choices.choice import Choice, Parameter
from countervail.core.choices.demand import NONE_LEFT, aligned
from countervail.core.model import Array, Baseline, namespace
from countervail.errors import InputError

ATALAY = (
    "Atalay, E. (2017), How Important Are Sectoral Shocks?, American Economic Journal: "
    "Macroeconomics 9(4), 254-280"
)


@dataclass(frozen=True)
class CesDemand(Choice):
    """Constant elasticity of substitution across sectors (docs/theory.md, Choices of the model)::

        F_j = alpha_j (P_j / P)^(1 - eta) I,    P = [sum_j alpha_j P_j^(1 - eta)]^(1 / (1 - eta))

    At eta = 1 both are Cobb-Douglas.

    Attributes:
        elasticity: eta, of the quantities of two sectors to their relative price. Atalay (2017)
            finds 0.5 to 1 for final use.

    Raises:
        InputError: an elasticity that is not a positive number.
    """

    elasticity: float

    slot: ClassVar[str] = "demand"
    key: ClassVar[str] = "ces"
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("elasticity", "of substitution between sectors, final use", ATALAY, 0.5, 1.0),
    )
    references: ClassVar[tuple[str, ...]] = (ATALAY,)

    def __post_init__(self) -> None:
        if not 0.0 < self.elasticity < np.inf:
            raise InputError(
                f"demand.elasticity={self.elasticity} must be a positive number: of what is bought "
                "of two sectors to their relative price; 1 is constant shares of spending"
            )

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return f"households substitute between sectors with an elasticity of {self.elasticity:g}"

    def final(self, base: Baseline, income: Any, log_price: Any) -> Any:
        """Return final spending by sector [j, n, s]."""
        spent = base.final_share[:, :, None] * income
        if self.elasticity == 1.0:
            return spent
        dearer = log_price - self._log_index(base.final_share, log_price)
        return spent * namespace(log_price).exp((1.0 - self.elasticity) * dearer)

    def cost_of_living(self, base: Baseline, first: Any, second: Any) -> Any:
        """Return P at second prices over P at first ones, [n], or [n, s] of many pairs."""
        xp = namespace(first, second)
        one, two = (self._log_index(base.final_share, xp.log(each)) for each in (first, second))
        return xp.exp(two - one)

    def _log_index(self, share: Any, log_price: Any) -> Any:
        """Return ln P, [n] or [n, s].

        ln(sum_j alpha_j e^x_j) is the largest x plus ln(1 + sum_j alpha_j (e^(x_j - largest) - 1)):
        nothing overflows, and close to an elasticity of one no digits are lost.
        """
        xp, share = namespace(log_price), aligned(share, log_price)
        if self.elasticity == 1.0:
            return (share * log_price).sum(axis=0)
        power = (1.0 - self.elasticity) * log_price
        largest = xp.where(share > 0, power, -np.inf).max(axis=0)
        # what households do not buy has any price: it must neither count nor overflow
        below = xp.where(share > 0, power - largest, 0.0)
        summed = xp.log1p((share * xp.expm1(below)).sum(axis=0))
        return (largest + summed) / (1.0 - self.elasticity)

    def bought(self, base: Baseline, income: Array, price_hat: Array) -> Array:
        """Return final spending of one state by sector [j, n]: each one's part of all that is."""
        worth = base.final_share * np.where(base.final_share > 0, price_hat, 1.0) ** (
            1.0 - self.elasticity
        )
        return np.asarray(income * worth / worth.sum(axis=0))

    def utility(self, base: Baseline, quantity_hat: Array) -> Array:
        """Return ln [sum_j alpha_j q_j^((eta - 1) / eta)]^(eta / (eta - 1)), [n]."""
        quantity = np.maximum(quantity_hat, NONE_LEFT)
        if self.elasticity == 1.0:
            return np.asarray((base.final_share * np.log(quantity)).sum(axis=0))
        power = (self.elasticity - 1.0) / self.elasticity
        # a power less one, so that close to an elasticity of one no digits are lost
        grown = np.expm1(power * np.log(np.where(base.final_share > 0, quantity, 1.0)))
        return np.asarray(np.log1p((base.final_share * grown).sum(axis=0)) / power)
