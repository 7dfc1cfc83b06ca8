"""Titles of figures: what each one finds, from the rows that are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from countervail.present.sentences.amounts import at_most, share
from countervail.present.sentences.language import Language
from countervail.present.sentences.run import PartyEffect, largest
from countervail.present.sentences.signs import drawn
from countervail.quantiles import Range

BY_FAR = 2.0
"""How many times the next the largest is, to be so by far."""


MOST_MONTHS = 3
"""Months named one by one at most."""


class LawMove(NamedTuple):
    """A day on which a country's law changed: its code, and the day, or one of the month."""

    country: str
    day: date


class DriverShare(NamedTuple):
    """What an input's doubt makes of a range: its words, and its part, per cent."""

    words: str
    per_cent: float


def who_title(language: Language, parties: Sequence[PartyEffect], others: Sequence[Range]) -> str:
    """Return the title of who gains and loses: the bound of all others' effects.

    With fewer than two parties, or no others, it is who loses or gains most.

    Args:
        language: it is said in.
        parties: whom the question is about.
        others: welfare of each other economy, per cent of its spending.
    """
    if len(parties) < 2 or not others:
        return largest_title(language, parties)
    kind = "who" if len(parties) == 2 else "who_many"
    point = "" if all(map(drawn, others)) else "_point"
    return language.say(
        f"titles.{kind}{point}",
        n=language.counted(len(parties)),
        bound=at_most(language, largest(others)),
    )


def largest_title(language: Language, effects: Sequence[PartyEffect]) -> str:
    """Return who loses or gains the most in money, by far where it is twice the next."""
    ranked = sorted(effects, key=lambda one: -abs(one.usd.value))
    if not ranked or not ranked[0].usd.value:
        return ""
    first = ranked[0]
    second = abs(ranked[1].usd.value) if len(ranked) > 1 else 0.0
    how = "largest" if abs(first.usd.value) >= BY_FAR * second else "first"
    kind = "loss" if first.usd.value < 0 else "gain"
    return language.say(f"titles.{how}_{kind}", A=language.country(first.country))


def law_title(language: Language, moves: Sequence[LawMove]) -> str:
    """Return who moved first, and when others answered; nothing where more than two moved.

    Args:
        language: it is said in.
        moves: every day on which somebody's law changed between the two dates asked about.
    """
    days: dict[str, list[date]] = {}
    for move in moves:
        days.setdefault(move.country, []).append(move.day)
    ordered = sorted(days, key=lambda who: min(days[who]))
    if not ordered or len(ordered) > 2:
        return ""
    A, months = language.country(ordered[0]), _months(language, days[ordered[0]])
    if len(ordered) == 1:
        return language.say("titles.moved_alone", A=A, months=months)
    B = language.country(ordered[1])
    start, answer = min(days[ordered[0]]), min(days[ordered[1]])
    if (start.year, start.month) == (answer.year, answer.month):
        months = _months(language, [*days[ordered[0]], *days[ordered[1]]])
        return language.say("titles.moved_together", A=A, B=B, months=months)
    months = _months(language, days[ordered[1]])
    return language.say("titles.moved", A=A, B=B, first=language.month(start), months=months)


def doubt_title(language: Language, country: str, drivers: Sequence[DriverShare]) -> str:
    """Return what makes the largest part of a range; nothing where nothing does.

    Args:
        language: it is said in.
        country: whose range.
        drivers: every input's part.
    """
    known = [one for one in drivers if one.per_cent > 0]
    if not known:
        return ""
    first = max(known, key=lambda one: one.per_cent)
    return language.say(
        "titles.doubt",
        share=share(language, min(first.per_cent, 100.0)),
        A=language.country(country),
        input=first.words,
    )


def _months(language: Language, days: Sequence[date]) -> str:
    """Return the months of days in words, a year once where they share it; many as a span."""
    firsts = sorted({date(day.year, day.month, 1) for day in days})
    if len(firsts) > MOST_MONTHS:
        first, last = language.month(firsts[0]), language.month(firsts[-1])
        return language.part("dates.span", first=first, last=last)
    if len({one.year for one in firsts}) == 1 and len(firsts) > 1:
        names = language.listed([language.month_alone(one) for one in firsts])
        said = language.part("dates.months_of", months=names, year=firsts[0].year)
    else:
        said = language.listed([language.month(one) for one in firsts])
    return language.part("dates.in", months=said)
