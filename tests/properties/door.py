"""The public door, as the property tests use it."""

from __future__ import annotations

from typing import Any

import numpy as np

import countervail as cv
from countervail.testing.shocks import TableShock
from countervail.testing.worlds import Table

CLOSURES = ("world_share", "nominal", "own_income", "closed")
BALANCED = {"deficits": 0.0}


def model(deficits: str, table: Table) -> cv.CaliendoParro:
    unit = table.countries[0] if deficits == "nominal" else None
    return cv.CaliendoParro(deficits=deficits, unit=unit)


def solve(table: Table, shock: TableShock, deficits: str = "world_share") -> cv.Solution:
    world = table.world()
    return cv.solve(world, shock.scenario(world), model(deficits, table))


def hats(solution: cv.Solution) -> dict[str, Any]:
    names = ("wage_hat", "cost_hat", "price_index_hat")
    ratios = {name: solution.arrays[name] for name in names}
    for name in ("trade", "expenditure", "income"):
        old, new = solution.arrays[name], solution.arrays[f"{name}_new"]
        ratios[f"{name}_hat"] = np.divide(new, old, out=np.ones_like(new), where=old > 0)
    return ratios


def gap(left: Any, right: Any) -> float:
    """Largest difference, relative to the largest entry."""
    left, right = np.asarray(left), np.asarray(right)
    return float(np.abs(left - right).max() / max(np.abs(right).max(), 1e-300))
