"""Quantiles of every uncertain input for every draw: scrambled Sobol sequences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError

Array = NDArray[np.float64]

EDGE_PROBABILITY = 2.0**-40
"""No quantile lies nearer to 0 or 1."""


def sample_settings(
    draws: int, answered: int, seed: int, priors: Mapping[str, Any]
) -> dict[str, Any]:
    """Return how draws were made, JSON-able.

    Args:
        draws: how many.
        answered: how many have an answer.
        seed: of the draws.
        priors: file and hash of what was not known.
    """
    return {
        "draws": draws,
        "answered": answered,
        "seed": seed,
        "sample": "scrambled Sobol sequence",
        "priors": dict(priors),
    }


def sobol(draws: int, parameters: int, seed: int) -> Array:
    """Return quantiles [draw, parameter], strictly between 0 and 1.

    The first draws of a longer sample are the shorter one's. Sobol, I. M. (1967), "On the
    distribution of points in a cube", USSR Computational Mathematics 7(4); scrambled as in Owen, A.
    (1998), "Scrambling Sobol' and Niederreiter-Xing points", Journal of Complexity 14(4).

    Args:
        draws: how many, at least 1.
        parameters: uncertain inputs; none is no error.
        seed: of the scrambling.

    Raises:
        InputError: a negative seed.
    """
    if seed < 0:
        raise InputError(f"seed={seed}: give a whole number, 0 or more")
    if parameters == 0:
        return np.zeros((draws, 0))
    from scipy.stats import qmc

    sequence = qmc.Sobol(d=parameters, scramble=True, rng=seed)
    power = max(draws - 1, 0).bit_length()  # a power of two, as the sequence asks for
    return np.asarray(
        np.clip(sequence.random_base2(power)[:draws], EDGE_PROBABILITY, 1.0 - EDGE_PROBABILITY)
    )
