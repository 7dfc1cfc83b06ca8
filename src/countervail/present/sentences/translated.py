"""Sentences of an answer in another language: by patterns of the language's own file.

A pattern is the sentence as the answer has it, with places: ``{n}``, ``{n1}`` and so on a number,
``{d}`` a day (``2026-01-12``), ``{l}`` a list (``a, b and c``), ``{c}`` clauses (``a; b``),
``{near}`` the nearest name where one is proposed, any other name words. What stands in a place is
translated likewise where it is known, and stays as it is where it is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

PLACE = re.compile(r"\{([a-z]+\d*)\}")
NUMBER = r"[+\-−]?\d[\d,]*(?:\.\d+)?(?:e[+\-]\d+)?"
DAY = r"\d{4}-\d{2}-\d{2}"
NEAR = r"(?:; did you mean '[^']*'\?)?"
SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9`])")
ITEMS = re.compile(r", (?:and )?(?![^()]*\))| and (?![^()]*\))")
BRACKETED = re.compile(r"(?<=\)), (?:and )?|(?<=\)) and ")
"""Between the items of a list, and of one whose items all end in brackets and may hold commas."""

ITEM = re.compile(r"(.+?) \(([^()]*)\)", re.DOTALL)

WORDS = r"(?:(?!\. [A-Z]).)+?"
"""What stands in a place of words: it does not run on into another sentence."""

CLAUSES = "; "
WORDY = re.compile(r"\b[a-z]{2,}\b.*\b[a-z]{2,}\b", re.DOTALL)
"""Text that is words, and no code or number: two words in small letters."""


class AsItStands(str):
    """Words of an answer that the language of a page does not have: they stay in English."""


class SentencePattern(NamedTuple):
    """A sentence of answers, and the same in a language.

    Attributes:
        known: matches the sentence.
        said: it in the language, its places to be filled.
    """

    known: re.Pattern[str]
    said: str

    @classmethod
    def of(cls, known: str, said: str) -> SentencePattern:
        """Return the pattern of a sentence as a file of a language has it."""
        parts = PLACE.split(known)
        made = [
            f"(?P<{part}>{_place(part)})" if k % 2 else re.escape(part)
            for k, part in enumerate(parts)
        ]
        return cls(re.compile("".join(made), re.DOTALL), said)


class Translator(NamedTuple):
    """What turns sentences of answers into those of a language.

    Attributes:
        patterns: of its file.
        names: name of a thing in the language; what it does not know stays.
        digits: a number as the language writes it.
        day: a day in words.
        listed: things one after another.
    """

    patterns: tuple[SentencePattern, ...]
    names: Mapping[str, str]
    named: Callable[[str], str]
    digits: Callable[[str], str]
    day: Callable[[str], str]
    listed: Callable[[list[str]], str]

    def said(self, text: str) -> str | None:
        """Return a text in the language; None where a sentence of it is not known."""
        sentences = SENTENCES.split(text)
        found = [self._whole(one) for one in sentences]
        if None not in found:
            return " ".join(one for one in found if one is not None)
        return self._whole(text) if len(sentences) > 1 else None

    def _whole(self, text: str) -> str | None:
        if text in self.names:
            return self.names[text]
        named = self.named(text)
        if named != text:
            return named
        for pattern in self.patterns:
            match = pattern.known.fullmatch(text)
            if match is not None:
                places = {key: self._filled(key, value) for key, value in match.groupdict().items()}
                return pattern.said.format(**places)
        return None

    def _filled(self, place: str, value: str) -> str:
        kind = place.rstrip("0123456789")
        if kind == "n":
            return self.digits(value)
        if kind == "d":
            return self.day(value)
        if kind == "l":
            items = (BRACKETED if value.endswith(")") else ITEMS).split(value)
            return self.listed([self._item(one) for one in items])
        if kind == "c":
            return CLAUSES.join(self._words(one) for one in value.split(CLAUSES))
        return self._words(value)

    def _item(self, value: str) -> str:
        """Return an item of a list: a name, and what stands in brackets behind it."""
        found = ITEM.fullmatch(value)
        if found is None:
            return self._words(value)
        return f"{self._words(found[1])} ({self._words(found[2])})"

    def _words(self, value: str) -> str:
        said = self.said(value)
        return value if said is None else said


def _place(name: str) -> str:
    kind = name.rstrip("0123456789")
    return {"n": NUMBER, "d": DAY, "near": NEAR}.get(kind, WORDS)
