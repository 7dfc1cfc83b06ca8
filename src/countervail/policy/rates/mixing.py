"""Anderson mixing (Anderson 1965, "Iterative Procedures for Nonlinear Integral Equations").

A step towards a fixed point is corrected by those before it: the combination of past steps that
would have cancelled this one says where it would have led.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Mixer:
    """Mixes steps towards a fixed point, of vectors [unknown] in units that make them alike.

    Args:
        memory: steps that are mixed, at most.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._last: tuple[Array, Array] | None = None
        self._shifts: list[Array] = []
        self._changes: list[Array] = []

    def move(self, point: Array, step: Array) -> Array:
        """Return the move from a point, from the step suggested there and from those before."""
        if self._last is not None:
            self._shifts = [*self._shifts, point - self._last[0]][-self._memory :]
            self._changes = [*self._changes, step - self._last[1]][-self._memory :]
        self._last = point, step
        if not self._changes:
            return step
        change = np.array(self._changes).T
        mixing = np.linalg.lstsq(change, step, rcond=1e-10)[0]
        move: Array = step - (np.array(self._shifts).T + change) @ mixing
        return move
