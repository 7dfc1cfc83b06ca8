"""From the tables' 50 sectors to the built-in world's 37."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from world_build.inputs import Tables

Array = NDArray[np.float64]


def membership(fine: tuple[str, ...], coarse: tuple[str, ...]) -> Array:
    """Return the 0/1 matrix [fine, coarse] of which sector goes where."""
    target = list(fine) if fine == coarse else [labels.sectors()[code].group37 for code in fine]
    matrix = np.zeros((len(fine), len(coarse)))
    for row, code in enumerate(target):
        matrix[row, coarse.index(code)] = 1.0
    return matrix


def merge(tables: Tables, sectors: tuple[str, ...]) -> Tables:
    """Return the tables over fewer sectors; every flow is a sum."""
    member = membership(tables.sectors, sectors).astype(bool).T

    def last(flows: Array) -> Array:
        # sums in a fixed order, not a matrix product: the same bits on every machine
        columns = []
        for inside in member:
            first, *others = np.flatnonzero(inside)
            column = flows[..., first].copy()
            for s in others:
                column += flows[..., s]
            columns.append(column)
        return np.stack(columns, axis=-1)

    return Tables(
        tables.countries,
        sectors,
        last(tables.X),
        last(tables.ZI),
        last(last(tables.TT).swapaxes(1, 2)).swapaxes(1, 2),
        last(tables.GO),
        last(tables.VA),
        last(tables.TLS),
    )


def abroad(flows: Array) -> Array:
    """Return flows [i, n, s] without domestic ones."""
    cross = flows.copy()
    n = np.arange(len(flows))
    cross[n, n] = 0.0
    return cross
