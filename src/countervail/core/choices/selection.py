"""Who sells where: firms of many productivities, of which the best pay to reach each market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from countervail.core.choices.choice import Parameter
from countervail.core.choices.scale import NO_BOTTOM, USUAL, ScaleEconomies
from countervail.core.model import Array, Baseline, Hats, Shock, Weights
from countervail.errors import InputError

ZIPF = 1.06
"""theta / (sigma - 1) of sales of firms (Axtell 2001: 1.059)."""

MELITZ = (
    "Melitz, M. (2003), The Impact of Trade on Intra-Industry Reallocations and Aggregate Industry "
    "Productivity, Econometrica 71(6), 1695-1725"
)
CHANEY = (
    "Chaney, T. (2008), Distorted Gravity: The Intensive and Extensive Margins of International "
    "Trade, American Economic Review 98(4), 1707-1721"
)
AXTELL = "Axtell, R. (2001), Zipf Distribution of U.S. Firm Sizes, Science 293, 1818-1820"


@dataclass(frozen=True)
class Selection(ScaleEconomies):
    """Firms draw productivities from a Pareto distribution; those that sell enough enter a market.

    With sigma between the varieties of a sector, theta the shape of the distribution, and fixed
    costs of entering an industry and of selling in a market in the seller's bundle of inputs::

        X_in / E_n = N_i d_in^-theta (c_i (1 + t_in) (1 + e_in))^-(theta + z) P_n^theta E_n^z
        N_i = (Y_i / c_i)^scale,        z = theta / (sigma - 1) - 1

    A duty takes from each firm's sales and from the number of those for which the market is worth
    its fixed cost, so it turns away more trade than a cost of carriage as large (Chaney 2008), and
    a market that spends more has more sellers and a lower price. At z = 0 it is ``ScaleEconomies``.
    All of sales pays for inputs: of varieties, of fixed costs and of entry.

    Attributes:
        scale: elasticity of the number of firms to the industry's bundles of inputs: 1 where each
            more costs as much to set up as the last (Melitz 2003), less where it costs more.
        tail: theta / (sigma - 1), 1 or more: of how many firms sell more than so much.

    Raises:
        InputError: a scale under 0 or over 1, or a tail under 1.
    """

    scale: float = USUAL
    tail: float = ZIPF

    key: ClassVar[str] = "selection"
    parameters: ClassVar[tuple[Parameter, ...]] = (
        *ScaleEconomies.parameters,
        Parameter(
            "tail",
            "theta / (sigma - 1), the power by which fewer firms sell more; 1 is no selection",
            f"{AXTELL}: 1.059",
            1.0,
        ),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1.0 <= self.tail < np.inf:
            raise InputError(
                f"competition.tail={self.tail:g} must be 1 or more: theta / (sigma - 1), with less "
                "the best firms would sell without end"
            )

    @property
    def turning(self) -> float:
        """What duties turn away beyond costs of carriage, z."""
        return self.tail - 1.0

    @property
    def many(self) -> bool:
        """Whether there may be more than one equilibrium."""
        return self.scale > 0.0 or self.turning > 0.0

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        how = (
            f"firms of Pareto productivities, theta / (sigma - 1) = {self.tail:g}, sell where it "
            f"pays them (Melitz 2003, Chaney 2008), duties counting for trade with theta + "
            f"{self.turning:.3g}"
        )
        return ", ".join(part for part in (how, super().assumption()) if part)

    def cited(self) -> tuple[str, ...]:
        """Return the papers that an answer made with it cites."""
        return (MELITZ, CHANEY, *super().cited())

    def faced(self, base: Baseline, shock: Shock) -> Shock:
        """Return a state in which costs of carriage hold what duties turn away beyond them.

        (1 + t)^-(theta + z) is (1 + t)^-theta beside a cost of carriage (1 + t)^(z / theta).
        """
        if self.turning == 0.0:
            return shock
        return faced(base, shock, self.turning)

    def asked(self, log_cost: Any, base: Baseline, weights: Weights, own: tuple[Any, ...]) -> Any:
        """Return ln of what sellers ask: c^(1 + z / theta), less of more firms, [j, i, s]."""
        more = self.turning / weights.trade_elasticity[:, None, :]
        return super().asked(log_cost, base, weights, own) + more * log_cost

    def met(self, log_price: Any, log_spending: Any, weights: Weights) -> Any:
        """Return ln of what a seller's price meets where it is bought, P E^(z / theta)."""
        if self.turning == 0.0:
            return log_price
        return log_price + self.turning / weights.trade_elasticity[:, None, :] * log_spending

    def price(self, log_met: Any, log_spending: Any, weights: Weights) -> Any:
        """Return ln P of what sellers' prices meet: ``met`` undone."""
        if self.turning == 0.0:
            return log_met
        return log_met - self.turning / weights.trade_elasticity[:, None, :] * log_spending

    def loop(self, theta: Array) -> Array:
        """Return by how much what a country pays for itself moves with its costs, [j]."""
        return 1.0 + (self.scale + self.turning) / theta

    def endless(self) -> str:
        """Return why costs have no bottom, with room for the country."""
        scale = self.scale + self.turning
        return NO_BOTTOM.format(scale=scale, remedy="competition.scale or competition.tail")

    def claimed_asked(
        self, base: Baseline, shock: Shock, log_cost: Array, own: tuple[Array, ...]
    ) -> Array:
        """Return ln of what sellers ask once more: fixed costs count as many times as tail does."""
        given = shock.trade_elasticity
        theta = base.trade_elasticity if given is None else given
        fixed = (self.tail - 1.0) * log_cost / theta[:, None]
        return np.asarray(super().claimed_asked(base, shock, log_cost, own) + fixed)

    def claimed_law(self, base: Baseline, shock: Shock) -> Shock:
        """Return the state with what firms make of duties, for the certificate: once more."""
        given = shock.trade_elasticity
        power = self.turning / (base.trade_elasticity if given is None else given)
        extra = np.zeros_like(base.tariff)
        if shock.tariff_new is not None:
            extra += np.log1p(shock.tariff_new) - np.log1p(base.tariff)
        if shock.export_tax is not None:
            extra += np.log1p(shock.export_tax)
        barrier = np.ones_like(extra) if shock.iceberg_hat is None else shock.iceberg_hat
        lines = shock.lines
        if lines is not None:
            levied = np.log1p(lines.tariff_new) - np.log1p(lines.tariff)
            if shock.export_tax is not None:
                levied = levied + np.log1p(
                    shock.export_tax[lines.sector, lines.importer, lines.exporter]
                )
            cost = lines.iceberg_hat * np.exp(power[lines.sector] * levied)
            lines = lines._replace(iceberg_hat=cost)
        return shock._replace(
            iceberg_hat=barrier * np.exp(power[:, None, None] * extra), lines=lines
        )

    def claimed_met(self, base: Baseline, shock: Shock, hats: Hats) -> Array:
        """Return ln of what sellers' prices meet in one state, once more, [j, n]."""
        given = shock.trade_elasticity
        theta = base.trade_elasticity if given is None else given
        sellers = self.turning * hats.expenditure
        return np.asarray(hats.price + sellers / theta[:, None])


