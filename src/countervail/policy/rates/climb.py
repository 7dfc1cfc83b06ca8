"""The search for the best rates within bounds: quickly near, then as near as numbers go.

First steps that move every rate to where it would be best if it stood alone; then L-BFGS-B (Byrd,
Lu, Nocedal, Zhu 1995) on rates scaled by the square root of their curvature, scaled anew where
that has changed; then Anderson mixing of the first kind of step, which needs slopes only and goes
on where differences of the objective are lost in rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.policy.evaluator import Evaluated
from countervail.policy.rates.mixing import Mixer

Array = NDArray[np.float64]
Evaluate = Callable[[Array], Evaluated]

MOST_LEAPS = 4
"""First steps at most, each taken only where it gains."""

STAGE_GAINS = (1e-7, 1e-9, 1e-11, 1e-11)
"""Relative gain at which each stage of L-BFGS-B stops."""

MOST_POLISHING, MIXED_STEPS = 40, 8
"""Last steps at most, and how many of them are mixed."""

SMALL_STEP_RATE = 1e-9
"""A rate is found where a further step would move none by more (in units of the rate)."""

AT_BOUND_RATE = 1e-12
"""A rate this near its bound is on it."""

LEAST_RELATIVE_CURVATURE = 1e-10
"""Curvature below this part of the largest counts as this much: such rates hardly matter."""


class Climbed(NamedTuple):
    """Where a search ended.

    Attributes:
        rates: [instrument].
        seen: what they are worth.
        slope: of the objective per unit of each rate that could still move, [instrument].
        step: how far a further step would move each rate, [instrument].
    """

    rates: Array
    seen: Evaluated
    slope: Array
    step: Array

    @property
    def left(self) -> float:
        """Return an estimate of what could still be gained, in per cent."""
        return float(0.5 * np.abs(self.slope * self.step).sum())

    @property
    def steepest(self) -> float:
        """The largest slope, per cent per percentage point."""
        return float(np.abs(self.slope).max()) / 100.0

    @property
    def longest(self) -> float:
        """How far a further step would move a rate at most, in points."""
        return 100.0 * float(np.abs(self.step).max())

    def at_bounds(self, low: Array, high: Array) -> tuple[int, int]:
        """Return how many rates their lower, and their upper bounds hold."""
        slope = self.seen.slope
        at_low = (self.rates <= low) & (slope < 0)
        at_high = (self.rates >= high) & (slope > 0)
        return int(at_low.sum()), int(at_high.sum())


def climb(evaluate: Evaluate, start: Array, low: Array, high: Array) -> Climbed:
    """Return the best rates near a start, within bounds.

    Args:
        evaluate: what rates are worth.
        start: first rates; what lies outside the bounds is brought inside.
        low, high: bounds, [instrument].
    """
    found = _leaps(evaluate, at_rates(evaluate, np.clip(start, low, high), low, high), low, high)
    for tolerance in STAGE_GAINS:
        before = found.seen.value
        found = _quasi_newton(evaluate, found, low, high, tolerance)
        if found.seen.value - before <= 1e-10 * max(1.0, abs(before)):
            break
    return _polished(evaluate, found, low, high)


def at_rates(evaluate: Evaluate, rates: Array, low: Array, high: Array) -> Climbed:
    """Return what rates are worth, and where they would go, within bounds."""
    # what rounding leaves between a rate and its bound must not count as room to move
    rates = np.where(
        rates - low < AT_BOUND_RATE, low, np.where(high - rates < AT_BOUND_RATE, high, rates)
    )
    return climbed_at(rates, evaluate(rates), low, high)


def climbed_at(rates: Array, seen: Evaluated, low: Array, high: Array) -> Climbed:
    """Return rates with what they are worth and where they would go, within bounds."""
    stuck = (rates <= low) & (seen.slope < 0) | (rates >= high) & (seen.slope > 0)
    slope = np.where(stuck, 0.0, seen.slope)
    step = np.clip(rates + slope / scale(seen), low, high) - rates
    return Climbed(rates, seen, slope, step)


def scale(seen: Evaluated) -> Array:
    """Return curvatures, none too small beside the largest."""
    largest = seen.curvature.max()
    return np.asarray(
        np.maximum(seen.curvature, LEAST_RELATIVE_CURVATURE * largest if largest > 0 else 1.0)
    )


def _leaps(evaluate: Evaluate, found: Climbed, low: Array, high: Array) -> Climbed:
    """Return where steps of every rate by itself lead, as long as they gain.

    They find the way back from rates that leave next to no trade: slopes vanish there, and so
    does the curvature they are divided by.
    """
    for _ in range(MOST_LEAPS):
        if np.abs(found.step).max() < SMALL_STEP_RATE:
            break
        ahead = at_rates(evaluate, found.rates + found.step, low, high)
        if not ahead.seen.value > found.seen.value:
            break
        found = ahead
    return found


def _quasi_newton(
    evaluate: Evaluate, found: Climbed, low: Array, high: Array, tolerance: float
) -> Climbed:
    from scipy.optimize import minimize

    unit = 1.0 / np.sqrt(scale(found.seen))
    best = found

    def downhill(scaled: Array) -> tuple[float, Array]:
        nonlocal best
        here = at_rates(evaluate, np.clip(scaled * unit, low, high), low, high)
        if here.seen.value > best.seen.value:
            best = here
        return -here.seen.value, -here.seen.slope * unit

    minimize(
        downhill,
        found.rates / unit,
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(low / unit, high / unit, strict=True)),
        options={"maxiter": 100, "maxcor": 20, "ftol": tolerance, "gtol": 1e-12},
    )
    return best


def _polished(evaluate: Evaluate, found: Climbed, low: Array, high: Array) -> Climbed:
    """Return rates that a further step would not move, by Anderson mixing of such steps."""
    best, at = found, found
    unit, mixer = np.sqrt(scale(found.seen)), Mixer(MIXED_STEPS)
    for _ in range(MOST_POLISHING):
        if np.abs(at.step).max() < SMALL_STEP_RATE:
            break
        move = mixer.move(at.rates * unit, at.step * unit)
        at = at_rates(evaluate, np.clip(at.rates + move / unit, low, high), low, high)
        if at.left < best.left:
            best = at
        elif at.left > 1e3 * best.left:  # lost: what was found before stands
            break
    return best
