"""How goods are made and what a sector is, in levels (see ``levels``).

    V = K^φ L^{1−φ}                              what stays with a good, and labour that moves
    Q = T [a^{1/ρ} V^{(ρ−1)/ρ} + b^{1/ρ} M^{(ρ−1)/ρ}]^{ρ/(ρ−1)},   M = Π_J m_J^{β_J}
    C_J = [Σ_g b_g^{1/η} q_g^{(η−1)/η}]^{η/(η−1)}        a sector, of the goods that are in it

Both parameters of a maker follow from ε, the elasticity of supply of its good: as long as inputs in
fixed proportions give no more of it than ε, all of value added stays and ρ does the rest; beyond
that ρ is 1, and labour that comes and goes does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Factors:
    """What is paid for, arrays over factors [f]: the labour of every country first, in their order.

    Attributes:
        country: where it is.
        good: the good that it stays with; -1 for labour, which moves.
        quantity: of it.
    """

    country: IntArray
    good: IntArray
    quantity: Array

    @classmethod
    def of(cls, stays: Array, value_added: Array, price: Array) -> Factors:
        """Return the factors that earn value added [n, j] at prices [f], stays of it with goods."""
        countries, (country, good) = np.arange(len(stays)), np.nonzero(stays)
        labour = ((1.0 - stays) * value_added).sum(axis=1)
        earned = np.concatenate([labour, (stays * value_added)[country, good]])
        nowhere = np.full(len(stays), -1)
        return cls(
            np.concatenate([countries, country]), np.concatenate([nowhere, good]), earned / price
        )

    def with_labour(self, hat: Array) -> Factors:
        """Return them with other labour [n]; what stays with goods does not change."""
        more = np.where(self.stays, 1.0, hat[self.country])
        return replace(self, quantity=self.quantity * more)

    @property
    def stays(self) -> NDArray[np.bool_]:
        """Whether each stays with a good, [f]."""
        return np.asarray(self.good >= 0)

    def earned(self, price: Array) -> Array:
        """Return what the factors of each country earn at prices [f], [n]."""
        return np.bincount(self.country, price * self.quantity).astype(np.float64)


@dataclass(frozen=True)
class Makers:
    """Technologies, arrays [n, j].

    Attributes:
        stays: phi, share in value added of what stays with the good.
        profit: share in value added of what firms keep beyond cost.
        substitution: rho, of value added and inputs.
        labour_share: gamma, value added in output; everywhere where rho is 1, else at usual prices.
        log_own, log_bought: weights of value added and of inputs, where rho is not 1.
        mix: beta, share of each sector in what inputs cost [n, sector, j].
    """

    stays: Array
    profit: Array
    substitution: Array
    labour_share: Array
    log_own: Array
    log_bought: Array
    mix: Array

    @classmethod
    def of(
        cls,
        input_share: Array,
        supply: Array,
        makes: NDArray[np.bool_],
        usual: tuple[Array, Array],
        factors: Factors,
        profit: Array,
    ) -> Makers:
        """Return the technologies that spend as they do at usual prices.

        Args:
            input_share: of sectors in output [n, sector, j].
            supply: epsilon of every good [j]; infinite where factors move freely.
            makes: whether anything is made [n, j].
            usual: logs of prices of factors [f], and of what users buy [n, sector].
            factors: of all countries.
            profit: share in value added of what firms keep beyond cost [n, j].
        """
        spent = input_share.sum(axis=1)
        own = 1.0 - spent
        mix = np.divide(
            input_share, spent[:, None], out=np.zeros_like(input_share), where=spent[:, None] > 0
        )
        stays, substitution = supplied_by(supply, own, makes)
        plain = cls(stays, profit, np.ones_like(own), own, own, own, mix)
        value_added, bundle = plain.prices(*usual, factors)
        less = 1.0 - substitution
        with np.errstate(divide="ignore"):
            log_own, log_bought = np.log(own) - less * value_added, np.log(spent) - less * bundle
        return cls(stays, profit, substitution, own, log_own, log_bought, mix)

    def prices(
        self, log_factor_price: Array, log_paid: Array, factors: Factors
    ) -> tuple[Array, Array]:
        """Return ln of the prices of value added and of the bundle of inputs, both [n, j]."""
        price = (1.0 - self.stays) * log_factor_price[: len(self.stays), None]
        own = factors.stays  # firms are not paid for what they make, but for there being no more
        place = factors.country[own], factors.good[own]
        price[place] += self.stays[place] * log_factor_price[own]
        return price, np.einsum("nkj,nk->nj", self.mix, log_paid)

    def log_cost(self, value_added: Array, bundle: Array) -> Array:
        """Return log unit cost before productivity, c[n, j]."""
        paid = self.labour_share * (1.0 - self.profit)  # of sales; the rest of cost is inputs
        fixed = (paid * value_added + (1.0 - self.labour_share) * bundle) / (
            paid + 1.0 - self.labour_share
        )
        less = 1.0 - self.substitution
        curved = less > 0
        own, bought = self._powers(value_added, bundle)
        both = np.logaddexp(np.where(curved, own, 0.0), np.where(curved, bought, 0.0))
        return np.where(curved, both / np.where(curved, less, 1.0), fixed)

    def value_added_part(self, value_added: Array, bundle: Array) -> Array:
        """Return the part of cost that is paid for value added, [n, j]."""
        curved = self.substitution < 1
        own, bought = self._powers(value_added, bundle)
        dearer = np.where(curved, bought, 0.0) - np.where(curved, own, 0.0)
        return np.where(curved, 1.0 / (1.0 + np.exp(dearer)), self.labour_share)

    def _powers(self, value_added: Array, bundle: Array) -> tuple[Array, Array]:
        less = 1.0 - self.substitution
        return self.log_own + less * value_added, self.log_bought + less * bundle


def supplied_by(
    supply: Array, labour_share: Array, makes: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Return phi and rho [n, j] of makers whose supply has an elasticity.

    Args:
        supply: epsilon [j].
        labour_share: gamma, value added in output [n, j].
        makes: whether anything is made [n, j]; nothing stays where nothing is.
    """
    stays, substitution = np.zeros_like(labour_share), np.ones_like(labour_share)
    for n, j in np.argwhere(makes & np.isfinite(supply) & (labour_share > 0)):
        own, elasticity = labour_share[n, j], supply[j]
        if own < 1.0 and elasticity * own < 1.0 - own:
            stays[n, j], substitution[n, j] = 1.0, elasticity * own / (1.0 - own)
        else:
            stays[n, j] = 1.0 / (own * (1.0 + elasticity))
    return stays, substitution


