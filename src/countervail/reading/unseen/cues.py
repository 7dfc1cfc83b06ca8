"""Cues of a measure: broad classes of verbs and nouns of trade, where they stand in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from countervail.reading.lexicon import VerbForm, inflected, table
from countervail.reading.sentence import Sentence
from countervail.reading.verbs import BE, DETERMINERS, HAVE, MODALS, PREPOSITIONS

APART = 18
"""Words that may stand between a verb and its particle: kept Indian yarn out."""
PARTICLES = frozenset(
    {
        "out",
        "off",
        "in",
        "back",
        "away",
        "up",
        "through",
        "down",
        "aside",
        "round",
        "around",
        "alone",
    }
)
NOUNLY = DETERMINERS - {"that", "those", "these", "this", "both", "all", "each", "more", "another"}
NOT_A_VERB_BEFORE = BE | HAVE | MODALS


class Cue(NamedTuple):
    """A cue.

    Attributes:
        lo, hi: its words; where a particle stands apart, only the verb.
        lemma: as the table has it.
        classes: what it tells.
        form: ``base``, ``s``, ``past``, ``part``, ``ing`` or ``noun``.
        particle: where a particle stands apart; -1 is nowhere.
    """

    lo: int
    hi: int
    lemma: str
    classes: frozenset[str]
    form: str
    particle: int = -1

    def is_(self, *classes: str) -> bool:
        """Return whether it is of one of some classes."""
        return not self.classes.isdisjoint(classes)


@cache
def _verbs() -> Mapping[str, Sequence[VerbForm]]:
    found: dict[str, list[VerbForm]] = {}
    for row in table("cues"):
        if row["form"] != "verb":
            continue
        head, *rest = row["cue"].split()
        classes = frozenset(row["classes"].split())
        for word, form in inflected(head, row["past"] or "", row["participle"] or ""):
            found.setdefault(word, []).append(VerbForm(row["cue"], classes, form, tuple(rest)))
    for several in found.values():
        several.sort(key=lambda one: -len(one.rest))
    return found


@cache
def _nouns() -> Mapping[str, Sequence[tuple[tuple[str, ...], frozenset[str]]]]:
    found: dict[str, dict[tuple[str, ...], set[str]]] = {}
    for row in table("cues"):
        if row["form"] == "noun":
            words = tuple(row["cue"].split())
            found.setdefault(words[0], {}).setdefault(words, set()).update(row["classes"].split())
    return {
        head: sorted(
            ((words, frozenset(classes)) for words, classes in several.items()),
            key=lambda one: -len(one[0]),
        )
        for head, several in found.items()
    }


def find_cues(s: Sentence, verbal: frozenset[int]) -> list[Cue]:
    """Return the cues of a sentence in their order.

    Args:
        s: the sentence.
        verbal: words that are verbs for sure.
    """
    found: list[Cue] = []
    for k in range(len(s.tokens)):
        if any(m.lo <= k < m.hi for m in (*s.dates, *s.places)):
            continue
        verb = _verb(s, k, k in verbal)
        if verb is not None:
            found.append(verb)
            continue
        noun = _noun(s, k)
        if noun is not None and k not in verbal:
            found.append(noun)
    return found


def _verb(s: Sentence, k: int, sure: bool) -> Cue | None:
    forms = _verbs().get(s.low(k), ())
    if not forms or (not sure and _nounlike(s, k)):
        return None
    loose: Cue | None = None
    for one in forms:
        n = len(one.rest)
        if all(s.low(k + 1 + j) == w for j, w in enumerate(one.rest)):
            if loose is not None and n == 0:
                return loose
            classes = frozenset().union(*(f.classes for f in forms if f.rest == one.rest))
            return Cue(k, k + 1 + n, one.lemma, classes, _form(s, k, forms, one.rest))
        if n == 1 and one.rest[0] in PARTICLES and loose is None:
            at = _apart(s, k + 1, one.rest[0])
            if at > 0:
                loose = Cue(k, k + 1, one.lemma, one.classes, _form(s, k, forms, one.rest), at)
    return loose


def _form(s: Sentence, k: int, forms: Sequence[VerbForm], rest: tuple[str, ...]) -> str:
    """Return the form of a verb; a participle where a helper of it stands before."""
    able = {f.form for f in forms if f.rest == rest}
    if "part" in able:
        j = k - 1
        while j >= 0 and (s.low(j).endswith("ly") or s.low(j) in {"not", "also", "now", "been"}):
            j -= 1
        if s.low(j) in BE | HAVE or s.low(k - 1) == "been":
            return "part"
    return next((f for f in ("base", "past", "s", "part", "ing") if f in able), "base")


def _apart(s: Sentence, lo: int, particle: str) -> int:
    for k in range(lo, min(lo + APART, len(s.tokens))):
        if s.low(k) == particle:
            return k
        if s.low(k) in {".", ";", ":"} | MODALS | BE:
            return -1
    return -1


def _nounlike(s: Sentence, k: int) -> bool:
    """Return whether a word that could be a verb stands as a noun or before one."""
    before = s.low(k - 1)
    if any(p.lo <= k < p.hi for p in s.products):
        return True
    if before in NOUNLY or before in {"'s", "'"}:
        return True
    if before in PREPOSITIONS and before not in {"to"} and not s.low(k).endswith("ing"):
        return True
    return any(r.hi == k for r in s.rates)


def _noun(s: Sentence, k: int) -> Cue | None:
    if s.low(k - 1) in {"to", "that", "who", "which", "they", "will", "would"}:
        return None  # refiners that deal in crude
    for words, classes in _nouns().get(s.low(k), ()):
        if all(s.low(k + j) == w for j, w in enumerate(words)):
            return Cue(k, k + len(words), " ".join(words), classes, "noun")
    return None
