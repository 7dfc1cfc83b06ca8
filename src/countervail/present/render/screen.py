"""A document on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from countervail.present.parts import Bullets, Curve, DocumentTable, Heading, Part, Words

STYLES = {"strong": "bold", "quiet": "dim", "asked": "italic", "": ""}
WIDTH, HEIGHT = 64, 11
"""Of a curve, in characters."""

SCREEN, BETWEEN, LEAST = 80, 2, 12
"""Characters of a screen, between two columns, and of names that make room for numbers."""


def screen(parts: Sequence[Part]) -> Group:
    """Return parts as what rich prints."""
    return Group(*(drawn for part in parts for drawn in _drawn(part)))


def _drawn(part: Part) -> Iterator[RenderableType]:
    if isinstance(part, Heading):
        yield Text(f"\n{part.text}", style="bold")
    elif isinstance(part, Words):
        if part.apart:
            yield Text()
        said = Text(part.lead, style="bold green")
        yield said.append(part.text, style=STYLES[part.style])
    elif isinstance(part, Bullets):
        yield from (Text(f"- {sentence}") for sentence in part.sentences)
    elif isinstance(part, DocumentTable):
        made = grid(part)
        below = 0 if part.close else 1
        yield Padding(made, (0, 0, below, part.indent)) if part.indent else made
    else:
        yield _Drawn(part)


def grid(table: DocumentTable) -> Grid:
    """Return a table as rich's, numbers to the right, quantiles dim."""
    made = Grid(box=None, pad_edge=False, header_style="bold dim", caption_justify="left")
    too_wide = _too_wide(table)
    for column in table.columns:
        low, high = column.width
        if low is not None and not column.fixed:
            low = min(low, max(low - too_wide, LEAST))
        made.add_column(
            Text(column.heading),
            justify="right" if column.numeric else "left",
            no_wrap=column.fixed,
            min_width=low,
            max_width=high,
        )
    for drawn, cells in table.cells():
        made.add_row(*map(Text, cells), style="dim" if drawn else None)
    made.caption = Text(table.caption, style="table.caption") if table.caption else None
    return made


def _too_wide(table: DocumentTable) -> int:
    """Return by how much the least widths are wider than a screen, names and all numbers whole.

    Words wrap; a number that does not fit would be cut. So names have less than their least width
    where another language's numbers need it.
    """
    cells = [row for _, row in table.cells()]
    wide = table.indent + BETWEEN * (len(table.columns) - 1)
    for k, column in enumerate(table.columns):
        low = column.width[0]
        if column.fixed:
            wide += max(len(text) for text in (column.heading, *(row[k] for row in cells)))
        elif low is not None:
            wide += low
    return max(wide - SCREEN, 0)


class _Drawn:
    """A curve, drawn by uniplot in the width there is."""

    def __init__(self, curve: Curve) -> None:
        self.curve = curve

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from uniplot import plot_to_string

        curve = self.curve
        drawn = plot_to_string(
            xs=list(curve.xs),
            ys=list(curve.ys),
            lines=True,
            width=min(WIDTH, options.max_width - 14),
            height=HEIGHT,
        )
        yield Text(f"{curve.y} (upward) against {curve.x}", style="dim")
        for line in drawn.splitlines():
            yield Text(line.rstrip(), no_wrap=True)
