"""By which route, to whom and in what: a matrix of circles, area in proportion."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from countervail.present.charts.axes import names_width
from countervail.present.charts.canvas import Canvas, Drawing, Mark, sentence, text_box, tone
from countervail.present.charts.tokens import NARROW, SMALL, TINY
from countervail.present.charts.widths import wrapped

MOST_ROWS = 12


class MatrixCell(NamedTuple):
    """A cell: its row and column by place, its value, and that in words; ``title`` says all."""

    row: int
    column: int
    value: float
    said: str
    title: str


def bubbles(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[MatrixCell],
    wide: float,
    lead: str,
    least: float = 0.0,
) -> Drawing:
    """Return a matrix of circles.

    Args:
        rows, columns: their names; at most twelve rows are drawn.
        cells: one a circle.
        wide: pixels.
        lead: what is shown, for the label.
        least: round amount from which on a figure stands in or beside its circle.
    """
    canvas = Canvas(wide)
    rows = rows[:MOST_ROWS]
    cells = [cell for cell in cells if cell.row < len(rows)]
    most = (0.28 if wide <= NARROW else 0.24) * wide
    name_wide = names_width([(name, False) for name in rows], [], most, SMALL)
    across = (wide - name_wide - 10.0) / max(len(columns), 1)
    down = min(max(across * 0.62, 34.0), 52.0)
    largest = max((abs(cell.value) for cell in cells), default=1.0) or 1.0
    head = [wrapped(name, across - 6.0, TINY) for name in columns]
    top = 14.0 * max((len(lines) for lines in head), default=1) + 6.0
    for k, lines in enumerate(head):
        x = name_wide + 10.0 + (k + 0.5) * across
        for n, line in enumerate(lines):
            canvas.text(x, 11.0 + 14.0 * n, line, size=TINY, anchor="middle", style="tm")
    for k, name in enumerate(rows):
        y = top + (k + 0.5) * down
        canvas.line(0.0, top + k * down, wide, top + k * down, "row")
        lines = wrapped(name, name_wide, SMALL)
        for n, line in enumerate(lines):
            base = y + 4.3 + 14.0 * (n - (len(lines) - 1) / 2)
            canvas.text(0.0, base, line, size=SMALL)
    for cell in cells:
        x = name_wide + 10.0 + (cell.column + 0.5) * across
        y = top + (cell.row + 0.5) * down
        r = max(1.5, (min(across, down) / 2 - 2.0) * math.sqrt(abs(cell.value) / largest))
        mark = Mark(f"{cell.row} {cell.column}", cell.title)
        canvas.circle(x, y, r, f"dt {tone(cell.value)}", mark)
        if abs(cell.value) >= least:
            _figure(canvas, cell.said, x, y, r, across)
    said = [cell.title for cell in sorted(cells, key=lambda c: -abs(c.value))]
    return canvas.drawing(top + len(rows) * down + 2.0, sentence(said, lead))


def _figure(canvas: Canvas, said: str, x: float, y: float, r: float, across: float) -> None:
    """Write a figure inside its circle where it fits, else beside it where there is room."""
    inside = text_box(x, y + 4.0, said, TINY, "middle", "on")
    if inside.right - inside.left <= 2 * r - 4.0:
        canvas.text(x, y + 4.0, said, size=TINY, anchor="middle", style="on")
        return
    box = text_box(x + r + 3.0, y + 4.0, said, TINY)
    if box.right <= x + across / 2 and canvas.free(box, 1.0):
        canvas.text(x + r + 3.0, y + 4.0, said, size=TINY)
