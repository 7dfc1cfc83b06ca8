"""A folder of files that is written whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from countervail.characters import printable
from countervail.errors import FileError, InputError

FORMULA = "=+-@\t\r\n"
"""What a cell begins with that a spreadsheet takes for a formula."""

LAST = "manifest.json"
"""The file that is moved in last: where it is there, all are."""


def check_folder(folder: str | Path) -> None:
    """Raise when a folder cannot be written, before anything is solved.

    Raises:
        FileError: it is a file, or it cannot be made or written; why.
    """
    if not str(folder):
        raise InputError("--out is empty; it names a folder")
    target = Path(folder)
    try:
        if target.exists() and not target.is_dir():
            raise FileError("is a file; --out names a folder", target)
        nearest = next(p for p in (target, *target.absolute().parents) if p.is_dir())
        if not os.access(nearest, os.W_OK):
            raise FileError(f"cannot be written: no permission in {nearest}", target)
    except OSError as error:
        raise FileError(f"cannot be written ({error.strerror or error})", target) from error


@contextmanager
def whole_folder(folder: str | Path) -> Iterator[Path]:
    """Give a draft folder to write to; its files are moved in when all are whole.

    Raises:
        FileError: the folder cannot be written, or is a file.
    """
    check_folder(folder)
    target = Path(folder)
    made_here = not target.exists()
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".draft-", dir=target) as made:
            draft = Path(made)
            yield draft
            for file in sorted(draft.iterdir(), key=lambda f: f.name == LAST):
                file.replace(target / file.name)
    except (OSError, FileError) as error:
        # a draft's name says nothing to a reader: the folder asked for does
        cause = error if isinstance(error, OSError) else error.__cause__
        why = getattr(cause, "strerror", None) or cause
        raise FileError(f"cannot be written ({why})", target) from error
    finally:
        if made_here:
            with suppress(OSError):  # made for an answer that never came; else it is not empty
                target.rmdir()


def csv_text(rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as the text of a CSV file, with a header; empty where there are none.

    A cell of text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    text = io.StringIO()
    writer = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(text, fieldnames=list(row), lineterminator="\n")
            writer.writerow({name: harmless(name) for name in row})
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Return a list as words in one cell, and no cell as a formula."""
    return harmless(" ".join(str(v) for v in value) if isinstance(value, list) else value)


def harmless(value: Any) -> Any:
    """Return a cell of a table that no spreadsheet takes for a formula, nor a terminal for orders.

    Text that begins with ``= + - @``, a tab or a line end gets an apostrophe, numbers none.
    """
    if not isinstance(value, str):
        return value
    text = printable(value)
    return f"'{text}" if value[:1] in FORMULA and value and not _number(value) else text


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
