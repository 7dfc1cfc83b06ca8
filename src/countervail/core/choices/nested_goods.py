"""A sector is several goods, and its buyers choose among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from countervail.core.choices.choice import Choice, Gap, Parameter
from countervail.core.choices.one_good import Bools
from countervail.core.model import Array, Baseline, Hats, Weights, namespace
from countervail.core.products import replaced
from countervail.core.weights import refuse_closed
from countervail.errors import InputError

FAJGELBAUM = (
    "Fajgelbaum, P., P. Goldberg, P. Kennedy and A. Khandelwal (2020), The Return to "
    "Protectionism, Quarterly Journal of Economics 135(1), 1-55"
)


@dataclass(frozen=True)
class NestedGoods(Choice):
    """Constant elasticity of substitution among the goods of a sector, its remainder one of them::

        P_J = [sum_g omega_g P_g^(1 - eta)]^(1 / (1 - eta)),   E_g = omega_g E_J (P_g / P_J)^(1-eta)

    Users and households buy the sector; omega is what its market spends on each good at the
    baseline. At eta = 1 spending on a good stands still. With eta > 1 a good without a supplier is
    not bought: its price is beyond every other, and P_J is the index of the rest.

    Attributes:
        elasticity: eta, of the quantities of two goods of a sector to their relative price.

    Raises:
        InputError: an elasticity that is not a positive number.
    """

    elasticity: float = 1.53

    slot: ClassVar[str] = "goods"
    key: ClassVar[str] = "nested"
    of_goods: ClassVar[bool] = True
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("elasticity", "of substitution among goods of a sector", FAJGELBAUM, 1.0, 2.5),
    )
    references: ClassVar[tuple[str, ...]] = (FAJGELBAUM,)

    def __post_init__(self) -> None:
        if not 0.0 < self.elasticity < np.inf:
            raise InputError(
                f"goods.elasticity={self.elasticity} must be a positive number: of what is bought "
                "of two goods of a sector to their relative price; 1 is constant shares of spending"
            )

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return (
            f"buyers substitute among goods of a sector with an elasticity of {self.elasticity:g}"
        )

    def refuse(self, base: Baseline, weights: Weights) -> None:
        """Raise where a market has no supplier left and its buyers no other good to turn to.

        Raises:
            NoEquilibrium: the first such market.
        """
        closed = (base.expenditure > 0) & ~weights.active
        if self.elasticity > 1.0 and closed.any():
            for inside, within in _nests(base, closed):
                closed[inside] &= ~(within > 0).any(axis=0)
        refuse_closed(base, closed)

    def paid(self, log_price: Any, base: Baseline, active: Any) -> Any:
        """Return ln of the price of what users buy [j, n, s]: of a good, that of its sector."""
        goods = base.goods
        if goods is None or len(goods.inside) == 0:
            return log_price
        return replaced(log_price, goods.inside, _each(goods, self._index(log_price, base, active)))

    def spent(self, needed: Any, log_price: Any, log_paid: Any, base: Baseline, active: Any) -> Any:
        """Return spending on each good [j, n, s], of what is needed of sectors in base mixes."""
        goods = base.goods
        if goods is None or len(goods.inside) == 0:
            return needed
        xp, inside, less = namespace(log_price), goods.inside, 1.0 - self.elasticity
        dearer = log_price[inside] - log_paid[inside]
        part = _within(goods, active) * xp.exp(less * dearer)
        return replaced(needed, inside, part * _each(goods, _summed(goods, needed[inside])))

    def own_price_slope(self, base: Baseline) -> Array:
        """Return (1 - eta)(1 - omega), [j, n]: the rest of the sector's index stands still."""
        slope = np.zeros_like(base.expenditure)
        if base.goods is not None:
            slope[base.goods.inside] = (1.0 - self.elasticity) * (1.0 - base.goods.within)
        return slope

    def claimed_price(self, base: Baseline, log_price: Array, closed: Bools) -> Array:
        """Return ln of the price of what users buy in one state [j, n], from powers of prices."""
        price = log_price.copy()
        for inside, within in _nests(base, closed):
            price[inside] = self._power_mean(within, log_price[inside])
        return price

    def claimed_spending(
        self, base: Baseline, needed: Array, log_price: Array, closed: Bools
    ) -> Array:
        """Return spending on each good of one state [j, n]: its part of the sector's powers."""
        spent, less = needed.copy(), 1.0 - self.elasticity
        for inside, within in _nests(base, closed):
            power = within * np.exp(less * log_price[inside])
            whole = power.sum(axis=0)
            part = np.divide(power, whole, out=np.zeros_like(power), where=whole > 0)
            spent[inside] = part * needed[inside].sum(axis=0)
        return spent

    def composite(self, base: Baseline, values: Array) -> Array:
        """Return values summed over the goods of each sector, at each of them, [j, n]."""
        summed = values.copy()
        for inside, _ in _nests(base, None):
            summed[inside] = values[inside].sum(axis=0)
        return summed

    def checks(self, base: Baseline, hats: Hats, closed: Bools) -> tuple[Gap, ...]:
        """Return how far what is bought of a sector is from the utility of its goods [j, n].

        The quantity that spending buys at the index of prices, against the aggregate of quantities:
        the same preferences from their other side.
        """
        gap = np.zeros_like(hats.price)
        eta, before = self.elasticity, base.expenditure
        for inside, within in _nests(base, closed):
            bought = np.where(closed[inside], 0.0, before[inside])
            spent = bought * np.exp(hats.expenditure[inside])
            some = before[inside].sum(axis=0) > 0
            index = self._power_mean(within, hats.price[inside])
            hat = np.where(some, spent.sum(axis=0), 1.0) / np.where(
                some, before[inside].sum(0), 1.0
            )
            quantity = np.where(within > 0, hats.expenditure[inside] - hats.price[inside], 0.0)
            power = (eta - 1.0) / eta
            if power == 0.0:
                utility = (within * quantity).sum(axis=0)
            else:
                utility = (
                    np.log(np.where(some, (within * np.exp(power * quantity)).sum(axis=0), 1.0))
                    / power
                )
            gap[inside] = np.where(some, np.log(hat) - index - utility, 0.0)
        return (Gap("goods of a sector", gap),)

    def _power_mean(self, within: Array, log_price: Array) -> Array:
        """Return ln [sum_g omega_g P_g^(1 - eta)]^(1 / (1 - eta)) of one sector, [n]."""
        less = 1.0 - self.elasticity
        if less == 0.0:
            return np.asarray((within * log_price).sum(axis=0))
        summed = (within * np.exp(less * log_price)).sum(axis=0)
        return np.asarray(np.log(np.where(summed > 0, summed, 1.0)) / less)

    def _index(self, log_price: Any, base: Baseline, active: Any) -> Any:
        """Return ln P of nests [nest, n, s]: the geometric mean, and what is beyond it.

        ln P = m + ln(1 + sum_g omega_g (e^((1 - eta)(x_g - m)) - 1)) / (1 - eta): as eta comes near
        1 no digits are lost. What is not bought adds -omega_g to the sum.
        """
        goods = base.goods
        assert goods is not None
        xp, less = namespace(log_price), 1.0 - self.elasticity
        prices, share = log_price[goods.inside], _within(goods, active)
        mean = _summed(goods, share * prices)
        if less == 0.0:
            return mean
        beyond = _summed(goods, share * xp.expm1(less * (prices - _each(goods, mean))))
        left = _summed(goods, goods.within[:, :, None] - share)
        return mean + xp.log1p(beyond - left) / less


def _summed(goods: Any, values: Any) -> Any:
    """Return the sums over the goods of each nest, [nest, n, s], of values [m, n, s]."""
    flat = values.reshape(values.shape[0], -1)
    return (goods.members @ flat).reshape(-1, *values.shape[1:])


def _each(goods: Any, values: Any) -> Any:
    """Return what stands at the nest of each good, [m, n, s]."""
    flat = values.reshape(values.shape[0], -1)
    return (goods.members.T @ flat).reshape(-1, *values.shape[1:])


def _within(goods: Any, active: Any) -> Any:
    """Return the parts of goods in what was spent on their nest, of those with a supplier.

    [m, n, 1].
    """
    return (goods.within * active[goods.inside])[:, :, None]


def _nests(base: Baseline, closed: Bools | None) -> list[tuple[Any, Array]]:
    """Return the positions of the goods of each nest and their parts in spending, nest by nest.

    Args:
        base: baseline.
        closed: markets without a supplier, whose goods have no part [j, n]; None for all parts.
    """
    if base.goods is None:
        return []
    goods, within = base.goods, base.goods.within
    if closed is not None:
        within = np.where(closed[goods.inside], 0.0, within)
    return [(goods.inside[row > 0], within[row > 0]) for row in goods.members]
