"""Who works where and for how much: one factor a country, free to change sector.

Factors write everything twice: what is solved for, and ``claimed_price``, ``claimed_income`` and
``checks``, the same once more in levels for the certificate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from countervail.core.choices.choice import Choice, Gap
from countervail.core.choices.one_good import SectorGoods
from countervail.core.model import Array, Baseline, Hats, Shock, Unknown, Weights, namespace
from countervail.core.solver import Staying


class Factors(Protocol):
    """What value added costs, and who earns it."""

    key: ClassVar[str]
    unknowns: ClassVar[tuple[Unknown, ...]]
    follows: ClassVar[bool]
    full_employment: ClassVar[bool]

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""

    def settings(self) -> dict[str, Any]:
        """Return the choice and its parameters, JSON-able."""

    def refuse(self, base: Baseline, weights: Weights) -> None:
        """Raise where no prices bring what factors need in a state.

        Raises:
            NoEquilibrium: with the reason, and the country it is about.
        """

    def unsold(self, base: Baseline, weights: Weights) -> NDArray[np.bool_]:
        """Return which makers have lost every buyer and cannot leave their good, [j, n]."""

    def before(self, wage_hat: Array, living: Callable[[], Array]) -> Array:
        """Return what of a state the wages of the next are held to, [n].

        Args:
            wage_hat: of the state [n].
            living: gives what a living costs there, over the baseline's [n].
        """

    def numeraire(
        self, log_wage: Any, base: Baseline, weights: Weights, own: tuple[Any, ...]
    ) -> Any:
        """Return what labour earns a head, in logs [n, s], so that world value added stands.

        Args:
            log_wage: as guessed [n, s].
            base: baseline.
            weights: of the states.
            own: the blocks of unknowns that the choice adds.
        """

    def wage(
        self,
        log_earned: Any,
        log_living: Callable[[], Any],
        weights: Weights,
        own: tuple[Any, ...],
    ) -> Any:
        """Return the log wage of who is at work, [n, s].

        Args:
            log_earned: what labour earns a head, who is out of work included, [n, s].
            log_living: gives ln of what a living costs, over the baseline's [n, s].
            weights: of the states.
            own: the blocks of unknowns that the choice adds.
        """

    def value_added_price(self, log_wage: Any, base: Baseline, own: tuple[Any, ...]) -> Any:
        """Return ln of the price of value added, [n, s] or [j, n, s], at wages in the numeraire."""

    def marked_up(self, log_cost: Any, log_wage: Any, base: Baseline, weights: Weights) -> Any:
        """Return ln of what a unit is sold for over the baseline's, [j, n, s].

        Args:
            log_cost: were all of value added paid at its price.
            log_wage: in the numeraire [n, s].
            base: baseline.
            weights: of the states.
        """

    def earned(self, wage: Any, base: Baseline, weights: Weights, own: tuple[Any, ...]) -> Any:
        """Return what all factors of a country earn [n, s].

        Args:
            wage: what labour earns a head, in the numeraire [n, s].
            base: baseline.
            weights: of the states.
            own: the blocks of unknowns that the choice adds.
        """

    def labour_income(self, value_added: Any, base: Baseline) -> Any:
        """Return the part of value added that labour free to change sector earns, [j, n, s]."""

    def implied(
        self,
        value_added: Any,
        base: Baseline,
        weights: Weights,
        log_wage: Any,
        revenue: Any,
        elsewhere: Any = 0.0,
    ) -> tuple[Any, ...]:
        """Return the log wage [n, s] that clears labour markets, then the choice's own unknowns.

        Args:
            value_added: by producer, baseline money [j, n, s].
            base: baseline.
            weights: of the states.
            log_wage: as guessed, in the numeraire [n, s].
            revenue: what treasuries collect [n, s].
            elsewhere: what labour earns that makes no good [n, s].
        """

    def mobile_share(self, base: Baseline) -> Array:
        """Return the part of each producer's value added that the wage pays, [j, n]."""

    def staying(self, base: Baseline, goods: SectorGoods) -> Staying | None:
        """Return the step of the choice's own unknowns; None where they move by all of their gap.

        Args:
            base: baseline.
            goods: how buyers choose among the goods of a sector.
        """

    def claimed_price(self, base: Baseline, hats: Hats) -> Array:
        """Return ln of the price of value added of one state, [n] or [j, n], once more."""

    def claimed_markup(self, base: Baseline, shock: Shock, hats: Hats, log_cost: Array) -> Array:
        """Return ln of what a unit is sold for in one state, [j, n], once more."""

    def claimed_income(self, base: Baseline, shock: Shock, hats: Hats) -> Array:
        """Return what all factors of a country earn in one state, [n], for the certificate.

        Args:
            base: baseline.
            shock: the state, its labour that which is at work.
            hats: claimed unknowns.
        """

    def work_cost(self, paid: Any, revenue: Any) -> Any:
        """Return what makes up for work [n]; None where time is no cost.

        Args:
            paid: what labour is paid [n].
            revenue: what the treasury collects [n].
        """

    def kept(self, paid: Any, revenue: Any) -> Any:
        """Return what labour keeps at the margin of what it is paid [n]; as ``work_cost``."""

    def at_work(
        self, shock: Shock, hats: Hats, employment: Array, living: Callable[[], Array]
    ) -> tuple[Gap, ...]:
        """Return how far claimed employment is from what the choice says of it, in one state.

        Args:
            shock: the state.
            hats: claimed unknowns.
            employment: part of the labour there is that is claimed to be at work [n].
            living: gives what a living costs, over the baseline's, from quantities [n].
        """

    def checks(
        self,
        base: Baseline,
        shock: Shock,
        hats: Hats,
        value_added: Array,
        revenue: Array,
        elsewhere: Array | float = 0.0,
    ) -> tuple[Gap, ...]:
        """Return how far each of the choice's equations is from holding in one state.

        Args:
            base: baseline.
            shock: the state, its labour that which is at work.
            hats: claimed unknowns.
            value_added: of producers, as their sales make it [j, n].
            revenue: what treasuries collect of it [n].
            elsewhere: what labour earns that makes no good [n].
        """


