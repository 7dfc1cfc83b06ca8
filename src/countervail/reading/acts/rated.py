"""A verb and a rate without a noun: will charge 25% on pork; raised it to 30%."""

from __future__ import annotations

from dataclasses import replace

from countervail.reading.acts.around import TRADE, condition_of, quote_start, status_of
from countervail.reading.acts.build import effect_of, make_drafts
from countervail.reading.acts.paid import paid_drafts
from countervail.reading.clauses import Clause
from countervail.reading.draft import Draft
from countervail.reading.frames import (
    Scene,
    codes_of,
    cut_zone,
    lead_of,
    pieces,
    share,
    subject_of,
)
from countervail.reading.mentions.measures import MeasureNoun
from countervail.reading.sentence import Mention
from countervail.reading.verbs import Verb


def rated_drafts(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    """Return drafts where a verb and a rate tell a tariff: will charge 25% on pork."""
    s = sc.s
    cut = cut_zone(sc, v.hi, c.hi)
    rates = [r for r in sc.rates(v.hi, cut) if not share(sc, r)]
    if not rates and v.lemma == "tax" and not passive and sc.at(v.hi, cut, "origin"):
        who = subject_of(sc, n)
        span = (quote_start(sc, n), cut)
        return make_drafts(
            sc,
            n,
            None,
            "new",
            who,
            "rate",
            lo=v.hi,
            hi=cut,
            quote=span,
            instrument="tariff",
            only=[],
            guess=False,
        )
    if not rates:
        return []
    if (
        s.low(v.hi) in {"it", "them", "these", "those", "both"}
        and (v.is_("raise", "cut", "lift") or v.lemma == "bring")
        and changed_rate(sc, n, v, rates)
    ):
        return []
    subject_goods = any(c.subject[0] <= g.lo < c.subject[1] for g in s.products)
    zone_goods = any(v.hi <= g.lo < cut for g in s.products)
    origins = sc.at(v.hi, cut, "origin", "against") + (
        sc.at(*c.subject, "origin") if passive else []
    )
    if not (zone_goods or origins or (passive and subject_goods)):
        return []
    levying = v.lemma in {"levy", "slap"} and bool(sc.at(*c.subject, "actor"))
    if not (
        sc.story.drafts or sc.story.trade or levying or s.has(0, len(s.tokens), TRADE) or origins
    ):
        return []
    if v.is_("raise", "cut") and not v.is_("hit") and not sc.story.drafts:
        return []
    tail = MeasureNoun(v.lo, v.hi, (v.lo, v.hi), "tariff", False)
    ps = pieces(sc, tail, cut, v)
    if not ps:
        return []
    if passive:
        return paid_drafts(sc, n, c, v, [])
    who = subject_of(sc, n)
    if not who.codes:
        return []
    effect = effect_of(v, tail, any(lead_of(s, r) == "to" for r in rates))
    made = make_drafts(
        sc,
        n,
        None,
        effect,
        who,
        "rate",
        lo=v.hi,
        hi=cut,
        quote=(quote_start(sc, n), cut),
        instrument="tariff",
        only=ps,
        guess=False,
    )
    for d in made:
        if not d.targets:
            roles = [
                r
                for r in sc.at(v.hi, cut, "actor", "origin", "none")
                if r.code not in who.codes and v.is_("hit", "threaten")
            ]
            d.targets = codes_of(roles)
    return made


def changed_rate(sc: Scene, n: int, v: Verb, rates: list[Mention]) -> bool:
    """Give the last measure a new rate: has now raised it to 30%."""
    last = sc.found[-1] if sc.found else sc.story.last
    at = next((r for r in rates if lead_of(sc.s, r) == "to"), None)
    if last is None or at is None or last.listed:
        return False
    state, _ = status_of(
        sc, n, "raise" if not v.is_("cut") else "cut", condition_of(sc, n) is not None
    )
    if state.status not in {"in_force", "announced"}:
        return False
    if sc.found and last is sc.found[-1] and last.rate is not None and state.future:
        start, end = sc.span(v.lo, sc.clauses[n].hi)
        then = replace(last, rate=at.it, old=last.rate, start=start, end=end, dates={})
        then.how, then.cue = dict(last.how), dict(last.cue)
        then.products = list(last.products)
        then.cue["rate"] = (at.it.start, at.it.end)
        sc.found.append(then)  # to 75%, and bring it down to 40% later
        return True
    last.old, last.rate = last.rate, at.it
    last.status = state.status
    last.cue["rate"] = (at.it.start, at.it.end)
    if v.is_("cut") and last.instrument == "tariff":
        last.instrument = "tariff_cut"
    return True
