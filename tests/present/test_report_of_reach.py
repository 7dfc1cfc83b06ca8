"""The report of a goal: how far it is, and what the levers would change, the largest first."""

from __future__ import annotations

import re
from typing import Any

import pytest

from countervail.present.document import Document
from countervail.present.page.reach import EXPORTS, GOALS, OUTPUTS, reach_page
from countervail.present.parts import Column, DocumentTable, Heading, Words
from countervail.present.sentences.language import language


def answer(met: bool = True) -> Document:
    exports = [
        {"partner": partner, "without": without, "then": then}
        for partner, without, then in (
            ("USA", 900.0, 890.0),
            ("DEU", 100.0, 250.0),
            ("JPN", 5.0, 5.0),
        )
    ]
    outputs = [{"sector": "A01", "without": 50.0, "then": 80.0}]
    data: dict[str, Any] = {
        "title": "Twice as much by 2035",
        "question": "Can it?",
        "says": "It is within reach.",
        "goals": [
            {
                "goal": "double", "figure": "exports of CAN", "unit": "USD million", "met": met,
                "today": 100.0, "growth_alone": 120.0, "needed": 200.0, "reached": 200.0,
            }
        ],
        "horizon": {"year": 2035, "years": 9},
        "exports": exports,
        "outputs": outputs,
        "certificate": {},
    }  # fmt: skip
    table = DocumentTable((Column("partner", "p"),), exports)
    parts = [Words("Twice"), Words("It is within reach.")]
    parts += [x for heading in (GOALS[0], EXPORTS, OUTPUTS) for x in (Heading(heading), table)]
    return Document(parts, data)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_goal_and_what_it_buys_are_drawn(lang: str) -> None:
    page = reach_page(answer(), language(lang))
    assert page.headline == "It is within reach"
    gap, exports, outputs = page.drawn
    assert [chart.key for chart in page.drawn] == ["gap", "exports", "outputs"]
    # what does not change is not drawn, and the largest change is first
    found = re.findall(r'data-k="exports ([^"]+)"', exports.wide.body)
    assert len(found) == 2
    assert found[0] in exports.title
    assert "200" in gap.title
    assert outputs.wide.body.count("data-k=") == 1
    page.html()


def test_a_goal_out_of_reach_says_how_far_one_gets() -> None:
    page = reach_page(answer(met=False), language())
    assert page.drawn[0].title.endswith("the levers reach 200")
