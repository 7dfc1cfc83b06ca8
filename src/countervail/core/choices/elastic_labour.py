"""Labour works more where its wage buys more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from countervail.core.choices.choice import Gap, Parameter
from countervail.core.choices.specific_factors import SpecificFactors
from countervail.core.model import Array, Hats, Shock, Weights
from countervail.errors import InputError

CHETTY = (
    "Chetty, R., A. Guren, D. Manoli and A. Weber (2011), Does Indivisible Labor Explain the "
    "Difference Between Micro and Macro Elasticities? A Meta-Analysis of Extensive Margin "
    "Elasticities, NBER Working Paper 16729"
)
GREENWOOD = (
    "Greenwood, J., Z. Hercowitz and G. Huffman (1988), Investment, Capacity Utilization, and the "
    "Real Business Cycle, American Economic Review 78(3), 402-417"
)


@dataclass(frozen=True)
class ElasticLabour(SpecificFactors):
    """Work is chosen: l = (w / P)^chi of the labour there is, over the baseline's::

        u = C - b l^(1 + 1 / chi) / (1 + 1 / chi),      sum_j VA'_j = w l L VA

    C is what income buys at prices P, tariff revenue and all else being handed out as lump sums,
    which change no hour (Greenwood, Hercowitz and Huffman 1988). What labour earns a head, w l, is
    solved for, so that the wage is (w l P^chi)^(1 / (1 + chi)). Of goods that stay
    (``SpecificFactors``) the part that labour earns counts.

    Welfare counts the hours: chi / (1 + chi) of what labour earns makes up for its work, and what
    income gains beyond that is worth having.

    Attributes:
        elasticity: chi, of hours to the real wage. Chetty and others (2011) find 0.25 for whether
            people work and 0.5 for how long.

    Raises:
        InputError: an elasticity that is negative or no number.
    """

    elasticity: float

    key: ClassVar[str] = "elastic"
    of_goods: ClassVar[bool] = False
    full_employment: ClassVar[bool] = False
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("elasticity", "of hours worked to the real wage", CHETTY, 0.25, 0.75),
    )
    references: ClassVar[tuple[str, ...]] = (*SpecificFactors.references, GREENWOOD, CHETTY)

    def __post_init__(self) -> None:
        if not 0.0 <= self.elasticity < np.inf:
            raise InputError(
                f"factors.elasticity={self.elasticity:g} must be 0 or more: of hours worked to the "
                "real wage; 0 is labour that works as much as it did"
            )

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return (
            f"labour works {self.elasticity:g} % more where its wage buys 1 % more, and is worth "
            "its time; what farms, mines and plants cannot move earns what their good leaves it"
        )

    def wage(
        self,
        log_earned: Any,
        log_living: Callable[[], Any],
        weights: Weights,  # noqa: ARG002
        own: tuple[Any, ...],  # noqa: ARG002
    ) -> Any:
        """Return the log wage at which labour earns so much a head, [n, s]."""
        if self.elasticity == 0.0:
            return log_earned
        return (log_earned + self.elasticity * log_living()) / (1.0 + self.elasticity)

    def work_cost(self, paid: Any, revenue: Any) -> Any:  # noqa: ARG002
        """Return what makes up for work, chi / (1 + chi) of what labour is paid."""
        return self.elasticity / (1.0 + self.elasticity) * paid

    def at_work(
        self,
        shock: Shock,  # noqa: ARG002
        hats: Hats,
        employment: Array,
        living: Callable[[], Array],
    ) -> tuple[Gap, ...]:
        """Return how far employment is from the power of the real wage, relative."""
        chosen = (np.exp(hats.wage) / living()) ** self.elasticity
        return (Gap("wages and employment", employment / chosen - 1.0),)
