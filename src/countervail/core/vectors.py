"""The unknowns of several states as vectors, one a row, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from countervail.core.model import Array, Baseline, Hats


def pack(hats: Sequence[Array]) -> Array:
    """Return hats, or some of them, as vectors, [s, unknown]."""
    states = hats[0].shape[-1]
    return np.ascontiguousarray(np.concatenate([h.reshape(-1, states) for h in hats]).T)


def unpack(point: Array, base: Baseline) -> Hats:
    """Return the unknowns of vectors [s, unknown]."""
    sectors, countries = base.expenditure.shape
    turned = np.ascontiguousarray(point.T)
    shape, last = (sectors, countries, len(point)), countries + sectors * countries
    price, expenditure = turned[countries:last], turned[last:]
    return Hats(turned[:countries], price.reshape(shape), expenditure.reshape(shape))
