"""Linear scales with round ticks, and how their numbers are written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

NOTHING = 1e-300
"""A span that no tick divides: numbers of a computer end there."""

MOST_TICKS = 5
STEPS = (1.0, 2.0, 5.0, 10.0)


class Numerals(NamedTuple):
    """How a language writes numbers.

    Attributes:
        point: between whole and broken part.
        thousands: between groups of three digits.
    """

    point: str = "."
    thousands: str = ","

    def written(self, value: float, places: int = 0, signed: bool = False) -> str:
        """Return a number with a true minus; zero has no sign.

        Args:
            value: a finite number.
            places: after the point; negative ones are none.
            signed: whether a plus is written.
        """
        said = f"{abs(value):,.{max(places, 0)}f}"
        said = said.replace(",", "\0").replace(".", self.point).replace("\0", self.thousands)
        if not any(digit in said for digit in "123456789"):
            return said
        return ("−" if value < 0 else "+" if signed else "") + said


ENGLISH = Numerals()


class Scale(NamedTuple):
    """A linear map of values to pixels.

    Attributes:
        low, high: values at the ends.
        start, end: pixels there.
    """

    low: float
    high: float
    start: float
    end: float

    @classmethod
    def holding(cls, values: Iterable[float | None], start: float, end: float) -> Scale:
        """Return the scale that holds zero and all values; nothing is ever cut off.

        Args:
            values: what is drawn; None and what is not finite are left out.
            start, end: pixels.
        """
        known = [0.0, *(v for v in values if v is not None and math.isfinite(v))]
        low, high = min(known), max(known)
        if high - low < NOTHING:
            high = low + 1.0
        return cls(low, high, start, end)

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)

    @property
    def step(self) -> float:
        """The distance of ticks: one, two or five of a power of ten, at most five in all."""
        span = self.high - self.low
        size = 10.0 ** math.floor(math.log10(span / MOST_TICKS))
        return next(
            factor * size
            for factor in (*STEPS, 20.0)
            if math.floor(self.high / (factor * size)) - math.ceil(self.low / (factor * size))
            < MOST_TICKS
        )

    def ticks(self) -> list[float]:
        """Return the round values inside the ends; zero is one of them where it is inside."""
        step = self.step
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [k * step for k in range(first, last + 1)]

    def words(
        self, value: float, numerals: Numerals = ENGLISH, signed: bool = False, unit: str = ""
    ) -> str:
        """Return what a tick is called, in the digits its step needs."""
        places = max(0, -math.floor(math.log10(self.step) + 1e-9))
        said = numerals.written(value, places, signed)
        return said + unit if value else numerals.written(0.0) + unit
