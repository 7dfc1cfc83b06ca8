"""What a document is made of: words, lists of sentences, tables of typed columns, curves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from countervail.ledger.notes import Note, sentence
from countervail.present.digits import Digits
from countervail.quantiles import Range

Row = Mapping[str, Any]
Show = Callable[[Any], str]

MOST_CELLS = 6
"""Cells of one note that are named."""

QUANTILES = {"5 %": "p05", "median": "p50", "95 %": "p95"}
"""What stands beside a figure of the point answer, with the quantile of the draws it is."""


@dataclass(frozen=True)
class Words:
    """A paragraph.

    Attributes:
        text: as it stands: text of files is never markup.
        style: ``strong``, ``quiet`` or ``asked`` (somebody's own words); none is plain.
        lead: first words, which say that what follows is certified.
        apart: whether a line is left free above it.
    """

    text: str
    style: str = ""
    lead: str = ""
    apart: bool = False


@dataclass(frozen=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """Things said one by one: sentences, and notes whose sentence is made here.

    Attributes:
        items: sentences and notes.
        pairs: exporters and importers whose cells a note names first.
    """

    items: Sequence[str | Note]
    pairs: Collection[tuple[str, str]] = ()

    @property
    def sentences(self) -> list[str]:
        """What is said; of a note with many cells, with a few of them."""
        return [
            item
            if isinstance(item, str)
            else sentence(item, MOST_CELLS, lambda cell: cell.pair in self.pairs)
            for item in self.items
        ]


@dataclass(frozen=True)
class Curve:
    """Points joined by lines.

    Attributes:
        xs, ys: the points.
        x, y: what they are, with their units.
    """

    xs: Sequence[float]
    ys: Sequence[float]
    x: str
    y: str


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        key: of its value in a row.
        heading: above it.
        digits: how its numbers are written; None where it holds words.
        show: makes the cell of a whole row where it is more than its value.
        drawn: likewise of a row of quantiles, whose point and ranges are under ``point`` and
            ``ranges``.
        ranged: whether rows of quantiles have a cell here.
        fixed: whether words in it stand on one line.
        width: least and most characters, for tables whose columns align.
        right: whether it stands to the right; default where there are digits.
    """

    key: str
    heading: str = ""
    digits: Digits | None = None
    show: Show | None = None
    drawn: Show | None = None
    ranged: bool = False
    fixed: bool = False
    width: tuple[int | None, int | None] = (None, None)
    right: bool | None = None

    @property
    def numeric(self) -> bool:
        """Whether it stands to the right."""
        return self.digits is not None if self.right is None else self.right

    def cell(self, row: Row, ranges: Mapping[str, Any] | None = None) -> str:
        """Return what is read in a row, in the digits that its range supports."""
        return self.show(row) if self.show is not None else self._written(row, ranges)

    def below(self, quantiles: Row) -> str:
        """Return what is read in a row of quantiles."""
        if self.drawn is not None:
            return self.drawn(quantiles)
        return self._written(quantiles, quantiles["ranges"]) if self.ranged else ""

    def _written(self, row: Row, ranges: Mapping[str, Any] | None) -> str:
        value, digits = row.get(self.key), self.digits
        if digits is None or isinstance(value, str):
            return "" if value is None else str(value)
        if ranges is not None and self.ranged and self.show is None:
            known = ranges[self.key]
            digits = digits.beside(known.p05, known.p95)
        return digits.write(value)


@dataclass(frozen=True)
class DocumentTable:
    """Rows of values under typed columns; the same rows are the JSON list and the CSV file.

    Attributes:
        columns: what is read.
        rows: every row, its values raw, by key.
        ranges: parallel to ``rows``, the range of each number that has one, by key.
        shown: which rows are read, in which order; None is all.
        caption: said below.
        label: key of the column that names rows of quantiles; default the first.
        indent: columns it stands to the right.
        close: whether what follows stands on the next line, where it is indented.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    ranges: Sequence[Mapping[str, Any]] = ()
    shown: Sequence[int] | None = None
    caption: str = ""
    label: str = ""
    indent: int = 0
    close: bool = False

    def cells(self) -> list[tuple[bool, list[str]]]:
        """Return the rows as they are read: whether one is of the draws, and its cells."""
        found = []
        for k in range(len(self.rows)) if self.shown is None else self.shown:
            row, known = self.rows[k], self.ranges[k] if self.ranges else None
            found.append((False, [column.cell(row, known) for column in self.columns]))
            if self.ranges:
                found += [(True, cells) for cells in self._below(k)]
        return found

    def _below(self, k: int) -> list[list[str]]:
        """Return the rows of quantiles of a row, each with its name."""
        label = self.label or self.columns[0].key
        made = []
        for words, name in QUANTILES.items():
            at = {
                "point": self.rows[k],
                "ranges": self.ranges[k],
                **quantile(self.ranges[k], name),
            }
            made.append([f"  {words}" if c.key == label else c.below(at) for c in self.columns])
        return made


def quantile(ranges: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a row's numbers at a quantile, such as ``p95``; lists of moves likewise."""
    return {
        key: getattr(one, name)
        if isinstance(one, Range)
        else [{**move, "change_usd": getattr(move["change_usd"], name)} for move in one]
        for key, one in ranges.items()
    }


Part = Words | Heading | Bullets | DocumentTable | Curve


def listed(words: str, items: Sequence[str | Note]) -> list[Part]:
    """Return things said under a heading; nothing where there are none."""
    return [Heading(words), Bullets(items)] if items else []


def section(words: str, *parts: Part) -> list[Part]:
    """Return parts under a heading; nothing where there are none."""
    return [Heading(words), *parts] if parts else []
