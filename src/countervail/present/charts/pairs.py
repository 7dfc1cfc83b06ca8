"""Bars from zero in lists that share one scale: where trade goes, sectors, what is worth what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from countervail.present.charts.axes import LINE, lines_of, named, names_width
from countervail.present.charts.canvas import Canvas, Drawing, Mark, sentence, tone
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import NARROW, SMALL
from countervail.present.charts.widths import cut, width

GAP = 36.0
BAR = 13.0


class SignedBar(NamedTuple):
    """A change as a bar.

    Attributes:
        key: of the row.
        name, note: whose change it is, and a small line below.
        value: in the unit of the axis.
        low, high: 5 and 95 per cent of the draws; None where there are none.
        said, range_said: the value and its range in words.
        beside: what the value is held against, a ring; None where there is nothing.
    """

    key: str
    name: str
    value: float
    said: str
    low: float | None = None
    high: float | None = None
    range_said: str = ""
    note: str = ""
    beside: float | None = None

    @property
    def words(self) -> str:
        """The row in words."""
        return f"{self.name} {self.said}" + (f" ({self.range_said})" if self.range_said else "")

    def lines(self, name_wide: float) -> int:
        """Return how many lines of text the row takes."""
        return max(lines_of(self.name, self.note, name_wide), 1 + bool(self.range_said))


class BarList(NamedTuple):
    """Bars under a heading."""

    heading: str
    bars: tuple[SignedBar, ...]


def pairs(
    lists: Sequence[BarList], wide: float, lead: str, holding: Sequence[float] = ()
) -> Drawing:
    """Return lists of bars beside each other, on a phone below each other, on one scale.

    Args:
        lists: two at most.
        wide: pixels.
        lead: what is shown, for the label.
        holding: values that the scale holds as well, so that it stands still.
    """
    canvas, narrow = Canvas(wide), wide <= NARROW
    beside = len(lists) > 1 and not narrow
    own = (wide - GAP) / 2 if beside else wide
    bars = [bar for one in lists for bar in one.bars]
    name_wide = names_width([(bar.name, False) for bar in bars], [b.note for b in bars], 0.36 * own)
    scale = _scale(bars, own, name_wide, holding)
    y = bottom = 0.0
    for k, one in enumerate(lists):
        x = k * (own + GAP) if beside else 0.0
        end = _list(canvas, one, x, 0.0 if beside else y, own, name_wide, scale)
        y, bottom = end + 16.0, max(bottom, end)
    said = [f"{one.heading}: {', '.join(bar.words for bar in one.bars)}" for one in lists]
    return canvas.drawing(bottom + 2.0, sentence(said, lead))


def _scale(
    bars: Sequence[SignedBar], own: float, name_wide: float, holding: Sequence[float]
) -> Scale:
    """Return the scale of the bars, between names and words."""
    said = max(
        [*(width(b.said, 13.0, True) for b in bars), *(width(b.range_said, SMALL) for b in bars), 0]
    )
    values = [*holding, *(v for b in bars for v in (b.value, b.low, b.high, b.beside))]
    return Scale.holding(values, name_wide + 12.0, own - said - 12.0)


def _list(
    canvas: Canvas, one: BarList, x: float, top: float, own: float, name_wide: float, scale: Scale
) -> float:
    """Draw a list and return where it ends."""
    y = top
    if one.heading:
        canvas.text(x, y + 13.0, cut(one.heading, own, 13.0, True), style="b")
        y += 22.0
    first, zero = y, x + scale.at(0.0)
    for k, bar in enumerate(one.bars):
        high = max(27.0, 10.0 + LINE * bar.lines(name_wide))
        if k:
            canvas.line(x, y, x + own, y, "row")
        middle = y + high / 2
        named(canvas, x, middle, bar.name, name_wide, note=bar.note)
        _bar(canvas, bar, x, middle, scale, zero)
        y_said = middle + (-2.5 if bar.range_said else 4.5)
        canvas.text(x + own, y_said, bar.said, anchor="end", style="b")
        canvas.text(x + own, middle + 12.5, bar.range_said, size=SMALL, anchor="end", style="tm")
        y += high
    canvas.line(zero, first, zero, y, "zl")
    return y


def _bar(
    canvas: Canvas, bar: SignedBar, x: float, middle: float, scale: Scale, zero: float
) -> None:
    """Draw a bar and the line of its range."""
    at = x + scale.at(bar.value)
    left, right = min(zero, at), max(zero, at)
    style = f"br {tone(bar.value, bar.low, bar.high)}"
    canvas.rect(left, middle - BAR / 2, right - left, BAR, style, Mark(bar.key, bar.words))
    if bar.low is not None and bar.high is not None:
        canvas.line(x + scale.at(bar.low), middle, x + scale.at(bar.high), middle, "wh")
    if bar.beside is not None:
        canvas.circle(x + scale.at(bar.beside), middle, 4.0, "rg")
