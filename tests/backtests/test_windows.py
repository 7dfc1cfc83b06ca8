"""The rules that choose windows, for any day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countervail.backtests.windows import YEAR, Window, months_held, of_months, of_years

days = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@given(days)
def test_the_base_year_is_free_of_the_measure_and_the_window_is_of_it(day: date) -> None:
    base, window = of_years(day)
    gap = (window.first - base.first) // YEAR
    assert gap in (1, 2)
    assert months_held(base.first // YEAR, day) < 3
    assert months_held(window.first // YEAR, day) >= 9
    between = window.first // YEAR - 1
    if gap == 2:  # the year between is neither
        assert 3 <= months_held(between, day) < 9


@given(days, st.integers(0, 900))
def test_monthly_windows_are_full_months_in_force(day: date, lasts: int) -> None:
    until = day + timedelta(days=lasts)
    if lasts < 7 * 31:
        until = day + timedelta(days=20)
        with pytest.raises(ValueError, match=r"full months in force; at least 6"):
            of_months(day, until)
        return
    base, window = of_months(day, until)
    assert base == window.later(-YEAR)
    assert 6 <= window.months <= YEAR
    assert window.first >= day.year * YEAR + day.month - 1
    assert window.last <= until.year * YEAR + until.month - 1


@given(st.integers(1990 * YEAR, 2040 * YEAR), st.integers(1, 30))
def test_windows_are_read_as_they_are_written(first: int, months: int) -> None:
    window = Window(first, first + months - 1)
    assert Window.parse(str(window)) == window
    assert window.later(5).later(-5) == window


@pytest.mark.parametrize("words", ["19", "2019-13/2020-01", "2019-05/2019-04", "2019-01", ""])
def test_words_that_are_no_window_are_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"is no window|names no months"):
        Window.parse(words)


def test_known_measures_have_known_windows() -> None:
    assert [str(one) for one in of_years(date(2018, 7, 6))] == ["2017", "2019"]
    assert [str(one) for one in of_years(date(2020, 5, 19))] == ["2019", "2021"]
    assert [str(one) for one in of_years(date(2017, 11, 8))] == ["2017", "2018"]
    found = of_months(date(2018, 6, 1), date(2019, 5, 19))
    assert [str(one) for one in found] == ["2017-06/2018-04", "2018-06/2019-04"]
