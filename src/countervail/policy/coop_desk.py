"""Several players' tariffs set together: one vector of rates, and what it is worth to each of them.

Every look takes one equilibrium and one gradient, however many players and rates there are: the
weights of countries in the aim are read from the welfare found, then the gradient is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.core import levers
from countervail.policy.desk import SOLVE_TO, Desk, Look, _every_sector
from countervail.policy.ground import Ground
from countervail.policy.instruments import Instruments

Array = NDArray[np.float64]

Aim = Callable[[Array], tuple[float, Array]]
"""What gains are worth, and the derivative: from per cent, [player], to a value and [player]."""


class JointDesk(Desk):
    """Evaluates an aim about several players' gains, at rates of all of them.

    Args:
        ground: the law as it stands.
        sets: what each player sets.
        shares: weight of each country's welfare in a player's, [player, country].
        threat: what each player has without agreement, per cent relative to the law, [player].

    Attributes:
        aim: what is maximised.
        gains: per cent, at the last look, [player].
    """

    def __init__(
        self, ground: Ground, sets: Sequence[Instruments], shares: Array, threat: Array
    ) -> None:
        joint = stacked(sets)
        super().__init__(ground.model, ground.base, ground.before, joint, shares.sum(axis=0))
        self.shares, self.threat = shares, threat
        self.aim: Aim = weighted(np.full(len(sets), 1.0 / len(sets)))
        self.gains = np.zeros(len(sets))
        self._cuts = np.cumsum([len(own) for own in sets])[:-1]

    def look(self, rates: Array) -> Look:
        """Return what rates are worth.

        Raises:
            NoEquilibrium: there is none at these rates.
            NotCertified: it was not found, or has no derivative.
        """
        from countervail.core import compiled
        from countervail.core import derivative as core

        shock = self.instruments.placed(self.base, self.law, rates)
        weights = _every_sector(self.model.prepare(self.base, shock))
        solved = compiled.solve(self.model, self.base, weights, SOLVE_TO, self._near)
        self._near, self.evaluations = solved.hats, self.evaluations + 1
        welfare = self._welfare(solved.totals, shock)
        self.gains = self.shares @ welfare - self.threat
        value, worth_of_gains = self.aim(self.gains)
        self.weight = worth_of_gains @ self.shares
        pair = core.Pair(*self._placed, core.Point(solved.hats, weights))
        _, worth = core.gradient(self.model, pair, "welfare", self.weight)
        slopes = levers.pull(self.base, shock, worth).tariff
        return Look(
            value=value,
            welfare=welfare,
            slope=self.instruments.total(slopes[self.instruments.cells]),
            curvature=self._curvature(weights, solved.totals, rates),
            hats=solved.hats,
        )

    def apart(self, rates: Array) -> tuple[Array, ...]:
        """Return the rates of each player, [instrument]."""
        return tuple(np.split(rates, self._cuts))


def stacked(sets: Sequence[Instruments]) -> Instruments:
    """Return what several players set as one set, theirs one after another."""
    offsets = np.cumsum([0, *(len(own) for own in sets)])[:-1]

    def joined(name: str) -> Any:
        return np.concatenate([getattr(own, name) for own in sets])

    line_of = np.full_like(sets[0].line_of, -1)
    for own, offset in zip(sets, offsets, strict=True):
        line_of = np.where(own.line_of >= 0, own.line_of + offset, line_of)
    return Instruments(
        partner=joined("partner"),
        sector=joined("sector"),
        low=joined("low"),
        high=joined("high"),
        of=np.concatenate([own.of + offset for own, offset in zip(sets, offsets, strict=True)]),
        cell_sector=joined("cell_sector"),
        cell_importer=joined("cell_importer"),
        cell_exporter=joined("cell_exporter"),
        line_of=line_of,
        notes=tuple(dict.fromkeys(note for own in sets for note in own.notes)),
    )


def weighted(weight: Array) -> Aim:
    """Return the weighted sum of gains."""
    return lambda gains: (float(weight @ gains), weight)


def least(weight: Array, sharpness: float) -> Aim:
    """Return a smooth stand-in for the smallest gain: -ln(sum of weight x exp(-k gain)) / k.

    With the weights set to its own derivative again and again it becomes the smallest gain itself
    (Kort and Bertsekas 1972, exponential multipliers).
    """

    def aim(gains: Array) -> tuple[float, Array]:
        lowest = gains.min()
        parts = weight * np.exp(-sharpness * (gains - lowest))
        return float(lowest - np.log(parts.sum()) / sharpness), parts / parts.sum()

    return aim


def product(floor: float) -> Aim:
    """Return the sum of logs of gains; below a floor their parabola goes on, so that it exists."""

    def aim(gains: Array) -> tuple[float, Array]:
        above = np.maximum(gains, floor)
        below = np.minimum(gains - floor, 0.0) / floor
        value = np.log(above) + below - below**2 / 2.0
        return float(value.sum()), 1.0 / above - below / floor

    return aim
