"""Scenarios from dates and from arrays: what is taken, and what is refused in which words."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail.scenario import Change, HandChange
from countervail.testing import tiny

EV = "can-chn-ev-surtax-2024"


def test_between_two_dates() -> None:
    ledger = cv.open_ledger()
    scenario = cv.Scenario.between(ledger, "2024-09-30", date(2026, 1, 12), measures=[EV])
    assert scenario.from_date == date(2024, 9, 30)
    assert scenario.to_date == date(2026, 1, 12)
    assert scenario.measures == (EV,)
    assert scenario.title == "Law of 2024-09-30 against law of 2026-01-12"
    assert cv.Scenario.between(ledger, "2024-09-30", "2026-01-12").measures is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"measures": ["can-chn-ev-surtax-2025"]}, f"did you mean '{EV}'"),
        ({"to_date": "2026-1-12"}, "'2026-1-12' is not a date; write it as 2025-03-20"),
        ({"known_on": "soon"}, "'soon' is not a date"),
        ({"background": "2026-02-30"}, "'2026-02-30' is not a date"),
    ],
)
def test_between_refuses(options: dict[str, Any], message: str) -> None:
    given = {"from_date": "2024-09-30", "to_date": "2026-01-12", **options}
    with pytest.raises(cv.InputError, match=message):
        cv.Scenario.between(cv.open_ledger(), **given)


def test_other_dates_and_countries() -> None:
    scenario = cv.open_scenario("canada-china")
    moved = scenario.with_options(to_date=date(2025, 3, 20), countries=["CAN"])
    assert (moved.from_date, moved.to_date) == (scenario.from_date, date(2025, 3, 20))
    assert moved.countries == ("CAN",)
    assert moved.measures == scenario.measures
    assert scenario.countries == ("CAN", "CHN", "USA")
    with pytest.raises(FrozenInstanceError):
        scenario.to_date = None  # type: ignore[misc]


def test_a_scenario_by_hand_has_no_dates() -> None:
    by_hand = cv.Scenario.from_arrays(tiny().world())
    assert by_hand.with_options(countries=["CAN"]).countries == ("CAN",)
    with pytest.raises(cv.InputError, match="'by-hand' is made by hand and has no dates to change"):
        by_hand.with_options(known_on=date(2025, 1, 1))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"tariff": np.zeros((5, 5))}, r"tariff has shape \(5, 5\); this world needs \(5, 5, 3\)"),
        ({"tariff": np.full((5, 5, 3), 0.1)}, "tariff is not zero on the diagonal: domestic trade"),
        (
            {"export_tax": np.full((5, 5, 3), 0.1)},
            r"export_tax is not zero on the diagonal: domestic trade bears no export tax \(set "
            r"export_tax\[i, i, :\] to 0; CAN has 0\.1 in A01\)",
        ),
        ({"export_tax": np.zeros(5)}, r"export_tax has shape \(5,\); this world needs \(5, 5, 3\)"),
        ({"export_tax": np.full((5, 5, 3), -1.0)}, "export_tax must be above -1 everywhere"),
        ({"export_tax": np.full((5, 5, 3), np.inf)}, "export_tax holds values that are not finite"),
        ({"tariff": np.full((5, 5, 3), -1.0)}, "tariff must be above -1 everywhere"),
        ({"tariff": np.full((5, 5, 3), np.inf)}, "tariff holds values that are not finite"),
        ({"iceberg_hat": np.full((5, 5, 3), np.nan)}, "iceberg_hat holds values that are not fini"),
        ({"iceberg_hat": np.zeros((5, 5, 3))}, "iceberg_hat must be above 0 everywhere"),
        ({"productivity_hat": np.ones(5)}, r"productivity_hat has shape \(5,\); this world needs"),
        ({"labour_hat": np.zeros(5)}, "labour_hat must be above 0 everywhere"),
        ({"transfer": [1.0, 0.0, 0.0, 0.0, 0.0]}, "transfer must sum to zero: what one receives"),
        ({"transfer": [np.inf, -np.inf, 0.0, 0.0, 0.0]}, "transfer holds values that are not fini"),
    ],
)
def test_arrays_that_do_not_fit(arrays: dict[str, Any], message: str) -> None:
    with pytest.raises(cv.InputError, match=message):
        cv.Scenario.from_arrays(tiny().world(), **arrays)


def test_arrays_are_copied_and_may_ban() -> None:
    world = tiny().world()
    barrier = np.ones((5, 5, 3))
    barrier[1, 0, 1] = np.inf
    scenario = cv.Scenario.from_arrays(world, iceberg_hat=barrier, name="ban", title="A ban")
    barrier[:] = 7.0
    resolved = scenario.resolve(world)
    assert resolved.after.iceberg_hat is not None
    assert resolved.after.iceberg_hat[1, 0, 1] == np.inf
    assert (resolved.after.iceberg_hat == 1).sum() == 74
    assert resolved.before.iceberg_hat is None
    assert (scenario.name, scenario.title) == ("ban", "A ban")


def test_an_export_tax_has_a_hash_of_its_own() -> None:
    world, rates = tiny().world(), np.zeros((5, 5, 3))
    rates[1, 0, 1] = 0.3
    arrays = [{"tariff": rates}, {"export_tax": rates}, {"export_tax": 2 * rates}]
    reported = {cv.Scenario.from_arrays(world, **a).settings()["arrays"] for a in arrays}
    assert len(reported) == 3


def test_settings_are_json_whatever_the_scenario() -> None:
    scenario = cv.Scenario(
        "x",
        "X",
        ledger=cv.open_ledger(),
        from_date=date(2026, 1, 12),
        to_date=date(2026, 1, 12),
        changes=(Change(EV, ("electric_vehicles",), law_of=date(2026, 3, 2)),),
        hand_changes=(HandChange("CAN", "EU", ("C29",), iceberg_hat=float("inf")),),
    )
    reported = json.loads(json.dumps(scenario.settings(), allow_nan=False))
    assert reported["from"] == "2026-01-12"
    assert reported["changes"] == [
        {
            "measure": EV,
            "products": ["electric_vehicles"],
            "ends": False,
            "rate": None,
            "law_of": "2026-03-02",
            "scale": None,
            "targets": None,
        }
    ]
    assert reported["hand_changes"][0]["iceberg_hat"] == "inf"
    assert reported["hand_changes"][0]["sectors"] == ["C29"]
    assert reported["arrays"] is None
