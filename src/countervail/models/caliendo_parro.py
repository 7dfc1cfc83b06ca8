"""Caliendo and Parro (2015): Ricardian trade with input-output links, tariffs and revenue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from countervail.core import blocks
from countervail.core.certificate import Certificate, verify, verify_closure
from countervail.core.model import Array, Baseline, Hats, Outcome, Shock, Weights, namespace
from countervail.core.weights import prepare
from countervail.errors import InputError, did_you_mean

Deficits = Literal["world_share", "nominal", "own_income", "closed"]


@dataclass(frozen=True)
class CaliendoParro:
    """Many countries, many sectors, roundabout production, one factor mobile across sectors.

    Equations (MODEL.md; Caliendo and Parro 2015, equations 10 to 15, in changes)::

        c = w^gamma prod_k P_k^gamma_k / T
        P = [sum_i pi_i (c_i kappa_i)^-theta]^(-1/theta)
        X = alpha I + sum_k gamma_k Y_k,      Y = sum_m pi_m X_m / (1 + t_m)
        I = w L VA + R + D,                   sum_j gamma_j Y_j = w L VA

    World value added is the numeraire.

    Attributes:
        deficits: how trade deficits move. ``world_share`` keeps each at its share of world value
            added; ``nominal`` fixes it in the wage of ``unit`` (without a unit: as world_share,
            the numeraire being world value added); ``own_income`` keeps each country's ratio of
            deficit to value added, less what makes them sum to zero; ``closed`` sets every
            deficit to zero, and the world so balanced, before any shock, is the baseline.
        unit: country code whose wage is the unit of ``nominal``.

    What it cannot say: profits, unemployment, adjustment costs, capital accumulation, and any
    substitution between sectors beyond Cobb-Douglas.

    References:
        Caliendo, L. and F. Parro (2015), "Estimates of the Trade and Welfare Effects of NAFTA",
        Review of Economic Studies 82(1), 1-44. Dekle, R., J. Eaton and S. Kortum (2008), "Global
        Rebalancing with Gravity", IMF Staff Papers 55(3), 511-540.

    Raises:
        InputError: an unknown closure, or a unit that the closure does not use.
    """

    deficits: Deficits = "world_share"
    unit: str | None = None

    def __post_init__(self) -> None:
        known = get_args(Deficits)
        if self.deficits not in known:
            raise InputError(
                f"no closure deficits='{self.deficits}'{did_you_mean(self.deficits, known)} "
                f"(there are {', '.join(known)})"
            )
        if self.unit is not None and self.deficits != "nominal":
            raise InputError(f"unit='{self.unit}' goes with deficits='nominal' only")

    @property
    def name(self) -> str:
        """Name on the command line."""
        return "caliendo_parro"

    @property
    def balances_first(self) -> bool:
        """Whether the baseline is the world with balanced trade."""
        return self.deficits == "closed"

    def closed(self) -> CaliendoParro:
        """Return the model with every deficit at zero."""
        return CaliendoParro(deficits="closed")

    def settings(self) -> dict[str, Any]:
        """Return the model's choices, JSON-able."""
        return {
            "name": self.name,
            "deficits": self.deficits,
            "unit": self.unit,
            "numeraire": "world value added",
        }

    def assumption(self) -> str:
        """Return what the model assumes, in a sentence."""
        fixed = (
            f"fixed in the wage of {self.unit}"
            if self.unit
            else "fixed in world value added (the same as world_share: no unit was given)"
        )
        deficits = {
            "world_share": "each keeps its share of world value added",
            "nominal": fixed,
            "own_income": "each keeps its ratio to the country's own value added",
            "closed": "none; the baseline is the world with balanced trade",
        }[self.deficits]
        return (
            "Model: Caliendo and Parro (2015), input-output links, one wage a country, full "
            f"employment; deficits: {deficits}; the numeraire is world value added."
        )

    def guess(self, base: Baseline) -> Hats:
        """Return no change."""
        sectors, countries = base.expenditure.shape
        zeros = np.zeros((sectors, countries))
        return Hats(np.zeros(countries), zeros, zeros)

    def prepare(self, base: Baseline, shock: Shock) -> Weights:
        """Return the trade weights of the shock."""
        return prepare(base, shock)

    def deficit(self, base: Baseline, wage_hat: Any, weights: Weights) -> Any:
        """Return D'[n]; sums to zero under every closure."""
        if self.deficits == "closed":
            return weights.transfer
        if self.deficits == "own_income":
            value_added = wage_hat * weights.labour_hat * base.value_added
            owed = base.deficit / base.value_added * value_added
            return owed - value_added * owed.sum() / value_added.sum() + weights.transfer
        unit = 1.0 if base.unit is None else wage_hat[base.unit]
        return base.deficit * unit + weights.transfer

    def verify(self, base: Baseline, shock: Shock, hats: Hats, outcome: Outcome) -> Certificate:
        """Return the residuals of every equation, evaluated afresh, the closure's rule included."""
        certificate = verify(base, shock, hats, outcome.deficit, outcome.income)
        closure = verify_closure(base, shock, hats, outcome.deficit, self.deficits)
        return certificate._replace(blocks=(*certificate.blocks, closure))

    def implied(self, base: Baseline, hats: Hats, weights: Weights) -> Hats:
        """Return the hats implied by a guess: one sweep through the equations."""
        xp = namespace(hats.wage)
        log_wage = blocks.numeraire(hats.wage, weights.labour_hat, base.value_added)
        log_cost = blocks.unit_cost(log_wage, hats.price, base, weights)
        u, largest = blocks.attractiveness(log_cost, base.trade_elasticity)
        market = xp.where(weights.active, blocks.over(weights.share, u), 1.0)
        log_price = blocks.price_index(market, largest, base.trade_elasticity, weights.active)

        expenditure = base.expenditure * xp.exp(hats.expenditure)
        output = blocks.receipts(u, expenditure / market, weights)
        labour_income = (base.value_added_share * output).sum(axis=0)
        value_added = weights.labour_hat * base.value_added
        duty = (1.0 - blocks.received_share(u, market, weights)) * expenditure
        wage = xp.exp(log_wage)
        income = wage * value_added + duty.sum(axis=0) + self.deficit(base, wage, weights)
        needed = blocks.spending(income, output, base)
        scale = xp.where(weights.active, base.expenditure, 1.0)
        hat = xp.where(weights.active, needed / scale, 1.0)
        return Hats(
            xp.log(labour_income / value_added),
            log_price,
            xp.log(xp.maximum(hat, blocks.SMALLEST)),
        )

    def outcome(self, base: Baseline, hats: Hats, weights: Weights) -> Outcome:
        """Return levels at a solution, from wages, prices and expenditure."""
        log_wage = blocks.numeraire(hats.wage, weights.labour_hat, base.value_added)
        log_cost = blocks.unit_cost(log_wage, hats.price, base, weights)
        u, _ = blocks.attractiveness(log_cost, base.trade_elasticity)
        market = np.where(weights.active, blocks.over(weights.share, u), 1.0)
        expenditure = base.expenditure * np.exp(hats.expenditure)
        spend: Array = (expenditure / market)[:, :, None] * u[:, None, :]
        paid = weights.share * spend
        trade = weights.received * spend
        revenue = paid.sum(axis=(0, 2)) - trade.sum(axis=(0, 2))
        wage = np.exp(log_wage)
        deficit = self.deficit(base, wage, weights)
        share = np.divide(
            paid,
            expenditure[:, :, None],
            out=np.zeros_like(paid),
            where=expenditure[:, :, None] > 0,
        )
        return Outcome(
            trade=trade,
            trade_share=share,
            gross_output=trade.sum(axis=1),
            expenditure=expenditure,
            revenue=revenue,
            income=wage * weights.labour_hat * base.value_added + revenue + deficit,
            deficit=deficit,
            cost_hat=np.exp(log_cost),
            price_hat=np.exp(hats.price),
            wage_hat=wage,
        )
