"""Sobol indices: what part of a figure's variance is whose, alone and together with others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BOOTSTRAP_SAMPLES = 500
"""Samples of the bootstrap."""


class Indices(NamedTuple):
    """Parts of the variance of a figure, [group], each with its 5 and 95 per cent, [group].

    Attributes:
        first: of the group alone: what would go if it were known.
        first_low, first_high: range of that by the bootstrap.
        total: of the group and whatever it does together with others.
        total_low, total_high: likewise.
    """

    first: Array
    first_low: Array
    first_high: Array
    total: Array
    total_low: Array
    total_high: Array


def indices(here: Array, there: Array, mixed: Array, seed: int = 0) -> Indices:
    """Return first-order and total indices from three designs.

    Saltelli, A. et al. (2010), "Variance based sensitivity analysis of model output", Computer
    Physics Communications 181(2), table 2: (b) for first-order, (f), Jansen's, for total indices.

    Args:
        here: the figure at design A, [sample].
        there: at design B, [sample].
        mixed: at A with the columns of one group from B, [group, sample].
        seed: of the bootstrap.
    """
    first, total = _estimates(here, there, mixed)
    rng = np.random.default_rng(seed)
    drawn = [
        _estimates(here[k], there[k], mixed[:, k])
        for k in rng.integers(0, len(here), (BOOTSTRAP_SAMPLES, len(here)))
    ]
    low, high = np.quantile(np.array(drawn), (0.05, 0.95), axis=0)
    return Indices(first, low[0], high[0], total, low[1], high[1])


def _estimates(here: Array, there: Array, mixed: Array) -> tuple[Array, Array]:
    both = np.concatenate([here, there])
    variance = both.var()
    if variance <= 0:
        return np.zeros(len(mixed)), np.zeros(len(mixed))
    # about the mean: the estimate is the same, its error far smaller
    first = ((there - both.mean()) * (mixed - here)).mean(axis=1) / variance
    total = 0.5 * ((here - mixed) ** 2).mean(axis=1) / variance
    return np.asarray(first), np.asarray(total)
