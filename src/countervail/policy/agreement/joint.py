"""Several players' tariffs set together: one vector of rates, and what it is worth to each of them.

Every evaluation takes one equilibrium and one gradient, however many players and rates there are:
the weights of countries in the aim are read from the welfare found, then the gradient is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.policy.evaluator import Criteria
from countervail.policy.rates.instruments import Instruments

Array = NDArray[np.float64]

Worth = Callable[[Array], tuple[float, Array]]
"""What gains are worth, and the derivative: from per cent, [player], to a value and [player]."""


class Joint:
    """An aim about several players' gains.

    Args:
        shares: weight of each country's welfare in a player's, [player, country].
        threat: what each player has without agreement, per cent relative to the law, [player].
        worth: what gains are worth; default all the same.
    """

    reads_flows = False

    def __init__(self, shares: Array, threat: Array, worth: Worth | None = None) -> None:
        self.shares, self.threat = shares, threat
        self.worth: Worth = worth or weighted(np.full(len(shares), 1.0 / len(shares)))

    def gains(self, welfare: Array) -> Array:
        """Return what each player gains over the threat, per cent, [player]."""
        return np.asarray(self.shares @ welfare - self.threat)

    def read(self, found: Mapping[str, Array]) -> Criteria:
        """Return what gains are worth; countries weigh as gains weigh here."""
        value, weight = self.worth(self.gains(found["welfare"]))
        return Criteria(np.array([value]), ({"welfare": weight @ self.shares},))


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


def weighted(weight: Array) -> Worth:
    """Return the weighted sum of gains."""
    return lambda gains: (float(weight @ gains), weight)


def least(weight: Array, sharpness: float) -> Worth:
    """Return a smooth stand-in for the smallest gain: -ln(sum of weight x exp(-k gain)) / k.

    With the weights set to its own derivative again and again it becomes the smallest gain itself
    (Kort and Bertsekas 1972, exponential multipliers).
    """

    def worth(gains: Array) -> tuple[float, Array]:
        lowest = gains.min()
        parts = weight * np.exp(-sharpness * (gains - lowest))
        return float(lowest - np.log(parts.sum()) / sharpness), parts / parts.sum()

    return worth


def product(floor: float) -> Worth:
    """Return the sum of logs of gains; below a floor their parabola goes on, so that it exists."""

    def worth(gains: Array) -> tuple[float, Array]:
        above = np.maximum(gains, floor)
        below = np.minimum(gains - floor, 0.0) / floor
        value = np.log(above) + below - below**2 / 2.0
        return float(value.sum()), 1.0 / above - below / floor

    return worth
