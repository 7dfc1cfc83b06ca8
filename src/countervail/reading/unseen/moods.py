"""Where a measure stands by the words around a cue, also where no clause has it for its verb."""

from __future__ import annotations

from dataclasses import dataclass, replace

from countervail.reading.acts.around import condition_of, status_of
from countervail.reading.frames import Scene
from countervail.reading.lexicon import verb_forms
from countervail.reading.standing import FUTURE, GOVERNING_NOUNS, MAYBE, Mood, Standing, standing
from countervail.reading.unseen.clause_spans import Stretch
from countervail.reading.unseen.cues import Cue
from countervail.reading.verbs import ADVERBS, BE, HAVE, MODALS, NOT, SEMI, SEMI_CLASS

REACH = 8
"""Words before a cue that are looked at for its helpers."""


@dataclass(frozen=True, slots=True)
class Told:
    """How a cue is told.

    Attributes:
        standing: where the measure stands.
        passive: whether the subject suffers it.
        condition: (start, end) in the text.
    """

    standing: Standing
    passive: bool
    condition: tuple[int, int] | None


def told_at(sc: Scene, part: Stretch, cue: Cue | None, effect: str) -> Told:
    """Return how a cue is told, from its helpers or, where a clause has it, from that."""
    n = part.n
    if cue is not None and cue.form != "noun":
        n = next(
            (
                k
                for k, c in enumerate(sc.clauses)
                if c.verb is not None and c.verb.lo <= cue.lo < c.verb.hi
            ),
            -1,
        )
    if n < 0:
        assert cue is not None
        return _local(sc, part, cue, effect)
    c = sc.clauses[n]
    if c.verb is None:
        return Told(Standing("in_force", "no verb", False, False), False, None)
    condition = condition_of(sc, n)
    status, _ = status_of(sc, n, effect, condition is not None)
    passive = c.verb.passive or (c.kind == "red" and c.verb.form == "part")
    return Told(status, passive, condition)


def _local(sc: Scene, part: Stretch, cue: Cue, effect: str) -> Told:
    s = sc.s
    helpers: set[str] = set()
    governed: set[str] = set()
    k = cue.lo - 1
    while k >= max(part.lo, cue.lo - REACH):
        low = s.low(k)
        if low in MODALS | BE | HAVE | NOT | {"to"}:
            helpers.add(low)
        elif low in SEMI:
            governed |= SEMI_CLASS.get(low, frozenset())
        elif "to" in helpers and low in GOVERNING_NOUNS:
            governed.add(GOVERNING_NOUNS[low])
            break
        elif "to" in helpers and low in verb_forms():
            governed |= verb_forms()[low][0].classes
            break
        elif low not in ADVERBS and not low.endswith("ly"):
            break
        k -= 1
    condition = condition_of(sc, part.n) if sc.clauses[part.n].verb is not None else None
    be = bool(helpers & BE)
    passive = cue.form in {"part", "past"} and (be or s.low(cue.hi) == "by")
    whole = sc.clauses[part.n].verb is not None
    above = status_of(sc, part.n, effect, condition is not None)[1] if whole else Mood()
    state = replace(
        above,
        denied=bool(helpers & NOT),
        maybe=bool(helpers & MAYBE),
        would="would" in helpers,
        future=bool(helpers & FUTURE),
        past=cue.form in {"past", "part"},
        condition=condition is not None,
        planned=bool(governed & {"plan", "announce"}) or ("to" in helpers and be),
        offered="offer" in governed,
        threatened=bool(governed & {"threaten", "consider"}),
        demanded=above.demanded or "demand" in governed,
        proposed="propose" in governed,
        refused="refuse" in governed,
    )
    return Told(standing(effect, state), passive, condition)
