"""Events between countries, as a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from countervail.ledger.relations import RelationEvent
from countervail.present.document import Document
from countervail.present.parts import Column, DocumentTable, Part, Words
from countervail.present.pieces import counted

COLUMNS = (
    Column("date", "date", fixed=True),
    Column("kind", "what", show=lambda row: row["kind"].replace("_", " "), fixed=True),
    Column("parties", "between", show=lambda row: " ".join(row["parties"])),
    Column("description", "event"),
    Column("publisher", "source"),
)


def document(found: Sequence[RelationEvent]) -> Document:
    """Return events, a row each, by date."""
    rows = [asdict(one) for one in found]
    table = DocumentTable(COLUMNS, rows)
    head = f"{counted(len(found), 'event')} of the record" if found else "No event of the record"
    said = "Of public reports, last looked at in November 2026; addresses: --json."
    own = sum(1 for one in found if one.file)
    if own:
        said += f" {counted(own, 'event')} of your own: the file is in --json."
    parts: list[Part] = [
        Words(head, style="strong"),
        *([table] if rows else []),
        Words(said, style="quiet"),
    ]
    return Document(parts, {"events": rows}, {"events": table})
