"""Windows of time that facts are measured in, and the rules that choose them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

YEAR = 12
FEWEST_MONTHS = 6
"""Months in force that a monthly window has at least."""

TREATED_MONTHS = 9
"""A year counts as one of the measure if it was in force so many months of it."""

UNTREATED_MONTHS = 3
"""A year counts as one before the measure if it was in force fewer months of it than this."""

_WORDS = re.compile(r"(\d{4})(?:-(\d{2})/(\d{4})-(\d{2}))?")


@dataclass(frozen=True, order=True)
class Window:
    """A calendar year, or months that follow one another.

    Attributes:
        first, last: its months, counted from year 0; both are part of it.
    """

    first: int
    last: int

    @classmethod
    def parse(cls, words: str) -> Window:
        """Return the window that words such as ``2019`` or ``2018-10/2019-09`` name.

        Raises:
            ValueError: the words name none.
        """
        found = _WORDS.fullmatch(words)
        if not found:
            raise ValueError(f"'{words}' is no window; write 2019, or 2018-10/2019-09")
        start, month, end, last_month = found.groups()
        if month is None:
            return cls.year(int(start))
        months = int(month), int(last_month)
        window = cls(int(start) * YEAR + months[0] - 1, int(end) * YEAR + months[1] - 1)
        if not all(1 <= one <= YEAR for one in months) or window.months < 1:
            raise ValueError(f"'{words}' names no months; write the first and the last, in order")
        return window

    @classmethod
    def year(cls, year: int) -> Window:
        """Return a calendar year."""
        return cls(year * YEAR, year * YEAR + YEAR - 1)

    def __str__(self) -> str:
        if self.is_year:
            return f"{self.first // YEAR}"
        return "/".join(f"{one // YEAR}-{one % YEAR + 1:02d}" for one in (self.first, self.last))

    @property
    def months(self) -> int:
        """How many months it has."""
        return self.last - self.first + 1

    @property
    def is_year(self) -> bool:
        """Whether it is a calendar year."""
        return self.first % YEAR == 0 and self.months == YEAR

    def later(self, months: int) -> Window:
        """Return the window so many months later; earlier, if negative."""
        return Window(self.first + months, self.last + months)


def of_years(in_force: date, ended: date | None = None) -> tuple[Window, Window]:
    """Return the base year and the year of a measure, by the rule for yearly data.

    The year of the measure is the year it began in if it held at least nine months of it, else the
    first full one. The base is the last year of which it held fewer than three months.
    """
    start = in_force.year
    held = months_held(start, in_force, ended)
    window = start if held >= TREATED_MONTHS else start + 1
    base = start if held < UNTREATED_MONTHS else start - 1
    return Window.year(base), Window.year(window)


def of_months(in_force: date, until: date) -> tuple[Window, Window]:
    """Return the same months a year before and the months of a measure, for monthly data.

    They are the first twelve full months in force, or as many as there are until a day that is the
    last of the measure or of the data.

    Raises:
        ValueError: fewer than six.
    """
    first = in_force.year * YEAR + in_force.month - (in_force.day == 1)
    day_after = until + timedelta(days=1)
    last = min(first + YEAR, day_after.year * YEAR + day_after.month - 1) - 1
    window = Window(first, last)
    if window.months < FEWEST_MONTHS:
        raise ValueError(f"{window.months} full months in force; at least {FEWEST_MONTHS}")
    return window.later(-YEAR), window


def months_held(year: int, in_force: date, ended: date | None = None) -> float:
    """Return the months of a year that a measure was in force, days as parts of a year."""
    start = max(date(year, 1, 1), in_force)
    end = min(date(year + 1, 1, 1), ended or date(year + 1, 1, 1))
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return max(0, (end - start).days) * YEAR / days
