"""Preferences, exemptions, licences, sanctions, subsidies."""

from __future__ import annotations

from countervail.reading.acts.around import extended_end, quote_start, said_by
from countervail.reading.acts.build import effect_of, make_drafts
from countervail.reading.clauses import Clause
from countervail.reading.draft import GUESSED, INFERRED, STATED, Draft, Goods
from countervail.reading.firms import find_firm
from countervail.reading.frames import (
    Piece,
    Scene,
    Who,
    agent_of,
    carried,
    codes_of,
    owner_of,
    subject_of,
)
from countervail.reading.goods import goods_between, noun_goods
from countervail.reading.mentions.measures import MeasureNoun
from countervail.reading.mentions.rates import Rate
from countervail.reading.verbs import Verb


def stripped_drafts(sc: Scene, n: int, c: Clause, v: Verb, nouns: list[MeasureNoun]) -> list[Draft]:
    """Return a preference taken away: stripped of trade privileges."""
    if not any(m.kind == "preference" for m in nouns):
        return []
    losing = v.lemma == "lose"
    who = said_by(sc, n) if losing else subject_of(sc, n)
    made = make_drafts(
        sc,
        n,
        None,
        "new",
        who,
        "strip",
        lo=v.hi,
        hi=c.hi,
        quote=(quote_start(sc, n), c.hi),
        instrument="tariff",
        guess=False,
    )
    for d in made:
        roles = [r for r in sc.at(v.hi, c.hi) if r.code not in who.codes and r.what != "in"]
        if losing:
            lo, hi = c.subject
            roles = sc.at(lo, hi) or (sc.at(0, lo) if lo < hi else [])
            roles = [r for r in roles if r.code not in who.codes]
        d.targets, d.products, d.rate = codes_of(roles), [], None
    for m in nouns:
        sc.used.add(id(m))
    return made


def preference_drafts(
    sc: Scene, n: int, c: Clause, v: Verb, m: MeasureNoun, passive: bool
) -> list[Draft]:
    """Return drafts of a preference withdrawn or granted."""
    who = agent_of(sc, v.hi, c.hi) if passive else subject_of(sc, n)
    if not who.codes:
        who = carried(sc)
    effect = effect_of(v, m, False)
    sc.used.add(id(m))
    if effect in {"lift", "suspend"}:
        made = make_drafts(
            sc,
            n,
            None,
            "new",
            who,
            "preference.lift",
            lo=m.hi,
            hi=c.hi,
            quote=(quote_start(sc, n), c.hi),
            instrument="tariff",
            only=[],
            guess=False,
        )
        for d in made:
            if "removed" in d.dates:
                d.dates["in_force"] = d.dates.pop("removed")
    elif v.is_("give", "impose", "announce", "extend", "offer", "agree", "keep", "resume"):
        made = make_drafts(
            sc,
            n,
            None,
            "cut",
            who,
            "preference.grant",
            lo=m.hi,
            hi=c.hi,
            quote=(quote_start(sc, n), c.hi),
            instrument="tariff_cut",
            only=[Piece(r, None, m.lo, c.hi) for r in sc.rates(m.lo, m.hi)][:1],
            guess=False,
        )
    else:
        return []
    for d in made:
        roles = [
            r
            for r in sc.at(c.lo, c.hi)
            if (r.code not in who.codes and r.what != "in" and r.place.lo >= v.lo)
            or (passive and r.code not in who.codes and r.place.lo < v.lo)
        ]
        d.targets = codes_of(roles) or d.targets
    return made


