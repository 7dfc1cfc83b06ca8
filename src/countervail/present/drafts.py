"""Drafts as files, and what became of them, as documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from countervail.ledger.drafted import DraftFile, Overlap
from countervail.present.document import Document, plain
from countervail.present.parts import Part, Words, listed
from countervail.present.pieces import counted
from countervail.reading.to_ledger import Undrafted


def with_files(read: Document, written: Sequence[Path], left: Sequence[Undrafted]) -> Document:
    """Return what was read, with the files of its drafts and what the ledger has no form for.

    Args:
        read: the document of the text.
        written: files.
        left: measures that have none.
    """
    parts: list[Part] = list(read.parts)
    if written:
        parts.append(Words(f"{counted(len(written), 'draft')} written:", apart=True))
        parts += [Words(f"  {path}") for path in written]
        parts.append(Words(f"Next: countervail ledger accept {written[0].parent}", style="quiet"))
    parts += listed("Without a file", [f'"{one.quote}": {one.why}' for one in left])
    files = {
        "files": [str(path) for path in written],
        "without_file": [one._asdict() for one in left],
    }
    return replace(read, parts=parts, data={**read.data, **files})


def card(one: DraftFile, beside: Sequence[Overlap], number: int, of: int) -> list[Part]:
    """Return a draft as it is shown before it is accepted.

    Args:
        one: the draft.
        beside: measures of the ledger on the same goods.
        number, of: its place among those shown.
    """
    measure, notes = one.measure, one.notes
    goods = ", ".join(f"{p.name} ({' '.join(p.hs) or 'no heading'})" for p in measure.products)
    parts: list[Part] = [
        Words(f"Draft {number} of {of}: {measure.title}", style="strong", apart=True),
        Words(f"  {measure.implementer} on {' '.join(measure.targets)}: {measure.instrument}"),
        Words(f"  goods: {goods}"),
        *(Words(f"  {_entry(entry)}") for entry in measure.rates),
        *(
            Words(f'  "{quote.text}" (characters {quote.start} to {quote.end})', style="asked")
            for quote in notes.quotes
        ),
        Words(f"  the text says: {notes.law.replace('_', ' ')}; confidence {notes.confidence:.2f}"),
    ]
    for name, words in (
        ("check", notes.needs_check),
        ("inferred", notes.inferred),
        ("missing", notes.missing),
    ):
        if words:
            parts.append(Words(f"  {name}: {'; '.join(words)}", style="quiet"))
    parts += [Words(f"  {found}", style="strong") for found in beside]
    return parts


def _entry(entry: Any) -> str:
    if entry.ended:
        size = "ends"
    elif entry.basis == "ban":
        size = "ban"
    elif entry.rate is not None:
        size = f"{entry.rate:g} % ({entry.basis})"
    else:
        size = "no rate known"
    when: date | None = entry.in_force
    begins = f"in force {when}" if when else "first day not known"
    return f"{size}, announced {entry.announced}, {begins}"


def accepted(landed: Sequence[Path], left: Sequence[tuple[DraftFile, str]], into: Path) -> Document:
    """Return what became of drafts.

    Args:
        landed: files in the folder of measures.
        left: drafts that are not in it, with the reason.
        into: the folder.
    """
    head = f"{counted(len(landed), 'draft')} accepted into {into}" if landed else "None accepted"
    parts: list[Part] = [Words(head, style="strong"), *(Words(f"  {path}") for path in landed)]
    parts += listed("Left", [f"{one.measure.id}: {why}" for one, why in left])
    if landed:
        said = f"Use them: countervail run QUESTION --ledger {into}"
        parts.append(Words(said, style="quiet"))
    rows = [{"id": one.measure.id, "why": why} for one, why in left]
    data = {"accepted": [str(path) for path in landed], "left": rows, "into": str(into)}
    return Document(parts, data, {"left": plain(rows)})
