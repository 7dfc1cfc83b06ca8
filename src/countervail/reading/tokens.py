"""Words and sentences of a text, each with its place in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from countervail.reading.lexicon import word_set

TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}|\d+(?:,\d{2,3})*(?:\.\d+)*|'s\b|'(?=\W|$)|n't\b|'(?:ll|d|re|ve|m)\b"
    r"|[^\W\d_]+(?:[-&][\w]+)*|\w+|[^\w\s]"
)
SHORT = word_set("tokens.short")
LONGEST_WORDS = 400
"""Words of a sentence; a longer one is read in pieces, so that time stays linear."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark.

    Attributes:
        start, end: its place in the text.
        text: as it stands in what is matched.
        low: in small letters.
    """

    start: int
    end: int
    text: str
    low: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[:1].isupper()

    @property
    def word(self) -> bool:
        """Whether it has a letter."""
        return self.low[:1].isalpha()


def tokens(text: str) -> list[Token]:
    """Return the words and marks of a text; ``n't`` and ``'s`` stand alone."""
    found = []
    for hit in TOKEN.finditer(text):
        word = hit.group()
        found.append(Token(hit.start(), hit.end(), word, word.lower()))
    return found


END = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|\n\s*\n|\n(?=\s*(?:\(?[a-z0-9]{1,3}[).]|[-•*–])\s)|\n")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of a text's sentences.

    A stop ends one unless it follows an abbreviation or an initial and no capital comes next; a
    line break ends one where the line before it is ended, or the next one starts a new matter.
    """
    start = 0
    for hit in END.finditer(text):
        if hit.start() < start:
            continue
        if _goes_on(text, hit):
            continue
        end = hit.end() if not hit.group().startswith("\n") else hit.start()
        if text[start:end].strip():
            yield _trimmed(text, start, end)
        start = hit.end()
    if text[start:].strip():
        yield _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _goes_on(text: str, hit: re.Match[str]) -> bool:
    """Return whether a mark does not end a sentence."""
    mark = hit.group()
    after = text[hit.end() : hit.end() + 40].lstrip()
    if mark == "\n":
        before = text[max(0, hit.start() - 40) : hit.start()].rstrip()
        return bool(before and before[-1] not in '.!?:;"”' and after[:1].islower()) or bool(
            before and before[-1] in ","
        )
    if mark[0] != ".":
        return after[:1].islower()
    before = text[max(0, hit.start() - 12) : hit.start()]
    last = re.search(r"([A-Za-z](?:\.[A-Za-z])*|[A-Za-z]+)$", before)
    word = re.split(r"[\s(]", before)[-1].lower()
    if after[:1].islower() or after[:1] in ",;:":
        return True
    if word in SHORT and mark == ".":
        if word in {
            "no",
            "nos",
            "co",
            "inc",
            "ltd",
            "corp",
            "u.s",
            "u.k",
            "jr",
            "sr",
            "a.m",
            "p.m",
            "etc",
            "mar",
            "may",
            "min",
            "p",
            "al",
            "st",
            "art",
        }:
            return _abbreviated(word, after)
        return True
    return bool(
        last
        and re.fullmatch(r"[A-Z]", word.upper())
        and len(word) == 1
        and after[:1].isupper()
        and before.strip()[-1:].isupper()
        and not before.strip().lower().endswith((" i",))
    )


def _abbreviated(word: str, after: str) -> bool:
    """Return whether an abbreviation that can end a sentence does not, before what follows."""
    if word in {"u.s", "u.k"}:
        first = re.match(r"[A-Za-z'-]+", after)
        return first is not None and first.group().lower() not in STARTS
    if word in {"no", "nos", "art", "p", "mar", "may"}:
        return after[:1].isdigit()
    if word in {"st"}:
        return True
    return after[:1].islower()


STARTS = word_set("tokens.starts")
