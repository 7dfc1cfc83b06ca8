"""A curve in the terminal, drawn by uniplot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

WIDTH, HEIGHT = 64, 11


@dataclass(frozen=True)
class Curve:
    """Points joined by lines, on axes that are named above them.

    Attributes:
        xs, ys: the points.
        x, y: what they are, with their units.
    """

    xs: Sequence[float]
    ys: Sequence[float]
    x: str
    y: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        from uniplot import plot_to_string

        drawn = plot_to_string(
            xs=list(self.xs),
            ys=list(self.ys),
            lines=True,
            width=min(WIDTH, options.max_width - 14),
            height=HEIGHT,
        )
        yield Text(f"{self.y} (upward) against {self.x}", style="dim")
        for line in drawn.splitlines():
            yield Text(line.rstrip(), no_wrap=True)
