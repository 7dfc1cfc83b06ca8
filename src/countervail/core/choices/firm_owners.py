"""Who owns firms: as many of them as there are, whose profits are income where they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from countervail.core.choices.choice import Gap
from countervail.core.choices.factors import MobileLabour
from countervail.core.known import kept
from countervail.core.model import Array, Baseline, Hats, Shock, Unknown, Weights, namespace
from countervail.errors import InputError, NoEquilibrium

LEAST_PAID_PART = 1e-6
"""Of its value added, what a country's labour must earn."""

OSSA = (
    "Ossa, R. (2014), Trade Wars and Trade Talks with Data, American Economic Review 104(12), "
    "4104-4146"
)
NOT_BESIDE_GOODS = (
    "factors=owners says nothing of goods whose makers cannot leave them: add --horizon long "
    "(horizon='long'), or take a world without a horizon"
)
ALL_PROFIT = (
    "in {country} the profits of firms would take all of value added: take larger trade "
    "elasticities, or another choice of factors"
)


class _Owned(NamedTuple):
    """What of the baseline is profit, with a last axis for states but for ``margin``.

    Attributes:
        margin: part of sales that is profit [j, n].
        share: of value added [j, n, 1].
        profits: of a country's firms [n, 1].
        mobile: what its labour earns [n, 1].
    """

    margin: Any
    share: Any
    profits: Any
    mobile: Any


