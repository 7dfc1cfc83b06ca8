"""Several players' tariffs set together: one vector of rates, and what it is worth to each of them.

Every look takes one equilibrium and one gradient, however many players and rates there are: the
weights of countries in the aim are read from the welfare found, then the gradient is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.policy.ground import Ground
from countervail.policy.rates.desk import Desk
from countervail.policy.rates.instruments import Instruments

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

    def _value(self, found: Mapping[str, Array]) -> float:
        """Return the aim; countries weigh as it weighs gains here."""
        self.gains = self.shares @ found["welfare"] - self.threat
        value, worth_of_gains = self.aim(self.gains)
        self.weight = worth_of_gains @ self.shares
        return value

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
    return replace(
        sets[0],
        **{name: joined(name) for name in ("partner", "sector", "low", "high")},
        **{name: joined(name) for name in ("cell_sector", "cell_importer", "cell_exporter")},
        line=tuple(name for own in sets for name in own.line),
        of=np.concatenate([own.of + offset for own, offset in zip(sets, offsets, strict=True)]),
        line_of=line_of,
        alone=np.logical_or.reduce([own.alone for own in sets]),
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
