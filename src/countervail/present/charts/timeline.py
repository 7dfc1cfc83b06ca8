"""What changed in law, when: a lane a measure, in groups by who."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from countervail.present.charts.canvas import Canvas, Drawing, Mark, sentence, text_box
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import SMALL, TINY
from countervail.present.charts.widths import cut, width

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BAR = 16.0
LANE = 41.0
GROUP = 30.0
TOP = 26.0


class LawStep(NamedTuple):
    """A stretch of time in which one law holds.

    Attributes:
        start, end: its first day, and the day it ends; None is open.
        said: what it lays down, such as ``+25 % from 20 Mar 2025``.
        partly: whether it is suspended, or not all of it is in force.
    """

    start: date
    end: date | None
    said: str
    partly: bool = False


class LawLane(NamedTuple):
    """A measure, or goods under one.

    Attributes:
        key: of the row.
        group: whose measure it is, against whom.
        name: of the goods.
        announced: the day it was made known; None where that is not known.
        steps: what held, in order.
    """

    key: str
    group: str
    name: str
    announced: date | None
    steps: tuple[LawStep, ...]

    @property
    def words(self) -> str:
        """The row in words."""
        return f"{self.group}, {self.name}: {', '.join(step.said for step in self.steps)}"


def timeline(
    lanes: Sequence[LawLane],
    wide: float,
    as_of: date,
    said: str,
    lead: str,
    months: Sequence[str] = MONTHS,
) -> Drawing:
    """Return the timeline of measures.

    Args:
        lanes: in the order they stand, those of a group together.
        wide: pixels.
        as_of: the date of the answer: the accented line.
        said: that date in words.
        lead: what is shown, for the label.
        months: short names, January first.
    """
    canvas = Canvas(wide)
    days = [d for lane in lanes for d in (lane.announced, *(s.start for s in lane.steps)) if d]
    first, last = min([*days, as_of]), max([*days, as_of])
    scale = Scale(first.toordinal(), max(last.toordinal(), first.toordinal() + 31), 5.0, wide - 5.0)
    # room for the date at its line, and for what begins on the last day
    room = max(0.5 * width(said, TINY, True), 0.13 * wide)
    scale = scale._replace(end=wide - room)
    groups = len([*groupby(lanes, key=lambda lane: lane.group)])
    bottom = TOP + GROUP * groups + LANE * len(lanes) - 6.0
    _calendar(canvas, scale, bottom, as_of, said, months)
    x = scale.at(as_of.toordinal())
    canvas.line(x, TOP, x, bottom, "cut")
    y, group = TOP, ""
    for lane in lanes:
        if lane.group != group:
            group, y = lane.group, y + GROUP
            canvas.text(0.0, y - 10.0, cut(group, wide, SMALL, True), size=SMALL, style="b")
        _lane(canvas, lane, y, scale, as_of)
        y += LANE
    return canvas.drawing(bottom + 2.0, sentence([lane.words for lane in lanes], lead))


def _calendar(
    canvas: Canvas, scale: Scale, bottom: float, as_of: date, said: str, months: Sequence[str]
) -> None:
    """Draw the date of the answer, then the beginnings of months where there is room."""
    here = scale.at(as_of.toordinal())
    half = 0.5 * width(said, TINY, True)
    middle = min(max(here, half), canvas.width - half)
    canvas.text(middle, TOP - 6.0, said, size=TINY, anchor="middle", style="acct")
    for day, words in _beginnings(scale, months):
        x = scale.at(day.toordinal())
        box = text_box(x, TOP - 6.0, words, TINY, "middle")
        if canvas.free(box):
            canvas.line(x, TOP, x, bottom, "gr")
            canvas.text(x, TOP - 6.0, words, size=TINY, anchor="middle", style="tm")


def _beginnings(scale: Scale, months: Sequence[str]) -> Iterator[tuple[date, str]]:
    """Yield the first days of months, quarters or years, about as many as there is room for."""
    days = scale.high - scale.low
    most = (scale.end - scale.start) / 75.0
    step = next((m for m in (1, 3, 6, 12) if days / 30.4 / m <= most), 0)
    first = date.fromordinal(int(scale.low))
    if not step:  # years
        years = max(1, round(days / 365.25 / most))
        for year in range(first.year + 1, date.fromordinal(int(scale.high)).year + 1):
            if year % years == 0:
                yield date(year, 1, 1), str(year)
        return
    month = first.year * 12 + first.month
    while True:
        year, k = divmod(month, 12)
        day = date(year, k + 1, 1)
        if day.toordinal() > scale.high:
            return
        if k % step == 0:
            yield day, f"{months[k]} {year}"
        month += 1


def _lane(canvas: Canvas, lane: LawLane, top: float, scale: Scale, as_of: date) -> None:
    """Draw a lane: its name, then announced, and what held, with what it laid down."""
    middle = top + 25.0
    canvas.line(0.0, middle, canvas.width, middle, "row")
    spans = [_ends(step, scale, as_of) for step in lane.steps]
    inside = [
        not step.partly and right - left >= width(step.said, SMALL, True) + 12.0
        for step, (left, right) in zip(lane.steps, spans, strict=True)
    ]
    start = spans[0][0] if spans else canvas.width
    ring = _ring(lane, start, scale)
    for step, (left, right), fits in zip(lane.steps, spans, inside, strict=True):
        mark = Mark(lane.key, f"{lane.name}: {step.said}")
        style = "law pt" if step.partly else "law"
        canvas.rect(left, middle - BAR / 2, right - left, BAR, style, mark)
        if fits:
            canvas.text(left + 6.0, middle + 4.5, step.said, size=SMALL, style="on")
    if ring is not None:
        canvas.line(ring, middle, start, middle, "an dots")
        canvas.circle(ring, middle, 4.0, "rg")
    left_end = start if ring is None else ring - 5.0
    left_out = [step.said for step, fits in zip(lane.steps, inside, strict=True) if not fits]
    beside = len(lane.steps) == 1 and bool(left_out)
    if beside and _beside(canvas, left_out[0], left_end, spans[0][1], middle):
        left_out = []
    room = canvas.width
    if left_out:
        said = cut(", ".join(left_out), 0.6 * room, SMALL, True)
        box = canvas.text(room, top + 10.0, said, size=SMALL, anchor="end", style="b halo")
        room = box.left - 10.0
    canvas.text(0.0, top + 10.0, cut(lane.name, room, 13.0))


def _ends(step: LawStep, scale: Scale, as_of: date) -> tuple[float, float]:
    """Return where a bar starts and ends; what begins after the answer is open to the right."""
    last = max(as_of.toordinal(), step.start.toordinal())
    end = min(step.end.toordinal(), int(scale.high)) if step.end else last
    left = scale.at(step.start.toordinal())
    return left, max(scale.at(end), left + 3.0)


def _ring(lane: LawLane, start: float, scale: Scale) -> float | None:
    """Return where the ring of the announcement is; None where it would lie on the bar."""
    if lane.announced is None:
        return None
    x = scale.at(lane.announced.toordinal())
    return x if x <= start - 6.0 else None


def _beside(canvas: Canvas, said: str, left: float, right: float, middle: float) -> bool:
    """Write what a short bar lays down right of it, else left; return whether there is room."""
    for x, anchor in ((right + 8.0, "start"), (left - 8.0, "end")):
        box = text_box(x, middle + 4.5, said, SMALL, anchor, "b")  # type: ignore[arg-type]
        if box.left >= 0.0 and box.right <= canvas.width:
            canvas.text(x, middle + 4.5, said, size=SMALL, anchor=anchor, style="b")  # type: ignore[arg-type]
            return True
    return False
