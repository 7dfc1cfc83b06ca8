"""Rules for digits: how the numbers of a column are written, once, from the raw value.

The words for what is huge or next to nothing are those of ``present.numbers``. JSON and CSV keep
the numbers themselves.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from countervail import schema
from countervail.present.numbers import NONE, amount, fixed, percent


class Digits(NamedTuple):
    """How a number is written.

    Attributes:
        kind: ``percent`` and ``amount`` are changes, with a sign and the words for huge and tiny
            ones; ``signed`` has a sign, ``level`` none; ``small`` tells of a size by powers of ten;
            ``general`` has as many digits as are significant.
        places: after the point, or in all where the kind is ``general``.
        none: what is written where there is no number.
        unit: written behind.
    """

    kind: str
    places: int
    none: str = NONE
    unit: str = ""

    def write(self, value: float | None) -> str:
        """Return a number in words and digits.

        Args:
            value: in the column's unit; None, NaN or infinite where there is none.
        """
        if value is None or not math.isfinite(value):
            return self.none
        if self.kind == "percent":
            return percent(value, self.places)
        if self.kind == "amount":
            return amount(value, self.places)
        if self.kind == "level" and self.places < 0:
            return f"{fixed(value, self.places)}{self.unit}"
        return f"{value:{FORMATS[self.kind].format(self.places)}}{self.unit}"

    def beside(self, low: float, high: float) -> Digits:
        """Return the rule for a figure and its range: its digits are those the range supports.

        Half the range says the last one, -0.02707 (-0.0375 to -0.0202) is -0.027 (-0.038 to
        -0.020); there are never more than without a range.

        Args:
            low, high: 5 and 95 per cent of the draws; NaN where there are none.
        """
        places = supported(low, high)
        if self.kind not in ("percent", "amount", "level") or places is None:
            return self
        return self._replace(places=min(places, self.places))


FORMATS = {
    "signed": "+,.{}f",
    "level": ",.{}f",
    "small": ".{}e",
    "general": ",.{}g",
}
"""What Python's format says for each further kind."""


def supported(low: float, high: float) -> int | None:
    """Return the places after the point that a range supports: those of half its width's first.

    Args:
        low, high: 5 and 95 per cent of the draws.

    Returns:
        Negative for tens, hundreds and so on; None where there is no range, or one of no width.
    """
    half = 0.5 * (high - low)
    return -math.floor(math.log10(half)) if 0.0 < half < math.inf else None


def own_digits(value: float, digits: int) -> int:
    """Return the places after the point at which a number has so many significant digits."""
    if value == 0.0 or not math.isfinite(value):
        return 0
    places = digits - 1 - math.floor(math.log10(abs(value)))
    if abs(round(value, places)) >= 10.0 ** (digits - places):  # 9.96 in two digits is 10
        places -= 1
    return places


WHOLE = Digits("level", 0)
"""Amounts and counts, in whole numbers."""


def percents(places: int, none: str = NONE) -> Digits:
    """Return the rule for changes in per cent."""
    return Digits("percent", places, none)


def amounts(places: int = 0, none: str = NONE) -> Digits:
    """Return the rule for changes of amounts of money."""
    return Digits("amount", places, none)


def levels(places: int) -> Digits:
    """Return the rule for what is no change: rates, shares, stocks."""
    return Digits("level", places)


def of(variable: str) -> Digits:
    """Return the rule of a variable of the table of variables."""
    row = schema.variables()[variable]
    if not row.sign:
        return levels(row.digits)
    if row.money:
        return amounts(row.digits)
    return Digits("percent" if row.unit.startswith("per cent") else "signed", row.digits)