class FullEmployment(Choice):
    """All labour there is is at work, at whatever wage that takes; no state knows another."""

    follows: ClassVar[bool] = False
    full_employment: ClassVar[bool] = True

    def unsold(self, base: Baseline, weights: Weights) -> NDArray[np.bool_]:  # noqa: ARG002
        """Return none [j, n]: whoever has lost every buyer leaves the good."""
        return np.zeros(base.gross_output.shape, dtype=np.bool_)

    def before(self, wage_hat: Array, living: Callable[[], Array]) -> Array:  # noqa: ARG002
        """Return zeros [n]: wages are held to nothing."""
        return np.zeros_like(wage_hat)

    def wage(
        self,
        log_earned: Any,
        log_living: Callable[[], Any],  # noqa: ARG002
        weights: Weights,  # noqa: ARG002
        own: tuple[Any, ...],  # noqa: ARG002
    ) -> Any:
        """Return what labour earns a head itself."""
        return log_earned

    def marked_up(
        self,
        log_cost: Any,
        log_wage: Any,  # noqa: ARG002
        base: Baseline,  # noqa: ARG002
        weights: Weights,  # noqa: ARG002
    ) -> Any:
        """Return ln of cost itself: nothing is left beyond it."""
        return log_cost

    def claimed_markup(
        self,
        base: Baseline,  # noqa: ARG002
        shock: Shock,  # noqa: ARG002
        hats: Hats,  # noqa: ARG002
        log_cost: Array,
    ) -> Array:
        """Return ln of cost itself."""
        return log_cost

    def work_cost(self, paid: Any, revenue: Any) -> Any:  # noqa: ARG002
        """Return None: time is no cost."""
        return None

    def kept(self, paid: Any, revenue: Any) -> Any:  # noqa: ARG002
        """Return all that labour is paid."""
        return paid

    def at_work(
        self,
        shock: Shock,  # noqa: ARG002
        hats: Hats,  # noqa: ARG002
        employment: Array,  # noqa: ARG002
        living: Callable[[], Array],  # noqa: ARG002
    ) -> tuple[Gap, ...]:
        """Return none: employment that is not full leaves labour markets open."""
        return ()


