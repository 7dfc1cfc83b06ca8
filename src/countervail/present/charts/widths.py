"""How wide a text is: Arial's widths, with some slack, so that a chart fits without a browser.

Source: Adobe's metrics of Helvetica and Helvetica Bold, which Arial and Liberation Sans share, in
thousandths of the size, for the 95 characters of ASCII. An accented letter is as wide as its base.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SLACK = 1.04
"""What a face of the page may be wider than Arial."""

UNKNOWN = 1000
"""Thousandths of the size for what is in no table: as wide as a letter can be."""

ELLIPSIS = "…"

PLAIN = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
BOLD = (
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
)  # fmt: skip
MORE = {
    "−": 584, "–": 556, "—": 1000, "…": 1000, "’": 278, "‘": 278, "“": 500, "”": 500, "→": 1000,
    "≈": 549, "×": 584, "±": 584, "·": 333, "\u00a0": 278, "\u202f": 278, "«": 556, "»": 556,
    "æ": 889, "Æ": 1000, "œ": 944, "Œ": 1000, "ø": 611, "Ø": 778, "ß": 611, "ı": 278, "ł": 278,
}  # fmt: skip


@lru_cache(maxsize=4096)
def width(text: str, size: float, bold: bool = False) -> float:
    """Return how wide a text is at most.

    Args:
        text: on one line.
        size: of the face, pixels.
        bold: whether it is.

    Returns:
        Pixels, with the slack.
    """
    table = BOLD if bold else PLAIN
    return sum(_thousandths(letter, table) for letter in text) * size * SLACK / 1000.0


def _thousandths(letter: str, table: tuple[int, ...]) -> int:
    place = ord(letter) - 32
    if 0 <= place < len(table):
        return table[place]
    if letter in MORE:
        return MORE[letter]
    if unicodedata.combining(letter):
        return 0
    base = unicodedata.normalize("NFD", letter)[0]
    return _thousandths(base, table) if base != letter else UNKNOWN


def cut(text: str, most: float, size: float, bold: bool = False) -> str:
    """Return a text as far as it fits, with an ellipsis where that is not all of it.

    Args:
        text: on one line.
        most: pixels there are.
        size: of the face, pixels.
        bold: whether it is.
    """
    if width(text, size, bold) <= most:
        return text
    kept = text
    while kept and width(kept + ELLIPSIS, size, bold) > most:
        kept = kept[:-1].rstrip()
    return kept + ELLIPSIS if kept else ""


def wrapped(text: str, most: float, size: float, bold: bool = False, lines: int = 2) -> list[str]:
    """Return a text on lines that fit, broken between words; the last ends in an ellipsis.

    Args:
        text: words.
        most: pixels there are on a line.
        size: of the face, pixels.
        bold: whether it is.
        lines: how many at most.
    """
    words, made = text.split(), [""]
    for k, word in enumerate(words):
        longer = f"{made[-1]} {word}".strip()
        if not made[-1] or width(longer, size, bold) <= most:
            made[-1] = longer
        elif len(made) < lines:
            made.append(word)
        else:
            made[-1] = f"{made[-1]} {' '.join(words[k:])}"
            break
    return [cut(line, most, size, bold) for line in made]
