"""The range told of a fact: the wider of two round the point, cut to what is possible."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail.backtests.ranged import kind_of, wider
from countervail.backtests.score import (
    FACTS,
    SCORED_IN,
    binomial_interval,
    coverage,
    shipped,
    width_of,
)

numbers = st.floats(-300.0, 300.0)


@pytest.mark.parametrize(
    ("parameters", "width", "told"),
    [
        ((-60.0, -20.0), 50.0, (-60.0, -20.0, "parameters")),  # 40 points against 2 x 20
        ((-60.0, -20.0), 51.0, (-60.4, -19.6, "record")),
        ((-30.0, -20.0), None, (-40.0, -20.0, "parameters")),  # round the point
        (None, 50.0, (-60.0, -20.0, "record")),
        ((-60.0, -20.0), 200.0, (-100.0, 40.0, "record")),  # no more than all is lost
    ],
)
def test_a_hit_of_minus_forty(
    parameters: tuple[float, float] | None, width: float | None, told: tuple[float, float, str]
) -> None:
    found = wider("hit", -40.0, parameters=parameters, width=width)
    assert found is not None
    assert found[:2] == pytest.approx(told[:2])
    assert found.basis == told[2]


def test_a_ban_is_certain_and_nothing_known_is_no_range() -> None:
    certain = wider("hit", -100.0, parameters=(-100.0, -90.0), width=50.0, certain=True)
    assert certain == (-100.0, -100.0, "certain")
    assert wider("redirected", 20.0) is None


@settings(max_examples=40, deadline=None)
@given(numbers, numbers, numbers, st.floats(0.0, 300.0), st.sampled_from(FACTS[1:]))
def test_it_is_one_of_the_two_and_holds_the_point(
    point: float, one: float, other: float, width: float, fact: str
) -> None:
    parameters = min(one, other), max(one, other)
    found = wider(fact, point, parameters=parameters, width=width)
    assert found is not None
    of_draws = max(*parameters, point) - min(*parameters, point)
    assert found.low <= point <= found.high
    assert found.high - found.low == pytest.approx(max(of_draws, 2.0 * width), abs=1e-9)
    assert found.basis == ("parameters" if of_draws >= 2.0 * width else "record")


@pytest.mark.parametrize(
    ("points", "kind"), [(9.9, "small"), (10.0, "moderate"), (25.0, "punitive"), (0.0, "small")]
)
def test_kinds_of_measures(points: float, kind: str) -> None:
    assert kind_of(points, banned=False) == kind
    assert kind_of(points, banned=True) == "ban"


def test_the_measure_asked_about_is_left_out_of_its_own_range() -> None:
    some = shipped().of(SCORED_IN, "redirected")
    width, count = width_of("redirected", "punitive")
    assert count == len(some)
    assert count < 19
    assert width == max(one.size for one in some)  # of nine to eighteen, the largest
    worst = max(some, key=lambda one: one.size)
    others = [one.size for one in some if one.measure != worst.measure]
    assert width_of("redirected", "punitive", {worst.measure}) == (max(others), len(others))
    without = {one.measure for one in some[: count - 8]}  # at most eight errors of others are left
    assert width_of("redirected", "punitive", without) == (
        None,
        sum(one.measure not in without for one in some),
    )
    assert width_of("price", "punitive") == (None, 0)
    assert width_of("hit", "small") == (None, 0)


def test_ranges_told_hold_nine_of_ten_of_what_was_left_out() -> None:
    """By fact within what chance allows; over all facts within eight points."""
    found = {one.fact: one for one in coverage(shipped())}
    for fact in FACTS:
        one = found[fact]
        if one.ranged:
            low, high = binomial_interval(one.inside, one.ranged)
            assert low <= 0.9 <= high, f"{fact}: {one.inside} of {one.ranged}"
        assert one.inside >= one.inside_record
    assert found["all"].inside / found["all"].ranged == pytest.approx(0.9, abs=0.08)
    assert all(
        one.drawn == len(shipped().of(SCORED_IN, fact))
        for fact, one in found.items()
        if fact != "all"
    )
