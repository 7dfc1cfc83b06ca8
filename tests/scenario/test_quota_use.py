"""A question whose law has a quota prices it, with what is on record of its use beside."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail.ledger import open_ledger
from countervail.present.assumptions import assumed
from countervail.present.quotas import quotas
from countervail.solution import Solution

QUOTA = "can-chn-ev-quota-2026"


@pytest.fixture(scope="module")
def priced(oecd: cv.World) -> Solution:
    asked = cv.Scenario.between(
        open_ledger(), "2026-01-12", "2026-06-01", measures=[QUOTA, "can-chn-ev-surtax-2024"]
    )
    return cv.solve(oecd, asked)


def test_use_stands_beside_what_is_let_in(priced: Solution) -> None:
    (row,) = (one for one in quotas(priced) if one["measure"] == QUOTA)
    (use,) = row["use"]
    assert (use["used"], use["volume"]) == (2910.0, 24500.0)
    assert (use["since"], use["until"]) == ("2026-03-01", "2026-08-31")
    assert row["use_fills"] == pytest.approx(100.0 * 2910.0 / 24500.0)
    said = " ".join(sentence for sentence in assumed(priced) if sentence.startswith("Quota of"))
    assert "On record: 2,910 of 24,500 vehicles used from 2026-03-01 to 2026-08-31" in said
    assert "it BINDS; 49,000 vehicles are let in" in said


def test_it_is_full_and_its_rent_is_what_buyers_pay_beyond_duty(priced: Solution) -> None:
    (row,) = (one for one in quotas(priced) if one["measure"] == QUOTA)
    assert row["binds"]
    assert row["volume_new"] == pytest.approx(49_000.0, rel=1e-8)
    assert row["fills_new"] == pytest.approx(100.0, rel=1e-8)
    assert row["premium"] == 0.0
    assert row["rent_usd"] == 0.0
    assert row["rent_to"] == "importers"
    # the price of its line, apart: seller's cost, duty and licence
    assert priced.lines is not None
    (found,) = (one for one in priced.quotas if one.measure == QUOTA)
    (line,) = found.lines
    table = priced.resolved.lines
    assert table is not None
    cost = priced.arrays["cost_hat"][table.exporter[line], table.sector[line]]
    duties = (1.0 + priced.lines.tariff_new[line]) / (1.0 + priced.lines.tariff[line])
    licence = priced.lines.price_hat[line] / cost / duties
    assert licence == pytest.approx(1.0 + row["premium_new"] / 100.0, rel=1e-9)
    paid = priced.lines.trade_new[line] * (1.0 + priced.lines.tariff_new[line]) * licence
    revenue = row["revenue_new_usd"] + row["rent_new_usd"]
    assert revenue == pytest.approx(paid - priced.lines.trade_new[line], rel=1e-9)


def test_what_nobody_knows_the_value_of_is_named(priced: Solution) -> None:
    (row,) = (one for one in quotas(priced) if one["measure"] == "usa-all-s232-autos-2025")
    assert not row["priced"]
    assert row["binds"] is None
    assert any(
        "not priced (what a British vehicle is worth is not sourced)" in s for s in assumed(priced)
    )


def test_the_first_state_has_none_and_a_year_later_it_is_not_full(
    oecd: cv.World, priced: Solution
) -> None:
    soon = cv.solve(oecd, priced.scenario, horizon=1)
    (row,) = (one for one in quotas(soon) if one["measure"] == QUOTA)
    assert not row["binds"]
    assert row["premium_new"] == 0.0
    assert 90.0 < row["fills_new"] < 100.0
    assert np.isfinite(soon.arrays["welfare"]).all()
