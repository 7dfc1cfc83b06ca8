"""Which measure did it: per cents of the whole, one after another to a hundred."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from countervail.present.charts.axes import LINE, lines_of, named, names_width
from countervail.present.charts.canvas import Canvas, Drawing, Mark, sentence
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import NARROW, SMALL
from countervail.present.charts.widths import cut, width

GAP = 36.0
BAR = 14.0


class PartOfWhole(NamedTuple):
    """A part of a whole.

    Attributes:
        key: of the row.
        name, note: of the measure, and a small line below.
        share: per cent of the whole; negative where it works against it.
        said: the share in words.
    """

    key: str
    name: str
    share: float
    said: str
    note: str = ""


class Whole(NamedTuple):
    """A whole and its parts.

    Attributes:
        heading: whose it is.
        parts: in the order they stand; their shares sum to a hundred.
        name, said: of the whole, and what it amounts to.
        losing: whether it is a loss.
    """

    heading: str
    parts: tuple[PartOfWhole, ...]
    name: str
    said: str
    losing: bool


def waterfall(wholes: Sequence[Whole], wide: float, lead: str) -> Drawing:
    """Return parts one after another, for one or two wholes on one scale.

    Args:
        wholes: two at most.
        wide: pixels.
        lead: what is shown, for the label.
    """
    canvas, narrow = Canvas(wide), wide <= NARROW
    beside = len(wholes) > 1 and not narrow
    own = (wide - GAP) / 2 if beside else wide
    parts = [part for whole in wholes for part in whole.parts]
    names = [*((part.name, False) for part in parts), *((w.name, True) for w in wholes)]
    name_wide = names_width(names, [part.note for part in parts], 0.44 * own, most_lines=3)
    said = max(
        [*(width(p.said, SMALL) for p in parts), *(width(w.said, SMALL, True) for w in wholes), 0.0]
    )
    ends = [end for whole in wholes for span in _spans(whole) for end in span]
    scale = Scale.holding([*ends, 100.0], name_wide + 12.0, own - said - 10.0)
    y = bottom = 0.0
    for k, whole in enumerate(wholes):
        x = k * (own + GAP) if beside else 0.0
        end = _whole(canvas, whole, (x, 0.0 if beside else y), own, name_wide, scale)
        y, bottom = end + 18.0, max(bottom, end)
    words = [
        f"{w.heading}: {', '.join(f'{p.name} {p.said}' for p in w.parts)}, {w.name} {w.said}"
        for w in wholes
    ]
    return canvas.drawing(bottom + 2.0, sentence(words, lead))


def _spans(whole: Whole) -> list[tuple[float, float]]:
    """Return where each part begins and ends, per cent of the whole."""
    found, done = [], 0.0
    for part in whole.parts:
        found.append((done, done + part.share))
        done += part.share
    return found


def _whole(
    canvas: Canvas,
    whole: Whole,
    corner: tuple[float, float],
    own: float,
    name_wide: float,
    scale: Scale,
) -> float:
    """Draw a whole and return where it ends."""
    x, y = corner
    if whole.heading:
        canvas.text(x, y + 13.0, cut(whole.heading, own, 13.0, True), style="b")
        y += 22.0
    first, last = y, None
    for part, (start, end) in zip(whole.parts, _spans(whole), strict=True):
        high = max(27.0, 10.0 + LINE * lines_of(part.name, part.note, name_wide, most_lines=3))
        middle = y + high / 2
        named(canvas, x, middle, part.name, name_wide, note=part.note, most_lines=3)
        left, right = sorted((x + scale.at(start), x + scale.at(end)))
        kind = "loss" if (part.share > 0) == whole.losing else "gain"
        if last is not None:  # where the part before ended
            canvas.line(x + scale.at(start), last, x + scale.at(start), middle - BAR / 2, "rl")
        mark = Mark(part.key, f"{whole.heading}, {part.name}: {part.said}")
        canvas.rect(left, middle - BAR / 2, right - left, BAR, f"br {kind}", mark)
        canvas.text(x + own, middle + 4.3, part.said, size=SMALL, anchor="end")
        last = middle + BAR / 2
        y += high
        canvas.line(x, y, x + own, y, "row")
    high = max(27.0, 10.0 + LINE * lines_of(whole.name, "", name_wide, True))
    middle = y + high / 2
    named(canvas, x, middle, whole.name, name_wide, bold=True)
    zero, full = x + scale.at(0.0), x + scale.at(100.0)
    mark = Mark(f"{whole.heading} all", f"{whole.heading}, {whole.name}: {whole.said}")
    canvas.rect(zero, middle - BAR / 2, full - zero, BAR, "br ink", mark)
    canvas.text(x + own, middle + 4.3, whole.said, size=SMALL, anchor="end", style="b")
    y += high
    canvas.line(zero, first, zero, y, "zl")
    return y
