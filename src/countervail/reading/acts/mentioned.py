"""Measures that no verb acts on, asserted by a rate, an act or "planned"."""

from __future__ import annotations

from countervail.reading.acts.around import NEW, extended_end, means_trade
from countervail.reading.acts.build import make_drafts
from countervail.reading.draft import Draft
from countervail.reading.frames import (
    NOBODY,
    Scene,
    agent_of,
    carried,
    owner_of,
    pieces,
    subject_of,
    zone_end,
)
from countervail.reading.mentions.measures import PLANNED, STANDING
from countervail.reading.standing import Standing, mood


def mentioned_drafts(sc: Scene) -> list[Draft]:
    """Return drafts of measures that are only mentioned, where a rate or "planned" asserts them."""
    s = sc.s
    found: list[Draft] = []
    for m in sc.measures:
        start = m.act[0] if m.act else m.lo
        if s.has(max(start - 4, 0), start, {"not", "no", "without", "n't", "never", "neither"}):
            continue
        if id(m) in sc.used or m.kind in {
            "agreement",
            "preference",
            "generic",
            "subsidy",
            "sanctions",
        }:
            continue
        n = next((k for k, c in enumerate(sc.clauses) if c.lo <= m.lo < c.hi), None)
        if n is None:
            n = next(
                (k for k, c in enumerate(sc.clauses) if c.subject[0] <= m.lo < c.subject[1]), 0
            )
        c = sc.clauses[n]
        hi = zone_end(
            sc,
            m,
            extended_end(sc, n)
            if m.lo >= (c.verb.hi if c.verb else 0)
            else min(c.subject[1] if c.subject[0] <= m.lo < c.subject[1] else c.hi, c.hi) or c.hi,
        )
        rates = [p for p in pieces(sc, m, hi, None) if p.rate is None or not p.rate.it.free]
        if not means_trade(sc, m, hi):
            continue
        if (
            not rates
            and not (
                m.acts
                and m.acts in {"lift", "suspend", "impose", "raise", "cut"}
                and (owner_of(sc, m).codes or sc.at(m.hi, hi, "origin"))
            )
            and not (m.planned and (owner_of(sc, m).codes))
        ):
            goods = any(m.hi <= g.lo < hi for g in s.products)
            if not (
                owner_of(sc, m).codes
                and goods
                and (
                    (m.kind in {"ban", "curb"} and sc.at(m.hi, hi, "origin"))
                    or (m.kind == "tariff" and owner_of(sc, m).how == "stated" and m.owner is None)
                )
            ):
                continue
        supposed = c.verb is not None and (c.kind == "if" or mood(s, sc.clauses, n, False).supposed)
        if supposed and not (m.words & (PLANNED | STANDING)):
            continue
        state = mood(s, sc.clauses, n, False) if c.verb is not None else None
        if (
            state is not None
            and (state.demanded or state.forecast or state.denied)
            and not m.definite
        ):
            continue
        who = owner_of(sc, m)
        if not who.codes:
            agent = agent_of(sc, m.hi, hi)
            who = agent if agent.codes else NOBODY
        if (
            not who.codes
            and c.verb is not None
            and c.subject[0] < c.subject[1]
            and not (c.subject[0] <= m.lo < c.subject[1])
        ):
            roles = sc.at(*c.subject, "actor") or s.has(*c.subject, {"bloc", "union"})
            who = (
                subject_of(sc, n)
                if roles and (supposed or c.verb.is_(*NEW, "other", "lift"))
                else NOBODY
            )
        if not who.codes and m.act is not None:
            who = carried(sc)
        if not who.codes:
            who = carried(sc)
        if not who.codes:
            continue
        effect = {
            "lift": "lift",
            "suspend": "suspend",
            "cut": "cut",
            "raise": "raise",
            "keep": "keep",
        }.get(m.acts, "new")
        status = {"lift": "removed", "suspend": "suspended"}.get(effect, "in_force")
        if m.words & (PLANNED - {"new", "threatened", "possible", "potential"}):
            status = "announced"
        elif m.words & {"threatened", "possible", "potential"}:
            status = "threatened"
        st = Standing(status, "mention", False, False)
        start = m.act[0] if m.act else m.lo
        made_here = make_drafts(
            sc, n, m, effect, who, f"mention.{effect}", lo=m.hi, hi=hi, quote=(start, hi), status=st
        )
        for d in made_here:
            d.condition = None
            if len(sc.clauses) > 1 or not m.acts:
                d.dates = (
                    {k: w for k, w in d.dates.items() if k == "expires"} if not m.acts else d.dates
                )
        sc.used.add(id(m))
        found += made_here
    return found
