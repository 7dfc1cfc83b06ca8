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
    for column in table.columns:
        low, high = column.width
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
