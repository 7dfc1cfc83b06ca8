"""The stretches of a sentence that may tell a measure each: clauses with what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from countervail.reading.draft import Draft
from countervail.reading.frames import Scene
from countervail.reading.unseen.cues import Cue, find_cues

HANGING = frozenset({"inf", "ger", "red", "part"})
BREAKS = frozenset({";", "—", "–"})


@dataclass(slots=True)
class Stretch:
    """A stretch of a sentence.

    Attributes:
        lo, hi: its words.
        n: number of its first clause.
        cues: in it, in their order.
    """

    lo: int
    hi: int
    n: int
    cues: list[Cue] = field(default_factory=list)


def stretches(sc: Scene) -> list[Stretch]:
    """Return the stretches of a sentence with their cues."""
    s = sc.s
    made: list[Stretch] = []
    for n, c in enumerate(sc.clauses):
        lo = c.lo if made else 0
        if made and (c.kind in HANGING or lo <= made[-1].lo):
            continue
        made.append(Stretch(lo, len(s.tokens), n))
    made = made or [Stretch(0, len(s.tokens), 0)]
    for a, b in pairwise(made):
        a.hi = b.lo
    verbal = {k for c in sc.clauses if c.verb for k in range(c.verb.lo, c.verb.hi)}
    cues = find_cues(s, frozenset(verbal))
    for one in made:
        one.cues = [q for q in cues if one.lo <= q.lo < one.hi]
    return made


def told(sc: Scene, part: Stretch, made: Sequence[Draft]) -> bool:
    """Return whether a draft, or what is only listed, tells a stretch already."""
    a, b = sc.span(part.lo, part.hi)
    for d in made:
        both = min(d.end, b) - max(d.start, a)
        if both > 0 and both >= 0.5 * min(d.end - d.start, b - a):
            return True
    return False
