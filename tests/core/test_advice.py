"""Advice that can be followed: no closure is advised that is in use already."""

from __future__ import annotations

import re

import numpy as np
import pytest

import countervail as cv
from countervail.core.existence import advice, unearned_surplus
from countervail.testing.worlds import Table

CLOSURES = ("world_share", "nominal", "own_income", "closed")


@pytest.mark.parametrize("deficits", CLOSURES)
def test_no_closure_is_advised_that_is_in_use(deficits: str) -> None:
    model = cv.CaliendoParro(deficits=deficits)  # type: ignore[arg-type]
    for said in (advice(model), str(unearned_surplus(0, model))):
        advised = re.findall(r"'(\w+)'", said)
        assert deficits not in advised
        assert set(advised) <= {"own_income", "closed"}
        assert bool(advised) == (deficits != "closed")
        assert "try a smaller shock" in said
        assert "wall" not in said
        assert "barrier" not in said


@pytest.mark.parametrize("deficits", CLOSURES)
def test_a_country_that_cannot_trade_is_told_what_it_can_do(deficits: str) -> None:
    trade = np.array([[[50.0], [60.0]], [[10.0], [50.0]]])
    table = Table(trade, np.zeros((2, 2, 1)), np.zeros((2, 1, 1)), np.array([4.0]))
    barrier = np.ones((2, 2, 1))
    barrier[0, 1] = np.inf
    model = cv.CaliendoParro(deficits=deficits)  # type: ignore[arg-type]
    world = table.world()
    with pytest.raises(cv.NoEquilibrium) as refusal:
        cv.solve(world, cv.Scenario.from_arrays(world, iceberg_hat=barrier), model)
    said = str(refusal.value)
    assert f"deficits='{deficits}'" not in said
    assert "leave both sides of trade open, or ban both" in said
