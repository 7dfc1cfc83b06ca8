"""Products of matrices with the columns of states, the state last; NumPy and JAX alike."""

from __future__ import annotations

from typing import Any

import numpy as np

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
