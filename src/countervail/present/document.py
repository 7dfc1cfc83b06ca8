"""An answer as a document: declared once, read on the terminal, in a page, a file or a program."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import RenderableType

from countervail.errors import InputError, did_you_mean
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
        first: what is read first, on one screen; nothing where an answer is read as a whole.
        sections: parts of what is read, by the word that shows each.
        beside: what was asked for besides, and is read below the first screen or the sections.
    """

    parts: Sequence[Part]
    data: Mapping[str, Any]
    tables: Mapping[str, DocumentTable] = field(default_factory=dict)
    first: Sequence[Part] = ()
    sections: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    beside: Sequence[Part] = ()

    def read(self, shown: Collection[str] = (), *, everything: bool = False) -> Sequence[Part]:
        """Return what is read: the first screen, some sections below its headline, or everything.

        Args:
            shown: the words of sections; none is the first screen.
            everything: all there is to read.

        Raises:
            InputError: no such section.
        """
        if everything or not self.first:
            return self.parts
        if not shown:
            return [*self.first, *self.beside]
        for word in shown:
            if word not in self.sections:
                known = ", ".join(self.sections)
                raise InputError(
                    f"--show {word}: there is {known}{did_you_mean(word, self.sections)}"
                )
        sections = [part for word in shown for part in self.sections[word]]
        return [self.first[0], *sections, *self.beside]

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
