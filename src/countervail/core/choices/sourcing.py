"""Where a good is bought: one elasticity of substitution among all origins of a sector.

Axes: sector j first, then importer n, then exporter i; a country-sector array is [j, n]; what is
solved for has the state s last, so baseline arrays gain a last axis where they meet it. Everything
here runs on NumPy and on JAX.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

from countervail.core import weights as trade_weights
from countervail.core.choices.choice import Choice
from countervail.core.model import Baseline, Patch, Shock, Weights, namespace
from countervail.errors import InputError, did_you_mean

UNDERFLOW_LOG, OVERFLOW_LOG = 120.0, 480.0
"""Logs: numbers this far below one are lost once a barrier of e^-600 stands before them as well;
this far above it they still have room."""

Reading = Literal["caliendo_parro", "eaton_kortum", "armington"]

READINGS = {
    "caliendo_parro": "Caliendo and Parro (2015)",
    "eaton_kortum": "Eaton and Kortum (2002), Frechet productivities",
    "armington": "Armington (1969), a good of its own from every origin",
}
PAPERS = {
    "caliendo_parro": "Caliendo, L. and F. Parro (2015), Estimates of the Trade and Welfare "
    "Effects of NAFTA, Review of Economic Studies 82(1), 1-44",
    "eaton_kortum": "Eaton, J. and S. Kortum (2002), Technology, Geography, and Trade, "
    "Econometrica 70(5), 1741-1779",
    "armington": "Armington, P. (1969), A Theory of Demand for Products Distinguished by Place of "
    "Production, IMF Staff Papers 16(1), 159-178",
}


@dataclass(frozen=True)
class CesSourcing(Choice):
    """One elasticity among all origins of a sector, home included::

        P_n = [sum_i pi_in (c_i kappa_in)^-theta]^(-1/theta),  pi'_in = (c_i kappa_in / P_n)^-theta

    Attributes:
        reading: of theta: the dispersion of productivities over the goods of a sector (Caliendo and
            Parro, Eaton and Kortum), or one less than the elasticity of substitution between the
            goods of different origins (Armington). The equations are the same.

    Raises:
        InputError: no such reading.
    """

    reading: Reading = "caliendo_parro"

    slot: ClassVar[str] = "sourcing"
    key: ClassVar[str] = "ces"

    @property
    def uses(self) -> tuple[float, float] | None:
        """Elasticities over their sector's, of inputs and of what households buy; None if alike."""
        return None

    def __post_init__(self) -> None:
        known = get_args(Reading)
        if self.reading not in known:
            raise InputError(
                f"no sourcing.reading='{self.reading}'{did_you_mean(self.reading, known)} "
                f"(there are {', '.join(known)})"
            )

    def cited(self) -> tuple[str, ...]:
        """Return the paper of the reading."""
        return (PAPERS[self.reading],)

    def assumption(self) -> str:
        """Return whose model it is."""
        return READINGS[self.reading]

    def prepare(self, base: Baseline, shock: Shock) -> Weights:
        """Return what stays fixed during the solve of one state: the trade weights."""
        return trade_weights.prepare(base, shock)

    def prepare_block(
        self, base: Baseline, shocks: Sequence[Shock], patches: Sequence[Patch]
    ) -> Weights:
        """Return the same of states side by side."""
        return trade_weights.prepare_block(base, shocks, patches)

    def attractiveness(self, log_cost: Any, weights: Weights) -> tuple[Any, Any]:
        """Return u = c^-theta over a size of the sector's [j, i, s], and the log of that [j, 1, s].

        The size is the largest of the producing sellers', so that elasticities of 65 do not
        overflow; or less, where the smallest would be lost beside it.
        """
        xp, producing = namespace(log_cost), weights.producing
        power = -weights.trade_elasticity[:, None, :] * log_cost
        # a seller with nothing to sell stands with one that has: what it asks must not count
        one = power[xp.arange(len(power)), producing.argmax(axis=1)]
        power = xp.where(producing[:, :, None], power, one[:, None, :])
        largest, smallest = power.max(axis=1)[:, None, :], power.min(axis=1)[:, None, :]
        size = largest - xp.clip(largest - smallest - UNDERFLOW_LOG, 0.0, OVERFLOW_LOG)
        return xp.exp(power - size), size

    def market_size(self, u: Any, weights: Weights) -> Any:
        """Return sum_i A u [j, n, s]; 1 in a market nobody buys in."""
        return namespace(u).where(weights.active[:, :, None], weights.share @ u, 1.0)

    def price_index(self, market: Any, size: Any, weights: Weights) -> Any:
        """Return ln P hat[j, n, s] = -ln(sum_i A u) / theta; 0 in a market nobody buys in."""
        xp = namespace(market)
        log_price = -(xp.log(market) + size) / weights.trade_elasticity[:, None, :]
        return xp.where(weights.active[:, :, None], log_price, 0.0)

    def receipts(self, u: Any, spend: Any, weights: Weights) -> Any:
        """Return Y'[j, i, s] = sum_n pi' X' / (1 + t'), sold everywhere.

        Args:
            u: attractiveness of each seller [j, i, s].
            spend: expenditure over market size [j, n, s], so that pi' X' = A u spend.
            weights: of the states.
        """
        return u * (weights.sold @ spend)

    def revenue(self, u: Any, spend: Any, weights: Weights) -> Any:
        """Return what each treasury collects [n, s]: tariffs on imports, taxes on exports."""
        tariffs = weights.duty @ u[weights.taxed] * spend[weights.taxed]
        return tariffs.sum(axis=0) + self.export_revenue(u, spend, weights)

    def export_revenue(self, u: Any, spend: Any, weights: Weights) -> Any:
        """Return what each treasury collects on exports [i, s], negative where it subsidises."""
        taxed = weights.export_taxed
        if len(taxed) == 0:
            return namespace(u).zeros_like(u[0])
        return (u[taxed] * (weights.export_duty @ spend[taxed])).sum(axis=0)

    def export_duties(self, u: Any, spend: Any, weights: Weights) -> Any:
        """Return the export taxes paid in one state [j, n, i], or None where there are none."""
        taxed = weights.export_taxed
        if len(taxed) == 0:
            return None
        paid = weights.export_duty.swapaxes(1, 2) * u[taxed].swapaxes(1, 2) * spend[taxed]
        every = namespace(u).zeros_like(weights.share)
        if namespace(u) is not namespace():
            return every.at[taxed].set(paid)
        every[taxed] = paid
        return every
