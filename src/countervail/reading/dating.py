"""Which date is whose: in force, removed, expiring, announced."""

from __future__ import annotations

from datetime import date, timedelta

from countervail.reading.lexicon import word_set
from countervail.reading.mentions.dates import DateMention, after
from countervail.reading.sentence import Mention, Sentence

START = frozenset(["from", "starting", "beginning", "effective", "commencing", "since"])
UNTIL = word_set("dating.until")


def cue(s: Sentence, m: Mention) -> str:
    """Return the word that tells what a date is: from, until, by, since, on, for."""
    first = s.low(m.lo)
    if first in {
        "from",
        "since",
        "until",
        "till",
        "through",
        "by",
        "in",
        "after",
        "before",
        "within",
        "for",
        "over",
        "during",
        "to",
    }:
        return first
    k = m.lo - 1
    while (
        s.low(k)
        in {
            "the",
            "midnight",
            "early",
            "late",
            "at",
            "about",
            "around",
            "next",
            "(",
            ",",
            "only",
            "least",
            "as",
            "january",
        }
        and k > m.lo - 5
    ):
        k -= 1
    low = s.low(k)
    if low == "of" and s.low(k - 1) == "as":
        return "from"
    if low == "on" and s.low(k - 1) in {"starting", "beginning", "effective", "commencing"}:
        return "from"
    if low == "effect" and s.low(k - 1) == "with":
        return "from"
    if low == "of" and s.low(k - 1) in {"end", "start"}:
        return cue_at(s, k - 1)
    return low


def cue_at(s: Sentence, k: int) -> str:
    """Return the preposition before "the end of"."""
    k -= 1
    while s.low(k) in {"the", "least", "at"}:
        k -= 1
    return s.low(k)


def settled(it: DateMention, future: bool, on: str, reference: str) -> str:
    """Return a date's value: before or after the day of the document as the verb looks."""
    if it.value.endswith("d") and it.value[:1] in "+-":  # a day earlier
        base = reference or on
        if len(base) != 10:
            return ""
        return (date.fromisoformat(base) + timedelta(int(it.value[:-1]))).isoformat()
    if not it.floating:
        return it.value
    return it.value if future else it.other


def date_draft(
    s: Sentence,
    found: list[Mention],
    effect: str,
    future: bool,
    announcing: bool,
    on: str,
    reference: str = "",
) -> dict[str, str]:
    """Return the dates of a measure from those that stand beside it.

    Args:
        s: the sentence.
        found: dates beside the measure.
        effect: what is done to it.
        future: whether it is still to come.
        announcing: whether its verb tells of a decision, not of the deed.
        on: day of the document.
        reference: day that "a day earlier" is told from.
    """
    dates: dict[str, str] = {}
    started = False
    deed = {"lift": "removed", "exempt": "in_force", "suspend": "in_force"}.get(effect, "in_force")
    for m in found:
        word = cue(s, m)
        it = m.it
        if it.value.endswith("+"):
            if word in {"within", "in", "by"}:
                continue
            dates.setdefault("expires", it.value)
            continue
        if word in UNTIL or (word == "to" and "in_force" in dates):
            dates["expires"] = settled(it, True, on, reference)
        elif word in {"before", "ago"}:
            continue
        elif word in {"since"}:
            dates["in_force"] = settled(it, False, on, reference)
        elif word in START:
            if not started:
                dates[deed] = settled(it, future or nearer(it, on), on, reference)
            started = True
        elif word in {"by", "within", "after"} and it.value and not it.value.startswith(("+", "-")):
            if word == "by" or it.way == "within":
                dates.setdefault(deed, settled(it, True, on, reference))
        elif announcing and not _effect_near(s, m):
            dates.setdefault("announced", settled(it, False, on, reference))
        else:
            dates.setdefault(deed, settled(it, future, on, reference))
    for key in ("expires",):
        if key in dates and dates[key].endswith("+"):
            start = dates.get("in_force") or dates.get("removed") or on
            end = after(dates[key], start) if start else None
            if end:
                dates[key] = end
            else:
                del dates[key]
    return {k: v for k, v in dates.items() if v and not v.endswith("+")}


def nearer(it: DateMention, on: str) -> bool:
    """Return whether the next day of a name is nearer than the last one."""
    if not it.floating or not it.other or len(on) != 10:
        return True
    day = date.fromisoformat(on)
    there = [
        date.fromisoformat(v if len(v) == 10 else v + "-01")
        for v in (it.value, it.other)
        if len(v) >= 7
    ]
    return len(there) < 2 or abs((there[0] - day).days) <= abs((day - there[1]).days)


def _effect_near(s: Sentence, m: Mention) -> bool:
    return s.has(
        max(m.lo - 6, 0),
        m.lo,
        {"effect", "force", "starting", "beginning", "effective", "begin", "start", "apply"},
    )
