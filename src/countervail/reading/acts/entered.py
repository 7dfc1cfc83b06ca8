"""Goods come in free of duty, at a rate, or within a quota."""

from __future__ import annotations

from countervail.reading.acts.build import make_drafts
from countervail.reading.clauses import Clause
from countervail.reading.draft import STATED, Draft
from countervail.reading.frames import (
    NOBODY,
    Piece,
    Scene,
    Who,
    carried,
    codes_of,
    cut_zone,
    share,
    subject_of,
)
from countervail.reading.lexicon import goods_words
from countervail.reading.verbs import Verb


def is_free(sc: Scene, c: Clause, v: Verb) -> bool:
    """Return whether goods are said to be free of duty."""
    if v.lemma in {"be", "have"} and not (
        v.past or len(v.helpers) > 1 or set(v.helpers) & {"will", "would", "shall"}
    ):
        return False
    return (
        v.is_("be", "remain", "allow", "give", "other")
        and any(r.it.free for r in sc.rates(v.hi, c.hi))
        and bool(
            any(c.subject[0] <= g.lo < c.subject[1] for g in sc.s.products)
            or sc.s.has(*c.subject, set(goods_words()))
            or v.is_("allow", "give")
        )
    )


def entered_drafts(sc: Scene, n: int, c: Clause, v: Verb) -> list[Draft]:
    """Return drafts of goods that come in free, at a rate, or within a quota."""
    s = sc.s
    cut = cut_zone(sc, v.hi, c.hi)
    subject = c.subject
    if subject[0] >= subject[1] and c.source >= 0:
        subject = sc.clauses[c.source].subject
    above = sc.clauses[c.parent].verb if c.parent >= 0 else None
    if c.kind == "inf" and above is not None:
        subject = (above.hi, v.lo)
    if v.is_("allow", "give"):
        subject = (v.hi, cut)
    rates = [r for r in sc.rates(v.hi, cut) if not share(sc, r)]
    if not rates or not (
        any(subject[0] <= g.lo < subject[1] for g in s.products)
        or s.has(*subject, set(goods_words()) | {"those", "these"})
    ):
        return []
    forgone = [m for m in sc.nouns(v.hi, cut) if s.low(m.lo - 1) == "without"]
    rates = [r for r in rates if not any(m.lo <= r.lo < m.hi for m in forgone)] or rates
    volume = [q for q in s.volumes if subject[0] <= q.lo < cut]
    into = [
        r
        for r in sc.at(subject[0], cut, "into", "owner", "actor")
        if r.place.lo >= v.hi or r.what == "into"
    ]
    who = NOBODY
    owners = list(sc.at(v.hi, cut, "owner"))
    admitting = subject_of(sc, n) if v.is_("allow", "give") else NOBODY
    if admitting.codes and admitting.how == STATED:
        who = admitting
    elif owners:
        who = Who((owners[0].code,), STATED, (owners[0].place.it.start, owners[0].place.it.end))
    elif into:
        who = Who((into[0].code,), STATED, (into[0].place.it.start, into[0].place.it.end))
    elif v.is_("allow", "give"):
        who = subject_of(sc, n)
    if not who.codes:
        who = carried(sc)
    kind = "quota" if volume else "tariff_cut"
    ps = [Piece(rates[0], None, subject[0], cut)]
    sc.used.update(id(m) for m in sc.nouns(min(subject[0], v.lo), cut))
    made = make_drafts(
        sc,
        n,
        None,
        "cut",
        who,
        "enter",
        lo=v.hi,
        hi=cut,
        before=subject,
        quote=(min(subject[0], v.lo), cut),
        instrument=kind,
        only=ps,
        guess=False,
    )
    for d in made:
        if forgone and any(m.lo <= r.lo < m.hi for m in forgone for r in rates):
            d.rate = None
        if volume:
            d.volume = volume[0].it
        if not d.targets:
            roles = [
                r for r in sc.at(*subject, "origin", "actor", "owner") if r.code not in who.codes
            ]
            d.targets = codes_of(roles)
        if d.status == "offered" and not d.condition:
            d.status = "announced"
    return made
