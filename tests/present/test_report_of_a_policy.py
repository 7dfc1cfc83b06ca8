"""The page of a chosen policy: who gains and loses, from the rows of the answer's own object."""

from __future__ import annotations

import re
from typing import Any

import pytest

from countervail.present.document import Document
from countervail.present.page.report import PageFigure
from countervail.present.page.respond import MOST_OTHERS, policy_page
from countervail.present.parts import Heading, Words
from countervail.present.sentences.language import language

CODES = ("CAN", "CHN", "USA", "MEX", "JPN", "KOR", "AUS", "IND", "FRA", "DEU", "ITA", "ESP", "POL")


def answer(*, ranges: bool = True) -> Document:
    rows = {
        code: {
            "welfare": (-1.0) ** k * 0.01 / (k + 1),
            "welfare_usd": (-1.0) ** k * 100.0 / (k + 1),
        }
        for k, code in enumerate(CODES)
    }
    rows["POL"] = {"welfare": 0.9, "welfare_usd": 900.0}
    spread: dict[str, Any] = {
        code: {
            name: {"value": v, "p05": v - 0.1 * abs(v), "p50": v, "p95": v + 0.1 * abs(v)}
            for name, v in row.items()
        }
        for code, row in rows.items()
    }
    spread["POL"] = {k: {**one, "p05": -1.0, "p95": 1e3} for k, one in spread["POL"].items()}
    data = {
        "command": "retaliate",
        "player": {"name": "CAN", "members": ["CAN"]},
        "partner": {"name": "CHN", "members": ["CHN"]},
        "countries": rows,
        "ranges": {"draws": 4, "answered": 4, "countries": spread} if ranges else None,
        "says": {"language": "en", "headline": "An answer of <b>Canada</b>.", "more": "And more."},
    }
    return Document([Words("How CAN could answer"), Heading("The list"), Words("None.")], data)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("ranges", [True, False])
def test_who_gains_is_drawn_parties_first_then_what_is_certain(lang: str, ranges: bool) -> None:
    page = policy_page(answer(ranges=ranges), language(lang), "countervail respond retaliate")
    (block,) = page.sections[0].blocks
    assert isinstance(block, PageFigure)
    keys = re.findall(r'<circle[^>]*data-k="([A-Z]{3})"', block.chart.wide.body)
    assert keys[:2] == ["CAN", "CHN"]
    assert len(keys) == 2 + MOST_OTHERS
    assert ("POL" in keys) is not ranges, "an effect whose range holds zero is not certain"
    assert len(block.table.rows) == len(CODES)
    assert bool(block.table.rows[0][1].spread) == ranges
    assert page.headline == "An answer of <b>Canada</b>"
    assert page.leads == ["And more."], "its title is no lead"
    assert len(page.figures) == 2
    html = page.html()
    assert "<b>Canada" not in html
    assert html.count('role="img"') == 2 * len(page.drawn)
