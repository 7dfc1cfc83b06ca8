"""Economies of scale in an industry: more varieties, or know-how, where more is made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from countervail.core.choices.choice import Choice, Gap, Parameter
from countervail.core.choices.perfect import AsPriced
from countervail.core.known import KEPT_BASELINES, Known
from countervail.core.model import Array, Baseline, Shock, Unknown, Weights, namespace
from countervail.core.solver import Staying
from countervail.errors import InputError, NoEquilibrium

CLOSED = 1e-12
"""Of its output at the baseline, what is held of a producer that has left the market."""

USUAL = 0.3
"""Of free entry: the tenth up to which the built-in world, its industries tied by inputs, would
last in draws of trade elasticities too (decision 0015)."""

MOST_STEERED = 0.9
"""Where scale is nearly as strong as trade, the search steps as if it were this strong."""

KRUGMAN = (
    "Krugman, P. (1980), Scale Economies, Product Differentiation, and the Pattern of Trade, "
    "American Economic Review 70(5), 950-959"
)
GROUNDED = (
    "Kucheryavyy, K., G. Lyn and A. Rodríguez-Clare (2023), Grounded by Gravity: A Well-Behaved "
    "Trade Model with Industry-Level Economies of Scale, American Economic Journal: "
    "Macroeconomics 15(2), 372-412"
)
PROFITS = (
    "Lashkaripour, A. and V. Lugovskyy (2023), Profits, Scale Economies, and the Gains from Trade "
    "and Industrial Policy, American Economic Review 113(10), 2759-2808"
)
NO_BOTTOM = (
    "economies of scale of {scale:g} feed on themselves through inputs in {{country}}: alone, the "
    "more it made of what it makes things with, the cheaper all became, without end; take a "
    "smaller {remedy}, or larger trade elasticities"
)

OF_THE_LONG_RUN = (
    "competition={key} is of the long run, when firms have come and gone: add --horizon long "
    "(horizon='long'), or take a world without a horizon"
)


@dataclass(frozen=True)
class ScaleEconomies(AsPriced, Choice):
    """What an industry makes costs its buyers less the more inputs it takes, with elasticity psi::

        u = (Y / c)^(psi theta) c^-theta,      psi = scale / theta

    Y / c is the bundles of inputs that the industry takes. With free entry of firms that each sell
    a variety of their own (Krugman 1980), fixed costs in the same bundles, their number is in
    proportion to it and psi is 1 / theta: scale 1. Smaller ones stand for varieties that are closer
    substitutes in a country than between countries, or for know-how shared in an industry
    (Kucheryavyy, Lyn and Rodríguez-Clare 2023). Firms earn no profits; a part of sales pays fixed
    costs. What buyers compare, c (c / Y)^psi, is solved for with ln Y hat.

    Without inputs there is one equilibrium up to scale 1, where costs and tastes do not tie
    (Kucheryavyy, Lyn and Rodríguez-Clare 2023). With them nothing is proved: a baseline that would
    not last is refused (``Economy``), and answers are searched from two starts.

    An industry may leave the market at scale 1: then CLOSED of its output is held, and that its
    sales would not be more is certified.

    Firms enter over years: this is of the long run, and a world in which factors stay with goods
    (``SpecificFactors``) is refused.

    Attributes:
        scale: psi theta of every sector, from 0, perfect competition, to 1, free entry.

    Raises:
        InputError: a scale under 0 or over 1.
    """

    scale: float = USUAL

    slot: ClassVar[str] = "competition"
    key: ClassVar[str] = "scale"
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "scale",
            "economies of scale times the trade elasticity; 0 is perfect competition, 1 free entry",
            f"{KRUGMAN} (1); unique to 1 in {GROUNDED}",
            0.0,
            1.0,
        ),
    )

    def __post_init__(self) -> None:
        if not 0.0 <= self.scale <= 1.0:
            raise InputError(
                f"competition.scale={self.scale:g} must lie between 0 and 1: economies of scale "
                "times the trade elasticity; 0 is perfect competition, 1 free entry (Krugman), and "
                "above 1 industries crowd into one place, in more equilibria than one"
            )

    @property
    def unknowns(self) -> tuple[Unknown, ...]:  # type: ignore[override]
        """Output by sector and country; none of no scale, which is perfect competition."""
        return (Unknown("output", ("sector", "country")),) if self.scale > 0.0 else ()

    @property
    def many(self) -> bool:
        """Whether there may be more than one equilibrium: no proof covers inputs."""
        return self.scale > 0.0

    def loop(self, theta: Array) -> Array:
        """Return by how much what a country pays for itself moves with its costs, [j]."""
        return 1.0 + self.scale / theta

    def endless(self) -> str:
        """Return why costs have no bottom, with room for the country."""
        return NO_BOTTOM.format(scale=self.scale, remedy="competition.scale")

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        if self.scale == 0.0:
            return ""
        free = "free entry of firms that each sell a variety of their own (Krugman 1980), so that "
        how = free if self.scale == 1.0 else ""
        return (
            f"{how}an industry's goods are worth {self.scale:g} / theta % "
            "more to their buyers where it takes 1 % more inputs (first-order parts of welfare "
            "count costs alone)"
        )

    def cited(self) -> tuple[str, ...]:
        """Return the papers that an answer made with it cites."""
        return (KRUGMAN, GROUNDED, PROFITS) if self.scale > 0.0 else ()

    def refuse(self, base: Baseline, weights: Weights) -> None:
        """Raise where a country alone would have no costs at which its industries rest.

        With P = (1 + psi) c - psi Y and c = gamma w + inputs P, in logs, costs follow from wages
        and sales where the spectral radius of (1 + psi) inputs is below 1.

        Raises:
            InputError: factors stay with goods: firms enter in the long run.
            NoEquilibrium: the first country of which that is not so.
        """
        if not self.many:
            return
        if base.goods is not None and len(base.goods.staying):
            raise InputError(OF_THE_LONG_RUN.format(key=self.key))
        sectors, countries = base.expenditure.shape
        one = np.ones((countries, sectors, 1))
        for theta in np.unique(weights.trade_elasticity, axis=1).T:
            by = self.loop(theta)
            loop = np.eye(sectors) - by[:, None] * base.input_share.swapaxes(1, 2)
            # of a matrix without negative entries the radius is below 1 where all this is positive
            bottom = (np.linalg.solve(loop, one)[..., 0] > 0).all(axis=1)
            if not bottom.all():
                country = int(np.argmin(bottom))
                raise NoEquilibrium(self.endless(), country=country)

    def asked(
        self,
        log_cost: Any,
        base: Baseline,  # noqa: ARG002
        weights: Weights,
        own: tuple[Any, ...],
    ) -> Any:
        """Return ln of what sellers ask, c (c / Y)^psi, [j, i, s]."""
        if self.scale == 0.0:
            return log_cost
        psi = (self.scale / weights.trade_elasticity)[:, None, :]
        return log_cost + psi * (log_cost - own[0])

    def implied(self, output: Any, base: Baseline) -> tuple[Any, ...]:
        """Return ln Y hat of sales, CLOSED or more."""
        if self.scale == 0.0:
            return ()
        xp, before = namespace(output), base.gross_output[:, :, None]
        made = before > 0
        hat = xp.where(made, output / xp.where(made, before, 1.0), 1.0)
        return (xp.log(xp.maximum(hat, CLOSED)),)

    def step(self, base: Baseline) -> Staying | None:
        """Return Newton's step on what each industry's sellers take from each other."""
        return _newton(Known(base), self.scale) if self.scale > 0.0 else None

    def claimed_asked(
        self, base: Baseline, shock: Shock, log_cost: Array, own: tuple[Array, ...]
    ) -> Array:
        """Return ln of what sellers ask once more: cost, and what varieties take off it, [j, i]."""
        if self.scale == 0.0:
            return log_cost
        given = shock.trade_elasticity
        theta = base.trade_elasticity if given is None else given
        cheaper = self.scale * (own[0] - log_cost) / theta[:, None]
        return np.asarray(log_cost - cheaper)

    def checks(self, base: Baseline, hats: tuple[Array, ...], output: Array) -> tuple[Gap, ...]:
        """Return how far sales are from what is claimed; of who has left, if they are more."""
        if self.scale == 0.0:
            return ()
        before, claimed = base.gross_output, base.gross_output * np.exp(hats[0])
        gap = np.divide(output - claimed, claimed, out=np.zeros_like(output), where=before > 0)
        left = claimed <= CLOSED * (1.0 + 1e-9) * before
        return (Gap("scale", np.where(left, np.maximum(gap, 0.0), gap)),)


@lru_cache(maxsize=KEPT_BASELINES)
def _newton(known: Known, scale: float) -> Staying:
    """Return Newton's step on each industry's sales: more of one seller is less of the others.

    At given costs and spending ln Y' = a (ln Y - what buyers find at all sellers), a being the
    scale. What prices do with it is steered as well.
    """
    base = known.base
    one = np.eye(len(base.value_added))
    a, sectors = min(scale, MOST_STEERED), len(base.trade_elasticity)
    own, price = [], []
    for theta, pi, spent, made, tariff in zip(
        base.trade_elasticity,
        base.trade_share,
        base.expenditure,
        base.gross_output,
        base.tariff,
        strict=True,
    ):
        bought = pi * spent[:, None] / (1.0 + tariff)
        to = np.divide(bought, bought.sum(axis=0), out=np.zeros_like(bought), where=made > 0).T
        step = np.linalg.inv(one - a * (one - to @ pi) * (made > 0)[:, None])
        own.append(step)
        price.append(-a / theta * pi @ step)
    with_it = np.stack([np.stack(price), np.zeros((sectors, *one.shape))])
    return Staying(np.stack(own), with_it, None, np.eye(sectors))
