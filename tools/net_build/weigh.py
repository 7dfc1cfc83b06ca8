"""How much an answer of the encoder counts beside what rules and words say."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from fit_reading import Choice, Labelled, crossed, fits, fitted, hits, lies_on, of_row, put

from countervail.reading import lain
from countervail.reading.acts.dates import settle
from countervail.reading.dated_around import date_around
from countervail.reading.draft import Draft
from countervail.reading.encoded.answers import DEAF, Asked
from countervail.reading.encoded.drafts import FACT, heard, told
from countervail.reading.load import from_text
from countervail.reading.parties.facts import Matter, matter
from countervail.reading.parties.named import cast_of
from countervail.reading.parties.weighed import LEFT, struck, takers
from countervail.reading.reader import FirstReading, first_reading
from countervail.reading.unseen.clause_spans import stretches
from countervail.reading.weights import weights, worth
from countervail.reading.worded import drafts as worded
from countervail.reading.worded import instruments, statuses
from countervail.reading.worded.chances import chances, log_of
from countervail.reading.worded.facts import of_quote, of_stretch
from countervail.reading.worded.symbols import symbols
from net_build.questions import MOST_OF

OLD = "old"
"""What all that was fitted before says together."""
ALONE = frozenset({worded.PART})
"""Parts all of whose weights are fitted here."""
PENALTY = 0.05

Row = Mapping[str, Any]


def weigh(rows: Sequence[Row]) -> None:
    """Fit the weights of answers on texts that nothing else was fitted on; write them.

    What is drafted at all comes first: the rest is chosen of what is drafted.
    """
    _put(one for n, row in enumerate(rows) for one in _of_stretches(_read(row), row, n))
    weights.cache_clear()
    _put(one for n, row in enumerate(rows) for one in _choices(_read(row), row, n))


def _read(row: Row) -> FirstReading:
    return first_reading(from_text(row["text"], date.fromisoformat(row["doc_date"])))


def _put(every: Iterable[Choice]) -> None:
    """Fit the parts of some choices, say how well, and write them."""
    by: dict[str, list[Choice]] = {}
    for one in every:
        by.setdefault(one.part, []).append(one)
    for part, some in sorted(by.items()):
        found = fitted(some, PENALTY)
        scale = 1.0 if part in ALONE else found.pop(OLD)
        known = {} if part in ALONE else {k: v for k, v in weights(part).items() if k != FACT}
        right, _, can, of = hits(some, {OLD: 1.0, "words": 1.0})
        sys.stdout.write(
            f"{part}: without {right}, alone {hits(some, {FACT: 1.0})[0]}, can be {can}, of {of}; "
            f"both {crossed(some, PENALTY)}\n"
        )
        put(part, {**known, **{name: value / scale for name, value in found.items()}})


def _choices(told_: FirstReading, row: Row, text: int) -> Iterator[Choice]:
    """Yield the choices of a text's drafts as they come."""
    labelled = of_row(told_, row)
    pairs = zip(row["measures"], labelled, strict=True)
    tells = {id(one.draft): (m, one) for m, one in pairs if not one.made}
    drafts = [d for d in told_.story.drafts if not d.listed]
    for d in drafts:
        yield from _of_instrument(told_, row, d, tells.get(id(d)), text)
    for d in drafts:
        if id(d) in tells:
            yield from _of_matter(told_, drafts, d, *tells[id(d)], text)
    for k, d in enumerate(drafts):
        date_around(d, drafts[max(k - 20, 0) : k + 20], told_.scenes[d.sentence], told_.day)
        settle(d, told_.day)
    for d, around in statuses.in_order(drafts):
        if id(d) in tells:
            m = tells[id(d)][0]
            words = chances("statuses", of_quote(told_.scenes, d))
            each = statuses.of_each(d, words, around, told_.day)
            answer = heard(told_.scenes, d)
            names = (m["status"], *m.get("status_ok", ()))
            yield _of_classes(statuses.PART, told(each, answer.statuses), names, text)


