"""A question whose law has a quota prices it, with what is on record of its use beside."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail.core.choices.no_quotas import InsideQuotas
from countervail.ledger import open_ledger
from countervail.policy.in_force import PolicyInForce
from countervail.present.assumptions import assumed
from countervail.present.quotas import asked_about, quotas
from countervail.present.result import headline
from countervail.present.sentences.language import language
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
    (used,) = asked_about(priced)
    assert (used.used, used.whole, used.exceeded) == (pytest.approx(49_000.0), 49_000.0, False)
    for code, words in (
        ("en", "Quota on electric vehicles of China: full, a licence is worth "),
        ("fr", "Contingent, véhicules électriques, la Chine\u00a0: épuisé, une licence vaut "),
    ):
        (short,) = (
            one.text
            for one in headline(priced, language(code))
            if "uota" in one.text or "ntingent" in one.text
        )
        assert short.startswith(words)


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


def test_steel_is_let_in_by_origin_and_pays_what_the_law_lays_above(oecd: cv.World) -> None:
    steel = "can-steel-trq-2025"
    asked = cv.Scenario.between(open_ledger(), "2025-06-01", "2026-03-01", measures=[steel])
    solution = cv.solve(oecd, asked)
    others, partners = (row for row in quotas(solution) if row["measure"] == steel)
    assert others["fills_new"] > 100.0 > 0.0  # a fifth of 2024, and half a duty pays to exceed it
    assert partners["fills_new"] == pytest.approx(100.0, rel=1e-7)
    assert "KOR" in partners["exporters"]
    assert "CHN" in others["exporters"]
    # the surtax on China stays inside the quota and gives way above it: 1.5 / 1.25
    table = solution.resolved.lines
    assert table is not None
    china = oecd.country("CHN")
    (one,) = (
        found
        for found in solution.quotas
        if found.measure == steel and {int(table.exporter[k]) for k in found.lines} == {china}
    )
    assert one.after.most == pytest.approx(1.5 / 1.25 - 1.0, abs=1e-12)
    assert one.after.premium == pytest.approx(0.2, abs=1e-12)
    # identity 14 on a line that is above it, with rates read from the law
    inside, above = 0.25, 0.5
    over = max(0.0, 1.0 - one.after.limit / one.after.quantity)
    duty = (inside + (above - inside) * over) * one.after.border
    rent = (above - inside) * (1.0 - over) * one.after.border
    assert one.after.duty == pytest.approx(duty, rel=1e-8)
    assert one.after.rent == pytest.approx(rent, rel=1e-8)


def test_a_search_takes_the_rate_inside_and_says_so(oecd: cv.World, priced: Solution) -> None:
    found = PolicyInForce.of(oecd, priced.scenario, None)
    assert isinstance(found.model, cv.Economy)
    assert found.model.quotas == InsideQuotas()
    alone = cv.solve(oecd, priced.scenario, found.model)
    assert alone.quotas == ()
    (row,) = (one for one in quotas(alone) if one["measure"] == QUOTA)
    assert not row["priced"]
    assert found.before.outcome.income == pytest.approx(alone.arrays["income_new"], rel=1e-9)


def test_many_questions_price_it_as_one_does(oecd: cv.World, priced: Solution) -> None:
    gone = cv.Scenario.between(
        priced.scenario.ledger, "2026-01-12", "2026-06-01", measures=["can-chn-ev-surtax-2024"]
    )
    many = cv.solve_many(oecd, [priced.scenario, gone])
    assert many.arrays["welfare"][0] == pytest.approx(priced.arrays["welfare"], abs=1e-8)
    canada = oecd.country("CAN")
    assert many.arrays["welfare"][1, canada] > many.arrays["welfare"][0, canada]
