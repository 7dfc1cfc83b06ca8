"""Rates of a list that no frame read: and buses 10%, shoes 12%."""

from __future__ import annotations

from dataclasses import replace

from countervail.reading.draft import CARRIED, GUESSED, STATED, Draft
from countervail.reading.frames import Scene, lead_of, share
from countervail.reading.goods import goods_between
from countervail.reading.sentence import Mention

STATISTICS = frozenset(
    {
        *("price", "prices", "sales", "output", "growth", "inflation", "gdp", "share", "shares"),
        *("profit", "profits", "revenue", "jobs", "wages", "stocks", "futures", "index", "demand"),
        *("cheaper", "dearer", "market", "volume", "volumes", "votes", "poll", "harvest", "yield"),
        *("cost", "costs", "economists", "analysts", "study", "estimates", "content"),
    }
)
NEAR = 5


def continued_drafts(sc: Scene, made: list[Draft]) -> list[Draft]:
    """Return what goods and rates side by side say beside a tariff that was just told.

    A last resort, with low confidence: the measure before is taken, with these goods and this rate.
    """
    last = made[-1] if made else sc.story.last
    s = sc.s
    if (
        last is None
        or last.listed
        or last.rate is None
        or last.instrument not in {"tariff", "tariff_cut", "export_control"}
        or s.number - last.sentence > 1
        or s.has(0, len(s.tokens), STATISTICS)
    ):
        return []
    told = {d.rate.start for d in made if d.rate is not None}
    told |= {d.old.start for d in made if d.old is not None}
    found: list[Draft] = []
    for r in s.rates:
        if r.it.start in told or share(sc, r) or lead_of(s, r) in {"from", "by", "than", "against"}:
            continue
        if r.it.unit not in {"percent", "pp"} or any(m.lo <= r.lo < m.hi for m in sc.measures):
            continue
        zone = _beside(sc, r, made)
        if zone is None:
            continue
        goods = goods_between(s, *zone, guess=False)
        start, end = sc.span(min(zone[0], r.lo), r.hi)
        one = replace(last, rate=r.it, old=None, products=goods, start=start, end=end)
        one.rule, one.sentence, one.firm = "continued", s.number, None
        one.dates = dict(last.dates)
        one.how = {**last.how, "implementer": CARRIED, "targets": CARRIED, "status": GUESSED}
        one.how["products"] = one.how["rate"] = STATED
        one.cue = {"rate": (r.it.start, r.it.end), "measure": (start, end)}
        one.needs_check, one.anaphoric = [], False
        found.append(one)
    return found


def _beside(sc: Scene, r: Mention, made: list[Draft]) -> tuple[int, int] | None:
    """Return the words of the goods right before a rate, that no draft has."""
    s = sc.s
    taken = {g.start for d in made for g in d.products}
    near = [p for p in s.products if p.hi <= r.lo and r.lo - p.hi <= NEAR]
    if not near or near[-1].it.start in taken:
        return None
    if any(x.lo >= near[-1].hi and x.lo < r.lo for x in s.rates):
        return None
    lo = near[-1].lo
    for p in reversed(near[:-1]):
        if s.words(p.hi, lo) in {"and", ",", "or", ", and"} and p.it.start not in taken:
            lo = p.lo
    return (lo, r.lo)
