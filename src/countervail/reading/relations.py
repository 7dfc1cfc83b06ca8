"""Events between countries: visits, meetings, arrests, expulsions, relations better and worse."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from countervail.reading.clauses import Clause
from countervail.reading.frames import Scene, subject_of, unique
from countervail.reading.lexicon import table
from countervail.reading.verbs import MODALS

PLANNED = frozenset(
    {"will", "plans", "planning", "planned", "expected", "due", "scheduled", "intends", "'ll"}
)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    return tuple(
        (r["type"], re.compile(r"\b(?:" + r["pattern"] + r")", 0), r["parties"])
        for r in table("relations")
    )


def find_relations(sc: Scene) -> list[dict[str, Any]]:
    """Return the events between countries that a sentence tells."""
    s = sc.s
    made = [" "] * (s.end - s.start)
    for t in s.tokens:
        made[t.start - s.start : t.end - s.start] = t.text
    text = "".join(made)
    found: list[dict[str, Any]] = []
    for kind, known, parties in _patterns():
        for hit in known.finditer(text):
            one = _event(sc, kind, parties, s.start + hit.start(), s.start + hit.end())
            if one is not None and not any(
                o["start"] < one["end"]
                and one["start"] < o["end"]
                and o["type"] in {kind, "visit_cut_short"}
                for o in found
            ):
                found.append(one)
    return found


def _event(sc: Scene, kind: str, parties: str, start: int, end: int) -> dict[str, Any] | None:
    s = sc.s
    n = max(
        (
            k
            for k, c in enumerate(sc.clauses)
            if s.tokens[min(c.lo, len(s.tokens) - 1)].start <= start
        ),
        default=0,
    )
    c = sc.clauses[n]
    lo, hi = _reach(sc, n)
    who = subject_of(sc, n)
    near = [r for r in sc.roles if lo <= r.place.lo < hi]
    codes = list(who.codes) if parties != "places" and c.verb is not None else []
    after = [r.code for r in near if r.place.it.start >= start]
    before = [r.code for r in near if r.place.it.start < start]
    if kind == "visit":
        places = [r.code for r in near if 0 <= r.place.it.start - end <= 25 and r.code not in codes]
        if not places:
            return None
        codes = unique([*(codes[:1] or list(sc.story.actors)[:1]), places[0]])  # type: ignore[assignment]
    else:
        codes = list(unique([*codes, *after, *before]))
        codes = (
            list(unique([*codes, *sc.story.actors, *([sc.story.bloc] if sc.story.bloc else [])]))[
                :2
            ]
            if len(codes) < 2
            else codes[:2]
        )
    if len(codes) < 2:
        return None
    words = {s.low(k) for k in range(lo, hi)}
    made = {
        "type": kind,
        "countries": list(codes),
        "date": _date(sc, c, lo, hi),
        "planned": bool(words & PLANNED),
        "initiator": who.codes[0]
        if who.codes and kind in {"detention", "accusation", "expulsion"}
        else None,
        "start": s.tokens[lo].start,
        "end": s.tokens[hi - 1].end,
    }
    if "reportedly" in words:
        made["certainty"] = "reported"
    return made


def _reach(sc: Scene, n: int) -> tuple[int, int]:
    c, s = sc.clauses[n], sc.s
    lo = min(c.lo, c.subject[0]) if c.subject[0] < c.subject[1] else c.lo
    hi = c.hi
    while hi - 1 > lo and s.low(hi - 1) in {",", ".", ";", "and", "but", '"', "—", "–"}:
        hi -= 1
    while lo < hi - 1 and s.low(lo) in {",", "and", ";", '"', "—", "–", "that"}:
        lo += 1
    return lo, max(hi, lo + 1)


def _date(sc: Scene, c: Clause, lo: int, hi: int) -> str | None:
    for d in sc.s.dates:
        if lo <= d.lo < hi and not d.it.value.endswith(("+", "d")):
            ahead = (
                c.verb is not None
                and bool(set(c.verb.helpers) & (MODALS | {"is"}))
                and not c.verb.past
            )
            return str(d.it.value if ahead or not d.it.floating else d.it.other) or None
    return None
