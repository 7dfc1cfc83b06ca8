"""What is no measure of trade: gated by its matter, by who acts, by its frame; twins drafted."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

import countervail as cv
from countervail.reading.lexicon import table
from countervail.reading.load import from_text
from countervail.reading.reader import read_source
from countervail.reading.record import as_dict
from tests.reading.grid import Case, cases, compare

ON = date(2024, 5, 14)
MOST_FALSE = 0.12
"""Drafts on a text that tells no measure, at most."""
TAKERS = (("Peru", "PER"), ("Norway", "NOR"))
PEOPLES = (("Kenyan", "KEN"), ("Chilean", "CHL"))
TRAPS = (
    "Bakers in {taker} stopped imports of {people} wheat in a row over prices.",
    "The hotel tariff in {taker} rose by 12% for {people} guests.",
    "{taker} barred three {people} players from the league until August.",
    "Police in {taker} seized 40 kilos of cocaine among {people} wheat.",
    "In her novel {taker} puts a duty of 30% on {people} wheat.",
    "The museum shows how {taker} banned {people} wheat. A duty on {people} wheat followed.",
    "Should {taker} put a duty of 30% on {people} wheat?",
    "What would a 30% duty do? The bank fed it into its model. A 30% duty on {people} wheat in "
    "{taker} adds a tenth to prices.",
    "A century ago this month {taker} put a duty of 30% on {people} wheat.",
    "No order has been given in {taker} to hold back {people} wheat.",
)
TWINS = (
    "{taker} stopped imports of {people} wheat in a row over prices.",
    "{taker} put a duty of 12% on {people} wheat. Hotels raised their tariffs as well.",
    "Customs in {taker} have barred {people} wheat. Three players were barred from the league.",
    "{taker} put a duty of 30% on {people} wheat on Monday. A novel tells of another.",
    "The museum shows how wheat was banned. On Monday {taker} banned {people} wheat.",
    "Why did {taker} put a duty of 30% on {people} wheat on Monday?",
)


@pytest.fixture(scope="module")
def traps() -> list[tuple[Case, list[dict[str, Any]]]]:
    found = cases("grid18.txt", "grid19.txt", "grid20.txt")
    return [(c, as_dict(read_source(from_text(c.text, c.on)))["measures"]) for c in found]


def test_texts_without_a_measure_make_few_drafts(
    traps: list[tuple[Case, list[dict[str, Any]]]],
) -> None:
    without = [(case, got) for case, got in traps if not case.wants]
    assert len(without) >= 180
    false = [(case.name, one["quote"]) for case, got in without for one in got]
    assert len(false) <= MOST_FALSE * len(without), false


def test_the_same_words_with_a_measure_make_its_draft(
    traps: list[tuple[Case, list[dict[str, Any]]]],
) -> None:
    beside = [(case, got) for case, got in traps if any(not w.optional for w in case.wants)]
    assert len(beside) >= 12
    assert sum(compare(case, got)[0] for case, got in beside) >= len(beside) - 1


@pytest.mark.parametrize("form", TRAPS)
def test_no_country_makes_a_measure_of_a_trap(form: str) -> None:
    for (taker, _), (people, _) in product(TAKERS, PEOPLES):
        assert not cv.read(form.format(taker=taker, people=people), date=ON).measures


@pytest.mark.parametrize("form", TWINS)
def test_any_country_makes_a_measure_of_its_twin(form: str) -> None:
    for (taker, code), (people, origin) in product(TAKERS, PEOPLES):
        text = form.format(taker=taker, people=people)
        found = cv.read(text, date=ON).measures
        assert [(d.implementer, d.targets) for d in found] == [((code,), (origin,))], text


def test_what_is_gated_is_listed_with_its_reason() -> None:
    listed = cv.read("The port of Callao raised its own tariff by 6%.", date=ON).listed
    assert [(one.status, "sets no law of trade" in one.reason) for one in listed] == [
        ("other_sense", True)
    ]


def test_no_wording_of_another_matter_stands_twice() -> None:
    words = [row["words"] for row in table("domains") if row["weight"] != "agent"]
    assert len(words) == len(set(words))
    assert all(len(one.split()) <= 3 for one in words)