@dataclass(frozen=True)
class MobileLabour(FullEmployment):
    """One factor a country, free to change sector, all of it at work::

        v_j = w,      sum_j gamma_j Y_j = w L VA

    World value added is the numeraire.
    """

    slot: ClassVar[str] = "factors"
    key: ClassVar[str] = "mobile_labour"

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return "one wage a country, full employment"

    def refuse(self, base: Baseline, weights: Weights) -> None:
        """Raise nothing: labour that is not asked for in one sector is in another."""

    def numeraire(
        self,
        log_wage: Any,
        base: Baseline,
        weights: Weights,
        own: tuple[Any, ...],  # noqa: ARG002
    ) -> Any:
        """Return log wages [n, s] scaled so that world value added is unchanged."""
        xp, value_added = namespace(log_wage), base.value_added
        paid = (xp.exp(log_wage) * weights.labour_hat * value_added[:, None]).sum(axis=0)
        return log_wage - xp.log(paid / value_added.sum())

    def value_added_price(
        self,
        log_wage: Any,
        base: Baseline,  # noqa: ARG002
        own: tuple[Any, ...],  # noqa: ARG002
    ) -> Any:
        """Return the log wage, [n, s]."""
        return log_wage

    def earned(self, wage: Any, base: Baseline, weights: Weights, own: tuple[Any, ...]) -> Any:  # noqa: ARG002
        """Return what labour earns [n, s]."""
        return wage * weights.labour_hat * base.value_added[:, None]

    def labour_income(self, value_added: Any, base: Baseline) -> Any:  # noqa: ARG002
        """Return all of value added, [j, n, s]."""
        return value_added

    def implied(
        self,
        value_added: Any,
        base: Baseline,
        weights: Weights,
        log_wage: Any,  # noqa: ARG002
        revenue: Any,  # noqa: ARG002
        elsewhere: Any = 0.0,
    ) -> tuple[Any, ...]:
        """Return the log wage [n, s] that clears labour markets."""
        income = value_added.sum(axis=0) + elsewhere
        return (namespace(income).log(income / (weights.labour_hat * base.value_added[:, None])),)

    def mobile_share(self, base: Baseline) -> Array:
        """Return ones, [j, n]."""
        return np.ones_like(base.gross_output)

    def staying(self, base: Baseline, goods: SectorGoods) -> Staying | None:  # noqa: ARG002
        """Return None: the choice adds no unknowns."""
        return None

    def claimed_price(self, base: Baseline, hats: Hats) -> Array:  # noqa: ARG002
        """Return the log wage [n]."""
        return hats.wage

    def claimed_income(self, base: Baseline, shock: Shock, hats: Hats) -> Array:
        """Return wage times labour [n]."""
        labour = np.ones_like(hats.wage) if shock.labour_hat is None else shock.labour_hat
        return np.asarray(np.exp(hats.wage) * labour * base.value_added)

    def checks(
        self,
        base: Baseline,
        shock: Shock,
        hats: Hats,
        value_added: Array,
        revenue: Array,  # noqa: ARG002
        elsewhere: Array | float = 0.0,
    ) -> tuple[Gap, ...]:
        """Return how far what is paid for value added is from what labour earns."""
        payroll = self.claimed_income(base, shock, hats)
        paid = value_added.sum(axis=0) + elsewhere
        return (Gap("labour markets", (paid - payroll) / payroll),)
