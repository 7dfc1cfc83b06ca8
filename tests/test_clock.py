"""The day is an input: stated, it stands for today everywhere, and only as long as it is stated."""

from __future__ import annotations

from datetime import date, datetime

import pytest

import countervail as cv
from countervail import clock
from countervail.errors import InputError


def test_a_stated_day_is_today_for_the_block() -> None:
    with clock.on_day("2026-03-02"):
        assert clock.today() == clock.as_date("today") == date(2026, 3, 2)
        with clock.on_day(None), clock.on_day(date(2020, 2, 29)):
            assert clock.today() == date(2020, 2, 29)
        assert clock.today() == date(2026, 3, 2)
    assert clock.today() == date.today()


def test_dates_in_every_form() -> None:
    day = date(2025, 3, 20)
    assert clock.as_date("2025-03-20") == clock.as_date(day) == day
    assert clock.as_date(datetime(2025, 3, 20, 12)) == day


@pytest.mark.parametrize("word", ["2025-02-30", "20 March", "2025-3-20", "٢٠٢٥-٠٣-٢٠", "", "Today"])
def test_what_is_no_date_is_refused(word: str) -> None:
    with pytest.raises(InputError, match="is not a date; write it as 2025-03-20, or today"):
        clock.as_date(word)


def test_a_question_can_ask_for_today(ledger_of_today: cv.Scenario) -> None:
    assert ledger_of_today.to_date == date(2026, 3, 2)


@pytest.fixture
def ledger_of_today() -> cv.Scenario:
    with clock.on_day("2026-03-02"):
        return cv.Scenario.between(cv.open_ledger(), "2024-09-30", "today")
