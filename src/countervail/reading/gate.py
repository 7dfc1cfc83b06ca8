"""What is listed and never drafted: other senses, models, history, what newspapers ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from countervail.reading.lexicon import gate_words
from countervail.reading.mentions.measures import MeasureNoun
from countervail.reading.sentence import Sentence

ENERGY = re.compile(
    r"\b(?:electricity|energy bills?|households?|kilowatt|kwh|megawatt|utilit(?:y|ies)|meters?|smart meter|ofgem|grid|rooftop|standing charge|"
    r"subscribers?|roaming|broadband|prepaid|mobile (?:phone|operator)s?|telecoms?|telephone|tenants?|water bills?|sewerage|"
    r"hotel rooms?|guests|passengers|fares|commuters|parking|toll)\b",
    re.IGNORECASE,
)
TRADE = re.compile(
    r"\b(?:imports?|imported|importers?|exports?|exported|exporters?|customs|trade|trading|border|anti-dumping|countervailing|retaliat\w+|duty|duties|goods)\b",
    re.IGNORECASE,
)
OTHER_BAN = re.compile(
    r"\b(?:smoking|smartphones?|phones in|social media|advertis\w+|doping|athletes?|players?|league|stadium|fans|olympic|fifa|uefa|match(?:es)?|season|"
    r"abortion|plastic bags|single-use|hunting|fishing in|trawling|vaping in|travellers|travelers|visas?|flights|overflight|drones over|protests|rallies|headscar\w+|"
    r"combustion engine|petrol cars from|diesel cars from|gatherings|tiktok|short-selling|mining in|drilling|logging)\b",
    re.IGNORECASE,
)
OTHER_QUOTA = re.compile(
    r"\b(?:refugees?|migrants?|women|gender|seats|students?|workers|visas?|fishing|catch|mackerel stock|cod stock|herring stock|fleet|trawlers?|opec\+?|crude output|production|"
    r"barrels per day|output|radio|songs|films|cinema|hiring|parliamentary|caste|sales targets?|staff)\b",
    re.IGNORECASE,
)
MODEL = re.compile(
    r"\b(?:simulat\w+|scenario|hypothetical\w*|thought experiment|counterfactual|we assume|assumes?|assuming|model(?:l?ed|ling|s)? (?:an?|the|what)|imagine|suppose|what if|"
    r"would (?:shave|cut|reduce|lower|raise|lift|add|fall|rise|lose|gain|boost) (?:\w+ ){0,3}(?:gdp|output|growth|welfare|exports|real incomes?|prices|inflation)|"
    r"the (?:paper|study|model|brief|authors?|report|exercise|analysis) (?:\w+ )?(?:finds?|estimates?|simulates?|assumes?|puts|models?|shows?|considers?|computes?|asks)|"
    r"were ever to|in theory|for the sake of argument|the columnist|economists? (?:estimates?|calculates?|reckons?|simulates?|models?))\b",
    re.IGNORECASE,
)
OPINION = re.compile(r"\b(?:columnist|op-ed|editorial|leader writer|letter to the editor|novel|film|in the game|fiction\w*|screenplay|board game)\b", re.IGNORECASE)
OLD_LAW = re.compile(r"\b(?:corn laws?|smoot-hawley|hawley-smoot|mckinley tariff|tariff of abominations|navigation acts?|zollverein|continental system|boston tea|mercantilis\w+|colonial|victorian|great depression)\b", re.IGNORECASE)
YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)s?\b")
SURVEY = re.compile(r"\b(?:survey|poll|respondents|per cent of (?:firms|voters|respondents))\b", re.IGNORECASE)
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
        if re.search(rf"(?<!\w){re.escape(words)}s?$", left) or re.search(rf"(?<!\w){re.escape(words)}s?\b", left):
            return reason
    if m.kind in {"tariff", "tax", "rate"} and (ENERGY.search(text) or document):
        if not TRADE.search(text) and not any(p.it.adjective is False and s.low(p.lo - 1) in {"from", "against"} for p in s.places):
            return "bills, not borders"
    if m.kind == "ban" and OTHER_BAN.search(text) and not re.search(r"\b(?:import|export|shipment)", text, re.IGNORECASE):
        return "no ban of trade"
    if m.kind == "quota" and OTHER_QUOTA.search(text) and not re.search(r"\b(?:import|imports|tariff|duty|duty-free|export|exports)\b", text, re.IGNORECASE):
        return "no quota of trade"
    return ""


def supposed(text: str) -> str:
    """Return why a sentence supposes what it says; nothing where it does not."""
    if MODEL.search(text):
        return "a model, an assumption or a forecast"
    return ""


def historical(text: str) -> bool:
    """Return whether a sentence tells only of years before 1995."""
    years = [int(y) for y in YEAR.findall(text)]
    if years and max(years) < OLDEST:
        return True
    return bool(OLD_LAW.search(text)) and not any(y >= OLDEST for y in years)


def of_models(texts: Sequence[str]) -> bool:
    """Return whether a text is about a model: its first sentences say so."""
    return any(
        re.search(r"\b(?:simulat\w+|the model|our model|thought experiment|scenario analysis|the brief|the paper|working paper)\b", t, re.IGNORECASE)
        for t in texts[:2]
    )


def energy_only(text: str) -> bool:
    """Return whether a whole text speaks of bills and not of borders."""
    return bool(ENERGY.search(text)) and not TRADE.search(text)
