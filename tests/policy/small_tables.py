"""Worlds small enough to search by brute force."""

from __future__ import annotations

import functools

import numpy as np

import countervail as cv
from countervail.core.model import Model
from countervail.testing import Table, random_world


def two_countries(theta: float = 4.0, *, symmetric: bool = True, size: float = 1.0) -> cv.World:
    """One sector, no inputs, no tariffs, balanced trade; the second country's size may differ."""
    abroad = 20.0
    trade = np.array([[80.0, abroad], [abroad, 80.0 * size if not symmetric else 80.0]])[..., None]
    zeros = np.zeros((2, 2, 1))
    return Table(trade, zeros, np.zeros((2, 1, 1)), np.array([theta])).world()


def four_countries(seed: int = 3, **more: float) -> cv.World:
    """Three sectors with inputs, tariffs and deficits."""
    return random_world(seed, 4, 3, elasticities=(3.0, 6.0), **more).world()  # type: ignore[arg-type]


@functools.cache
def few_countries() -> cv.World:
    """The built-in world's lines and sectors, in five places: what is compiled serves all tests."""
    built_in, kept = cv.open_world(), ("CAN", "USA", "MEX", "CHN")
    rest = [code for code in built_in.countries if code not in kept]
    return built_in.aggregate(countries={"REST": rest})


def welfare(world: cv.World, player: str, tariff: np.ndarray, model: Model | None = None) -> float:
    """Welfare of a player under other tariffs, solved and certified like any question."""
    scenario = cv.Scenario.from_arrays(world, tariff=tariff)
    solution = cv.solve(world, scenario, model)
    return float(solution.arrays["welfare"][world.country(player)])
