"""Where: a world map in seven fixed classes.

Shapes are Natural Earth's (``data/map.json``, made by ``tools/map_build``); a border is that of the
source and says nothing. What the world has no number of its own for is hatched.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from countervail.errors import FileError
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


_given: ContextVar[dict[str, Any] | None] = ContextVar("countervail_shapes", default=None)

MOST_SHAPES = 4 << 20
"""Bytes of a file of shapes."""

_PATH = re.compile(r"[MLHVZmlhvz0-9eE+\-., ]+")
_CODE = re.compile(r"[A-Z]{3}|-?[A-Za-z0-9_-]{1,8}")


def shapes() -> dict[str, Any]:
    """Return the shapes of the world: source, projection, box, and a path by code.

    They are the package's, or those stated by :func:`on_shapes`.
    """
    return _given.get() or _shipped()


@cache
def _shipped() -> dict[str, Any]:
    file = resources.files("countervail.data").joinpath("map.json")
    read: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return read


@contextmanager
def on_shapes(given: dict[str, Any] | None) -> Iterator[None]:
    """State the shapes of maps drawn inside the block; None leaves them as they are."""
    mark = _given.set(given or _given.get())
    try:
        yield
    finally:
        _given.reset(mark)


def read_shapes(path: str | Path) -> dict[str, Any]:
    """Return the shapes in a file of the form of the package's ``data/map.json``.

    It has ``viewBox`` (four numbers), ``source``, ``projection``, and ``countries``: by code ``d``,
    a path of straight lines, ``at``, where the name stands, and ``dot`` where it is drawn as one.

    Args:
        path: of the file.

    Raises:
        FileError: it cannot be read, or is no such file: what is wrong with it.
    """
    where = Path(path)
    try:
        if where.stat().st_size > MOST_SHAPES:
            raise FileError(f"has over {MOST_SHAPES:,} bytes, too many for a map", where)
        read = json.loads(where.read_text("utf-8"))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no JSON"
        raise FileError(f"cannot be read as a map: {why}", where) from None
    wrong = _wrong(read)
    if wrong:
        raise FileError(f"{wrong}; tools/map_build says how the package's is made", where)
    return {"source": "a file of your own", "projection": "the file's", **read}


def _wrong(read: Any) -> str | None:
    """Return what is wrong with shapes; None where nothing is."""
    if not isinstance(read, dict) or not isinstance(read.get("countries"), dict):
        return "a map has a table 'countries', of shapes by code"
    if not _numbers(read.get("viewBox"), 4):
        return "a map has 'viewBox', four numbers"
    for key in ("source", "projection"):
        if not isinstance(read.get(key, ""), str):
            return f"'{key}' of a map is a text"
    for code, shape in read["countries"].items():
        if not _CODE.fullmatch(code):
            return f"'{code[:20]}' is no code of a country"
        if not isinstance(shape, dict) or not isinstance(shape.get("d"), str):
            return f"the shape of {code} has no path 'd'"
        if not _PATH.fullmatch(shape["d"]):
            return f"the path of {code} holds more than straight lines (M, L, H, V, Z)"
        if not _numbers(shape.get("at"), 2):
            return f"the shape of {code} has no place 'at', two numbers"
    return None


def _numbers(given: Any, count: int) -> bool:
    return (
        isinstance(given, list)
        and len(given) == count
        and all(isinstance(n, int | float) and math.isfinite(n) for n in given)
    )


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
