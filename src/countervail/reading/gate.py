"""What is listed and never drafted: other senses, models, history, what newspapers ask for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from countervail.reading.lexicon import gate_words, pattern
from countervail.reading.mentions.measures import MeasureNoun
from countervail.reading.sentence import Sentence

ENERGY = pattern("energy")
TRADE = pattern("trade")
OTHER_BAN = pattern("other_ban")
OTHER_QUOTA = pattern("other_quota")
OTHER_FIELD = pattern("other_field")
BORDER = pattern("border")
ABOUT_MODELS = pattern("about_models")
MODEL = pattern("model")
OLD_LAW = pattern("old_law")
LAWS = r"(?:[Aa]ct|[Ll]aw|[Cc]ode|[Ss]tatute|[Oo]rdinance|[Cc]onvention|[Tt]reaty|[Aa]greement)"
OF_A_LAW = re.compile(
    rf"\b{LAWS}\b,?(?: of| from)?(?: the year)? 1[5-9]\d\d\b"
    rf"|\b1[5-9]\d\d (?:[\w-]+ ){{0,4}}{LAWS}\b"
)
"""A law with the year it was made in, which is no date of what it is used for."""
YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)s?\b")
FALSE = pattern("false_report")
OLDEST = 1995


ABROAD = frozenset({"from", "against", "to"})
"""Words before a country that bills come from, or what is sold goes to."""


class Listed(NamedTuple):
    """What is listed and not drafted.

    Attributes:
        start, end: the quote.
        status: ``other_sense``, ``hypothetical``, ``historical``, ``demanded`` or ``denied``.
        reason: in words.
    """

    start: int
    end: int
    status: str
    reason: str


def _before(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})s?\b")


def _behind(words: str) -> re.Pattern[str]:
    return re.compile(rf"\A(?:(?:on|of|the|its|all|any) )*(?:{words})s?\b")


@cache
def _patterns(of: Callable[[str], re.Pattern[str]]) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what finds any of the words of other senses, and the reason by the pattern of each."""
    every = {re.escape(words): reason for words, reason in gate_words().items()}
    return of("|".join(every)), {of(words).pattern: reason for words, reason in every.items()}


def _gated(of: Callable[[str], re.Pattern[str]], said: str) -> str:
    """Return of what a word of another sense in some words is; nothing where there is none."""
    anything, each = _patterns(of)
    if not anything.search(said):
        return ""
    return next(reason for pattern, reason in each.items() if re.search(pattern, said))


def other_sense(text: str, s: Sentence, m: MeasureNoun, document: bool) -> str:
    """Return of what a tariff, ban or quota is, where it is none of trade; else nothing.

    Args:
        text: of the sentence.
        s, m: the sentence and the noun.
        document: whether the whole text speaks of nothing else.
    """
    left = s.words(max(m.head[0] - 3, 0), m.head[1])
    reason = _gated(_before, left)
    if not reason and m.kind == "ban":
        reason = _gated(_behind, s.words(m.head[1], m.head[1] + 5))  # a freeze on hotel tariffs
    if reason:
        return reason
    foreign = any(not p.it.adjective and s.low(p.lo - 1) in ABROAD for p in s.places)
    bills = m.kind in {"tariff", "tax", "rate"} and (document or ENERGY.search(text))
    if bills and not foreign and not TRADE.search(text):
        return "bills, not borders"
    if (
        m.kind == "ban"
        and OTHER_BAN.search(text)
        and not re.search(r"\b(?:import|export|shipment)", text, re.IGNORECASE)
    ):
        return "no ban of trade"
    if (
        m.kind == "quota"
        and OTHER_QUOTA.search(text)
        and not re.search(
            r"\b(?:import|imports|tariff|duty|duty-free|export|exports)\b", text, re.IGNORECASE
        )
    ):
        return "no quota of trade"
    return ""


def elsewhere(text: str) -> bool:
    """Return whether a sentence is of sport, fishing, protest and the like, and of no border."""
    return bool(OTHER_FIELD.search(text)) and not BORDER.search(text)


def supposed(text: str) -> str:
    """Return why a sentence supposes what it says; nothing where it does not."""
    if MODEL.search(text):
        return "a model, an assumption or a forecast"
    return ""


def historical(text: str) -> bool:
    """Return whether a sentence tells only of years before 1995."""
    years = [int(y) for y in YEAR.findall(OF_A_LAW.sub("", text))]
    if re.search(r"\b(?:still|remains?|in force|to this day|today)\b", text):
        return False
    if re.search(r"\bsince (?:\w+ ){0,2}1[5-9]\d\d\b", text):
        return False
    if years and max(years) < OLDEST:
        return True
    return bool(OLD_LAW.search(text)) and not any(y >= OLDEST for y in years)


def of_models(texts: Sequence[str]) -> bool:
    """Return whether a text is about a model: its first sentences say so."""
    return any(ABOUT_MODELS.search(t) for t in texts[:2])


def energy_only(text: str) -> bool:
    """Return whether a whole text speaks of bills and not of borders."""
    return bool(ENERGY.search(text)) and not TRADE.search(text)
