"""Measures named by a noun that no frame used: they stand, are dropped, put off, offered."""

from __future__ import annotations

from countervail.reading.acts.around import means_trade
from countervail.reading.draft import CARRIED, Draft
from countervail.reading.frames import Scene, Who, instrument_of, owner_of
from countervail.reading.goods import goods_between
from countervail.reading.mentions.measures import PLANNED, MeasureNoun
from countervail.reading.unseen.clause_spans import Stretch
from countervail.reading.unseen.cues import Cue
from countervail.reading.unseen.drafting import unseen_draft
from countervail.reading.unseen.moods import told_at
from countervail.reading.unseen.parties import Struck, before, struck, taker

LEAST = 2.5
"""Evidence that a noun tells a measure that nothing has told."""
KINDS = frozenset({"tariff", "tax", "ban", "quota", "export", "curb", "sanctions"})
BACKWARD = frozenset({"it", "them", "ours", "theirs", "those", "these", "hers", "mine"})
ASIDE = frozenset(
    {"over", "from", "under", "about", "despite", "amid", "against", "plus", "to", "than", "like"}
)
"""Words before a noun that is not what the clause tells."""
EFFECTS = (
    ("end", "lift"),
    ("hold", "suspend"),
    ("open", "lift"),
    ("down", "cut"),
    ("keep", "keep"),
    ("charge", "new"),
    ("stop", "new"),
)
NONE = frozenset({"no", "without", "neither", "nor", "any", "never"})


def named_drafts(sc: Scene, part: Stretch) -> list[Draft]:
    """Return the draft of a stretch that names a measure, or points back at one that it ends.

    Args:
        sc: the sentence.
        part: the stretch.
    """
    nouns = [
        m
        for m in sc.measures
        if part.within(m.head[0])
        and m.kind in KINDS
        and (id(m) not in sc.used or _no_more(sc, m))
        and (m.lead not in NONE or _no_more(sc, m))
        and sc.s.low(m.lo - 1) not in NONE
    ]
    for m in nouns:
        made = _of_noun(sc, part, m)
        if made:
            return made
    return _ended(sc, part)


def _no_more(sc: Scene, m: MeasureNoun) -> bool:
    """Return whether a measure is said to be no more."""
    return m.lead == "no" and sc.s.low(m.lo + 1) == "more"


def _effect(part: Stretch) -> tuple[str, Cue | None]:
    """Return what the first verb that does something to a measure does."""
    for q in part.verbs():
        for name, effect in EFFECTS:
            if q.is_(name):
                return effect, q
    return "keep", None


def _of_noun(sc: Scene, part: Stretch, m: MeasureNoun) -> list[Draft]:
    s = sc.s
    if not means_trade(sc, m, part.hi):
        return []
    owner = owner_of(sc, m)
    goods = goods_between(s, part.lo, part.hi, guess=False)
    struck_here = part.roles(sc, "origin", "against")
    money = any(part.within(q.lo) for q in s.money)
    effect, cue = _effect(part)
    if _no_more(sc, m):
        effect, cue = "lift", None  # no more duties on its wine
    worth = 1.0 + 1.0 * bool(owner.codes) + 1.0 * bool(goods) + 1.0 * bool(struck_here)
    worth += 0.5 * money + 0.5 * (cue is not None) + 0.5 * (m.kind in {"tariff", "export", "ban"})
    if part.roles(sc, "actor", "by"):
        worth += 0.5
    if sc.s.low(m.lo - 1) in ASIDE:
        worth -= 1.0
    ended = effect in {"lift", "suspend"} and bool(owner.codes)
    if m.definite and not (goods or struck_here or money or ended):
        worth -= 1.5
    if worth < LEAST:
        return []
    told = told_at(sc, part, cue, effect)
    if cue is None and told.standing.status == "in_force" and m.words & PLANNED:
        told = told.but("announced", "named")
    if _no_more(sc, m):
        told = told.but("removed", "named")
    instrument = instrument_of(sc, m, part.hi, owner.codes)
    outward = instrument == "export_control"
    who = owner if owner.codes else taker(sc, part, passive=told.passive, outward=outward)
    if not who.codes:
        return []
    whom = struck(sc, part, who.codes, outward=outward)
    if instrument == "tariff" and effect == "cut":
        instrument = "tariff_cut"
    sc.used.add(id(m))
    return [
        unseen_draft(
            sc,
            part,
            cue,
            told=told,
            who=who,
            whom=whom,
            margin=worth - LEAST,
            rule="named",
            instrument=instrument,
            effect=effect,
        )
    ]


def _ended(sc: Scene, part: Stretch) -> list[Draft]:
    """Return what is said to be ended on a condition: ready to withdraw it if Lima signs."""
    s = sc.s
    last = before(sc)
    ends = [q for q in part.verbs("end", "hold") if s.low(q.hi) in BACKWARD]
    if last is None or not ends or last.instrument == "agreement":
        return []
    cue = ends[0]
    told = told_at(sc, part, cue, "lift")
    if told.standing.status != "offered":
        return []
    who = taker(sc, part, passive=False, outward=False)
    if set(who.codes) & set(last.implementer):
        who, whom = Who(last.implementer, CARRIED), Struck(last.targets, CARRIED)
    else:
        whom = struck(sc, part, who.codes, outward=False, answering=True)
    if not who.codes:
        return []
    return [
        unseen_draft(
            sc,
            part,
            cue,
            told=told,
            who=who,
            whom=whom,
            rule="ended",
            instrument=last.instrument,
            effect="lift",
        )
    ]
