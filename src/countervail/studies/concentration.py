"""How few partners something hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from countervail.core.model import Array


def hhi(values: Array) -> float:
    """Return the Herfindahl-Hirschman index of the parts of a sum, 0 to 1; NaN where there is none.

    The sum of squared shares: 1 where all comes from one, 1/n where it comes evenly from n
    (Hirschman, A. O. 1945, *National Power and the Structure of Foreign Trade*, chapter 6, gives
    its root).
    """
    total = values.sum()
    return float(((values / total) ** 2).sum()) if total > 0 else float("nan")


def makers_of_half(values: Array) -> int:
    """Return how many of the largest parts make half of a sum; 0 where there is none."""
    total = values.sum()
    if total <= 0:
        return 0
    reached = np.cumsum(np.sort(values)[::-1]) >= 0.5 * total * (1.0 - 1e-12)
    return int(np.argmax(reached)) + 1


class Concentration(NamedTuple):
    """How a flow spreads over partners.

    Attributes:
        usd: the flow, USD million.
        hhi: Herfindahl-Hirschman index over partners, 0 to 1; NaN where nothing flows.
        half: how many of the largest partners make half of it.
        first: code of the largest partner; None where nothing flows.
        first_share: its part of the flow, 0 to 1.
    """

    usd: float
    hhi: float
    half: int
    first: str | None
    first_share: float

    @classmethod
    def of(cls, values: Array, countries: Sequence[str]) -> Concentration:
        """Return the concentration of a flow by partner, [country], zero at home."""
        total = float(values.sum())
        if total <= 0:
            return cls(0.0, float("nan"), 0, None, 0.0)
        first = int(np.argmax(values))
        largest = float(values[first]) / total
        return cls(total, hhi(values), makers_of_half(values), countries[first], largest)
