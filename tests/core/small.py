"""Small worlds and shocks as the core sees them: plain arrays, sector first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from countervail.bridge import baseline
from countervail.core.model import Baseline, Goods, Lines, Shock
from countervail.models import CaliendoParro
from countervail.state import State, solve_state
from countervail.testing import Table, random_world
from countervail.testing.shocks import LineTable, TableShock, random_lines, random_shock


def core(shock: TableShock) -> Shock:
    """A shock to a Table, turned."""

    def cube(values: np.ndarray | None) -> np.ndarray | None:
        return None if values is None else np.ascontiguousarray(values.transpose(2, 1, 0))

    return Shock(
        tariff_new=cube(shock.tariff_new),
        iceberg_hat=cube(shock.iceberg_hat),
        export_tax=cube(shock.export_tax),
        productivity_hat=None if shock.productivity_hat is None else shock.productivity_hat.T,
        labour_hat=shock.labour_hat,
        transfer=shock.transfer,
        lines=None if shock.lines is None else lines(shock.lines),
    )


def lines(table: LineTable) -> Lines:
    return Lines(
        exporter=table.exporter.astype(np.intp),
        importer=table.importer.astype(np.intp),
        sector=table.sector.astype(np.intp),
        weight=table.weight,
        tariff=table.tariff,
        tariff_new=table.tariff_new,
        iceberg_hat=table.iceberg_hat,
    )


def world_and_lines(seed: int, banned: bool = True) -> tuple[Table, Baseline, Lines]:
    """A random world and lines in six of its cells, a fifth of them banned."""
    table = random_world(seed, 4, 3)
    made = random_lines(seed, table, 6)
    assert made is not None
    if not banned:
        made = replace(made, iceberg_hat=np.ones_like(made.iceberg_hat))
    return table, baseline(table.world()), lines(made)


def solved(
    table: Table, shock: TableShock, deficits: str = "world_share"
) -> tuple[Baseline, State]:
    base = baseline(table.world())
    return base, solve_state(CaliendoParro(deficits=deficits), base, core(shock))  # type: ignore[arg-type]


def every_kind(seed: int) -> tuple[Table, TableShock]:
    """A world with every kind of change at once."""
    table = random_world(seed, 4, 3)
    kinds = {"tariffs": 0.5, "icebergs": 0.2, "productivity": 0.1, "labour": 0.1}
    return table, random_shock(seed, table, **kinds)


def with_goods(base: Baseline, supply: tuple[float, float] = (0.2, 2.0)) -> Baseline:
    """A baseline whose first two sectors are goods of one; the first and the third are short."""
    spent = base.expenditure[:2]
    return base._replace(
        goods=Goods(
            inside=np.array([0, 1]),
            members=np.ones((1, 2)),
            within=spent / np.where(spent.sum(axis=0) > 0, spent.sum(axis=0), 1.0),
            staying=np.array([0, 2]),
            supply=np.repeat(np.array(supply)[:, None], len(base.value_added), axis=1),
        )
    )
