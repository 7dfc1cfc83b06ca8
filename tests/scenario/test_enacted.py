"""A ledger whose law of a day is a hypothetical one: that day as changed, before it as it was."""

from __future__ import annotations

import datetime as dt

import pytest

from countervail.ledger import open_ledger
from countervail.ledger.in_force import LawView
from countervail.scenario.hypothetical import changed, enacted
from countervail.scenario.question import Change

DAY = dt.date(2026, 1, 12)
EV, SEED, HUNDRED = (
    "can-chn-ev-surtax-2024",
    "chn-can-canola-seed-antidumping",
    "chn-can-antidiscrimination-100-2025",
)
STEEL = "usa-all-s232-steel-aluminium-2025"


def law(view: LawView) -> set[tuple[object, ...]]:
    """What is law: by measure, product and target."""
    return {
        (e.measure.id, product, target, *map(str, e.rate.law))
        for e in view.entries
        for product in e.products
        for target in e.targets
    }


@pytest.mark.parametrize(
    "changes",
    [
        [Change(EV, rate=20.0), Change(SEED, ends=True)],
        [Change(HUNDRED, ("canola_oil",), ends=True)],
        [Change(STEEL, targets=("CAN",), rate=10.0)],
        [Change(EV, law_of=dt.date(2024, 9, 30))],
    ],
    ids=["rate-and-end", "a-part-of-its-goods", "one-target", "another-day"],
)
@pytest.mark.parametrize("known_on", [None, dt.date(2026, 2, 1)])
def test_the_law_of_the_day_is_the_changed_one(
    changes: list[Change], known_on: dt.date | None
) -> None:
    ledger = open_ledger()
    view = ledger.at(DAY, known_on)
    for change in changes:
        view = changed(view, change, ledger, DAY, known_on)
    made = enacted(ledger, view, {change.measure for change in changes}, DAY, known_on)
    assert law(made.at(DAY, known_on)) == law(view) != law(ledger.at(DAY, known_on))
    for day in (dt.date(2022, 6, 30), DAY - dt.timedelta(days=1)):
        assert law(made.at(day)) == law(ledger.at(day)), "what came before stays"
