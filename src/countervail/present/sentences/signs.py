"""The sign of an effect: what its range and its draws say of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

import numpy as np

from countervail.present.numbers import NOTHING_PER_CENT
from countervail.quantiles import Range

PROBABLE = 0.9
"""Share of draws on one side of zero from which an effect is probable."""


class EffectSign(Enum):
    """What may be said of an effect."""

    LOSES = "loses"
    GAINS = "gains"
    PROBABLY_LOSES = "probably_loses"
    PROBABLY_GAINS = "probably_gains"
    UNCLEAR = "unclear"
    NONE = "none"

    @property
    def clear(self) -> bool:
        """Whether the direction is said."""
        return self not in (EffectSign.UNCLEAR, EffectSign.NONE)

    @property
    def certain(self) -> bool:
        """Whether the whole range lies on one side of zero."""
        return self in (EffectSign.LOSES, EffectSign.GAINS)


class Sides(NamedTuple):
    """The shares of draws on each side of zero; NaN where nothing was drawn."""

    below: float = np.nan
    above: float = np.nan

    @classmethod
    def of(cls, draws: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Sides:
        """Return the shares of draws, [draw], NaN where one has no answer."""
        there = draws[np.isfinite(draws)]
        if there.size == 0:
            return cls()
        return cls(float((there < 0).mean()), float((there > 0).mean()))

    def as_dict(self) -> Mapping[str, float | None]:
        """Return the two by name, JSON-able."""
        return {
            "below_zero": None if np.isnan(self.below) else self.below,
            "above_zero": None if np.isnan(self.above) else self.above,
        }


def drawn(of: Range) -> bool:
    """Return whether a figure has a range."""
    return bool(np.isfinite(of.p05) and np.isfinite(of.p95))


def sign_of(per_cent: Range, sides: Sides = Sides()) -> EffectSign:  # noqa: B008
    """Return what may be said of an effect.

    Without a range the point answer's own sign. With one: its two ends on one side of zero, else
    nine draws of ten there; an effect that is nothing to the point and in all draws is none.

    Args:
        per_cent: of what it is an effect on.
        sides: shares of draws on each side of zero.
    """
    if not drawn(per_cent):
        if abs(per_cent.value) < NOTHING_PER_CENT:
            return EffectSign.NONE
        return EffectSign.GAINS if per_cent.value > 0 else EffectSign.LOSES
    low, high = per_cent.p05, per_cent.p95
    if max(abs(per_cent.value), abs(low), abs(high)) < NOTHING_PER_CENT:
        return EffectSign.NONE
    if low > 0 or high < 0:
        return EffectSign.GAINS if low > 0 else EffectSign.LOSES
    if sides.above >= PROBABLE:
        return EffectSign.PROBABLY_GAINS
    if sides.below >= PROBABLE:
        return EffectSign.PROBABLY_LOSES
    return EffectSign.UNCLEAR
