"""A chart as a value: its finding, what it shows, the picture at two widths, the rows behind it."""

from __future__ import annotations

from dataclasses import dataclass

from countervail.present.charts.canvas import Drawing
from countervail.present.parts import DocumentTable
from countervail.present.render.sheet import sheet


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart.

    Attributes:
        key: its name, in addresses and names of files.
        title: what is found.
        subtitle: what is shown, in which unit, and how it is read.
        wide, narrow: the picture in a page's column, and on a phone.
        table: the rows behind it, with the same columns as in the answer.
        note: said below it.
    """

    key: str
    title: str
    subtitle: str
    wide: Drawing
    narrow: Drawing
    table: DocumentTable
    note: str = ""

    def __repr__(self) -> str:
        return f"<Chart {self.key!r}: {self.title}>"

    def _repr_svg_(self) -> str:
        return self.svg()

    def csv(self) -> str:
        """Return the rows behind it as CSV."""
        return sheet(self.table)

    def svg(self) -> str:
        """Return the wide picture as a file of its own."""
        return self.wide.alone()
