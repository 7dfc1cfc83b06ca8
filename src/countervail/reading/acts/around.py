"""What stands around a verb: condition, who says it, who is made to act, whether trade is meant."""

from __future__ import annotations

from dataclasses import replace

from countervail.reading.clauses import Clause
from countervail.reading.draft import INFERRED
from countervail.reading.frames import (
    NOBODY,
    Scene,
    Who,
    in_stretch,
)
from countervail.reading.lexicon import word_set
from countervail.reading.mentions.measures import ADJECTIVES, EXTRA, MeasureNoun
from countervail.reading.standing import Mood, Standing, mood, standing

NEW = word_set("events.new")


CARRIERS = word_set("events.carriers")


RUNNING = word_set("events.running")


TRADE = word_set("events.trade")


def condition_of(sc: Scene, n: int) -> tuple[int, int] | None:
    """Return the words of the condition that hangs on a clause."""
    parts = sc.clauses
    for k, c in enumerate(parts):
        if c.kind != "if" or k == n:
            continue
        reaches = False
        m, seen = c.parent, 0
        while m >= 0 and seen < 20:
            if m == n:
                reaches = True
                break
            if parts[m].kind not in {"inf", "ger", "red", "rel", "part"}:
                break
            m, seen = parts[m].parent, seen + 1
        if (
            not reaches
            and k > n
            and all(parts[j].kind in {"inf", "ger", "red", "rel"} for j in range(n + 1, k))
        ):
            reaches = True
        if (
            not reaches
            and k < n
            and k == 0
            and all(
                parts[j].kind in {"inf", "ger", "red", "rel", "part", "if", "coord", "main"}
                for j in range(1, n)
            )
        ):
            reaches = parts[n].kind in {"main", "coord", "said"} and n <= 4
        if not reaches:
            continue
        end = c.hi
        for j in range(k + 1, len(parts)):
            if j == n or (parts[j].kind in {"coord", "main", "attr"} and parts[j].kind != "if"):
                break
            end = parts[j].hi
        return sc.span(c.lo, end)
    c = parts[n]
    return _bare_condition(sc, c)


def _bare_condition(sc: Scene, c: Clause) -> tuple[int, int] | None:
    """Return a condition that has no verb of its own, such as "subject to approval"."""
    s = sc.s
    for k in range(c.verb.hi if c.verb else c.lo, c.hi):
        if (
            s.low(k) in {"if", "unless"}
            or s.words(k, k + 2)
            in {"provided that", "subject to", "contingent on", "conditional on"}
            or s.words(k, k + 3)
            in {"in return for", "in exchange for", "as long as", "on condition that"}
        ):
            if s.words(k, k + 2) == "subject to" and c.verb is not None and k - c.verb.hi <= 0:
                continue
            return sc.span(k, c.hi)
    return None


def status_of(sc: Scene, n: int, effect: str, has_condition: bool) -> tuple[Standing, Mood]:
    """Return where a measure stands after a clause, and the mood of its verb."""
    state = mood(sc.s, sc.clauses, n, has_condition)
    return standing(effect, state), state


def attribution_of(sc: Scene, n: int) -> tuple[int, int] | None:
    """Return who says it: the subject of the clause above, or of "he said" beside it."""
    parts, s = sc.clauses, sc.s
    m, seen = n, 0
    while parts[m].parent >= 0 and seen < 12:
        up = parts[m].parent
        if parts[m].kind == "said" and parts[up].subject[0] < parts[up].subject[1]:
            return sc.span(*parts[up].subject)
        m, seen = up, seen + 1
    for c in parts:
        if c.kind == "attr" and c.subject[0] < c.subject[1]:
            return sc.span(*c.subject)
    for k in range(len(s.tokens) - 2):
        if s.low(k) == "according" and s.low(k + 1) == "to":
            end = k + 2
            while end < len(s.tokens) and s.low(end) not in {",", ".", ";"} and end < k + 14:
                end += 1
            return sc.span(k + 2, end)
    return None


def quote_start(sc: Scene, n: int) -> int:
    """Return where a clause's quote begins: at its subject, where that stands before it."""
    c = sc.clauses[n]
    lo = c.lo
    if c.subject[0] < c.subject[1]:
        lo = (
            min(lo, c.subject[0])
            if c.subject[1] <= (c.verb.lo if c.verb else c.hi)
            and (c.verb is None or c.verb.lo - c.subject[1] <= 1)
            else lo
        )
        lo = max(lo, c.subject[0]) if c.subject[1] - c.subject[0] and c.subject[0] >= c.lo else lo
    return lo


