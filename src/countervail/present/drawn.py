"""Charts of any variable of countries: bars, the largest first, and a map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from countervail import schema
from countervail.errors import InputError
from countervail.present.charts.chart import Chart
from countervail.present.charts.pairs import BarList, SignedBar, pairs
from countervail.present.charts.tokens import NARROW, WIDE
from countervail.present.charts.worldmap import OnMap, shapes, steps, worldmap
from countervail.present.digits import of
from countervail.present.page.cells import true_minus
from countervail.present.parts import Column, DocumentTable
from countervail.quantiles import Range

MOST_BARS = 12


def bars(
    variable: str, rows: Sequence[tuple[str, str, Range]], title: str = "", most: int = MOST_BARS
) -> Chart:
    """Return a variable as bars, the largest first; the table has all rows.

    Args:
        variable: of the table of variables.
        rows: label, name, and value with its range, NaN where it has none.
        title: default what the variable is.
        most: bars.

    Raises:
        InputError: no bar is asked for.
    """
    if most < 1:
        raise InputError(f"most={most}: one bar at least")
    ranked = sorted(rows, key=lambda row: -abs(row[2].value))
    drawn = [BarList("", tuple(_bar(variable, *row) for row in ranked[:most]))]
    wide, narrow = (pairs(drawn, wide, variable) for wide in (WIDE, NARROW))
    about, left = schema.variables()[variable], len(rows) - len(ranked[:most])
    sub = f"{about.meaning}; {about.unit}" + (f"; {left} more in the table" if left > 0 else "")
    return Chart("bar", title or about.heading, sub, wide, narrow, _table(variable, ranked))


def on_map(variable: str, rows: Sequence[tuple[str, str, Range]]) -> Chart:
    """Return a variable of countries on the map, gains in one hue and losses in the other.

    Args:
        variable: of the table of variables.
        rows: code, name, and value with its range.
    """
    there = shapes()["countries"]
    shown = [
        OnMap(code, found.value, f"{name}: {_written(variable, found)[0]}")
        for code, name, found in rows
        if code in there and np.isfinite(found.value)
    ]
    at = steps([row.value for row in shown])
    wide, narrow = worldmap(shown, at, variable, "no economy of this world", key=f"map-{variable}")
    about, source = schema.variables()[variable], shapes()["source"]
    sub = f"{about.meaning}; {about.unit}"
    return Chart(
        "map", about.heading, sub, wide, narrow, _table(variable, rows), f"Shapes: {source}."
    )


def _bar(variable: str, label: str, name: str, found: Range) -> SignedBar:
    said, ranged = _written(variable, found)
    if not ranged:
        return SignedBar(label, name, found.value, said)
    return SignedBar(label, name, found.value, said, found.p05, found.p95, ranged)


def _written(variable: str, found: Range) -> tuple[str, str]:
    """Return a value and its range, in the digits that the range supports."""
    digits = of(variable)
    if not np.isfinite(found.p05):
        return true_minus(digits.write(found.value)), ""
    digits = digits.beside(found.p05, found.p95)
    low, high = (true_minus(digits.write(end)) for end in (found.p05, found.p95))
    return true_minus(digits.write(found.value)), f"{low} to {high}"


def _table(variable: str, rows: Sequence[tuple[str, str, Range]]) -> DocumentTable:
    about = schema.variables()[variable]
    columns = (
        Column("label", ""),
        Column("name", ""),
        Column(variable, f"{about.heading}, {about.unit}", of(variable), ranged=True),
    )
    found = [{"label": label, "name": name, variable: one.value} for label, name, one in rows]
    drawn = any(np.isfinite(one.p05) for _, _, one in rows)
    return DocumentTable(columns, found, [{variable: one} for _, _, one in rows] if drawn else ())
