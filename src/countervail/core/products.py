"""Arrays with the state last, on NumPy and JAX alike: products, rows replaced, entries added to."""

from __future__ import annotations

from typing import Any

import numpy as np

from countervail.core.model import namespace
from countervail.core.unknowns import FEW_STATES


def by_country(matrices: Any, columns: Any) -> Any:
    """Return each country's matrix [n, k, j] times its column of every state [j, n, s], [k, n, s].

    Few states are as many products with vectors, which read a matrix while it is near.
    """
    if not isinstance(columns, np.ndarray) or columns.shape[2] > FEW_STATES:
        return (matrices @ columns.swapaxes(0, 1)).swapaxes(0, 1)
    countries, rows, _ = matrices.shape
    made = np.empty((columns.shape[2], rows, countries))
    np.matmul(
        matrices[:, None],
        columns.transpose(1, 2, 0)[..., None],
        out=made.transpose(2, 0, 1)[..., None],
    )
    return made.transpose(1, 2, 0)


def replaced(array: Any, rows: Any, values: Any) -> Any:
    """Return an array with some rows of its first axis replaced; the array is left as it is."""
    xp = namespace(array, values)
    if xp is not np:
        return xp.asarray(array).at[rows].set(values)
    copy = array.copy(order="K")  # states stay where they are in memory
    copy[rows] = values
    return copy


def added(array: Any, places: tuple[Any, ...], values: Any) -> Any:
    """Return an array with values added at places, which may repeat; it is left as it is."""
    xp = namespace(array, values)
    if xp is not np:
        return xp.asarray(array).at[places].add(values)
    copy = array.copy(order="K")  # states stay where they are in memory
    np.add.at(copy, places, values)
    return copy
