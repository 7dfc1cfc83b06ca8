"""A patched matrix is every state's own matrix: read with ``@``, and on the diagonal."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from countervail.core.patched import Patched

Array = NDArray[np.float64]
SIZES = st.integers(1, 5)


class Matrices(NamedTuple):
    """A matrix, what replaces some of its cells state by state, and every state's own in full."""

    common: Array
    cells: list[NDArray[np.intp]]
    values: list[Array]
    dense: Array
    rng: np.random.Generator


@st.composite
def matrices(draw: st.DrawFn) -> Matrices:
    """Some states change nothing, some every cell, and some set a cell to what it was."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sectors, countries, states = draw(SIZES), draw(SIZES), draw(SIZES)
    common = rng.uniform(0.0, 1.0, (sectors, countries, countries))
    common[rng.random(common.shape) < 0.2] = 0.0
    cells, values = [], []
    dense = np.repeat(common[None], states, axis=0)
    for s in range(states):
        part = draw(st.sampled_from([0.0, 0.3, 1.0]))
        at = np.flatnonzero(rng.random(common.size) < part)
        new = np.where(rng.random(len(at)) < 0.3, common.reshape(-1)[at], rng.random(len(at)))
        dense[s].reshape(-1)[at] = new
        cells.append(at)
        values.append(new)
    return Matrices(common, cells, values, dense, rng)


@given(matrices(), st.booleans(), st.booleans())
def test_a_product_is_each_states_own(made: Matrices, some: bool, turned: bool) -> None:
    count, countries = made.common.shape[:2]
    sectors = np.flatnonzero(made.rng.random(count) < 0.5) if some else None
    held = np.arange(count) if sectors is None else sectors
    patched = Patched.of(made.common, made.cells, made.values, sectors=sectors, seller_first=turned)
    dense = made.dense[:, held].swapaxes(2, 3) if turned else made.dense[:, held]
    columns = made.rng.uniform(0.0, 1.0, (len(held), countries, len(made.cells)))
    kept = columns.copy()
    product = patched @ columns
    assert np.array_equal(columns, kept)
    assert product.shape == columns.shape
    assert np.allclose(product, np.einsum("sjni,jis->jns", dense, columns), rtol=1e-13, atol=1e-14)


@given(matrices())
def test_the_diagonal_is_each_states_own(made: Matrices) -> None:
    patched = Patched.of(made.common, made.cells, made.values)
    own = np.einsum("sjnn->jns", made.dense)
    assert np.allclose(patched.diagonal(axis1=1, axis2=2), own, rtol=1e-13, atol=1e-15)


@given(matrices())
def test_the_matrix_itself_is_left_as_it_was(made: Matrices) -> None:
    kept = made.common.copy()
    patched = Patched.of(made.common, made.cells, made.values, seller_first=True)
    assert np.array_equal(made.common, kept)
    # and what a state sets to what stood there is no difference
    assert patched.difference.nnz == sum(
        int((values != kept.reshape(-1)[cells]).sum())
        for cells, values in zip(made.cells, made.values, strict=True)
    )


def test_one_state_does_not_reach_another() -> None:
    """What overflows in one column stays in it."""
    common = np.ones((2, 3, 3))
    patched = Patched.of(common, [np.array([0]), np.array([1])], [np.zeros(1), np.zeros(1)])
    columns = np.ones((2, 3, 2))
    columns[:, :, 1] = np.nan
    assert np.isfinite((patched @ columns)[:, :, 0]).all()
