"""The tables of an answer as tidy ones: a row an observation, a column a number with its unit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from countervail import labels
from countervail.errors import InputError
from countervail.horizons import LONG
from countervail.present.document import Document
from countervail.present.office.facts import after, certificate, horizon, law_dates
from countervail.present.office.units import unit_of
from countervail.present.parts import QUANTILES, DocumentTable
from countervail.present.pieces import country_name, sector_name
from countervail.present.render.sheet import beside, csv_text, in_one_cell
from countervail.quantiles import Range

Cell = str | float | int | bool | None
Row = Mapping[str, Any]

COUNTRIES = ("country", "exporter", "importer", "implementer", "partner")
"""Keys of rows whose values are codes of countries."""

NAMELESS = ("sector", "good")
"""Likewise of sectors and goods."""


@dataclass(frozen=True)
class TidyTable:
    """A table.

    Attributes:
        name: its own.
        columns: keys, in order.
        rows: cells by column; what has no number is None.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Cell], ...]


def tidy(document: Document) -> list[TidyTable]:
    """Return the tables of an answer that have rows: its files, or what is read where it has none.

    Raises:
        InputError: the answer has no table.
    """
    named: Mapping[str, DocumentTable] = document.tables or dict(_read(document))
    found = [_tidy(name, table) for name, table in named.items() if table.rows]
    if not found:
        raise InputError("this answer has no table: --json has all of it")
    return found


def long_csv(document: Document) -> str:
    """Return every number of an answer as a row of one CSV file, with unit, range and horizon.

    Columns: table, row (its labels), figure, value, p05, p50, p95 (empty where nothing was drawn),
    unit, horizon, law, model, certificate.

    Raises:
        InputError: the answer has no table.
    """
    data = document.data
    model = data.get("model")
    about = {
        "horizon": horizon(data),
        "law": law_dates(data),
        "model": model.get("name", "") if isinstance(model, Mapping) else "",
        "certificate": certificate(data),
    }
    return csv_text(
        {**row, **about, **own} for table in tidy(document) for row, own in _long(table)
    )


def _read(document: Document) -> Iterator[tuple[str, DocumentTable]]:
    """Yield the tables among what is read, numbered."""
    tables = [part for part in document.parts if isinstance(part, DocumentTable)]
    for k, table in enumerate(tables):
        yield f"table {k + 1}", table


def _tidy(name: str, table: DocumentTable) -> TidyTable:
    ranges: Sequence[Mapping[str, Any]] = table.ranges or [{}] * len(table.rows)
    rows = [
        dict(_cells({**row, **beside(known)}))
        for row, known in zip(table.rows, ranges, strict=True)
    ]
    columns = tuple(dict.fromkeys(key for row in rows for key in row))
    return TidyTable(name, columns, tuple(rows))


def _cells(row: Row) -> Iterator[tuple[str, Cell]]:
    """Yield the cells of a row; beside a code the name that it stands for."""
    for key, value in row.items():
        yield key, _cell(value)
        if key in COUNTRIES and isinstance(value, str):
            yield f"{key}_name", country_name(value)
        if key in NAMELESS and isinstance(value, str) and "name" not in row:
            yield f"{key}_name", sector_name(value) if value in labels.sectors() else value


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Range):
        value = value.value
    if isinstance(value, list | tuple | Mapping):
        return in_one_cell(value)
    return float(value) if math.isfinite(value) else None


def _long(table: TidyTable) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Yield the numbers of a table with labels of their row, and what is said of that row alone."""
    ends = tuple(f"_{at}" for at in QUANTILES.values())
    for row in table.rows:
        own = {key: str(row[key]) for key in ("horizon", "certificate") if key in row}
        if "horizon" in own:
            own["horizon"] = after(_years(own["horizon"]))
        labels = {key: value for key, value in row.items() if key not in own}
        said = [str(v) for v in labels.values() if isinstance(v, str) and v]
        for key, value in labels.items():
            if isinstance(value, bool | str) or value is None or key.endswith(ends):
                continue
            number = {
                "table": table.name,
                "row": "; ".join(said[:MOST_LABELS]),
                "figure": key,
                "value": value,
                **{at: row.get(f"{key}_{at}") for at in QUANTILES.values()},
                "unit": unit_of(key),
            }
            yield number, own


def _years(horizon: str) -> float | None:
    """Return the years of a horizon as an answer has it; none are the long run."""
    return None if horizon == LONG else float(horizon)


MOST_LABELS = 6
"""Words of a row that say which it is, in the long table."""
