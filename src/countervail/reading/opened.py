"""A text or a file, read: ``countervail.read``."""

from __future__ import annotations

from datetime import date
from os import PathLike
from pathlib import Path

from countervail.clock import as_date
from countervail.reading.load import from_file, from_text
from countervail.reading.reader import Reading, read_source

NAMES = (".txt", ".md", ".text", ".html")
LONGEST_NAME = 500


def read(text_or_path: str | PathLike[str], date: date | str | None = None) -> Reading:
    """Return what a news story or notice says of trade measures, as drafts.

    Args:
        text_or_path: the text itself, or a path to its file; a string of one line that ends like
            the name of a text file and is one is read as a path.
        date: day of the text, as a date or ``2026-01-12``; by default the one printed at its head.

    Raises:
        InputError: not a date, or more than 10 MB.
        FileError: the file cannot be read.
    """
    if isinstance(text_or_path, PathLike) or _is_file(text_or_path):
        return read_file(text_or_path, date)
    return read_source(from_text(text_or_path, _day(date)))


def read_file(path: str | PathLike[str], date: date | str | None = None) -> Reading:
    """Return what the text of a file says.

    Args:
        path: of the file; any bytes can be read.
        date: day of the text.

    Raises:
        InputError: not a date.
        FileError: the file cannot be read, or is longer than 10 MB.
    """
    return read_source(from_file(Path(path), _day(date)))


def _day(day: date | str | None) -> date | None:
    return as_date(day) if day else None


def _is_file(text: str) -> bool:
    if "\n" in text or "\0" in text or len(text) > LONGEST_NAME:
        return False
    return text.lower().endswith(NAMES) and Path(text).is_file()
