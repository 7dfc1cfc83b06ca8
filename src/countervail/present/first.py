"""The first screen of ``run``: the answer in a sentence, a table of it, and where the rest is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any, NamedTuple

import numpy as np

from countervail.present.joined import JoinedGoods
from countervail.present.numbers import MOST_PER_CENT
from countervail.present.parts import Column, DocumentTable, Part, Words
from countervail.present.sentences import run
from countervail.present.sentences.amounts import (
    SaidAmount,
    bound_number,
    cell_money,
    cell_percent,
)
from countervail.present.sentences.goods import GoodSold
from countervail.present.sentences.language import Language
from countervail.present.sentences.run import PartyEffect, largest
from countervail.present.short_names import cut
from countervail.present.told import ToldAnswer, point
from countervail.quantiles import Range

MOST_LINES = 12
"""Lines of the tables, heads included."""

MOST_GOODS = 5
INDENT = 2

MOST_COLUMNS = 80
LEAST_TITLE = 24
"""Characters of a title that say something of it; with room for fewer it is left out."""


class FirstScreen(NamedTuple):
    """What is read first.

    Attributes:
        headline: the answer in a sentence.
        more: what stands below it: per cent of spending, how surely, all others, the long run.
        since: how the law has changed since; empty where it has not.
        parts: the screen.
    """

    headline: str
    more: str
    since: str
    parts: Sequence[Part]

    def as_dict(self, language: Language) -> dict[str, Any]:
        """Return the sentences, JSON-able."""
        return {
            "language": language.code,
            "headline": self.headline,
            "more": self.more,
            "since": self.since,
        }


def first_screen(
    told: ToldAnswer,
    language: Language,
    notes: Sequence[Words] = (),
    beside: Sequence[PartyEffect] = (),
    drawing: int | None = None,
) -> FirstScreen:
    """Return the first screen of an answer.

    Args:
        told: the answer.
        language: it is read in.
        notes: what must stand beside the figures, such as what the answer leaves out.
        beside: the effects on the same countries in the long run, beside an answer of some years.
        drawing: how many draws are asked for, where they are still being made.
    """
    headline = told.headline(language)
    second = [told.second_line(language)]
    if beside:
        second.append(run.long_run(language, beside))
    since = run.changed_since(language, told.since)
    parts: list[Part] = [
        Words(f"{headline}.", "strong"),
        Words(_asked(told, language)),
        *notes,
        Words(""),
        *_money(told, language, beside),
        *_goods(told, language, MOST_LINES - len(told.countries) - 4),
        *([Words(since)] if since else []),
        Words(_certified(told, language, drawing)),
        Words(language.part("screen.rest")),
    ]
    return FirstScreen(headline, " ".join(second), since, parts)


def still_screen(
    told: ToldAnswer, language: Language, notes: Sequence[Words], *, same: bool
) -> FirstScreen:
    """Return the first screen of an answer in which nothing moves.

    Args:
        told: the answer.
        language: it is read in.
        notes: what must stand beside the figures.
        same: whether the law is the same in both states.
    """
    if same and told.dates is not None:
        headline = run.nothing_changed(language, told.dates)
    else:
        headline = run.nothing_moves(language)
    since = run.changed_since(language, told.since)
    parts: list[Part] = [
        Words(f"{headline}.", "strong"),
        Words(_asked(told, language)),
        *notes,
        *([Words(since)] if since else []),
        Words(_certified(told, language)),
        Words(language.part("screen.rest")),
    ]
    return FirstScreen(headline, "", since, parts)


def long_run_effects(told: ToldAnswer, data: Mapping[str, Any] | None) -> list[PartyEffect]:
    """Return the effects on the countries of a headline in the long run that stands beside.

    Args:
        told: the answer some years after.
        data: the JSON object ``long_run``; None where there is none.
    """
    return effects_of(told.countries, data)


def effects_of(countries: Sequence[str], data: Mapping[str, Any] | None) -> list[PartyEffect]:
    """Return the effects on countries in a JSON object; nothing where it lacks one of them."""
    if data is None:
        return []
    ranges = data["ranges"] or {}
    found = []
    for code in countries:
        row, known = data["countries"].get(code), ranges.get(code, {})
        if row is not None:
            usd, per_cent = (_known(row[key], known.get(key)) for key in KEYS)
            found.append(PartyEffect(code, usd, per_cent))
    return found if len(found) == len(countries) else []


KEYS = ("welfare_usd", "welfare")
"""Of welfare in the rows of countries: in money, and in per cent of spending."""


def _known(value: float, found: Mapping[str, float | None] | None) -> Range:
    """Return a figure as the JSON object has it."""
    if found is None:
        return point(value)
    ends = (found[at] for at in ("p05", "p50", "p95"))
    return Range(value, *(np.nan if end is None else end for end in ends))


def _asked(told: ToldAnswer, language: Language) -> str:
    """Return of which law the answer is, and the question's title as far as the line has room."""
    law, title = told.law(language), told.solution.scenario.title
    room = MOST_COLUMNS - len(law) - 2
    if room < LEAST_TITLE or title.startswith("Law of "):  # then it says the days, again
        return f"{law}."
    short = shorten(title, room, placeholder=" ...")
    return f"{law}. {short}" if len(short) >= LEAST_TITLE or short == title else f"{law}."


