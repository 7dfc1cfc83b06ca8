"""Wages that do not fall below a part of what they were: who would need less is out of work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from countervail.core.choices.choice import Gap, Parameter
from countervail.core.choices.specific_factors import SpecificFactors
from countervail.core.model import Array, Hats, Shock, Weights, namespace
from countervail.errors import InputError, did_you_mean

WageUnit = Literal["world", "living"]

IN_WORDS = {
    "world": "in the money in which world value added stands still",
    "living": "in what it buys at home",
}

NO_FLOOR = 1e-300
"""Stands for a floor of nothing, so that it has a logarithm."""

RIGIDITIES = (
    "Rodríguez-Clare, A., M. Ulate and J. Vasquez (2025), Trade with Nominal Rigidities: "
    "Understanding the Unemployment and Welfare Effects of the China Shock, Journal of Political "
    "Economy, doi:10.1086/738344"
)
PEGS = (
    "Schmitt-Grohé, S. and M. Uribe (2016), Downward Nominal Wage Rigidity, Currency Pegs, and "
    "Involuntary Unemployment, Journal of Political Economy 124(5), 1466-1514"
)
PAYROLLS = (
    "Grigsby, J., E. Hurst and A. Yildirmaz (2019), Aggregate Nominal Wage Adjustments: New "
    "Evidence from Administrative Payroll Data, NBER Working Paper 25628"
)


@dataclass(frozen=True)
class RigidWages(SpecificFactors):
    """No wage falls below a part delta of what it was; labour that would need less is unemployed::

        w' >= delta w,      l <= 1,      (w' - delta w)(1 - l) = 0,      sum_j VA'_j = w' l L VA

    w is the wage before the change, in a stated unit, and l the part of the labour there is that is
    at work. What labour earns a head, w' l, is solved for, and the wage is the larger of that and
    the floor: at delta = 0 it is that, and all are at work. The first state of law is long settled:
    its wages are free. Of goods that stay (``SpecificFactors``) the part that labour earns counts.

    Welfare counts what the labour force earns, those out of work with nothing; their time is not
    valued.

    Attributes:
        floor: delta a year: 1 where wages do not fall at all. After h years of a horizon it is
            delta^h.
        unit: ``world``, in which world value added stands still, so that exchange rates do; or
            ``living``, the country's own consumption prices: a currency that floats under a bank
            that holds those.

    Raises:
        InputError: a floor under 0 or over 1, or no such unit.
    """

    floor: float = 1.0
    unit: WageUnit = "world"

    key: ClassVar[str] = "rigid"
    of_goods: ClassVar[bool] = False
    follows: ClassVar[bool] = True
    full_employment: ClassVar[bool] = False
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "floor",
            "part of its wage that labour keeps at least, a year; 0 is free wages",
            f"{PEGS} (a fall of 4 % a year is free), to {PAYROLLS} (2 % of those who stay in a "
            "job see a cut of base pay in a year)",
            0.96,
            1.0,
        ),
        Parameter("unit", "of the floor: world or living", "an assumption"),
    )
    references: ClassVar[tuple[str, ...]] = (
        *SpecificFactors.references,
        RIGIDITIES,
        PEGS,
        PAYROLLS,
    )

    def __post_init__(self) -> None:
        if not 0.0 <= self.floor <= 1.0:
            raise InputError(
                f"factors.floor={self.floor:g} must lie between 0 and 1: the part of its wage that "
                "labour keeps at least; 0 is free wages"
            )
        if self.unit not in get_args(WageUnit):
            known = get_args(WageUnit)
            raise InputError(
                f"no factors.unit='{self.unit}'{did_you_mean(self.unit, known)} "
                f"(there are {', '.join(known)})"
            )

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return (
            f"no wage falls below {self.floor:g} of what it was before the change, "
            f"{IN_WORDS[self.unit]}, and labour that would need less is out of work; what farms, "
            "mines and plants cannot move earns what their good leaves it"
        )

    def before(self, wage_hat: Array, living: Callable[[], Array]) -> Array:
        """Return the wage of a state in the unit of the floor, [n]."""
        return wage_hat if self.unit == "world" else wage_hat / living()

    def wage(
        self,
        log_earned: Any,
        log_living: Callable[[], Any],
        weights: Weights,
        own: tuple[Any, ...],  # noqa: ARG002
    ) -> Any:
        """Return what labour earns a head, or the floor where that is higher, [n, s]."""
        xp = namespace(log_earned)
        floor = xp.log(xp.maximum(self.floor * weights.wage_before, NO_FLOOR))
        if self.unit == "living":
            floor = floor + log_living()
        return xp.maximum(log_earned, floor)

    def at_work(
        self, shock: Shock, hats: Hats, employment: Array, living: Callable[[], Array]
    ) -> tuple[Gap, ...]:
        """Return the smaller of what wages are above the floor and of who is idle, both parts."""
        assert shock.wage_before is not None
        floor = self.floor * shock.wage_before
        if self.unit == "living":
            floor = floor * living()
        wage_hat = np.exp(hats.wage)
        above = np.divide(wage_hat, floor, out=np.full_like(wage_hat, np.inf), where=floor > 0)
        return (Gap("wages and employment", np.minimum(above - 1.0, 1.0 - employment)),)