def extended_end(sc: Scene, n: int) -> int:
    """Return where a clause ends with the short clauses on its nouns: cars made in Japan."""
    hi = sc.clauses[n].hi
    for k in range(n + 1, len(sc.clauses)):
        one = sc.clauses[k]
        v = one.verb
        if v is None or one.lo != hi:
            break
        if (
            (
                (one.kind in {"red", "part"} and (v.lemma in CARRIERS or v.lemma == "set out"))
                or (
                    one.kind == "rel"
                    and (v.lemma in CARRIERS or v.lemma in {"contain", "originate"})
                )
            )
            or (one.kind == "rel" and v.lemma in RUNNING and sc.rates(v.lo, one.hi))
            or (one.kind in {"part"} and v.is_("reach", "run", "include"))
        ):
            hi = one.hi
        else:
            break
    return hi


def said_by(sc: Scene, n: int) -> Who:
    """Return who says what a clause tells."""
    m, seen = n, 0
    parts = sc.clauses
    while parts[m].parent >= 0 and seen < 12:
        up = parts[m].parent
        if parts[m].kind == "said":
            lo, hi = parts[up].subject
            found = in_stretch(sc, lo, hi, parts[up], up) if lo < hi else NOBODY
            if found.codes:
                return replace(found, how=INFERRED)
        m, seen = up, seen + 1
    for k, c in enumerate(parts):
        if c.kind == "attr" and c.subject[0] < c.subject[1]:
            found = in_stretch(sc, *c.subject, c, k)
            if found.codes:
                return replace(found, how=INFERRED)
    return NOBODY


def controller_of(sc: Scene, c: Clause) -> Who:
    """Return who is asked or expected to act: expects Beijing to cut."""
    if c.kind != "inf" or c.verb is None or c.parent < 0:
        return NOBODY
    p = sc.clauses[c.parent].verb
    if p is None or not p.is_(
        "expect", "demand", "force", "allow", "require", "say", "other", "seek"
    ):
        return NOBODY
    near = [
        r
        for r in sc.roles
        if r.place.lo >= p.hi
        and r.place.hi <= c.verb.lo
        and r.what in {"actor", "against", "none", "for"}
    ]
    if near:
        return Who((near[-1].code,), INFERRED, (near[-1].place.it.start, near[-1].place.it.end))
    return NOBODY


def means_trade(sc: Scene, m: MeasureNoun, hi: int) -> bool:
    """Return whether a weak word means a measure of trade here."""
    s = sc.s
    if not m.weak:
        if m.kind == "ban":
            return _ban_of_trade(sc, m, hi)
        return True
    zone = (m.lo, min(hi + 1, len(s.tokens)))
    origins = sc.at(*zone, "origin", "against", "into")
    goods = any(zone[0] <= g.lo < zone[1] for g in s.products)
    words = s.has(m.lo, hi, TRADE)
    if m.kind == "curb":
        return bool(goods or words or (origins and m.words & {"trade", "import"})) or (
            m.definite and bool(sc.story.drafts)
        )
    if m.kind == "rate" and (m.words & (EXTRA | ADJECTIVES)):
        return True
    if m.kind == "rate":
        return bool(sc.story.drafts or sc.found) or words
    if m.kind in {"tax", "generic", "tariff"}:
        if words or (goods and origins):
            return True
        domestic = s.has(
            m.head[0], m.head[1], {"tax", "taxes", "fee", "fees", "penalty", "penalties"}
        )
        return (goods or (m.definite and not domestic)) and bool(sc.story.drafts)
    return goods or words or bool(origins)


def _ban_of_trade(sc: Scene, m: MeasureNoun, hi: int) -> bool:
    s = sc.s
    if m.words & {"import", "export", "trade"} or s.has(
        m.hi, hi, TRADE | {"shipments", "purchases", "sales", "selling"}
    ):
        return True
    if {s.low(k) for k in range(*m.head)} & TRADE or len(range(*m.head)) > 1:
        return True
    goods = any(m.lo <= g.lo < hi for g in s.products)
    places = sc.at(m.lo, hi, "origin", "against", "owner")
    if goods or any(r.what == "origin" for r in places):
        return True
    return m.definite and any(
        d.instrument in {"import_ban", "export_control"} for d in sc.story.drafts
    )
