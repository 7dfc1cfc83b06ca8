"""A figure with its range; quantile functions of what is known by a value and a range."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

NORMAL = NormalDist()
TAIL = 0.05
"""What is stated as low lies at this quantile, what is stated as high at one less it."""

SPREAD = NORMAL.inv_cdf(1.0 - TAIL)


class Range(NamedTuple):
    """A figure with its range: the point answer, and three quantiles of the draws."""

    value: float
    p05: float
    p50: float
    p95: float

    def as_dict(self) -> dict[str, Any]:
        """Return the four numbers by name; what is no number (a ban's price) is None."""
        return {k: v if np.isfinite(v) else None for k, v in self._asdict().items()}


def two_piece(u: float, low: float, value: float, high: float) -> float:
    """Return the quantile u of a two-piece normal distribution.

    Its median is ``value``; 5 per cent lie below ``low`` and 5 per cent above ``high``. Wallis, K.
    (2014), "The two-piece normal, binormal, or double Gaussian distribution", Statistical Science
    29(1), describes the family; here the halves are joined at the median.
    """
    score = NORMAL.inv_cdf(u) / SPREAD
    return value + score * (value - low if score < 0 else high - value)


def among(u: float, values: Sequence[float]) -> float:
    """Return the quantile u of published values, drawn through them in logs, none outside them.

    Sorted values stand at (k - 1/2) / n (Hazen's positions).

    Args:
        u: between 0 and 1.
        values: positive.
    """
    logs = np.log(np.sort(np.asarray(values, dtype=np.float64)))
    places = (np.arange(len(logs)) + 0.5) / len(logs)
    return float(np.exp(np.interp(u, places, logs)))
