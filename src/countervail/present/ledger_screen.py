"""The first screen of ``ledger list``: what is in force, one line a measure, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from textwrap import shorten
from typing import Any

from countervail import labels
from countervail.ledger import Ledger
from countervail.ledger.measure import Rate
from countervail.ledger.selection import Selection
from countervail.present.parts import Column, DocumentTable, Part, Words
from countervail.present.sentences import ledger as sentences
from countervail.present.sentences.language import Language
from countervail.present.sentences.run import law_said

Row = dict[str, Any]

MOST_LINES = 12
LATELY = timedelta(days=90)
MOST_LETTERS = 24
"""Of the goods of a line: the first of them, and how many more there are."""


def screen(
    language: Language,
    book: Ledger,
    asked: Selection,
    found: Sequence[Row],
    day: date,
    known_on: date | None,
    says: str | None,
) -> list[Part]:
    """Return what is read first of the law of a day.

    Args:
        language: it is read in.
        book: the measures asked about.
        asked: which those are.
        found: what is in force, a row a product group.
        day: whose law it is.
        known_on: the day on which it is to have been known.
        says: what must be said of a day the record does not cover.
    """
    parts: list[Part] = [Words(as_of(language, book, asked, found, day, known_on), "strong")]
    if says is not None:
        parts.append(Words(says))
    if found:
        parts += [Words(""), _table(language, found)]
    parts.append(Words(language.part("screen.ledger_rest")))
    return parts


def as_of(
    language: Language,
    book: Ledger,
    asked: Selection,
    found: Sequence[Row],
    day: date,
    known_on: date | None,
) -> str:
    """Return the law of a day in a sentence; the arguments are those of ``screen``."""
    lately = {
        change.measure.id
        for change in book.between(day - LATELY, day, known_on)
        if change.kind != "continues"
    }
    coming = {
        measure.id
        for measure in book
        if any(_announced(rate, day, known_on or day) for rate in measure.rates)
    }
    between = None if asked.between is None else [_code(w) for w in asked.between.split(",")]
    return sentences.as_of(
        language,
        day,
        len({row["id"] for row in found}),
        on=None if asked.on is None else _code(asked.on),
        by=None if asked.by is None else _code(asked.by),
        between=None if between is None else (between[0], between[1]),
        changed=len(lately),
        announced=len(coming),
    )


def _announced(rate: Rate, day: date, known: date) -> bool:
    """Return whether a step is announced and not yet in force: no end, and none that never came."""
    if rate.never or rate.ended or rate.in_force is None:
        return False
    return rate.announced <= min(day, known) and rate.in_force > day


def _code(word: str) -> str:
    """Return a country's code for a word that names it; a group's own word."""
    return word.strip().upper() if labels.is_group(word) else labels.expand(word)[0]


def _table(language: Language, found: Sequence[Row]) -> DocumentTable:
    ids = dict.fromkeys(row["id"] for row in found)
    own = {id: [row for row in found if row["id"] == id] for id in ids}
    ranked = sorted(own, key=lambda id: max(row["since"] or "" for row in own[id]), reverse=True)
    most = MOST_LINES - 2
    shown = ranked if len(ranked) <= most + 1 else ranked[:most]
    rows = [_line(language, own[id]) for id in shown]
    left = len(ranked) - len(shown)
    if left:
        more = language.part("screen.more_goods", n=language.counted(left))
        rows.append({**dict.fromkeys(rows[0], ""), "goods": more, "whom": "--show law"})
    heads = {key: language.part(f"screen.{key}") for key in ("goods", "law", "since", "until")}
    columns = (
        Column("whom", language.part("screen.whom"), fixed=True),
        Column("goods", heads["goods"], fixed=True),
        Column("law", heads["law"], fixed=True),
        Column("since", heads["since"], fixed=True),
        Column("until", heads["until"], fixed=True),
    )
    return DocumentTable(columns, rows, indent=2)


def _line(language: Language, own: Sequence[Row]) -> Row:
    """Return a measure as a line: whom, goods, law, since and until when."""
    first = own[0]
    names = list(dict.fromkeys(str(language.goods(row["products"])) for row in own))
    more = f" +{len(names) - 1}" if len(names) > 1 else ""
    goods = f"{shorten(names[0], MOST_LETTERS - len(more), placeholder=' ...')}{more}"
    laws = dict.fromkeys(law_said(language, row["law"]) for row in own)
    since = sorted({row["since"] or "" for row in own})
    until = sorted({row["until"] or "" for row in own})
    several = language.part("screen.several")
    return {
        "whom": f"{first['by']} > {_on(first['on'])}",
        "goods": goods,
        "law": _short(next(iter(laws))) if len(laws) == 1 else several,
        "since": since[-1],
        "until": until[-1] if len(until) == 1 else several,
    }


def _on(on: str) -> str:
    """Return whom a measure is on in a few characters."""
    words = on.split()
    if words[0] == "ALL":
        return "ALL" if len(words) == 1 else "ALL but"
    return " ".join(words[:2]) if len(words) <= 2 else f"{words[0]} +{len(words) - 1}"


def _short(law: str, most: int = 12) -> str:
    """Return a law in a few characters: what stands above a quota is told by ``--show law``."""
    return law if len(law) <= most else f"{law.split(', ')[0][: most - 4].rstrip()} ..."
