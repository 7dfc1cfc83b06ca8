"""Would another model say otherwise: a row a closure, a dot an elasticity set, never pooled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from countervail.present.charts.axes import LINE, axis, lines_of, named, names_width
from countervail.present.charts.canvas import Canvas, Drawing, Mark, sentence, tone
from countervail.present.charts.scales import Scale

TOP = 22.0


class OtherAnswer(NamedTuple):
    """One number of another model: its row's key, its value, and both in words."""

    key: str
    value: float
    title: str


class ModelRow(NamedTuple):
    """A row of answers.

    Attributes:
        name: of the model; the first row is the answer itself.
        answers: dots.
        low, high: the range of the answer; None where there is none.
    """

    name: str
    answers: tuple[OtherAnswer, ...]
    low: float | None = None
    high: float | None = None


def strip(
    rows: Sequence[ModelRow], wide: float, lead: str, words: Callable[[Scale, float], str]
) -> Drawing:
    """Return what other models say, below the answer and its range.

    Args:
        rows: the answer first.
        wide: pixels.
        lead: what is shown, for the label.
        words: writes a tick of the axis.
    """
    canvas = Canvas(wide)
    strong = [not k for k in range(len(rows))]
    names = [(row.name, bold) for row, bold in zip(rows, strong, strict=True)]
    name_wide = names_width(names, [], 0.36 * wide)
    values = [v for r in rows for v in (r.low, r.high, *(one.value for one in r.answers))]
    scale = Scale.holding(values, name_wide + 20.0, wide - 8.0)
    heights = [max(30.0, 12.0 + LINE * lines_of(name, "", name_wide, bold)) for name, bold in names]
    bottom = TOP + sum(heights)
    axis(canvas, scale, TOP, bottom, lambda value: words(scale, value))
    y = TOP
    for row, bold, high in zip(rows, strong, heights, strict=True):
        middle = y + high / 2
        named(canvas, 0.0, middle, row.name, name_wide, bold=bold)
        if row.low is not None and row.high is not None:
            kind = tone(row.low + row.high, row.low, row.high)
            canvas.line(scale.at(row.low), middle, scale.at(row.high), middle, f"iv {kind}")
        for one in row.answers:
            kind = tone(one.value, row.low, row.high)
            mark = Mark(one.key, one.title)
            canvas.circle(scale.at(one.value), middle, 5.0 if bold else 4.0, f"dt {kind}", mark)
        y += high
        canvas.line(0.0, y, wide, y, "row")
    said = [f"{row.name}: {', '.join(one.title for one in row.answers)}" for row in rows]
    return canvas.drawing(bottom + 2.0, sentence(said, lead))
