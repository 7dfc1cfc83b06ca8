"""Drafts of events between countries: one file a text, and what the record has of the same.

``events.toml`` stands beside the drafts of measures of a text: an event a table ``[[events]]``,
with its quote, its parties and what of it the text does not give.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from countervail.errors import FileError
from countervail.ledger.drafted import EVENTS_FILE, Quote
from countervail.ledger.measure import Day, Text, Words
from countervail.ledger.relations import (
    DAY_OR_MONTH,
    RelationEvent,
    known_kind,
    unknown_parties,
)
from countervail.text import toml as toml_files
from countervail.text.toml import TABLE

NEAR_DAYS = 45
"""Days up to which an event of the record can be the one that a text tells."""

ALIKE = ({"arrest", "detention"},)
"""Kinds that texts do not tell apart."""


class EventDraft(BaseModel):
    """An event that a text tells, and what of it is not known.

    ``told`` is the reader's word for it, ``kind`` that of the record; ``planned`` one has not
    happened. ``certainty`` is ``told``, or ``reported`` where the text has it from others.
    """

    model_config = TABLE

    status: Literal["draft", "accepted", "skipped"]
    kind: Text
    told: Text
    parties: Annotated[Words, Field(min_length=1)]
    date: Annotated[str, Field(pattern=DAY_OR_MONTH)] | None = None
    planned: bool = False
    certainty: Literal["told", "reported"] = "told"
    confidence: Literal["high", "medium", "low"] = "medium"
    description: Text
    needs_check: Words = ()
    inferred: Words = ()
    missing: Words = ()
    quote: Quote


class EventsOfText(BaseModel):
    """The events of a text, and which text it is."""

    model_config = TABLE

    story: Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    date: Day | None = None
    events: tuple[EventDraft, ...] = ()


@dataclass(frozen=True)
class EventsFile:
    """The drafts of events of a text, with their file.

    Attributes:
        path: of the file.
        text: of it.
        of: what it says.
    """

    path: Path
    text: str
    of: EventsOfText

    def name(self, number: int) -> str:
        """Return what one of its events is called, such as ``events.toml 2``."""
        return f"{self.path.name} {number + 1}"

    def day(self, number: int) -> dt.date | None:
        """Return the day of an event, of a month its first, or else that of the text."""
        written = self.of.events[number].date
        return dt.date.fromisoformat((written + "-01")[:10]) if written else self.of.date


def read_events(folder: str | Path) -> EventsFile | None:
    """Return the drafts of events of a folder of drafts; None where it has none.

    Raises:
        FileError: the file is refused; ``path:line`` and what next.
    """
    path = Path(folder) / EVENTS_FILE
    if not path.is_file():
        return None
    of, text = toml_files.load(path, EventsOfText)
    return EventsFile(path, text, of)


def event_of(file: EventsFile, number: int) -> RelationEvent:
    """Return a draft as an event of the record.

    Args:
        file: of drafts.
        number: of the event in it.

    Raises:
        FileError: it is not complete, is planned, or names what is not known; what next.
        InputError: the record has no such kind of event.
    """
    one, where = file.of.events[number], file.name(number)
    if one.planned:
        raise FileError(
            f"event {number + 1} is planned and has not happened; when it has, write its date and "
            "planned = false",
            file.path,
        )
    if one.date is None:
        raise FileError(
            f"event {number + 1} has no date; write it, as date = '2026-01-16'", file.path
        )
    unknown = unknown_parties(one.parties)
    if unknown:
        raise FileError(
            f"event {number + 1}: no country or group '{unknown[0]}'; give ISO3 codes", file.path
        )
    try:
        dt.date.fromisoformat((one.date + "-01")[:10])
    except ValueError:
        raise FileError(f"event {number + 1}: no day '{one.date}'; correct it", file.path) from None
    known_kind(one.kind)
    place = f"{file.of.story}, characters {one.quote.start} to {one.quote.end}"
    return RelationEvent(
        date=one.date,
        until="",
        parties=tuple(one.parties),
        kind=one.kind,
        description=one.description,
        confidence=one.confidence,
        source=place,
        publisher="not named: a text that was read",
        source_date=file.of.date.isoformat() if file.of.date else "",
        address=f"sha256:{file.of.sha256}",
        file=where,
    )


@dataclass(frozen=True)
class Recorded:
    """An event of the record beside a draft: of the same parties and kind, near its day.

    Attributes:
        kind: ``duplicate``: of the same day; ``other_date``: of another day.
        event: of the record.
        days: how much later than the draft it is.
    """

    kind: str
    event: RelationEvent
    days: int

    def __str__(self) -> str:
        one = self.event
        home = f" ({one.file})" if one.file else ""
        what = f"{one.kind.replace('_', ' ')} of {one.date} {' '.join(one.parties)}{home}"
        if self.kind == "duplicate":
            return f"duplicate of the {what}: {one.description}"
        when = f"{abs(self.days)} day{'s'[: abs(self.days) != 1]}"
        side = "later" if self.days > 0 else "earlier"
        return f"beside it, {when} {side}, the {what}: {one.description}"


def recorded(file: EventsFile, number: int, record: Iterable[RelationEvent]) -> list[Recorded]:
    """Return what the record has of the same parties and kind within 45 days, nearest first.

    Args:
        file: of drafts.
        number: of the event in it.
        record: events, the package's and one's own.
    """
    one, day = file.of.events[number], file.day(number)
    if day is None:
        return []
    mine, kinds = set(one.parties), _alike(one.kind)
    found = []
    for event in record:
        theirs = set(event.parties)
        if event.kind not in kinds or not (mine <= theirs or theirs <= mine):
            continue
        if one.date is not None and _same_day(one.date, event):
            found.append(Recorded("duplicate", event, 0))
            continue
        days = _apart(day, event)
        if abs(days) <= NEAR_DAYS:
            found.append(Recorded("other_date", event, days))
    return sorted(found, key=lambda r: (r.kind, abs(r.days), r.event.date))


def _alike(kind: str) -> set[str]:
    return next((kinds for kinds in ALIKE if kind in kinds), {kind})


def _same_day(written: str, event: RelationEvent) -> bool:
    """Return whether a day is that of an event, or the next to it elsewhere on the globe."""
    if len(written) < 10 or len(event.date) < 10:
        return written[:7] == event.date[:7]
    return abs(_apart(dt.date.fromisoformat(written), event)) <= 1


def _apart(day: dt.date, event: RelationEvent) -> int:
    """Return how many days later than a day an event is; 0 where it lasts over the day."""
    last = dt.date.fromisoformat(event.until) if event.until else event.first
    if event.first <= day <= last:
        return 0
    return (event.first - day).days if day < event.first else (last - day).days


EVENT = re.compile(r"^\s*\[\[\s*events\s*\]\]\s*(?:#.*)?$")
STATUS = re.compile(r'^(\s*status\s*=\s*)"\w+"')


def marked_events(file: EventsFile, statuses: Mapping[int, str]) -> str:
    """Return the text of a file of events with other statuses.

    Args:
        file: of drafts.
        statuses: new ones by the number of the event.

    Raises:
        FileError: the text is not written in a way in which they can be put in.
    """
    lines, number = [], -1
    for line in file.text.splitlines():
        if EVENT.match(line):
            number += 1
        status = statuses.get(number)
        if status is not None and STATUS.match(line):
            line = STATUS.sub(rf'\g<1>"{status}"', line, count=1)
        lines.append(line)
    text = "\n".join(lines) + "\n"
    again = toml_files.parse(text, file.path, EventsOfText)
    wanted = [statuses.get(n, one.status) for n, one in enumerate(file.of.events)]
    if [one.status for one in again.events] != wanted:
        raise FileError(
            "a status cannot be written; give every [[events]] a line status = 'draft'", file.path
        )
    return text