def _money(told: ToldAnswer, language: Language, beside: Sequence[PartyEffect]) -> list[Part]:
    """Return who gains and loses: at both horizons, or at one with per cents of spending."""
    first = [cell_money(language, party.usd) for party in told.parties]
    if beside:
        second = [cell_money(language, party.usd) for party in beside]
    else:
        second = [cell_percent(language, party.percent) for party in told.parties]
    names = [language.label(party.country) for party in told.parties]
    rows = [
        {"name": name, "first": one, "second": two}
        for name, one, two in zip(names, amounts_beside(first), amounts_beside(second), strict=True)
    ]
    second_head = "screen.long" if beside else "screen.share_of_spending"
    columns = (
        Column("name", language.part("screen.usd"), width=(20, 28)),
        Column("first", when_head(language, told.horizon), fixed=True),
        Column("second", language.part(second_head), fixed=True),
    )
    parts: list[Part] = [DocumentTable(columns, rows, indent=INDENT, close=True)]
    others = [one.percent for one in told.others]
    if others:
        said = language.part("screen.others", n=language.counted(len(others)))
        bound = language.part("screen.within", bound=bound_number(language, largest(others)))
        parts.append(Words(f"{' ' * INDENT}{said} {bound}"))
    return parts


def when_head(language: Language, years: float | None) -> str:
    """Return the head of the column of an answer's own horizon."""
    if years is None:
        return language.part("screen.long")
    if years == 1:
        return language.part("screen.year")
    return language.part("screen.years", n=language.digits(f"{years:g}"))


def amounts_beside(said: Sequence[SaidAmount]) -> list[str]:
    """Return amounts with their ranges beside, the amounts one below the other."""
    width = max(len(one.value) for one in said)
    return [f"{one.value:>{width}} {one.range}".rstrip() for one in said]


def _goods(told: ToldAnswer, language: Language, most: int) -> list[Part]:
    """Return the goods of which most is sold before, as far as there are lines for them."""
    found = list(zip(told.goods, told.sold, strict=True))
    if not found:
        return [Words("")]
    room = max(min(most, MOST_GOODS), 1)
    shown = found if len(found) <= room + 1 else found[:room]
    rows = [_good(language, one, sold) for one, sold in shown]
    left = len(found) - len(shown)
    if left:
        more = language.part("screen.more_goods", n=language.counted(left))
        rows.append({**dict.fromkeys(rows[0], ""), "good": more, "pair": "--show goods"})
    heads = {
        key: language.part(f"screen.{key}") for key in ("sold", "before", "after", "change", "duty")
    }
    columns = (
        Column("good", heads["sold"], width=(18, 24)),
        Column("pair", "", fixed=True),
        *(
            Column(key, heads[key], right=True, fixed=True)
            for key in ("before", "after", "change", "duty")
        ),
    )
    return [Words(""), DocumentTable(columns, rows, indent=INDENT)]


def _good(language: Language, one: JoinedGoods, sold: GoodSold) -> dict[str, Any]:
    row, change = one.row, sold.change
    by = "" if np.isnan(change.value) else cell_percent(language, change).value
    return {
        "good": cut(str(language.goods(row["name"].split("; ")[0]))),
        "pair": f"{row['exporter']} > {row['importer']}",
        "before": cell_money(language, sold.before, sign=False).value,
        "after": cell_money(language, sold.after, sign=False).value,
        "change": by if change.value > MOST_PER_CENT else f"{by} %" if by else "",
        "duty": _duty(language, row),
    }


def _duty(language: Language, row: Mapping[str, Any]) -> str:
    ban = language.template("law.ban")
    said = (ban if row[key] is None else language.digits(f"{row[key]:.0f}") for key in RATES)
    return f"{'' if row['base_rate_known'] else '≈'}{' → '.join(said)}"


RATES = ("rate", "rate_new")


def _certified(told: ToldAnswer, language: Language, drawing: int | None = None) -> str:
    """Return what was verified, how much is in doubt, and where it says what is left out."""
    ranges, year = told.reported.ranges, told.solution.world.year
    if ranges is None:
        said = language.part("screen.certified_point")
        money = language.part("screen.money_point", year=year)
    else:
        answered = int(ranges.ensemble.answered.sum())
        said = language.part("screen.certified", k=answered, n=len(ranges.ensemble))
        money = language.part("screen.money", year=year)
    if drawing is not None:
        done = 0 if ranges is None else int(ranges.ensemble.answered.sum())
        said = language.part("screen.certified_drawing", done=done, whole=drawing)
    left = told.left_out
    out = language.part("screen.left_out", n=language.counted(left)) if left else ""
    return " ".join(one for one in (said, money, out) if one)
