"""What is listed and never drafted: other senses, models, history, what newspapers ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)s?\b")
FALSE = pattern("false_report")
OLDEST = 1995


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


def other_sense(text: str, s: Sentence, m: MeasureNoun, document: bool) -> str:
    """Return of what a tariff, ban or quota is, where it is none of trade; else nothing.

    Args:
        text: of the sentence.
        s, m: the sentence and the noun.
        document: whether the whole text speaks of nothing else.
    """
    left = s.words(max(m.head[0] - 3, 0), m.head[1])
    for words, reason in gate_words().items():
        if re.search(rf"(?<!\w){re.escape(words)}s?$", left) or re.search(
            rf"(?<!\w){re.escape(words)}s?\b", left
        ):
            return reason
    right = s.words(m.head[1], m.head[1] + 5)
    if m.kind == "ban":
        for words, reason in gate_words().items():
            if re.match(rf"(?:(?:on|of|the|its|all|any) )*{re.escape(words)}s?\b", right):
                return reason  # a freeze on hotel tariffs
    foreign = any(not p.it.adjective and s.low(p.lo - 1) in {"from", "against"} for p in s.places)
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
    years = [int(y) for y in YEAR.findall(text)]
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
