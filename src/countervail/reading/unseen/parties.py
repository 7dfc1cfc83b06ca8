"""Who takes a measure that no frame told, and whom it falls on: candidates with scores."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from countervail.reading.draft import CARRIED, GUESSED, INFERRED, STATED
from countervail.reading.frames import Scene, Who, carried, subject_of, unique
from countervail.reading.lexicon import organ_words
from countervail.reading.roles import Role
from countervail.reading.unseen.clause_spans import Stretch

BUYERS = frozenset(
    {
        *("importers", "importer", "buyers", "consumers", "shoppers", "refiners", "customs"),
        *("inspectors", "ports", "border", "borders", "market", "markets", "wharf", "shelves"),
        *("households", "drivers", "retailers", "processors", "quarantine", "officials"),
        *("supermarkets", "soil", "territory", "authorities", "rules", "regulators", "law"),
    }
)
LEAST = 2.0
"""Score that a country needs to be named as one who acts or is struck."""
SUFFERS = {"origin": -4.0, "against": -4.0, "except": -9.0, "to": -1.0, "for": -0.5}
ACTS = {"actor": 3.0, "owner": 3.0, "by": 4.0, "into": 2.5, "in": 1.5, "with": 0.5, "none": 0.5}
POWER = frozenset({"government", "capital", "office", "bloc"})


@dataclass(frozen=True, slots=True)
class Struck:
    """Whom a measure falls on.

    Attributes:
        codes: of countries and groups; none is every partner.
        how: how that is known.
        cue: (start, end) in the text.
    """

    codes: tuple[str, ...]
    how: str
    cue: tuple[int, int] | None = None


def home_of(sc: Scene, r: Role) -> bool:
    """Return whether a people's name stands before those who buy, or its border."""
    s = sc.s
    return s.low(r.place.hi) in BUYERS or (
        s.low(r.place.hi) in {"'s", "'"}
        and any(s.low(k) in BUYERS for k in range(r.place.hi + 1, r.place.hi + 5))
    )


def taker(sc: Scene, part: Stretch, *, passive: bool, outward: bool) -> Who:
    """Return who takes a measure: the best of all countries that the text offers.

    Args:
        sc: the sentence.
        part: the stretch that tells the measure.
        passive: whether the subject suffers it, so that it is not who acts.
        outward: whether it lies on goods that leave.
    """
    score: dict[str, float] = defaultdict(float)
    cue: dict[str, tuple[int, int]] = {}
    group: dict[str, tuple[str, ...]] = {}
    c = sc.clauses[part.n]
    lo, hi = c.subject
    for r in sc.roles:
        inside = part.lo <= r.place.lo < part.hi
        worth = ACTS.get(r.what, 0.0) + SUFFERS.get(r.what, 0.0)
        if home_of(sc, r):
            worth = 3.0
        if outward and r.what == "origin":
            worth = 1.5
        if worth > 0 and r.place.it.kind in POWER:
            worth += 1.0
        if worth > 0 and lo <= r.place.lo < hi:
            worth += -2.0 if passive and r.what != "owner" and not home_of(sc, r) else 2.0
        score[r.code] += worth * (1.0 if inside else 0.4)
        if worth > 0:
            cue.setdefault(r.code, (r.place.it.start, r.place.it.end))
    if not passive:
        subject = subject_of(sc, part.n)
        for code in subject.codes:
            score[code] += {STATED: 2.0, INFERRED: 2.5, CARRIED: 1.0}.get(subject.how, 0.5)
        if len(subject.codes) > 1:
            group.update(dict.fromkeys(subject.codes, subject.codes))
    before = carried(sc)
    for code in before.codes:
        score[code] += 1.0
    last = sc.found[-1] if sc.found else sc.story.last
    if last is not None:
        for code in last.implementer:
            score[code] += 1.2 if sc.s.number - last.sentence <= 1 else 0.4
        if len(last.implementer) > 1 and last.instrument != "agreement":
            group.update(dict.fromkeys(last.implementer, last.implementer))
        for code in last.targets:
            score[code] += 0.2
    for n, codes in enumerate((sc.story.law, sc.story.first)):
        for code in codes:
            score[code] += 1.0 if n == 0 else 0.4
    if not score:
        return Who((), GUESSED)
    best = max(score, key=lambda code: score[code])
    if score[best] <= 0:
        return Who((), GUESSED)
    codes = group.get(best, (best,))
    how = INFERRED if best in cue and score[best] >= LEAST else GUESSED
    return Who(codes, how, cue.get(best))


def struck(
    sc: Scene, part: Stretch, own: tuple[str, ...], *, outward: bool, answering: bool = False
) -> Struck:
    """Return whom a measure falls on; nobody named is every partner."""
    s = sc.s
    whats = {"to", "with", "for", "against"} if outward else {"origin", "against"}
    here = [r for r in sc.at(part.lo, part.hi) if r.code not in own]
    named = [r for r in here if r.what in whats and not home_of(sc, r)]
    if named:
        return Struck(
            unique([r.code for r in named]),
            STATED,
            (named[0].place.it.start, named[0].place.it.end),
        )
    near = sc.found[-1] if sc.found else sc.story.last
    foe = (
        near is not None
        and not (set(near.implementer) & set(own))
        and bool(set(near.targets) & set(own))
    )
    other = near is not None and not set(near.implementer) & set(own)
    if near is not None and other and (answering or foe) and near.instrument != "agreement":
        return Struck(near.implementer, INFERRED)
    pointing = s.has(part.lo, part.hi, {"its", "their", "them", "they", "it", "neighbour"})
    wide = [
        r
        for r in sc.roles
        if r.code not in own and r.what in ({"to"} if outward else {"origin", "against"})
    ]
    if wide and (pointing or not outward):
        return Struck(
            unique([r.code for r in wide]), GUESSED, (wide[0].place.it.start, wide[0].place.it.end)
        )
    same = near is not None and set(near.implementer) == set(own)
    if near is not None and same and near.targets and s.number - near.sentence <= 1:
        return Struck(near.targets, CARRIED)
    if pointing:
        others = [r for r in sc.roles if r.code not in own and r.what != "except"]
        if others:
            return Struck((others[0].code,), GUESSED)
        codes = [code for code in sc.story.places if code not in own]
        if codes:
            return Struck((codes[-1],), GUESSED)
    return Struck((), GUESSED)


__all__ = ["GUESSED", "Struck", "home_of", "organ_words", "struck", "taker"]
