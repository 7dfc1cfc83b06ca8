"""Draft events as a file beside draft measures: what a text gives, and what it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from countervail.ledger.relations import unknown_parties
from countervail.reading.reader import Reading
from countervail.reading.record import as_dict
from countervail.reading.to_ledger import Undrafted, table_lines

Event = Mapping[str, Any]

KINDS = {
    "detention": "detention",
    "release": "release",
    "expulsion": "expulsion",
    "visit": "visit",
    "visit_cut_short": "visit",
    "meeting": "meeting",
    "talks": "meeting",
    "talks_suspended": "talks_paused",
    "talks_resumed": "talks_resumed",
}
"""Events of a text that the record has, and its words for them."""

GOAL = "goal_set"
ARRESTED = re.compile(r"\barrest", re.IGNORECASE)
OF_TALKS = re.compile(r"\b(?:dialogue|talks|negotiations)\b", re.IGNORECASE)
DENIED = re.compile(
    r"\b(?:not|never|no|denie[sd]|deny(?:ing)?|without)\b|n['\u2019]t\b", re.IGNORECASE
)
SUPPOSED = re.compile(
    r"\b(?:if|unless|could|(?-i:may)|might|would|should|calls?|called|urge[sd]?|demand(?:s|ed)?)\b",
    re.IGNORECASE,
)
"""Words beside which what is told may not have happened."""

HEAD = (
    "# Events read from a text: no record. `countervail ledger accept` of this folder shows each",
    "# beside what the record has; edit here what is wrong or missing.",
)


class EventsText(NamedTuple):
    """The events of a text as a file.

    Attributes:
        text: of the file; empty where there are none.
        number: of events in it.
        left: events that the record has no form for.
    """

    text: str
    number: int
    left: list[Undrafted]


def events_file(reading: Reading) -> EventsText:
    """Return the events of a text as a file of drafts, and what the record has no form for.

    Args:
        reading: what the text says.
    """
    data = as_dict(reading)
    document, left = data["document"], list[Undrafted]()
    tables: list[list[tuple[str, Any]]] = []
    told = [*data["relations"], *_goals(data["goals"], document["date"])]
    for one in sorted(told, key=lambda event: event["start"]):
        kind = _kind(one)
        unknown = unknown_parties(one["countries"])
        parties = [code for code in one["countries"] if code not in unknown]
        if not kind:
            why = f"the record of events has no {one['type'].replace('_', ' ')}"
            left.append(Undrafted(one["quote"], why))
        elif not parties:
            why = f"no party is a country or group of the ledger ({' '.join(unknown) or 'none'})"
            left.append(Undrafted(one["quote"], why))
        else:
            tables.append(_event(one, kind, parties, unknown))
    if not tables:
        return EventsText("", 0, left)
    head: list[tuple[str, Any]] = [
        ("story", document["name"] or "a text"),
        ("sha256", document["sha256"]),
    ]
    head += [("date", date.fromisoformat(document["date"]))] if document["date"] else []
    lines = [*HEAD, *table_lines(head)]
    for keys in tables:
        lines += ["", "[[events]]", *table_lines(keys)]
    return EventsText("\n".join(lines) + "\n", len(tables), left)


def _goals(goals: list[Event], on: str | None) -> Iterator[dict[str, Any]]:
    """Yield goals as events of their actors, on the day of the text."""
    for goal in goals:
        yield {
            **goal,
            "type": GOAL,
            "countries": [goal["actor"]] if goal["actor"] else [],
            "date": on,
            "planned": False,
        }


def _kind(one: Event) -> str:
    """Return the record's word for an event; nothing where it has none."""
    kind: str = one["type"]
    if kind == GOAL:
        return GOAL
    if kind == "detention" and ARRESTED.search(one["quote"]):
        return "arrest"
    if kind == "contacts_resumed" and OF_TALKS.search(one["quote"]):
        return "talks_resumed"
    return KINDS.get(kind, "")


def _event(one: Event, kind: str, parties: list[str], unknown: list[str]) -> list[tuple[str, Any]]:
    """Return the keys of an event."""
    inferred, missing, check = list[str](), list[str](), list[str]()
    written: str | None = one["date"]
    if written is None or len(written) < len("2026-01"):
        said = f"the text says {written}" if written else "the text names no day of it"
        missing.append(f"date: {said}")
        written = None
    elif kind == GOAL:
        inferred.append("date: the day of the text")
    if unknown:
        missing.append(f"parties: {' '.join(unknown)} is no country or group of the ledger")
    if DENIED.search(one["quote"]):
        check.append("its words deny something")
    if SUPPOSED.search(one["quote"]):
        check.append("its words may ask for it or suppose it")
    keys: list[tuple[str, Any]] = [
        ("status", "draft"),
        ("kind", kind),
        ("told", one["type"]),
        ("parties", parties),
    ]
    keys += [("date", written[:10])] if written else []
    return [
        *keys,
        ("planned", bool(one["planned"])),
        ("certainty", one.get("certainty") or "told"),
        ("confidence", "medium"),
        ("description", " ".join(one["quote"].split())),
        ("needs_check", check),
        ("inferred", inferred),
        ("missing", missing),
        ("quote", {key: one[name] for key, name in QUOTE.items()}),
    ]


QUOTE = {"text": "quote", "start": "start", "end": "end"}
