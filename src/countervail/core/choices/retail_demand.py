"""What households pay for goods holds home services: a duty passes through to shops in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from countervail.core.choices.ces_demand import ATALAY, CesDemand
from countervail.core.choices.choice import Parameter
from countervail.core.choices.demand import NONE_LEFT, aligned
from countervail.core.model import Array, Baseline, Shops, namespace
from countervail.errors import InputError

NEGLIGIBLE = 1e-9
"""Of spending, a part that rounding makes or unmakes."""

CORSETTI = (
    "Corsetti, G. and L. Dedola (2005), A Macroeconomic Model of International Price "
    "Discrimination, Journal of International Economics 67(1), 129-155"
)
BURSTEIN = (
    "Burstein, A., J. Neves and S. Rebelo (2003), Distribution Costs and Real Exchange Rate "
    "Dynamics during Exchange-Rate-Based Stabilizations, Journal of Monetary Economics 50(6), "
    "1189-1214"
)

NO_SHOPS = (
    "demand=retail needs a sector of wholesale and retail trade (G), which goods are sold by: this "
    "world has none; take a world with one, or another demand"
)


@dataclass(frozen=True)
class RetailDemand(CesDemand):
    """Households buy goods in shops: so much service of home trade comes with every unit::

        q_j = (P_j + sigma P_a) / (1 + sigma),      sigma = part alpha_a / sum_goods alpha

    q_j is the price of good j in shops, P_j before them, P_a that of wholesale and retail trade,
    which is bought at home and pays no duty: a duty passes through by 1 - nu, nu = sigma /
    (1 + sigma) being the share of home services in what households pay. Goods and their services go
    together, at no substitution; between what is bought so, and all else, households substitute
    with one elasticity. Tables of inputs and outputs record goods at basic prices and margins as
    purchases of trade: sigma is what they say.

    Attributes:
        elasticity: eta, of substitution between goods as they are sold in shops, and services; 1 is
            constant shares of spending.
        part: of what households buy of trade, what comes with goods; 0 is the CES demand.

    Raises:
        InputError: an elasticity that is not a positive number, a part under 0 or over 1.
    """

    elasticity: float = 1.0
    part: float = 1.0

    key: ClassVar[str] = "retail"
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("elasticity", "of substitution between sectors, final use", ATALAY, 0.5, 1.0),
        Parameter(
            "part",
            "of what households buy of wholesale and retail trade, what comes with goods",
            "tables at basic prices record margins there, all of them; an assumption",
            0.0,
            1.0,
        ),
    )
    references: ClassVar[tuple[str, ...]] = (CORSETTI, BURSTEIN, ATALAY)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0.0 <= self.part <= 1.0:
            raise InputError(
                f"demand.part={self.part:g} must lie between 0 and 1: of what households buy of "
                "wholesale and retail trade, what comes with goods"
            )

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return (
            f"households buy goods in shops, with {100.0 * self.part:g} % of what they buy of "
            "wholesale and retail trade, in proportion to goods; between goods so bought, and "
            f"services, they substitute with an elasticity of {self.elasticity:g}"
        )

    def final(self, base: Baseline, income: Any, log_price: Any) -> Any:
        """Return final spending by sector [j, n, s], services with the goods they come with."""
        xp, shops = namespace(log_price), _shops(base)
        share, log_paid, services = self._composites(base, log_price)
        spent = share[:, :, None] * income
        if self.elasticity != 1.0:
            dearer = log_paid - self._log_index(share, log_paid)
            spent = spent * xp.exp((1.0 - self.elasticity) * dearer)
        there = spent * services
        to = _at(base, shops.services)[:, None, None]
        return spent - there + to * there.sum(axis=0)

    def cost_of_living(self, base: Baseline, first: Any, second: Any) -> Any:
        """Return P at second prices over P at first ones, [n], or [n, s] of many pairs."""
        xp = namespace(first, second)
        one, two = (
            self._log_index(*self._composites(base, xp.log(each))[:2]) for each in (first, second)
        )
        return xp.exp(two - one)

    def in_shops(self, base: Baseline, price_hat: Any) -> Any:
        """Return q, [j, n], or [j, n, s] of many states; of services, their own price."""
        xp = namespace(price_hat)
        return xp.exp(self._composites(base, xp.log(price_hat))[1])

    def bought(self, base: Baseline, income: Array, price_hat: Array) -> Array:
        """Return final spending of one state by sector [j, n]: quantities first, then prices."""
        (goods, a), alpha, nu = _shops(base), base.final_share, self.home_share(base)
        price = np.where(alpha > 0, price_hat, 1.0)
        good = goods > 0
        paid, worth = price.copy(), alpha.copy()
        paid[good] = (1.0 - nu) * price[good] + nu * price_hat[a]
        worth[good] /= 1.0 - nu
        worth[a] -= nu * worth[good].sum(axis=0)
        units = worth * paid**-self.elasticity
        units *= income / (units * paid).sum(axis=0)
        # a unit sold in shops holds 1 - nu of the good and nu of services, at the baseline's prices
        quantity = units.copy()
        quantity[good] *= 1.0 - nu
        quantity[a] += nu * units[good].sum(axis=0)
        return np.asarray(quantity * price)

    def utility(self, base: Baseline, quantity_hat: Array) -> Array:
        """Return ln utility of goods, and of the services that no good came with, [n]."""
        (goods, a), alpha, nu = _shops(base), base.final_share, self.home_share(base)
        good, worth, quantity = goods > 0, alpha.copy(), quantity_hat.copy()
        worth[good] /= 1.0 - nu
        alone = alpha[a] - nu * worth[good].sum(axis=0)
        some = alone > NEGLIGIBLE
        worth[a] = np.where(some, alone, 0.0)
        free = alpha[a] * quantity[a] - nu * (worth * quantity)[good].sum(axis=0)
        quantity[a] = np.where(some, free / np.where(some, alone, 1.0), 1.0)
        logs = np.log(np.maximum(np.where(worth > 0, quantity, 1.0), NONE_LEFT))
        if self.elasticity == 1.0:
            return np.asarray((worth * logs).sum(axis=0))
        power = (self.elasticity - 1.0) / self.elasticity
        return np.asarray(np.log1p((worth * np.expm1(power * logs)).sum(axis=0)) / power)

    def home_share(self, base: Baseline) -> Array:
        """Return nu, the share of home services in what households pay for goods, [n].

        It is worked out apart from sigma, of which it is sigma / (1 + sigma): for the certificate.
        """
        goods, a = _shops(base)
        traded = self.part * base.final_share[a]
        whole = base.final_share[goods > 0].sum(axis=0) + traded
        none = whole <= traded
        return np.where(none, 0.0, traded / np.where(none, 1.0, whole))

    def _service(self, base: Baseline) -> Any:
        """Return sigma [n]: services over the goods they come with; none where none is bought."""
        xp, shops = namespace(base.final_share), _shops(base)
        goods = shops.goods @ base.final_share
        traded = self.part * base.final_share[shops.services]
        return xp.where(goods > 0, traded / xp.where(goods > 0, goods, 1.0), 0.0)

    def _composites(self, base: Baseline, log_price: Any) -> tuple[Any, Any, Any]:
        """Return shares of spending at the baseline [j, n], ln of prices in shops, and in them the
        part of services, both [j, n, s] or as prices are."""
        xp, shops = namespace(log_price), _shops(base)
        alpha, service = base.final_share, self._service(base)
        held = shops.goods[:, None] * service
        share = alpha * (1.0 + held) - _at(base, shops.services)[:, None] * (
            service * (shops.goods @ alpha)
        )
        share = xp.where(share > NEGLIGIBLE * alpha, share, 0.0)
        held, wanted = aligned(held, log_price), aligned(alpha > 0, log_price)
        # what households do not buy has any price: it must not overflow
        own = xp.where(wanted, log_price, 0.0)
        top = xp.maximum(own, own[shops.services])
        good, shop = xp.exp(own - top), held * xp.exp(own[shops.services] - top)
        paid = xp.where(held > 0, top + xp.log((good + shop) / (1.0 + held)), own)
        return share, paid, shop / (good + shop)


def _shops(base: Baseline) -> Shops:
    """Return where shops are.

    Raises:
        InputError: there are none.
    """
    if base.shops is None:
        raise InputError(NO_SHOPS)
    return base.shops


def _at(base: Baseline, sector: Any) -> Any:
    """Return 1 at one sector, 0 elsewhere, [j]."""
    xp = namespace(base.final_share)
    return xp.where(xp.arange(len(base.final_share)) == sector, 1.0, 0.0)
