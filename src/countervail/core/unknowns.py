"""The unknowns of a model as named blocks: packed into vectors, one a state, and back.

Wages, prices and expenditure are every model's; a choice may add blocks of its own, which follow
them in the order of the slots. Batches, block sizes and stopping rules read this list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np

from countervail.core.known import KEPT_BASELINES
from countervail.core.model import Array, Baseline, Hats, Unknown

WAGE = Unknown("wage", ("country",))
PRICE = Unknown("price", ("sector", "country"), "trade_elasticity")
EXPENDITURE = Unknown("expenditure", ("sector", "country"))

COMMON = (WAGE, PRICE, EXPENDITURE)
"""The unknowns of every model, in their order."""

FEW_STATES = 4
"""So many states, or fewer, are as many vectors; more are the columns of a matrix."""


def guess(unknowns: Iterable[Unknown], base: Baseline) -> Hats:
    """Return no change of anything: zeros, of one state."""
    return Hats.of(np.zeros((*one.shape(base), 1)) for one in unknowns)


def count(unknowns: Iterable[Unknown], base: Baseline) -> int:
    """Return how many numbers are unknown in one state."""
    return sum(one.size(base) for one in unknowns)


def pack(arrays: Sequence[Array]) -> Array:
    """Return blocks as vectors, [s, unknown]."""
    states = arrays[0].shape[-1]
    if states <= FEW_STATES:
        rows = [one.transpose(-1, *range(one.ndim - 1)).reshape(states, -1) for one in arrays]
        return np.concatenate(rows, axis=1)
    return np.ascontiguousarray(np.concatenate([one.reshape(-1, states) for one in arrays]).T)


def unpack(point: Array, unknowns: Sequence[Unknown], base: Baseline) -> Hats:
    """Return the unknowns of vectors [s, unknown]."""
    return Hats.of(parted(point, unknowns, base))


def parted(point: Array, unknowns: Sequence[Unknown], base: Baseline) -> tuple[Array, ...]:
    """Return some blocks of unknowns from their vectors [s, unknown], the state last.

    Few states stay rows in memory: what is done to an array is then done to one after the other.
    """
    states = len(point)
    if states <= FEW_STATES:
        return tuple(
            point[:, first:last].reshape(states, *shape).transpose(*range(1, len(shape) + 1), 0)
            for shape, first, last in _places(unknowns, base)
        )
    turned = np.ascontiguousarray(point.T)
    return tuple(
        turned[first:last].reshape(*shape, states) for shape, first, last in _places(unknowns, base)
    )


def shaped(point: Any, unknowns: Sequence[Unknown], base: Baseline) -> Hats:
    """Return the blocks of one state's vector, with an axis of one state; NumPy or JAX."""
    return Hats.of(
        point[first:last].reshape(*shape, 1) for shape, first, last in _places(unknowns, base)
    )


def stopping_scale(unknowns: Iterable[Unknown], base: Baseline, trade_elasticity: Array) -> Array:
    """Return what each residual counts for, [s, unknown].

    Args:
        unknowns: the blocks.
        base: baseline.
        trade_elasticity: theta of the states [j, s].
    """
    theta = np.maximum(1.0, trade_elasticity)
    one = np.ones_like(theta[0])

    def counts(block: Unknown) -> Array:
        each = theta[:, None, :] if block.counts == "trade_elasticity" else one
        return np.broadcast_to(each, (*block.shape(base), len(one)))

    return pack([counts(block) for block in unknowns])


def _places(
    unknowns: Sequence[Unknown], base: Baseline
) -> tuple[tuple[tuple[int, ...], int, int], ...]:
    """Return each block's shape, and where it begins and ends in a vector."""
    return _placed(tuple(unknowns), tuple(base.sizes.items()))


@lru_cache(maxsize=KEPT_BASELINES)
def _placed(
    unknowns: tuple[Unknown, ...], sizes: tuple[tuple[str, int], ...]
) -> tuple[tuple[tuple[int, ...], int, int], ...]:
    shapes = [one.of(dict(sizes)) for one in unknowns]
    ends = list(accumulate(map(prod, shapes)))
    return tuple(zip(shapes, [0, *ends[:-1]], ends, strict=True))
