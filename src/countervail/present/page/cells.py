"""Tables of an answer as a page has them: a range in the cell of its figure, raw values beside."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from countervail.present.parts import Column, DocumentTable, quantile
from countervail.present.sentences.language import Language
from countervail.quantiles import Range
from countervail.text.characters import printable

WORD = re.compile(r"[a-z]{3}")
NUMBER = re.compile(r"(?<![\w.])-(?=[\d.])")


@dataclass(frozen=True)
class PageCell:
    """A cell.

    Attributes:
        text: as it is read.
        spread: its range as it is read; empty where it has none.
        raw: value and the ends of its range, for sorting and CSV; empty where there is none.
    """

    text: str
    spread: str = ""
    raw: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageTable:
    """A table.

    Attributes:
        key: its name on the page.
        caption: what it holds.
        head: headings, with whether a column is of numbers.
        rows: cells.
    """

    key: str
    caption: str
    head: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[PageCell, ...], ...]


def page_table(key: str, table: DocumentTable, language: Language, caption: str = "") -> PageTable:
    """Return a table as a page has it; its rows are those that are read.

    Args:
        key: its name on the page.
        table: of the answer.
        language: whose signs its numbers have.
        caption: said in the place of the table's own.
    """
    shown = range(len(table.rows)) if table.shown is None else table.shown
    made = tuple(
        tuple(_cell(column, table, k, language) for column in table.columns) for k in shown
    )
    head = tuple((language.told(column.heading), column.numeric) for column in table.columns)
    return PageTable(key, language.told(true_minus(caption or table.caption)), head, made)


def _cell(column: Column, table: DocumentTable, k: int, language: Language) -> PageCell:
    row, known = table.rows[k], table.ranges[k] if table.ranges else None
    text = _written(column, column.cell(row, known), language)
    value = row.get(column.key)
    drawn = known.get(column.key) if known is not None else None
    if not isinstance(drawn, Range) or not column.ranged or not math.isfinite(drawn.p05):
        return PageCell(text, "", _raw(value))
    ends = [_written(column, _end(column, table, k, name), language) for name in ("p05", "p95")]
    told = all(ends) and not ends[0] == ends[1] == text
    spread = language.part("page.to", low=ends[0], high=ends[1]) if told else ""
    return PageCell(text, spread, (*_raw(value), *_raw(drawn.p05), *_raw(drawn.p95)))


def _end(column: Column, table: DocumentTable, k: int, name: str) -> str:
    """Return an end of a range as the column writes it."""
    at = {
        "point": table.rows[k],
        "ranges": table.ranges[k],
        **quantile(table.ranges[k], name),
    }
    return column.below(at).removeprefix("→ ")


def _written(column: Column, cell: str, language: Language) -> str:
    """Return a cell with a true minus, and numbers as the language has them."""
    if column.digits is not None and cell[:1] in "+-0123456789" and not WORD.search(cell):
        return printable(language.digits(cell))
    return language.told(true_minus(cell))


def true_minus(text: str) -> str:
    """Return text with a true minus before its numbers; codes and dates keep their hyphens."""
    return NUMBER.sub("−", printable(text))


def _raw(value: Any) -> tuple[str, ...]:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return ()
    return (f"{value:.5g}",)
