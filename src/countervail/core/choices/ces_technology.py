"""Value added and inputs stand in for each other as far as the supply of a good lets them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from countervail.core.choices.technology import CobbDouglasTechnology, inputs_of_users
from countervail.core.known import kept
from countervail.core.model import Array, Baseline, Shock, Weights, namespace
from countervail.core.products import by_country, replaced
from countervail.core.supply import input_substitution


@dataclass(frozen=True)
class CesTechnology(CobbDouglasTechnology):
    """Value added and the bundle of inputs substitute with rho, of goods with a finite supply::

        c = [gamma v^(1 - rho) + (1 - gamma) m^(1 - rho)]^(1 / (1 - rho)) / T,
        m = prod_k P_k^(gamma_k / (1 - gamma)),      value added = gamma (v / (c T))^(1 - rho) Y

    rho is what the elasticity of supply leaves it to be (``core.supply``), 1 at most: together with
    what stays of value added it makes the local elasticity of supply exactly epsilon. Goods without
    one, and all sectors that are no goods, have constant shares (rho = 1).
    """

    key: ClassVar[str] = "ces"
    of_goods: ClassVar[bool] = True

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return "input-output links, inputs of a good in fixed proportion where its supply is short"

    def unit_cost(
        self, log_value_added: Any, log_price: Any, base: Baseline, weights: Weights
    ) -> Any:
        """Return ln c hat[j, n, s]."""
        inputs = by_country(base.input_share.swapaxes(1, 2), log_price)
        gamma = base.value_added_share[:, :, None]
        cost = gamma * log_value_added + inputs
        if _any_stay(base):
            rows, gamma, less = _goods(base)
            # (1 - gamma) ln m is what inputs add
            bundle = inputs[rows] / namespace(inputs).where(gamma < 1, 1.0 - gamma, 1.0)
            dearer = _of(rows, log_value_added) - bundle
            cost = replaced(cost, rows, bundle + _mean(gamma, less, dearer))
        return cost - weights.log_productivity

    def value_added_share(
        self, log_value_added: Any, log_cost: Any, base: Baseline, weights: Weights
    ) -> Any:
        """Return gamma (v / (c T))^(1 - rho), [j, n, s]; [j, n, 1] where no supply is finite."""
        xp, gamma = namespace(log_cost), base.value_added_share[:, :, None]
        if not _any_stay(base):
            return gamma
        rows, own, less = _goods(base)
        without = log_cost[rows] + weights.log_productivity[rows]
        share = own * xp.exp(less * (_of(rows, log_value_added) - without))
        return replaced(gamma + xp.zeros_like(log_cost), rows, share)

    def inputs_bought(self, gross_output: Any, share: Any, base: Baseline) -> Any:
        """Return what producers spend on each good: (1 - share) / (1 - gamma) of gamma_k Y'."""
        xp, gamma = namespace(gross_output), base.value_added_share[:, :, None]
        some = gamma < 1
        left = xp.where(some, (1.0 - share) / xp.where(some, 1.0 - gamma, 1.0), 0.0)
        return by_country(base.input_share, gross_output * left)

    def claimed_cost(
        self, base: Baseline, shock: Shock, log_value_added: Array, log_price: Array
    ) -> Array:
        """Return ln c hat[j, n] once more, from the powers of levels."""
        cost = super().claimed_cost(base, shock, log_value_added, log_price)
        if _any_stay(base):
            rows = _goods(base)[0]
            both, less = _levels(base, log_value_added, log_price)
            summed, plain = both.sum(axis=0), np.abs(less) < 1e-12
            power = np.log(summed) / np.where(plain, 1.0, less)
            cost[rows] = np.where(plain, cost[rows], power)
            if shock.productivity_hat is not None:
                cost[rows] -= np.where(plain, 0.0, np.log(shock.productivity_hat[rows]))
        return cost

    def claimed_share(self, base: Baseline, log_value_added: Array, log_price: Array) -> Array:
        """Return value added in sales of one state once more: its part of both powers."""
        share = np.array(base.value_added_share)
        if _any_stay(base):
            both, _ = _levels(base, log_value_added, log_price)
            share[_goods(base)[0]] = both[0] / both.sum(axis=0)
        return share


def _any_stay(base: Baseline) -> bool:
    return base.goods is not None and len(base.goods.supply) > 0


@kept
def _goods(base: Baseline) -> tuple[Any, Any, Any]:
    """Return positions of goods with a finite supply, their gamma and 1 - rho, [g, n, 1]."""
    assert base.goods is not None
    gamma = base.value_added_share[base.goods.staying]
    rho = input_substitution(base.goods.supply, gamma)
    return base.goods.staying, gamma[:, :, None], 1.0 - rho[:, :, None]


def _of(rows: Any, log_value_added: Any) -> Any:
    """Return the price of value added of some producers [g, n, s]; [n, s] where all have one."""
    return log_value_added[rows] if log_value_added.ndim == 3 else log_value_added


def _mean(gamma: Any, less: Any, dearer: Any) -> Any:
    """Return ln [1 + gamma (e^(less dearer) - 1)]^(1 / less); gamma dearer at its limit, 0."""
    xp = namespace(dearer)
    power = xp.where(less > 0, less, 1.0)
    curved = xp.log1p(gamma * xp.expm1(power * dearer)) / power
    return xp.where(less > 0, curved, gamma * dearer)


def _levels(base: Baseline, log_value_added: Array, log_price: Array) -> tuple[Array, Array]:
    """Return gamma v^(1 - rho) and (1 - gamma) m^(1 - rho), [2, g, n], and 1 - rho [g, n]."""
    goods = base.goods
    assert goods is not None
    gamma = base.value_added_share[goods.staying]
    inputs = 1.0 - gamma
    some = (inputs > 0) & (gamma > 0)
    wide = goods.supply * gamma / np.where(some, inputs, 1.0)
    less = np.where(some, 1.0 - np.minimum(1.0, wide), 0.0)
    bundle = inputs_of_users(base, log_price)[goods.staying] / np.where(inputs > 0, inputs, 1.0)
    paid = np.broadcast_to(log_value_added, base.gross_output.shape)[goods.staying]
    return np.stack([gamma * np.exp(paid * less), inputs * np.exp(bundle * less)]), less
