"""Knowing a baseline again: what depends on it alone is found once, for many questions."""

from __future__ import annotations

from countervail.core.model import Baseline

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
