"""What is kept of one draw, or of one point of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Draw(NamedTuple):
    """What is kept of one certified draw.

    Attributes:
        arrays: variables of countries and country-sectors, or what else a question keeps.
        figures: what else was read, by name; the same shapes in every draw.
        residual: largest relative residual of any equation.
    """

    arrays: Mapping[str, Array]
    figures: Mapping[str, float | Array]
    residual: float


Kept = Draw | str
"""What is kept of a draw, or the reason why it has no answer."""
