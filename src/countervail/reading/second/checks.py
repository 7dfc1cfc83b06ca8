"""What of a second opinion stands in the text: every record is checked, whoever gave it.

The quote, what is quoted beside it, the goods and the firm occur in the text as written; a rate and
a quantity are read in the sentences of the quote by the reader's own rules; countries are those
that the text names; headings and dates are worked out anew. What fails is refused, with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from countervail.errors import InputError
from countervail.reading.draft import LISTED
from countervail.reading.mentions.dates import after
from countervail.reading.places import members
from countervail.reading.products import find_products
from countervail.reading.reader import Reading
from countervail.reading.sentence import Sentence
from countervail.reading.spelled import ONE_LAW, spelled

INSTRUMENTS = frozenset(
    {
        "tariff",
        "tariff_cut",
        "quota",
        "import_ban",
        "export_control",
        "subsidy",
        "agreement",
        "sanctions",
    }
)
STATUSES = frozenset(
    {"in_force", "announced", "threatened", "offered", "removed", "suspended", "reported"}
)
NO_MEASURE = LISTED & {"denied", "hypothetical", "historical", "demanded"}
"""Statuses by which a record says itself that it is no measure."""

BOUNDS = frozenset({"exact", "up_to", "more_than", "range"})
BASES = frozenset({"level", "additional"})
DATES = ("announced", "in_force", "removed", "expires")
EVERYONE = "ALL"

MOST_RECORDS = 500
"""Records that are looked at; what comes after them is refused unread."""

MOST_GOODS = 50
"""Goods of one record."""

MOST_WORDS = 5_000
"""Characters of anything that is said to stand in the text."""

SHOWN = 120
"""Characters of a refused record's words that are shown."""

SAME = 1e-6
"""How near two numbers lie that are one."""


class Refused(NamedTuple):
    """A record that does not pass.

    Attributes:
        quote: its words, cut where they are long; empty where it has none.
        reason: why, in a sentence.
    """

    quote: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """A second opinion after the checks.

    Attributes:
        records: what passed, made anew from the text.
        refused: what did not, with the reason.
    """

    records: tuple[dict[str, Any], ...]
    refused: tuple[Refused, ...]


class _Wrong(Exception):
    """Why a record is refused."""


def checked(records: Sequence[object], reading: Reading) -> Checked:
    """Return what of a second opinion stands in the text that was read.

    Args:
        records: whatever was returned.
        reading: our own, of the same text.
    """
    known = _codes(reading)
    passed: list[dict[str, Any]] = []
    refused: list[Refused] = []
    for one in records[:MOST_RECORDS]:
        try:
            record = _passed(one, reading, known)
        except _Wrong as wrong:
            refused.append(Refused(_shown(_quote_of(one)), str(wrong)))
            continue
        if record not in passed:
            passed.append(record)
    if len(records) > MOST_RECORDS:
        rest = len(records) - MOST_RECORDS
        refused.append(Refused("", f"{rest} more records: {MOST_RECORDS} are looked at"))
    return Checked(tuple(passed), tuple(refused))


def _passed(one: object, reading: Reading, known: frozenset[str]) -> dict[str, Any]:
    """Return a record made anew from the text.

    Raises:
        _Wrong: something in it is not of the text, or not of the schema.
    """
    if not isinstance(one, Mapping):
        raise _Wrong("it is no object with the fields of a measure")
    text = reading.source.text
    start, end = _place(text, one.get("quote"), one.get("start"))
    here = [s for s in reading.sentences if s.start < end and start < s.end]
    dates, left_out = _dates(one.get("dates"), reading)
    record: dict[str, Any] = {
        "implementer": _parties(one.get("implementer"), "implementer", known - {EVERYONE}, reading),
        "targets": _parties(one.get("targets"), "targets", known, reading) or [EVERYONE],
        "instrument": _word(one.get("instrument"), "instrument", INSTRUMENTS),
        "products": _goods(one.get("products"), text),
        "rate": _rate(one.get("rate"), here),
        "status": _word(one.get("status"), "status", STATUSES | NO_MEASURE),
        "dates": dates,
        "condition": _said(one.get("condition"), "condition", text),
        "attribution": _said(one.get("attribution"), "attribution", text),
        "firm": _said(one.get("firm"), "firm", text),
        "volume": _volume(one.get("volume"), here),
        "quote": text[start:end],
        "start": start,
        "end": end,
        "unsaid": [k for k in ("products", "rate", "dates") if k not in one],
    }
    if not record["implementer"]:
        record["unsaid"].append("implementer")
    if left_out:
        record["dates_left_out"] = left_out
    if record["status"] in NO_MEASURE:
        raise _Wrong(f"it says itself that it is no measure: {record['status']}")
    return record


