"""Finding the guess that reproduces itself: Anderson acceleration of a fixed-point map.

Anderson, D. G. (1965), "Iterative procedures for nonlinear integral equations", Journal of the ACM
12(4); type II as in Walker, H. F. and P. Ni (2011), SIAM Journal on Numerical Analysis 49(4),
kept cheap by updating one row of the Gram matrix a step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from countervail.core.model import Array

Map = Callable[[Array], Array]


class Found(NamedTuple):
    """Where an iteration stopped.

    Attributes:
        point: the last guess.
        residual: largest undamped |map(point) - point| of any block.
        sweeps: evaluations of the map.
        converged: whether the residual is within the tolerance.
    """

    point: Array
    residual: float
    sweeps: int
    converged: bool


class Settings(NamedTuple):
    """How to iterate.

    Attributes:
        memory: differences kept.
        wage_step: part of the implied wage change taken; prices and spending take all of theirs.
        max_sweeps: evaluations of the map at most.
        patience: give up when the residual has not halved in this many sweeps.
    """

    memory: int = 10
    wage_step: float = 0.4
    max_sweeps: int = 400
    patience: int = 60


def anderson(
    implied: Map, start: Array, relaxation: Array, tolerance: float, settings: Settings
) -> Found:
    """Iterate until the undamped residual of every entry is within the tolerance.

    Args:
        implied: the map, flat vector to flat vector.
        start: first guess.
        relaxation: part of the step taken, entry by entry.
        tolerance: on the largest undamped residual.
        settings: memory and limits.
    """
    memory = settings.memory
    steps = np.zeros((memory, start.size))
    changes = np.zeros((memory, start.size))
    gram = np.zeros((memory, memory))
    point, held = start, 0
    last_point = last_move = None
    best, best_at = np.inf, 0
    point_best = start
    for sweep in range(1, settings.max_sweeps + 1):
        gap = implied(point) - point
        residual = float(np.abs(gap).max())
        if not np.isfinite(residual):
            return Found(point_best, np.inf, sweep, False)
        if residual <= tolerance:
            return Found(point, residual, sweep, True)
        if residual < 0.5 * best:
            best, best_at, point_best = residual, sweep, point
        elif sweep - best_at > settings.patience:
            return Found(point_best, best, sweep, False)
        move = relaxation * gap
        if last_point is not None and last_move is not None:
            row = held % memory
            steps[row] = point - last_point
            changes[row] = move - last_move
            held += 1
            kept = min(held, memory)
            gram[row, :kept] = gram[:kept, row] = changes[:kept] @ changes[row]
        last_point, last_move = point, move
        point = point + move
        if held:
            kept = min(held, memory)
            mixing = _least_squares(gram[:kept, :kept], changes[:kept] @ move)
            point = point - mixing @ steps[:kept] - mixing @ changes[:kept]
    return Found(point_best, best, settings.max_sweeps, False)


def _least_squares(gram: Array, right: Array) -> Array:
    """Solve the normal equations with a ridge far below the data, for safety near the end."""
    ridge = 1e-14 * np.trace(gram) * np.eye(len(gram))
    try:
        return np.asarray(np.linalg.solve(gram + ridge, right))
    except np.linalg.LinAlgError:
        return np.zeros_like(right)
