"""A part of what makes a good stays with it: land, licence, vines, a mine, a plant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.core.choices.choice import Gap
from countervail.core.choices.factors import FullEmployment
from countervail.core.choices.one_good import SectorGoods
from countervail.core.known import KEPT_BASELINES, Known, kept
from countervail.core.links import wanted_markets
from countervail.core.model import (
    Array,
    Baseline,
    Goods,
    Hats,
    Shock,
    Unknown,
    Weights,
    namespace,
)
from countervail.core.products import replaced
from countervail.core.solver import Staying
from countervail.core.supply import input_substitution, retained_share
from countervail.core.uses import households
from countervail.errors import NoEquilibrium

LEAST_LEFT_PART = 1e-6
"""Of world value added, what a guess leaves to labour that may move: a guess may be far out."""

LEAST_MOBILE_PART = 1e-9
"""Of a country's value added: what rounding leaves of no labour that may move is less."""

NOTHING = 1e-300
"""Stands for no value added, so that it has a logarithm."""

NOTHING_MOVES = (
    "all that {country} makes are goods whose factors cannot move: no labour is left that a wage "
    "could pay; take a longer horizon, or fewer goods"
)
UNSOLD = (
    "{country} could sell {sector} to nobody, not even at home, and what makes it cannot leave it: "
    "no price, however low, clears its market; leave it a buyer, take the long run, or say what "
    "part of its sales could go home (--outside-option 5)"
)


class _Stays(NamedTuple):
    """What of the baseline stays with goods, and what may move.

    Attributes:
        rows: positions of goods with a finite supply, [g].
        share: phi; nothing of producers that make nothing, [g, n, 1].
        value_added: of those goods [g, n, 1].
        rents: what of it stays with them [g, n, 1].
        mobile: Lambda, value added of what may move [n, 1].
    """

    rows: Any
    share: Any
    value_added: Any
    rents: Any
    mobile: Any


