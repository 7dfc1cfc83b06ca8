"""Numbers as they are printed: nothing that is something reads as nothing, nor less as all.

JSON and CSV keep the numbers themselves.
"""

from __future__ import annotations

import math

NONE = "n.a."
MOST_PER_CENT = 400.0
"""Per cent; a larger rise is told in times what was there before."""

NOTHING_PER_CENT = 1e-7
"""Per cent; a smaller effect is none: the solver's own rounding is not far below."""

NOTHING_USD_MILLION = 1e-8
"""USD million; a smaller amount is none."""

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def percent(value: float | None, digits: int) -> str:
    """Return a change in per cent: ``+1.25``, ``about 600 times``, ``over -99``.

    Args:
        value: per cent; None or NaN where there was nothing before.
        digits: after the point; negative ones round to tens, hundreds and so on. A change that
            they would make nothing keeps one digit of its own.
    """
    if value is None or math.isnan(value):
        return NONE
    if value > MOST_PER_CENT:
        return _times(1.0 + value / 100.0)
    if abs(value) < NOTHING_PER_CENT:
        return f"{0.0:.{max(digits, 0)}f}"
    said = fixed(value, digits, "+")
    if float(said.replace(",", "")) == -100.0 and value != -100.0:
        return "over -99" if value < -99.5 else fixed(value, 0, "+")
    return said


def amount(value: float | None, digits: int) -> str:
    """Return a change of an amount: ``+1,250``, ``-0.3``; a cent or less is nothing.

    Args:
        value: USD million; None or NaN where there is none.
        digits: after the point; negative ones round to tens, hundreds and so on. A change that
            they would make nothing keeps one digit of its own.
    """
    if value is None or not math.isfinite(value):
        return NONE
    if abs(value) < NOTHING_USD_MILLION and float(f"{value:.{max(digits, 0)}f}") == 0.0:
        return f"{0.0:.{max(digits, 0)}f}"
    return fixed(value, digits, "+")


def fixed(value: float, digits: int, sign: str = "") -> str:
    """Return a number in fixed digits; one that they would make nothing keeps one of its own.

    Args:
        value: a finite number.
        digits: after the point; negative ones round to tens, hundreds and so on.
        sign: ``+`` where a plus is written.
    """
    said = f"{round(value, digits) if digits < 0 else value:{sign},.{max(digits, 0)}f}"
    if value == 0.0 or float(said.replace(",", "")) != 0.0:
        return said
    return fixed(value, -math.floor(math.log10(abs(value))), sign)


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
