"""Agreements and talks: both parties on both sides."""

from __future__ import annotations

from countervail.reading.acts.around import NEW, TRADE, condition_of, quote_start
from countervail.reading.acts.build import effect_of, make_drafts
from countervail.reading.clauses import Clause
from countervail.reading.draft import CARRIED, INFERRED, Draft
from countervail.reading.frames import (
    Scene,
    Who,
    subject_of,
    unique,
)
from countervail.reading.mentions.measures import MeasureNoun
from countervail.reading.standing import Standing, mood
from countervail.reading.verbs import Verb


def agreement_drafts(
    sc: Scene, n: int, c: Clause, v: Verb, m: MeasureNoun, passive: bool
) -> list[Draft]:
    """Return a draft of an agreement or talks with both parties on both sides."""
    s = sc.s
    sc.used.add(id(m))
    if m.weak and not (
        s.has(0, len(s.tokens), TRADE | {"economic", "partnership", "market"})
        or m.words & {"trade", "tariff", "commerce", "economic"}
    ):
        return []
    if (
        not v.is_(
            *NEW,
            "lift",
            "suspend",
            "start",
            "end",
            "announce",
            "resume",
            "halt",
            "keep",
            "remain",
            "other",
        )
        and not m.acts
    ):
        return []
    if v.is_("say", "think") and not v.is_("announce") and not m.acts:
        return []
    if (
        v.is_("other", "consider", "keep", "remain", "be")
        and not m.acts
        and v.lemma
        not in {
            "advance",
            "begin",
            "finish",
            "complete",
            "leave for",
            "travel",
            "arrive",
            "visit",
            "win",
            "meet",
            "pursue",
            "leave",
            "head",
            "fly",
            "hold",
        }
        and not v.governors
        and not (v.is_("remain"))
    ):
        return []
    parties = []
    subject = subject_of(sc, n)
    if subject.codes and not (passive or m.head[0] < v.lo):
        parties += list(subject.codes)
    for r in sc.roles:
        if (
            m.lo - 1 <= r.place.lo < c.hi or c.subject[0] <= r.place.lo < c.subject[1]
        ) and r.what in {
            "with",
            "between",
            "owner",
            "actor",
            "to",
            "by",
            "against",
            "none",
            "origin",
            "in",
        }:
            if r.what == "in" and not (
                m.hi <= r.place.lo and v.lemma in {"leave for", "leave", "travel"}
            ):
                continue
            parties.append(r.code)
    codes = unique(parties)
    if (
        len(codes) < 2
        and sc.story.actors
        and codes
        and sc.story.actors != codes
        and subject.how == CARRIED
    ):
        codes = unique(list(codes) + list(sc.story.actors))
    if not codes:
        codes = sc.story.actors
    if not codes:
        return []
    effect = effect_of(v, m, False)
    condition = condition_of(sc, n)
    md = mood(s, sc.clauses, n, condition is not None)
    if md.supposed or md.demanded or (md.forecast):
        return []
    if effect == "suspend":
        status = "in_force" if md.denied else "suspended"
    elif (effect == "keep" and not md.denied) or ("into force" in s.words(v.hi, c.hi) and md.past):
        status = "in_force"
    elif effect == "lift":
        status = "removed" if not (md.would or md.maybe or md.threatened) else "threatened"
        if md.denied:
            status = "in_force"
    elif md.denied or md.refused:
        status = "denied"
    elif md.reported:
        status = "reported"
    elif (v.is_("start") and "force" in v.lemma + v.lemma) or v.lemma in {
        "take effect",
        "come into effect",
        "go into effect",
    }:
        status = "in_force" if md.past else "announced"
    elif md.threatened or md.maybe:
        status = "threatened" if md.threatened and not v.is_("consider") else "announced"
    else:
        status = "announced"
    st = Standing(status, v.lemma, md.future, False)
    made = make_drafts(
        sc,
        n,
        None,
        effect if effect in {"suspend", "lift"} else "new",
        Who(codes, subject.how if subject.codes else INFERRED),
        f"agreement.{effect}",
        lo=m.hi,
        hi=c.hi,
        quote=(min(quote_start(sc, n), m.lo), c.hi),
        instrument="agreement",
        only=[],
        status=st,
        guess=False,
    )
    for d in made:
        d.targets = codes if len(codes) > 1 else ()
        d.rate = None
    return made
