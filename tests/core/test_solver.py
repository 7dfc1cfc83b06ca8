"""Anderson acceleration on maps whose fixed points are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from countervail.core import solver
from countervail.core.solver import Found, Map, Settings, Step

Array = NDArray[np.float64]


def anderson(
    map_: Map, start: Array, relaxation: Array, tolerance: float, settings: Settings
) -> Found:
    """One state."""
    found = solver.anderson(
        lambda x: map_(x[0])[None], start[None], Step(np.diag(relaxation)), tolerance, settings
    )
    return Found(*(part[0] for part in found))


def linear(size: int, radius: float, seed: int = 0) -> tuple[Array, Array, Array]:
    """A map M x + b of a given spectral radius, and its fixed point."""
    rng = np.random.default_rng(seed)
    M = rng.normal(size=(size, size))
    M *= radius / np.abs(np.linalg.eigvals(M)).max()
    b = rng.normal(size=size)
    return M, b, np.linalg.solve(np.eye(size) - M, b)


@pytest.mark.parametrize("radius", [0.1, 0.9, 0.99])
@pytest.mark.parametrize("seed", range(4))
def test_linear_maps(radius: float, seed: int) -> None:
    M, b, fixed = linear(8, radius, seed)
    found = anderson(lambda x: M @ x + b, np.zeros(8), np.ones(8), 1e-11, Settings())
    assert found.converged
    # with a difference for each dimension it is a direct method, but for rounding
    assert found.sweeps <= 20
    assert np.allclose(found.point, fixed, atol=1e-8)


def test_a_map_that_repels_is_solved_too() -> None:
    M, b, fixed = linear(6, 3.0)
    found = anderson(lambda x: M @ x + b, np.zeros(6), np.ones(6), 1e-10, Settings())
    assert found.converged
    assert np.allclose(found.point, fixed, atol=1e-8)


@pytest.mark.parametrize("relaxation", [1.0, 0.4, 0.1])
def test_nonlinear_maps(relaxation: float) -> None:
    start = np.array([0.3, 5.0, 9.0])
    found = anderson(
        lambda x: np.array([np.cos(x[0]), np.sqrt(2.0 + x[1]), (x[2] + 7.0 / x[2]) / 2]),
        start,
        np.full(3, relaxation),
        1e-13,
        Settings(),
    )
    assert found.converged
    assert found.point == pytest.approx([0.7390851332151607, 2.0, np.sqrt(7.0)], abs=1e-12)
    assert start.tolist() == [0.3, 5.0, 9.0]


def test_the_residual_is_undamped() -> None:
    """A tiny step is not a small residual: what counts is |map(x) - x|, not the move."""
    M, b, _ = linear(5, 0.95)

    def map_(x: Array) -> Array:
        return M @ x + b

    for relaxation in (1.0, 1e-3):
        found = anderson(map_, np.ones(5), np.full(5, relaxation), 1e-9, Settings())
        assert found.residual == np.abs(map_(found.point) - found.point).max()
        assert found.converged == (found.residual <= 1e-9)


def test_a_start_at_the_fixed_point_is_returned_as_it_is() -> None:
    found = anderson(lambda x: x, np.arange(4.0), np.ones(4), 1e-12, Settings())
    assert found.converged
    assert (found.residual, found.sweeps) == (0.0, 1)
    assert found.point.tolist() == [0, 1, 2, 3]


def test_a_map_without_a_fixed_point_gives_up_in_time() -> None:
    settings = Settings(max_sweeps=90, patience=20)
    found = anderson(lambda x: x + 1.0, np.zeros(3), np.ones(3), 1e-9, settings)
    assert not found.converged
    assert found.residual >= 1.0
    assert found.sweeps <= 22
    noise = np.random.default_rng(1)
    found = anderson(lambda x: noise.normal(size=3), np.zeros(3), np.ones(3), 1e-9, settings)
    assert not found.converged
    assert found.sweeps <= 90


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_stops_at_the_best_point_so_far(bad: float) -> None:
    def map_(x: Array) -> Array:
        return 0.5 * x if np.abs(x).max() > 0.4 else np.full_like(x, bad)

    found = anderson(map_, np.array([1.0, 0.5]), np.full(2, 0.5), 1e-12, Settings())
    assert not found.converged
    assert found.residual == np.inf
    assert np.isfinite(found.point).all()


def test_one_step_is_a_relaxed_step() -> None:
    seen: list[Array] = []

    def map_(x: Array) -> Array:
        seen.append(x)
        return np.array([1.0, 1.0])

    anderson(map_, np.zeros(2), np.array([0.4, 1.0]), 1e-12, Settings(max_sweeps=2))
    assert seen[1].tolist() == [0.4, 1.0]


def test_states_side_by_side_are_the_states_alone() -> None:
    """Each stops on its own residual, stands still from there, and leaves the others alone."""
    maps = [linear(6, radius, seed) for seed, radius in enumerate((0.1, 0.9, 0.5))]

    def side_by_side(x: Array) -> Array:
        return np.stack([M @ row + b for row, (M, b, _) in zip(x, maps, strict=True)])

    tolerance = np.array([1e-12, 1e-9, 1e-11])
    start = np.zeros((3, 6))
    together = solver.anderson(side_by_side, start, Step(np.eye(6)), tolerance, Settings(memory=4))
    assert together.converged.all()
    for s, (M, b, fixed) in enumerate(maps):
        alone = anderson(
            lambda x, M=M, b=b: M @ x + b, np.zeros(6), np.ones(6), tolerance[s], Settings(memory=4)
        )
        assert together.sweeps[s] == alone.sweeps
        assert together.point[s] == pytest.approx(alone.point, abs=1e-12)
        assert together.point[s] == pytest.approx(fixed, abs=1e-7)


def test_a_state_that_is_lost_does_not_take_the_others_along() -> None:
    def map_(x: Array) -> Array:
        return np.stack([np.full(2, np.nan), 0.5 * x[1] + 1.0, x[2] + 1.0])

    settings = Settings(max_sweeps=80, patience=20)
    found = solver.anderson(map_, np.zeros((3, 2)), Step(np.eye(2)), 1e-12, settings)
    assert found.converged.tolist() == [False, True, False]
    assert found.point[1] == pytest.approx(2.0, abs=1e-11)
    assert np.isfinite(found.point).all()


@pytest.mark.parametrize("radius", [0.3, 0.9])
def test_conditioning_is_what_a_residual_does_to_the_point(radius: float) -> None:
    """For a linear map that has been searched in every direction: the norm of (I - M)^-1."""
    M, b, _ = linear(8, radius)
    found = anderson(lambda x: M @ x + b, np.zeros(8), np.ones(8), 1e-9, Settings(memory=10))
    norm = np.linalg.norm(np.linalg.inv(np.eye(8) - M), 2)
    assert 0.2 * norm <= found.conditioning <= 1.01 * norm


def test_a_scale_says_what_a_residual_counts_for() -> None:
    M, b, _ = linear(5, 0.9)
    scale = np.array([1.0, 100.0, 1.0, 1.0, 1.0])
    found = solver.anderson(
        lambda x: x @ M.T + b, np.zeros((1, 5)), Step(np.eye(5)), 1e-6, Settings(), scale
    )
    assert np.abs((M @ found.point[0] + b - found.point[0]) * scale).max() <= 1e-6
