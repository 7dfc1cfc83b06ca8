"""Goals of a text as goals that can be searched for: the words of ``respond reach``."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

from countervail.errors import InputError
from countervail.policy.reaching.goals import VERBS, parse
from countervail.reading.places import find_places

FLOWS = {
    "export_diversification": "exports",
    "export_value": "exports",
    "import_value": "imports",
}
TIMES = {times: verb for verb, (_, times) in VERBS.items()}
LONGEST = 120
"""Characters behind a goal in which its partners are looked for."""


def command(text: str, goal: Mapping[str, Any]) -> str:
    """Return the command that searches what a goal of a text takes.

    Args:
        text: that was read.
        goal: of it.

    Raises:
        InputError: the text does not say whose it is, of what or how much.
    """
    return f"countervail respond reach {shlex.quote(words(text, goal))}"


def words(text: str, goal: Mapping[str, Any]) -> str:
    """Return a goal of a text in words that ``respond reach`` understands.

    Args and errors as ``command``.
    """
    said = text[goal["start"] : goal["end"]]
    if goal["actor"] is None:
        raise InputError(f"'{said}': the text does not say whose goal it is")
    flow = FLOWS.get(goal["type"])
    if flow is None:
        kind = goal["type"].replace("_", " ")
        raise InputError(f"'{said}': a goal of {kind} without a size; give one to respond reach")
    figure = f"{flow} of {goal['actor']}{_partners(text, goal, flow)}"
    by = f" by {goal['horizon'][:4]}" if goal.get("horizon") else ""
    return parse(f"{_sized(said, goal, figure)}{by}").say


def _sized(said: str, goal: Mapping[str, Any], figure: str) -> str:
    factor = goal.get("factor")
    if factor in TIMES:
        return f"{TIMES[factor]} {figure}"
    if factor:
        return f"raise {figure} by {100 * (factor - 1):g} %"
    part = re.search(r"(\d+(?:\.\d+)?)\s?(?:%|per\s?cent)", said)
    if part is None:
        raise InputError(f"'{said}': the text does not say by how much")
    verb = "cut" if goal["direction"] == "decrease" else "raise"
    return f"{verb} {figure} by {part[1]} %"


def _partners(text: str, goal: Mapping[str, Any], flow: str) -> str:
    """Return with whom: the countries named in the goal, or all but them."""
    rest = re.split(r"(?<![A-Z])[.;](?:\s|$)", text[goal["start"] : goal["end"] + LONGEST])[0]
    rest = re.split(r"\bin the face of\b|\bafter\b|\bbecause\b|\bas\b|,", rest)[0]
    found = [
        (p, rest[max(0, p.start - 14) : p.start].lower())
        for p in find_places(rest, None)
        if p.code != goal["actor"]
    ]
    link = "to" if flow == "exports" else "from"
    but = [
        p.code
        for p, before in found
        if re.search(r"(?:non-|outside |but |beyond )(?:the )?$", before)
    ]
    if but:
        return f" {link} all but {', '.join(dict.fromkeys(but))}"
    to = [p.code for p, before in found if re.search(rf"\b(?:{link}|and|with)(?: the)? ?$", before)]
    return f" {link} {', '.join(dict.fromkeys(to))}" if to else ""
