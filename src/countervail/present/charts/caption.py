"""A chart as a picture of its own: what is found and its unit above it, what holds below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from countervail.present.charts import tokens
from countervail.present.charts.canvas import Canvas, Drawing
from countervail.present.charts.chart import Chart
from countervail.present.charts.widths import width

MARGIN, GAP = 16.0, 10.0
"""Pixels around the picture, and between its words and its marks."""

TITLE, LINE = 17.0, 1.35
"""Size of the finding, pixels; a line's height over the size of its letters."""


def captioned(chart: Chart, below: Sequence[str] = ()) -> Drawing:
    """Return the wide picture of a chart with all that a figure carries, for a paper or a slide.

    Args:
        chart: with its finding, its unit and its note.
        below: what holds for its numbers, such as the law's date, the model, the certificate.
    """
    bare, canvas = chart.wide, Canvas(chart.wide.width)
    y = _lines(canvas, 0.0, [(chart.title, TITLE, "b"), (chart.subtitle, tokens.SMALL, "tm")])
    at = y + GAP
    canvas.parts.append(f'<g transform="translate(0,{at:g})">{bare.body}</g>')
    said = [chart.note, " · ".join(one for one in below if one)]
    y = _lines(canvas, at + bare.height + GAP, [(one, tokens.TINY, "tm") for one in said if one])
    moved = tuple(box._replace(top=box.top + at, bottom=box.bottom + at) for box in bare.boxes)
    made = replace(canvas.drawing(y, bare.label), boxes=(*canvas.boxes, *moved), shapes=bare.shapes)
    return made.framed(MARGIN)


def _lines(canvas: Canvas, top: float, said: Sequence[tuple[str, float, str]]) -> float:
    """Write texts below each other, each on as many lines as it takes; return where they end."""
    for text, size, style in said:
        for line in _wrapped(text, canvas.width, size, bold=style == "b"):
            canvas.text(0.0, top + size, line, size=size, style=style)
            top += LINE * size
    return top


def _wrapped(text: str, wide: float, size: float, *, bold: bool) -> Iterator[str]:
    """Yield the lines a text takes; a word longer than a line stands on one alone."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size, bold=bold) > wide:
            yield line
            longer = word
        line = longer
    if line:
        yield line
