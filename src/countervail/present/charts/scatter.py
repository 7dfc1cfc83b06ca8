"""All packages: a dot each, zero on both axes, at most five named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from countervail.present.charts.canvas import Canvas, Drawing, Mark, sentence, text_box
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import SMALL, TINY
from countervail.present.charts.widths import cut, width

MOST_NAMED = 5
PLACES = ((9.0, -9.0), (-9.0, -9.0), (9.0, 17.0), (-9.0, 17.0), (0.0, -12.0), (0.0, 20.0))
"""Where a name may stand beside its dot, in the order they are tried."""


class PackageDot(NamedTuple):
    """A package.

    Attributes:
        key: of the row.
        x, y: what it is worth to either side.
        title: both in words.
        name: beside its dot; empty where it has none.
        cross: 5 and 95 per cent of ``x`` and of ``y``; None where they are not drawn.
    """

    key: str
    x: float
    y: float
    title: str
    name: str = ""
    cross: tuple[float, float, float, float] | None = None


def scatter(
    dots: Sequence[PackageDot],
    sides: tuple[str, str],
    wide: float,
    lead: str,
    words: Callable[[Scale, float], str],
    joined: Sequence[int] = (),
) -> Drawing:
    """Return packages as dots; equal ones are drawn once.

    Args:
        dots: packages.
        sides: what is to the right, and upwards.
        wide: pixels.
        lead: what is shown, for the label.
        words: writes a tick.
        joined: places of dots that a line joins, in order; where there are five or more.
    """
    canvas = Canvas(wide)
    high = min(0.75 * wide, 420.0)
    cross_x = [v for dot in dots if dot.cross for v in dot.cross[:2]]
    cross_y = [v for dot in dots if dot.cross for v in dot.cross[2:]]
    up = Scale.holding([*(dot.y for dot in dots), *cross_y], high, 34.0)
    ticks = max(width(words(up, tick), TINY) for tick in up.ticks())
    across = Scale.holding([*(dot.x for dot in dots), *cross_x], ticks + 14.0, wide - 12.0)
    canvas.text(0.0, 13.0, cut(f"↑ {sides[1]}", wide, SMALL), size=SMALL, style="tm")
    _grid(canvas, across, up, high, words)
    foot = cut(f"{sides[0]} →", wide, SMALL)
    canvas.text(wide, high + 36.0, foot, size=SMALL, anchor="end", style="tm")
    if len(joined) >= 5:
        at = [f"{across.at(dots[k].x):.1f} {up.at(dots[k].y):.1f}" for k in joined]
        canvas.path("M" + "L".join(at), "ln soft")
    for dot in dict.fromkeys(dots):
        _dot(canvas, dot, across, up)
    for dot in [dot for dot in dots if dot.name][:MOST_NAMED]:
        _name(canvas, dot, across.at(dot.x), up.at(dot.y))
    named = [f"{dot.name}: {dot.title}" for dot in dots if dot.name]
    return canvas.drawing(high + 42.0, sentence(named, lead))


def _grid(
    canvas: Canvas, across: Scale, up: Scale, high: float, words: Callable[[Scale, float], str]
) -> None:
    """Draw both axes, zero dark."""
    for tick in sorted(across.ticks(), key=lambda t: (t != 0.0, -abs(t))):
        x = across.at(tick)
        canvas.line(x, 26.0, x, high + 4.0, "zl" if tick == 0.0 else "gr")
        if canvas.free(text_box(x, high + 18.0, words(across, tick), TINY, "middle")):
            canvas.text(x, high + 18.0, words(across, tick), size=TINY, anchor="middle", style="tm")
    for tick in up.ticks():
        y = up.at(tick)
        canvas.line(across.start - 4.0, y, canvas.width, y, "zl" if tick == 0.0 else "gr")
        canvas.text(
            across.start - 10.0, y + 4.0, words(up, tick), size=TINY, anchor="end", style="tm"
        )


def _dot(canvas: Canvas, dot: PackageDot, across: Scale, up: Scale) -> None:
    """Draw a dot and its cross; both gain, one loses, or neither says its hue."""
    kind = "gain" if min(dot.x, dot.y) > 0 else "loss" if max(dot.x, dot.y) < 0 else "neu"
    x, y = across.at(dot.x), up.at(dot.y)
    if dot.cross is not None:
        canvas.line(across.at(dot.cross[0]), y, across.at(dot.cross[1]), y, "wh")
        canvas.line(x, up.at(dot.cross[2]), x, up.at(dot.cross[3]), "wh")
    r = 6.0 if dot.name else 3.5
    canvas.circle(x, y, r, f"dt {kind}" + ("" if dot.name else " bb"), Mark(dot.key, dot.title))


def _name(canvas: Canvas, dot: PackageDot, x: float, y: float) -> None:
    """Write a name where it meets none; where it would meet one everywhere, it is in the table."""
    name = cut(dot.name, 0.45 * canvas.width, SMALL, True)
    for dx, dy in PLACES:
        anchor = "start" if dx > 0 else "end" if dx < 0 else "middle"
        box = text_box(x + dx, y + dy, name, SMALL, anchor, "b")  # type: ignore[arg-type]
        if canvas.free(box):
            canvas.text(x + dx, y + dy, name, size=SMALL, anchor=anchor, style="b halo")  # type: ignore[arg-type]
            return
