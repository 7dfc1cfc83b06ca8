"""A sentence as symbols: words without their endings, and one symbol for what tables know."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from countervail.reading.frames import Scene
from countervail.reading.sentence import Mention

ENDINGS = ("ing", "ed", "es")
LONG = 5
"""Letters of a word above which its ending is taken off."""


def stem(word: str) -> str:
    """Return a word without its ending, roughly: bans, banned and banning are one."""
    if len(word) > LONG:
        if word.endswith(("ies", "ied")):
            return f"{word[:-3]}y"
        for ending in ENDINGS:
            if word.endswith(ending):
                rest = word[: -len(ending)]
                if len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "ls":
                    rest = rest[:-1]
                return rest.rstrip("e")
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return word.rstrip("e") if len(word) >= LONG else word


def symbols(sc: Scene) -> list[str]:
    """Return a symbol for each word of a sentence; the later words of a mention have none.

    Rates, money, volumes, countries and goods are one symbol each, whichever they are; a date is
    one of three, by whether it lies ahead of the day of the text.
    """
    s = sc.s
    found: list[str | None] = [None] * len(s.tokens)
    on = sc.story.on.isoformat() if sc.story.on else ""
    _put(found, s.rates, lambda _: "<rate>")
    _put(found, s.dates, lambda m: f"<{when(m.it.value, on)}>")
    _put(found, s.money, lambda _: "<money>")
    _put(found, s.volumes, lambda _: "<volume>")
    _put(found, s.places, lambda _: "<place>")
    _put(found, s.products, lambda _: "<goods>")
    return [_word(t.low) if one is None else one for one, t in zip(found, s.tokens, strict=True)]


def when(day: str, on: str) -> str:
    """Return whether a day, as precise as it is, lies ``ahead`` of another, ``before`` or on it."""
    if not day or not on:
        return "some day"
    same = on[: len(day)]
    return "ahead" if day > same else "before" if day < same else "that day"


def _put(
    found: list[str | None], mentions: Iterable[Mention], name: Callable[[Mention], str]
) -> None:
    for m in mentions:
        if all(one is None for one in found[m.lo : m.hi]):
            found[m.lo : m.hi] = [name(m), *[""] * (m.hi - m.lo - 1)]


def _word(low: str) -> str:
    return "<number>" if low[:1].isdigit() else stem(low)
