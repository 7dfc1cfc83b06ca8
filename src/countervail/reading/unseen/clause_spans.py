"""The stretches of a sentence that may tell a measure each: clauses with what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from countervail.reading.draft import Draft
from countervail.reading.frames import Scene
from countervail.reading.roles import Role
from countervail.reading.sentence import Mention
from countervail.reading.unseen.cues import Cue, find_cues

HANGING = frozenset({"inf", "ger", "red", "part"})
ALIKE = 0.5
"""Share of the shorter of two quotes that both have, where both tell one thing."""


@dataclass(slots=True)
class Stretch:
    """A stretch of a sentence.

    Attributes:
        lo, hi: its words.
        n: number of its first clause.
        subject: (lo, hi) of its subject, which may stand before it.
        cues: in it, in their order.
        around: those of the whole sentence.
    """

    lo: int
    hi: int
    n: int
    subject: tuple[int, int] = (0, 0)
    cues: list[Cue] = field(default_factory=list)
    around: list[Cue] = field(default_factory=list)

    def within(self, k: int) -> bool:
        """Return whether a word is in the stretch or its subject."""
        return self.lo <= k < self.hi or self.subject[0] <= k < self.subject[1]

    def verbs(self, *classes: str) -> list[Cue]:
        """Return its cues that are verbs, of one of some classes."""
        return [q for q in self.cues if q.form != "noun" and (not classes or q.is_(*classes))]

    def nouns(self, *classes: str) -> list[Cue]:
        """Return its cues that are nouns, of one of some classes."""
        return [q for q in self.cues if q.form == "noun" and (not classes or q.is_(*classes))]

    def roles(self, sc: Scene, *whats: str) -> list[Role]:
        """Return the places in it that play one of some parts."""
        here = [r for r in sc.roles if self.within(r.place.lo)]
        return [r for r in here if not whats or plays(sc, r) in whats]

    def goods(self, sc: Scene) -> list[Mention]:
        """Return the goods in it that the tables know."""
        return [g for g in sc.s.products if self.within(g.lo)]

    def has(self, sc: Scene, words: frozenset[str] | set[str]) -> bool:
        """Return whether one of some words stands in it."""
        return sc.s.has(self.lo, self.hi, words) or sc.s.has(*self.subject, words)


def plays(sc: Scene, r: Role) -> str:
    """Return the part of a place; one whose ports goods go to is where they go to."""
    s = sc.s
    if r.what == "into" and s.low(r.place.lo - 1) == "to":
        return "to"
    if r.what != "in" or s.low(r.place.lo - 1) != "in":
        return r.what
    made = r.place.lo - 2  # shirts sewn in Bangladesh
    if s.low(made).endswith(("ed", "wn", "ade")):
        return "origin" if any(0 <= made - g.hi <= 2 for g in s.products) else "in"
    return r.what


def cues_of(sc: Scene) -> list[Cue]:
    """Return the cues of a sentence in their order."""
    verbal = {k for c in sc.clauses if c.verb for k in range(c.verb.lo, c.verb.hi)}
    return find_cues(sc.s, frozenset(verbal))


def stretches(sc: Scene) -> list[Stretch]:
    """Return the stretches of a sentence with their cues."""
    s, cues = sc.s, cues_of(sc)
    made: list[Stretch] = []
    for n, c in enumerate(sc.clauses):
        lo = c.lo if made else 0
        if made and (c.kind in HANGING or lo <= made[-1].lo or _split(cues, lo)):
            continue
        if made and (_in_list(sc, lo) or on_measure(sc, n) or (n and _goes_on(sc, n, made[-1]))):
            continue
        made.append(Stretch(lo, len(s.tokens), n, _subject(sc, n)))
    made = made or [Stretch(0, len(s.tokens), 0)]
    for a, b in pairwise(made):
        a.hi = b.lo
    for one in made:
        one.cues = [q for q in cues if one.lo <= q.lo < one.hi]
        one.around = cues
    return made


def whole(sc: Scene, parts: Sequence[Stretch]) -> Stretch:
    """Return a sentence as one stretch, where the evidence is spread over its clauses."""
    first = parts[0]
    cues = [q for one in parts for q in one.cues]
    return Stretch(0, len(sc.s.tokens), first.n, first.subject, cues, cues)


def _in_list(sc: Scene, at: int) -> bool:
    """Return whether a place stands inside a list of goods: bourbon | , yachts and soya."""
    s = sc.s
    if s.low(at) not in {",", "and", "or"}:
        return False
    return any(g.hi == at for g in s.products) and any(g.lo == at + 1 for g in s.products)


def on_measure(sc: Scene, n: int) -> bool:
    """Return whether a clause is one on a rate or a measure: the 20% that it had charged."""
    c, s = sc.clauses[n], sc.s
    if c.kind != "rel":
        return False
    at = c.lo - 1 if s.low(c.lo - 1) == "," else c.lo
    return any(r.hi == at for r in s.rates) or any(m.hi == at for m in sc.measures)


def _goes_on(sc: Scene, n: int, part: Stretch) -> bool:
    """Return whether a clause goes on with a subject that a clause on it stands behind."""
    lo, hi = _subject(sc, n)
    return lo < hi <= sc.clauses[n - 1].lo and on_measure(sc, n - 1) and part.lo <= lo


def _split(cues: Sequence[Cue], at: int) -> bool:
    """Return whether a place stands between a verb and its particle: let | logs back in."""
    return any(q.lo < at <= q.particle for q in cues)


def _subject(sc: Scene, n: int) -> tuple[int, int]:
    """Return the words of a clause's subject, its own or the one it shares."""
    c, seen = sc.clauses[n], 0
    while c.subject[0] >= c.subject[1] and c.source >= 0 and seen < 20:
        c, seen = sc.clauses[c.source], seen + 1
    return c.subject


def told(sc: Scene, part: Stretch, made: Sequence[Draft]) -> bool:
    """Return whether a draft, or what is only listed, tells a stretch already."""
    a, b = sc.span(part.lo, part.hi)
    goods = {g.it.start for g in part.goods(sc)}
    for d in made:
        both = min(d.end, b) - max(d.start, a)
        if both <= 0 or both < ALIKE * min(d.end - d.start, b - a):
            continue
        at = d.cue.get("measure", (d.start, d.end))
        other = bool(goods) and goods.isdisjoint(g.start for g in d.products)
        if not other or (at[0] < b and a < at[1]):
            return True
    return False
