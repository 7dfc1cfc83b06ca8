"""Rates: per cents and points with their bound and basis, and duties by weight."""

from __future__ import annotations

import re
from dataclasses import dataclass

from countervail.reading.mentions.numbers import NUMBER, value

PER_CENT = r"(?:\s?%|[\s-]?per[\s-]?cent(?!age|ile)(?:\s+ad\s+valorem)?|[\s-]?pct\b)"
POINTS = r"(?:[\s-]?(?:%|percentage|per[\s-]cent(?:age)?|percent)?[\s-]points?\b|\s?pp\b)"
UP_TO = (
    r"(?:up\s+to|as\s+(?:much|high|many)\s+as|a\s+maximum(?:\s+\w+)?\s+of|at\s+most|"
    r"no\s+more\s+than|not\s+more\s+than|capped\s+at|a\s+ceiling\s+of|a\s+cap\s+of|"
    r"not\s+exceeding|reaching)"
)
MORE = (
    r"(?:more\s+than|over|above|at\s+least|exceeding|upwards\s+of|north\s+of|"
    r"in\s+excess\s+of|well\s+over|no\s+less\s+than|beyond)"
)
ABOUT = (
    r"(?:about|around|roughly|nearly|almost|some|approximately|close\s+to|just\s+(?:over|under))"
)
RATE = re.compile(
    rf"(?P<bound>\b(?:{UP_TO}|{MORE}|{ABOUT})\s+)?(?:an?\s+)?(?P<lead>\b(?:between|from|extra|additional|further|another|ranging\s+from|of)\s+(?:of\s+)?)?"
    rf"(?<![\w.,$€£])(?P<low>{NUMBER})(?P<mid>{POINTS}|{PER_CENT})?"
    rf"(?:(?P<join>\s*(?:-|–|—|to|and|or)\s*(?:as\s+(?:much|high)\s+as\s+|up\s+to\s+)?)(?P<high>{NUMBER})(?P<unit>{POINTS}|{PER_CENT}))?",
    re.IGNORECASE,
)
FREE = re.compile(
    r"\b(?:duty|tariff|tax|levy|customs)[\s-]?free\b|\bfree\s+of\s+(?:[\w'-]+\s+){0,2}(?:duty|duties|tariffs?|charge|levies)\b"
    r"|\bzero[\s-]+(?:duty|tariffs?|rated?|duties|import\s+dut(?:y|ies))\b|\bnil\s+(?:rate|duty)\b|\bat\s+nil\b|\bto\s+(?:zero|nil)\b",
    re.IGNORECASE,
)
MONEY = re.compile(
    rf"(?P<sign>US\$|C\$|A\$|R\$|NZ\$|HK\$|\$|€|£|¥|₹|Rs\.?\s?)\s?(?P<value>{NUMBER})(?P<scale>\s?(?:million|billion|trillion|bn|mn|crore|lakh|m|b)\b)?"
    r"(?P<per>\s*(?:per|a|an|/)\s*(?P<what>metric\s+ton(?:ne)?|tonne|ton|kilogram|kilo|kg|lb|pound|bushel|litre|liter|barrel|head|unit|item|package|parcel|shipment|vehicle|mt|quintal))?"
    rf"|(?P<value2>{NUMBER})(?P<scale2>\s(?:million|billion|trillion|crore|lakh))?\s(?P<name>dollars|euros|pounds|rupees|rupiah|yuan|yen|pesos|reais|rand|naira|shillings|ringgit|baht|lira)\b"
    r"(?P<per2>\s*(?:per|a|an|/)\s*(?P<what2>metric\s+ton(?:ne)?|tonne|ton|kilogram|kilo|kg|lb|pound|bushel|litre|liter|barrel|head|unit|item|package|parcel|shipment|vehicle|mt|quintal))?",
    re.IGNORECASE,
)
CURRENCY = {
    "us$": "USD",
    "$": "USD",
    "c$": "CAD",
    "a$": "AUD",
    "r$": "BRL",
    "nz$": "NZD",
    "hk$": "HKD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "rs": "INR",
    "rs.": "INR",
    "dollars": "USD",
    "euros": "EUR",
    "pounds": "GBP",
    "rupees": "INR",
    "rupiah": "IDR",
    "yuan": "CNY",
    "yen": "JPY",
    "pesos": "MXN",
    "reais": "BRL",
    "rand": "ZAR",
    "naira": "NGN",
    "shillings": "KES",
    "ringgit": "MYR",
    "baht": "THB",
    "lira": "TRY",
}
UNIT = {
    "metric ton": "tonne",
    "metric tonne": "tonne",
    "ton": "tonne",
    "mt": "tonne",
    "kilogram": "kg",
    "kilo": "kg",
    "pound": "lb",
    "liter": "litre",
    "parcel": "item",
    "package": "item",
}
VOLUME = re.compile(
    rf"(?P<value>{NUMBER})(?P<scale>\s?(?:million|billion|thousand|bn|mn|m|k|lakh)\b)?[\s-]*(?P<between>(?:[A-Za-z-]+\s+){{0,3}}?)"
    r"(?P<unit>metric\s+tons?|metric\s+tonnes?|tonnes?|tons?|kilograms?|kg|barrels?|litres?|liters?|hectolitres?|head|bales|bushels|units|vehicles|cars|trucks|pounds|quintals?|cubic\s+met(?:er|re)s)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate as written.

    Attributes:
        start, end: its place.
        value: of its low end, or its only one.
        high: of its high end, if it has two.
        unit: ``percent``, ``pp`` or money by weight such as ``USD/tonne``.
        bound: ``exact``, ``up_to``, ``more_than`` or ``range``.
        free: whether it is said in words of freedom from duty.
    """

    start: int
    end: int
    value: float
    high: float | None = None
    unit: str = "percent"
    bound: str = "exact"
    free: bool = False


@dataclass(frozen=True, slots=True)
class Volume:
    """A quantity of goods, or an amount of money.

    Attributes:
        start, end: its place.
        value: the number.
        unit: what is counted.
    """

    start: int
    end: int
    value: float
    unit: str


def find_rates(text: str) -> list[Rate]:
    """Return the rates of a text in their order."""
    found: list[Rate] = []
    for hit in RATE.finditer(text):
        found += _rates(hit)
    taken = [(one.start, one.end) for one in found]
    for hit in FREE.finditer(text):
        start = hit.start()
        if hit.group().lower().startswith("to "):
            start += 3
        if not any(a < hit.end() and start < b for a, b in taken):
            found.append(Rate(start, hit.end(), 0.0, free=True))
    found += _by_weight(text)
    return sorted(found, key=lambda one: one.start)


def _rates(hit: re.Match[str]) -> list[Rate]:
    mid, high, unit = hit["mid"], hit["high"], hit["unit"]
    if not mid and not (high and unit):
        return []
    low = value(hit["low"])
    if low is None:
        return []
    start = hit.start("low")
    bound, bound_start = _bound(hit["bound"])
    if bound_start and bound != "exact":
        start = hit.start("bound")

    def points(mark: str | None) -> str:
        return "pp" if mark and re.search(r"point|pp", mark, re.IGNORECASE) else "percent"

    if hit["low"].lower() == "half" and not mid:  # by half, to 10 per cent
        top = value(hit["high"] or "")
        return (
            []
            if top is None
            else [Rate(hit.start("high"), hit.end("unit"), top, unit=points(unit))]
        )
    if not (high and unit):
        return [Rate(start, hit.end("mid"), low, unit=points(mid), bound=bound)]
    top, join = value(hit["high"]), hit["join"].strip().lower()
    lead = (hit["lead"] or "").strip().lower()
    if top is None:
        return [Rate(start, hit.end("mid"), low, unit=points(mid), bound=bound)] if mid else []
    if mid and points(mid) != points(unit):
        return [
            Rate(start, hit.end("mid"), low, unit=points(mid), bound=bound),
            Rate(hit.start("high"), hit.end("unit"), top, unit=points(unit)),
        ]
    if join.startswith(("and", "or")) and not lead.startswith("between"):
        both = [
            Rate(
                start,
                hit.end("mid") if mid else hit.end("low"),
                low,
                unit=points(mid or unit),
                bound=bound,
            )
        ]
        return [*both, Rate(hit.start("high"), hit.end("unit"), top, unit=points(unit))]
    if lead.startswith("from"):  # from one rate to another, unless it is a span of rates
        return [
            Rate(start, hit.end("mid") if mid else hit.end("low"), low, unit=points(mid or unit)),
            Rate(hit.start("high"), hit.end("unit"), top, unit=points(unit)),
        ]
    if join == "to" and not lead and mid and top < low:
        return [
            Rate(start, hit.end("mid"), low, unit=points(mid)),
            Rate(hit.start("high"), hit.end("unit"), top, unit=points(unit)),
        ]
    return [Rate(start, hit.end("unit"), low, high=top, unit=points(unit), bound="range")]


def _bound(words: str | None) -> tuple[str, bool]:
    if not words:
        return "exact", False
    said = " ".join(words.lower().split())
    if re.fullmatch(UP_TO, said, re.IGNORECASE):
        return "up_to", True
    if re.fullmatch(MORE, said, re.IGNORECASE):
        return "more_than", True
    return "exact", True


def _by_weight(text: str) -> list[Rate]:
    found = []
    for hit in MONEY.finditer(text):
        what = hit["what"] or hit["what2"]
        number = value(hit["value"] or hit["value2"] or "")
        if what is None or number is None:
            continue
        mark = " ".join((hit["sign"] or hit["name"]).lower().split())
        unit = " ".join(what.lower().split())
        found.append(
            Rate(
                hit.start(),
                hit.end(),
                number,
                unit=f"{CURRENCY.get(mark, mark)}/{UNIT.get(unit, unit)}",
            )
        )
    return found


SCALED = {
    "million": 1e6,
    "mn": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "thousand": 1e3,
    "k": 1e3,
    "lakh": 1e5,
    "crore": 1e7,
}


def find_volumes(text: str) -> list[Volume]:
    """Return quantities of goods in their order."""
    found = []
    for hit in VOLUME.finditer(text):
        number = value(hit["value"])
        if number is None:
            continue
        scale = SCALED.get((hit["scale"] or "").strip().lower(), 1.0)
        unit = " ".join(hit["unit"].lower().split())
        unit = {
            "metric tons": "tonnes",
            "metric ton": "tonnes",
            "tons": "tonnes",
            "ton": "tonnes",
            "tonne": "tonnes",
            "metric tonnes": "tonnes",
        }.get(unit, unit)
        found.append(Volume(hit.start(), hit.end(), number * scale, unit))
    return found


def find_money(text: str) -> list[Volume]:
    """Return amounts of money that are no rates, in their order."""
    found = []
    for hit in MONEY.finditer(text):
        if hit["what"] or hit["what2"]:
            continue
        number = value(hit["value"] or hit["value2"] or "")
        if number is not None:
            scale = SCALED.get((hit["scale"] or hit["scale2"] or "").strip().lower(), 1.0)
            mark = " ".join((hit["sign"] or hit["name"]).lower().split())
            found.append(Volume(hit.start(), hit.end(), number * scale, CURRENCY.get(mark, mark)))
    return found
