"""Tables that come with the package, in ``countervail/data``."""

from __future__ import annotations

import csv
from importlib import resources


def lines(name: str) -> list[str]:
    """Return the lines of a table, such as ``groups.csv``."""
    return resources.files("countervail").joinpath("data", name).read_text("utf-8").splitlines()


def columns(name: str) -> dict[str, tuple[str, ...]]:
    """Return the columns of a table by the names in its head: of a long one, in less time."""
    head, *values = csv.reader(lines(name))
    return dict(zip(head, zip(*values, strict=True), strict=True))


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table by the names in its head."""
    head, *values = csv.reader(lines(name))
    return [dict(zip(head, row, strict=True)) for row in values]
