"""Quantile functions: what is stated is met, and nothing else is made up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countervail.quantiles import among, two_piece

U = st.floats(0.001, 0.999)


@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_a_two_piece_normal_has_the_percentiles_stated(a: float, b: float, c: float) -> None:
    low, value, high = sorted((a, b, c))
    assert two_piece(0.05, low, value, high) == pytest.approx(low)
    assert two_piece(0.5, low, value, high) == pytest.approx(value)
    assert two_piece(0.95, low, value, high) == pytest.approx(high)


@given(U, U)
def test_quantiles_rise(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert two_piece(low, 0.5, 1.0, 2.0) <= two_piece(high, 0.5, 1.0, 2.0)
    assert among(low, [3.0, 1.0, 9.0]) <= among(high, [3.0, 1.0, 9.0])


@given(st.lists(st.floats(0.05, 65.0), min_size=1, max_size=9), U)
def test_published_values_bound_what_is_drawn(values: list[float], u: float) -> None:
    assert min(values) * (1 - 1e-12) <= among(u, values) <= max(values) * (1 + 1e-12)


def test_published_values_stand_at_their_places() -> None:
    values = [2.0, 8.0, 4.0]
    for u, expected in ((1 / 6, 2.0), (0.5, 4.0), (5 / 6, 8.0), (1 / 3, np.sqrt(8.0))):
        assert among(u, values) == pytest.approx(expected)
