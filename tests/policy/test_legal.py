"""What an answer would break, and from where it is counted."""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import countervail as cv
from countervail.policy.legal import WouldBreak, would_break
from countervail.policy.status_quo import status_quo

from .small_tables import four_countries

DAY = date(2026, 11, 1)
CODES = ("CAN", "USA", "CHN", "NOR", "JPN")


def world(*sectors: str) -> cv.World:
    sectors = sectors or ("A01", "C29")
    n, j = len(CODES), len(sectors)
    trade = np.full((n, n, j), 10.0) + 80.0 * np.eye(n)[:, :, None]
    tariff = np.full((n, n, j), 0.02) * (1.0 - np.eye(n)[:, :, None])
    return cv.World.from_arrays(
        countries=CODES,
        sectors=sectors,
        trade=trade,
        tariff=tariff,
        input_share=np.zeros((n, j, j)),
        trade_elasticity=np.full(j, 4.0),
        name="small",
        year=2022,
    )


def broken(where: cv.World, day: date = DAY, **rates: float) -> WouldBreak:
    """Return what rates such as ``CAN_USA_C29=0.1`` (importer, exporter, sector) would break."""
    tariff = where.tariff.copy()
    for key, rate in rates.items():
        importer, exporter, sector = key.split("_")
        cell = where.country(exporter), where.country(importer), where.sector(sector)
        tariff[cell] = rate
    resolved = cv.Scenario.from_arrays(where, tariff=tariff).resolve(where)
    return would_break(resolved, where, [("CAN", (0,))], day)


def test_a_higher_rate_on_a_partner_breaks_the_agreement_with_it() -> None:
    found = broken(world(), CAN_USA_C29=0.12, CAN_CHN_C29=0.05)
    (one,) = found.breaches
    assert one.agreement == "Canada-United States-Mexico Agreement"
    assert (one.importer, one.partners, one.rates) == ("CAN", ("USA",), 1)
    assert one.points == pytest.approx(10.0)
    assert "S.C. 2020, c. 1" in one.reference


def test_lower_rates_break_nothing() -> None:
    found = broken(world(), CAN_USA_C29=0.0, JPN_USA_A01=0.0)
    assert found == WouldBreak((), (), (), DAY)


def test_agreements_on_industrial_goods_leave_farm_goods_free() -> None:
    assert not broken(world(), CAN_NOR_A01=0.5).breaches
    assert broken(world(), CAN_NOR_C29=0.5).breaches[0].agreement.startswith("Canada-EFTA")


def test_an_agreement_binds_from_its_first_day() -> None:
    assert not broken(world(), date(2018, 12, 29), CAN_JPN_C29=0.5).breaches
    (one,) = broken(world(), date(2018, 12, 30), CAN_JPN_C29=0.5).breaches
    assert "Trans-Pacific" in one.agreement


def test_a_label_that_holds_several_countries_breaks_the_agreements_of_each() -> None:
    merged = world().aggregate(countries={"REST": ["USA", "CHN", "NOR"]})
    found = broken(merged, CAN_REST_C29=0.1)
    assert sorted(each.partners for each in found.breaches) == [("NOR",), ("USA",)]


def test_means_of_bound_rates_are_compared_with_means_over_products() -> None:
    """Canada's mean bound rate is 6.4 per cent: 9.5 on all products is above, on cars it is not."""
    (one,) = broken(world(), CAN_CHN_A01=0.095, CAN_CHN_C29=0.095).excesses
    assert (one.sector, one.bound, one.partners) == (None, 6.4, ("CHN",))
    assert one.rate == pytest.approx(9.5)
    assert not broken(world(), CAN_CHN_C29=0.06).excesses
    assert broken(world(), NOR_CHN_C29=0.5).unknown == ("NOR",)


def test_japan_is_compared_by_sector() -> None:
    (one,) = broken(world(), JPN_CHN_C29=0.03, JPN_CHN_A01=0.03).excesses
    assert (one.importer, one.sector, one.bound) == ("JPN", "C29", 0.0)


def test_a_world_with_sectors_of_its_own_says_that_bindings_are_not_known() -> None:
    found = broken(world("goods1", "goods2"), CAN_CHN_goods1=0.5)
    assert found.unknown == ("CAN",)
    assert [note.kind for note in found.notes] == ["no_bound"]


def test_best_tariffs_say_what_they_would_break_and_who_stands_still() -> None:
    where = four_countries()
    answer = cv.respond.optimal(where, "CAN", sectors=["C24A"])
    assert "Canada-United States-Mexico Agreement" in str(answer.would_break.notes[0])
    assert answer.status_quo.stands_still == where.countries[1:]
    assert "Everybody but CAN stands still" in answer.status_quo.sentence
    answering = cv.respond.optimal(where, "CAN", sectors=["C24A"], reaction={"CHN": 1.0})
    assert answering.status_quo.moves == ("CAN", "CHN")
    assert "CHN" not in answering.status_quo.stands_still


def test_the_date_of_the_status_quo(oecd: cv.World) -> None:
    asked = cv.open_scenario("canada-china")
    found = status_quo(asked, oecd, [("CAN", (oecd.country("CAN"),))])
    assert str(found.law_date) == "2026-01-12"
    assert len(found.stands_still) == len(oecd.countries) - 1
    as_it_is = status_quo(cv.Scenario.from_arrays(oecd), oecd, [])
    assert str(as_it_is.law_date) == "2022-12-31"
    assert "USA by its law of 2024-12-31" in as_it_is.title


@pytest.mark.shared
def test_the_tables_are_made_from_their_sources(
    shared: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(repository / "tools")
    import agreements

    data = repository / "src/countervail/data"
    known = agreements.referenced()
    rows = [*known, *agreements.recorded(shared, agreements.covered(known))]
    with (data / "agreements.csv").open(encoding="utf-8") as file:
        assert list(csv.reader(file))[1:] == [list(row) for row in rows]
    with (data / "bound_rates.csv").open(encoding="utf-8") as file:
        assert list(csv.reader(file))[1:] == [list(row) for row in agreements.bound(shared)]
    del sys.modules["agreements"]


@pytest.mark.shared
def test_expected_growth_is_made_from_its_source(
    shared: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(repository / "tools")
    import growth

    made = repository / "src/countervail/data/growth.csv"
    assert made.read_text("utf-8") == growth.table(shared)
    del sys.modules["growth"]
