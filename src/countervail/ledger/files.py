"""Measure files: TOML in, a :class:`~countervail.ledger.measure.Measure` out, or ``path:line``.

A file is refused whole, with the place of its first fault: unknown and duplicate keys, unknown
codes, missing references, overlapping dates, weights outside 0 to 1.
"""

from __future__ import annotations

from pathlib import Path

from countervail.errors import FileError
from countervail.ledger.measure import Measure
from countervail.ledger.validate import problems
from countervail.text import places
from countervail.text import toml as toml_files

SHIPPED = Path(__file__).parent / "measures"
"""The folder of the measure files that come with the package."""


def read_measure(path: str | Path) -> Measure:
    """Return the measure in a file.

    Raises:
        FileError: it cannot be read, or it is refused; ``path:line`` and what next.
    """
    path = Path(path)
    measure, text = toml_files.load(path, Measure, problems)
    if path.name != f"{measure.id}.toml":
        raise FileError(
            f"id '{measure.id}' is not the file's name; name the file '{measure.id}.toml'",
            path,
            places.line_of(text, ("id",)),
        )
    return measure


def parse_measure(text: str, path: str | Path = "<text>") -> Measure:
    """Return the measure a TOML text describes; ``path`` is for messages.

    Raises:
        FileError: the text is refused.
    """
    return toml_files.parse(text, path, Measure, problems)


def line_in(path: Path, at: places.Path) -> int | None:
    """Return the line of a path in a measure file, None where it cannot be read any more."""
    try:
        return places.line_of(toml_files.read_text(path), at)
    except FileError:
        return None
