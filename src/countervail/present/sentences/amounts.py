"""Numbers as sentences have them: money, per cents and shares, with the digits a range supports."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from countervail.present.digits import own_digits, supported
from countervail.present.numbers import MOST_PER_CENT, fixed
from countervail.present.sentences.language import Language
from countervail.present.sentences.signs import drawn
from countervail.quantiles import Range

IN_MILLIONS = 10_000.0
"""USD million; from here on amounts are told in billions, likewise in trillions."""

UNITS = (("million", 1.0), ("billion", 1e3), ("trillion", 1e6))
WITHOUT_RANGE = 2
"""Significant digits of a figure that has no range."""

TWICE_PER_CENT = 100.0
"""From here on an end of a range is told in times, where its value is."""

NEARLY_ALL = 99.0
"""Per cent; what is told as all but nothing, and is not all, is *over* it."""

MOST_DIGITS = 3
"""Significant digits of an amount in a table, however narrow its range."""


class SaidAmount(NamedTuple):
    """A figure in words and digits.

    Attributes:
        value: it, with its unit where the sentence says it, without *about*.
        range: its range in brackets; empty where it has none.
        more: it again, in a sentence that has said the unit.
    """

    value: str
    range: str
    more: str


def shown_point(of: Range) -> float:
    """Return the value a sentence tells: the point answer, or the median where it lies outside."""
    if drawn(of) and not of.p05 <= of.value <= of.p95:
        return of.p50
    return of.value


def end_of(of: Range, end: float) -> Range:
    """Return an end of a range as a figure, with the digits that the whole range supports."""
    half = 0.5 * (of.p95 - of.p05)
    return Range(end, end - half, end, end + half)


def places_of(of: Range) -> int:
    """Return the digits after the point that a figure has: those its range supports.

    Half the width of 5 to 95 per cent says the last one; without a range, or with one of no width,
    there are two significant digits.
    """
    places = supported(of.p05, of.p95)
    return own_digits(shown_point(of), WITHOUT_RANGE) if places is None else places


def money(
    language: Language, of: Range, *, sign: bool = False, most: int | None = None
) -> SaidAmount:
    """Return an amount, its size alone or with its sign.

    Args:
        language: whose words it is said in.
        of: USD million.
        sign: whether the side of zero is said; else the sentence around it says it.
        most: digits after the point at most; default those its range supports.
    """
    point, places = shown_point(of), places_of(of)
    places = places if most is None else min(places, most)
    unit, scale = _unit(point, places)
    digits = places + _thousands(scale)

    def written(value: float) -> str:
        return _written(language, value / scale, digits, signed=sign)

    names = language.template("numbers.money")
    number = written(point)
    counted = "many" if is_many(language, point / scale, digits) else "one"
    value, more = (names[key][counted].format(n=number) for key in (unit, f"more_{unit}"))
    return SaidAmount(value, _brackets(language, of, written, sign), more)


def probable(language: Language, of: Range, *, gains: bool) -> SaidAmount:
    """Return an amount whose side of zero is probable: its size, and a loss and a gain in brackets.

    The median is told where the point answer lies on the other side.

    Args:
        language: whose words it is said in.
        of: USD million, its range with zero inside.
        gains: whether the probable side is a gain.
    """
    if (shown_point(of) > 0) != gains:
        of = of._replace(value=of.p50)
    said = money(language, of)
    unit = places_of(of), _unit(shown_point(of), places_of(of))[1]
    low, high = (
        _written(language, end / unit[1], unit[0] + _thousands(unit[1]), signed=False)
        for end in (of.p05, of.p95)
    )
    brackets = language.part("numbers.loss_to_gain", low=low, high=high)
    return SaidAmount(said.value, brackets, said.more)


def change(language: Language, of: Range, *, sign: bool = True) -> SaidAmount:
    """Return a change in per cent, from -99 to +400 in per cent, beyond in times.

    Args:
        language: whose words it is said in.
        of: per cent.
        sign: whether the side of zero is said.
    """
    point, places = shown_point(of), places_of(of)

    times = point > MOST_PER_CENT

    def written(value: float) -> str:
        if times and value >= TWICE_PER_CENT:
            return _times(language, 1.0 + value / 100.0)
        said = _percent(language, value, places, signed=sign or times)
        return language.part("numbers.percent", n=said) if times else said

    number = written(point)
    value = number if times else language.part("numbers.percent", n=number)
    return SaidAmount(value, _brackets(language, of, written, sign), number)


def cell_money(language: Language, of: Range, *, sign: bool = True) -> SaidAmount:
    """Return an amount for a cell of a table whose head says USD million: digits, none after it."""
    places = min(places_of(of), own_digits(shown_point(of), MOST_DIGITS), 0)

    def written(value: float) -> str:
        return _written(language, value, places, signed=sign)

    point = written(shown_point(of))
    return SaidAmount(point, _brackets(language, of, written, sign), point)


def cell_percent(language: Language, of: Range) -> SaidAmount:
    """Return a change for a cell of a table whose head says per cent: digits alone."""
    said = change(language, of)
    return SaidAmount(said.more, said.range, said.more)


def share(language: Language, per_cent: float) -> str:
    """Return a part of a whole in per cent, never 0 or 100 for what is neither.

    Args:
        language: whose words it is said in.
        per_cent: of the whole.
    """
    return language.part("numbers.percent", n=share_number(language, per_cent))


def share_number(language: Language, per_cent: float) -> str:
    """Return a part of a whole without its unit: ``38``, ``under 1``, ``over 99``."""
    if 0 < per_cent < 0.5:
        return language.part("numbers.under", n="1")
    if NEARLY_ALL + 0.5 <= per_cent < 100:
        return language.part("numbers.over", n="99")
    return language.digits(f"{per_cent:,.0f}")


def at_most(language: Language, per_cent: float) -> str:
    """Return a bound in per cent that holds: two digits, rounded up.

    Args:
        language: whose words it is said in.
        per_cent: the bound, positive.
    """
    return language.part("numbers.percent", n=bound_number(language, per_cent))


def bound_number(language: Language, per_cent: float) -> str:
    """Return a bound without its unit, in two digits, rounded up."""
    if per_cent <= 0:
        return language.digits("0")
    places = own_digits(per_cent, WITHOUT_RANGE)
    step = 10.0**-places
    up = math.ceil(per_cent / step - 1e-9) * step
    return language.digits(fixed(up, places))


def is_many(language: Language, value: float, places: int) -> bool:
    """Return whether what is counted stands in the plural: of the number as it is written."""
    rounded = abs(round(value, places))
    from_: float = language.template("numbers.many_from")
    return rounded >= from_ if from_ > 1 else rounded != 1


def _thousands(scale: float) -> int:
    """Return by how many digits a unit shifts the point."""
    return round(math.log10(scale))


def _unit(value: float, places: int) -> tuple[str, float]:
    """Return the unit an amount is told in, and how many million it is."""
    size = abs(round(value, places))
    found = UNITS[0]
    for larger in UNITS[1:]:
        if size >= IN_MILLIONS * larger[1] / 1e3:
            found = larger
    return found


def _written(language: Language, value: float, places: int, *, signed: bool) -> str:
    if value == 0.0:
        return language.digits(f"{0.0:.{max(places, 0)}f}")
    return language.digits(fixed(value if signed else abs(value), places, "+" if signed else ""))


def _percent(language: Language, value: float, places: int, *, signed: bool) -> str:
    """Return a per cent that is never -100 for what is not."""
    if value > MOST_PER_CENT:
        return _times(language, 1.0 + value / 100.0)
    rounded = round(value, places)
    if rounded <= -100.0 and value > -100.0:
        if value < -NEARLY_ALL:
            return language.part("numbers.over", n=language.digits("-99" if signed else "99"))
        return _written(language, value, 0, signed=signed)
    return _written(language, value, places, signed=signed)


def _times(language: Language, factor: float) -> str:
    """Return how many times as much, in two digits."""
    places = own_digits(factor, WITHOUT_RANGE)
    rounded = round(factor, places)
    words = language.words["word"]
    whole = rounded == int(rounded)
    said = words[int(rounded)] if whole and rounded < len(words) else None
    number = said or language.digits(fixed(factor, 0 if whole else places))
    return language.part("numbers.times", n=number)


def _brackets(language: Language, of: Range, written: Callable[[float], str], sign: bool) -> str:
    """Return a range in brackets: low to high in size, or in order of value where it has signs."""
    if not drawn(of):
        return ""
    ends = [of.p05, of.p95] if sign else sorted((of.p05, of.p95), key=abs)
    kind = "range" if of.p05 <= of.value <= of.p95 else "range_of_median"
    return language.part(f"numbers.{kind}", low=written(ends[0]), high=written(ends[1]))
