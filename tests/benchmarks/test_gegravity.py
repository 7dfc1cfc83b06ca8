"""gegravity beside ours: what agrees, what differs, and what the tables say without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import countervail as cv
from benchmarks import comparisons
from benchmarks.peers import gravity
from benchmarks.phases import Settings
from benchmarks.timing import alternate

needs_gegravity = pytest.mark.skipif(
    gravity.installed() is None, reason="gegravity is not installed (pip install gegravity)"
)


@pytest.fixture(scope="module")
def one(oecd: cv.World) -> gravity.Problem:
    return gravity.problem(oecd, 5)


def neutral(one: gravity.Problem) -> tuple[gravity.Problem, np.ndarray]:
    """Costs that move trade but no income, and the welfare they bring, known by hand.

    Trade is moved round a cycle, so that no country's sales or spending change; on top, everything
    a country buys becomes dearer by a factor of its own, which is its price index.
    """
    moved = one.trade.copy()
    step = 0.3 * moved[[0, 1], [1, 2]].min()
    moved[[0, 1], [1, 2]] -= step
    moved[[0, 1], [2, 1]] += step
    dearer = np.linspace(1.0, 1.1, len(one.trade))
    iceberg_hat = (moved / one.trade) ** (-1.0 / one.trade_elasticity) * dearer
    return replace(one, iceberg_hat=iceberg_hat), 100.0 * (1.0 / dearer - 1.0)


def test_our_answer_where_incomes_stay_is_the_one_by_hand(one: gravity.Problem) -> None:
    problem, welfare = neutral(one)
    np.testing.assert_allclose(gravity.ours(problem), welfare, atol=1e-8)


@needs_gegravity
def test_both_agree_where_incomes_stay(one: gravity.Problem) -> None:
    problem, welfare = neutral(one)
    np.testing.assert_allclose(gravity.theirs(problem).welfare, welfare, atol=1e-5)


@needs_gegravity
def test_they_differ_by_the_feedback_of_prices_to_incomes(one: gravity.Problem) -> None:
    answer = gravity.theirs(one)
    assert np.abs(answer.welfare - gravity.ours(one)).max() > 0.01
    held = gravity.ours_with_output_held(one, answer.price)
    np.testing.assert_allclose(answer.welfare, held, atol=1e-5)


def test_a_factor_common_to_all_costs_changes_no_flow(one: gravity.Problem) -> None:
    plain, home = gravity.drawn(one, 3), gravity.drawn(gravity.at_home(one), 3)
    np.testing.assert_allclose(plain.trade, home.trade, rtol=1e-10)
    assert plain.trade_elasticity == home.trade_elasticity
    np.testing.assert_allclose(plain.trade.sum(axis=0), plain.trade.sum(axis=1), rtol=1e-10)


def test_ours_answers_every_draw(one: gravity.Problem) -> None:
    assert gravity.count_ours(one, 3) == gravity.Count(0, 3, "")


def test_tables_say_that_it_is_not_installed(
    oecd: cv.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gravity, "_package", lambda: None)
    with pytest.raises(gravity.Failed, match="pip install gegravity"):
        gravity.theirs(gravity.problem(oecd, 5))
    ours, theirs = alternate(comparisons.one_sector(oecd, 5), repeat=1, budget=10.0)
    assert ours.values
    assert (theirs.values, theirs.note) == ((), "not installed: pip install gegravity")
    rows = alternate(comparisons.failures(oecd, 4, Settings(draws=2)), repeat=1, budget=10.0)
    assert [row.note for row in rows] == [
        "0 of 2 draws without an answer",
        *["not installed: pip install gegravity"] * 2,
    ]


@needs_gegravity
def test_draws_without_an_answer_are_counted(
    one: gravity.Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert gravity.count_failures(one, 2).failures == 0
    monkeypatch.setattr(gravity, "_model", _raises)
    assert gravity.count_failures(one, 2) == gravity.Count(2, 2, "no progress was made")


def _raises(package: object, problem: gravity.Problem) -> None:
    raise ValueError("no progress\n was made")
