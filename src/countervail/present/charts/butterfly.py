"""What each concession is worth: to one side to the left, to the other to the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from countervail.present.charts.axes import LINE
from countervail.present.charts.canvas import Anchor, Canvas, Drawing, Mark, sentence, tone
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import NARROW, SMALL
from countervail.present.charts.widths import cut, width, wrapped

BAR = 13.0
LINES = 4
"""Of a name at most: what is conceded is a sentence."""


class WorthToBoth(NamedTuple):
    """What something is worth to two sides.

    Attributes:
        key: of the row.
        group: heading it stands under.
        name: of it.
        left, right: what it is worth to each; above zero is a gain.
        left_said, right_said: in words.
    """

    key: str
    group: str
    name: str
    left: float
    right: float
    left_said: str
    right_said: str

    def words(self, sides: tuple[str, str]) -> str:
        """Return the row in words."""
        return f"{self.name}: {sides[0]} {self.left_said}, {sides[1]} {self.right_said}"


def butterfly(
    rows: Sequence[WorthToBoth], sides: tuple[str, str], wide: float, lead: str
) -> Drawing:
    """Return what things are worth to two sides: names in the middle, one scale for both.

    A loss is drawn from the side's own zero like a gain: its hue and its printed sign tell it.

    Args:
        rows: in the order they stand, those of a group together.
        sides: who is to the left, and to the right.
        wide: pixels.
        lead: what is shown, for the label.
    """
    canvas, narrow = Canvas(wide), wide <= NARROW
    most = (0.3 if narrow else 0.32) * wide
    lines = [line for row in rows for line in wrapped(row.name, most, 13.0, lines=LINES)]
    middle = min(most, max((width(line, 13.0) for line in lines), default=0.0)) + 20.0
    said = max(
        (width(s, SMALL, True) for r in rows for s in (r.left_said, r.right_said)), default=0
    )
    inner, outer = (wide - middle) / 2, said + 6.0
    largest = max((max(abs(r.left), abs(r.right)) for r in rows), default=1.0)
    scale = Scale(0.0, largest or 1.0, 0.0, max(inner - outer, 10.0))
    for side, x, anchor in ((sides[0], inner, "end"), (sides[1], wide - inner, "start")):
        canvas.text(x, 13.0, cut(side, inner, 13.0, True), anchor=anchor, style="b")  # type: ignore[arg-type]
    y, group = 22.0, ""
    first = y
    for row in rows:
        if row.group and row.group != group:
            group = row.group
            canvas.line(0.0, y, wide, y, "rl")
            canvas.text(
                wide / 2, y + 17.0, cut(group, wide, SMALL), size=SMALL, anchor="middle", style="tm"
            )
            y += 25.0
        y = _row(canvas, row, y, (inner, wide - inner), scale, sides)
    for x in (inner, wide - inner):
        canvas.parts.insert(
            0, f'<line class="zl" x1="{x:.1f}" y1="{first}" x2="{x:.1f}" y2="{y}"/>'
        )
    return canvas.drawing(y + 2.0, sentence([row.words(sides) for row in rows], lead))


def _row(
    canvas: Canvas,
    row: WorthToBoth,
    y: float,
    zeros: tuple[float, float],
    scale: Scale,
    sides: tuple[str, str],
) -> float:
    """Draw a row and return where it ends."""
    lines = wrapped(row.name, zeros[1] - zeros[0] - 20.0, 13.0, lines=LINES)
    high = max(27.0, 10.0 + LINE * len(lines))
    at = y + high / 2
    for k, line in enumerate(lines):
        base = at - LINE * (len(lines) - 1) / 2 + 4.5 + LINE * k
        canvas.text(sum(zeros) / 2, base, line, anchor="middle")
    halves: tuple[tuple[float, str, float, Anchor], ...] = (
        (row.left, row.left_said, -1.0, "end"),
        (row.right, row.right_said, 1.0, "start"),
    )
    for side, (value, said, way, anchor) in enumerate(halves):
        zero, long = zeros[side], scale.at(abs(value))
        mark = Mark(f"{row.key} {side}", f"{row.name}, {sides[side]}: {said}")
        left = zero - long if way < 0 else zero
        canvas.rect(left, at - BAR / 2, long, BAR, f"br {tone(value)}", mark)
        x = zero + way * (long + 5.0)
        canvas.text(x, at + 4.3, said, size=SMALL, anchor=anchor, style="b")
    return y + high
