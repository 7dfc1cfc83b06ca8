"""The table of goods as a document: what each is made of, and published figures beside carved."""

from __future__ import annotations

from countervail.present.document import Document, plain
from countervail.present.ledgers import listing
from countervail.present.parts import Words
from countervail.world.goods_card import MADE_OF, PUBLISHED, Row, card_section

SHOWN = ("HS", "sector", "basis", "year", "abroad", "known", "fitted", "estimated", "range")
"""Columns of the card that are shown; JSON has all of them."""


def goods_table() -> Document:
    """Return every good with its basis and its part of trade by basis, and the checks."""
    said, goods = card_section(MADE_OF)
    checked, checks = card_section(PUBLISHED)
    parts = [
        Words(said.replace("`", "")),
        listing([{"id": row["good"], **{key: row[key] for key in SHOWN}} for row in goods]),
        Words(_by_basis(goods)),
        Words(checked.replace("`", "")),
        listing(checks),
        Words("the whole card: countervail world goods --card"),
    ]
    return Document(parts, {"goods": goods, "checks": checks}, {"goods": plain(goods)})


def _by_basis(goods: list[Row]) -> str:
    """Return which part of the goods' trade abroad stands on which basis, in words."""
    size = [float(row["abroad"]) for row in goods]
    total = sum(size)
    parts = []
    for kind in ("known", "fitted", "estimated"):
        part = sum(s * float(row[kind]) for s, row in zip(size, goods, strict=True)) / total
        parts.append(f"{part:.0f} % {kind}")
    return f"Of all their trade abroad, USD {total:,.0f} bn: {', '.join(parts)}."
