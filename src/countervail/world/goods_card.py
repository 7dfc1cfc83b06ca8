"""The data card of the table of goods: as it is written, and its tables as rows."""

from __future__ import annotations

from functools import cache
from importlib import resources

MADE_OF = "What each is made of, carved alone"
PUBLISHED = "Published beside carved"

Row = dict[str, str | float]


@cache
def goods_card() -> str:
    """Return the card, as Markdown."""
    return resources.files("countervail").joinpath("data/goods_card.md").read_text("utf-8")


def card_section(title: str) -> tuple[str, list[Row]]:
    """Return a section of the card: what it says above its table, and the table's rows.

    Raises:
        LookupError: the card has no such section.
    """
    sections = {part.partition("\n")[0]: part for part in goods_card().split("\n## ")[1:]}
    lines = sections[title].splitlines()[1:]
    table = [_cells(line) for line in lines if line.startswith("|")]
    said = " ".join(line.strip() for line in lines if line and not line.startswith("|"))
    head, rule, *body = table
    numbers = [word.endswith(":") for word in rule]
    return said, [
        {
            name: _value(cell) if number else cell
            for name, number, cell in zip(head, numbers, cells, strict=True)
        }
        for cells in body
    ]


def _cells(line: str) -> list[str]:
    return [word.strip() for word in line.strip().strip("|").split("|")]


def _value(word: str) -> str | float:
    try:
        return float(word.replace(",", ""))
    except ValueError:
        return word