@dataclass(frozen=True)
class Nests:
    """How the buyers of a sector choose among its goods.

    Attributes:
        of: the sector of each good [j].
        taste: b of each good in its sector, by market [n, j]; 0 where it is not bought.
        elasticity: eta, among the goods of a sector.
        usual: log prices of goods at which their parts in spending are tastes, [n, j].
    """

    of: IntArray
    taste: Array
    elasticity: float
    usual: Array

    @classmethod
    def spending(cls, of: IntArray, expenditure: Array, elasticity: float, usual: Array) -> Nests:
        """Return the tastes of markets that spend as they do [n, j] at usual log prices [n, j]."""
        whole = by_sector(of, expenditure)[:, of]
        taste = np.divide(expenditure, whole, out=np.zeros_like(whole), where=whole > 0)
        return cls(of, taste, elasticity, usual)

    def log_price(self, log_price: Array) -> Array:
        """Return ln of the price of a sector's bundle [n, sector] at prices of goods [n, j]."""
        dearer, less = np.where(self.taste > 0, log_price - self.usual, 0.0), 1.0 - self.elasticity
        if less == 0.0:
            return by_sector(self.of, self.taste * dearer)
        worth = by_sector(self.of, self.taste * np.exp(less * dearer))
        return np.asarray(np.log(np.where(worth > 0, worth, 1.0)) / less)

    def parts(self, log_price: Array) -> Array:
        """Return the part of each good in what its market spends on the sector [n, j]."""
        dearer = np.where(self.taste > 0, log_price - self.usual, 0.0)
        worth = self.taste * np.exp((1.0 - self.elasticity) * dearer)
        whole = by_sector(self.of, worth)[:, self.of]
        return np.divide(worth, whole, out=np.zeros_like(worth), where=whole > 0)


def by_sector(of: IntArray, values: Array) -> Array:
    """Return values over goods [n, j, ...], added up over the goods of each sector."""
    added = np.zeros((len(values), int(of.max()) + 1, *values.shape[2:]))
    np.add.at(added.swapaxes(0, 1), of, values.swapaxes(0, 1))
    return added
