"""Figures of doubt: a bar an input, a row a choice, and sentences that count what they hold."""

from __future__ import annotations

import re
from typing import Any

import pytest

import countervail as cv
from countervail.present.document import Document
from countervail.present.page.doubts import MOST_INPUTS, DoubtFigures
from countervail.present.page.run import run_page
from countervail.present.parts import Column, DocumentTable, Heading
from countervail.present.result import document
from countervail.present.sentences.language import language
from countervail.present.tables import RowsWithRanges
from countervail.present.told import ToldAnswer

EV = "can-chn-ev-surtax-2024"


def part(words: str, total: float, *inputs: str) -> dict[str, Any]:
    ends = {f"{kind}{end}": total for kind in ("first", "total") for end in ("", "_low", "_high")}
    return {"words": words, "inputs": list(inputs), **ends, "total_high": total + 0.2}


DRIVERS = {
    "countries": {
        "CAN": {
            "welfare": [
                part("the elasticity of motor vehicles", 0.12, "elasticity C29"),
                part("other trade elasticities", 0.31, "elasticity A01", "elasticity A02"),
                part(f"the coverage of {EV}", 0.95, f"coverage {EV}"),
                part("other coverages of measures", -0.01, "coverage a", "coverage b"),
                *(part(f"input {k}", 0.01 * k, f"use {k}", "use") for k in range(1, 4)),
            ]
        }
    }
}


def choice(model: str, closure: str, elasticities: str, welfare: float | None) -> dict[str, Any]:
    known = {"welfare": welfare}
    return {
        "model": model,
        "closure": closure,
        "elasticities": elasticities,
        "certified": welfare is not None,
        "countries": {"CAN": known, "CHN": known},
    }


MODELS = {
    "countries": ["CAN", "CHN"],
    "asked": {"model": "caliendo_parro", "closure": "world_share", "elasticities": "a"},
    "choices": [
        choice("caliendo_parro", "world_share", "a", -0.03),
        choice("caliendo_parro", "world_share", "b", -0.02),
        choice("caliendo_parro", "closed", "a", 0.01),
        choice("krugman", "world_share", "a", None),
        choice("own_model after 1 year", "nominal (wage of USA)", "a", -0.04),
    ],
    "parameters": {"CAN": {"welfare": {"p05": -0.035, "p50": -0.03, "p95": -0.01}}},
}


@pytest.fixture(scope="module")
def told(canada_china: cv.Solution) -> ToldAnswer:
    return ToldAnswer(canada_china, RowsWithRanges.of(canada_china, None))


def table(key: str) -> DocumentTable:
    return DocumentTable((Column(key, key),), [{key: "CAN"}, {key: "CHN"}])


def marks(drawing: Any) -> dict[str, str]:
    return dict(
        re.findall(r'<(?:circle|rect)[^>]*data-k="([^"]*)"[^>]*><title>(.*?)</title>', drawing.body)
    )


def test_a_bar_for_each_of_the_largest_inputs_in_plain_words(told: ToldAnswer) -> None:
    (chart,) = DoubtFigures(language(), told).drivers(DRIVERS, table("country"))
    found = list(marks(chart.wide).values())
    assert len(found) == MOST_INPUTS
    assert found[0].startswith("Electric vehicles in their sector")
    assert found[0].endswith("95\u00a0%")
    assert [one.split(":")[0] for one in found[1:3]] == [
        "Other trade elasticities",
        "Elasticity of motor vehicles",
    ]
    assert chart.title.startswith(
        "95\u00a0per cent of the doubt about Canada comes from electric vehicles"
    )
    assert chart.table.shown == [0], "the rows of the country alone"
    ends = [
        float(x)
        for x in re.findall(r'class="wh" x1="[\d.]+" y1="[\d.]+" x2="([\d.]+)"', chart.wide.body)
    ]
    assert max(ends) <= chart.wide.width, "no part is more than the whole"


def test_a_row_for_each_choice_and_a_dot_for_each_set(told: ToldAnswer) -> None:
    first, second = DoubtFigures(language(), told).models(MODELS, table("choice"))
    found = marks(first.wide)
    assert len(found) == 4, "what has no certified answer is not drawn"
    assert "no deficits" in first.wide.label.lower()
    assert "own_model after 1 year" in first.wide.label.lower()
    assert first.title == (
        "Canada loses under 3 of 4 combinations of models, closures and elasticities"
    )
    assert first.wide.body.count('class="iv ') == 1, "the answer alone has a range"
    assert 'class="iv ' not in second.wide.body


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_page_of_run_has_them_where_they_were_asked_for(
    canada_china: cv.Solution, told: ToldAnswer, lang: str
) -> None:
    said = language(lang)
    studies = {
        "drivers": Document([Heading("x"), table("country")], DRIVERS),
        "models": Document([Heading("y"), table("choice")], MODELS),
    }
    answered = document(canada_china, None, {}, said)
    html = run_page(answered, told, said, studies).html()
    for key in ("doubt-CAN", "models-CAN", "models-CHN"):
        assert f'id="f-{key}"' in html
    assert ("élasticité" in html.lower()) == (lang == "fr")
