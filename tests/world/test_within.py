"""Fits by factors are the rounds of proportional fitting, cell by cell."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from countervail.world.carving.within import CLOSE_PART, ROUNDS, within

Array = NDArray[np.float64]


def _line(cells: list[float], goal: float, most: list[float]) -> list[float]:
    """Return one row or column scaled to its total, written out."""
    full = [c >= m and c > 0 for c, m in zip(cells, most, strict=True)]
    held = sum(m for m, is_full in zip(most, full, strict=True) if is_full)
    if held > goal:  # all of it gives way
        part = goal / sum(cells)
        return [min(c * part, m) for c, m in zip(cells, most, strict=True)]
    free = sum(c for c, is_full in zip(cells, full, strict=True) if not is_full)
    part = (goal - held) / free if free > 0 else 1.0
    return [
        m if is_full else min(c * part, m) for c, m, is_full in zip(cells, most, full, strict=True)
    ]


def _round_by_round(pattern: Array, rows: Array, columns: Array, most: Array) -> Array:
    cells = np.where((rows[:, None] > 0) & (columns > 0), pattern, 0.0)
    close = CLOSE_PART * max(rows.max(), columns.max())
    for _ in range(ROUNDS):
        before = cells
        cells = np.array(
            [_line(*one) for one in zip(cells.tolist(), rows, most.tolist(), strict=True)]
        )
        turned = zip(cells.T.tolist(), columns, most.T.tolist(), strict=True)
        cells = np.array([_line(*one) for one in turned]).T
        if np.abs(cells - before).max() <= close:
            break
    return cells * np.minimum(1.0, rows / np.maximum(cells.sum(axis=1), 1e-300))[:, None]


@pytest.mark.parametrize("room", [0.3, 0.6, 1.0, 5.0])
@pytest.mark.parametrize("seed", range(4))
def test_a_fit_by_factors_is_the_fit_round_by_round(seed: int, room: float) -> None:
    rng = np.random.default_rng(seed)
    pattern = rng.lognormal(size=(6, 7)) * (rng.random((6, 7)) > 0.3)
    rows, columns = pattern.sum(axis=1), pattern.sum(axis=0)
    rows = rows * rng.lognormal(sigma=0.5, size=6)
    columns *= rng.lognormal(sigma=0.5, size=7)
    columns *= rows.sum() / columns.sum()
    most = room * pattern.mean() + 0.2 * pattern
    found = within(pattern, rows, columns, most)
    slow = _round_by_round(pattern, rows, columns, most)
    # rounding may end one of them a round sooner
    np.testing.assert_allclose(found, slow, rtol=0, atol=10 * CLOSE_PART * rows.max())
    assert (found <= most).all()
    assert (found.sum(axis=1) <= rows * (1 + 1e-12)).all()
