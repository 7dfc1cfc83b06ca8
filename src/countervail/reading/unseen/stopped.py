"""Goods that may not pass, pass again, or pass only with leave, told without a rate."""

from __future__ import annotations

from countervail.reading.draft import Draft
from countervail.reading.frames import Scene
from countervail.reading.gate import OTHER_BAN
from countervail.reading.goods import goods_between
from countervail.reading.lexicon import goods_words, organ_words
from countervail.reading.roles import FIRMS
from countervail.reading.standing import Standing
from countervail.reading.unseen.clause_spans import Stretch
from countervail.reading.unseen.cues import Cue
from countervail.reading.unseen.drafting import unseen_draft
from countervail.reading.unseen.moods import Told, told_at
from countervail.reading.unseen.parties import struck, taker

LEAST = 3.5
"""Evidence that goods are kept from passing by a power."""
NEGATIVE = frozenset({"no", "not", "n't", "never", "nobody", "none", "neither", "nothing"})
ABLE = frozenset({"may", "can", "could", "must", "will", "shall", "is", "are", "ca", "wo"})
ABROAD = frozenset({"abroad", "overseas", "outside", "offshore"})
SELLS = frozenset({"export", "exports", "exporter", "exporters", "exported", "exporting"})
BUYS = frozenset({"import", "imports", "importer", "importers", "imported", "importing", "entry"})
TRADE = frozenset({"trade", "commerce", "customs", "shipments", "shipment", "cargoes", "cargo"})


def stop_drafts(sc: Scene, part: Stretch) -> list[Draft]:
    """Return the draft of a stretch that tells of goods stopped, licensed, capped or let in.

    Args:
        sc: the sentence.
        part: the stretch.
    """
    found = _cue(sc, part)
    if found is None:
        return []
    kind, cue = found
    if OTHER_BAN.search(_text(sc, part)) or _evidence(sc, part) < LEAST:
        return []
    goods = goods_between(sc.s, part.lo, part.hi, guess=False)
    effect = {"open": "lift"}.get(kind, "new")
    told = told_at(sc, part, cue, effect)
    if kind == "forbidden":
        future = sc.s.has(part.lo, cue.hi, {"will", "shall"})
        told = Told(Standing("in_force", "may not", future, False), told.passive, told.condition)
    outward = _outward(sc, part, cue)
    moving = cue.is_("in", "out") and kind == "forbidden"
    who = taker(sc, part, passive=told.passive or moving, outward=outward)
    if not who.codes:
        return []
    whom = struck(sc, part, who.codes, outward=outward)
    instrument = "export_control" if outward else "import_ban"
    if kind == "limit" and any(part.lo <= q.lo < part.hi for q in sc.s.volumes):
        instrument = "export_control" if outward else "quota"
    return [
        unseen_draft(
            sc,
            part,
            cue,
            rule=kind,
            instrument=instrument,
            effect=effect,
            told=told,
            who=who,
            whom=whom,
            goods=goods,
        )
    ]


def _cue(sc: Scene, part: Stretch) -> tuple[str, Cue] | None:
    """Return the surest cue of a stretch and what it tells."""
    s = sc.s
    verbs = [q for q in part.cues if q.form != "noun"]
    for q in verbs:
        before = s.words(max(part.lo, q.lo - 8), q.lo).split()
        if q.is_("in", "out") and set(before) & ABLE and _denied(sc, part, q):
            return "forbidden", q
    for q in verbs:
        if q.is_("stop"):
            return "stop", q
    leave = [q for q in part.cues if q.form == "noun" and q.is_("licence")]
    if leave and any(q.is_("need", "licence", "charge") for q in verbs):
        return "licence", next(q for q in verbs if q.is_("need", "licence", "charge"))
    if leave and s.has(part.lo, part.hi, {"without", "unless", "under"}):
        return "licence", leave[0]
    for name in ("limit", "open"):
        for q in verbs:
            if q.is_(name):
                return name, q
    return None


def _denied(sc: Scene, part: Stretch, q: Cue) -> bool:
    s = sc.s
    lo = max(part.lo, sc.clauses[part.n].subject[0] if part.n < len(sc.clauses) else part.lo)
    return s.has(min(lo, q.lo), q.lo, NEGATIVE) or "no longer" in s.words(lo, q.lo)


def _text(sc: Scene, part: Stretch) -> str:
    return sc.s.words(part.lo, part.hi)


def _evidence(sc: Scene, part: Stretch) -> float:
    """Return how much in a stretch speaks for a power that keeps goods from passing."""
    s = sc.s
    lo, hi = part.lo, part.hi
    worth = 1.0
    goods = any(lo <= g.lo < hi for g in s.products)
    flows = any(s.low(k) in goods_words() for k in range(lo, hi)) or s.has(lo, hi, TRADE)
    worth += goods + 0.5 * flows
    if s.has(lo, hi, SELLS | BUYS):
        worth += 1.0
    if any(q.form == "noun" and q.is_("gate") for q in part.cues):
        worth += 0.5
    partners = sc.at(lo, hi, "origin", "against", "to", "into")
    worth += 1.0 if partners else 0.0
    powers = [r for r in sc.at(lo, hi) if r.what in {"actor", "owner", "by"}]
    if powers or s.has(lo, hi, organ_words()):
        worth += 1.0
    subject = sc.clauses[part.n].subject
    if s.has(*subject, FIRMS) and not s.has(*subject, organ_words()):
        worth -= 1.5
    if sc.story.trade or sc.story.drafts:
        worth += 0.5
    if not goods and not flows:
        worth -= 1.0
    return worth


def _outward(sc: Scene, part: Stretch, cue: Cue) -> bool:
    """Return whether the goods are those that leave."""
    s = sc.s
    lo, hi = part.lo, part.hi
    out = 1.0 * s.has(lo, hi, SELLS) + 1.0 * s.has(lo, hi, ABROAD)
    out += 1.0 * ("out" in cue.classes and "in" not in cue.classes)
    out += 1.0 * any(q.is_("out") and not q.is_("in") and q.form != "noun" for q in part.cues)
    inward = 1.0 * s.has(lo, hi, BUYS)
    inward += 1.0 * any(q.is_("in") and not q.is_("out", "stop") for q in part.cues)
    inward += 1.5 * bool(sc.at(lo, hi, "origin", "against", "into"))
    inward += 0.5 * any(q.is_("gate") for q in part.cues)
    if sc.at(lo, hi, "to") and not sc.at(lo, hi, "origin"):
        out += 1.5
    return out > inward


__all__ = ["stop_drafts"]
