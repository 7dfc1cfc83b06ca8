"""What every variable is: dims, unit, bounds, meaning. One table for data, docs and reports."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from countervail.text.tables import rows


class Variable(NamedTuple):
    """One row of the table of variables.

    Attributes:
        name: of the variable.
        dims: its dimensions.
        unit: of its numbers.
        lower, upper: its bounds; None where it has none.
        heading: above a column of it.
        digits: after the point, where it is printed without a range.
        sign: whether a plus is printed: it is a change, not a level.
        money: the currency it is an amount of; none is no amount.
        meaning: what it is.
    """

    name: str
    dims: tuple[str, ...]
    unit: str
    lower: float | None
    upper: float | None
    heading: str
    digits: int
    sign: bool
    money: str
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
            row["heading"],
            int(row["digits"]),
            row["sign"] == "+",
            row["money"],
            row["meaning"],
        )
        for row in rows("variables.csv")
    }


def _number(word: str) -> float | None:
    return float(word) if word else None
