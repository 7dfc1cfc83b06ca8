"""Newton's method on wages: every derivative differenced at once, or none at all (Krylov).

At each step all wages are nudged side by side, and then several lengths of the step are tried side
by side: what would be loops are a few batches. Where no length brings the gap down, ``drift`` goes
on all the same.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from countervail.core.model import Array

NUDGE_LOG = 1e-6
"""Of each log wage in turn, to difference the gap."""

LONGEST_LOG_STEP = 2.0
"""No log wage moves further in one step."""

LENGTHS_OF_STEP = 0.5 ** np.arange(10.0)
"""Parts of a step that are tried side by side."""

LEAST_PROGRESS, MOST_STEPS = 1e-6, 60
"""It stops when no length brings this much, or after so many steps."""

FIRST_TIME, MOST_DRIFT = 1e-3, 60
"""How long the first step of a drift lasts, and how many there are at most."""

LONGEST_LOG_DRIFT, WIDEST_LOG_DRIFT = 1.0, 20.0
"""No log wage drifts further in one step; and one that drifts so far in all will not come back."""


def newton(gap: Callable[[Array], Array], start: Array, tolerance: float) -> Array:
    """Return the point [n] with the smallest gap found.

    Args:
        gap: what should be zero, [n, s] of points [n, s].
        start: first guess, [n].
        tolerance: on the largest gap.
    """
    point = start
    for _ in range(MOST_STEPS):
        here, slope = _differenced(gap, point)
        if not np.isfinite(slope).all() or np.abs(here).max() <= tolerance:
            break
        step = np.linalg.lstsq(slope, -here, rcond=1e-12)[0]
        step *= LONGEST_LOG_STEP / max(LONGEST_LOG_STEP, float(np.abs(step).max()))
        trials = point[:, None] + LENGTHS_OF_STEP * step[:, None]
        sizes = _size(gap(trials))
        if sizes.min() >= (1.0 - LEAST_PROGRESS) * _size(here[:, None])[0]:
            break
        point = trials[:, int(sizes.argmin())]
    return point


def drift(pull: Callable[[Array], Array], start: Array, tolerance: float) -> Array:
    """Return the point [n] that one comes to by following a pull, in implicit Euler steps.

    The way may lead where the pull is stronger for a while, and Newton's would stop there. A step
    lasts the longer, the calmer it is: the last are Newton's.

    Args:
        pull: where to and how fast, [n, s] of points [n, s].
        start: first guess, [n].
        tolerance: on the largest pull.
    """
    point, time = start, FIRST_TIME
    for _ in range(MOST_DRIFT):
        here, slope = _differenced(pull, point)
        if not np.isfinite(slope).all() or np.abs(here).max() <= tolerance:
            break
        if np.abs(point - start).max() > WIDEST_LOG_DRIFT:
            break
        step = np.linalg.lstsq(np.eye(len(point)) / time - slope, here, rcond=1e-12)[0]
        longest = float(np.abs(step).max())
        time *= 2.0 if longest <= LONGEST_LOG_DRIFT else 0.5
        point = point + step * LONGEST_LOG_DRIFT / max(LONGEST_LOG_DRIFT, longest)
    return point


def _differenced(gap: Callable[[Array], Array], point: Array) -> tuple[Array, Array]:
    """Return the gap at a point, [n], and its derivatives there, [n, n]."""
    here = gap(np.column_stack([point, point[:, None] + NUDGE_LOG * np.eye(len(point))]))
    return here[:, 0], (here[:, 1:] - here[:, :1]) / NUDGE_LOG


def _size(gap: Array) -> Array:
    size = np.sqrt((gap**2).sum(axis=0))
    return np.where(np.isfinite(size), size, np.inf)


def newton_krylov(gap: Callable[[Array], Array], start: Array, tolerance: float) -> Array:
    """Return the point [n] that SciPy's Newton-Krylov comes to: for many countries.

    Args:
        gap: what should be zero, [n, s] of points [n, s].
        start: first guess, [n].
        tolerance: on the largest gap.
    """
    from scipy.optimize import NoConvergence
    from scipy.optimize import newton_krylov as search

    def one(point: Array) -> Array:
        # a wild trial point must not drown the others: SciPy squares what it gets
        return np.asarray(np.clip(np.nan_to_num(gap(point[:, None])[:, 0]), -1e3, 1e3))

    try:
        point = search(one, start, f_tol=tolerance, maxiter=30, method="lgmres", inner_maxiter=40)
    except NoConvergence as error:
        point = error.args[0]
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):
        point = start
    return np.asarray(point)
