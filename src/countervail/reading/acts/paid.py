"""Goods or firms bear a rate: pay, face, are charged; and beef 10%."""

from __future__ import annotations

from dataclasses import replace

from countervail.reading.acts.around import CARRIERS as MADE
from countervail.reading.acts.around import means_trade, said_by
from countervail.reading.acts.build import make_drafts, still_to_come
from countervail.reading.clauses import Clause
from countervail.reading.draft import CARRIED, STATED, Draft, Goods
from countervail.reading.firms import find_firm
from countervail.reading.frames import (
    NOBODY,
    Piece,
    Scene,
    Who,
    agent_of,
    anyone,
    codes_of,
    cut_zone,
    owner_of,
    pieces,
    share,
    zone_end,
)
from countervail.reading.goods import goods_between, noun_goods
from countervail.reading.mentions.measures import MeasureNoun
from countervail.reading.mentions.rates import Rate
from countervail.reading.sentence import Sentence
from countervail.reading.verbs import Verb


def is_subject_to(s: Sentence, v: Verb) -> bool:
    """Return whether goods are said to be subject to a measure."""
    return (v.lemma == "be" and s.low(v.hi) in {"subject", "liable", "dutiable"}) or (
        v.is_("hit") and v.lemma == "subject"
    )


def paid_drafts(sc: Scene, n: int, c: Clause, v: Verb, nouns: list[MeasureNoun]) -> list[Draft]:
    """Return drafts where goods or firms bear a rate: pay, face, attract, are charged."""
    s = sc.s
    cut = cut_zone(sc, v.hi, c.hi)
    if nouns and nouns[0].lead == "no":
        sc.used.update(id(m) for m in nouns)
        return _free_of(sc, n, c, v, nouns[0])
    nouns = [
        m
        for m in nouns
        if (
            m.kind in {"tariff", "tax", "rate", "quota", "export", "ban"}
            and means_trade(sc, m, cut)
        )
        or (m.kind in {"tax", "rate"})
    ]
    rates = [r for r in sc.rates(v.hi, cut) if not share(sc, r)]
    subject = c.subject
    if subject[0] >= subject[1] and c.source >= 0:
        subject = sc.clauses[c.source].subject
    before = sc.clauses[n - 1] if n else None
    if (
        before is not None
        and before.verb is not None
        and before.hi == c.lo
        and before.verb.lemma in MADE | {"grow", "brew", "mine"}
        and s.low(subject[0]) in {"from", "in", "by", "into"}
    ):
        subject = (before.subject[0], subject[1])  # garlic shipped from China
    goods = any(subject[0] <= g.lo < subject[1] for g in s.products)
    origins = sc.at(*subject, "origin", "actor", "owner")
    named = find_firm(s, *subject)
    generic = s.has(
        *subject,
        {
            "imports",
            "goods",
            "products",
            "shipments",
            "exports",
            "exporters",
            "producers",
            "companies",
            "others",
            "firms",
            "makers",
            "those",
            "lines",
            "items",
            "models",
            "categories",
            "varieties",
        },
    )
    context = bool(sc.story.drafts) or bool(nouns)
    tells = bool((goods or generic or v.passive) and origins) or s.has(
        *subject, {"imports", "imported"}
    )
    tells = tells or bool(goods and sc.at(0, len(s.tokens), "into"))
    tells = tells or bool(v.passive and goods and sc.at(v.hi, cut, "in"))
    context = context or bool(sc.found) or tells
    if not nouns and not (rates and context and (goods or origins or named or generic)):
        return []
    if not nouns and not context:
        return []
    if not (goods or origins or named or generic) and (
        not (sc.story.drafts or sc.found)
        or s.low(subject[0])
        not in {
            "they",
            "it",
            "these",
            "those",
            "all",
            "the",
            "both",
        }
    ):
        return []
    who = NOBODY
    m = nouns[0] if nouns else None
    if m is not None:
        who = owner_of(sc, m)
    if not who.codes:
        who = agent_of(sc, v.hi, c.hi)
    selling = s.has(v.hi, c.hi, {"sell", "sells", "export", "exports", "ship", "ships"})
    there = (
        [r for r in sc.roles if v.hi <= r.place.lo < len(s.tokens) and r.what == "to"]
        if selling
        else []
    )
    if not who.codes and there:
        who = Who((there[0].code,), STATED, (there[0].place.it.start, there[0].place.it.end))
    if not who.codes:
        into = sc.at(*subject, "into") + sc.at(v.hi, cut, "into", "in")
        into = [r for r in into if r.what == "into" or s.low(r.place.lo - 1) == "in"]
        if into:
            who = Who((into[0].code,), STATED, (into[0].place.it.start, into[0].place.it.end))
    if not who.codes:
        said = said_by(sc, n)
        last = sc.story.last
        before_it = Who(last.implementer, CARRIED) if last is not None and m is None else NOBODY
        who = said if said.codes else before_it if before_it.codes else anyone(sc, subject)
    effect = "new"
    if m is not None:
        ps = pieces(sc, m, zone_end(sc, m, c.hi), v)
        if not ps and rates:
            ps = [Piece(rates[0], None, rates[0].lo, cut)]
        known = [r for p in ps for r in (p.rate, p.old) if r is not None]
        for r in rates:
            if (
                r not in known
                and known
                and r.lo > known[-1].hi
                and any(known[-1].hi <= g.lo < r.lo for g in (*s.products, *s.places))
            ):
                ps.append(Piece(r, None, r.lo, cut))
                known.append(r)
    else:
        tail = MeasureNoun(v.lo, v.hi, (v.lo, v.hi), "tariff", False)
        ps = (
            pieces(sc, tail, cut, v)
            if len(rates) > 1 and s.low(rates[0].lo - 1) == "from"
            else [Piece(r, None, r.lo, cut) for r in rates]
        )
    theirs = sc.at(*subject, "origin")
    in_turn = len(rates) > 1 and len(theirs) == len(rates) and s.has(v.hi, c.hi, {"respectively"})
    if in_turn:
        ps = [Piece(r, None, r.lo, cut) for r in rates]
    first, rest = ps[:1], ps[1:]
    end = rest[0].lo if rest else cut
    lo = m.hi if m is not None else v.hi
    made = make_drafts(
        sc,
        n,
        m,
        effect,
        who,
        "pay",
        lo=lo,
        hi=first[0].rate.hi
        if rest and first and first[0].rate is not None
        else end
        if m is None or rest
        else max(lo, zone_end(sc, m, c.hi)),
        before=subject,
        quote=(subject[0], end),
        only=first or None,
        guess=False,
        instrument=None if m is not None and m.kind in {"quota", "export", "ban"} else "tariff",
    )
    for d in made:
        roles = [r for r in sc.at(*subject, "origin", "actor", "owner") if r.code not in who.codes]
        if roles and not d.targets:
            d.targets, d.how["targets"] = codes_of(roles), STATED
        d.firm = named if named and not goods else None
        if not d.products and not named:
            d.products = goods_between(s, subject[0], subject[1], guess=False) or _subject_goods(
                s, *subject
            )
    if in_turn and made:  # goods from Laos and Cambodia: 19% and 36% respectively
        for role, r in zip(theirs, rates, strict=True):
            one = replace(made[0], targets=(role.code,), rate=r.it, how=dict(made[0].how))
            one.dates, one.cue = dict(made[0].dates), dict(made[0].cue)
            one.cue["rate"] = (r.it.start, r.it.end)
            made.append(one)
        made, rest = made[1:], []
    # the gapped ones: pork 15% and beef 10%
    for k, p in enumerate(rest):
        if p.rate is None:
            continue
        earlier = ps[k].rate
        a = earlier.hi if earlier is not None else p.lo
        made += gapped_drafts(sc, made[0] if made else None, a, p)
    if m is not None:
        sc.used.add(id(m))
    still_to_come(sc, v, made)
    return made