def faced(base: Baseline, shock: Shock, turning: float) -> Shock:
    """Return a state whose costs of carriage hold (1 + t)^(z / theta) of duties beside their own.

    Args:
        base: baseline.
        shock: the state.
        turning: z.
    """
    if shock.tariff_new is None and shock.export_tax is None and shock.lines is None:
        return shock
    theta = base.trade_elasticity if shock.trade_elasticity is None else shock.trade_elasticity
    power = turning / theta
    levied = duties(base, shock)
    barrier = levied ** power[:, None, None]
    if shock.iceberg_hat is not None:
        barrier = barrier * shock.iceberg_hat
    lines = shock.lines
    if lines is not None:
        cost = lines.iceberg_hat * duties_of_lines(shock) ** power[lines.sector]
        lines = lines._replace(iceberg_hat=cost)
    return shock._replace(iceberg_hat=barrier, lines=lines)


def duties(base: Baseline, shock: Shock) -> Array:
    """Return by how much duties of a state raise prices, over the baseline's, [j, n, i]."""
    levied = np.ones_like(base.tariff)
    if shock.tariff_new is not None:
        levied = (1.0 + shock.tariff_new) / (1.0 + base.tariff)
    if shock.export_tax is not None:
        levied = levied * (1.0 + shock.export_tax)
    return levied


def duties_of_lines(shock: Shock) -> Array:
    """Return the same of lines, which pay their cell's export tax, [line]."""
    lines = shock.lines
    assert lines is not None
    levied = (1.0 + lines.tariff_new) / (1.0 + lines.tariff)
    if shock.export_tax is not None:
        levied = levied * (1.0 + shock.export_tax[lines.sector, lines.importer, lines.exporter])
    return np.asarray(levied)
