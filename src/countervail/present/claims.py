"""Claims of a text beside what the world's table says, as a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from countervail.present.document import Document
from countervail.present.parts import Column, DocumentTable, Part, Words
from countervail.present.pieces import counted
from countervail.studies.claims import CONFIRMED, NOT_CHECKED, REFUTED, CheckedClaim
from countervail.world import World

COLUMNS = (
    Column("verdict", "verdict", fixed=True),
    Column("quote", "claim"),
    Column("said", "the table says"),
)


def document(text: str, checked: Sequence[CheckedClaim], world: World) -> Document:
    """Return claims beside what the table says, the refuted first.

    Args:
        text: that was read.
        checked: its claims.
        world: whose table was asked.
    """
    rows = [
        {
            "verdict": one.verdict,
            "quote": " ".join(text[one.claim["start"] : one.claim["end"]].split()),
            "said": one.said,
            "start": one.claim["start"],
            "end": one.claim["end"],
        }
        for one in checked
    ]
    order = (REFUTED, CONFIRMED, NOT_CHECKED)
    found = Counter(one.verdict for one in checked)
    each = ", ".join(f"{found[word]} {word}" for word in order if found[word])
    head = f"{counted(len(checked), 'claim')}: {each}" if checked else "No claim on trade was found"
    table = DocumentTable(COLUMNS, sorted(rows, key=lambda row: order.index(row["verdict"])))
    said = (
        f"Table: {world.name}, {world.year}, goods and services at producer prices; no range: the "
        "table is one. A story may speak of another year, or of goods alone."
    )
    parts: list[Part] = [Words(head, style="strong")]
    parts += [table] if rows else []
    parts.append(Words(said, style="quiet"))
    claims = [
        {**one.claim, "verdict": one.verdict, "said": one.said, "numbers": dict(one.numbers)}
        for one in checked
    ]
    for one, row in zip(claims, rows, strict=True):
        one["quote"] = text[row["start"] : row["end"]]
    data = {"claims": claims, "world": {"name": world.name, "year": world.year, "hash": world.hash}}
    return Document(parts, data, {"claims": table})
