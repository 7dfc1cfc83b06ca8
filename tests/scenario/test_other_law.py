"""What a question does not price is named: other changes between its dates, and later ones."""

from __future__ import annotations

from datetime import date

import pytest

import countervail as cv
from countervail.scenario import other_law, preset_names
from countervail.scenario.file import describe
from countervail.scenario.shipped import SHIPPED

VARIANTS = [
    (name, variant)
    for name in preset_names()
    for variant in (describe(SHIPPED / f"{name}.toml")["variants"] or {None: ""})
]


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_every_preset_names_what_else_changed_on_its_parties(name: str, variant: str) -> None:
    asked = cv.open_scenario(name, variant)
    assert asked.ledger is not None
    assert asked.from_date is not None
    assert asked.to_date is not None
    named = {*(matter for matter, _ in other_law.outside(asked)), *(asked.subject or ())}
    shown = set(asked.countries)
    for change in asked.ledger.between(asked.from_date, asked.to_date):
        touched = {change.measure.implementer, *change.targets} & shown
        if touched and change.kind != "continues":
            assert change.measure.id in named, (change.date, change.measure.id)


def test_a_war_of_two_names_what_was_done_to_others() -> None:
    asked = cv.open_scenario("us-china-2025", "peak")
    found = other_law.unpriced(asked)
    assert "usa-can-ieepa-fentanyl-2025" in found
    reason = dict(other_law.outside(asked))["usa-can-ieepa-fentanyl-2025"]
    assert "2025-03-04" in reason
    assert "stands as on 2025-01-31" in reason


def test_a_question_over_all_law_leaves_nothing_beside_it() -> None:
    every = cv.Scenario.between(cv.open_ledger(), "2025-01-31", "2025-04-12")
    assert other_law.unpriced(every) == {}


def test_since_is_after_the_second_date_and_up_to_the_day() -> None:
    asked = cv.open_scenario("canada-china")

    def changes(day: date) -> dict[tuple[str, ...], tuple[float | None, float | None]]:
        found = other_law.since(asked, day)
        return {c.products: (c.rate_before, c.rate_after) for c in found}

    assert changes(date(2026, 1, 12)) == changes(date(2026, 2, 28)) == {}
    assert changes(date(2026, 3, 1)) == {
        ("electric_vehicles",): (100.0, None),
        ("canola_meal", "peas"): (100.0, 0.0),
        ("lobster_crab",): (25.0, 0.0),
        ("canola_seed",): (75.8, 5.9),
    }


def test_since_does_not_repeat_what_the_question_supposes() -> None:
    agreed = cv.open_scenario("ev-for-canola", "agreed")
    assert other_law.since(agreed, date(2026, 11, 29)) == ()


def test_since_speaks_of_the_pairs_asked_about() -> None:
    between = cv.open_scenario("us-canada", "emergency-duties")
    found = other_law.since(between, date(2026, 11, 29))
    assert found
    assert all(c.measure.implementer in {"USA", "CAN"} for c in found)


def test_other_dates_drop_the_question_in_words() -> None:
    asked = cv.open_scenario("canada-china")
    assert asked.question
    assert asked.with_options(to_date=date(2026, 3, 2)).question == ""
    assert asked.with_options(countries=["CAN"]).question == asked.question


def test_a_law_of_a_day_to_come_has_no_since() -> None:
    agreed = cv.open_scenario("ev-for-canola", "agreed")  # supposes the law of 2026-03-02
    assert other_law.since(agreed, date(2026, 2, 1)) == ()
