"""A language: its templates, names, numbers and days, read from its one file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import resources
from typing import Any

import tomli

from countervail import labels
from countervail.errors import InputError, did_you_mean
from countervail.present.sentences.translated import (
    WORDY,
    AsItStands,
    SentencePattern,
    Translator,
)

DEFAULT = "en"
FOLDER = "languages"

ALPHA_2 = 2
"""Letters of a country's short form within a name (``US steel``), which is no code before one."""

Template = Mapping[str, Any]


@dataclass(frozen=True)
class Phrase:
    """Words that stand in a template, and what depends on them there.

    In a template ``{A}`` is the words as they stand, ``{A:of}`` their form of that name (the
    language's ``forms`` and ``endings``), ``{A:|gains|gain}`` the first or second word as the
    phrase is one or many, ``{A:label}`` the words without article.

    Attributes:
        text: as it stands; text of files is never a template.
        many: whether what goes with it is plural.
        language: whose forms it takes.
    """

    text: str
    many: bool
    language: Language

    def __str__(self) -> str:
        return self.text

    def __format__(self, form: str) -> str:
        if form.startswith("|"):
            one, many = form[1:].split("|")
            return many if self.many else one
        return self.language.form(self.text, form) if form else self.text


@dataclass(frozen=True)
class Counted:
    """A number of things in a template: ``{n}``, ``{n:word}``, ``{n:|measure|measures}``.

    Attributes:
        number: of things.
        language: whose words and plural it has.
    """

    number: int
    language: Language

    def __format__(self, form: str) -> str:
        words: Sequence[str] = self.language.words.get(form, ())
        if form.startswith("|"):
            one, many = form[1:].split("|")
            return one if self.number in self.language.singular else many
        if self.number < len(words):
            return words[self.number]
        return self.language.digits(f"{self.number:,}")


