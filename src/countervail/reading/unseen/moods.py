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
        mood: what stands around it.
    """

    standing: Standing
    passive: bool
    condition: tuple[int, int] | None
    mood: Mood

    def but(self, status: str, by: str) -> Told:
        """Return it with a status of another reason, of what is still to come."""
        return replace(self, standing=Standing(status, by, True, False))


def told_at(sc: Scene, part: Stretch, cue: Cue | None, effect: str) -> Told:
    """Return how a cue is told, from its helpers or, where a clause has it, from that."""
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
            return _local(sc, part, cue, effect)
    else:
        n = part.n
    c = sc.clauses[n]
    if c.verb is None:
        return Told(Standing("in_force", "no verb", False, False), False, None, Mood())
    condition = condition_of(sc, n)
    status, state = status_of(sc, n, effect, condition is not None)
    passive = c.verb.passive or (c.kind == "red" and c.verb.form == "part")
    return Told(status, passive, condition, state)


def _local(sc: Scene, part: Stretch, cue: Cue, effect: str) -> Told:
    helpers, governed = _around(sc, part, cue)
    whole = sc.clauses[part.n].verb is not None
    condition = condition_of(sc, part.n) if whole else None
    above = status_of(sc, part.n, effect, condition is not None)[1] if whole else Mood()
    be = bool(helpers & BE)
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
    passive = cue.form in {"part", "past"} and (be or sc.s.low(cue.hi) == "by")
    return Told(standing(effect, state), passive, condition, state)


def _around(sc: Scene, part: Stretch, cue: Cue) -> tuple[set[str], set[str]]:
    """Return the helpers before a cue, and the classes of what governs it."""
    s = sc.s
    helpers: set[str] = set()
    governed: set[str] = set()
    for k in range(cue.lo - 1, max(part.lo, cue.lo - REACH) - 1, -1):
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
    return helpers, governed
