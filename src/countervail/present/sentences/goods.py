"""What becomes of goods: sales before and after, and what is sold elsewhere instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from countervail.present.digits import own_digits
from countervail.present.sentences.amounts import (
    WITHOUT_RANGE,
    change,
    end_of,
    money,
    places_of,
    shown_point,
)
from countervail.present.sentences.language import Language
from countervail.present.sentences.signs import EffectSign, drawn, sign_of
from countervail.quantiles import Range

BY_FAR = 2.0
"""How many times the next the largest is, to be so by far."""

LITTLE_PER_CENT = 1.0
"""Of what is lost; less sold elsewhere is little or nothing."""

WHOLE_PER_CENT = 100.0
"""Of what is lost; a range wider than the whole says nothing of how much is sold elsewhere."""


class GoodSold(NamedTuple):
    """Goods of one country sold in another, in the two states of law.

    Attributes:
        good: its name.
        exporter, importer: codes.
        before, after: sales a year, USD million.
        change: per cent.
        elsewhere: rise of the exporter's sales to other countries, per cent of what was lost; None
            where the answer does not tell.
    """

    good: str
    exporter: str
    importer: str
    before: Range
    after: Range
    change: Range
    elsewhere: Range | None = None


def sales(language: Language, one: GoodSold) -> str:
    """Return what becomes of the sales of goods, in a sentence."""
    sign = sign_of(one.change)
    before = money(language, one.before, most=_digits_beside(one))
    names = {"good": language.goods(one.good), "B": language.country(one.importer)}
    if sign is EffectSign.UNCLEAR or sign is EffectSign.NONE:
        low, high = (change(language, end_of(one.change, end)).value for end in _ends(one.change))
        return f"{language.say('goods.unclear', **names, before=before.value, low=low, high=high)}."
    if shown_point(one.change) <= -100.0:
        return f"{language.say('goods.stop', **names, before=before.value)}."
    after, by = money(language, one.after), change(language, one.change)
    key = "fall" if sign is EffectSign.LOSES else "rise"
    said = language.say(
        f"goods.{key}",
        **names,
        before=before.value,
        after=after.more,
        change=by.value,
        range=by.range,
    ).strip()
    if not drawn(one.change):
        said = language.part("run.no_range", said=said)
    return f"{said}."


def elsewhere(language: Language, one: GoodSold) -> str:
    """Return how much of what was lost is sold elsewhere; nothing where that is not told."""
    known = one.elsewhere
    if known is None or shown_point(one.change) >= 0:
        return ""
    largest = known.p95 if drawn(known) else known.value
    if largest < LITTLE_PER_CENT:
        return f"{language.say('goods.elsewhere_less')}."
    if _says_nothing(known):
        low, high = (change(language, end_of(known, end)).more for end in _ends(known))
        return f"{language.say('goods.elsewhere_unknown', low=low, high=high)}."
    said = change(language, known, sign=drawn(known) and known.p05 < 0)
    key = "elsewhere" if drawn(known) else "elsewhere_point"
    number = said.value.removesuffix(language.part("numbers.percent", n="")).removeprefix("+")
    return f"{language.say(f'goods.{key}', n=number, range=said.range)}."


def goods_title(language: Language, found: Sequence[GoodSold]) -> str:
    """Return the title of a figure of goods: which loses most, or gains most where none loses."""
    moved = sorted(found, key=lambda one: -abs(_moved(one)))
    if not moved:
        return ""
    first = moved[0]
    if _moved(first) >= 0:
        key = "goods_gain"
    else:
        second = abs(_moved(moved[1])) if len(moved) > 1 else 0.0
        key = "goods" if abs(_moved(first)) >= BY_FAR * second else "goods_first"
    return language.say(f"titles.{key}", good=language.goods(first.good))


def _digits_beside(one: GoodSold) -> int:
    """Return the digits of sales before: two, or as many as sales after them have."""
    return max(own_digits(shown_point(one.before), WITHOUT_RANGE), places_of(one.after))


def _says_nothing(known: Range) -> bool:
    """Return whether what is sold elsewhere may be anything: a range beyond the whole, or less."""
    wide = drawn(known) and known.p95 - known.p05 > WHOLE_PER_CENT
    return wide or shown_point(known) < 0


def _moved(one: GoodSold) -> float:
    return one.after.value - one.before.value


def _ends(of: Range) -> tuple[float, float]:
    return (of.p05, of.p95) if drawn(of) else (of.value, of.value)