def exempt_drafts(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    """Return a cut to nothing where goods are exempted; exempt countries are no measure."""
    s = sc.s
    zone = c.subject if passive else (v.hi, c.hi)
    goods = goods_between(s, zone[0], zone[1], guess=False)
    noun = [m for m in sc.nouns(v.hi, c.hi) if m.kind in {"tariff", "tax", "quota"}]
    if not goods or not noun:
        for m in noun:
            sc.used.add(id(m))
        return []
    for m in noun:
        sc.used.add(id(m))
    who = agent_of(sc, v.hi, c.hi) if passive else subject_of(sc, n)
    if not who.codes:
        own = owner_of(sc, noun[0])
        who = own if own.codes else carried(sc)
    made = make_drafts(
        sc,
        n,
        None,
        "cut",
        who,
        "exempt",
        lo=v.hi,
        hi=c.hi,
        before=c.subject if passive else (0, 0),
        quote=(quote_start(sc, n), c.hi),
        instrument="tariff_cut",
        only=[],
        guess=False,
    )
    for d in made:
        d.rate = Rate(s.tokens[v.main].start, s.tokens[v.main].end, 0.0, free=True)
        d.how["rate"] = INFERRED
        d.cue["rate"] = (s.tokens[v.main].start, s.tokens[v.main].end)
    return made


def _shipped(sc: Scene, lo: int, hi: int) -> list[Goods]:
    """Return what is shipped or sold in a stretch, whether or not a table knows it."""
    for k in range(lo, hi):
        if sc.s.low(k) in {"ship", "export", "sell", "exporting", "shipping", "selling"}:
            while sc.s.low(k + 1) in {"even", "its", "the", "any", "weaker", "their"}:
                k += 1
            return noun_goods(sc.s, k + 1, hi)
    return []


MAKERS = frozenset(
    {"makers", "producers", "miners", "suppliers", "refiners", "growers", "manufacturers"}
    | {"exporters", "shippers", "sellers", "smelters"}
)


def licence_drafts(sc: Scene, n: int, c: Clause, v: Verb) -> list[Draft]:
    """Return an export control where exporters need a licence."""
    s = sc.s
    lo, hi = c.lo, extended_end(sc, n)
    for k in range(n + 1, len(sc.clauses)):
        if sc.clauses[k].kind in {"inf", "ger"}:
            hi = sc.clauses[k].hi
        else:
            break
    words = {t.low for t in s.tokens[min(lo, c.subject[0]) : hi]}
    if not words & {
        "licence",
        "license",
        "licences",
        "licenses",
        "permit",
        "permits",
        "approval",
        "permission",
    } or not words & {
        "export",
        "exports",
        "exporters",
        "exporting",
        "ship",
        "shipments",
        "sell",
        "sale",
        "sales",
        "shipment",
        "abroad",
        "overseas",
    }:
        return []
    who = subject_of(sc, n)
    if s.has(*c.subject, MAKERS) and sc.at(*c.subject, "origin", "actor", "owner"):
        own = sc.at(*c.subject, "origin", "actor", "owner")[0]
        who = Who((own.code,), INFERRED, (own.place.it.start, own.place.it.end))
    elif not who.codes or s.has(
        *c.subject, {"exporters", "companies", "firms", "shippers", "company", "it", "they"}
    ):
        above = said_by(sc, n)
        who = above if above.codes else carried(sc)
    near = sc.at(v.hi, hi, "origin") if not sc.at(*c.subject, "actor") and who.how != STATED else []
    near = [r for r in near if s.low(r.place.lo - 1) == "from"]
    near = [] if s.has(*c.subject, MAKERS) and who.how == INFERRED else near
    if near:
        who = Who((near[0].code,), STATED, (near[0].place.it.start, near[0].place.it.end))
    made = make_drafts(
        sc,
        n,
        None,
        "new",
        who,
        "licence",
        lo=v.hi,
        hi=hi,
        before=c.subject,
        quote=(quote_start(sc, n), hi),
        instrument="export_control",
        only=[],
        guess=False,
    )
    for d in made:
        if not d.products:
            d.products = _shipped(sc, v.hi, hi)
            d.how["products"] = GUESSED
        d.targets = tuple(x for x in d.targets if x not in who.codes)
        if d.status == "demanded":
            d.status = "in_force"
    return made


def sanction_drafts(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    """Return sanctions on countries or firms."""
    zone = c.subject if passive else (v.hi, c.hi)
    who = agent_of(sc, v.hi, c.hi) if passive else subject_of(sc, n)
    roles = [r for r in sc.at(*zone) if r.code not in who.codes]
    if not who.codes or not (roles or find_firm(sc.s, *zone)):
        return []
    made = make_drafts(
        sc,
        n,
        None,
        "new",
        who,
        "sanction",
        lo=v.hi,
        hi=c.hi,
        quote=(quote_start(sc, n), c.hi),
        instrument="sanctions",
        only=[],
        guess=False,
    )
    for d in made:
        d.targets, d.products = codes_of(roles), []
    return made


def subsidy_drafts(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    """Return subsidies that a verb tells."""
    who = agent_of(sc, v.hi, c.hi) if passive else subject_of(sc, n)
    if not who.codes or not any(c.lo <= g.lo < c.hi for g in sc.s.products) or v.lemma == "fund":
        return []
    return make_drafts(
        sc,
        n,
        None,
        "new",
        who,
        "subsidise",
        lo=v.hi,
        hi=c.hi,
        before=c.subject if passive else (0, 0),
        quote=(quote_start(sc, n), c.hi),
        instrument="subsidy",
        only=[],
        guess=False,
    )