@dataclass(frozen=True)
class SpecificFactors(FullEmployment):
    """Labour is free to change sector; a share phi of a good's value added stays with the good::

        v = w^(1 - phi) (VA' / VA)^phi,      sum_g (1 - phi_g) VA'_g = w L Lambda

    Lambda is the value added of what may move, sum_g (1 - phi_g) VA_g, and all labour is at work.
    How much stays follows from the elasticity of supply of each good (``core.supply``), which the
    horizon of the world sets; goods without one move freely. What stays earns phi VA'. World value
    added is the numeraire.

    Source: Galle, Rodríguez-Clare and Yi (2023), with one group of workers a country: kappa is
    1 / phi.
    """

    slot: ClassVar[str] = "factors"
    key: ClassVar[str] = "specific"
    of_goods: ClassVar[bool] = True
    unknowns: ClassVar[tuple[Unknown, ...]] = (Unknown("value_added", ("good", "country")),)
    references: ClassVar[tuple[str, ...]] = (
        "Galle, S., A. Rodríguez-Clare and M. Yi (2023), Slicing the Pie: Quantifying the "
        "Aggregate and Distributional Effects of Trade, Review of Economic Studies 90(1), 331-375",
    )

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return (
            "one wage a country for labour that may move, full employment of it; what farms, mines "
            "and plants cannot move earns what their good leaves it"
        )

    def refuse(self, base: Baseline, weights: Weights) -> None:
        """Raise where nothing could move, or where nobody may buy what cannot be left.

        Raises:
            NoEquilibrium: with the country, and the good that it could sell to nobody.
        """
        stays = _stays(base)
        stuck = np.flatnonzero(~(stays.mobile[:, 0] > LEAST_MOBILE_PART * base.value_added))
        if len(stuck):
            raise NoEquilibrium(NOTHING_MOVES, country=int(stuck[0]))
        unsold = np.argwhere(self.unsold(base, weights))
        if len(unsold):
            good, country = map(int, unsold[0])
            raise NoEquilibrium(UNSOLD, country=country, sector=good)

    def unsold(self, base: Baseline, weights: Weights) -> NDArray[np.bool_]:
        """Return which makers have lost every buyer and cannot leave their good, [j, n]."""
        found = np.zeros(base.gross_output.shape, dtype=np.bool_)
        stays = _stays(base)
        found[stays.rows] = _unsold(base, weights) & (stays.share[:, :, 0] > 0)
        return found

    def numeraire(
        self, log_wage: Any, base: Baseline, weights: Weights, own: tuple[Any, ...]
    ) -> Any:
        """Return log wages [n, s] scaled so that world value added, with rents, is unchanged."""
        xp, world, stays = namespace(log_wage, *own), base.value_added.sum(), _stays(base)
        paid = (xp.exp(log_wage) * weights.labour_hat * stays.mobile).sum(axis=0)
        left = world - (stays.rents * xp.exp(own[0])).sum(axis=(0, 1))
        return log_wage - xp.log(paid / xp.maximum(left, LEAST_LEFT_PART * world))

    def value_added_price(self, log_wage: Any, base: Baseline, own: tuple[Any, ...]) -> Any:
        """Return ln v [j, n, s]: the wage; of goods that stay, what their value added makes it."""
        stays = _stays(base)
        price = log_wage[None] + namespace(log_wage).zeros_like(base.gross_output)[:, :, None]
        kept_with = (1.0 - stays.share) * log_wage + stays.share * own[0]
        return replaced(price, stays.rows, kept_with)

    def earned(self, wage: Any, base: Baseline, weights: Weights, own: tuple[Any, ...]) -> Any:
        """Return what labour and what stays earn [n, s]."""
        stays = _stays(base)
        labour = wage * weights.labour_hat * stays.mobile
        return labour + (stays.rents * namespace(own[0]).exp(own[0])).sum(axis=0)

    def labour_income(self, value_added: Any, base: Baseline) -> Any:
        """Return value added less what stays earns of it, [j, n, s]."""
        stays = _stays(base)
        moves = (1.0 - stays.share) * value_added[stays.rows]
        return replaced(value_added, stays.rows, moves)

    def implied(
        self,
        value_added: Any,
        base: Baseline,
        weights: Weights,
        log_wage: Any,  # noqa: ARG002
        revenue: Any,  # noqa: ARG002
        elsewhere: Any = 0.0,
    ) -> tuple[Any, ...]:
        """Return the log wage [n, s] that clears labour markets, and ln value added of goods."""
        xp, stays = namespace(value_added), _stays(base)
        own = value_added[stays.rows]
        labour = value_added.sum(axis=0) - (stays.share * own).sum(axis=0) + elsewhere
        wage = xp.log(labour / (weights.labour_hat * stays.mobile))
        made = stays.value_added > 0
        hat = xp.where(made, own / xp.where(made, stays.value_added, 1.0), 1.0)
        return wage, xp.log(xp.maximum(hat, NOTHING))

    def mobile_share(self, base: Baseline) -> Array:
        """Return 1 - phi of goods, 1 of all else, [j, n]."""
        share = np.ones_like(base.gross_output)
        share[_staying(base)] -= _stays(base).share[:, :, 0]
        return share

    def staying(self, base: Baseline, goods: SectorGoods) -> Staying | None:
        """Return Newton's step on the world market of each good alone; None where none stays."""
        if base.goods is None or len(base.goods.supply) == 0:
            return None
        return _newton(Known(base), goods)  # type: ignore[arg-type]  # a frozen dataclass

    def claimed_price(self, base: Baseline, hats: Hats) -> Array:
        """Return ln v [j, n]: a weighted mean of the wage and of the hat of value added."""
        price = np.tile(hats.wage, (len(base.gross_output), 1))
        share = _share_in_levels(base)
        for g, j in enumerate(_staying(base)):
            price[j] += share[g] * (hats.others[0][g] - hats.wage)
        return price

    def claimed_income(self, base: Baseline, shock: Shock, hats: Hats) -> Array:
        """Return wage times mobile labour, and what stays of each good's value added, [n]."""
        labour = np.ones_like(hats.wage) if shock.labour_hat is None else shock.labour_hat
        share = _share_in_levels(base)
        stays = share * _value_added(base)
        payroll = np.exp(hats.wage) * labour * (base.value_added - stays.sum(axis=0))
        return np.asarray(payroll + (stays * np.exp(hats.others[0])).sum(axis=0))

    def checks(
        self,
        base: Baseline,
        shock: Shock,
        hats: Hats,
        value_added: Array,
        revenue: Array,  # noqa: ARG002
        elsewhere: Array | float = 0.0,
    ) -> tuple[Gap, ...]:
        """Return the gaps of labour markets and of what each good's value added is said to be."""
        share, rows = _share_in_levels(base), _staying(base)
        labour = np.ones_like(hats.wage) if shock.labour_hat is None else shock.labour_hat
        before = _value_added(base)
        payroll = np.exp(hats.wage) * labour * (base.value_added - (share * before).sum(axis=0))
        hired = value_added.sum(axis=0) - (share * value_added[rows]).sum(axis=0) + elsewhere
        claimed = before * np.exp(hats.others[0])
        gap = np.zeros_like(value_added)
        scale = np.maximum(claimed, 1e-9 * before)
        short = value_added[rows] - claimed
        gap[rows] = np.divide(short, scale, out=np.zeros_like(short), where=scale > 0)
        return (
            Gap("labour markets", (hired - payroll) / payroll),
            Gap("specific factors", gap),
        )


