"""What tests of reports may ask for: the main job's answer with a few draws, and its page."""

from __future__ import annotations

import pytest

import countervail as cv
from countervail.draws.ensemble.door import ensemble
from countervail.draws.how import Draws
from countervail.present.page.report import ReportPage
from countervail.present.page.run import run_page
from countervail.present.ranges import Reader
from countervail.present.result import document
from countervail.present.sentences.language import language
from countervail.present.tables import RowsWithRanges
from countervail.present.told import ToldAnswer


def page_of(
    solution: cv.Solution, drawn: cv.Ensemble | None = None, lang: str = "en"
) -> ReportPage:
    """The report of an answer."""
    said = language(lang)
    answered = document(solution, drawn, {}, said)
    told = ToldAnswer(solution, RowsWithRanges.of(solution, drawn))
    return run_page(answered, told, said, {}, "countervail run canada-china")


@pytest.fixture(scope="session")
def drawn(canada_china: cv.Solution) -> cv.Ensemble:
    """Four draws of the main job's answer."""
    return ensemble(
        canada_china.observed,
        canada_china.scenario,
        canada_china.model,
        Draws(number=4, workers=1),
        read=Reader.of(canada_china),
        point=canada_china,
    )


@pytest.fixture(scope="session")
def page(canada_china: cv.Solution, drawn: cv.Ensemble) -> ReportPage:
    """The report of the main job's answer."""
    return page_of(canada_china, drawn)
