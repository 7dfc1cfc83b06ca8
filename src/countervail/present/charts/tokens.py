"""Colours, sizes and the style of every chart, once: variables of CSS for light and dark.

Contrast (WCAG 2) of text on ``page`` is 4.5 and more in both: ``tests/present/charts`` holds it.
Hue means sign and nothing else: ``loss`` is below zero, ``gain`` above, ``neu`` neither; ``acc`` is
what can be operated or was aimed at.
"""

from __future__ import annotations

import re

LIGHT = {
    "page": "#f5f6f4", "paper": "#ffffff", "ink": "#17202a", "mute": "#55606c",
    "rule": "#c9d0d4", "hair": "#e6e9ea", "acc": "#274b9f",
    "loss": "#a84c08", "gain": "#0b6e66", "neu": "#5f6a75", "law": "#2c3a47", "warn": "#7a4b00",
    "l3": "#7c3503", "l2": "#bd6a22", "l1": "#e3b27b", "zero": "#d6dad7",
    "g1": "#79c2c0", "g2": "#2f8a86", "g3": "#07544d", "hatch": "#aab2b8",
}  # fmt: skip
DARK = {
    "page": "#0e1318", "paper": "#151c23", "ink": "#e9eef2", "mute": "#a7b3be",
    "rule": "#3a4752", "hair": "#242f38", "acc": "#a3bcff",
    "loss": "#f2a561", "gain": "#52c9ba", "neu": "#98a5b0", "law": "#b8c5d0", "warn": "#ffd27a",
    "l3": "#ffb367", "l2": "#c67f3d", "l1": "#6e4c2c", "zero": "#323d47",
    "g1": "#1f6468", "g2": "#3f9d92", "g3": "#7fe9dc", "hatch": "#5c6a76",
}  # fmt: skip
PAPER = LIGHT | {"page": "#ffffff"}
"""What is printed, and a chart that is a file of its own."""

FACE = '"Segoe UI","Helvetica Neue",Arial,"Liberation Sans",sans-serif'
"""Faces of nearly one width on every system: ``widths`` measures text by Arial's."""

TEXT, SMALL, TINY = 13.0, 12.0, 11.0
"""Sizes of chart text, pixels: names and figures, ranges and notes, ticks."""

WIDE, NARROW = 720, 350
"""The two widths a chart is drawn at, pixels: a page's column, and a phone's."""

CLASSES = ("l3", "l2", "l1", "zero", "g1", "g2", "g3")
"""Classes of a map, from the largest loss to the largest gain."""

STYLE = f"""\
.ch text{{font-family:{FACE};font-size:13px;fill:var(--ink);font-variant-numeric:tabular-nums}}
.ch .tm{{fill:var(--mute)}}.ch .b{{font-weight:700}}.ch .on{{fill:var(--page);font-weight:700}}
.ch .acct{{fill:var(--acc);font-weight:700}}
.ch .halo{{paint-order:stroke;stroke:var(--page);stroke-width:4px;stroke-linejoin:round}}
.gr,.row{{stroke:var(--hair)}}.rl{{stroke:var(--rule)}}.zl{{stroke:var(--ink)}}
.iv{{stroke-width:6;opacity:.38}}.md{{stroke-width:2}}.wh{{stroke:var(--ink);stroke-width:1.5}}
.iv.loss,.md.loss,.lk.loss{{stroke:var(--loss)}}.iv.gain,.md.gain,.lk.gain{{stroke:var(--gain)}}
.iv.neu,.md.neu,.lk.neu{{stroke:var(--neu)}}
.dt{{stroke:var(--page);stroke-width:1.5}}.rg{{fill:var(--page);stroke:var(--ink);stroke-width:1.6}}
.dt.loss,.br.loss{{fill:var(--loss)}}.dt.gain,.br.gain{{fill:var(--gain)}}
.dt.neu,.br.neu{{fill:var(--neu)}}.dt.ink,.br.ink{{fill:var(--ink)}}.br.soft{{fill:var(--rule)}}
.dt.acc,.br.acc{{fill:var(--acc)}}.bb{{opacity:.75}}
.lk{{stroke-width:1.6;fill:none}}.ah{{stroke:var(--mute);stroke-width:1.4;fill:none}}
.law{{fill:var(--law)}}.pt{{fill:url(#stripes)}}.an{{stroke:var(--ink);stroke-width:1.6}}
.an.dots{{stroke-dasharray:2 3}}.cut{{stroke:var(--acc);stroke-width:2}}
.ln{{fill:none;stroke:var(--ink);stroke-width:2}}.ln.soft{{stroke:var(--neu);stroke-dasharray:5 4}}
.mp path,.mp circle{{stroke:var(--page);stroke-width:.5px;vector-effect:non-scaling-stroke}}
.l3{{fill:var(--l3)}}.l2{{fill:var(--l2)}}.l1{{fill:var(--l1)}}
.zero{{fill:var(--zero)}}
.g1{{fill:var(--g1)}}.g2{{fill:var(--g2)}}.g3{{fill:var(--g3)}}.else{{fill:url(#hatch)}}
.mp .else{{fill:url(#maphatch)}}
"""
"""How the marks of charts look; everything in a chart has one of these classes."""


PATTERNS = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--page)"/>'
    '<line x1="0" y1="0" x2="0" y2="5" stroke="var(--hatch)" stroke-width="1.6"/></pattern>'
    '<pattern id="maphatch" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45) scale(13)"><rect width="5" height="5" fill="var(--page)"/>'
    '<line x1="0" y1="0" x2="0" y2="5" stroke="var(--hatch)" stroke-width="1.6"/></pattern>'
    '<pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--rule)"/>'
    '<line x1="0" y1="0" x2="0" y2="6" stroke="var(--law)" stroke-width="4"/></pattern></defs>'
)
"""Hatching: of what the world has no number of its own for, and of law that holds in part."""


def variables(theme: dict[str, str]) -> str:
    """Return a theme as declarations of CSS variables."""
    return ";".join(f"--{name}:{colour}" for name, colour in theme.items())


def resolved(style: str, theme: dict[str, str]) -> str:
    """Return a style with colours in the place of variables, for readers that know none."""
    return re.sub(r"var\(--([a-z0-9]+)\)", lambda found: theme[found[1]], style)
