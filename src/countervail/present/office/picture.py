"""A chart as a PNG, without a browser, where what draws it is installed."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

from countervail.present.charts.canvas import Drawing

SCALE = 2
"""Pixels of the picture in one of the drawing's: sharp on paper."""

LETTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
    '<text x="2" y="16" font-family="sans-serif" font-size="16">M</text></svg>'
)


def png(drawing: Drawing) -> bytes | None:
    """Return the drawing of a chart as a PNG; None where ``why_no_png`` has a reason."""
    return None if why_no_png() else _drawn(drawing.alone(), SCALE)


@cache
def why_no_png() -> str | None:
    """Return why no picture can be drawn as a PNG; None where it can."""
    if find_spec("resvg_py") is None:
        return "pip install 'countervail[office]'"
    if _drawn(LETTER, 1) == _drawn(LETTER.replace("M<", "<"), 1):
        return "this machine has no fonts, and a figure without its words is none"
    return None


def _drawn(svg: str, zoom: float) -> bytes:
    """Return a drawing as a PNG."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom))
