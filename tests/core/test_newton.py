"""Newton on functions whose zeros are known, from starts that are far away."""

from __future__ import annotations

import numpy as np
import pytest

from countervail.core.newton import WIDEST_LOG_DRIFT, drift, newton, newton_krylov


def bent(point: np.ndarray) -> np.ndarray:
    """Zero at (0.5, -1, 2) only; steep on one side and flat on the other."""
    off = point - np.array([0.5, -1.0, 2.0])[:, None]
    return np.arcsinh(5.0 * off) + 0.3 * np.roll(off, 1, axis=0)


@pytest.mark.parametrize("search", [newton, newton_krylov])
@pytest.mark.parametrize("start", [0.0, 1.0, 4.0])
def test_it_comes_to_the_zero(search: object, start: float) -> None:
    found = search(bent, np.full(3, start), 1e-11)  # type: ignore[operator]
    assert np.allclose(found, [0.5, -1.0, 2.0], atol=1e-9)


def test_where_there_is_no_zero_it_stops_near_the_least() -> None:
    found = newton(lambda x: np.exp(x) + 1.0, np.array([3.0]), 1e-10)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("search", [newton, newton_krylov])
def test_what_is_not_a_number_ends_the_search(search: object) -> None:
    with np.errstate(all="ignore"):
        found = search(lambda x: np.log(x - 10.0), np.zeros(2), 1e-10)  # type: ignore[operator]
    assert found.shape == (2,)


def test_a_drift_goes_where_the_pull_is_stronger_for_a_while() -> None:
    """From 0 the pull is to the right, and grows; it is least, for some way, on the left."""

    def pull(x: np.ndarray) -> np.ndarray:
        return 5.0 - x + 3.0 * np.sin(2.0 * x)

    start = np.zeros(1)
    assert abs(pull(newton(pull, start, 1e-10))) > 1.0
    found = drift(pull, start, 1e-10)
    assert abs(pull(found)) <= 1e-10
    assert found > 0.0


def test_a_drift_without_an_end_is_given_up() -> None:
    start = np.zeros(2)
    found = drift(lambda x: np.array([[1.0], [-1.0]]) * np.ones_like(x), start, 1e-10)
    assert WIDEST_LOG_DRIFT < np.abs(found).max() < WIDEST_LOG_DRIFT + 2.0
    with np.errstate(all="ignore"):
        assert (drift(lambda x: np.log(x - 10.0), start, 1e-10) == start).all()
