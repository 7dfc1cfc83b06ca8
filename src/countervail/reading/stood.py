"""Where a measure stands, weighed by all that its sentence says of it: tense, dates, words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from countervail.reading.clauses import Clause
from countervail.reading.draft import INFERRED, STATED, Draft
from countervail.reading.frames import Scene
from countervail.reading.lexicon import pattern
from countervail.reading.parties.facts import clause_of, quoted
from countervail.reading.sentence import Mention, Sentence
from countervail.reading.weights import worth

STATUSES = ("in_force", "announced", "threatened", "offered", "removed", "suspended")
"""What is weighed; ``reported`` is told by the words for hearsay alone."""
KINDS = (
    *("future", "due", "decided", "plan", "threat", "maybe", "would", "offer", "end", "pause"),
    *("still", "since", "bear", "not", "until", "if", "again", "start", "exchange", "perfect"),
)
"""Kinds of words that tell how far a measure has come: ``stood.<kind>`` among the patterns."""
NEAR = 12
"""Words around a quote that are told apart from the rest of its sentence."""
BEFORE_DATES = frozenset(
    {"from", "since", "until", "till", "by", "on", "in", "after", "before", "effective", "through"}
)
ABOVE = frozenset(
    {
        *("say", "announce", "plan", "propose", "threaten", "consider", "offer", "agree", "expect"),
        *("deny", "refuse", "demand", "seek", "vote", "think", "forecast", "require"),
    }
)
DOES = frozenset(
    {
        *(
            "impose",
            "lift",
            "suspend",
            "keep",
            "cut",
            "raise",
            "ban",
            "pay",
            "start",
            "end",
            "rise",
        ),
        *("fall", "hit", "allow", "resume", "remain", "extend", "halt", "give", "reach", "curb"),
    }
)
MARGIN = 0.6
"""How much more must speak for another status than for the one that was read."""
Facts = dict[str, float]


def weigh_statuses(drafts: Sequence[Draft], scenes: Sequence[Scene], on: date | None) -> None:
    """Give each draft whose status the words do not settle the one that most speaks for.

    Args:
        drafts: of a text, their dates settled.
        scenes: its sentences.
        on: its day.
    """
    told: dict[int, Told] = {}
    for d in drafts:
        if not weighed(d):
            continue
        able = candidates(facts(d, scenes, on, told))
        worths = {name: worth("status", of) for name, of in able}
        status = max(worths, key=lambda name: worths[name])
        if worths[status] - worths[d.status] > MARGIN:
            d.status, d.how["status"] = status, INFERRED
            d.cue.pop("status", None)


def weighed(d: Draft) -> bool:
    """Return whether a draft's status is weighed: no frame read it, and it is no hearsay."""
    unsure = d.rule.startswith("unseen") and d.how.get("status") != STATED
    return unsure and d.status in STATUSES


def candidates(found: Mapping[str, float]) -> list[tuple[str, Facts]]:
    """Return every status with the facts of a draft as facts of that status."""
    return [(x, {f"{x}: {name}": v for name, v in found.items()}) for x in STATUSES]


Told = Sequence[tuple[str, int]]
"""Kinds of the words of a sentence, each with its place in words."""


def _kinds(s: Sentence) -> Told:
    text = s.words(0, len(s.tokens))
    starts, at = {}, 0
    for k, t in enumerate(s.tokens):
        starts[at] = k
        at += len(t.low) + 1
    return [
        (kind, starts[m.start()])
        for kind in KINDS
        for m in pattern(f"stood.{kind}").finditer(text)
        if m.start() in starts
    ]


def facts(
    d: Draft, scenes: Sequence[Scene], on: date | None, told: dict[int, Told], bare: bool = False
) -> Facts:
    """Return what is known of how far a measure has come.

    Args:
        d: the draft, its dates settled.
        scenes: sentences of its text.
        on: day of the text.
        told: kinds of words by sentence, filled here.
        bare: whether what the rules read is left out.
    """
    sc = scenes[d.sentence]
    lo, hi = quoted(sc, d)
    if d.sentence not in told:
        told[d.sentence] = _kinds(sc.s)
    c = clause_of(sc.clauses, lo, hi)
    names = ["any", d.instrument]
    if not bare:
        names += _as_read(d, on)
    names += _of_words(told[d.sentence], c, lo, hi)
    names += _of_dates(sc.s, on, lo, hi)
    if c is not None:
        names += _of_clause(sc.clauses, c)
    return dict.fromkeys(names, 1.0)


def _as_read(d: Draft, on: date | None) -> Iterator[str]:
    yield f"read {d.status}"
    yield f"read {d.status} by {d.rule.split('.')[0]}"
    if d.rule.startswith("unseen"):
        yield f"read {d.status} by {d.rule}"
    yield f"read {d.status} {d.how.get('status', '')}"
    if d.condition is not None:
        yield "condition"
        yield f"condition, read {d.status}"
    for key, value in d.dates.items():
        yield f"{key} {_when(value, on)}"
        yield f"{key} {_when(value, on)}, read {d.status}"


def _when(value: str, on: date | None) -> str:
    if on is None:
        return "some day"
    day = on.isoformat()[: len(value)]
    return "ahead" if value > day else "behind" if value < day else "now"


def _of_words(told: Told, c: Clause | None, lo: int, hi: int) -> Iterator[str]:
    for kind, k in told:
        yield f"{kind} said"
        if lo <= k < hi:
            yield f"{kind} quoted"
        elif lo - NEAR <= k < hi + NEAR:
            yield f"{kind} before" if k < lo else f"{kind} after"
        if c is not None and (c.lo <= k < c.hi or c.subject[0] <= k < c.subject[1]):
            yield f"{kind} in the clause"


def _of_dates(s: Sentence, on: date | None, lo: int, hi: int) -> Iterator[str]:
    for m in s.dates:
        when = _when(_first(m), on)
        where = "quoted" if lo <= m.lo < hi else "beside"
        yield f"date {when}"
        yield f"date {when} {where}"
        word = next((w for w in (s.low(m.lo), s.low(m.lo - 1)) if w in BEFORE_DATES), "")
        if word:
            yield f"{word} {when}"


def _first(m: Mention) -> str:
    return str(m.it.value).rstrip("+")


def _of_clause(parts: Sequence[Clause], c: Clause) -> Iterator[str]:
    yield f"clause {c.kind}"
    v = c.verb
    if v is None:
        yield "no verb"
        return
    tense = "past" if v.past else "present"
    if {"have", "has", "had", "'ve"} & set(v.helpers):
        tense = "perfect"
    yield f"verb {v.form}"
    yield f"verb {v.form} {tense}"
    if v.passive:
        yield f"passive {tense}"
    if v.denied:
        yield "denied"
    for one in v.helpers:
        yield f"helper {one}"
    for one in v.classes & DOES:
        yield f"verb of {one}"
        yield f"verb of {one}, {v.form} {tense}"
    for one in v.governing & ABOVE:
        yield f"under {one}"
    for _ in range(4):
        if c.parent < 0:
            break
        c = parts[c.parent]
        if c.verb is not None:
            for one in c.verb.classes & ABOVE:
                yield f"under {one}"
