"""One small question under every closure, and the same with a lever moved by hand.

Both states have tariff lines and export taxes, so that one compilation serves them all.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import countervail as cv
from countervail.studies.sensitivity import LEVERS
from countervail.testing import Table, random_world
from countervail.testing.shocks import LineTable, TableShock, random_shock, two_states

Array = NDArray[np.float64]
CLOSURES = ("world_share", "nominal", "own_income", "closed")


class Question(NamedTuple):
    """Two states of one world."""

    table: Table
    before: TableShock
    after: TableShock
    model: cv.CaliendoParro

    def solve(self) -> cv.Solution:
        world = self.table.world()
        return cv.solve(world, two_states(world, self.before, self.after), self.model)

    def moved(self, lever: str, change: Array) -> Question:
        """The question with the second state's lever moved; elasticities move in both."""
        if lever == "trade_elasticity":
            theta = self.table.trade_elasticity + change
            return self._replace(table=self.table.replace(trade_elasticity=theta))
        lines, after = self.after.lines, self.after
        if lines is None:
            return self._replace(after=_added(after, lever, change))
        if lever == "line_tariff":
            lines = replace(lines, tariff_new=lines.tariff_new + change)
        elif lever == "line_iceberg_hat":
            lines = replace(lines, iceberg_hat=lines.iceberg_hat + change)
        else:
            # a cell's lever moves each of its lines
            if lever == "tariff":
                lines = replace(lines, tariff_new=lines.tariff_new + change[lines.cells])
            if lever == "iceberg_hat":
                raised = 1.0 + change[lines.cells]
                lines = replace(lines, iceberg_hat=lines.iceberg_hat * raised)
            after = _added(after, lever, change)
        return self._replace(after=after.replace(lines=lines))


def _added(shock: TableShock, lever: str, change: Array) -> TableShock:
    name = "tariff_new" if lever == "tariff" else lever
    return shock.replace(**{name: getattr(shock, name) + change})


@functools.cache
def question(deficits: str, seed: int = 5) -> Question:
    """A world with empty corners, every kind of change in both states, bans among them.

    Under the ``nominal`` closure, the first sector is free of taxes in both states.
    """
    table = random_world(seed, 4, 3, zero_flows=0.2, idle_producers=1, empty_markets=1)
    free = slice(1) if deficits == "nominal" else slice(0)
    table.tariff[:, :, free] = 0.0
    kinds = {"tariffs": 0.5, "icebergs": 0.2, "productivity": 0.1, "labour": 0.1}
    rest = {"bans": 0.1, "lines": 5, "export_taxes": 0.3, "transfers": 0.02}
    after = random_shock(seed, table, **kinds, **rest)
    before = random_shock(seed + 1, table, **kinds, **rest)
    assert after.lines is not None
    before = before.replace(lines=other_law(after.lines, seed))
    for shock in (before, after):
        shock.tariff_new[:, :, free] = shock.export_tax[:, :, free] = 0.0
        if free.stop:
            shock.lines.tariff_new[shock.lines.sector == 0] = 0.0
    unit = table.countries[0] if deficits == "nominal" else None
    return Question(table, before, after, cv.CaliendoParro(deficits=deficits, unit=unit))  # type: ignore[arg-type]


@functools.cache
def answer(deficits: str) -> cv.Solution:
    """The question's answer."""
    return question(deficits).solve()


def other_law(lines: LineTable, seed: int) -> LineTable:
    """The same lines under another law, the second of them banned."""
    rng = np.random.default_rng(seed)
    barrier = np.ones_like(lines.iceberg_hat)
    barrier[1] = np.inf
    rates = rng.uniform(0.0, 0.5, lines.weight.size)
    return replace(lines, tariff_new=rates, iceberg_hat=barrier)


def direction(lever: str, solution: cv.Solution, seed: int = 0) -> Array:
    """A random direction of a lever, zero where it has no meaning."""
    rng = np.random.default_rng(seed)
    n, j = len(solution.world.countries), len(solution.world.sectors)
    table = solution.resolved.lines
    assert table is not None
    sizes = {"exporter": n, "importer": n, "country": n, "sector": j, "line": len(table)}
    change = rng.uniform(-1.0, 1.0, [sizes[dim] for dim in LEVERS[lever].dims])
    if lever in ("tariff", "export_tax"):
        change[range(n), range(n)] = 0.0
    if lever == "transfer":
        change -= change.mean()
    if lever in ("iceberg_hat", "line_iceberg_hat"):
        # what is banned cannot be moved a little
        state = solution.resolved.after
        stands = state.iceberg_hat if lever == "iceberg_hat" else state.line_iceberg
        assert stands is not None
        change[np.isinf(stands)] = 0.0
    return change