def _free_of(sc: Scene, n: int, c: Clause, v: Verb, m: MeasureNoun) -> list[Draft]:
    """Return a cut to nothing where goods are to pay no duty."""
    s = sc.s
    goods = goods_between(s, *c.subject, guess=False)
    origins = sc.at(*c.subject, "origin", "actor", "owner")
    if v.denied or not goods or not origins or m.kind not in {"tariff", "tax"}:
        return []
    above = said_by(sc, n)
    who = above if above.codes else anyone(sc, c.subject)
    made = make_drafts(
        sc,
        n,
        None,
        "cut",
        who,
        "pay.nothing",
        lo=v.hi,
        hi=c.hi,
        before=c.subject,
        quote=(c.subject[0], c.hi),
        instrument="tariff_cut",
        only=[],
        guess=False,
    )
    for d in made:
        place = (s.tokens[m.lo].start, s.tokens[m.head[1] - 1].end)
        d.rate = Rate(*place, 0.0, free=True)
        d.how["rate"], d.cue["rate"] = STATED, place
        d.targets = d.targets or codes_of([r for r in origins if r.code not in who.codes])
    return made


def _subject_goods(s: Sentence, lo: int, hi: int) -> list[Goods]:
    return (
        [
            g
            for g in noun_goods(s, lo, hi)
            if not any(m.it.start <= g.start < m.it.end for m in s.places)
        ]
        if hi - lo <= 8
        else []
    )


def gapped_drafts(sc: Scene, like: Draft | None, lo: int, p: Piece) -> list[Draft]:
    """Return a draft of a rate whose verb is left out: and beef 10%."""
    if like is None or p.rate is None:
        return []
    s = sc.s
    hi = p.rate.hi
    while lo < p.rate.lo and s.low(lo) in {",", "and", "while", "but", "with"}:
        lo += 1
    if not any(lo <= g.lo < hi for g in (*s.products, *s.places, *s.firms)) and not find_firm(
        s, lo, p.rate.lo
    ):
        return []
    start, end = sc.span(lo, hi)
    d = replace(
        like,
        start=start,
        end=end,
        rate=p.rate.it,
        old=None,
        products=goods_between(s, lo, hi, guess=False),
        rule="pay.gapped",
        dates=dict(like.dates),
        how=dict(like.how),
        cue=dict(like.cue),
        needs_check=[],
    )
    d.firm = find_firm(s, lo, p.rate.lo) if not d.products else None
    if d.firm:
        d.products = list(like.products)
    roles = [
        r
        for r in sc.at(lo, hi, "origin", "actor", "owner", "none")
        if r.code not in like.implementer
    ]
    if roles:
        d.targets = codes_of(roles)
        d.products = d.products or list(like.products)
    d.cue["rate"] = (p.rate.it.start, p.rate.it.end)
    return [d]
