"""A sentence with what it mentions: every mention has its place in words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from countervail.reading.tokens import Token


@dataclass(frozen=True, slots=True)
class Mention:
    """Something mentioned in a sentence.

    Attributes:
        lo, hi: its first word, and the word after its last.
        it: what is mentioned.
    """

    lo: int
    hi: int
    it: Any


@dataclass(slots=True)
class Sentence:
    """A sentence.

    Attributes:
        number: its place among the sentences, from 0.
        start, end: its place in the text.
        tokens: its words.
        rates, dates, volumes, money, places, products, measures, firms: what it mentions.
    """

    number: int
    start: int
    end: int
    tokens: Sequence[Token]
    rates: list[Mention] = field(default_factory=list)
    dates: list[Mention] = field(default_factory=list)
    volumes: list[Mention] = field(default_factory=list)
    money: list[Mention] = field(default_factory=list)
    places: list[Mention] = field(default_factory=list)
    products: list[Mention] = field(default_factory=list)
    measures: list[Mention] = field(default_factory=list)
    firms: list[Mention] = field(default_factory=list)

    def located(self, found: Iterable[Any]) -> list[Mention]:
        """Return things with places in the text as mentions with places in words."""
        starts = [t.start for t in self.tokens]
        ends = [t.end for t in self.tokens]
        made = []
        for one in found:
            lo = bisect_right(ends, one.start)
            hi = bisect_left(starts, one.end)
            if lo < hi:
                made.append(Mention(lo, hi, one))
        return made

    def low(self, k: int) -> str:
        """Return a word in small letters; nothing beyond the ends."""
        return self.tokens[k].low if 0 <= k < len(self.tokens) else ""

    def words(self, lo: int, hi: int) -> str:
        """Return some words in small letters, joined by spaces."""
        return " ".join(t.low for t in self.tokens[max(lo, 0) : max(hi, 0)])

    def has(self, lo: int, hi: int, words: Iterable[str]) -> bool:
        """Return whether one of some words stands in a stretch."""
        known = words if isinstance(words, (set, frozenset)) else set(words)
        return any(t.low in known for t in self.tokens[max(lo, 0) : max(hi, 0)])
