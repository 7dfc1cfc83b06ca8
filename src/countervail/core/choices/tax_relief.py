"""Labour works more where its wage buys more, and tariff revenue takes tax off that wage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from countervail.core.choices.choice import Gap, Parameter
from countervail.core.choices.elastic_labour import CHETTY, GREENWOOD, ElasticLabour
from countervail.core.choices.specific_factors import SpecificFactors
from countervail.core.model import Array, Baseline, Hats, Shock, Unknown, Weights, namespace
from countervail.errors import InputError

LIBERATION_DAY = (
    "Ignatenko, A., A. Lashkaripour, L. Macedoni and I. Simonovska (2025), Making America Great "
    "Again? The Economic Impacts of Liberation Day Tariffs, Journal of International Economics "
    "157, 104138"
)
TAXING_WAGES = (
    "OECD (2025), Taxing Wages 2025: Decomposition of Personal Income Taxes and the Role of Tax "
    "Reliefs, OECD Publishing, Paris"
)

LEAST_KEPT = 1e-6
"""Part of its wage that a guess leaves to labour at least: a guess may be far out."""


@dataclass(frozen=True)
class TaxRelief(ElasticLabour):
    """Work is chosen, and what treasuries collect at borders takes the place of a tax on labour::

        l = [ k' / k  w / P ]^chi,      k = 1 - tax + R / (w l L VA)

    k is the part of its wage that labour keeps at the margin. Of what labour earns the part tax is
    public revenue, from both sources; what tariffs and export taxes bring, R, is not taken from
    wages. All public revenue is handed out as lump sums, or buys what households would: income is
    w l L VA + R + D, as everywhere. Hats are against the baseline, whose tariffs relieve, too. Of
    goods that stay (``SpecificFactors``) the part that labour earns is taxed.

    Welfare counts the hours at what they are worth to who works them, chi / (1 + chi) of what
    labour keeps: an hour more is worth its wage to all and k of it to who works, so that relief
    gains the more, the higher the tax that stands.

    Attributes:
        elasticity: chi, of hours to the real wage after tax.
        tax: of what labour earns, before anything that borders bring; 0 is a subsidy of work out of
            tariff revenue, which is what a tax just as large as that revenue comes to.

    Raises:
        InputError: an elasticity that is negative or no number, a tax under 0 or of 1 and more.
    """

    tax: float = 0.0

    key: ClassVar[str] = "relief"
    unknowns: ClassVar[tuple[Unknown, ...]] = (
        *SpecificFactors.unknowns,
        Unknown("kept", ("country",)),
    )
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("elasticity", "of hours worked to the real wage after tax", CHETTY, 0.25, 0.75),
        Parameter(
            "tax",
            "of what labour earns, before anything that tariffs bring: a part of 1",
            f"{TAXING_WAGES} (of labour costs at the average wage in 2024: 0.35 on average of 38 "
            f"countries, 0 in Colombia, 0.53 in Belgium); in {LIBERATION_DAY} just what tariffs "
            "bring",
            0.0,
            0.53,
        ),
    )
    references: ClassVar[tuple[str, ...]] = (
        *SpecificFactors.references,
        GREENWOOD,
        CHETTY,
        LIBERATION_DAY,
        TAXING_WAGES,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0.0 <= self.tax < 1.0:
            raise InputError(
                f"factors.tax={self.tax:g} must be 0 or more and less than 1: the part of what "
                "labour earns that is taken in tax before anything that tariffs bring"
            )

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        relief = f"is taken off a tax of {100.0 * self.tax:g} % of what it earns"
        subsidy = "is paid out in proportion to what it earns (no tax stands: factors.tax)"
        return (
            f"labour works {self.elasticity:g} % more where its wage after tax buys 1 % more, and "
            "is worth its time; what tariffs and export taxes bring "
            f"{relief if self.tax else subsidy}; what farms, mines and plants cannot move earns "
            "what their good leaves it"
        )

    def wage(
        self,
        log_earned: Any,
        log_living: Callable[[], Any],
        weights: Weights,
        own: tuple[Any, ...],
    ) -> Any:
        """Return the log wage before tax at which labour earns so much a head, [n, s]."""
        return super().wage(log_earned, lambda: log_living() - own[1], weights, own)

    def implied(
        self,
        value_added: Any,
        base: Baseline,
        weights: Weights,
        log_wage: Any,
        revenue: Any,
        elsewhere: Any = 0.0,
    ) -> tuple[Any, ...]:
        """Return the log wage, ln value added of goods, and ln of what labour keeps, over base's.

        Args:
            value_added: by producer, baseline money [j, n, s].
            base: baseline.
            weights: of the states.
            log_wage: as guessed, in the numeraire [n, s].
            revenue: what treasuries collect [n, s].
            elsewhere: what labour earns that makes no good [n, s].
        """
        found = super().implied(value_added, base, weights, log_wage, revenue, elsewhere)
        labour = self.labour_income(value_added, base).sum(axis=0) + elsewhere
        xp = namespace(labour)
        kept = xp.maximum(1.0 - self.tax + revenue / labour, LEAST_KEPT)
        return (*found, xp.log(kept / self._kept_before(base)[:, None]))

    def work_cost(self, paid: Any, revenue: Any) -> Any:
        """Return what makes up for work, chi / (1 + chi) of what labour keeps of its pay."""
        return super().work_cost(self.kept(paid, revenue), revenue)

    def kept(self, paid: Any, revenue: Any) -> Any:
        """Return what labour is paid, less the tax, and what borders bring."""
        return (1.0 - self.tax) * paid + revenue

    def at_work(
        self, shock: Shock, hats: Hats, employment: Array, living: Callable[[], Array]
    ) -> tuple[Gap, ...]:
        """Return how far employment is from the power of the real wage after tax, relative."""
        after_tax = hats._replace(wage=hats.wage + hats.others[1])
        return super().at_work(shock, after_tax, employment, living)

    def checks(
        self,
        base: Baseline,
        shock: Shock,
        hats: Hats,
        value_added: Array,
        revenue: Array,
        elsewhere: Array | float = 0.0,
    ) -> tuple[Gap, ...]:
        """Return the gaps of labour markets and goods, and of the budget that relief must keep.

        What labour pays in tax is what tariffs leave of the tax: (1 - k) w l L = tax w l L - R.
        """
        known = super().checks(base, shock, hats, value_added, revenue, elsewhere)
        alone = hats._replace(others=(np.full_like(hats.others[0], -np.inf),))  # nothing stays
        payroll = self.claimed_income(base, shock, alone)
        settled = alone._replace(wage=np.zeros_like(hats.wage))
        bought = base.trade_share * base.expenditure[:, :, None]
        collected = (bought - bought / (1.0 + base.tariff)).sum(axis=(0, 2))
        before = self.claimed_income(base, Shock(), settled)
        kept = np.exp(hats.others[1]) * ((1.0 - self.tax) * before + collected) / before
        paid = (1.0 - kept) * payroll
        return (*known, Gap("tax relief", (paid - (self.tax * payroll - revenue)) / payroll))

    def _kept_before(self, base: Baseline) -> Any:
        """Return k of the baseline [n]."""
        collected = (base.tariff / (1.0 + base.tariff) * base.trade_share).sum(axis=2)
        revenue = (collected * base.expenditure).sum(axis=0)
        return 1.0 - self.tax + revenue / self._labour_before(base)

    def _labour_before(self, base: Baseline) -> Any:
        """Return what labour earns in the baseline [n]."""
        made = base.value_added_share * base.gross_output
        return self.labour_income(made[:, :, None], base)[:, :, 0].sum(axis=0)
