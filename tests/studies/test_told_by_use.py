"""Studies of a world whose buyers are told by use: the same by two roads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import countervail as cv
from countervail.core.choices.by_use import SourcingByUse
from countervail.policy.rates.optimal import optimal
from countervail.studies.decoupling import decoupling
from countervail.studies.decoupling_together import asked_again, decoupling_together
from countervail.testing import random_world
from countervail.testing.shocks import TableShock, random_lines

TABLE = random_world(4, 4, 3).with_uses()
WORLD = TABLE.world()
MODEL = cv.CaliendoParro(sourcing=SourcingByUse(input_elasticity=0.7, final_elasticity=1.2))


def test_losses_side_by_side_are_those_one_by_one() -> None:
    home, partner, *_ = WORLD.countries
    alone = [decoupling(WORLD, home, partner, MODEL, how) for how in ("gone", "halved")]
    again = decoupling_together(WORLD, home, asked_again(WORLD, home, alone, MODEL), MODEL)
    for one, other in zip(alone, again, strict=True):
        assert other.welfare == pytest.approx(one.welfare, rel=1e-7)
        assert other.trade_hat == pytest.approx(one.trade_hat, abs=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("wrt", ["line_tariff", "trade_elasticity"])
def test_slopes_are_those_of_differences(wrt: str) -> None:
    lines = random_lines(3, TABLE, 3)
    assert lines is not None

    def welfare(step: float, k: int) -> float:
        there, law, world = np.zeros(len(lines.weight)), lines, WORLD
        if wrt == "line_tariff":
            there[k] = step
            law = replace(lines, tariff_new=lines.tariff_new + there)
        else:
            theta = np.array(WORLD.trade_elasticity)
            theta[k] += step
            world = WORLD.with_elasticity(theta, "moved")
        found = cv.solve(world, TableShock(lines=law).scenario(world), MODEL)
        return float(found.arrays["welfare"][0])

    solution = cv.solve(WORLD, TableShock(lines=lines).scenario(WORLD), MODEL)
    slopes = cv.gradient(solution.figure("welfare", country=WORLD.countries[0]), wrt=wrt).values
    for k in (0, 2):
        found = (welfare(1e-4, k) - welfare(-1e-4, k)) / 2e-4
        assert slopes[k] == pytest.approx(found, rel=1e-5, abs=1e-7)


@pytest.mark.slow
def test_best_tariffs_are_found_where_slopes_end() -> None:
    home = WORLD.countries[0]
    best = optimal(WORLD, home, None, MODEL)
    usual = optimal(WORLD, home)
    assert best.solution.arrays["welfare"][0] > 0.0
    assert abs(best.solution.arrays["welfare"][0] - usual.solution.arrays["welfare"][0]) > 1e-3
