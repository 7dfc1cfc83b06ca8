"""The words that reading knows: tables in ``data/reading``, loaded when first asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from countervail.text.tables import rows

VOWELS = "aeiou"


class VerbForm(NamedTuple):
    """One form of one verb.

    Attributes:
        lemma: as the table has it, its particle with it (``put off``).
        classes: what it does to a measure.
        form: ``base``, ``s``, ``past``, ``part`` or ``ing``.
        rest: words that have to follow the form (``off``).
    """

    lemma: str
    classes: frozenset[str]
    form: str
    rest: tuple[str, ...] = ()


class MeasureWords(NamedTuple):
    """A wording of a measure.

    Attributes:
        words: in small letters.
        kind: of instrument.
        weak: whether it means trade only beside other words of trade.
    """

    words: tuple[str, ...]
    kind: str
    weak: bool


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of words."""
    return rows(f"reading/{name}.csv")


def _ing(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe")):
        return verb[:-1] + "ing"
    return verb + "ing"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in VOWELS:
        return verb[:-1] + "ied"
    return verb + "ed"


def _s(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in VOWELS:
        return verb[:-1] + "ies"
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    return verb + "s"


DOUBLED = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")
"""Verbs that double their last letter: cut, stop, ban, shut."""


def inflected(head: str, past: str, part: str) -> list[tuple[str, str]]:
    """Return the forms of a verb, each with its name.

    Args:
        head: its bare form, in small letters.
        past, part: its past and participle; empty where they are regular.
    """
    doubled = head + head[-1] if DOUBLED.fullmatch(head) else head
    past = past or _past(doubled)
    part = part or past
    ing = _ing(doubled) if doubled != head else _ing(head)
    forms = [(head, "base"), (_s(head), "s"), (past, "past"), (part, "part"), (ing, "ing")]
    if past.endswith("ed") and past[-3:-2] == past[-4:-3] and past[-3:-2] not in "sl":
        forms[-1] = (past[:-2] + "ing", "ing")
    return forms


@cache
def verb_forms() -> Mapping[str, Sequence[VerbForm]]:
    """Return the forms of every verb by their first word, those with more words first."""
    found: dict[str, list[VerbForm]] = {}
    for row in table("verbs"):
        head, *rest = row["verb"].split()
        classes = frozenset(row["classes"].split())
        forms = inflected(head, row["past"] or "", row["participle"] or "")
        for word, form in forms:
            found.setdefault(word, []).append(VerbForm(row["verb"], classes, form, tuple(rest)))
    for several in found.values():
        several.sort(key=lambda one: -len(one.rest))
    return found


@cache
def measure_words() -> Mapping[str, Sequence[MeasureWords]]:
    """Return wordings of measures by their first word, the longest first."""
    found: dict[str, list[MeasureWords]] = {}
    for row in table("measures"):
        words = tuple(row["words"].split())
        found.setdefault(words[0], []).append(MeasureWords(words, row["kind"], bool(row["note"])))
    for several in found.values():
        several.sort(key=lambda one: -len(one.words))
    return found


@cache
def _sets() -> Mapping[str, str]:
    return {row["set"]: row["words"] for row in table("words")}


def word_set(name: str) -> frozenset[str]:
    """Return a set of words by its name: the module and the constant that it is."""
    return frozenset(_sets()[name].split())


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return the pattern of a name: whole words, in any case, one of its alternatives."""
    found = [row["alternative"] for row in table("patterns") if row["pattern"] == name]
    return re.compile(r"\b(?:" + "|".join(found) + r")\b", re.IGNORECASE)


@cache
def act_nouns() -> Mapping[str, str]:
    """Return what nouns of action do: ``removal`` lifts."""
    return {row["noun"]: row["class"] for row in table("acts")}


@cache
def goods_words() -> Mapping[str, str]:
    """Return words for goods in general, with their direction if they have one."""
    return {row["word"]: row["direction"] or "" for row in table("goods_words")}


@cache
def organ_words() -> frozenset[str]:
    """Return words for bodies and holders of power."""
    return frozenset(w for row in table("organs") for w in [row["word"]])


@cache
def gate_words() -> Mapping[str, str]:
    """Return wordings whose tariff, ban or quota is another thing, and of what it is."""
    return {row["words"]: row["reason"] for row in table("gates")}


@cache
def instances() -> Mapping[str, str]:
    """Return wordings of legal notices that tell whose law it is."""
    return {row["words"]: row["iso3"] for row in table("instances")}


@cache
def aliases() -> Sequence[tuple[str, str, bool]]:
    """Return wordings of garbled copy, what they mean, and whether they alone mark garble."""
    found = [(row["written"], row["meant"], row["marks"] == "1") for row in table("aliases")]
    return sorted(found, key=lambda one: -len(one[0]))
