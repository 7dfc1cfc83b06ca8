"""Whether an equilibrium stands: whether what a small move of it implies is a smaller one.

Where makers buy from each other and cost less the more they make, a move may imply a larger one in
its own direction. Then the equilibrium is none that an economy would stay in, and there are others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from countervail.core.model import Array
from countervail.core.solver import Step

NUDGE_LOG = 1e-6

MOST_DENSE = 400
"""Unknowns of which the whole derivative is made; of more, only its largest part is searched."""

SEARCHED = 20
"""Directions kept in the search, and the relative error that ends it."""
SEARCHED_TO = 1e-2


class Response(NamedTuple):
    """The move that grows most, or fades least.

    Attributes:
        size: by how much it is answered in its own direction.
        move: of each unknown [unknown].
    """

    size: float
    move: Array


def response(implied: Callable[[Array], Array], step: Step, at: Array) -> Response:
    """Return the move that grows most, or fades least, and by how much it is answered.

    That is the largest real part of the eigenvalues of what the search makes of a move, which is 1
    where the derivative of the map has an eigenvalue of 1: beyond, moves feed on themselves.

    Args:
        implied: the map, [s, unknown] to the same.
        step: what the unknowns move on their gaps; it counts neither for the sign nor for 1.
        at: the equilibrium, [1, unknown].
    """
    from scipy.sparse.linalg import LinearOperator, eigs

    still = implied(at)

    def moved(moves: Array) -> Array:
        """Return what a step of the search leaves of errors, [s, unknown]."""
        size = np.maximum(np.abs(moves).max(axis=1, keepdims=True), 1e-300) / NUDGE_LOG
        gap = size * (implied(at + moves / size) - still) - moves
        return np.asarray(moves + step.taken(gap))

    unknowns = at.shape[1]
    if unknowns <= MOST_DENSE:
        found, moves = np.linalg.eig(moved(np.eye(unknowns)).T)
        return _largest(found, moves)
    found, moves = eigs(
        LinearOperator(
            (unknowns, unknowns), matvec=lambda move: moved(np.real(move).reshape(1, -1))[0]
        ),
        k=1,
        which="LR",
        ncv=SEARCHED,
        tol=SEARCHED_TO,
        v0=np.random.default_rng(0).normal(size=unknowns),
    )
    return _largest(found, moves)


def _largest(found: Array, moves: Array) -> Response:
    """Return the largest of eigenvalues by their real part, with its vector, a column."""
    most = int(np.argmax(found.real))
    return Response(float(found[most].real), np.real(moves[:, most]))