def _unsold(base: Baseline, weights: Weights) -> Array:
    """Return whether each maker of a good that stays has no buyer left, [g, n]."""
    rows = _market_rows(base)
    sold = weights.sold[rows] > 0  # [use, g, i, n]
    consumed = (weights.active & households(base))[rows]
    unsold = np.asarray(~(sold & consumed[:, :, None]).any(axis=(0, 3)))
    if unsold.any():  # or makers of something that is bought
        wanted = wanted_markets(base, weights)[rows]
        unsold = np.asarray(~(sold & wanted[:, :, None]).any(axis=(0, 3)))
    return unsold


def _market_rows(base: Baseline) -> Any:
    """Return the rows of markets of goods with a finite supply, [use, g]."""
    return _staying(base) + len(base.gross_output) * np.arange(base.uses)[:, None]


@kept
def _stays(base: Baseline) -> _Stays:
    """Return what of the baseline stays with goods."""
    share, before = retained_share(_supply(base), _gamma(base)), _value_added(base)
    share = namespace(share).where(before > 0, share, 0.0)
    rents = share * before
    mobile = base.value_added - rents.sum(axis=0)
    wide = (share[:, :, None], before[:, :, None], rents[:, :, None], mobile[:, None])
    return _Stays(_staying(base), *wide)


def _share_in_levels(base: Baseline) -> Array:
    """Return phi [g, n] once more: 1 / (gamma (1 + epsilon)), 1 at most."""
    kappa = np.maximum(1.0, _gamma(base) * (1.0 + _supply(base)))
    return np.where(_value_added(base) > 0, 1.0 / kappa, 0.0)


def _staying(base: Baseline) -> Any:
    """Return the positions of goods with a finite supply, [g]."""
    return np.zeros(0, dtype=np.intp) if base.goods is None else base.goods.staying


def _supply(base: Baseline) -> Any:
    """Return the elasticity of supply of those goods, [g, n]."""
    none = base.gross_output[:0]
    return namespace(none).zeros_like(none) if base.goods is None else base.goods.supply


def _gamma(base: Baseline) -> Any:
    """Return the value-added share of those goods, [g, n]."""
    return base.value_added_share[_staying(base)]


