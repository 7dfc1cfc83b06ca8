"""Bargaining over a finite set of packages, on plain numbers: gains [package, party].

A gain is what a package is worth to a party less what no deal is worth to it. Nothing can be paid
on the side (no transfers), and lotteries over packages are not considered, so the set is discrete:
what is chosen is always one of the packages. A package without a value (NaN) is never chosen.

``tolerance`` is the difference, in the unit of the gains, below which two values are one; ``same``
the relative difference below which two products (or ratios) are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def efficient(gains: Array, tolerance: float = 0.0) -> Mask:
    """Return which packages no other one dominates: the Pareto frontier, [package].

    One package dominates another when every party gets at least as much under it (less
    ``tolerance``) and the parties together get more (by ``tolerance`` for each of them); with a
    tolerance of zero that is the usual definition.
    """
    known: Mask = np.asarray(np.isfinite(gains).all(axis=1))
    kept = known.copy()
    slack = tolerance * gains.shape[1]
    for k in np.flatnonzero(known):
        more = gains[known] - gains[k]
        kept[k] = not ((more >= -tolerance).all(axis=1) & (more.sum(axis=1) > slack)).any()
    return kept


def all_gain(gains: Array, tolerance: float = 0.0) -> Mask:
    """Return the packages from which every party gains, [package]."""
    return np.asarray((gains > tolerance).all(axis=1))  # NaN is not above anything


def acceptable(gains: Array, tolerance: float = 0.0) -> Mask:
    """Return the packages from which no party loses (individually rational), [package]."""
    return np.asarray((gains >= -tolerance).all(axis=1))


def ideal(gains: Array, tolerance: float = 0.0) -> Array:
    """Return the most each party gains under any package from which no party loses, [party].

    NaN where there is no such package.
    """
    free = acceptable(gains, tolerance)
    return gains[free].max(axis=0) if free.any() else np.full(gains.shape[1], np.nan)


def nash_points(gains: Array, tolerance: float = 0.0, same: float = 0.0) -> tuple[int, ...]:
    """Return the packages that make the product of all gains largest, in their order.

    Nash (1950), "The Bargaining Problem", Econometrica 18(2), on the packages themselves instead of
    a convex set. None where there is no package from which every party gains.
    """
    open_ = all_gain(gains, tolerance) & efficient(gains, tolerance)
    product = np.full(len(gains), -np.inf)
    product[open_] = np.log(gains[open_]).sum(axis=1)
    return _largest(product, np.log1p(same))


def relative_gains(gains: Array, tolerance: float = 0.0) -> Array:
    """Return gains as parts of what each party gains at its ideal, [package, party]."""
    best = ideal(gains, tolerance)
    if not (best > tolerance).all():
        return np.full_like(gains, np.nan)
    return np.asarray(gains / best)


def kalai_smorodinsky_points(
    gains: Array, tolerance: float = 0.0, same: float = 0.0
) -> tuple[int, ...]:
    """Return the packages nearest to the ray from no deal to the ideal point, in their order.

    Nearest is: the smallest of the parties' relative gains is as large as it can be; among equals
    the second smallest, and so on. Kalai and Smorodinsky (1975), "Other Solutions to Nash's
    Bargaining Problem", Econometrica 43(3), have the ideal point and the ray; on a convex set this
    is their point. None where there is no package from which every party gains.
    """
    open_ = all_gain(gains, tolerance) & efficient(gains, tolerance)
    parts = np.sort(relative_gains(gains, tolerance), axis=1)
    left: tuple[int, ...] = tuple(int(k) for k in np.flatnonzero(open_))
    for column in parts.T:
        score = np.full(len(gains), -np.inf)
        score[list(left)] = column[list(left)]
        left = _largest(score, same)
    return left


def most_even_points(gains: Array, tolerance: float = 0.0, same: float = 0.0) -> tuple[int, ...]:
    """Return the packages that split their sum most evenly, in their order.

    Gains must be in one unit for all parties, such as USD million: the part of the sum that goes to
    the party with the smallest part is as large as it can be. Among equals, those with the largest
    sum. None where there is no package from which every party gains.
    """
    open_ = all_gain(gains, tolerance)
    part = np.full(len(gains), -np.inf)
    part[open_] = gains[open_].min(axis=1) / gains[open_].sum(axis=1)
    left = list(_largest(part, same))
    total = np.full(len(gains), -np.inf)
    total[left] = gains[left].sum(axis=1)
    return _largest(total, same * abs(total[left]).max(initial=0.0))


def least_points(
    gains: Array, party: int, tolerance: float = 0.0, same: float = 0.0
) -> tuple[int, ...]:
    """Return the packages under which one party still gains, and gains least, in their order.

    None where it gains under no package.
    """
    own = gains[:, party]
    score = np.where(own > tolerance, -own, -np.inf)
    return _largest(score, same * abs(score[np.isfinite(score)]).max(initial=0.0))


def _largest(score: Array, slack: float) -> tuple[int, ...]:
    """Return the places of the largest score, to within some slack; none where all are -inf."""
    top = score.max(initial=-np.inf)
    if top == -np.inf:
        return ()
    return tuple(int(k) for k in np.flatnonzero(score >= top - slack))
