"""The first screen of an answer: a sentence, a dozen lines, 80 columns; its parts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import pytest
from rich.console import Console

import countervail as cv
from countervail.errors import InputError, PartialAnswer
from countervail.present import terminal
from countervail.present.document import Document
from countervail.present.first import first_screen
from countervail.present.horizons import long_run
from countervail.present.parts import DocumentTable, Part, Words
from countervail.present.render.screen import screen
from countervail.present.result import SECTIONS, document, headline
from countervail.present.sentences.language import language
from countervail.present.tables import RowsWithRanges
from countervail.present.told import ToldAnswer
from countervail.scenario.one_line import asked


def printed(parts: Sequence[Part]) -> list[str]:
    """Lines as a pipe has them."""
    said = io.StringIO()
    console = Console(width=80, file=said, markup=False, emoji=False)
    terminal.show(screen(parts), console, least=terminal.FIRST_SCREEN)
    return said.getvalue().splitlines()


def flat(lines: Sequence[str]) -> str:
    return " ".join(" ".join(lines).split())


@pytest.fixture(scope="module", params=["one horizon", "long run beside"])
def answer(request: pytest.FixtureRequest, canada_china: cv.Solution) -> Document:
    """An answer at one horizon, and the same with another beside it."""
    beside = {} if request.param == "one horizon" else {"long_run": long_run(canada_china, None)}
    return document(canada_china, None, beside)


def test_it_fits_a_screen(answer: Document) -> None:
    lines = printed(answer.read())
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 80
    assert not any("…" in line or "−" in line for line in lines)  # ASCII minus in a pipe
    table = [line for line in lines if line.startswith("  ") and line.strip()]
    assert 8 <= len(table) <= 12


def test_it_begins_with_the_answer_and_ends_with_the_way_to_the_rest(answer: Document) -> None:
    said = answer.data["says"]
    lines = printed(answer.read())
    assert flat(lines).startswith(flat([said["headline"]]).replace("−", "-"))
    assert "--show law,goods,countries,sectors,why" in lines[-1]
    assert "--all" in lines[-1]
    text = flat(lines)
    for words in ("The law has changed since:", "Certified.", "matters left out: --show why"):
        assert words in text, words
    (law,) = (line for line in lines if line.startswith("Law of 30 September 2024 against"))
    assert (
        law.rstrip()
        == "Law of 30 September 2024 against 12 January 2026. Canada and China: surtaxes ..."
    )
    heads = "long run long run" if "long_run" in answer.data else "long run per cent of spending"
    assert heads in text


def test_numbers_of_the_table_are_those_of_the_rows(
    answer: Document, canada_china: cv.Solution
) -> None:
    lines = printed(answer.read())
    for code, name in (("CAN", "Canada"), ("CHN", "China")):
        (line,) = (one for one in lines if one.startswith(f"  {name} "))
        welfare = canada_china.figure("welfare_usd", country=code).value
        first = line.split()[1]
        assert first.startswith("-")
        assert float(first.replace(",", "")) == pytest.approx(welfare, rel=0.02)


def test_everything_and_parts_of_it(answer: Document) -> None:
    assert answer.read(everything=True) == answer.parts
    assert list(answer.sections) == list(SECTIONS)
    held = [part for part in answer.parts if isinstance(part, DocumentTable)]
    shown = [
        part for word in SECTIONS for part in answer.read([word]) if isinstance(part, DocumentTable)
    ]
    assert {id(part) for part in held} == {id(part) for part in shown}  # nothing is lost
    for word, heading in (("law", "What changed in law"), ("why", "How to cite")):
        read = answer.read([word])
        assert read[0] == answer.first[0]
        assert heading in flat(printed(read))
    with pytest.raises(InputError, match=r"--show lwa: there is law.*did you mean 'law'"):
        answer.read(["lwa"])


def test_it_is_told_in_french(canada_china: cv.Solution) -> None:
    told = document(canada_china, None, lang=language("fr"))
    text = flat(printed(told.read()))
    assert text.startswith("À long terme, les droits que le Canada et la Chine se sont imposés")
    assert "graines de canola" in text
    assert "Droit du 30 septembre 2024 contre droit du 12 janvier 2026" in text
    assert "Chine" in text
    assert told.data["says"]["language"] == "fr"
    # the rest is read as it is: what is data stays data
    assert told.data["countries"] == document(canada_china).data["countries"]


def test_where_nothing_moves_it_says_so(oecd: cv.World) -> None:
    scenario = cv.Scenario.between(
        cv.open_ledger(), "2024-01-01", "2024-01-02", measures=["can-chn-ev-surtax-2024"]
    )
    told = document(cv.solve(oecd, scenario))
    first = told.first[0]
    assert isinstance(first, Words)
    assert first.text == "Nothing in the law changed between 1 January 2024 and 2 January 2024."
    assert flat(printed(told.read())).startswith(first.text)
    assert "Law of 1 January 2024 against 2 January 2024." in flat(printed(told.read()))


def test_the_law_of_a_question_by_hand(oecd: cv.World) -> None:
    """It names the one day whose law it changes; without a ledger, whose tariffs stand."""
    book = cv.open_ledger()
    lines = asked(book, date(2026, 1, 12), ["USA on CAN goods 10"], [], oecd.countries)
    for scenario, law in (
        (lines, "Law of 12 January 2026, and the change asked about on top."),
        (cv.Scenario.from_arrays(oecd), "Tariffs as the world of 2022 states them, "),
    ):
        solution = cv.solve(oecd, scenario)
        told = ToldAnswer(solution, RowsWithRanges.of(solution))
        screen_ = first_screen(told, language())
        (words,) = (p for p in screen_.parts[1:2] if isinstance(p, Words))
        assert words.text.startswith(law)


def test_a_measure_left_out_is_called_by_its_title(oecd: cv.World) -> None:
    id_ = "can-china-melt-pour-surtax-2025"
    scenario = cv.Scenario.between(
        cv.open_ledger(), "2024-12-31", "2026-01-12", measures=[id_, "can-chn-ev-surtax-2024"]
    ).with_options(allow_partial=True)
    with pytest.warns(PartialAnswer):
        said = [words.text for words in headline(cv.solve(oecd, scenario))]
    title = cv.open_ledger().measure(id_).title
    assert any(said_.startswith("PARTIAL") and f"{title} ({id_})" in said_ for said_ in said), said