def _value_added(base: Baseline) -> Any:
    """Return their value added at the baseline, [g, n]."""
    return _gamma(base) * base.gross_output[_staying(base)]


@lru_cache(maxsize=KEPT_BASELINES)
def _newton(known: Known, choice: SectorGoods) -> Staying:
    """Return Newton's step on each good's own world market, and what its market does with it.

    With value added guessed, costs c = gamma phi a + own P and prices P = pi c follow from each
    other; sales fall as a seller's cost rises beside those it meets, and what buyers spend on the
    good follows its price and its use by its own makers. What value added those sales leave is what
    is implied.
    """
    base = known.base
    goods, slope = base.goods, choice.own_price_slope(base)
    assert goods is not None
    rows = _market_rows(base)
    own, price, spending = _markets(base, goods, slope[rows])
    flat = rows.reshape(-1)  # goods of the first use, then of the second
    at = np.zeros((len(base.expenditure), len(flat)))
    at[flat, np.arange(len(flat))] = 1.0
    with_it = [part.reshape(len(flat), *own.shape[1:]) for part in (price, spending)]
    return Staying(own, np.stack(with_it), None, at)


def _markets(base: Baseline, goods: Goods, slope: Array) -> tuple[Array, Array, Array]:
    """Return of each good the step of value added, and what prices and spending do.

    The first [g, n, n], the others by use as well, [use, g, n, n]. In single precision: it is how
    far to step, and no part of what is found.

    Args:
        base: baseline.
        goods: who stays.
        slope: what log spending owes to the good's own log price [use, g, n].
    """
    j, rows = goods.staying, _market_rows(base)
    one, pi = np.eye(len(base.value_added), dtype=np.float32), _single(base.trade_share[rows])
    gamma, itself = base.value_added_share[j], np.stack([base.input_share[:, k, k] for k in j])
    share, theta = _stays(base).share[:, :, 0], base.trade_elasticity[rows][..., None, None]
    less = 1.0 - input_substitution(goods.supply, gamma)
    spent, made = base.expenditure[rows], base.gross_output[j]
    bought = base.trade_share[rows] * spent[..., None] / (1.0 + base.tariff[rows])
    sold = bought.sum(axis=2, keepdims=True).sum(axis=0)
    to = np.divide(bought, sold, out=np.zeros_like(bought), where=made[:, None] > 0)
    to = _single(to.swapaxes(2, 3))
    # what of a maker's sales each use is
    part = np.ones_like(to[..., 0]) if base.uses == 1 else to.sum(axis=3)
    # makers buy their own good as an input, in the first row
    cost = np.linalg.solve(one - _wide(itself) * pi[0], _wide(gamma * share) * one)
    price = pi @ cost
    # value added beside cost: makers turn from inputs, their own good among them
    dearer = _wide(less) * (_wide(share) * one - cost)
    used = np.zeros_like(spent)
    np.divide(itself * made, spent[0], out=used[0], where=spent[0] > 0)
    inputs = np.where(gamma < 1.0, gamma / np.where(gamma < 1.0, 1.0 - gamma, 1.0), 0.0)
    turned = _wide(slope) * price - _wide(used * inputs) * dearer
    moved = to @ turned - _single(theta) * (_wide(part) * cost - to @ price)
    turning = (to * _single(used)[:, :, None]).sum(axis=0)
    sales = np.linalg.solve(one - turning, moved.sum(axis=0))
    step = np.linalg.inv(one - sales - dearer)
    spending = (_wide(used) * sales + turned) @ step
    own, priced, spent_on = (found.astype(np.float64) for found in (step, price @ step, spending))
    return own, priced, spent_on


def _single(values: Any) -> NDArray[np.float32]:
    return np.asarray(values, dtype=np.float32)


def _wide(values: Any) -> NDArray[np.float32]:
    """Return values [..., g, n] as factors of rows, [..., g, n, 1]."""
    return _single(values)[..., None]
