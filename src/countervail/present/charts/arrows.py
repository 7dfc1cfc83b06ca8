"""Which goods: what was sold before and after, a ring and a dot a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from countervail.present.charts.axes import LINE, axis, lines_of, named, names_width
from countervail.present.charts.canvas import Canvas, Drawing, Mark, sentence, tone
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import NARROW, SMALL
from countervail.present.charts.widths import width

TOP = 20.0


class BeforeAfter(NamedTuple):
    """An amount before and after.

    Attributes:
        key: of the row.
        name, note: of the good, and its duty before and after.
        before, after: in the unit of the axis.
        low, high: of ``after``, 5 and 95 per cent of the draws; None where there are none.
        said: both in words, such as ``2,280 → 240``.
        change_said: the change in words.
    """

    key: str
    name: str
    note: str
    before: float
    after: float
    said: str
    change_said: str
    low: float | None = None
    high: float | None = None

    @property
    def words(self) -> str:
        """The row in words."""
        note = f", {self.note}" if self.note else ""
        return f"{self.name} {self.said} ({self.change_said}){note}"


def arrows(
    rows: Sequence[BeforeAfter],
    wide: float,
    lead: str,
    words: Callable[[Scale, float], str],
    holding: Sequence[float] = (),
) -> Drawing:
    """Return amounts before and after.

    Args:
        rows: in the order they stand.
        wide: pixels.
        lead: what is shown, for the label.
        words: writes a tick of the axis.
        holding: amounts that the axis holds as well, so that several charts have one scale.
    """
    canvas, narrow = Canvas(wide), wide <= NARROW
    name_wide = names_width(
        [(row.name, False) for row in rows],
        [r.note for r in rows],
        (0.34 if narrow else 0.3) * wide,
    )
    said = max((width(row.said, SMALL) for row in rows), default=0.0)
    change = max((width(row.change_said, 13.0, True) for row in rows), default=0.0)
    columns = max(said, change) if narrow else said + 14.0 + change
    left, right = name_wide + 14.0, wide - columns - 14.0
    values = [v for row in rows for v in (row.before, row.after, row.low, row.high)]
    scale = Scale.holding([*values, *holding], left + 7.0, right - 7.0)
    heights = [
        max(30.0, 12.0 + LINE * max(lines_of(row.name, row.note, name_wide), 1 + narrow))
        for row in rows
    ]
    bottom = TOP + sum(heights)
    axis(canvas, scale, TOP, bottom, lambda value: words(scale, value))
    y = TOP
    for k, (row, high) in enumerate(zip(rows, heights, strict=True)):
        if k:
            canvas.line(0.0, y, wide, y, "row")
        middle = y + high / 2
        named(canvas, 0.0, middle, row.name, name_wide, note=row.note)
        _arrow(canvas, row, middle, scale)
        if narrow:
            canvas.text(wide, middle - 2.5, row.change_said, anchor="end", style="b")
            canvas.text(wide, middle + 12.5, row.said, size=SMALL, anchor="end", style="tm")
        else:
            canvas.text(wide, middle + 4.5, row.change_said, anchor="end", style="b")
            x = wide - change - 14.0
            canvas.text(x, middle + 4.5, row.said, size=SMALL, anchor="end", style="tm")
        y += high
    return canvas.drawing(bottom + 4.0, sentence([row.words for row in rows], lead))


def _arrow(canvas: Canvas, row: BeforeAfter, y: float, scale: Scale) -> None:
    """Draw the range of after, a line from the ring to the dot, and its head where it has room."""
    kind = tone(row.after - row.before)
    start, end = scale.at(row.before), scale.at(row.after)
    if row.low is not None and row.high is not None:
        canvas.line(
            scale.at(row.low), y, max(scale.at(row.high), scale.at(row.low) + 1), y, f"iv {kind}"
        )
    canvas.line(start, y, end, y, f"lk {kind}")
    way = 1.0 if end > start else -1.0
    if abs(end - start) > 26.0:
        tip = end - 8.0 * way
        canvas.path(
            f"M{tip - 5 * way:.1f} {y - 4:.1f}L{tip:.1f} {y:.1f}L{tip - 5 * way:.1f} {y + 4:.1f}",
            f"lk {kind}",
        )
    canvas.circle(start, y, 4.5, "rg")
    canvas.circle(end, y, 5.0, f"dt {kind}", Mark(row.key, row.words))
