"""Rates by tariff line, where the law knows lines."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail import respond
from countervail.errors import InputError

from .small_tables import few_countries
from .test_evaluator import evaluator_of

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")

ASKED = {"goal_usd": 30.0, "sectors": ["A01", "A03", "C10T12"], "by_line": True, "most": 2}


@pytest.fixture(scope="module")
def world() -> cv.World:
    return few_countries()


@pytest.fixture(scope="module")
def question() -> cv.Scenario:
    return cv.open_scenario("canada-china")


def test_slopes_are_central_differences(world: cv.World, question: cv.Scenario) -> None:
    options = {"partners": ["CHN"], "sectors": ["C29", "C24A", "C31T33"], "by_line": True}
    evaluator = evaluator_of(world, "CAN", question, **options)
    own = evaluator.instruments
    assert own.alone.any()
    assert (own.line_of[own.alone] >= 0).all()
    assert len(own) > 3
    rates = np.random.default_rng(1).uniform(0.1, 0.6, len(own))
    slope = evaluator.evaluate(rates).slope
    for k in range(len(own)):
        step = np.zeros_like(rates)
        step[k] = 1e-3
        ahead, behind = (
            evaluator.evaluate(rates + step).value,
            evaluator.evaluate(rates - step).value,
        )
        assert slope[k] == pytest.approx((ahead - behind) / 2e-3, rel=1e-4, abs=1e-7)


def test_lines_of_a_cell_share_one_best_rate(world: cv.World, question: cv.Scenario) -> None:
    """One seller, one elasticity: nothing tells the lines of a cell apart but their law."""
    asked = {"partners": ["CHN"], "sectors": ["C29", "C24A"]}
    whole = respond.optimal(world, "CAN", question, **asked)  # type: ignore[arg-type]
    lined = respond.optimal(world, "CAN", question, by_line=True, **asked)  # type: ignore[arg-type]
    assert lined.certificate.gain == pytest.approx(whole.certificate.gain, abs=1e-7)
    best = {row.sector: row.rate for row in whole.table}
    for row in lined.table:
        assert row.line is not None
        if row.imports > 1.0:
            assert row.rate == pytest.approx(best[row.sector], abs=1e-3)
    assert {row.sector for row in lined.table} == {"C29", "C24A"}
    sums = [sum(r.imports for r in a.table if r.sector == "C29") for a in (whole, lined)]
    assert sums[0] == pytest.approx(sums[1])


def test_only_chosen_lines_move(world: cv.World, question: cv.Scenario) -> None:
    answer = respond.retaliate(world, "CHN", "CAN", question, points=3, **ASKED)  # type: ignore[arg-type]
    assert 1 <= len(answer.table) <= 2
    resolved = answer.solution.resolved
    before, after = resolved.before.line_tariff, resolved.after.line_tariff
    assert before is not None
    assert after is not None
    assert resolved.lines is not None
    moved = np.flatnonzero(np.abs(after - before) > 1e-9)
    names = {(world.sectors[resolved.lines.sector[k]], resolved.lines.names[k]) for k in moved}
    lined = {(levy.sector, levy.line) for levy in answer.table if levy.line is not None}
    assert names == lined
    assert lined
    assert answer.reached


def test_the_same_lines_are_found_in_every_draw(world: cv.World, question: cv.Scenario) -> None:
    answer = respond.retaliate(world, "CHN", "CAN", question, points=2, **ASKED)  # type: ignore[arg-type]
    drawn = cv.ensemble(world, answer.solution.scenario, draws=4, seed=1, workers=1)
    assert not drawn.failures
    assert drawn.range("welfare", country="CAN").p95 < 0.0


def test_another_law_s_lines_are_not_compared(world: cv.World) -> None:
    ledger = cv.open_ledger()
    one = cv.Scenario.between(ledger, "2024-09-30", "2025-03-15")
    two = cv.Scenario.between(ledger, "2024-09-30", "2026-01-12")
    with pytest.raises(InputError, match="cuts goods into other tariff lines"):
        respond.retaliate(
            world, "CHN", "CAN", one, goal_usd=30.0, by_line=True, compare_with=two, points=2
        )
