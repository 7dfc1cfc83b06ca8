"""Garbled copy: told by wordings no writer uses, matched by what they mean, never repaired.

A copy whose words were exchanged one by one says "commerce talks" for trade talks. Where such
wordings stand, matching reads a second text of the same length, so that every offset is one of the
text as it was given.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from countervail.reading.lexicon import aliases

FEWEST = 2
"""Wordings that mark a text as garbled."""

PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "‑": "-", "‐": "-"})


class Matched(NamedTuple):
    """What is matched in place of the text.

    Attributes:
        text: as long as the one it stands for.
        garbled: (start, end, what it is taken for) of wordings that were exchanged.
    """

    text: str
    garbled: tuple[tuple[int, int, str], ...]


@cache
def _pattern(marks: bool) -> re.Pattern[str]:
    words = [re.escape(w).replace(r"\ ", r"\s+") for w, _, m in aliases() if m or not marks]
    return re.compile(r"(?<![\w-])(?:" + "|".join(words) + r")(?![\w-])", re.IGNORECASE)


def matched(text: str) -> Matched:
    """Return what is matched in place of a text: itself, with plain quotes, where it is clean."""
    plain = text.translate(PLAIN)
    if len({m.group().lower() for m in _pattern(True).finditer(plain)}) < FEWEST:
        return Matched(plain, ())
    meant = {w: m for w, m, _ in aliases()}
    found: list[tuple[int, int, str]] = []

    def put(hit: re.Match[str]) -> str:
        word = hit.group()
        other = meant[" ".join(word.lower().split())]
        if len(other) > len(word):
            return word
        if word[0].isupper():
            other = other[0].upper() + other[1:]
        found.append((hit.start(), hit.end(), other))
        return other + " " * (len(word) - len(other))

    return Matched(_pattern(False).sub(put, plain), tuple(found))
