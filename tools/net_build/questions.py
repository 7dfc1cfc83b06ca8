"""What the encoder is asked of the labelled passages, and what is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fit_reading import Labelled, alike_goods, of_row, sentence_of

from countervail.reading.encoded.marked import words_of
from countervail.reading.encoded.net import Net
from countervail.reading.encoded.windows import MOST, Window, cut, grouped, window
from countervail.reading.lain import LEFT as NO_GOODS
from countervail.reading.load import from_text
from countervail.reading.parties.facts import quoted
from countervail.reading.parties.weighed import LEFT as NO_PARTIES
from countervail.reading.reader import FirstReading, read_by_rules
from countervail.reading.unseen.clause_spans import stretches
from countervail.reading.worded.drafts import NONE

MOST_OF = 0.6
"""Part of a quote that a stretch has, from which on it tells the measure."""
NEAR = 0.05
"""Difference of two rates that are one."""

Pairs = Sequence[tuple[Mapping[str, Any], Labelled]]
"""Labelled measures, as they are written and as they are learned from."""


@dataclass
class Question:
    """Words of a window that are asked about, with what is right; None is not learned from.

    Attributes:
        lo, hi: pieces.
        rate: piece of the rate that is meant; -1 is none.
        instruments, statuses: names that are right.
        takers, struck: codes.
        goods, rates: pieces where goods and rates that are right are named; no rate is the empty
            set.
    """

    lo: int
    hi: int
    rate: int = -1
    instruments: tuple[str, ...] = (NONE,)
    statuses: tuple[str, ...] | None = None
    takers: frozenset[str] | None = None
    struck: frozenset[str] | None = None
    goods: frozenset[int] | None = None
    rates: frozenset[int] | None = None


@dataclass
class Passage:
    """A window with its questions.

    Attributes:
        window: the window.
        goods, rates: pieces where goods and rates are named.
        questions: what is asked.
    """

    window: Window
    goods: list[int]
    rates: list[int]
    questions: list[Question] = field(default_factory=list)


def passages(net: Net, row: Mapping[str, Any]) -> list[Passage]:
    """Return the windows of a labelled text with the questions on it."""
    told = read_by_rules(from_text(row["text"], date.fromisoformat(row["doc_date"])), hear=False)
    scenes = told.scenes
    cuts = [cut(net, n, words_of(sc)) for n, sc in enumerate(scenes)]
    pairs = list(zip(row["measures"], of_row(told, row), strict=True))
    found = []
    for ahead, here in grouped(cuts):
        w = window(net, [*ahead, *here])
        one = Passage(w, _named(told, w, "products"), _named(told, w, "rates"))
        numbers = {c.number for c in here}
        one.questions += _of_measures(told, pairs, w, numbers)
        one.questions += _of_stretches(told, pairs, w, numbers)
        one.questions += _of_none(told, row, w, numbers)
        if one.questions:
            found.append(one)
    return found


def _named(told: FirstReading, w: Window, kind: str) -> list[int]:
    at = [first[m.lo] for n, first in w.first.items() for m in getattr(told.scenes[n].s, kind)]
    return [k for k in at if k < MOST]


def _of_measures(
    told: FirstReading, pairs: Pairs, w: Window, numbers: set[int]
) -> Iterator[Question]:
    """Yield what is asked of the words of labelled measures, and of the drafts that tell them."""
    for m, one in pairs:
        spans = {_span(told, m["start"], m["end"])}
        if not one.made:
            spans.add((one.draft.sentence, *quoted(told.scenes[one.draft.sentence], one.draft)))
        for n, lo, hi in sorted(spans):
            if n in numbers and w.first[n][lo] < MOST:
                yield _right(told, w, m, one, Question(w.first[n][lo], min(w.first[n][hi], MOST)))


def _of_stretches(
    told: FirstReading, pairs: Pairs, w: Window, numbers: set[int]
) -> Iterator[Question]:
    """Yield what is asked of stretches that have most of a quote: they too may tell a measure, so
    that none is known for one by where its words end."""
    for n in sorted(numbers):
        for part in stretches(told.scenes[n]):
            a, b = told.scenes[n].span(part.lo, part.hi)
            inside = [(m, one) for m, one in pairs if _most(m, a, b)]
            if not inside or w.first[n][part.lo] >= MOST:
                continue
            q = Question(w.first[n][part.lo], min(w.first[n][part.hi], MOST))
            if len(inside) == 1:
                yield _right(told, w, *inside[0], q)
                continue
            names = [x for m, _ in inside for x in (m["instrument"], *m.get("instrument_ok", ()))]
            q.instruments = tuple(dict.fromkeys(names))
            yield q


def _most(m: Mapping[str, Any], start: int, end: int) -> bool:
    shared = min(m["end"], end) - max(m["start"], start)
    return bool(shared > MOST_OF * (m["end"] - m["start"]))


def _span(told: FirstReading, start: int, end: int) -> tuple[int, int, int]:
    n = sentence_of(told, start, end)
    inside = [k for k, t in enumerate(told.scenes[n].s.tokens) if t.start < end and t.end > start]
    return (n, inside[0], inside[-1] + 1) if inside else (n, 0, len(told.scenes[n].s.tokens))


def _right(
    told: FirstReading, w: Window, m: Mapping[str, Any], one: Labelled, q: Question
) -> Question:
    """Return a question with what is right of a labelled measure."""
    none = (NONE,) if m.get("optional") else ()
    q.instruments = (m["instrument"], *m.get("instrument_ok", ()), *none)
    q.statuses = (m["status"], *m.get("status_ok", ()))
    if m["instrument"] not in NO_PARTIES:
        q.takers = one.takers[0]
        q.struck = None if one.anyone else one.struck[0]
    if m["instrument"] not in NO_GOODS and not m.get("products_any"):
        q.goods = _goods(told, w, one)
    q.rates = _rates(told, w, m, q)
    if q.rates:
        q.rate = min(q.rates, key=lambda at: max(q.lo - at, at - q.hi, 0))
    return q


def _goods(told: FirstReading, w: Window, one: Labelled) -> frozenset[int] | None:
    """Return where the goods of a measure are named; None where no table knows them."""
    found = frozenset(
        first[p.lo]
        for n, first in w.first.items()
        for p in told.scenes[n].s.products
        if any(alike_goods(p.it.text, p.it.headings, wanted) for wanted in one.goods)
    )
    return found if found or not one.goods else None


def _rates(
    told: FirstReading, w: Window, m: Mapping[str, Any], q: Question
) -> frozenset[int] | None:
    """Return where the rate of a measure is named: in its words, else nearest to them."""
    if m.get("rate") is None:
        return frozenset()
    same = [
        first[r.lo]
        for n, first in w.first.items()
        for r in told.scenes[n].s.rates
        if abs(r.it.value - m["rate"]["value"]) <= NEAR
    ]
    inside = [at for at in same if q.lo <= at < q.hi]
    nearest = sorted(same, key=lambda at: max(q.lo - at, at - q.hi))[:1]
    return frozenset(inside or nearest) or None


def _of_none(
    told: FirstReading, row: Mapping[str, Any], w: Window, numbers: set[int]
) -> Iterator[Question]:
    """Yield what is asked of stretches and drafts that tell no measure."""
    quotes = [(m["start"], m["end"]) for m in row["measures"]]
    spans = {(n, p.lo, p.hi) for n in numbers for p in stretches(told.scenes[n])}
    spans |= {
        (d.sentence, *quoted(told.scenes[d.sentence], d))
        for d in told.story.drafts
        if not d.listed and d.sentence in numbers
    }
    for n, lo, hi in sorted(spans):
        a, b = told.scenes[n].span(lo, hi)
        if w.first[n][lo] < MOST and not any(min(b, y) > max(a, x) for x, y in quotes):
            yield Question(w.first[n][lo], min(w.first[n][hi], MOST))
