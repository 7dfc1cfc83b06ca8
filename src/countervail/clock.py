"""The day an answer is given on: the machine's own, or one that is stated (``--today``).

The day is an input of every answer that speaks of "today": the law in force, what changed since,
what is known. Stated, it makes documents, tests and kept answers the same whenever they are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

from countervail.errors import InputError

TODAY = "today"
"""The word that stands for the day wherever a date may stand."""

_stated: ContextVar[date | None] = ContextVar("countervail_today", default=None)


def today() -> date:
    """Return the day stated by :func:`on_day`, else the machine's."""
    return _stated.get() or date.today()


@contextmanager
def on_day(day: date | str | None) -> Iterator[None]:
    """State the day for what runs inside the block; None leaves it as it is.

    Raises:
        InputError: not a date.
    """
    if day is None:
        yield
        return
    mark = _stated.set(as_date(day))
    try:
        yield
    finally:
        _stated.reset(mark)


def as_date(value: date | str) -> date:
    """Return a date given as one, as ``YYYY-MM-DD``, or as ``today``.

    Raises:
        InputError: not a date.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if value == TODAY:
        return today()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        with suppress(ValueError):  # such as 2025-02-30
            return date.fromisoformat(value)
    raise InputError(f"'{value}' is not a date; write it as 2025-03-20, or today")


def if_today(value: Any) -> Any:
    """Return the day for the word ``today`` of a file, anything else as it is."""
    return today() if value == TODAY else value
