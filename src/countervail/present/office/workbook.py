"""An answer as a workbook: what holds for all of it, a tidy sheet a table, what each column is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from countervail.present.document import Document
from countervail.present.office.facts import facts
from countervail.present.office.sheets import Cell, TidyTable, tidy
from countervail.present.office.units import meaning_of, unit_of
from countervail.present.parts import QUANTILES
from countervail.text.characters import printable

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_NAME = 31
"""Characters of a sheet's name."""

MOST_TEXT = 32_767
"""Characters of a cell."""

WIDEST = 44

QUANTILE_WORDS = {"p05": "5 per cent", "p50": "median", "p95": "95 per cent"}
"""What a quantile of the draws is called."""


def workbook(document: Document) -> bytes:
    """Return an answer as the bytes of an ``.xlsx`` file.

    Text is written as text: no cell is a formula or a link, whatever it begins with. Numbers are
    whole, as in JSON; what has no number is an empty cell.

    Args:
        document: the answer.

    Raises:
        InputError: it has no table.
    """
    import xlsxwriter

    tables = tidy(document)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        about = book.add_worksheet("about")
        about.set_column(0, 0, 16)
        about.set_column(1, 1, 100, wrapped)
        _write(about, [["what", "it is"], *map(list, facts(document))], head)
        for table in tables:
            _sheet(book, table, head)
        columns = book.add_worksheet("columns")
        columns.set_column(0, 3, 24)
        rows: list[list[Cell]] = [["sheet", "column", "unit", "meaning"]]
        rows += [
            [table.name, key, unit_of(_figure(key)), _meaning(key, table.name)]
            for table in tables
            for key in table.columns
        ]
        _write(columns, rows, head)
    return file.getvalue()


OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""What a cell of text never becomes."""


def _sheet(book: Workbook, table: TidyTable, head: Any) -> None:
    """Add a table as a sheet: a heading is a key with its unit."""
    sheet = book.add_worksheet(table.name[:MOST_NAME])
    headings: list[Cell] = [_heading(key) for key in table.columns]
    _write(
        sheet, [headings, *([row.get(key) for key in table.columns] for row in table.rows)], head
    )
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    for k, key in enumerate(table.columns):
        longest = max((len(str(row.get(key) or "")) for row in table.rows), default=0)
        sheet.set_column(k, k, min(max(longest if _is_text(table, key) else 12, 10), WIDEST))


def _is_text(table: TidyTable, key: str) -> bool:
    return any(isinstance(row.get(key), str) for row in table.rows)


def _write(sheet: Worksheet, rows: Sequence[Sequence[Cell]], head: Any) -> None:
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            style = (head,) if r == 0 else ()
            if value is None:
                continue
            if isinstance(value, bool):
                sheet.write_boolean(r, c, value, *style)
            elif isinstance(value, str):
                sheet.write_string(r, c, printable(value)[:MOST_TEXT], *style)
            else:
                sheet.write_number(r, c, value, *style)


def _figure(key: str) -> str:
    """Return the key of the figure that a column is of, or is a quantile of."""
    end = key.rpartition("_")[2]
    return key.removesuffix(f"_{end}") if end in QUANTILES.values() else key


def _heading(key: str) -> str:
    unit = unit_of(_figure(key))
    return f"{key} [{unit}]" if unit else key


def _meaning(key: str, table: str) -> str:
    figure = _figure(key)
    said = meaning_of(figure, table)
    if figure == key:
        return said
    at = QUANTILE_WORDS[key.rpartition("_")[2]]
    return f"{at} of the draws of {figure}" + (f": {said}" if said else "")
