"""Knowing a baseline again: what depends on it alone is found once, for many questions."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

from countervail.core.model import Baseline

Found = TypeVar("Found")

KEPT_BASELINES = 4
"""Baselines whose own things are remembered: a world is asked many questions."""


class Known:
    """A baseline, told from others by its arrays themselves, not by what is in them.

    Arrays of a baseline are never written to; while it is remembered, they live.

    Attributes:
        base: the baseline.
    """

    def __init__(self, base: Baseline) -> None:
        self.base = base
        self._own = tuple(id(part) for part in base)

    def __hash__(self) -> int:
        return hash(self._own)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Known) and self._own == other._own


def kept(function: Callable[[Baseline], Found]) -> Callable[[Baseline], Found]:
    """Return a function of a baseline alone that remembers what it found of the last few.

    What JAX traces is found anew: it stands for numbers and is none.
    """

    @lru_cache(maxsize=KEPT_BASELINES)
    def remembered(known: Known) -> Found:
        return function(known.base)

    @wraps(function)
    def found(base: Baseline) -> Found:
        return remembered(Known(base)) if _of_numbers(base) else function(base)

    return found


def _of_numbers(base: Baseline) -> bool:
    goods = () if base.goods is None else base.goods
    return not any(hasattr(part, "aval") for part in (*base, *goods))
