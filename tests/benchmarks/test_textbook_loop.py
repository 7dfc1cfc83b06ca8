"""The textbook nested loop, beside the solver it shares nothing with."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from benchmarks.peers import textbook
from benchmarks.worlds import us_tariffs


@pytest.fixture(scope="module")
def base(small: cv.World) -> textbook.Baseline:
    return textbook.baseline(small.trade, small.tariff, small.input_share, small.trade_elasticity)


def test_it_finds_the_same_equilibrium(small: cv.World, base: textbook.Baseline) -> None:
    scenario = us_tariffs(small)
    rates = scenario.resolve(small).after.tariff_new
    assert rates is not None
    theirs, ours = textbook.solve(base, rates), cv.solve(small, scenario)
    np.testing.assert_allclose(theirs.welfare, ours.welfare, atol=1e-6)
    np.testing.assert_allclose(theirs.wage_hat, ours.wage_hat, atol=1e-8)
    np.testing.assert_allclose(theirs.price_hat.T, ours.price_index_hat, atol=1e-8)
    assert theirs.price_sweeps > theirs.wage_steps > 10


def test_no_change_changes_nothing(small: cv.World, base: textbook.Baseline) -> None:
    answer = textbook.solve(base, small.tariff)
    np.testing.assert_allclose(answer.welfare, 0.0, atol=1e-8)
    assert answer.wage_steps == 1


def test_a_loop_that_is_cut_short_gives_no_answer(small: cv.World, base: textbook.Baseline) -> None:
    rates = us_tariffs(small).resolve(small).after.tariff_new
    assert rates is not None
    with pytest.raises(textbook.NotConverged, match="after 2 rounds"):
        textbook.solve(base, rates, most=2)
    wage, change = np.ones(5), np.full_like(base.tariff, 1.1)
    with pytest.raises(textbook.NotConverged, match="prices still move"):
        textbook.prices(base, wage, change, 1e-12, most=2)
    with pytest.raises(textbook.NotConverged, match="spending still moves"):
        textbook.spending(base, wage * 1.5, base.share, base.share, base.expenditure, 1e-12, most=2)
