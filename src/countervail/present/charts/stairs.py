"""What to ask for, in order: grey is had before, colour is what a step adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from countervail.present.charts.axes import LINE, lines_of, named, names_width
from countervail.present.charts.canvas import Canvas, Drawing, Mark, sentence, tone
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import NARROW, SMALL
from countervail.present.charts.widths import cut, width

BAR = 14.0
GAP = 36.0


class StairStep(NamedTuple):
    """A step.

    Attributes:
        key: of the row.
        name: what is asked for.
        before, after: what is had before and after it.
        said: the total after it, in words.
    """

    key: str
    name: str
    before: float
    after: float
    said: str


class Stairs(NamedTuple):
    """Steps of one side, under its name."""

    heading: str
    steps: tuple[StairStep, ...]


def stairs(sides: Sequence[Stairs], wide: float, lead: str) -> Drawing:
    """Return steps of one or two sides on one scale.

    Args:
        sides: two at most.
        wide: pixels.
        lead: what is shown, for the label.
    """
    canvas, narrow = Canvas(wide), wide <= NARROW
    beside = len(sides) > 1 and not narrow
    own = (wide - GAP) / 2 if beside else wide
    every = [step for side in sides for step in side.steps]
    name_wide = names_width([(step.name, False) for step in every], [], 0.42 * own)
    said = max((width(step.said, SMALL, True) for step in every), default=0.0)
    values = [v for step in every for v in (step.before, step.after)]
    scale = Scale.holding(values, name_wide + 12.0, own - said - 10.0)
    y = bottom = 0.0
    for k, side in enumerate(sides):
        x, top = (k * (own + GAP), 0.0) if beside else (0.0, y)
        canvas.text(x, top + 13.0, cut(side.heading, own, 13.0, True), style="b")
        y = first = top + 22.0
        for step in side.steps:
            y = _step(canvas, step, (x, y), own, name_wide, scale)
        canvas.line(x + scale.at(0.0), first, x + scale.at(0.0), y, "zl")
        bottom = max(bottom, y)
        y += 16.0
    words = [f"{s.heading}: {', '.join(f'{t.name} {t.said}' for t in s.steps)}" for s in sides]
    return canvas.drawing(bottom + 2.0, sentence(words, lead))


def _step(
    canvas: Canvas,
    step: StairStep,
    corner: tuple[float, float],
    own: float,
    name_wide: float,
    scale: Scale,
) -> float:
    """Draw a step and return where it ends."""
    x, y = corner
    high = max(27.0, 10.0 + LINE * lines_of(step.name, "", name_wide))
    middle = y + high / 2
    named(canvas, x, middle, step.name, name_wide)
    zero, before, after = (x + scale.at(v) for v in (0.0, step.before, step.after))
    left, right = sorted((zero, before))
    if right > left:
        canvas.rect(left, middle - BAR / 2, right - left, BAR, "br soft")
    left, right = sorted((before, after))
    kind = tone(step.after - step.before)
    mark = Mark(step.key, f"{step.name}: {step.said}")
    canvas.rect(left, middle - BAR / 2, right - left, BAR, f"br {kind}", mark)
    canvas.text(x + own, middle + 4.3, step.said, size=SMALL, anchor="end", style="b")
    canvas.line(x, y + high, x + own, y + high, "row")
    return y + high
