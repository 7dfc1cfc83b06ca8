"""How far from the goal: lines over the years, each named at its end, and what a plan reaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from countervail.present.charts.canvas import Canvas, Drawing, Mark, sentence, text_box
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import NARROW, SMALL, TINY
from countervail.present.charts.widths import cut, width, wrapped

BASE = 16.0


class YearPath(NamedTuple):
    """A line over years.

    Attributes:
        key: of the row.
        name: at its end.
        xs, ys: years, and values.
        soft: whether it is what would be without.
        said: its last value in words.
    """

    key: str
    name: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    said: str
    soft: bool = False


class Reached(NamedTuple):
    """A range at the last year: what a plan reaches, or is aimed at.

    Attributes:
        low, high: its ends.
        said: in words.
    """

    low: float
    high: float
    said: str


def paths(
    lines: Sequence[YearPath],
    wide: float,
    lead: str,
    words: Callable[[Scale, float], str],
    reached: Reached | None = None,
) -> Drawing:
    """Return lines over years, whose names stand at their ends.

    Args:
        lines: each with a value a year.
        wide: pixels.
        lead: what is shown, for the label.
        words: writes a tick of the upright axis.
        reached: a bar at the last year.
    """
    canvas, high = Canvas(wide), 240.0
    values = [y for line in lines for y in line.ys]
    up = Scale.holding([*values, *((reached.low, reached.high) if reached else ())], high, 14.0)
    years = [x for line in lines for x in line.xs]
    most = (0.34 if wide <= NARROW else 0.3) * wide
    named = [
        *((line.name, line.said) for line in lines),
        *((("", reached.said),) if reached else ()),
    ]
    ends = max(min(most, max(width(name, SMALL, True), width(said, SMALL))) for name, said in named)
    left = max(width(words(up, tick), TINY) for tick in up.ticks()) + 10.0
    first, last = min(years), max(years)
    across = Scale(first, last if last > first else first + 1.0, left + 14.0, wide - ends - 20.0)
    for tick in up.ticks():
        canvas.line(left, up.at(tick), across.end, up.at(tick), "zl" if tick == 0.0 else "gr")
        said = words(up, tick)
        canvas.text(left - 6.0, up.at(tick) + 4.0, said, size=TINY, anchor="end", style="tm")
    for year in dict.fromkeys([last, first, *sorted(set(years))]):
        said, x = f"{year:g}", across.at(year)
        if canvas.free(text_box(x, high + BASE, said, TINY, "middle"), 10.0):
            canvas.text(x, high + BASE, said, size=TINY, anchor="middle", style="tm")
    if reached is not None:
        x = across.end
        top, foot = sorted((up.at(reached.low), up.at(reached.high)))
        canvas.rect(x - 4.0, top, 8.0, foot - top, "br acc", Mark("reached", reached.said))
    _lines(canvas, lines, across, up)
    _names(canvas, lines, across, up, ends, reached)
    said_of = [f"{line.name} {line.said}" for line in lines]
    if reached is not None:
        said_of.append(reached.said)
    return canvas.drawing(high + BASE + 8.0, sentence(said_of, lead))


def _lines(canvas: Canvas, lines: Sequence[YearPath], across: Scale, up: Scale) -> None:
    for line in lines:
        at = [f"{across.at(x):.1f} {up.at(y):.1f}" for x, y in zip(line.xs, line.ys, strict=True)]
        mark = Mark(line.key, f"{line.name}: {line.said}")
        canvas.path("M" + "L".join(at), "ln soft" if line.soft else "ln", mark)


def _names(
    canvas: Canvas,
    lines: Sequence[YearPath],
    across: Scale,
    up: Scale,
    ends: float,
    reached: Reached | None,
) -> None:
    """Write names at the ends of lines, moved apart where they would meet."""
    wanted: list[tuple[float, list[tuple[str, str]]]] = []
    for line in lines:
        names = [(one, "b") for one in wrapped(line.name, ends, SMALL, True)]
        wanted.append((up.at(line.ys[-1]), [*names, (cut(line.said, ends, SMALL), "tm")]))
    if reached is not None:
        aimed = [(one, "acct") for one in wrapped(reached.said, ends, SMALL, True)]
        wanted.append((0.5 * (up.at(reached.low) + up.at(reached.high)), aimed))
    wanted.sort(key=lambda one: one[0])
    heights = [15.0 * len(texts) for _, texts in wanted]
    y, room = 2.0, up.start + 14.0
    for k, (at, texts) in enumerate(wanted):
        latest = room - sum(heights[k:])
        y = max(y, min(at - heights[k] / 2, latest))
        for n, (said, style) in enumerate(texts):
            canvas.text(across.end + 18.0, y + 11.0 + 15.0 * n, said, size=SMALL, style=style)
        y += heights[k]