# ---------------------------------------------------------------------------------- words of it


def _quote_of(one: object) -> object:
    return one.get("quote") if isinstance(one, Mapping) else one


def _shown(words: object) -> str:
    """Return words of a refused record, on one line and not long."""
    if not isinstance(words, str):
        return ""
    plain = " ".join(words[: 4 * SHOWN].split())
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 4] + " ..."


def _place(text: str, quote: object, start: object) -> tuple[int, int]:
    """Return where a quote stands: where it says, else the nearest place with the same words."""
    if not isinstance(quote, str) or not quote.strip():
        raise _Wrong("it has no quote")
    if len(quote) > MOST_WORDS:
        raise _Wrong(f"its quote is longer than {MOST_WORDS:,} characters")
    near = start if isinstance(start, int) and not isinstance(start, bool) else 0
    near = min(max(near, 0), len(text))
    before = text.rfind(quote, 0, near + len(quote))  # begins at the place told, or before it
    behind = text.find(quote, near)
    found = [at for at in (before, behind) if at >= 0]
    if not found:
        raise _Wrong("its quote does not stand in the text")
    at = min(found, key=lambda one: abs(one - near))
    return at, at + len(quote)


def _said(words: object, field: str, text: str) -> str | None:
    """Return words that stand in the text; None where there are none."""
    if words is None or words == "":
        return None
    if not isinstance(words, str) or len(words) > MOST_WORDS or words not in text:
        raise _Wrong(f"its {field} '{_shown(words)}' does not stand in the text")
    return words


def _word(written: object, field: str, known: frozenset[str]) -> str:
    if isinstance(written, str) and written in known:
        return written
    raise _Wrong(f"its {field} '{_shown(written)}' is none of {', '.join(sorted(known))}")


# -------------------------------------------------------------------------------------- parties


def _codes(reading: Reading) -> frozenset[str]:
    """Return the codes that may be named: of the text's places, of its law, of members of groups.

    A union that makes law stands for itself: a text that names it does not name its members.
    """
    found = {EVERYONE, *(reading.story.law if reading.story is not None else ())}
    for sentence in reading.sentences:
        for mention in sentence.places:
            found.update((mention.it.code, *mention.it.alternatives))
    for code in found - ONE_LAW - {EVERYONE}:
        try:
            found |= set(members(code, reading.source.date))
        except InputError:
            continue  # a country, or a group whose members are not known
    return frozenset(found)


def _parties(codes: object, field: str, known: frozenset[str], reading: Reading) -> list[str]:
    """Return codes of those that the text names, groups spelled out as in our own drafts."""
    if codes is None:
        codes = []
    if not isinstance(codes, list | tuple) or not all(isinstance(c, str) for c in codes):
        raise _Wrong(f"its {field} is no list of codes")
    for code in codes:
        if code not in known:
            raise _Wrong(f"its {field} '{_shown(code)}' is nowhere named in the text")
    if EVERYONE in codes:
        return [EVERYONE]
    return list(spelled(tuple(codes), reading.source.date))


# --------------------------------------------------------------------- goods, rates, quantities


def _goods(products: object, text: str) -> list[dict[str, Any]]:
    """Return goods with our own headings; none is everything."""
    if products is None:
        return []
    if not isinstance(products, list | tuple) or len(products) > MOST_GOODS:
        raise _Wrong(f"its products are no list of at most {MOST_GOODS}")
    made = []
    for one in products:
        words = one.get("text") if isinstance(one, Mapping) else one
        if isinstance(words, str) and " ".join(words.lower().split()) in {"all goods", "all"}:
            continue
        said = _said(words, "product", text)
        if said is None or not said.strip():
            raise _Wrong("one of its products has no words")
        codes = dict.fromkeys(code for found in find_products(said) for code in found.headings)
        made.append({"text": said, "hs": list(codes)})
    return made


