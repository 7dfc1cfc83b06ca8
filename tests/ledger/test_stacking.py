"""What duties on one line come to, in whatever order they are given."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countervail.errors import InputError
from countervail.ledger.stacking import NOTHING, Duty, combine, displaced

IDS = ("a", "b", "c", "d", "e")


def total(*duties: Duty, on: float = 0.05) -> float:
    return float(combine(duties).total(np.array([on]))[0])


def test_duties_add_to_the_applied_rate() -> None:
    duties = Duty("a", "additional", 0.25), Duty("b", "additional", 0.10, share=0.5)
    assert total(*duties) == pytest.approx(0.35)
    assert total() == 0.05


def test_the_largest_top_up_lifts_the_applied_rate_not_the_sum() -> None:
    level = Duty("a", "top_up_to", 0.15)
    assert total(level) == pytest.approx(0.15)
    assert total(level, on=0.20) == pytest.approx(0.20)
    assert total(level, Duty("b", "top_up_to", 0.12)) == pytest.approx(0.15)
    assert total(level, Duty("b", "additional", 0.50)) == pytest.approx(0.65)
    assert total(Duty("a", "top_up_to", 0.15, share=0.5)) == pytest.approx(0.10)


def test_a_replacing_rate_stands_in_place_of_the_applied_one() -> None:
    instead = Duty("a", "replacing", 0.0)
    assert total(instead, Duty("b", "additional", 0.25)) == pytest.approx(0.25)
    assert total(instead, Duty("b", "top_up_to", 0.15)) == pytest.approx(0.15)
    with pytest.raises(InputError) as error:
        combine([instead, Duty("b", "replacing", 0.3)], "imports of CHN in A01")
    assert "two duties would replace the applied rate on imports of CHN in A01" in str(error.value)
    assert "'a' (0) and 'b' (0.3)" in str(error.value)
    # one of them displaced: no conflict
    assert total(instead, Duty("b", "replacing", 0.3, displaces=frozenset({"a"}))) == 0.3


def test_displacement_looks_at_what_is_in_force() -> None:
    a = Duty("a", "additional", 0.25, displaces=frozenset({"b"}))
    b = Duty("b", "additional", 0.10, displaces=frozenset({"c"}))
    c = Duty("c", "additional", 0.01)
    # b is displaced and still displaces c
    assert displaced([a, b, c]) == {"b", "c"}
    assert displaced([b, c]) == {"c"}
    assert displaced([Duty("a", "additional", yields_to=frozenset({"b"})), b]) == {"a"}
    assert displaced([Duty("a", "additional", yields_to=frozenset({"z"}))]) == frozenset()
    # goods exempt from a duty do not pay it, and it displaces all the same
    free = Duty("a", "additional", 0.25, exempt=True, displaces=frozenset({"b"}))
    assert total(free, b) == pytest.approx(0.05)


def test_a_ban_closes_unless_it_is_displaced() -> None:
    ban = Duty("a", "ban")
    assert combine([ban]).ban
    assert not combine([ban, Duty("b", "additional", 0.1, displaces=frozenset({"a"}))]).ban
    assert combine([]) == NOTHING


duties = st.builds(
    Duty,
    measure=st.sampled_from(IDS),
    basis=st.sampled_from(["additional", "top_up_to", "ban"]),
    rate=st.floats(0.0, 3.0),
    share=st.floats(0.0, 1.0),
    exempt=st.booleans(),
    displaces=st.frozensets(st.sampled_from(IDS), max_size=2),
    yields_to=st.frozensets(st.sampled_from(IDS), max_size=2),
)


@given(st.lists(duties, max_size=6), st.randoms(use_true_random=False))
def test_order_plays_no_part(given_duties: list[Duty], shuffle: object) -> None:
    other = list(given_duties)
    shuffle.shuffle(other)  # type: ignore[attr-defined]
    assert combine(given_duties) == combine(other)


@given(st.lists(duties, max_size=6), st.floats(0.0, 2.0), st.floats(0.0, 2.0))
def test_the_total_never_falls_as_the_applied_rate_rises(
    given_duties: list[Duty], low: float, high: float
) -> None:
    stack = combine(given_duties)
    low, high = sorted((low, high))
    assert stack.total(np.array([low]))[0] <= stack.total(np.array([high]))[0] + 1e-12
    assert 0.0 <= stack.slope(np.array([low]))[0] <= 1.0
