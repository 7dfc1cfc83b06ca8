"""Producers and households buy from different places, each use by its own shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from countervail.core.choices.choice import Parameter
from countervail.core.choices.sourcing import CesSourcing
from countervail.errors import InputError

ANTRAS_CHOR = (
    "Antràs, P. and D. Chor (2018), On the Measurement of Upstreamness and Downstreamness in "
    "Global Value Chains, in World Trade Evolution: Growth, Productivity and Employment, Routledge"
)
NO_SOURCE = "no estimate by use: 1 is the sector's own for both"


@dataclass(frozen=True)
class SourcingByUse(CesSourcing):
    """Inputs are bought where producers buy them, and what is consumed where households do::

        P^u_n = [sum_i pi^u_in (c_i kappa_in)^-theta_u]^(-1/theta_u),    u: inputs, final use
        c_j = v^gamma prod_k (P^inputs_k)^gamma_k / T,                   F_j at P^final_j
        Y_i = sum_u sum_n pi^u_in X^u_n / (1 + t_in)

    Makers ask both uses the same, law bears on both alike, and a tariff line is the same part of
    what each buys from a seller. Shares of origins by use are data of a world
    (``World.intermediate_share``). Where they are the same for both uses, and both elasticities
    are, it is ``CesSourcing``.

    Attributes:
        reading: of theta, as of ``CesSourcing``.
        input_elasticity: theta of inputs over the sector's.
        final_elasticity: theta of what households buy over the sector's.

    Source: Antràs and Chor (2018), who extend Caliendo and Parro to shares by using sector and for
    final use; here all using sectors are one use.

    Raises:
        InputError: no such reading, or a ratio that is not a positive number.
    """

    input_elasticity: float = 1.0
    final_elasticity: float = 1.0

    key: ClassVar[str] = "by_use"
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("input_elasticity", "theta of inputs over the sector's", NO_SOURCE),
        Parameter("final_elasticity", "theta of what households buy over the sector's", NO_SOURCE),
    )
    references: ClassVar[tuple[str, ...]] = (ANTRAS_CHOR,)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("input_elasticity", "final_elasticity"):
            ratio = getattr(self, name)
            if not 0.0 < ratio < np.inf:
                raise InputError(
                    f"sourcing.{name}={ratio:g} must be a positive number: a trade elasticity over "
                    "its sector's"
                )

    @property
    def uses(self) -> tuple[float, float]:
        """Trade elasticities over their sector's, of inputs and of what households buy."""
        return self.input_elasticity, self.final_elasticity

    def cited(self) -> tuple[str, ...]:
        """Return the paper of the reading, and that of uses."""
        return (*super().cited(), *self.references)

    def assumption(self) -> str:
        """Return whose model it is, and that uses have shares of their own."""
        said = f"{super().assumption()}, inputs and what households buy each from its own origins"
        if self.uses == (1.0, 1.0):
            return said
        return f"{said} with {self.uses[0]:g} and {self.uses[1]:g} times the sector's elasticity"
