"""Who gains, who loses: a dot and its interval a row, on one linear axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from countervail.present.charts.axes import LINE, axis, lines_of, named, names_width
from countervail.present.charts.canvas import Canvas, Drawing, Mark, sentence, tone
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import NARROW, SMALL
from countervail.present.charts.widths import width

TOP = 22.0
LEAST_BAR, LEAST_APART = 26.0, 3.0
"""Pixels: of a bar and of its median from the dot, from which the median has a tick."""


class Interval(NamedTuple):
    """An estimate with its range.

    Attributes:
        key: of the row.
        name, note: whose it is, and a small line below.
        value: in the unit of the axis.
        low, median, high: 5, 50 and 95 per cent of the draws; None where there are none.
        said, range_said: the value and the range in words.
        strong: whether it is of a party.
        apart: whether a line stands above it.
        beside: what the value is held against, a ring; None where there is nothing.
    """

    key: str
    name: str
    value: float
    said: str
    low: float | None = None
    median: float | None = None
    high: float | None = None
    range_said: str = ""
    note: str = ""
    strong: bool = False
    apart: bool = True
    beside: float | None = None

    @property
    def words(self) -> str:
        """The row in words."""
        name = f"{self.name}, {self.note}" if self.note else self.name
        return f"{name} {self.said}" + (f" ({self.range_said})" if self.range_said else "")


def dots(
    rows: Sequence[Interval],
    wide: float,
    lead: str,
    words: Callable[[Scale, float], str],
    *,
    signed: bool = True,
    holding: Sequence[float] = (),
) -> Drawing:
    """Return estimates with their ranges.

    Args:
        rows: in the order they stand.
        wide: pixels.
        lead: what is shown, for the label.
        words: writes a tick of the axis.
        signed: whether values are changes, whose hue is their sign; else all are grey.
        holding: values that the axis holds as well, so that it stands still.
    """
    canvas, narrow = Canvas(wide), wide <= NARROW
    name_wide = names_width(
        [(row.name, row.strong) for row in rows], [r.note for r in rows], 0.32 * wide
    )
    said = max((width(row.said, 13.0, True) for row in rows), default=0.0)
    ranged = max((width(row.range_said, SMALL) for row in rows), default=0.0)
    columns = max(said, ranged) if narrow else said + 14.0 + ranged
    if narrow and columns > 0.36 * wide:
        name_wide = min(name_wide, 0.26 * wide)
    left, right = name_wide + 14.0, wide - columns - 14.0
    scale = Scale.holding(
        [*holding, *(v for r in rows for v in (r.value, r.low, r.high, r.beside))],
        left + 6.0,
        right - 6.0,
    )
    heights = [_height(row, name_wide, narrow) for row in rows]
    bottom = TOP + sum(heights)
    axis(canvas, scale, TOP, bottom, lambda value: words(scale, value))
    y = TOP
    for k, (row, high) in enumerate(zip(rows, heights, strict=True)):
        if k and row.apart:
            canvas.line(0.0, y, wide, y, "row")
        middle = y + high / 2
        if row.name:
            named(canvas, 0.0, middle, row.name, name_wide, bold=row.strong, note=row.note)
        elif row.note:
            canvas.text(0.0, middle + 4.5, row.note, size=SMALL, style="tm")
        _interval(canvas, row, middle, scale, signed)
        _said(canvas, row, middle, narrow, ranged)
        y += high
    return canvas.drawing(bottom + 4.0, sentence([row.words for row in rows], lead))


def _height(row: Interval, name_wide: float, narrow: bool) -> float:
    """Return the pixels of a row."""
    name = lines_of(row.name, row.note, name_wide, row.strong) if row.name else 1
    numbers = 1 + bool(row.range_said) if narrow else 1
    return max(30.0, 12.0 + LINE * max(name, numbers))


def _interval(canvas: Canvas, row: Interval, y: float, scale: Scale, signed: bool) -> None:
    """Draw a bar from 5 to 95 per cent, a tick at the median, a dot at the point."""
    kind = tone(row.value, row.low, row.high) if signed else "neu"
    at = scale.at(row.value)
    if row.low is not None and row.high is not None:
        left, right = scale.at(row.low), scale.at(row.high)
        canvas.line(left, y, max(right, left + 1.0), y, f"iv {kind}")
        if row.median is not None:
            middle = scale.at(row.median)
            if right - left > LEAST_BAR and abs(middle - at) > LEAST_APART:
                canvas.line(middle, y - 5.0, middle, y + 5.0, f"md {kind}")
    if row.beside is not None:
        canvas.circle(scale.at(row.beside), y, 4.5, "rg")
    canvas.circle(at, y, 5.0, f"dt {kind}", Mark(row.key, row.words))


def _said(canvas: Canvas, row: Interval, y: float, narrow: bool, ranged: float) -> None:
    """Write the value and its range: beside each other, on a phone below."""
    if narrow and row.range_said:
        canvas.text(canvas.width, y - 2.5, row.said, anchor="end", style="b")
        canvas.text(canvas.width, y + 12.5, row.range_said, size=SMALL, anchor="end", style="tm")
        return
    gap = 0.0 if narrow or not ranged else ranged + 14.0
    canvas.text(canvas.width - gap, y + 4.5, row.said, anchor="end", style="b")
    canvas.text(canvas.width, y + 4.5, row.range_said, size=SMALL, anchor="end", style="tm")
