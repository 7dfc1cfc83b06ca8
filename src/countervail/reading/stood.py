"""Statuses that words around a measure tell for certain: put off, run out, foreseen."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.reading.clauses import Clause
from countervail.reading.draft import STATED, Draft
from countervail.reading.frames import Scene
from countervail.reading.parties.facts import clause_of, quoted
from countervail.reading.sentence import Sentence
from countervail.reading.standing import MAYBE

FORESEES = frozenset({"foresees", "foresee", "envisages", "envisage", "foresaw", "envisaged"})
ENDS = ("lift", "cut", "allow", "resume")
GOING = frozenset({"to", "on", "into", "up", "down", "from", "for", "as", "ahead", "through", "by"})
"""Words after go with which it is no end."""
POINTING = frozenset({"it", "them", "lot", "both", "these", "those", "all"})


def tell_statuses(drafts: Sequence[Draft], scenes: Sequence[Scene]) -> None:
    """Give drafts the status that words around them tell for certain.

    Args:
        drafts: of a text, their dates settled.
        scenes: its sentences.
    """
    for d in drafts:
        status = "" if d.listed else _surely(scenes[d.sentence], d)
        if status:
            d.status, d.how["status"], d.certain = status, STATED, True
            d.cue.pop("status", None)


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
