"""An answer as a document: declared once, read on the terminal, in a page, a file or a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import RenderableType

from countervail.present.parts import DocumentTable, Part
from countervail.present.render.markdown import markdown
from countervail.present.render.page import page
from countervail.present.render.screen import screen
from countervail.present.render.sheet import sheet
from countervail.provenance import to_json


@dataclass(frozen=True, eq=False)
class Document:
    """An answer, ready to be reported.

    Attributes:
        parts: what is read, in the order a reader asks.
        data: the JSON object; its keys are stable: added to, never renamed.
        tables: what is also a CSV file, by the name of the file.
    """

    parts: Sequence[Part]
    data: Mapping[str, Any]
    tables: Mapping[str, DocumentTable] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the whole answer, JSON-able."""
        return dict(self.data)

    def json(self) -> str:
        """Return the whole answer as one JSON object."""
        return to_json(self.data)

    def csv(self) -> dict[str, str]:
        """Return the texts of its CSV files, by name."""
        return {name: sheet(table) for name, table in self.tables.items()}

    def markdown(self) -> str:
        """Return what is read as Markdown."""
        return markdown(self.parts)

    def html(self) -> str:
        """Return what is read as a fragment of HTML; text in it is never markup."""
        return page(self.parts)

    def __rich__(self) -> RenderableType:
        return screen(self.parts)

    def _repr_html_(self) -> str:
        return self.html()


def plain(rows: Sequence[Mapping[str, Any]]) -> DocumentTable:
    """Return rows as a table that is a file only."""
    return DocumentTable((), rows)
