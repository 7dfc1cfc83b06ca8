"""Goals: what a country aims at, by how much, by when."""

from __future__ import annotations

import re
from typing import Any

from countervail.reading.frames import Scene, subject_of, unique
from countervail.reading.lexicon import pattern
from countervail.reading.mentions.dates import after

AIM = pattern("goal_aim")
CHANGE = pattern("goal_change")
FACTORS = {"doubl": 2, "tripl": 3, "trebl": 3, "quadrupl": 4, "halv": 0.5, "halve": 0.5}
FALLING = ("cut", "reduc", "lower", "scale back", "halv", "curb", "wean", "end", "limit")
KINDS = (
    (r"non-|diversif|other markets|new markets", "export_diversification"),
    (r"dependen|relian|rely", "dependence_reduction"),
    (r"self-sufficien", "self_sufficiency"),
    (r"deficit", "trade_deficit"),
    (r"surplus", "trade_surplus"),
    (r"exports?", "export_value"),
    (r"imports?", "import_value"),
    (r"trade", "trade_value"),
)


def find_goals(sc: Scene) -> list[dict[str, Any]]:
    """Return the goals of a sentence."""
    s = sc.s
    text = _text(sc)
    found: list[dict[str, Any]] = []
    for hit in CHANGE.finditer(text):
        here = text[max(0, hit.start() - 90) : hit.start()]
        if not AIM.search(here) and not re.search(r"\b(?:goal|aim|target|purpose) of\W*$", here):
            continue
        start, end = _bounds(sc, s.start + hit.start(), s.start + hit.end())
        words = text[start - s.start : end - s.start]
        kind = next((name for known, name in KINDS if re.search(known, words, re.IGNORECASE)), "")
        if not kind:
            continue
        actor = _actor(sc, start)
        verb = hit.group().lower()
        found.append(
            {
                "actor": actor[0] if actor else None,
                "type": kind,
                "direction": "decrease" if verb.startswith(FALLING) else "increase",
                "quantity": words,
                "factor": next((n for w, n in FACTORS.items() if verb.startswith(w)), None),
                "horizon": _horizon(sc, start),
                "attribution": None,
                "start": start,
                "end": end,
            }
        )
    return found


def _text(sc: Scene) -> str:
    tokens = sc.s.tokens
    made = [" "] * (sc.s.end - sc.s.start)
    for t in tokens:
        made[t.start - sc.s.start : t.end - sc.s.start] = t.text
    return "".join(made)


def _bounds(sc: Scene, start: int, end: int) -> tuple[int, int]:
    """Return the place of a goal: to the end of its clause."""
    last = end
    for t in sc.s.tokens:
        if t.start < end:
            continue
        if t.low in {".", ";", ",", "—", "–"} or t.low in {"after", "while", "as"}:
            break
        last = t.end
    return start, last


def _actor(sc: Scene, start: int) -> tuple[str, ...]:
    here = [n for n, c in enumerate(sc.clauses) if c.verb and sc.s.tokens[c.verb.lo].start <= start]
    for n in reversed(here):
        who = subject_of(sc, n)
        if who.codes:
            return who.codes
    return unique(list(sc.story.actors))


def _horizon(sc: Scene, start: int) -> str | None:
    on = sc.story.on
    for d in sc.s.dates:
        if d.it.start < start:
            continue
        if d.it.value.endswith("+"):
            return (after(d.it.value, str(on.year)) or "")[:4] if on else None
        if len(d.it.value) >= 4:
            return str(d.it.value)
    words = _text(sc)[start - sc.s.start :].lower()
    if re.search(r"(?:next|coming|subsequent)\s+decade|decade", words) and on:
        return str(on.year + 10)
    return None
