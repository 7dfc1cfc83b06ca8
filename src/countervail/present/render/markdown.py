"""A document as Markdown: text of files is text, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from countervail.present.parts import Bullets, DocumentTable, Heading, Part, Words
from countervail.text.characters import printable

MARKUP = re.compile(r"([\\`*_{}\[\]<>|~$&])")
"""Characters that mean something to some Markdown wherever they stand."""

BEGINS = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]\s))", re.MULTILINE)
"""What means something at the beginning of a line."""

STYLES = {"strong": "**{}**", "quiet": "{}", "asked": "*{}*", "": "{}"}


def markdown(parts: Sequence[Part]) -> str:
    """Return parts as Markdown (CommonMark, with the tables of GitHub)."""
    return "\n\n".join(block for part in parts for block in _blocks(part)) + "\n"


def _blocks(part: Part) -> Iterator[str]:
    if isinstance(part, Heading):
        yield f"## {_inline(part.text)}"
    elif isinstance(part, Words):
        if part.lead:
            yield f"**{_inline(part.lead)}**{_text(part.text)}"
        elif part.text.strip():
            yield STYLES[part.style].format(_text(part.text.strip()))
    elif isinstance(part, Bullets):
        yield "\n".join(f"- {_inline(sentence)}" for sentence in part.sentences)
    elif isinstance(part, DocumentTable):
        yield _table(part)
        if part.caption:
            yield _text(part.caption)


def _table(table: DocumentTable) -> str:
    head = [_cell(column.heading) for column in table.columns]
    rule = ["---:" if column.numeric else "---" for column in table.columns]
    cells = [[_cell(cell) for cell in row] for _, row in table.cells()]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *cells))


def _cell(text: str) -> str:
    """Return text on one line, inside of it."""
    return MARKUP.sub(r"\\\1", printable(" ".join(text.split())))


def _inline(text: str) -> str:
    """Return text on one line of its own."""
    return BEGINS.sub(r"\1\\\2", _cell(text))


def _text(text: str) -> str:
    escaped = MARKUP.sub(r"\\\1", printable(text))
    return BEGINS.sub(r"\1\\\2", escaped)
