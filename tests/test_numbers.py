"""Changes as they are printed (design/DESIGN-UI.md, section 4)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countervail.present.numbers import amount, percent


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (1.2468, 2, "+1.25"),
        (-12.3, 0, "-12"),
        (400.0, 0, "+400"),
        (400.0001, 0, "about five times"),
        (500.0, 0, "six times"),
        (423.0, 1, "about 5.2 times"),
        (59_900.0, 0, "600 times"),
        (60_321.0, 0, "about 600 times"),
        (3.5e9, 0, "about 35,000,000 times"),
        (-99.0, 0, "-99"),
        (-99.6, 0, "over -99"),
        (-99.99999, 3, "over -99"),
        (-99.6, 1, "-99.6"),
        (-100.0, 0, "-100"),
        (-4000.4, 0, "-4,000"),
        (0.0, 4, "0.0000"),
        (-0.0, 2, "0.00"),
        (3e-6, 4, "+0.000003"),
        (-0.3, 0, "-0.3"),
        (-0.96, 0, "-1"),
        (2e-9, 4, "0.0000"),
        (None, 2, "n.a."),
        (float("nan"), 2, "n.a."),
        (float("inf"), 2, "n.a."),
    ],
)
def test_words(value: float | None, digits: int, said: str) -> None:
    assert percent(value, digits) == said


@given(st.floats(-100.0, 1e12), st.integers(0, 4))
def test_nothing_reads_as_what_it_is_not(value: float, digits: int) -> None:
    said = percent(value, digits)
    number = re.search(r"-?[\d,.]*\d", said)
    if number and abs(value) >= 1e-7:
        assert float(number[0].replace(",", "")) != 0.0
    if "-100" in said:
        assert value == -100.0
    if value > 400:
        assert said.endswith(" times")
    assert "…" not in said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1250.4, "+1,250"),
        (-0.31, "-0.3"),
        (0.04, "+0.04"),
        (0.49, "+0.5"),
        (0.0, "0"),
        (1e-9, "0"),
        (None, "n.a."),
        (float("nan"), "n.a."),
    ],
)
def test_an_amount_keeps_a_digit_of_its_own(value: float | None, said: str) -> None:
    assert amount(value, 0) == said
