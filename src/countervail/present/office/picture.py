"""A chart as a PNG, without a browser, where what draws it is installed."""

from __future__ import annotations

from importlib.util import find_spec

from countervail.present.charts.chart import Chart

SCALE = 2
"""Pixels of the picture in one of the drawing's: sharp on paper."""


def png(chart: Chart) -> bytes | None:
    """Return the wide picture of a chart as a PNG; None where ``resvg_py`` is not installed.

    Args:
        chart: with its drawing; a file of its own needs no CSS variables.
    """
    if find_spec("resvg_py") is None:
        return None
    import resvg_py

    drawn = resvg_py.svg_to_bytes(svg_string=chart.svg(), zoom=SCALE)
    return bytes(drawn)
