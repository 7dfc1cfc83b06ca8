"""Notes are values; sentences are made of them at the edge, and nothing reads a sentence back."""

from __future__ import annotations

import ast
import json
import string
from pathlib import Path

import pytest

import countervail as cv
from countervail.ledger.notes import KINDS, About, Cell, Note, Notes, sentence
from countervail.present.assumptions import assumptions, noted
from countervail.present.result import document
from countervail.present.subject import about_background

REPORTS = Path(cv.__file__).parent / "present"


def fields(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_a_sentence_of_its_values(kind: str) -> None:
    words, part, numbers = KINDS[kind]
    assert fields(part) - {"goods"} == set(numbers), "numbers of a part are named once"
    values = dict.fromkeys(fields(words) - {"measures", "cells"}, 7.0)
    said = About(tuple(float(k) for k in range(len(numbers))), "seed")
    cell = Cell("CAN", "CHN", "A01", (said,) if part else ())
    made = Note(kind, ("a-2025",), (cell,), tuple(values.items()))
    told = str(made)
    assert "{" not in told
    assert told.endswith((".", "7.0"))
    assert ("CAN>CHN A01" in told) == ("cells" in fields(words))
    assert json.loads(json.dumps(made.as_dict()))["sentence"] == told


def test_cells_of_one_note_are_gathered_and_numbers_stay_numbers() -> None:
    notes = Notes()
    for seller, weight in (("CAN", 0.9), ("USA", 0.8)):
        parts = (About((weight, 0.5), "seed"),)
        notes.cell(Cell(seller, "CHN", "A01", parts), "contradicted")
    notes.say("uncovered", "a-2025", goods="seed")
    first, second = notes.all()
    assert [cell.pair for cell in first.cells] == [("CAN", "CHN"), ("USA", "CHN")]
    assert first.as_dict()["cells"][0]["parts"] == [
        {"goods": "seed", "coverage": 0.9, "fitted": 0.5}
    ]
    assert second.measures == ("a-2025",)
    assert str(second) == "Not priced: seed of a-2025 has no coverage."


def test_a_long_list_of_cells_is_cut_the_nearest_first() -> None:
    cells = tuple(Cell(seller, "CHN", "A01") for seller in ("AUS", "BRA", "CAN", "DEU"))
    note = Note("below_zero", (), cells)
    assert sentence(note, 2, lambda cell: cell.exporter == "CAN") == (
        "The duties taken away exceed the rate held in CAN>CHN A01, AUS>CHN A01 and 2 more "
        "(--json names them); it stops at zero."
    )


def test_no_report_reads_a_sentence_back() -> None:
    """Regular expressions have no place where sentences are made."""
    for path in REPORTS.glob("*.py"):
        imported = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert "re" not in imported, path.name


def test_answers_keep_sentences_and_add_values(canada_china: cv.Solution) -> None:
    answer = json.loads(json.dumps(document(canada_china).as_dict()))
    notes = canada_china.resolved.notes
    assert notes
    assert [note["sentence"] for note in answer["law_notes"]] == [str(note) for note in notes]
    assert answer["assumptions"] == assumptions(canada_china)
    assert answer["assumptions"][-len(notes) :] == [str(note) for note in notes]
    assert noted(canada_china, ["first"])["notes"] == ["first", *map(str, notes)]


def test_what_is_background_is_known_by_its_measures(canada_china: cv.Solution) -> None:
    """A measure asked about whose id stands inside another word is not taken for another."""
    subject = "can-chn-ev-surtax-2024"
    assert not about_background(canada_china, Note.of("uncovered", subject, goods="cars"))
    assert about_background(canada_china, Note.of("uncovered", "usa-x-2025", goods="cars"))
    assert not about_background(canada_china, Note.of("not_shown", countries=("XXX",)))
