"""The implicit function theorem in the core: where the unknowns move, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from countervail.core import levers
from countervail.core.model import Hats
from countervail.errors import NotCertified
from countervail.models import CaliendoParro
from countervail.state import solve_state

from .small import core, every_kind, solved

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")

from countervail.core import derivative
from countervail.core.derivative import Pair, Point


@pytest.fixture(scope="module")
def case() -> tuple[Any, Any, Pair]:
    """A world, a state of it, and that state beside itself."""
    table, shock = every_kind(3)
    base, state = solved(table, shock)
    point = Point(state.solved.hats, state.weights)
    return core(shock), base, derivative.placed(Pair(base, point, point))


def largest(one: Hats, two: Hats) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(one.blocks, two.blocks, strict=True))


def test_a_displacement_is_right_to_second_order(case: tuple[Any, Any, Pair]) -> None:
    shock, base, pair = case
    model, at = CaliendoParro(), levers.in_force(base, shock)
    dearer = np.full_like(base.tariff, 0.01) * (1.0 - np.eye(4))
    change = levers.none(base, shock)._replace(tariff=dearer)
    moved = derivative.displacement(model, pair.base, pair.after, levers.push(base, shock, change))
    start = Hats.of(np.asarray(part) for part in pair.after.hats.blocks)
    gaps = []
    for step in (1.0, 0.5):
        other = levers.state(at._replace(tariff=at.tariff + step * dearer), None)
        expected = Hats.of(
            one + step * by for one, by in zip(start.blocks, moved.blocks, strict=True)
        )
        gaps.append(largest(solve_state(model, base, other).solved.hats, expected))
        assert gaps[-1] < 0.05 * step**2 * largest(start, expected)
    assert gaps[0] / gaps[1] == pytest.approx(4.0, rel=0.05)


def test_a_variable_of_the_first_state_has_no_slope_in_the_second(
    case: tuple[Any, Any, Pair],
) -> None:
    _, base, pair = case
    entries = np.ones_like(base.value_added)
    first, second = derivative.gradient(CaliendoParro(), pair, {"income": entries}, both=True)
    other, same = derivative.gradient(CaliendoParro(), pair, {"income_new": entries}, both=True)
    assert first is not None
    assert other is not None
    assert np.abs(np.asarray(first.buyer_weight)).max() > 0
    for ours, theirs in ((first, same), (second, other)):
        for one, two in zip(ours, theirs, strict=True):
            assert np.array_equal(one, two)
    assert not any(np.asarray(part).any() for part in second)


@pytest.mark.parametrize("residual", [2e-9, float("inf"), float("nan")])
def test_what_was_not_solved_is_refused(residual: float) -> None:
    with pytest.raises(NotCertified, match="too near one where wages are undetermined"):
        derivative._refuse_unfinished(residual)
