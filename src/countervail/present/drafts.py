"""Drafts as files, and what became of them, as documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from countervail.ledger.drafted import DraftFile, DraftNotes, Overlap
from countervail.ledger.drafted_events import EventDraft, EventsFile, Recorded
from countervail.ledger.landing import AcceptedEvent
from countervail.ledger.relations import OWN_FILE
from countervail.present.document import Document, plain
from countervail.present.parts import Part, Words, listed
from countervail.present.pieces import counted
from countervail.reading.to_ledger import Undrafted


def with_files(
    read: Document,
    measures: Sequence[Path],
    left: Sequence[Undrafted],
    events: Path | None = None,
    number: int = 0,
    events_left: Sequence[Undrafted] = (),
) -> Document:
    """Return what was read, with the files of its drafts and what has no form.

    Args:
        read: the document of the text.
        measures: files.
        left: measures that the ledger has no form for.
        events: file of events.
        number: of events in it.
        events_left: events that the record has no form for.
    """
    parts: list[Part] = list(read.parts)
    if measures:
        parts.append(Words(f"{counted(len(measures), 'draft')} written:", apart=True))
        parts += [Words(f"  {path}") for path in measures]
    if events is not None:
        parts.append(Words(f"{counted(number, 'event')} written:", apart=True))
        parts.append(Words(f"  {events}"))
    folder = next((path.parent for path in (*measures, events) if path), None)
    if folder is not None:
        parts.append(Words(f"Next: countervail ledger accept {folder}", style="quiet"))
    parts += listed("Without a file", [f'"{o.quote}": {o.why}' for o in (*left, *events_left)])
    files = {
        "files": [str(path) for path in measures],
        "without_file": [one._asdict() for one in left],
        "events_file": None if events is None else str(events),
        "events_without_file": [one._asdict() for one in events_left],
    }
    return replace(read, parts=parts, data={**read.data, **files})


def card(one: DraftFile, beside: Sequence[Overlap], number: int, of: int) -> list[Part]:
    """Return a draft as it is shown before it is accepted.

    Args:
        one: the draft.
        beside: measures of the ledger on the same goods.
        number, of: its place among those shown.
    """
    measure, notes = one.measure, one.notes
    goods = ", ".join(f"{p.name} ({' '.join(p.hs) or 'no heading'})" for p in measure.products)
    parts: list[Part] = [
        Words(f"Draft {number} of {of}: {measure.title}", style="strong", apart=True),
        Words(f"  {measure.implementer} on {' '.join(measure.targets)}: {measure.instrument}"),
        Words(f"  goods: {goods}"),
        *(Words(f"  {_entry(entry)}") for entry in measure.rates),
        *(
            Words(f'  "{quote.text}" (characters {quote.start} to {quote.end})', style="asked")
            for quote in notes.quotes
        ),
        Words(f"  the text says: {notes.law.replace('_', ' ')}; confidence {notes.confidence:.2f}"),
    ]
    parts += _doubts(notes)
    parts += [Words(f"  {found}", style="strong") for found in beside]
    return parts


def _doubts(of: DraftNotes | EventDraft) -> list[Part]:
    """Return what of a draft is to be checked, was inferred, or is missing."""
    told = {"check": of.needs_check, "inferred": of.inferred, "missing": of.missing}
    return [
        Words(f"  {name}: {'; '.join(words)}", style="quiet")
        for name, words in told.items()
        if words
    ]


def event_card(
    file: EventsFile, which: int, beside: Sequence[Recorded], number: int, of: int
) -> list[Part]:
    """Return an event as it is shown before it is accepted.

    Args:
        file: of drafts.
        which: number of the event in it.
        beside: what the record has of the same parties and kind.
        number, of: its place among those shown.
    """
    one = file.of.events[which]
    when = "planned" if one.planned else one.date or "day not known"
    kind, whom = one.kind.replace("_", " "), " ".join(one.parties)
    parts: list[Part] = [
        Words(f"Event {number} of {of}: {kind}, {whom}, {when}", style="strong", apart=True),
        Words(
            f'  "{one.quote.text}" (characters {one.quote.start} to {one.quote.end})',
            style="asked",
        ),
        Words(f"  the text has it as {one.certainty}"),
    ]
    parts += _doubts(one)
    return [*parts, *(Words(f"  {found}", style="strong") for found in beside)]


def _entry(entry: Any) -> str:
    if entry.ended:
        size = "ends"
    elif entry.basis == "ban":
        size = "ban"
    elif entry.rate is not None:
        size = f"{entry.rate:g} % ({entry.basis})"
    else:
        size = "no rate known"
    when: date | None = entry.in_force
    begins = f"in force {when}" if when else "first day not known"
    return f"{size}, announced {entry.announced}, {begins}"


def accepted(
    landed: Sequence[Path],
    left: Sequence[tuple[DraftFile, str]],
    into: Path,
    events: Sequence[AcceptedEvent] = (),
    events_left: Sequence[tuple[AcceptedEvent, str]] = (),
) -> Document:
    """Return what became of drafts.

    Args:
        landed: files in the folder of measures.
        left: drafts that are not in it, with the reason.
        into: the folder.
        events: in the folder's table of events.
        events_left: events that are not in it, with the reason.
    """
    what = [counted(len(landed), "draft")] if landed else []
    what += [counted(len(events), "event")] if events else []
    head = f"{' and '.join(what)} accepted into {into}" if what else "None accepted"
    parts: list[Part] = [Words(head, style="strong"), *(Words(f"  {path}") for path in landed)]
    parts += [Words(f"  {into / OWN_FILE}")] if events else []
    names = [
        *((one.measure.id, why) for one, why in left),
        *((one.file.name(one.number), why) for one, why in events_left),
    ]
    parts += listed("Left", [f"{name}: {why}" for name, why in names])
    if landed:
        said = f"Use them: countervail run QUESTION --ledger {into}"
        parts.append(Words(said, style="quiet"))
    if events:
        said = f"List them: countervail ledger events --ledger {into}"
        parts.append(Words(said, style="quiet"))
    rows = [{"id": one.measure.id, "why": why} for one, why in left]
    data = {
        "accepted": [str(path) for path in landed],
        "left": rows,
        "into": str(into),
        "events": [_named(one) for one in events],
        "events_left": [{**_named(one), "why": why} for one, why in events_left],
        "relations": str(into / OWN_FILE) if events else None,
    }
    return Document(parts, data, {"left": plain(rows)})


def _named(one: AcceptedEvent) -> dict[str, Any]:
    """Return which event it is."""
    event = one.file.of.events[one.number]
    return {
        "event": one.number + 1,
        "kind": event.kind,
        "parties": list(event.parties),
        "date": event.date,
        "quote": event.quote.text,
    }
