"""Duties collected at the border and not due in law: annulled, refunded, corrected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_measures import head, ledger, measure, product, rate, small_world

from countervail.errors import FileError
from countervail.ledger import LawView, Measure
from countervail.ledger.pricing.base import law_states
from countervail.present.ledgers import settled_words

TWO = head(targets='["CAN", "USA"]') + product() + product("meal", '["2306.41"]')
BOTH = '["seed", "meal"]'


def settled(
    announced: str, first: str, last: str, due: float = 0.0, more: str = "", refund: str = "open"
) -> str:
    return f"""
[[settled]]
announced = {announced}
first = {first}
last = {last}
rate = {due}
refund = "{refund}"
{more}
reference = {{ title = "A ruling", publisher = "A court", date = "2026-02-20" }}
"""


def paid(view: LawView) -> dict[tuple[str, str], float | None]:
    return {(p, t): e.rate.rate for e in view.entries for p in e.products for t in e.targets}


def annulled(*tables: str) -> Measure:
    return measure(TWO, rate("2025-03-08", "2025-03-20", products=BOTH), *tables)


def test_what_was_annulled_stays_what_was_paid_and_is_not_what_was_due() -> None:
    of = ledger(annulled(settled("2026-02-20", "2025-03-20", "2026-02-23")))
    everything = dict.fromkeys(((p, t) for p in ("seed", "meal") for t in ("CAN", "USA")), 25.0)
    assert paid(of.at("2025-06-01")) == everything
    assert paid(of.at("2025-06-01", settled=True)) == {}
    # after its last day the law at the border is the law
    assert paid(of.at("2026-02-24", settled=True)) == everything
    # nobody knew before the ruling
    assert paid(of.at("2025-06-01", known_on="2026-02-19", settled=True)) == everything
    assert of.due_back("2025-06-01", known_on="2026-02-19") == ()
    (back,) = of.due_back("2025-06-01", known_on="2026-02-20")
    assert (back.collected, back.due, back.due_back) == (25.0, 0.0, 25.0)
    assert back.settled.refund == "open"


def test_a_settlement_reaches_the_goods_and_targets_it_names() -> None:
    only = 'products = ["seed"]\ntargets = ["CAN"]'
    of = ledger(annulled(settled("2026-02-20", "2025-03-20", "2025-12-31", 5.9, only)))
    assert paid(of.at("2025-06-01", settled=True)) == {
        ("seed", "CAN"): 5.9,
        ("seed", "USA"): 25.0,
        ("meal", "CAN"): 25.0,
        ("meal", "USA"): 25.0,
    }
    (back,) = of.due_back("2025-06-01")
    assert (back.entry.products, back.entry.targets) == (("seed",), ("CAN",))
    assert back.due_back == 19.1  # to the last digit of what is printed


def test_of_two_settlements_the_later_stands() -> None:
    first = settled("2026-01-01", "2025-03-20", "2025-12-31", 5.0)
    later = settled("2026-03-01", "2025-03-20", "2025-12-31", 8.0)
    for tables in ((first, later), (later, first)):
        of = ledger(annulled(*tables))
        assert {s.due for s in of.due_back("2025-06-01")} == {8.0}
        assert {s.due for s in of.due_back("2025-06-01", known_on="2026-02-01")} == {5.0}


DAYS = st.integers(0, 400).map(lambda n: date(2025, 3, 1) + timedelta(days=n))


@given(DAYS, DAYS, DAYS, DAYS)
def test_settled_law_differs_from_the_border_only_within_its_days_and_once_known(
    day: date, known: date, one: date, other: date
) -> None:
    first, last = sorted((one, other))
    told = last + timedelta(days=30)
    of = ledger(annulled(settled(str(told), str(first), str(last), 10.0)))
    border, law = paid(of.at(day, known)), paid(of.at(day, known, settled=True))
    assert border.keys() == law.keys()
    reached = bool(border) and first <= day <= last and told <= known
    assert (border != law) == reached
    assert bool(of.due_back(day, known)) == reached


def test_an_answer_says_where_the_border_and_the_law_as_settled_differ() -> None:
    world = small_world()
    m = annulled(settled("2026-02-20", "2025-03-20", "2026-02-23"))

    def told(first: str, last: str, **more: str) -> list[str]:
        found = law_states(ledger(m), world, first, last, [m.id], **more)
        return [str(n) for n in found.notes if n.kind == "settled"]

    assert told("2025-01-31", "2025-06-01") == [
        "chn-can-duty-2025: what was paid at the border on 2025-06-01 was not due, or not in full, "
        "in law as settled on 2026-02-20; the figures are of what was paid."
    ]
    assert told("2025-01-31", "2025-06-01", known_on="2025-06-01") == []
    assert told("2025-01-31", "2026-02-24") == []
    assert told("2025-06-01", "2025-07-01") == []  # nothing differs between the two


DATES = "2026-02-20", "2025-03-20", "2025-12-31"


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (settled("2026-02-20", "2025-03-20", "2025-03-19"), "last 2025-03-19 lies before first"),
        (settled("2025-03-19", "2025-03-20", "2025-12-31"), "before the first day it speaks of"),
        (settled(*DATES, more='products = ["sed"]'), "no product 'sed'"),
        (settled(*DATES, more='targets = ["CND"]'), "CND"),
    ],
)
def test_a_settlement_that_says_nothing_sound_is_refused(table: str, says: str) -> None:
    with pytest.raises(FileError, match=says):
        annulled(table)


def test_a_settlement_is_told_in_one_line() -> None:
    of = annulled(settled("2026-02-20", "2025-03-20", "2026-02-23", more='products = ["seed"]'))
    assert settled_words(of, of.settled[0]) == (
        "entered 2025-03-20 to 2026-02-23 (seed): nothing was due, known since 2026-02-20; "
        "how what is over is paid back is not settled (A ruling, A court, 2026-02-20)"
    )
