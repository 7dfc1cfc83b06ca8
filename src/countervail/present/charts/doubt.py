"""What the doubt is made of: grey bars, each with the error of its own estimate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from countervail.present.charts.axes import LINE, lines_of, named, names_width
from countervail.present.charts.canvas import Canvas, Drawing, Mark, sentence
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import NARROW, SMALL
from countervail.present.charts.widths import width

BAR = 14.0


class ShareOfDoubt(NamedTuple):
    """A part of the variance.

    Attributes:
        key: of the row.
        name: of what is not known, in plain words.
        value: per cent of the variance.
        low, high: the error of its estimate; None where there is none.
        said: the value in words.
    """

    key: str
    name: str
    value: float
    said: str
    low: float | None = None
    high: float | None = None


def doubt(rows: Sequence[ShareOfDoubt], wide: float, lead: str) -> Drawing:
    """Return what the doubt is made of; none of it has a sign, so it is grey.

    Args:
        rows: the largest first.
        wide: pixels.
        lead: what is shown, for the label.
    """
    canvas = Canvas(wide)
    most = (0.42 if wide <= NARROW else 0.36) * wide
    name_wide = names_width([(row.name, False) for row in rows], [], most)
    said = max((width(row.said, SMALL, True) for row in rows), default=0.0)
    values = [v for row in rows for v in (row.value, row.low, row.high)]
    scale = Scale.holding(values, name_wide + 12.0, wide - said - 8.0)
    zero, y = scale.at(0.0), 0.0
    for k, row in enumerate(rows):
        high = max(27.0, 10.0 + LINE * lines_of(row.name, "", name_wide))
        if k:
            canvas.line(0.0, y, wide, y, "row")
        middle = y + high / 2
        named(canvas, 0.0, middle, row.name, name_wide)
        left, end = sorted((zero, scale.at(row.value)))
        mark = Mark(row.key, f"{row.name}: {row.said}")
        canvas.rect(left, middle - BAR / 2, end - left, BAR, "br neu", mark)
        if row.low is not None and row.high is not None:
            canvas.line(scale.at(row.low), middle, scale.at(row.high), middle, "wh")
            end = max(end, scale.at(row.high))
        canvas.text(end + 5.0, middle + 4.3, row.said, size=SMALL, style="b")
        y += high
    canvas.line(zero, 0.0, zero, y, "zl")
    words = [f"{row.name} {row.said}" for row in rows]
    return canvas.drawing(y + 2.0, sentence(words, lead))
