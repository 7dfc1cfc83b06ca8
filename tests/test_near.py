"""Starting a search where a similar question's answer lies, or where its slopes say."""

from __future__ import annotations

import numpy as np
import pytest
from small_questions import direction, question

import countervail as cv
from countervail.core.model import Hats
from countervail.studies.sensitivity import predicted
from countervail.testing import random_world
from countervail.testing.shocks import random_shock, two_states


def similar(part: float) -> tuple[cv.World, cv.Scenario, cv.CaliendoParro]:
    """The question with every tariff moved by a part of a point, as ``solve`` takes it."""
    asked = question("own_income")
    moved = asked.moved("tariff", 0.01 * part * direction("tariff", asked.solve()))
    world = moved.table.world()
    return world, two_states(world, moved.before, moved.after), moved.model


def test_near_changes_the_search_and_not_the_answer() -> None:
    solution = question("own_income").solve()
    cold, near = cv.solve(*similar(1.0)), cv.solve(*similar(1.0), near=solution)
    assert near.certificate.sweeps < 0.7 * cold.certificate.sweeps  # the first state is the same
    assert near.certificate.residual <= 1e-10
    for name in ("welfare", "trade_new", "wage_hat"):
        assert np.allclose(near.arrays[name], cold.arrays[name], rtol=1e-8, atol=1e-8), name


def test_slopes_come_nearer_than_the_answer_itself() -> None:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    solution = question("own_income").solve()
    world, scenario, model = similar(0.1)
    found = cv.solve(world, scenario, model)
    start = predicted(solution, scenario)
    for one, near, there in zip(start, solution.hats, found.hats, strict=True):
        for guess, kept, right in zip(one.blocks, near.blocks, there.blocks, strict=True):
            assert np.abs(guess - right).max() <= 0.1 * np.abs(kept - right).max() + 1e-9
    again = cv.solve(world, scenario, model, near=start)
    assert again.certificate.sweeps < cv.solve(*similar(0.1), near=solution).certificate.sweeps


def test_a_new_ban_is_foreseen() -> None:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    table = random_world(8, 4, 3)
    world, barrier = table.world(), np.ones(table.trade.shape)
    solution = cv.solve(world, cv.Scenario.from_arrays(world))
    barrier[0, 1, 2] = np.inf
    scenario = cv.Scenario.from_arrays(world, iceberg_hat=barrier)
    right = cv.solve(world, scenario).hats[1].wage
    assert np.abs(predicted(solution, scenario)[1].wage - right).max() < 0.3 * np.abs(right).max()


def test_another_size_is_refused() -> None:
    world = random_world(1, 5, 3).world()
    shock = random_shock(1, random_world(1, 5, 3)).scenario(world)
    with pytest.raises(cv.InputError, match="near is the answer in a world of another size"):
        cv.solve(world, shock, near=question("own_income").solve())


def test_a_poor_start_ends_at_the_same_place() -> None:
    asked = question("own_income")
    far = tuple(Hats.of(hat + 0.5 for hat in hats.blocks) for hats in asked.solve().hats)
    world, scenario, model = similar(0.0)
    found = cv.solve(world, scenario, model, near=(far[0], far[1]))
    assert np.allclose(found.arrays["welfare"], asked.solve().arrays["welfare"], atol=1e-8)