def _number(value: object, field: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise _Wrong(f"its {field} is no number")


def _is(a: float, b: float | None) -> bool:
    return b is not None and abs(a - b) <= SAME * max(1.0, abs(a))


def _rate(rate: object, here: Sequence[Sentence]) -> dict[str, Any] | None:
    """Return a rate whose numbers are read as rates in the sentences of the quote."""
    if rate is None:
        return None
    if not isinstance(rate, Mapping):
        raise _Wrong("its rate is no object with a value and a unit")
    unit = rate.get("unit", "percent")
    read = [m.it for s in here for m in s.rates if m.it.unit == unit]
    made: dict[str, Any] = {}
    for key, field in (("value", "rate"), ("from", "old rate"), ("value_max", "top of the rate")):
        if key != "value" and rate.get(key) is None:
            continue
        number = _number(rate.get(key), field)
        if not any(_is(number, one.value) or _is(number, one.high) for one in read):
            raise _Wrong(
                f"its {field} {number:g} {_shown(unit)} is not read in the sentence of its quote"
            )
        made[key] = int(number) if number == int(number) else number
    bound, basis = rate.get("bound", "exact"), rate.get("basis", "level")
    return {
        "value": made.pop("value"),
        "bound": _word(bound, "rate's bound", BOUNDS),
        "basis": _word(basis, "rate's basis", BASES),
        "unit": unit,
        **made,
    }


def _volume(volume: object, here: Sequence[Sentence]) -> dict[str, Any] | None:
    """Return a quantity that is read in the sentences of the quote, in the unit read there."""
    if volume is None:
        return None
    number = _number(volume.get("value") if isinstance(volume, Mapping) else None, "volume")
    for sentence in here:
        for mention in (*sentence.volumes, *sentence.money):
            if _is(number, mention.it.value):
                return {"value": number, "unit": mention.it.unit}
    raise _Wrong(f"its volume {number:g} is not read in the sentence of its quote")


# ---------------------------------------------------------------------------------------- dates


def _dates(dates: object, reading: Reading) -> tuple[dict[str, str], list[str]]:
    """Return dates as our reader works them out, and the kinds whose date it finds nowhere.

    A record says only which date of the text is which; the day itself is never taken from it.
    """
    if dates is None:
        return {}, []
    if not isinstance(dates, Mapping):
        raise _Wrong("its dates are no object")
    days = dict.fromkeys(_days(reading))
    made: dict[str, str] = {}
    left_out: list[str] = []
    for key in DATES:  # what expires is reckoned from the days before it
        said = dates.get(key)
        if said is None or said == "":
            continue
        if key == "expires":
            days.update(dict.fromkeys(_ends(reading, made)))
        fit = [day for day in days if _agrees(said, day)]
        day = said if said in fit else max(fit, key=len, default=None)
        if day is None:
            left_out.append(key)
        else:
            made[key] = day
    return made, left_out


def _days(reading: Reading) -> Iterator[str]:
    """Yield the days that the text tells, the same day once more for each way it may be meant."""
    for sentence in reading.sentences:
        for mention in sentence.dates:
            for value in (mention.it.value, mention.it.other):
                if value[:1].isdigit() and not value.endswith("+"):
                    yield value


def _ends(reading: Reading, told: Mapping[str, str]) -> Iterator[str]:
    """Yield the days on which a span that the text tells ends."""
    day = reading.source.date.isoformat() if reading.source.date else ""
    begins = [one for one in (told.get("in_force"), told.get("removed"), day) if one]
    for sentence in reading.sentences:
        for mention in sentence.dates:
            for value in (mention.it.value, mention.it.other):
                for start in begins if value.endswith("+") else ():
                    end = after(value, start)
                    if end:
                        yield end


def _agrees(said: object, day: str) -> bool:
    """Return whether a day is the one told, or one of the two tells it less exactly."""
    return (
        isinstance(said, str)
        and len(said) in {4, 7, 10}
        and (day.startswith(said) or said.startswith(day))
    )
