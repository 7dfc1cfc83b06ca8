"""What every variable is: dims, unit, bounds, meaning. One table for data, docs and reports."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from countervail.text.tables import rows


class Variable(NamedTuple):
    """One row of the table of variables."""

    name: str
    dims: tuple[str, ...]
    unit: str
    lower: float | None
    upper: float | None
    meaning: str


@cache
def variables() -> dict[str, Variable]:
    """Return every variable by name (``data/variables.csv``)."""
    return {
        row["name"]: Variable(
            row["name"],
            tuple(row["dims"].split()),
            row["unit"],
            _number(row["lower"]),
            _number(row["upper"]),
            row["meaning"],
        )
        for row in rows("variables.csv")
    }


def _number(word: str) -> float | None:
    return float(word) if word else None
