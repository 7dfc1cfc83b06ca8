"""Caliendo and Parro (2015): Ricardian trade with input-output links, tariffs and revenue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from countervail.core import blocks
from countervail.core.certificate import verify, verify_closure
from countervail.core.choices.demand import CobbDouglas, Demand
from countervail.core.model import (
    Baseline,
    Certificate,
    Hats,
    Outcome,
    Patch,
    Shock,
    Totals,
    Weights,
    namespace,
)
from countervail.core.weights import prepare, prepare_block
from countervail.errors import InputError, did_you_mean

Deficits = Literal["world_share", "nominal", "own_income", "closed"]


@dataclass(frozen=True)
class CaliendoParro:
    """Many countries, many sectors, roundabout production, one factor mobile across sectors.

    Equations (docs/theory.md, Counterfactual in changes; Caliendo and Parro 2015, 10 to 15)::

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
        demand: of households across sectors; it owns the price index that welfare is told in.

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
    demand: Demand = field(default_factory=CobbDouglas)

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
        return CaliendoParro(deficits="closed", demand=self.demand)

    def settings(self) -> dict[str, Any]:
        """Return the model's choices, JSON-able."""
        usual = isinstance(self.demand, CobbDouglas)
        demand = {} if usual else {"demand": {"name": "ces", **vars(self.demand)}}
        return {
            "name": self.name,
            "deficits": self.deficits,
            "unit": self.unit,
            "numeraire": "world value added",
            **demand,
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
        usual = isinstance(self.demand, CobbDouglas)
        demand = "" if usual else f"{self.demand.assumption()}; "
        return (
            "Model: Caliendo and Parro (2015), input-output links, one wage a country, full "
            f"employment; {demand}deficits: {deficits}; the numeraire is world value added."
        )

    def guess(self, base: Baseline) -> Hats:
        """Return no change, for one state."""
        sectors, countries = base.expenditure.shape
        zeros = np.zeros((sectors, countries, 1))
        return Hats(np.zeros((countries, 1)), zeros, zeros)

    def prepare(self, base: Baseline, shock: Shock) -> Weights:
        """Return the trade weights of a state."""
        return prepare(base, shock)

    def prepare_block(
        self, base: Baseline, shocks: Sequence[Shock], patches: Sequence[Patch]
    ) -> Weights:
        """Return the trade weights of states side by side."""
        return prepare_block(base, shocks, patches)

    def deficit(self, base: Baseline, wage_hat: Any, weights: Weights) -> Any:
        """Return D'[n, s]; sums to zero under every closure."""
        if self.deficits == "closed":
            return weights.transfer
        if self.deficits == "own_income":
            value_added = wage_hat * weights.labour_hat * base.value_added[:, None]
            owed = (base.deficit / base.value_added)[:, None] * value_added
            excess = owed.sum(axis=0) / value_added.sum(axis=0)
            return owed - value_added * excess + weights.transfer
        unit = 1.0 if base.unit is None else wage_hat[base.unit]
        return base.deficit[:, None] * unit + weights.transfer

    def cost_of_living(self, base: Baseline, first: Any, second: Any) -> Any:
        """Return the consumption price index of the demand, second over first prices, [n]."""
        return self.demand.cost_of_living(base, first, second)

    def verify(
        self, base: Baseline, shock: Shock, hats: Hats, totals: Totals | Outcome
    ) -> Certificate:
        """Return the residuals of every equation, evaluated afresh, the closure's rule included."""
        certificate = verify(base, shock, hats, totals.deficit, totals.income, self.demand, totals)
        closure = verify_closure(base, shock, hats, totals.deficit, self.deficits)
        return certificate._replace(blocks=(*certificate.blocks, closure))

    def implied(self, base: Baseline, hats: Hats, weights: Weights) -> Hats:
        """Return the hats implied by a guess: one sweep through the equations."""
        xp = namespace(hats.wage)
        at = self._markets(base, hats, weights)
        output = blocks.receipts(at.u, at.spend, weights)
        labour_income = (base.value_added_share[:, :, None] * output).sum(axis=0)
        final = self.demand.final(base, at.income, hats.price)
        needed = final + blocks.inputs_bought(output, base)
        scale = xp.where(weights.active, base.expenditure, 1.0)[:, :, None]
        hat = xp.where(weights.active[:, :, None], needed / scale, 1.0)
        return Hats(
            xp.log(labour_income / (weights.labour_hat * base.value_added[:, None])),
            blocks.price_index(at.market, at.largest, weights),
            xp.log(xp.maximum(hat, blocks.SMALLEST)),
        )

    def totals(self, base: Baseline, hats: Hats, weights: Weights) -> Totals:
        """Return levels by country and sector at a guess, every state at once."""
        return self._totals(hats, weights, self._markets(base, hats, weights))

    def _totals(self, hats: Hats, weights: Weights, at: _Markets) -> Totals:
        """Return levels by country and sector from what is known of markets."""
        xp = namespace(hats.wage)
        output = blocks.receipts(at.u, at.spend, weights)
        expenditure = at.spend * at.market
        export_revenue = blocks.export_revenue(at.u, at.spend, weights)
        # own sales are neither taxed nor abroad
        own = (blocks.own(weights.share) * at.u * at.spend).sum(axis=0)
        tariffs = at.revenue - export_revenue
        return Totals(
            gross_output=output,
            expenditure=expenditure,
            revenue=at.revenue,
            export_revenue=export_revenue,
            income=at.income,
            deficit=at.deficit,
            exports=blocks.abroad(output.sum(axis=0) + export_revenue, own),
            imports=blocks.abroad(expenditure.sum(axis=0) - tariffs, own),
            cost_hat=xp.exp(at.log_cost),
            price_hat=xp.exp(hats.price),
            wage_hat=at.wage,
        )

    def outcome(self, base: Baseline, hats: Hats, weights: Weights) -> Outcome:
        """Return levels at the solution of one state, from wages, prices and expenditure."""
        at = self._markets(base, hats, weights)
        # a cell's purchases are its weight, its seller's attractiveness and its buyer's spending
        seller = at.u.swapaxes(1, 2)
        trade = weights.sold.swapaxes(1, 2) * seller
        trade *= at.spend  # in place on NumPy: what is allocated anew costs more than what is done
        share = weights.share * seller
        share /= at.market
        taxes = blocks.export_duties(at.u, at.spend, weights)
        totals = self._totals(hats, weights, at)
        return Outcome(
            trade=trade,
            trade_share=share,
            border=trade if taxes is None else trade + taxes,
            **{name: values[..., 0] for name, values in totals._asdict().items()},
        )

    def _markets(self, base: Baseline, hats: Hats, weights: Weights) -> _Markets:
        """Return what sellers ask, what buyers spend and what countries earn at a guess."""
        xp = namespace(hats.wage)
        log_wage = blocks.numeraire(hats.wage, weights.labour_hat, base.value_added)
        log_cost = blocks.unit_cost(log_wage, hats.price, base, weights)
        u, largest = blocks.attractiveness(log_cost, weights.trade_elasticity, weights.producing)
        market = blocks.market_size(u, weights)
        spend = base.expenditure[:, :, None] * xp.exp(hats.expenditure) / market
        wage = xp.exp(log_wage)
        earned = wage * weights.labour_hat * base.value_added[:, None]
        revenue = blocks.revenue(u, spend, weights)
        deficit = self.deficit(base, wage, weights)
        income = earned + revenue + deficit
        return _Markets(wage, log_cost, u, largest, market, spend, revenue, deficit, income)


class _Markets(NamedTuple):
    """Where a guess of wages, prices and expenditure leaves markets and budgets.

    Attributes:
        wage: w hat in world value added [n, s].
        log_cost: ln c hat [j, n, s].
        u, largest: attractiveness of sellers and its shift (``blocks.attractiveness``).
        market: sum_i A u [j, n, s].
        spend: X' over market [j, n, s].
        revenue, deficit, income: R', D', I' [n, s].
    """

    wage: Any
    log_cost: Any
    u: Any
    largest: Any
    market: Any
    spend: Any
    revenue: Any
    deficit: Any
    income: Any
