"""What charts have in common: an axis of ticks with zero as the one dark line, names, values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from countervail.present.charts.canvas import Canvas, text_box
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import SMALL, TEXT, TINY
from countervail.present.charts.widths import width, wrapped

LINE = 15.0
"""Pixels from one line of text to the next."""


def axis(
    canvas: Canvas,
    scale: Scale,
    top: float,
    bottom: float,
    words: Callable[[float], str],
    *,
    zero: bool = True,
) -> None:
    """Draw ticks across a chart, their numbers above; one that would touch another is dropped.

    Zero is dark and has its number before all others.

    Args:
        canvas: drawn on.
        scale: of values to pixels.
        top, bottom: of the lines, pixels.
        words: writes a tick.
        zero: whether zero is dark.
    """
    for value in sorted(scale.ticks(), key=lambda tick: (tick != 0.0, -abs(tick))):
        x = scale.at(value)
        canvas.line(x, top, x, bottom, "zl" if zero and value == 0.0 else "gr")
        if canvas.free(text_box(x, top - 5.0, words(value), TINY, "middle")):
            canvas.text(x, top - 5.0, words(value), size=TINY, anchor="middle", style="tm")


def names_width(
    names: Sequence[tuple[str, bool]],
    notes: Sequence[str],
    most: float,
    size: float = TEXT,
    most_lines: int = 2,
) -> float:
    """Return how wide a column of names has to be.

    Args:
        names: with whether each is bold.
        notes: small lines below them.
        most: pixels it may take.
        size: of the names, pixels.
        most_lines: of a name.
    """
    lines = [
        width(line, size, bold)
        for name, bold in names
        for line in wrapped(name, most, size, bold, most_lines)
    ]
    return min(most, max([*lines, *(width(note, SMALL) for note in notes), 0.0]))


def named(
    canvas: Canvas,
    x: float,
    middle: float,
    name: str,
    wide: float,
    *,
    bold: bool = False,
    note: str = "",
    size: float = TEXT,
    most_lines: int = 2,
) -> None:
    """Write a name on a few lines, and a small line below, around the middle of a row."""
    lines = wrapped(name, wide, size, bold, most_lines)
    notes = wrapped(note, wide, SMALL, lines=1) if note else []
    y = middle - LINE * (len(lines) + len(notes) - 1) / 2 + 4.5
    for line in lines:
        canvas.text(x, y, line, size=size, style="b" if bold else "")
        y += LINE
    for line in notes:
        canvas.text(x, y, line, size=SMALL, style="tm")


def lines_of(
    name: str, note: str, wide: float, bold: bool = False, size: float = TEXT, most_lines: int = 2
) -> int:
    """Return how many lines a name and its note take."""
    return len(wrapped(name, wide, size, bold, most_lines)) + bool(note)
