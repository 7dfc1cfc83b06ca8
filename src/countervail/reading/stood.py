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
from countervail.reading.standing import MAYBE
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
FORESEES = frozenset({"foresees", "foresee", "envisages", "envisage", "foresaw", "envisaged"})
ENDS = ("lift", "cut", "allow", "resume")
GOING = frozenset({"to", "on", "into", "up", "down", "from", "for", "as", "ahead", "through", "by"})
"""Words after go with which it is no end."""
POINTING = frozenset({"it", "them", "lot", "both", "these", "those", "all"})
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


def tell_statuses(drafts: Sequence[Draft], scenes: Sequence[Scene]) -> None:
    """Give drafts the status that words around them tell for certain, before any is weighed.

    Args:
        drafts: of a text, their dates settled.
        scenes: its sentences.
    """
    for d in drafts:
        status = "" if d.listed else _surely(scenes[d.sentence], d)
        if status:
            d.status, d.how["status"] = status, STATED
            d.cue.pop("status", None)


def weighed(d: Draft) -> bool:
    """Return whether a draft's status is weighed: no frame read it, and it is no hearsay."""
    unsure = d.rule.startswith("unseen") and d.how.get("status") != STATED
    return unsure and d.status in STATUSES


def _surely(sc: Scene, d: Draft) -> str:
    """Return the status that words around a draft tell for certain; nothing where none does."""
    lo, hi = quoted(sc, d)
    if d.status == "in_force" and d.rule.startswith("mention") and sc.s.has(lo - 5, lo, FORESEES):
        return "announced"
    if d.rule == "subject.new":
        c = next((x for x in sc.clauses if x.subject[0] <= lo < x.subject[1]), None)
        v = c.verb if c is not None else None
        if v is not None and v.lemma == "go" and not v.denied and sc.s.low(v.hi) not in GOING:
            return "offered" if d.condition is not None or d.status == "threatened" else "removed"
    ends = any(c.verb is not None and c.verb.is_(*ENDS) for c in _inside(sc, lo, hi))
    if ends and d.status == "removed" and _put_off(sc, d, lo, hi):
        refused = sc.s.has(lo, hi, {"refusal", "refusing"})
        return "suspended" if refused else "in_force"  # an end put off leaves what stands
    if not ends and d.status in {"in_force", "announced"}:
        return "suspended" if _put_off(sc, d, lo, hi) or _then_put_off(sc, lo, hi) else ""
    return ""


def _inside(sc: Scene, lo: int, hi: int) -> list[Clause]:
    return [c for c in sc.clauses if c.verb is not None and lo <= c.verb.main < hi]


def _put_off(sc: Scene, d: Draft, lo: int, hi: int) -> bool:
    """Return whether what tells a measure hangs on its being put off: put off bringing it in."""
    inside = _inside(sc, lo, hi)
    if any(c.verb is not None and c.verb.under("suspend") for c in inside):
        return True
    if len(inside) > 1 and _puts_off(sc.s, inside[0]):
        after = inside[1].verb
        if d.rule.startswith("unseen") or (after is not None and after.form == "ing"):
            return True
    c = clause_of(sc.clauses, lo, hi)
    seen = 0
    while c is not None and c.parent >= 0 and seen < 8:
        if not (c.kind in {"ger", "inf"} or (c.kind == "part" and sc.s.low(c.lo - 1) != ",")):
            return False
        c, seen = sc.clauses[c.parent], seen + 1
        if _puts_off(sc.s, c):
            return True
    return False


def _then_put_off(sc: Scene, lo: int, hi: int) -> bool:
    """Return whether a measure is put off after it is told: set a duty and put it off."""
    c = clause_of(sc.clauses, lo, hi)
    return c is not None and any(
        one.kind == "coord" and one.lo >= c.hi and _puts_off(sc.s, one) and _points(sc.s, one)
        for one in sc.clauses
    )


def _puts_off(s: Sentence, c: Clause) -> bool:
    v = c.verb
    if v is None or v.denied or MAYBE & set(v.helpers):
        return False
    return v.is_("suspend") or (v.lemma == "put" and s.has(v.hi, min(v.hi + 4, c.hi), {"off"}))


def _points(s: Sentence, c: Clause) -> bool:
    """Return whether a clause's verb has a word that points back for its object."""
    v = c.verb
    return v is not None and s.has(v.main, v.hi + 3, POINTING)


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
