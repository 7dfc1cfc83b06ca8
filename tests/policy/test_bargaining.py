"""Bargaining on plain numbers: by hand, against brute force, and what the solutions promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from countervail.policy.bargaining.points import (
    acceptable,
    all_gain,
    efficient,
    ideal,
    kalai_smorodinsky_points,
    least_points,
    most_even_points,
    nash_points,
    relative_gains,
)

Array = NDArray[np.float64]

GAINS = np.array(
    [
        [0.0, 0.0],  # no deal
        [3.0, 1.0],
        [2.0, 2.0],
        [1.0, 5.0],
        [1.0, 1.0],  # dominated
        [6.0, -1.0],  # efficient, but the second party loses
        [np.nan, np.nan],  # no answer
    ]
)


@st.composite
def games(draw: st.DrawFn, parties: int | None = None) -> Array:
    """No deal first, then packages on a grid, so that no product or ratio ties by rounding."""
    n = parties or draw(st.integers(2, 3))
    whole = st.lists(st.integers(-4, 9), min_size=n, max_size=n)
    rows = draw(st.lists(whole, min_size=1, max_size=20))
    return np.array([[0] * n, *rows], dtype=float)


def dominated(gains: Array, k: int) -> bool:
    return any((row >= gains[k]).all() and (row > gains[k]).any() for row in gains)


def test_by_hand() -> None:
    assert np.flatnonzero(efficient(GAINS)).tolist() == [1, 2, 3, 5]
    assert np.flatnonzero(all_gain(GAINS)).tolist() == [1, 2, 3, 4]
    assert np.flatnonzero(acceptable(GAINS)).tolist() == [0, 1, 2, 3, 4]
    assert ideal(GAINS).tolist() == [3.0, 5.0]
    assert nash_points(GAINS) == (3,)  # 3, 4, 5
    # 3/3 and 1/5; 2/3 and 2/5; 1/3 and 5/5
    assert kalai_smorodinsky_points(GAINS) == (2,)
    assert most_even_points(GAINS) == (2,)  # as even as 1, 1, and more of it
    assert least_points(GAINS, 0) == (3, 4)
    assert least_points(GAINS, 1) == (1, 4)


def test_where_no_package_has_everybody_gain() -> None:
    gains = np.array([[0.0, 0.0], [2.0, -1.0], [3.0, 0.0]])
    assert nash_points(gains) == kalai_smorodinsky_points(gains) == most_even_points(gains) == ()
    assert np.isnan(relative_gains(gains)).all()
    assert least_points(gains, 1) == ()
    assert least_points(gains, 0) == (1,)
    assert np.flatnonzero(efficient(gains)).tolist() == [2]
    assert np.isnan(ideal(gains[1:2])).all()


def test_what_is_below_the_tolerance_is_no_difference() -> None:
    gains = np.array([[0.0, 0.0], [1.0, 1.0], [1.0 + 1e-12, 1.0 - 1e-12], [1e-12, 5.0]])
    assert efficient(gains, 1e-9)[[1, 2]].all()
    assert nash_points(gains, 1e-9, 1e-9) == (1, 2)
    assert not all_gain(gains, 1e-9)[3]
    assert most_even_points(gains, 1e-9, 1e-9) == (1, 2)


def test_kalai_smorodinsky_breaks_ties_by_the_next_smallest() -> None:
    gains = np.array([[0, 0, 0], [10, 0, 0], [0, 10, 0], [0, 0, 10], [4, 5, 5], [4, 6, 5]], float)
    assert kalai_smorodinsky_points(gains) == (5,)


def test_individual_monotonicity_does_not_hold_on_packages() -> None:
    """As docs/bargain.md says: one more package may take from a party what it had."""
    few = np.array([[0, 0], [10, 1], [1, 10], [5, 9]], float)
    more = np.vstack([few, [[6, 6]]])
    assert few[list(kalai_smorodinsky_points(few))].tolist() == [[5, 9]]
    assert more[list(kalai_smorodinsky_points(more))].tolist() == [[6, 6]]
    assert (ideal(few) == ideal(more)).all()


@given(games())
def test_the_frontier_is_what_brute_force_says(gains: Array) -> None:
    assert efficient(gains).tolist() == [not dominated(gains, k) for k in range(len(gains))]


@given(games())
def test_points_are_efficient_and_individually_rational(gains: Array) -> None:
    for points in (nash_points(gains), kalai_smorodinsky_points(gains)):
        assert bool(points) == bool((gains > 0).all(axis=1).any())
        for k in points:
            assert not dominated(gains, k)
            assert (gains[k] > 0).all()


@given(games())
def test_points_are_what_brute_force_says(gains: Array) -> None:
    open_ = [k for k in range(len(gains)) if (gains[k] > 0).all()]
    assume(open_)
    best = max(gains[k].prod() for k in open_)
    found = nash_points(gains, same=1e-9)
    assert found == tuple(k for k in open_ if np.isclose(gains[k].prod(), best, rtol=1e-9))
    top = gains[(gains >= 0).all(axis=1)].max(axis=0)
    ranked = {k: tuple(np.sort(gains[k] / top).round(9)) for k in open_}
    assert all(
        ranked[k] == max(ranked.values()) for k in kalai_smorodinsky_points(gains, same=1e-12)
    )


@given(games(), st.lists(st.sampled_from([0.25, 0.5, 2.0, 8.0]), min_size=3, max_size=3))
def test_points_do_not_depend_on_units_or_on_what_no_deal_is_worth(
    gains: Array, scale: list[float]
) -> None:
    """Powers of two and whole numbers: rescaling is exact."""
    factors = np.array(scale[: gains.shape[1]])
    worth = factors * (gains + 3.0)
    again = worth - worth[0]
    assert nash_points(again, same=1e-9) == nash_points(gains, same=1e-9)
    assert kalai_smorodinsky_points(again) == kalai_smorodinsky_points(gains)
    assert efficient(again).tolist() == efficient(gains).tolist()


@given(games())
def test_symmetric_games_have_symmetric_solutions(gains: Array) -> None:
    """With every package its mirror image: the solutions are mirror images of each other."""
    both = np.vstack([gains, gains[:, ::-1]])
    for points in (nash_points, kalai_smorodinsky_points, most_even_points):
        chosen = {tuple(row) for row in both[list(points(both, same=1e-9))]}
        assert chosen == {row[::-1] for row in chosen}


@given(games(2), st.integers(5, 12))
def test_a_fair_package_wins_a_symmetric_game(gains: Array, equal: int) -> None:
    """An equal split on the frontier of a symmetric game is what Kalai and Smorodinsky take."""
    both = np.vstack([gains, gains[:, ::-1], [[equal, equal]]])
    assume(not dominated(both, len(both) - 1))
    (chosen, *_) = kalai_smorodinsky_points(both)
    assert both[chosen].tolist() == [equal, equal]


@given(games(2), games(2))
def test_more_packages_never_lower_the_smallest_relative_gain(few: Array, other: Array) -> None:
    """Kalai and Smorodinsky: with the same ideal, a larger set is no worse for the worst off."""
    assume((few > 0).all(axis=1).any())
    more = np.vstack([few, np.minimum(other, ideal(few))])
    assert (ideal(few) == ideal(more)).all()

    def smallest(gains: Array) -> float:
        return float(relative_gains(gains)[kalai_smorodinsky_points(gains)[0]].min())

    assert smallest(more) >= smallest(few)


@given(games(2), games(2))
def test_nash_does_not_mind_packages_that_are_not_chosen(gains: Array, other: Array) -> None:
    """Independence of irrelevant alternatives."""
    more = np.vstack([gains, other])
    chosen = nash_points(more, same=1e-9)
    inside = tuple(k for k in chosen if k < len(gains))
    assume(inside)
    assert nash_points(gains, same=1e-9) == inside


@given(games())
def test_an_answer_less_package_changes_nothing(gains: Array) -> None:
    more = np.vstack([gains, np.full((1, gains.shape[1]), np.nan)])
    assert nash_points(more) == nash_points(gains)
    assert kalai_smorodinsky_points(more) == kalai_smorodinsky_points(gains)
    assert efficient(more)[:-1].tolist() == efficient(gains).tolist()
    assert not efficient(more)[-1]


@pytest.mark.parametrize("party", [0, 1])
def test_the_least_is_a_gain(party: int) -> None:
    (first, *_) = least_points(GAINS, party)
    assert 0 < GAINS[first, party] <= np.nanmin(GAINS[GAINS[:, party] > 0, party])