@dataclass(frozen=True)
class Language:
    """A language of sentences.

    Attributes:
        code: of two letters, and the name of its file.
        data: the file.
    """

    code: str
    data: Mapping[str, Any]

    @property
    def words(self) -> Mapping[str, Sequence[str]]:
        """Small numbers in words, by form: ``word``, ``feminine``."""
        found: Mapping[str, Sequence[str]] = self.data["words"]
        return found

    @property
    def singular(self) -> Sequence[int]:
        """Numbers of things that are not plural."""
        found: Sequence[int] = self.data["numbers"]["singular"]
        return found

    def template(self, path: str) -> Any:
        """Return what the file has under a path such as ``run.both_lose``."""
        found: Any = self.data
        for key in path.split("."):
            found = found[key]
        return found

    def has(self, path: str) -> bool:
        """Return whether the file has something under a path."""
        found: Any = self.data
        for key in path.split("."):
            if key not in found:
                return False
            found = found[key]
        return True

    def part(self, path: str, **values: Any) -> str:
        """Return a template filled, as a part of a sentence."""
        said: str = self.template(path).format(**values)
        return said

    def say(self, path: str, **values: Any) -> str:
        """Return a template filled, as a sentence: its first letter is a capital."""
        return sentence_case(self.part(path, **values))

    def phrase(self, text: str, *, many: bool = False) -> Phrase:
        """Return words to stand in a template."""
        return Phrase(text, many, self)

    def counted(self, number: int) -> Counted:
        """Return a number of things to stand in a template."""
        return Counted(number, self)

    def country(self, code: str) -> Phrase:
        """Return a country or group, with its article; what has no name here stands as it is."""
        known: Mapping[str, str] = self.data["countries"]
        if code in known:
            text = known[code]
        elif code in labels.countries():
            text = labels.country_name(code)
        else:
            text = code
        return Phrase(text, text.startswith(tuple(self.data["grammar"]["many"])), self)

    def label(self, code: str) -> str:
        """Return a country's name without article, for tables and charts."""
        return sentence_case(self.form(self.country(code).text, "label"))

    def product(self, name: str) -> str:
        """Return goods as the language calls them; what it does not know stands as it is."""
        known: Mapping[str, str] = self.data.get("products", {})
        return known.get(name) or known.get(name.lower(), name)

    def named(self, text: str) -> str:
        """Return a heading or a name of a table or a chart; what is not known stands as it is.

        Names may have their code before them (``A01 Agriculture``) or be of what is left of a
        sector (``rest of Agriculture``).
        """
        known: Mapping[str, str] = self.data.get("labels", {})
        if text in known or not known:
            return known.get(text, text)
        for lead, written in self.data["lead"].items():
            rest = sentence_case(text.removeprefix(lead))
            if text.startswith(lead) and rest in known:
                return f"{written}{known[rest][:1].lower()}{known[rest][1:]}"
        code, _, name = text.partition(" ")
        if name and code in labels.countries() and name == labels.country_name(code):
            return f"{code} {self.label(code)}"
        coded = code.isupper() and (len(code) != ALPHA_2 or not code.isalpha())
        if name and (coded or code.endswith("-rest") or name in known):
            return f"{code} {self.named(name)}"
        products: Mapping[str, str] = self.data["products"]
        return products.get(text, text)

    def told(self, text: str) -> str:
        """Return words of an answer in the language; what it does not know stays, marked as such.

        Args:
            text: as the answer has it, which is English.
        """
        if "told" not in self.data:
            return text
        said = self._translator.said(text)
        if said is not None:
            return said
        return AsItStands(text) if WORDY.search(text) else text

    @cached_property
    def _translator(self) -> Translator:
        patterns = [SentencePattern.of(key, said) for key, said in self.data["told"].items()]
        patterns.sort(key=lambda one: -len(one.known.pattern))  # the most particular first
        return Translator(
            tuple(patterns),
            self.data["labels"],
            self.named,
            self.digits,
            lambda day: self.day(date.fromisoformat(day)),
            self.listed,
        )

    def goods(self, name: str) -> Phrase:
        """Return goods within a sentence: with a small letter where it begins a word of its own."""
        said = self.product(name)
        if said[:1].isupper() and not said[1:2].isupper():
            said = said[:1].lower() + said[1:]
        many = re.search(self.data["grammar"]["goods_many"], said) is not None
        return Phrase(said, many=many, language=self)

    def unit(self, name: str) -> str:
        """Return a unit of quantity; what the language does not know stands as it is."""
        known: Mapping[str, str] = self.data["units"]
        return known.get(name, name)

    def listed(self, items: Sequence[object]) -> str:
        """Return things one after another, the last after *and*."""
        said = [str(item) for item in items]
        if len(said) < 2:
            return "".join(said)
        between, last = self.data["grammar"]["joins"]
        return f"{between.join(said[:-1])}{last}{said[-1]}"

    def day(self, day: date) -> str:
        """Return a day in words."""
        return self._dated("day", day)

    def month(self, day: date) -> str:
        """Return a month and its year in words."""
        return self._dated("month", day)

    def month_alone(self, day: date) -> str:
        """Return a month in words, without its year."""
        months: Sequence[str] = self.data["dates"]["months"]
        return months[day.month - 1]

    def digits(self, written: str) -> str:
        """Return a number written ``-1,234.5`` as the language writes it."""
        numbers = self.data["numbers"]
        signs = {",": numbers["thousands"], ".": numbers["decimal"], "-": numbers["minus"]}
        return "".join(signs.get(character, character) for character in written)

    def form(self, text: str, name: str) -> str:
        """Return a name in one of its forms: with another article, or another ending.

        Raises:
            KeyError: the language has no such form.
        """
        if name in self.data.get("endings", {}):
            endings: Mapping[str, str] = self.data["endings"][name]
            tail = next(end for end in endings if text.endswith(end))
            return f"{text}{endings[tail]}"
        articles: Mapping[str, str] = self.data["forms"][name]
        article = next(one for one in articles if text.startswith(one))
        said = articles[article]
        if article == "" and self._elides(text.lower()):
            said = self.data["grammar"]["elided"].get(said, said)
        return f"{said}{text.removeprefix(article)}"

    def _elides(self, word: str) -> bool:
        """Return whether a word takes the elided form of what stands before it."""
        grammar = self.data["grammar"]
        return word[:1] in grammar["vowels"] or word.startswith(tuple(grammar["mute"]))

    def _dated(self, kind: str, day: date) -> str:
        dates = self.data["dates"]
        number = dates["first"] if day.day == 1 else str(day.day)
        month = dates["months"][day.month - 1]
        said: str = dates[kind].format(day=number, month=month, year=day.year)
        return said


def sentence_case(said: str) -> str:
    """Return words with their first letter a capital."""
    return said[:1].upper() + said[1:]


def languages() -> tuple[str, ...]:
    """Return the codes of the languages there are: the names of the files."""
    folder = resources.files(__package__) / FOLDER
    return tuple(sorted(p.name.removesuffix(".toml") for p in folder.iterdir()))


@cache
def language(code: str = DEFAULT) -> Language:
    """Return a language.

    Args:
        code: of two letters.

    Raises:
        InputError: there is none.
    """
    known = languages()
    if code not in known:
        raise InputError(
            f"no language '{code}'; there are {', '.join(known)}{did_you_mean(code, known)}"
        )
    file = resources.files(__package__) / FOLDER / f"{code}.toml"
    return Language(code, tomli.loads(file.read_text("utf-8")))
