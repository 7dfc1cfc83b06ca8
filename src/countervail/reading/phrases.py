"""Words of a text with their places, and the longest of many phrases that begins at each.

The text is never changed: a word keeps where it starts and ends, and a plain form beside it that is
compared. Time is linear in the length of the text, whatever the number of phrases.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

Meaning = TypeVar("Meaning")


class Word(NamedTuple):
    """A word of a text.

    Attributes:
        start, end: where it stands, as positions of characters.
        written: without accents and the points of an abbreviation (``U.S.`` is ``US``).
        folded: the same without case.
        joined: nothing but a space, a hyphen or an apostrophe stands before it.
    """

    start: int
    end: int
    written: str
    folded: str
    joined: bool


LONGEST_GAP = 4
"""Characters between two words of one phrase, at most."""

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}(?:s\b)?|[^\W_]+|&")
_JOINT = re.compile(r"[^\S\n]*\n?[^\S\n]*|\s?[-\u2010-\u2013\u00ad]\s?|['\u2019\u02bc]")
_BEFORE_POINT = {"st", "ste", "mt", "n", "s"}
"""Words that a point may shorten inside a phrase: "St. Lucia"."""


def words(text: str) -> list[Word]:
    """Return the words of a text in their order."""
    found: list[Word] = []
    end, last = 0, ""
    for match in _WORD.finditer(text):
        start = match.start()
        gap = text[end : min(start, end + LONGEST_GAP + 1)]
        joined = len(gap) <= LONGEST_GAP and (
            bool(_JOINT.fullmatch(gap)) or (last in _BEFORE_POINT and gap in {". ", "."})
        )
        end = match.end()
        written, last = plain(match[0])
        found.append(Word(start, end, written, last, joined))
    return found


@lru_cache(maxsize=65536)
def plain(word: str) -> tuple[str, str]:
    """Return a word without accents and points, and the same without case."""
    if word == "&":
        return "and", "and"
    bare = word.replace(".", "")
    if not bare.isascii():
        parts = unicodedata.normalize("NFKD", bare)
        bare = "".join(c for c in parts if not unicodedata.combining(c))
    return bare, bare.casefold()


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list written with spaces."""
    return frozenset(text.split())


def in_a_headline(page: Sequence[Word], n: int) -> bool:
    """Return whether nearly every longer word about a word has a capital."""
    near = [
        word.written
        for word in page[max(0, n - _ABOUT) : n + _ABOUT + 1]
        if len(word.written) > _SHORT
    ]
    return len(near) >= _FEW and sum(one[0].isupper() for one in near) >= len(near) - 1


_SHORT = 3
_FEW = 5
_ABOUT = 7


class _Node(Generic[Meaning]):
    """A place on the way through phrases: what follows, and the meanings of what ends here."""

    __slots__ = ("after", "here")

    def __init__(self) -> None:
        self.after: dict[str, _Node[Meaning]] = {}
        self.here: list[Meaning] = []


class Phrases(Generic[Meaning]):
    """Phrases by their words; one phrase may mean several things."""

    def __init__(self, meanings: Iterable[tuple[Sequence[str], Meaning]]) -> None:
        """Keep phrases: the words of each as they are compared, with a meaning."""
        self._root: _Node[Meaning] = _Node()
        for keys, meaning in meanings:
            node = self._root
            for key in keys:
                node = node.after.setdefault(key, _Node())
            node.here.append(meaning)

    def at(
        self, keys: Sequence[str], joined: Sequence[bool], first: int
    ) -> list[tuple[int, list[Meaning]]]:
        """Return the phrases that begin at a word, longest first: one past the last, meanings.

        Args:
            keys: the words of a text as they are compared.
            joined: whether each may follow the one before it inside a phrase.
            first: the position of the word.
        """
        node, found = self._root, []
        for n in range(first, len(keys)):
            after = node.after.get(keys[n])
            if after is None or (n > first and not joined[n]):
                break
            node = after
            if node.here:
                found.append((n + 1, node.here))
        return found[::-1]

    def exactly(self, keys: Sequence[str]) -> list[Meaning]:
        """Return the meanings of exactly these words."""
        node = self._root
        for key in keys:
            after = node.after.get(key)
            if after is None:
                return []
            node = after
        return node.here
