"""The duties of the United States of 2025 and 2026, day by day, at the border and as settled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from countervail import labels
from countervail.ledger import LawView, open_ledger

BOOK = open_ledger()
RECIPROCAL = "usa-all-ieepa-reciprocal-2025"
IEEPA = [m.id for m in BOOK if m.id.startswith("usa-") and "-ieepa-" in m.id]
DUTIES = [id for id in IEEPA if id != "usa-scotus-ieepa-2026"]


def rate(view: LawView, id: str, country: str, product: str = "most_goods") -> float | None:
    """The rate a measure lays on a product of a country; None for nothing."""
    found = [
        e.rate.rate
        for e in view.only([id]).entries
        if country in e.targets and product in e.products
    ]
    assert len(found) <= 1, (id, country, product, found)
    return found[0] if found else None


def test_the_baseline_is_on_everyone_but_those_under_their_own_orders() -> None:
    law = BOOK.at("2025-06-01")
    outside = {"USA", "CAN", "MEX", "CHN", "HKG", "MAC", "BLR", "CUB", "PRK", "RUS"}
    for country in labels.countries():
        assert rate(law, RECIPROCAL, country) == (None if country in outside else 10.0), country
    [baseline] = {e.all_targets for e in law.only([RECIPROCAL]).entries if "VNM" not in e.targets}
    assert baseline  # also on the countries without a code
    assert rate(law, "usa-chn-ieepa-reciprocal-2025", "CHN") == 10.0
    for id, country in (
        ("usa-can-ieepa-fentanyl-2025", "CAN"),
        ("usa-mex-ieepa-fentanyl-2025", "MEX"),
    ):
        [entry] = [e for e in law.only([id]).entries if "most_goods" in e.products]
        assert (entry.rate.rate, entry.targets) == (25.0, (country,))
        assert entry.rate.exempt is not None
        assert entry.rate.exempt.programme == "usmca"


@pytest.mark.parametrize(
    ("day", "rates"),
    [
        ("2025-04-04", {"VNM": None, "DEU": None, "JPN": None, "GBR": None, "CHN": None}),
        ("2025-04-05", {"VNM": 10.0, "DEU": 10.0, "JPN": 10.0, "GBR": 10.0, "CHN": 10.0}),
        ("2025-04-09", {"VNM": 46.0, "DEU": 20.0, "JPN": 24.0, "GBR": 10.0, "CHN": 84.0}),
        ("2025-04-10", {"VNM": 10.0, "DEU": 10.0, "JPN": 10.0, "GBR": 10.0, "CHN": 125.0}),
        ("2025-08-06", {"VNM": 10.0, "CHE": 10.0, "KOR": 10.0, "BRA": 10.0, "CHN": 10.0}),
        ("2025-08-07", {"VNM": 20.0, "CHE": 39.0, "KOR": 15.0, "BRA": 10.0, "IND": 25.0}),
        ("2025-11-14", {"VNM": 20.0, "CHE": 15.0, "KOR": 15.0, "GBR": 10.0, "SYR": 41.0}),
        ("2026-02-23", {"VNM": 20.0, "CHE": 15.0, "DEU": 15.0, "CHN": 10.0, "TWN": 20.0}),
        ("2026-02-24", {"VNM": None, "CHE": None, "DEU": None, "CHN": None, "TWN": None}),
        ("2026-11-15", {"VNM": None, "CHE": None, "DEU": None, "CHN": None, "TWN": None}),
    ],
)
def test_country_rates_by_day(day: str, rates: dict[str, float | None]) -> None:
    law = BOOK.at(day)
    for country, due in rates.items():
        id = "usa-chn-ieepa-reciprocal-2025" if country == "CHN" else RECIPROCAL
        assert rate(law, id, country) == due, country


def test_all_in_rates_lift_the_applied_duty_and_are_not_added() -> None:
    def bases(day: str, known_on: str | None = None) -> dict[str, str | None]:
        view = BOOK.at(day, known_on).only([RECIPROCAL])
        return {
            c: e.rate.basis
            for e in view.entries
            for c in ("DEU", "JPN", "KOR", "CHE")
            if c in e.targets and "most_goods" in e.products
        }

    assert bases("2025-08-07") == {
        "DEU": "top_up_to",
        "JPN": "top_up_to",
        "KOR": "additional",
        "CHE": "additional",
    }
    assert set(bases("2025-12-01").values()) == {"top_up_to"}
    # as charged in August: the order that made Japan's rate all-in came in September
    assert bases("2025-08-20", known_on="2025-08-20")["JPN"] == "additional"


def test_exempt_goods_leave_on_their_days_and_were_charged_until_that_was_known() -> None:
    def on(product: str, day: str, known_on: str | None = None) -> float | None:
        return rate(BOOK.at(day, known_on), RECIPROCAL, "MYS", product)

    assert on("electronics", "2025-04-06") is None
    assert on("electronics", "2025-04-06", known_on="2025-04-06") == 10.0
    assert on("electronics", "2025-04-09", known_on="2025-04-10") == 24.0
    assert on("electronics", "2025-06-01") is None
    assert on("added_2025_09", "2025-09-07") == 19.0
    assert on("added_2025_09", "2025-09-08") is None
    assert on("farm_goods", "2025-11-12") == 19.0
    assert on("farm_goods", "2025-11-13") is None
    assert on("farm_goods", "2025-11-13", known_on="2025-11-13") == 19.0
    china = "usa-chn-ieepa-reciprocal-2025"
    day = "2025-04-10"
    assert rate(BOOK.at(day, day), china, "CHN", "electronics") == 125.0
    assert rate(BOOK.at(day), china, "CHN", "electronics") is None


def test_what_was_expected_while_suspensions_ran() -> None:
    assert rate(BOOK.at("2025-08-01", "2025-05-01"), RECIPROCAL, "VNM") == 46.0
    assert rate(BOOK.at("2025-08-01", "2025-07-10"), RECIPROCAL, "VNM") == 46.0
    assert rate(BOOK.at("2025-08-01"), RECIPROCAL, "VNM") == 10.0
    china = "usa-chn-ieepa-reciprocal-2025"
    assert rate(BOOK.at("2025-09-01", "2025-06-01"), china, "CHN") == 34.0
    assert rate(BOOK.at("2026-11-15", "2025-12-01"), china, "CHN") == 34.0


def test_after_the_ruling_there_is_section_122_and_no_emergency_duty() -> None:
    law = BOOK.at("2026-03-02")
    assert not set(law.ids) & set(DUTIES)
    assert "usa-all-s122-surcharge-2026" in law.ids
    assert "usa-all-s232-steel-aluminium-2025" in law.ids
    # the day of the ruling, and the last day of collection
    for day in ("2026-02-20", "2026-02-23"):
        assert {RECIPROCAL, "usa-can-ieepa-fentanyl-2025"} <= set(BOOK.at(day).ids)
        assert "usa-all-s122-surcharge-2026" not in BOOK.at(day).ids


@pytest.mark.parametrize("id", DUTIES)
def test_the_emergency_duties_were_collected_and_never_due(id: str) -> None:
    measure = BOOK.measure(id)
    [settled] = measure.settled
    assert settled.announced == date(2026, 2, 20)
    days = [settled.first, settled.first + timedelta(days=90), settled.last]
    for day in days:
        border = BOOK.at(day).only([id]).entries
        assert border, day
        assert not BOOK.at(day, settled=True).only([id]).entries, day
        assert BOOK.at(day, known_on="2026-02-19").only([id]).entries
        back = [s for s in BOOK.due_back(day) if s.entry.measure.id == id]
        assert {s.due_back for s in back} == {e.rate.rate for e in border}
        assert not [s for s in BOOK.due_back(day, "2026-02-19") if s.entry.measure.id == id]
    before, after = settled.first - timedelta(days=1), settled.last + timedelta(days=1)
    for day in (before, after):
        assert not BOOK.at(day).only([id]).entries, day


def test_every_measure_of_the_emergency_act_is_settled() -> None:
    acts = {m.id for m in BOOK if "Emergency Economic Powers" in (m.authority.enabling_act or "")}
    assert {id for id in acts if BOOK.measure(id).settled} == set(DUTIES)
