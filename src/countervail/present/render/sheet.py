"""Rows as a CSV file: every number whole, no cell a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from countervail.present.parts import QUANTILES, DocumentTable
from countervail.quantiles import Range
from countervail.text.characters import printable

FORMULA = "=+-@\t\r\n"
"""What a cell begins with that a spreadsheet takes for a formula."""


def sheet(table: DocumentTable) -> str:
    """Return a table as the text of a CSV file: its rows, their ranges in columns beside."""
    if not table.ranges:
        return csv_text(table.rows)
    return csv_text(
        {**row, **beside(ranges)} for row, ranges in zip(table.rows, table.ranges, strict=True)
    )


def beside(ranges: Mapping[str, Any]) -> dict[str, Any]:
    """Return ranges as columns: ``welfare_p05``, ``welfare_p50``, ``welfare_p95``.

    A range that is not of draws alone has its basis beside.
    """
    made: dict[str, Any] = {}
    for key, one in ranges.items():
        if isinstance(one, Range):
            written = one.as_dict()
            made |= {f"{key}_{at}": written[at] for at in QUANTILES.values()}
            if "basis" in written:
                made[f"{key}_basis"] = written["basis"]
    return made


def csv_text(rows: Iterable[Mapping[str, Any]]) -> str:
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
    return harmless(in_one_cell(value) if isinstance(value, list | tuple | Mapping) else value)


def in_one_cell(value: Sequence[Any] | Mapping[str, Any]) -> str:
    """Return several things as words in one cell; of what has names, each beside its name."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    if any(isinstance(one, Mapping) for one in value):
        return "; ".join(map(in_one_cell, value))
    return " ".join(map(str, value))


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
