"""Drafts that are accepted, put into a folder of measure files: all of them, or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from countervail.errors import FileError, InputError
from countervail.ledger.check import check_ledger
from countervail.ledger.drafted import DraftFile, covered, law_of, marked
from countervail.ledger.drafted_events import EventsFile, event_of, marked_events, read_events
from countervail.ledger.files import parse_measure
from countervail.ledger.ledger import Ledger
from countervail.ledger.measure import Coverage, Measure
from countervail.ledger.open import open_ledger
from countervail.ledger.relations import COLUMNS, OWN_FILE, RelationEvent, as_rows, parse_own
from countervail.text.toml import read_text


class AcceptedEvent(NamedTuple):
    """An event that is to land: its file, and its number there."""

    file: EventsFile
    number: int


def own_ledger(folder: str | Path) -> Ledger:
    """Return the ledger with the measures of a folder of one's own, which need not exist yet.

    Raises:
        FileError: a file of the folder is refused.
    """
    where = Path(folder)
    has = where.is_dir() and any(where.glob("*.toml"))
    return open_ledger(where) if has else open_ledger()


def ready(one: DraftFile, ledger: Ledger) -> tuple[Measure, str]:
    """Return a draft as a measure with coverage, and the text of its file.

    Args:
        one: the draft.
        ledger: the law, for coverage of the same goods.

    Raises:
        FileError: it is not complete, it lifts a measure, or its id is taken; what next.
    """
    if one.notes.act == "lifts":
        raise FileError(
            "lifts a measure: an end is an entry of the measure it ends (ended = true, see "
            "docs/ledger.md); price it with `countervail run --with-drafts`",
            one.path,
        )
    measure = law_of(one)
    if measure.id in ledger.measures:
        raise FileError(f"measure '{measure.id}' is in the ledger; give it another id", one.path)
    whole = measure if measure.outside_model else covered(measure, ledger)
    added = whole.coverage[len(measure.coverage) :]
    text = one.law_text + "".join(_block(table) for table in added)
    return parse_measure(text, one.path), text


def land(
    drafts: Sequence[DraftFile], folder: str | Path, events: Sequence[AcceptedEvent] = ()
) -> list[Path]:
    """Put drafts into a folder of measure files, and mark their files as accepted.

    The ledger with all of them is checked first. Files are written under hidden names beside where
    they go, and take their names when all are whole; where that breaks off, those that have theirs
    are taken away again, and a table of events is as it was.

    Args:
        drafts: that are accepted.
        folder: made where it does not exist.
        events: that are accepted; they go into the folder's table of events.

    Returns:
        The files of measures.

    Raises:
        FileError: a draft is not ready, or it cannot be written.
        InputError: the ledger with it is refused.
    """
    where = Path(folder)
    before = own_ledger(where)
    made = [(one, *ready(one, before)) for one in drafts]
    _check(before, [measure for _, measure, _ in made])
    rows = [event_of(one.file, one.number) for one in events]
    table = where / OWN_FILE
    had = read_text(table) if rows and table.exists() else None
    whole_table = _with_rows(had, rows, table) if rows else ""
    made_here = not where.exists()
    placed: list[Path] = []
    hidden: list[Path] = []
    undo: list[Callable[[], None]] = []
    try:
        where.mkdir(parents=True, exist_ok=True)
        steps = []
        for _, measure, text in made:
            goal = where / f"{measure.id}.toml"
            if goal.exists():
                raise FileError("is there already; give the draft another id", goal)
            hidden.append(_written(where, text))
            steps.append((hidden[-1], goal))
        whole = _written(where, whole_table) if rows else None
        hidden += [whole] if whole else []
        for path, goal in steps:
            os.replace(path, goal)
            placed.append(goal)
        if whole is not None:
            os.replace(whole, table)
            undo.append(lambda: _put_back(table, had))
        for one, _, _ in made:
            undo.append(partial(mark, one, one.notes.status))
            mark(one, "accepted")
        for path, numbers in _by_path(events).items():
            file = read_events(path.parent)
            if file is not None:
                undo.append(partial(_replaced, path, file.text))
                mark_events(file, dict.fromkeys(numbers, "accepted"))
    except BaseException as error:
        for path in [*hidden, *placed]:
            with suppress(OSError):
                path.unlink()
        for back in undo:
            with suppress(FileError, OSError):
                back()
        if made_here:
            with suppress(OSError):
                where.rmdir()
        if isinstance(error, OSError):
            raise FileError(f"cannot be written ({error.strerror or error})", where) from error
        raise
    return placed


def _by_path(events: Sequence[AcceptedEvent]) -> dict[Path, list[int]]:
    """Return the numbers of accepted events by their file, which may have been edited since."""
    found: dict[Path, list[int]] = {}
    for one in events:
        found.setdefault(one.file.path, []).append(one.number)
    return found


def _with_rows(had: str | None, rows: Sequence[RelationEvent], path: Path) -> str:
    """Return the text of a table of events with further rows.

    Args:
        had: text of the table, None where there is none yet.
        rows: new ones.
        path: for messages.

    Raises:
        FileError: a row, old or new, is refused.
    """
    head = ",".join(COLUMNS) if had is None else had.rstrip("\r\n")
    text = f"{head}\n{as_rows(rows)}"
    for _ in parse_own(text, path):
        pass  # a row that cannot be read again would close the table to its owner
    return text


def _put_back(path: Path, had: str | None) -> None:
    """Give a table of events what it had, or take it away."""
    if had is None:
        path.unlink()
    else:
        _replaced(path, had)


def mark_events(file: EventsFile, statuses: Mapping[int, str]) -> None:
    """Write other statuses into a file of events, whole or not at all.

    Args:
        file: of drafts.
        statuses: new ones by the number of the event.

    Raises:
        FileError: it cannot be written.
    """
    _replaced(file.path, marked_events(file, statuses))


def _replaced(path: Path, text: str) -> None:
    """Write a text in place of a file's, whole or not at all.

    Raises:
        FileError: it cannot be written.
    """
    try:
        os.replace(_written(path.parent, text), path)
    except OSError as error:
        raise FileError(f"cannot be written ({error.strerror or error})", path) from error


def mark(one: DraftFile, status: str) -> None:
    """Write another status into the file of a draft, whole or not at all.

    Raises:
        FileError: it cannot be written.
    """
    _replaced(one.path, marked(one.text, status))


def _written(folder: Path, text: str) -> Path:
    """Return a hidden file of a folder with a text in it, on the disk."""
    number, name = tempfile.mkstemp(prefix=".draft-", suffix=".new", dir=folder)
    with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(name, 0o644)
    return Path(name)


def _check(before: Ledger, added: Sequence[Measure]) -> None:
    """Raise where the ledger with new measures is refused.

    Raises:
        InputError: the first thing that is wrong.
    """
    for found in check_ledger(Ledger.of([*before, *added], before.paths)):
        if found.refuse:
            raise InputError(found.message)


def _block(table: Coverage) -> str:
    """Return a table of coverage as it stands in a measure file."""
    weights = ", ".join(f'"{key}" = {value!r}' for key, value in table.weights.items())
    lines = [
        "",
        "[[coverage]]",
        f'products = "{table.products}"',
        f'sector = "{table.sector}"',
        f"weights = {{ {weights} }}",
        f'basis = "{table.basis}"',
        f"year = {table.year}",
    ]
    if table.range is not None:
        lines.append(f"range = [{table.range[0]!r}, {table.range[1]!r}]")
    for key in ("source", "note"):
        value = getattr(table, key)
        if value is not None:
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'{key} = "{escaped}"')
    return "\n".join(lines) + "\n"
