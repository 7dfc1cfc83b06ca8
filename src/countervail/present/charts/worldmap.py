"""Where: a world map in seven fixed classes.

Shapes are Natural Earth's (``data/map.json``, made by ``tools/map_build``); a border is that of the
source and says nothing. What the world has no number of its own for is hatched.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from countervail.present.charts.canvas import Canvas, Drawing, safe, sentence, text_box
from countervail.present.charts.scales import ENGLISH, Numerals
from countervail.present.charts.tokens import CLASSES, NARROW, SMALL, TINY, WIDE
from countervail.present.charts.widths import wrapped

FIRST_STEP = 0.001
"""Of the unit: where the class of zero ends, before steps are moved."""

FACTOR = 4.0
"""From one step to the next, and by which all are moved."""

DOT = 4.0
"""Pixels of the dot of a small economy."""


class OnMap(NamedTuple):
    """What an economy is shown as.

    Attributes:
        code: ISO 3166-1 alpha-3.
        value: in the unit of the steps.
        said: its name, value and range in words.
    """

    code: str
    value: float
    said: str


@cache
def shapes() -> dict[str, Any]:
    """Return the shapes of the world: source, projection, box, and a path by code."""
    file = resources.files("countervail.data").joinpath("map.json")
    read: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return read


def steps(values: Iterable[float]) -> tuple[float, float, float]:
    """Return the three boundaries of classes on either side of zero.

    They are 0.001 times powers of four, moved by factors of four until the largest value is in the
    last class: the same for all maps that are given the same values.

    Args:
        values: all that is shown on the maps of a page.
    """
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    first = FIRST_STEP
    if largest > 0.0:
        moved = math.floor(math.log(largest / (FACTOR**2 * FIRST_STEP), FACTOR) + 1e-12)
        first = FIRST_STEP * FACTOR**moved
    return first, FACTOR * first, FACTOR**2 * first


def places_of(at: Sequence[float]) -> int:
    """Return the digits after the point with which boundaries of classes are what they say."""
    return next(
        (n for n in range(12) if all(math.isclose(round(v, n), v, rel_tol=1e-9) for v in at)), 12
    )


def class_of(value: float, at: Sequence[float]) -> str:
    """Return the class of a value: ``l3`` to ``g3``, ``zero`` between the first steps."""
    size = sum(abs(value) >= step for step in at)
    return "zero" if not size else f"{'l' if value < 0 else 'g'}{size}"


def worldmap(
    rows: Sequence[OnMap],
    at: Sequence[float],
    lead: str,
    elsewhere: str,
    *,
    key: str = "map",
    numerals: Numerals = ENGLISH,
    drawn: Mapping[str, Any] | None = None,
) -> tuple[Drawing, Drawing]:
    """Return the map in a page's column and on a phone, which uses the shapes of the first.

    Args:
        rows: economies of the world.
        at: boundaries of classes, as of ``steps``.
        lead: what is shown, for the label.
        elsewhere: what is said of what is hatched.
        key: its name on the page.
        numerals: how numbers are written.
        drawn: shapes in the place of the package's.
    """
    world = drawn or shapes()
    held = f'<g id="{safe(key)}-shapes">{_marks(world, rows, at, elsewhere)}</g>'
    used = f'<use href="#{safe(key)}-shapes"/>'
    label = sentence([row.said for row in rows], lead)
    made = []
    for wide, inside, behind in ((WIDE, held, ""), (NARROW, used, f"<defs>{held}</defs>")):
        canvas = Canvas(float(wide))
        _, _, across, down = world["viewBox"]
        part = wide / across
        canvas.parts.append(f'<g class="mp" transform="scale({part:.5f})">{inside}</g>')
        bottom = _legend(canvas, part * down + 8.0, at, elsewhere, numerals)
        made.append(replace(canvas.drawing(bottom, label), shapes=behind))
    return made[0], made[1]


def _marks(
    world: Mapping[str, Any], rows: Sequence[OnMap], at: Sequence[float], elsewhere: str
) -> str:
    """Return the shapes with their classes; those of the world after the hatched, dots last."""
    known = {row.code: row for row in rows}
    said, dots, hatched = [], [], []
    for code, shape in world["countries"].items():
        if code not in known:
            hatched.append(f'<path d="{shape["d"]}"/>')
            continue
        row = known[code]
        kind, title = class_of(row.value, at), f"<title>{safe(row.said)}</title>"
        if shape.get("dot"):
            x, y = shape["at"]
            # its own key twice would be two marks of one row: the dot is the mark
            said.append(f'<path class="{kind}" d="{shape["d"]}"/>')
            r = DOT * world["viewBox"][2] / WIDE
            dots.append(
                f'<circle class="{kind}" data-k="{safe(code)}" cx="{x}" cy="{y}" r="{r:.0f}">'
                f"{title}</circle>"
            )
        else:
            said.append(
                f'<path class="{kind}" data-k="{safe(code)}" d="{shape["d"]}">{title}</path>'
            )
    title = f"<title>{safe(elsewhere)}</title>"
    return f'<g class="else">{title}{"".join(hatched)}</g>{"".join(said)}{"".join(dots)}'


def _legend(
    canvas: Canvas,
    top: float,
    at: Sequence[float],
    elsewhere: str,
    numerals: Numerals,
) -> float:
    """Draw the classes with their boundaries between them, and what is hatched."""
    cell = min(80.0, canvas.width / len(CLASSES))
    places = places_of(at)
    edges = [*(-step for step in reversed(at)), *at]
    for k, kind in enumerate(CLASSES):
        canvas.rect(k * cell, top, cell, 12.0, kind)
    for k, edge in enumerate(edges):
        said, x, y = numerals.written(edge, places, signed=True), (k + 1) * cell, top + 24.0
        if not canvas.free(text_box(x, y, said, TINY, "middle"), 2.0):
            y += 12.0
        canvas.text(x, y, said, size=TINY, anchor="middle", style="tm")
    canvas.rect(0.0, top + 43.0, 28.0, 12.0, "else")
    room = canvas.width - 36.0
    lines = wrapped(elsewhere, room, SMALL)
    for k, line in enumerate(lines):
        canvas.text(36.0, top + 53.5 + 15.0 * k, line, size=SMALL, style="tm")
    return top + 59.0 + 15.0 * (len(lines) - 1)
