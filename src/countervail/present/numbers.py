"""Numbers as they are printed: nothing that is something reads as nothing, nor less as all.

JSON and CSV keep the numbers themselves.
"""

from __future__ import annotations

import math

NONE = "n.a."
MOST = 400.0
"""Per cent; a larger rise is told in times what was there before."""

NOTHING = 1e-7
"""Per cent; a smaller effect is none: the solver's own rounding is not far below."""

CENT = 1e-8
"""USD million; a smaller amount is none."""

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def percent(value: float | None, digits: int) -> str:
    """Return a change in per cent: ``+1.25``, ``about 600 times``, ``over -99``.

    Args:
        value: per cent; None or NaN where there was nothing before.
        digits: after the point. A change that they would make nothing keeps one digit of its own.
    """
    if value is None or math.isnan(value):
        return NONE
    if value > MOST:
        return _times(1.0 + value / 100.0)
    if abs(value) < NOTHING:
        return f"{0.0:.{digits}f}"
    said = f"{value:+.{digits}f}"
    if float(said) == 0.0:
        return f"{value:+.{-math.floor(math.log10(abs(value)))}f}"
    if float(said) == -100.0 and value != -100.0:
        return "over -99"
    return said


def amount(value: float | None, digits: int) -> str:
    """Return a change of an amount: ``+1,250``, ``-0.3``; a cent or less is nothing.

    Args:
        value: USD million; None or NaN where there is none.
        digits: after the point. A change that they would make nothing keeps one digit of its own.
    """
    if value is None or not math.isfinite(value):
        return NONE
    said = f"{value:+,.{digits}f}"
    if float(said.replace(",", "")) != 0.0:
        return said
    if abs(value) < CENT:
        return f"{0.0:.{digits}f}"
    return f"{value:+.{-math.floor(math.log10(abs(value)))}f}"


def _times(factor: float) -> str:
    """Return how many times as much, in two digits."""
    if math.isinf(factor):
        return NONE
    size = math.floor(math.log10(factor))
    rounded = round(factor, 1 - size)
    if rounded != int(rounded):
        word = f"{rounded:.1f}"
    else:
        word = SMALL[int(rounded)] if rounded < len(SMALL) else f"{rounded:,.0f}"
    return f"{word} times" if rounded == factor else f"about {word} times"
