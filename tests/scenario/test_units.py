"""Rates that are far too large are refused where data come in, and pointed out where tried."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail.ledger import check_ledger, open_ledger
from countervail.policy.in_force import PolicyInForce
from countervail.policy.players import player
from countervail.policy.rates.settable import instruments
from countervail.policy.rates.terms import Terms
from countervail.scenario import Change, HandChange, Scenario
from countervail.testing import tiny


def test_case_11_the_worlds_tariffs_in_per_cent_are_no_scenario(oecd: cv.World) -> None:
    with pytest.raises(cv.InputError, match=r"rates are fractions: 0\.25 is 25 per cent"):
        cv.Scenario.from_arrays(oecd, tariff=100 * oecd.tariff)
    meant = cv.Scenario.from_arrays(oecd, tariff=100 * oecd.tariff, allow_extreme=True)
    assert meant.by_hand is not None
    tax = np.zeros_like(oecd.tariff)
    tax[oecd.country("CAN"), oecd.country("CHN"), 0] = 25.0
    with pytest.raises(cv.InputError, match="export_tax is 2,500 per cent at CAN CHN A01"):
        cv.Scenario.from_arrays(oecd, export_tax=tax)


def test_what_the_world_already_has_may_stay() -> None:
    table = tiny()
    tariff = table.tariff.copy()
    tariff[1, 0, 1] = 20.0
    world = cv.World.from_arrays(
        **{**table.arrays(), "tariff": tariff},
        countries=table.countries,
        sectors=table.sectors,
        allow_extreme=True,
    )
    tariff[0, 1, 0] = 0.3
    cv.Scenario.from_arrays(world, tariff=tariff)
    tariff[1, 0, 1] = 21.0
    with pytest.raises(cv.InputError, match="tariff is 2,100 per cent at CHN CAN C10T12"):
        cv.Scenario.from_arrays(world, tariff=tariff)
    solution = cv.solve(world, cv.Scenario.from_arrays(world), cv.CaliendoParro(deficits="closed"))
    assert solution.world.tariff.max() == 20.0  # balanced worlds keep what was let in


@pytest.mark.parametrize("given", [{"rate": 1500.0}, {"add": 1500.0}, {"export_tax": 1500.0}])
def test_changes_by_hand_are_pointed_out(given: dict[str, float]) -> None:
    world = tiny().world()
    asked = Scenario("h", "H", hand_changes=(HandChange("USA", "CHN", **given),))
    (note,) = asked.resolve(world).notes
    assert "1,500 %: rates in files are per cent, 25.0 is 25 per cent" in str(note)
    small = HandChange("USA", "CHN", **dict.fromkeys(given, 999.0))
    assert Scenario("h", "H", hand_changes=(small,)).resolve(world).notes == ()


def test_hypothetical_rates_and_bounds_of_a_search_are_pointed_out(oecd: cv.World) -> None:
    change = Change("can-chn-steel-aluminium-surtax-2024", rate=2500.0)
    asked = Scenario(
        "h", "H", ledger=open_ledger(), from_date=cv.open_scenario("canada-china").to_date,
        to_date=cv.open_scenario("canada-china").to_date, measures=(), changes=(change,),
    )  # fmt: skip
    notes = [str(note) for note in asked.resolve(oecd).notes]
    assert any(note.startswith(f"A rate by hand ('{change.measure}') of 2,500 %") for note in notes)
    in_force = PolicyInForce.of(oecd, None, None)
    for high, said in ((25.0, True), (1.0, False)):
        own = instruments(
            in_force, player("USA", oecd), Terms(partners=["CHN"], sectors=["C29"], high=high)
        )
        assert any("Rates of up to 2,500 per cent" in note for note in own.notes) == said


RATE = "rate = 25.0"


@pytest.fixture
def measure(shared: Path, tmp_path: Path) -> Any:
    text = (shared / "cases/03-country-hints/abc-xyz-steel-2026.toml").read_text()

    def write(rate: str, more: str = "") -> Path:
        path = tmp_path / "abc-xyz-steel-2026.toml"
        made = text.replace('"UK"', '"GBR"').replace(RATE, rate)
        path.write_text(made.replace('confidence = "high"', f'confidence = "high"\n{more}'))
        return path

    return write


@pytest.mark.shared
def test_measure_files_above_a_thousand_per_cent_say_that_it_is_meant(measure: Any) -> None:
    with pytest.raises(cv.InputError, match=r"toml:\d+: a rate of 2,500 per cent: rates in files"):
        open_ledger(measure("rate = 2500.0"))
    book = open_ledger(measure("rate = 2500.0", "allow_extreme = true"))
    assert book.measure("abc-xyz-steel-2026").rates[0].rate == 2500.0


@pytest.mark.shared
@pytest.mark.parametrize(
    ("rate", "meant"), [("0.25", "25.0"), ("1.25", "25.0"), ("1.0", "100.0"), ("0.5", "50.0")]
)
def test_case_11_a_check_asks_after_rates_that_look_like_fractions(
    measure: Any, rate: str, meant: str
) -> None:
    (said,) = [
        f for f in check_ledger(open_ledger(measure(f"rate = {rate}"))) if f.code == "rate-unit"
    ]
    assert not said.refuse
    assert f"{float(rate):g} per cent?" in said.message
    assert f"is written {meant}" in said.message
    for fine in (f'rate = {rate}\nnote = "a nuisance duty"', RATE):
        assert not [f for f in check_ledger(open_ledger(measure(fine))) if f.code == "rate-unit"]
