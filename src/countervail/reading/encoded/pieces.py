"""Words as the pieces that the encoder knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

PART = re.compile(r"\w+|[^\w\s]")
INNER = "##"
"""What a piece begins with that is not the first of its word."""
LONGEST = 60
"""Letters of a word that are looked at."""


def pieces(word: str, known: Mapping[str, int], unknown: int) -> list[int]:
    """Return the numbers of the longest known pieces that make up a word, from its head on.

    Args:
        word: in small letters; accents are taken off.
        known: numbers of the pieces.
        unknown: number of what has no piece.
    """
    bare = unicodedata.normalize("NFD", word)
    bare = "".join(c for c in bare if unicodedata.category(c) != "Mn")
    found: list[int] = []
    for part in PART.findall(bare[:LONGEST]):
        found += _of_part(part, known, unknown)
    return found or [unknown]


def _of_part(part: str, known: Mapping[str, int], unknown: int) -> list[int]:
    found: list[int] = []
    at = 0
    while at < len(part):
        ahead = INNER if at else ""
        end = next((b for b in range(len(part), at, -1) if f"{ahead}{part[at:b]}" in known), None)
        if end is None:
            return [*found, unknown]
        found.append(known[f"{ahead}{part[at:end]}"])
        at = end
    return found
