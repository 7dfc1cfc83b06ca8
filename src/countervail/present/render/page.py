"""A document as a fragment of HTML: text of files is text, never markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from countervail.present.parts import Bullets, DocumentTable, Heading, Part, Words
from countervail.text.characters import printable

STYLES = {"strong": "<strong>{}</strong>", "quiet": "<small>{}</small>", "asked": "<em>{}</em>"}
DRAWN = ' class="draws"'
RIGHT = ' style="text-align: right"'


def page(parts: Sequence[Part]) -> str:
    """Return parts as a fragment of HTML, to stand in a page or a notebook."""
    inside = "\n".join(block for part in parts for block in _blocks(part))
    return f'<section class="countervail">\n{inside}\n</section>\n'


def _blocks(part: Part) -> Iterator[str]:
    if isinstance(part, Heading):
        yield f"<h3>{_text(part.text)}</h3>"
    elif isinstance(part, Words):
        lead = f"<strong>{_text(part.lead)}</strong>" if part.lead else ""
        said = lead + STYLES.get(part.style, "{}").format(_text(part.text.strip("\n")))
        yield f"<p>{said}</p>"
    elif isinstance(part, Bullets):
        said = "".join(f"<li>{_text(sentence)}</li>" for sentence in part.sentences)
        yield f"<ul>{said}</ul>"
    elif isinstance(part, DocumentTable):
        yield _table(part)


def _table(table: DocumentTable) -> str:
    right = [RIGHT if column.numeric else "" for column in table.columns]
    head = "".join(
        f'<th scope="col"{side}>{_text(column.heading)}</th>'
        for column, side in zip(table.columns, right, strict=True)
    )
    body = "\n".join(_row(cells, right, DRAWN if drawn else "") for drawn, cells in table.cells())
    caption = f"<caption>{_text(table.caption)}</caption>\n" if table.caption else ""
    return f"<table>\n{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _row(cells: Sequence[str], right: Sequence[str], kind: str) -> str:
    inside = (f"<td{side}>{_text(cell)}</td>" for cell, side in zip(cells, right, strict=True))
    return f"<tr{kind}>{''.join(inside)}</tr>"


def _text(text: str) -> str:
    return escape(printable(text)).replace("\n", "<br>")
