"""Drafts of a text as files: written, walked through, accepted into a ledger of one's own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from countervail.errors import FileError

if TYPE_CHECKING:
    from countervail.ledger.drafted import DraftFile
    from countervail.ledger.drafted_events import EventsFile
    from countervail.ledger.landing import AcceptedEvent
    from countervail.ledger.relations import RelationEvent
    from countervail.reading.reader import Reading
    from countervail.reading.to_ledger import Undrafted


class Written(NamedTuple):
    """Drafts of a text that were written.

    Attributes:
        measures: files of measures.
        left: measures that the ledger has no form for.
        events: file of events; None where the text tells of none.
        number: of events in it.
        events_left: events that the record has no form for.
    """

    measures: list[Path]
    left: list[Undrafted]
    events: Path | None
    number: int
    events_left: list[Undrafted]


def write_drafts(reading: Reading, folder: str | Path) -> Written:
    """Write the drafts of a text into a folder that has none yet: all of them, or none.

    Args:
        reading: what the text says.
        folder: made where it does not exist.

    Returns:
        The files, and what the ledger and the record of events have no form for.

    Raises:
        FileError: the folder has files, or cannot be written.
    """
    from countervail.ledger import open_ledger
    from countervail.ledger.drafted import EVENTS_FILE
    from countervail.reading.to_events import events_file
    from countervail.reading.to_ledger import draft_files

    where = Path(folder)
    if where.exists() and (not where.is_dir() or any(where.iterdir())):
        raise FileError("is not an empty folder; drafts of a text go into one of their own", where)
    files, left = draft_files(reading, open_ledger().measures)
    events = events_file(reading)
    if not files and not events.number:
        return Written([], left, None, 0, events.left)
    made = where.with_name(f".{where.name}.new")
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".drafts-", dir=where.parent) as held:
            made = Path(held) / "whole"
            made.mkdir()
            for file in files:
                (made / f"{file.id}.toml").write_text(file.text, encoding="utf-8", newline="")
            if events.number:
                (made / EVENTS_FILE).write_text(events.text, encoding="utf-8", newline="")
            with suppress(FileNotFoundError):
                where.rmdir()
            os.replace(made, where)
    except OSError as error:
        raise FileError(f"cannot be written ({error.strerror or error})", where) from error
    paths = [where / f"{file.id}.toml" for file in files]
    told = where / EVENTS_FILE if events.number else None
    return Written(paths, left, told, events.number, events.left)


def open_drafts(folder: str | Path) -> tuple[list[DraftFile], EventsFile | None]:
    """Return the drafts of a folder: of measures, and the file of events.

    Raises:
        FileError: there is no such folder, it has neither, or a file is refused.
    """
    from countervail.ledger.drafted import read_drafts
    from countervail.ledger.drafted_events import read_events

    events = read_events(folder)
    if events is not None and len(list(Path(folder).glob("*.toml"))) == 1:
        return [], events
    return read_drafts(folder), events


@dataclass
class Accepting:
    """Drafts on their way to a ledger of one's own.

    Attributes:
        into: folder of measure files.
        accepted: drafts that are to land.
        left: those that are not, each with the reason.
        events: events that are to land.
        events_left: those that are not, each with the reason.
    """

    into: Path
    accepted: list[DraftFile] = field(default_factory=list)
    left: list[tuple[DraftFile, str]] = field(default_factory=list)
    events: list[AcceptedEvent] = field(default_factory=list)
    events_left: list[tuple[AcceptedEvent, str]] = field(default_factory=list)

    def record(self) -> tuple[RelationEvent, ...]:
        """Return the record of events: the package's, the folder's, and what is accepted.

        Raises:
            FileError: the folder's table is refused.
        """
        from countervail.ledger.drafted_events import event_of
        from countervail.ledger.relations import read_own, relation_events

        own = read_own(self.into) if self.into.exists() else ()
        taken = [event_of(one.file, one.number) for one in self.events]
        return (*relation_events(), *own, *taken)

    def land(self) -> list[Path]:
        """Put what is accepted into the folder, all or nothing.

        Raises:
            InputError: a draft is refused, or the folder cannot be written.
        """
        from countervail.ledger.landing import land

        if not (self.accepted or self.events):
            return []
        return land(self.accepted, self.into, self.events)


def take_events(file: EventsFile, chosen: Accepting, take: bool) -> None:
    """Take the events that are new, dated and told as fact, without a terminal.

    Args:
        file: of drafts.
        chosen: what is accepted and left so far.
        take: whether events are taken at all.
    """
    from countervail.errors import InputError
    from countervail.ledger.drafted_events import event_of, recorded
    from countervail.ledger.landing import AcceptedEvent

    for number, event in enumerate(file.of.events):
        one = AcceptedEvent(file, number)
        why = ""
        if event.status != "draft":
            why = f"is {event.status} already"
        elif not take:
            why = "no confidence of events is measured: give --events, or accept at a terminal"
        else:
            doubts = (*event.missing, *event.needs_check, *event.inferred)
            try:
                event_of(file, number)
                beside = recorded(file, number, chosen.record())
            except InputError as error:
                why = str(error)
            else:
                told = "" if event.certainty == "told" else "reported, not told as fact"
                why = "; ".join([*map(str, beside[:1]), *doubts, *([told] if told else [])])
        if why:
            chosen.events_left.append((one, why))
        else:
            chosen.events.append(one)


def above(drafts: Sequence[DraftFile], share: float, into: Path) -> Accepting:
    """Return which drafts are accepted without a terminal: sure, complete and new.

    Args:
        drafts: of a folder.
        share: least confidence.
        into: folder of measure files.
    """
    from countervail.clock import TODAY, as_date
    from countervail.errors import InputError
    from countervail.ledger.drafted import overlaps
    from countervail.ledger.landing import own_ledger, ready

    ledger = own_ledger(into)
    found = Accepting(into)
    for one in drafts:
        if one.notes.status != "draft":
            found.left.append((one, f"is {one.notes.status} already"))
            continue
        if one.notes.confidence < share:
            found.left.append((one, f"confidence {one.notes.confidence:.2f} is below {share:g}"))
            continue
        day = one.notes.date or as_date(TODAY)
        beside = [o for o in overlaps(one.measure, ledger, day) if o.kind != "ended"]
        if beside:
            found.left.append((one, str(beside[0])))
            continue
        try:
            ready(one, ledger)
        except InputError as error:
            found.left.append((one, str(error)))
            continue
        found.accepted.append(one)
    return found