@dataclass(frozen=True)
class FirmOwners(MobileLabour):
    """The number of firms stays; each sells at a mark-up, and what that leaves is income::

        p = sigma / (sigma - 1) c,   c = w^((gamma - m) / (1 - m)) prod_k P_k^(gamma_k / (1 - m))
        profits = m Y,   sum_j (gamma_j - m_j) Y_j = w L,   m = 1 / sigma = 1 / (1 + theta)

    gamma and gamma_k are value added and inputs in sales, so costs are the part 1 - m of them.
    Where 1 / sigma is more than value added all of it is profit: no more than that is paid to
    anybody. Mark-ups are those of the world's own elasticities, in draws of them too where they
    make a world.

    Profits are earned where firms are. A country gains where sectors of low elasticities, which
    earn more on what they sell, sell more of what is sold (Ossa 2014).

    Source: Ossa (2014), there without inputs.
    """

    key: ClassVar[str] = "owners"
    unknowns: ClassVar[tuple[Unknown, ...]] = (Unknown("profits", ("country",)),)
    references: ClassVar[tuple[str, ...]] = (OSSA,)

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return (
            "one wage a country, full employment; as many firms as there are, whose profits, "
            "1 / (1 + theta) of sales but no more than value added, are income (Ossa 2014)"
        )

    def refuse(self, base: Baseline, weights: Weights) -> None:  # noqa: ARG002
        """Raise where labour would earn nothing, or makers cannot leave their goods.

        Raises:
            InputError: factors stay with goods.
            NoEquilibrium: the first country of which all is profit.
        """
        if base.goods is not None and len(base.goods.staying):
            raise InputError(NOT_BESIDE_GOODS)
        idle = _owned(base).mobile[:, 0] <= LEAST_PAID_PART * base.value_added
        if idle.any():
            raise NoEquilibrium(ALL_PROFIT, country=int(np.argmax(idle)))

    def numeraire(
        self, log_wage: Any, base: Baseline, weights: Weights, own: tuple[Any, ...]
    ) -> Any:
        """Return log wages [n, s] scaled so that world value added, profits too, is unchanged."""
        xp, world, owned = namespace(log_wage, *own), base.value_added.sum(), _owned(base)
        paid = (xp.exp(log_wage) * weights.labour_hat * owned.mobile).sum(axis=0)
        left = world - (owned.profits * xp.exp(own[0])).sum(axis=0)
        return log_wage - xp.log(paid / xp.maximum(left, LEAST_PAID_PART * world))

    def marked_up(self, log_cost: Any, log_wage: Any, base: Baseline, weights: Weights) -> Any:
        """Return ln of what a unit costs [j, n, s], of what it would were all value added wages."""
        margin = _owned(base).margin[:, :, None]
        better = weights.log_productivity
        return (log_cost + better - margin * log_wage) / (1.0 - margin) - better

    def earned(self, wage: Any, base: Baseline, weights: Weights, own: tuple[Any, ...]) -> Any:
        """Return what labour and owners earn [n, s]."""
        owned = _owned(base)
        labour = wage * weights.labour_hat * owned.mobile
        return labour + owned.profits * namespace(own[0]).exp(own[0])

    def labour_income(self, value_added: Any, base: Baseline) -> Any:
        """Return value added less profits, [j, n, s]."""
        return (1.0 - _owned(base).share) * value_added

    def implied(
        self,
        value_added: Any,
        base: Baseline,
        weights: Weights,
        log_wage: Any,  # noqa: ARG002
        revenue: Any,  # noqa: ARG002
        elsewhere: Any = 0.0,
    ) -> tuple[Any, ...]:
        """Return the log wage [n, s] that clears labour markets, and ln profits of countries."""
        xp, owned = namespace(value_added), _owned(base)
        profits = (owned.share * value_added).sum(axis=0)
        labour = value_added.sum(axis=0) - profits + elsewhere
        return xp.log(labour / (weights.labour_hat * owned.mobile)), xp.log(profits / owned.profits)

    def mobile_share(self, base: Baseline) -> Array:
        """Return the part of value added that is no profit, [j, n]."""
        return np.asarray(1.0 - _owned(base).share[:, :, 0])

    def claimed_income(self, base: Baseline, shock: Shock, hats: Hats) -> Array:
        """Return wage times labour, and profits, [n]."""
        profits = (_margin_in_levels(base) * base.gross_output).sum(axis=0)
        return np.asarray(self._payroll(base, shock, hats) + profits * np.exp(hats.others[0]))

    def claimed_markup(self, base: Baseline, shock: Shock, hats: Hats, log_cost: Array) -> Array:
        """Return ln of what a unit costs [j, n], once more: wages and inputs have all of it."""
        margin = _margin_in_levels(base)
        better = 0.0 if shock.productivity_hat is None else np.log(shock.productivity_hat)
        inputs = log_cost + better - base.value_added_share * hats.wage
        wages = (base.value_added_share - margin) * hats.wage
        return np.asarray((wages + inputs) / (1.0 - margin) - better)

    def checks(
        self,
        base: Baseline,
        shock: Shock,
        hats: Hats,
        value_added: Array,
        revenue: Array,  # noqa: ARG002
        elsewhere: Array | float = 0.0,
    ) -> tuple[Gap, ...]:
        """Return the gaps of labour markets and of what profits are said to be."""
        gamma, margin = base.value_added_share, _margin_in_levels(base)
        part = np.divide(margin, gamma, out=np.zeros_like(margin), where=gamma > 0)
        made = (part * value_added).sum(axis=0)
        claimed = (margin * base.gross_output).sum(axis=0) * np.exp(hats.others[0])
        payroll = self._payroll(base, shock, hats)
        hired = value_added.sum(axis=0) - made + elsewhere
        return (
            Gap("labour markets", (hired - payroll) / payroll),
            Gap("profits", (made - claimed) / claimed),
        )

    def _payroll(self, base: Baseline, shock: Shock, hats: Hats) -> Array:
        """Return wage times labour [n]."""
        labour = np.ones_like(hats.wage) if shock.labour_hat is None else shock.labour_hat
        profits = (_margin_in_levels(base) * base.gross_output).sum(axis=0)
        return np.asarray(np.exp(hats.wage) * labour * (base.value_added - profits))


@kept
def _owned(base: Baseline) -> _Owned:
    """Return what of the baseline is profit."""
    xp, gamma = namespace(base.gross_output), base.value_added_share
    most = xp.where(base.gross_output > 0, gamma, 0.0)
    margin = xp.minimum(1.0 / (1.0 + base.trade_elasticity)[:, None], most)
    share = xp.where(gamma > 0, margin / xp.where(gamma > 0, gamma, 1.0), 0.0)
    profits = (margin * base.gross_output).sum(axis=0)
    return _Owned(
        margin, share[:, :, None], profits[:, None], (base.value_added - profits)[:, None]
    )


def _margin_in_levels(base: Baseline) -> Array:
    """Return the part of sales that is profit [j, n], once more: sigma is 1 + theta."""
    sigma = 1.0 + base.trade_elasticity[:, None]
    margin = np.where(base.value_added_share * sigma < 1.0, base.value_added_share, 1.0 / sigma)
    return np.where(base.gross_output > 0, margin, 0.0)