def _choice(part: str, facts: Sequence[Mapping[str, float]], good: list[bool], text: int) -> Choice:
    """Return a choice with what was fitted before as one fact."""
    made = []
    for each in facts:
        own = {k: v for k, v in each.items() if k == FACT or part in ALONE}
        old = worth(part, {k: v for k, v in each.items() if k not in own})
        made.append({**own, **({} if part in ALONE else {OLD: old})})
    return Choice(text, part, made, good, 0)


def _of_classes(
    part: str, each: Mapping[str, Mapping[str, float]], names: Sequence[str], text: int
) -> Choice:
    return _choice(part, list(each.values()), [name in names for name in each], text)


def _overlaps(row: Row, start: int, end: int) -> bool:
    return any(min(end, m["end"]) > max(start, m["start"]) for m in row["measures"])


def _of_stretches(told_: FirstReading, row: Row, text: int) -> Iterator[Choice]:
    for sc in told_.scenes:
        for part in stretches(sc):
            a, b = sc.span(part.lo, part.hi)
            inside = [
                m
                for m in row["measures"]
                if min(b, m["end"]) - max(a, m["start"]) > MOST_OF * (m["end"] - m["start"])
            ]
            if any(m.get("optional") for m in inside) or (not inside and _overlaps(row, a, b)):
                continue
            names = {x for m in inside for x in (m["instrument"], *m.get("instrument_ok", ()))}
            heard_ = told_.story.heard
            answer = heard_.answer(Asked(sc.s.number, part.lo, part.hi)) if heard_ else DEAF
            if answer is not DEAF:
                words = chances("stretches", of_stretch(sc, part, symbols(sc)))
                each = {name: {"words": log_of(p)} for name, p in words.items()}
                told(each, answer.instruments)
                yield _of_classes(worded.PART, each, tuple(names) or (worded.NONE,), text)


def _of_instrument(
    told_: FirstReading, row: Row, d: Draft, tells: tuple[Row, Labelled] | None, text: int
) -> Iterator[Choice]:
    if tells is None and _overlaps(row, d.start, d.end):
        return
    m = tells[0] if tells else {"instrument": worded.NONE}
    words = chances("stretches", instruments.of_words(d, told_.scenes[d.sentence]))
    answer = heard(told_.scenes, d)
    each = told(instruments.of_each(d, words), answer.instruments)
    names = (m["instrument"], *m.get("instrument_ok", ()))
    yield _of_classes(instruments.PART, each, names, text)


def _of_matter(
    told_: FirstReading, drafts: Sequence[Draft], d: Draft, m: Row, one: Labelled, text: int
) -> Iterator[Choice]:
    """Yield the choices of the goods and the parties of a draft that tells a measure."""
    order = sorted(drafts, key=lambda x: (x.start, x.end))
    before = [x for x in order if (x.start, x.end) < (d.start, d.end)]
    after = [x for x in order if (x.start, x.end) > (d.start, d.end)]
    if not ({d.instrument, m["instrument"]} & lain.LEFT or d.rule == lain.NEXT):
        able = lain.candidates(d, before[-1] if before else None, after[:3], told_.scenes)
        goods = lain.weighed(d, able, told_.scenes)
        if not m.get("products_any"):
            good = [lies_on(g, one.goods) for g, _ in goods]
            yield _choice("goods", [f for _, f in goods], good, text)
    if d.instrument in LEFT:
        return
    answer = heard(told_.scenes, d)
    it: Matter = matter(d, before, after, cast_of(told_.scenes), told_.story)
    who = takers(it, answer.takers)
    good = [fits(frozenset(c), one.takers) for c, _ in who]
    yield _choice("taker", [f for _, f in who], good, text)
    own = next((c for c, _ in who if frozenset(c) in one.takers), tuple(sorted(one.takers[0])))
    if not one.anyone:
        whom = struck(it, own, answer.struck)
        good = [fits(frozenset(c), one.struck) for c, _ in whom]
        yield _choice("struck", [f for _, f in whom], good, text)
