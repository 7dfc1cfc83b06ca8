"""The search for the least changes, on problems whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from countervail.core.model import Hats
from countervail.policy.evaluator import Evaluated
from countervail.policy.reaching.least import (
    AT_BOUND_PART,
    CAREFUL,
    PENALTY,
    Programme,
    _augmented,
    found_at,
    least,
    top,
)

NONE = Hats(np.zeros(0), np.zeros(0), np.zeros(0))
Array = np.ndarray


def seen(values: Array, slopes: Array, theta: Array) -> Evaluated:
    """What changes come to, with slopes that grow like exp(theta x)."""
    return Evaluated(values, slopes, theta, np.zeros(0), NONE)


def linear(slope: Array, wanted: Array, effort: Array, most: Array) -> Programme:
    """Goals that are linear: slope x >= wanted."""
    return Programme(lambda x: seen(slope @ x - wanted, slope, np.zeros_like(effort)), effort, most)


def sums(flows: Array, theta: Array, wanted: float, effort: Array, most: Array) -> Programme:
    """One goal, the log of a sum of flows that grow like exp(theta x)."""

    def evaluate(x: Array) -> Evaluated:
        grown = flows * np.exp(theta * x)
        value = np.log(grown.sum() / flows.sum() / wanted)
        return seen(np.array([value]), (theta * grown / grown.sum())[None, :], theta)

    return Programme(evaluate, effort, most)


def bowl(x: Array) -> Evaluated:
    """Nothing but the middle meets it."""
    gap = x - 0.4
    return seen(np.array([-float(gap @ gap)]), -2.0 * gap[None, :], np.zeros_like(x))


def test_one_goal_and_no_bound() -> None:
    slope, effort = np.array([[1.0, 2.0, 3.0]]), np.array([1.0, 4.0, 2.0])
    found = least(linear(slope, np.ones(1), effort, np.full(3, 100.0)), np.zeros(3))
    wanted = slope[0] / effort / (slope[0] ** 2 / effort).sum()
    assert found.x == pytest.approx(wanted, rel=1e-9)
    assert found.price == pytest.approx([1.0 / (slope[0] ** 2 / effort).sum()], rel=1e-9)
    assert found.gradient < 1e-9
    assert found.short < 1e-9


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_quadratic_programmes_as_another_method_solves_them(seed: int, goals: int) -> None:
    rng = np.random.default_rng(seed)
    size = 6
    slope = rng.normal(size=(goals, size))
    effort, most = rng.uniform(0.5, 3.0, size), rng.uniform(0.2, 1.0, size)
    inside = rng.uniform(0.0, 1.0, size) * most  # so that there is an answer
    programme = linear(slope, slope @ inside, effort, most)
    found = least(programme, np.zeros(size))
    other = minimize(
        lambda x: 0.5 * effort @ x**2,
        inside,
        jac=lambda x: effort * x,
        method="SLSQP",
        bounds=list(zip(np.zeros(size), most, strict=True)),
        constraints={"type": "ineq", "fun": lambda x: slope @ (x - inside), "jac": lambda x: slope},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert found.short < 1e-7
    assert programme.cost(found.x) == pytest.approx(other.fun, rel=1e-6, abs=1e-9)


@settings(deadline=None, max_examples=25, derandomize=True)
@given(st.integers(0, 10_000))
@example(512)
def test_flows_that_grow_ever_faster(seed: int) -> None:
    """The slopes of effort and goal are in one proportion at every lever that no bound holds."""
    rng = np.random.default_rng(seed)
    flows, theta = rng.lognormal(size=30), rng.uniform(1.0, 8.0, 30)
    programme = sums(flows, theta, 1.6, flows, np.full(30, 0.3))
    found = least(programme, np.zeros(30))
    assert found.short < 1e-8
    free = (found.x > 0) & (found.x < programme.most)
    ratio = (programme.effort * found.x)[free] / found.seen.slopes[0][free]
    assert ratio == pytest.approx(found.price[0], rel=1e-5)
    careful = least(programme._replace(floor=CAREFUL), programme.most / 2.0)
    # at one of several such points, perhaps; one in a hundred stops before, and says so
    proven = careful.gradient < 1e-5
    assert careful.short < 1e-8 if proven else careful.gradient > 1e-4


def test_out_of_reach_the_shortfall_is_least() -> None:
    slope, most = np.array([[1.0, 1.0], [-1.0, 0.0]]), np.ones(2)
    found = least(linear(slope, np.array([3.0, -0.5]), np.ones(2), most), np.zeros(2), 1e4)
    # the first goal falls short by 1 with both at their bounds; the second then by 0.5: no sum of
    # shortfalls is below 1.5, of which the least effort keeps the first lever at a half
    assert np.maximum(-found.seen.values, 0.0).sum() == pytest.approx(1.5, abs=1e-4)
    assert found.x[1] == pytest.approx(1.0)


def test_the_most_of_a_goal() -> None:
    slope = np.array([[1.0, -2.0, 0.5]])
    found = top(linear(slope, np.zeros(1), np.ones(3), np.array([1.0, 1.0, 2.0])), 0)
    assert found.x == pytest.approx([1.0, 0.0, 2.0])
    assert found.left == 0.0
    bent = Programme(
        bowl,
        np.ones(3),
        np.ones(3),
    )
    assert top(bent, 0).x == pytest.approx([0.4] * 3, abs=1e-5)


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_the_surer_way_finds_the_same_in_whatever_units_a_goal_is_told(size: float) -> None:
    """A goal in thousands is met by the same changes, each unit of it at a thousandth the price."""
    slope = np.array([[1.0, 2.0, 3.0], [3.0, 1.0, 0.5]])
    effort, most, wanted = np.array([1.0, 4.0, 2.0]), np.full(3, 100.0), np.array([1.0, 2.0])
    programme = linear(size * slope, size * wanted, effort, most)
    start = found_at(programme, np.zeros(3), programme.evaluate(np.zeros(3)))
    found = _augmented(programme, start, PENALTY * programme.cost(most))
    price = np.linalg.solve((slope / effort) @ slope.T, wanted)
    assert (price > 0).all()
    assert found.x == pytest.approx((price @ slope) / effort, rel=1e-5)
    assert found.price == pytest.approx(price / size, rel=1e-4)


def test_what_rounding_leaves_of_room_is_none() -> None:
    programme = linear(np.ones((1, 3)), np.ones(1), np.ones(3), np.full(3, 0.3))
    near = np.array([0.5 * AT_BOUND_PART, 1.0 - 0.5 * AT_BOUND_PART, 0.5]) * 0.3
    assert programme.inside(near).tolist() == [0.0, 0.3, 0.15]
    assert programme.inside(np.array([-1.0, 1.0, 0.2])).tolist() == [0.0, 0.3, pytest.approx(0.2)]


def in_other_units(programme: Programme, lever: Array, goal: Array, effort: float) -> Programme:
    """The programme told in other units of every lever and goal, and of effort."""

    def evaluate(x: Array) -> Evaluated:
        here = programme.evaluate(x * lever)
        theta = here.curvature * lever
        return seen(here.values * goal, here.slopes * lever * goal[:, None], theta)

    most = programme.most / lever
    return Programme(evaluate, effort * programme.effort * lever**2, most, programme.floor)


@pytest.mark.parametrize("seed", range(8))
def test_units_of_levers_goals_and_effort_do_not_matter(seed: int) -> None:
    """Goals that bind and one that does not, levers at bounds; where a search stands and ends."""
    rng = np.random.default_rng(seed)
    slope = rng.normal(size=(3, 6))
    most = rng.uniform(0.2, 1.0, 6)
    inside = rng.uniform(0.0, 1.0, 6) * most
    wanted = slope @ inside - np.array([0.0, 0.0, 10.0])
    plain = linear(slope, wanted, rng.uniform(0.5, 3.0, 6), most)
    lever, goal, effort = rng.uniform(0.01, 100.0, 6), rng.uniform(0.5, 2.0, 3), 1e-3
    other = in_other_units(plain, lever, goal, effort)
    for x in (np.zeros(6), inside, most):
        one = found_at(plain, x, plain.evaluate(x))
        two = found_at(other, x / lever, other.evaluate(x / lever))
        assert two.gradient == pytest.approx(one.gradient, rel=1e-5)
        assert two.step == pytest.approx(one.step, rel=1e-5)
        assert two.ahead * lever == pytest.approx(one.ahead, rel=1e-5, abs=1e-7)
    one, two = least(plain, np.zeros(6)), least(other, np.zeros(6))
    for found in (one, two):
        assert found.gradient < 1e-7
        assert found.short < 1e-7
        assert found.price[2] == 0.0
    assert two.x * lever == pytest.approx(one.x, abs=1e-6)
    assert two.price * goal / effort == pytest.approx(one.price, rel=1e-4, abs=1e-6)
    for programme, found, unit in ((plain, one, np.ones(6)), (other, two, lever)):
        start = found_at(programme, np.zeros(6), programme.evaluate(np.zeros(6)))
        surer = _augmented(programme, start, PENALTY * programme.cost(programme.most))
        assert surer.x * unit == pytest.approx(one.x, abs=1e-4)
        assert surer.price == pytest.approx(found.price, rel=1e-3, abs=1e-4 * found.price.max())


@pytest.mark.parametrize("unit", [0.1, 10.0])
def test_the_most_of_a_goal_is_the_same_in_whatever_unit_a_lever_is_told(unit: float) -> None:
    bent = Programme(
        bowl,
        np.ones(3),
        np.ones(3),
    )
    found = top(in_other_units(bent, np.full(3, unit), np.ones(1), 1.0), 0)
    assert found.x * unit == pytest.approx([0.4] * 3, abs=1e-5)
    whole = linear(np.array([[1.0, -2.0, 0.5]]), np.zeros(1), np.ones(3), np.ones(3))
    assert top(whole, 0)._replace(left=0.7).left_of_all(whole) == pytest.approx(0.2)
