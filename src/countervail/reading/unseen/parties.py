"""Who takes a measure that no frame told, and whom it falls on: candidates with scores."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from countervail.reading.acts.around import said_by
from countervail.reading.draft import CARRIED, GUESSED, INFERRED, STATED, Draft
from countervail.reading.frames import Scene, Who, carried, subject_of, unique
from countervail.reading.lexicon import organ_words
from countervail.reading.roles import Role
from countervail.reading.unseen.clause_spans import Stretch, plays

BUYERS = frozenset(
    {
        *("importers", "importer", "buyers", "consumers", "shoppers", "refiners", "customs"),
        *("inspectors", "ports", "border", "borders", "market", "markets", "wharf", "shelves"),
        *("households", "drivers", "retailers", "processors", "quarantine", "officials"),
        *("supermarkets", "soil", "territory", "authorities", "rules", "regulators", "law"),
        *("harbours", "shores", "crossings", "tables", "shops", "port", "veterinary"),
    }
)
LEAST = 2.0
"""Score that a country needs to be named as one who acts."""
SUFFERS = {"origin": -4.0, "against": -4.0, "except": -9.0, "to": -1.0, "for": -0.5}
ACTS = {"actor": 3.0, "owner": 3.0, "by": 4.0, "into": 2.5, "in": 1.5, "with": 0.5, "none": 0.5}
POWER = frozenset({"government", "capital", "office", "bloc"})
CLUBS = frozenset({"USMCA", "NAFTA", "ASEAN", "WTO", "APEC", "BRICS", "G7", "G20", "OECD", "CPTPP"})
"""Groups that take no measure of their own."""
SPEAKER = frozenset({"we", "our", "us", "ours", "i"})
TOTAL = frozenset({"trade", "commerce"})
POINTING = frozenset({"its", "their", "them", "they", "it", "neighbour", "neighbor", "theirs"})


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
    if plays(sc, r) == "to" or s.low(r.place.lo - 1) in {"to", "for", "from"}:
        return False
    return s.low(r.place.hi) in BUYERS or (
        s.low(r.place.hi) in {"'s", "'"}
        and any(s.low(k) in BUYERS for k in range(r.place.hi + 1, r.place.hi + 5))
    )


def left(sc: Scene, r: Role) -> bool:
    """Return whether goods are said to leave a place, or to be kept out of it."""
    s = sc.s
    back = r.place.lo - (2 if s.low(r.place.lo - 1) == "the" else 1)
    return s.low(back) in {"leave", "leaves", "leaving", "left"} or (
        s.low(back) == "of" and s.low(back - 1) == "out"
    )


def before(sc: Scene) -> Draft | None:
    """Return the draft told last, in this sentence or before it."""
    standing = [d for d in sc.found if not d.listed]
    return standing[-1] if standing else sc.story.last


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
    lo, hi = part.subject
    for r in sc.roles:
        what = plays(sc, r)
        worth = ACTS.get(what, 0.0) + SUFFERS.get(what, 0.0)
        if home_of(sc, r):
            worth = 3.0
        if outward and what == "origin":
            worth = 1.5
        if what == "to" and outward:
            worth = -4.0
        if left(sc, r):
            worth = 2.0
        if worth > 0 and r.place.it.kind in POWER:
            worth += 1.0
        if worth > 0 and lo <= r.place.lo < hi:
            worth += -2.0 if passive and what != "owner" and not home_of(sc, r) else 2.0
        near = part.within(r.place.lo)
        score[r.code] += worth * (1.0 if near else 0.4)
        if worth > 0:
            cue.setdefault(r.code, (r.place.it.start, r.place.it.end))
    if not passive:
        subject = subject_of(sc, part.n)
        for code in subject.codes:
            score[code] += {STATED: 2.0, INFERRED: 2.5, CARRIED: 1.0}.get(subject.how, 0.5)
        if len(subject.codes) > 1:
            group.update(dict.fromkeys(subject.codes, subject.codes))
    if part.has(sc, SPEAKER):
        for code in said_by(sc, part.n).codes:
            score[code] += 4.0
    _from_before(sc, score, group)
    for code in CLUBS & set(score):
        score[code] -= 5.0
    best = max(score, key=lambda code: score[code], default="")
    if not best or score[best] <= 0:
        return Who((), GUESSED)
    how = INFERRED if best in cue and score[best] >= LEAST else GUESSED
    return Who(group.get(best, (best,)), how, cue.get(best))


def _from_before(sc: Scene, score: dict[str, float], group: dict[str, tuple[str, ...]]) -> None:
    """Add what the text before says of who acts."""
    for code in carried(sc).codes:
        score[code] += 1.0
    last = before(sc)
    if last is not None:
        for code in last.implementer:
            score[code] += 1.2 if sc.s.number - last.sentence <= 1 else 0.4
        if len(last.implementer) > 1 and last.instrument != "agreement":
            group.update(dict.fromkeys(last.implementer, last.implementer))
        for code in last.targets:
            score[code] += 0.2
    for code in sc.story.law:
        score[code] += 1.0
    for code in sc.story.first:
        score[code] += 0.4


def struck(
    sc: Scene, part: Stretch, own: tuple[str, ...], *, outward: bool, answering: bool = False
) -> Struck:
    """Return whom a measure falls on; nobody named is every partner.

    Args:
        sc: the sentence.
        part: the stretch that tells the measure.
        own: who takes it.
        outward: whether it lies on goods that leave.
        answering: whether it answers another's measure.
    """
    whats = {"to", "with", "for"} if outward else {"origin", "against"}
    others = [r for r in sc.roles if r.code not in own and r.what != "except"]
    here = [r for r in others if part.within(r.place.lo)]
    named = [
        r
        for r in here
        if (plays(sc, r) in whats or (outward and left(sc, r))) and not home_of(sc, r)
    ]
    if not named and outward:
        named = [r for r in here if r.what == "against"]
    if named:
        return _named(named, STATED)
    last = before(sc)
    if last is not None and _foe(last, own, answering):
        return Struck(last.implementer, INFERRED)
    peoples = [
        r
        for r in here
        if r.place.it.adjective and r.what in {"none", "actor"} and not home_of(sc, r)
    ]
    if peoples and not outward:
        return _named(peoples[:1], GUESSED)
    pointing = part.has(sc, POINTING) or _known_goods(sc, part)
    wide = [r for r in others if plays(sc, r) in ({"to"} if outward else {"origin", "against"})]
    if wide and (pointing or not outward):
        return _named(wide, GUESSED)
    same = last is not None and set(last.implementer) == set(own)
    if last is not None and same and last.targets and sc.s.number - last.sentence <= 1:
        return Struck(last.targets, CARRIED)
    if pointing:
        if others:
            return _named(others[:1], GUESSED)
        codes = [code for code in sc.story.places if code not in own and code not in CLUBS]
        if codes:
            return Struck((codes[-1],), GUESSED)
    if last is not None and last.targets and part.has(sc, TOTAL) and not part.goods(sc):
        codes = [code for code in last.targets if code not in own]
        return Struck(unique(codes), GUESSED)
    return Struck((), GUESSED)


def _known_goods(sc: Scene, part: Stretch) -> bool:
    """Return whether goods are told as known: the fruit."""
    return any(sc.s.low(g.lo - 1) in {"the", "those", "these"} for g in part.goods(sc))


def _foe(last: Draft, own: tuple[str, ...], answering: bool) -> bool:
    """Return whether a draft before is one that a measure answers."""
    if last.instrument == "agreement" or set(last.implementer) & set(own):
        return False
    return answering or bool(set(last.targets) & set(own))


def _named(roles: list[Role], how: str) -> Struck:
    first = roles[0].place.it
    return Struck(unique([r.code for r in roles]), how, (first.start, first.end))


__all__ = ["Struck", "before", "home_of", "organ_words", "struck", "taker"]
