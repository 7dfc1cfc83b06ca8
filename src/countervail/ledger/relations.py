"""What happened between countries beside their law: visits, talks, arrests, deals; dated, sourced.

``data/relations.csv``: an event a row, with its parties, its kind, whose word it is, and how sure
its day is (``high``: of an official body or an outlet; ``medium``: a digest, or a part of a day).
A folder of one's own has a table of the same form, ``relations.csv`` (``read_own``).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from countervail import labels
from countervail.errors import FileError, InputError, did_you_mean
from countervail.text import toml as toml_files
from countervail.text.tables import rows

OWN_FILE = "relations.csv"
"""The table of events in a folder of one's own."""

DAY_OR_MONTH = r"^\d{4}-\d{2}(-\d{2})?$"

COLUMNS = (
    "date",
    "until",
    "parties",
    "kind",
    "description",
    "confidence",
    "source",
    "publisher",
    "source_date",
    "address",
)
"""Columns of the table, in its order."""

CONFIDENCES = ("high", "medium", "low")


@dataclass(frozen=True)
class RelationEvent:
    """Something that happened between countries.

    Attributes:
        date: first day, ``2026-01-16`` or ``2026-01``.
        until: last day; empty where it is the first.
        parties: ISO3 codes.
        kind: such as ``visit`` or ``talks_paused``.
        description: in a sentence.
        confidence: ``high`` or ``medium``; in a table of one's own also ``low``.
        source, publisher, source_date, address: where it stands.
        file: of one's own that has it; empty for the package's.
    """

    date: str
    until: str
    parties: tuple[str, ...]
    kind: str
    description: str
    confidence: str
    source: str
    publisher: str
    source_date: str
    address: str
    file: str = ""

    @property
    def first(self) -> dt.date:
        """The first day; of a month its first."""
        return dt.date.fromisoformat((self.date + "-01")[:10])


@cache
def relation_events() -> tuple[RelationEvent, ...]:
    """Return every event of the record, by date."""
    found = [_event(row) for row in rows("relations.csv")]
    return tuple(sorted(found, key=lambda one: (one.date, one.description)))


def _event(row: Mapping[str, str]) -> RelationEvent:
    words = {key: value for key, value in row.items() if key != "parties"}
    return RelationEvent(parties=tuple(row["parties"].split()), **words)


def kinds() -> tuple[str, ...]:
    """Return the kinds of events there are."""
    return tuple(sorted({one.kind for one in relation_events()}))


def known_kind(kind: str) -> None:
    """Raise where the record has no such kind of event.

    Raises:
        InputError: which there are, and the nearest.
    """
    if kind not in kinds():
        known = ", ".join(kinds())
        hint = did_you_mean(kind, kinds())
        raise InputError(f"no kind of event '{kind}'{hint} (there are {known})")


def read_own(*paths: str | Path) -> tuple[RelationEvent, ...]:
    """Return the events of tables of one's own.

    Args:
        paths: folders that may have a ``relations.csv``, or such tables.

    Raises:
        FileError: there is no such path, or a row is refused; ``path:line`` and what next.
    """
    found: list[RelationEvent] = []
    for path in map(Path, paths):
        if path.suffix == ".csv":
            found += parse_own(toml_files.read_text(path), path)
        elif path.is_dir():
            table = path / OWN_FILE
            found += parse_own(toml_files.read_text(table), table) if table.exists() else []
        elif not path.exists():
            raise FileError(
                "no such folder; `countervail ledger accept DRAFTS --into DIR` makes one", path
            )
    return tuple(found)


def parse_own(text: str, path: Path) -> Iterator[RelationEvent]:
    """Yield the events of a table of one's own.

    Args:
        text: of the table.
        path: for messages.

    Raises:
        FileError: a row is refused.
    """
    reader = csv.reader(io.StringIO(text))
    try:
        head = tuple(next(reader, ()))
        if head != COLUMNS:
            raise FileError(f"its columns have to be {','.join(COLUMNS)}", path, 1)
        for row in reader:
            if row:
                yield _checked(row, path, reader.line_num)
    except csv.Error as error:
        raise FileError(f"is no table: {error}; correct the line", path, reader.line_num) from None


def unknown_parties(codes: Iterable[str]) -> list[str]:
    """Return which codes are no country and no group."""
    return [c for c in codes if c not in labels.countries() and c not in labels.groups()]


def _checked(row: Sequence[str], path: Path, line: int) -> RelationEvent:
    """Return a row of a table of one's own as an event.

    Raises:
        FileError: what is wrong with it, and where.
    """
    if len(row) != len(COLUMNS):
        raise FileError(f"has {len(row)} fields; give {len(COLUMNS)}", path, line)
    words = dict(zip(COLUMNS, row, strict=True))
    for key in ("date", "until"):
        if words[key] or key == "date":
            _a_day(words[key], key, path, line)
    unknown = unknown_parties(words["parties"].split())
    if unknown:
        raise FileError(f"no country or group '{unknown[0]}'; give ISO3 codes", path, line)
    if not words["parties"].strip():
        raise FileError("names no parties; give ISO3 codes, as CAN IND", path, line)
    if words["confidence"] not in CONFIDENCES:
        raise FileError(f"confidence is one of {', '.join(CONFIDENCES)}", path, line)
    try:
        known_kind(words["kind"])
    except InputError as error:
        raise FileError(str(error), path, line) from None
    return _event({**words, "file": str(path)})


def _a_day(written: str, key: str, path: Path, line: int) -> None:
    """Raise where a field is no day, or month.

    Raises:
        FileError: which it is.
    """
    month = DAY_OR_MONTH if key == "date" else DAY_OR_MONTH.replace(")?", ")")
    try:
        dt.date.fromisoformat((written + "-01")[:10])
    except ValueError:
        month = "(?!)"
    if not re.match(month, written):
        raise FileError(f"{key} '{written}' is no day; write it as 2026-01-16", path, line)


def as_rows(found: Iterable[RelationEvent]) -> str:
    """Return events as rows of a table, without its head."""
    text = io.StringIO()
    written = csv.writer(text, lineterminator="\n")
    for one in found:
        words = {**vars(one), "parties": " ".join(one.parties)}
        written.writerow([words[key] for key in COLUMNS])
    return text.getvalue()


def events(
    between: str | None = None,
    kind: str | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    own: Sequence[RelationEvent] = (),
) -> tuple[RelationEvent, ...]:
    """Return events of the record, by date.

    Args:
        between: two countries or groups, as ``CAN,IND``, or one: of which each is a party.
        kind: of event.
        since, until: first and last day.
        own: events of one's own, listed among those of the record.

    Raises:
        InputError: no such country, group or kind.
    """
    if kind is not None:
        known_kind(kind)
    sides = [set(labels.expand(word.strip())) for word in between.split(",")] if between else []
    if len(sides) > 2:
        raise InputError(f"--between {between}: name two countries or groups, as CAN,IND")
    every = relation_events()
    if own:
        every = tuple(sorted((*every, *own), key=lambda one: (one.date, one.description)))
    return tuple(
        one
        for one in every
        if all(side & _countries(one) for side in sides)
        and (kind is None or one.kind == kind)
        and (since is None or one.first >= since)
        and (until is None or one.first <= until)
    )


def _countries(one: RelationEvent) -> set[str]:
    """Return the parties of an event, groups as their members beside them."""
    found = set(one.parties)
    for code in one.parties:
        if code in labels.groups():
            found |= set(labels.expand(code))
    return found
