"""What was read as plain data: the JSON of ``countervail read``."""

from __future__ import annotations

from datetime import date
from typing import Any

from countervail.reading.draft import Draft
from countervail.reading.english import is_english
from countervail.reading.mentions.rates import Rate
from countervail.reading.reader import Reading
from countervail.reading.spelled import spelled


def rate(d: Draft) -> dict[str, Any] | None:
    """Return a draft's rate as the schema has it; None where it has none."""
    if d.rate is None:
        return None
    made: dict[str, Any] = {
        "value": _plain(d.rate.value),
        "bound": d.rate.bound,
        "basis": d.basis,
        "unit": d.rate.unit,
    }
    if d.old is not None:
        made["from"] = _plain(d.old.value)
    if d.rate.high is not None:
        made["value_max"] = _plain(d.rate.high)
    return made


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 6)


def measure(text: str, d: Draft, on: date | None = None) -> dict[str, Any]:
    """Return a draft as the schema has it, with how each field is known.

    Groups are spelled out, but for unions that make law; ``named`` has them as the text does.

    Args:
        text: that was read.
        d: the draft.
        on: the day of the text.
    """

    def said(span: tuple[int, int] | None) -> str | None:
        return None if span is None else text[span[0] : span[1]]

    return {
        "implementer": list(spelled(d.implementer, on)),
        "targets": list(spelled(d.targets, on)) or ["ALL"],
        "named": {
            "implementer": list(d.implementer),
            "targets": list(d.targets) or ["ALL"],
        },
        "instrument": d.instrument,
        "products": [
            {
                "text": text[g.start : g.end],
                "hs": list(g.hs),
                "alternatives": list(g.alternatives),
                "how": g.how,
            }
            for g in d.products
        ],
        "rate": rate(d),
        "status": d.status,
        "dates": dict(sorted(d.dates.items())),
        "condition": said(d.condition),
        "attribution": said(d.attribution),
        "firm": d.firm,
        "volume": None
        if d.volume is None
        else {"value": _plain(d.volume.value), "unit": d.volume.unit},
        "exempt": list(d.excluded),
        "quote": text[d.start : d.end],
        "start": d.start,
        "end": d.end,
        "rule": d.rule,
        "how": dict(sorted(d.how.items())),
        "cue": {
            k: {"start": a, "end": b, "text": text[a:b]} for k, (a, b) in sorted(d.cue.items())
        },
        "needs_check": list(d.needs_check),
        "confidence": d.confidence,
        "support": {
            **dict(zip(("right", "cases"), d.support, strict=True)),
            "unprepared": dict(zip(("right", "cases"), d.unprepared, strict=True)),
        },
    }


def _quoted(text: str, one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "quote": text[one["start"] : one["end"]]}


def as_dict(reading: Reading) -> dict[str, Any]:
    """Return all that was read, JSON-able."""
    text = reading.source.text
    return {
        "measures": [measure(text, d, reading.source.date) for d in reading.measures],
        "goals": [_quoted(text, one) for one in reading.goals],
        "claims": [_quoted(text, one) for one in reading.claims],
        "relations": [_quoted(text, one) for one in reading.relations],
        "listed": [
            {
                "quote": text[one.start : one.end],
                "start": one.start,
                "end": one.end,
                "status": one.status,
                "reason": one.reason,
            }
            for one in reading.listed
        ],
        "garbled": [
            {"start": a, "end": b, "text": text[a:b], "read_as": meant}
            for a, b, meant in reading.garbled
        ],
        "document": {
            "name": reading.source.name,
            "date": reading.source.date.isoformat() if reading.source.date else None,
            "sha256": reading.source.sha256,
            "english": is_english(text),
        },
    }


__all__ = ["Rate", "as_dict", "measure", "rate"]
