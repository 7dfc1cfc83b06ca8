"""One case: a world, a shock to it and a closure, all drawn from one seed."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import countervail as cv
from benchmarks.stress.shocks import FAMILIES
from benchmarks.stress.worlds import draw_world
from countervail.models.economy import Economy
from countervail.models.presets import FirstYear
from countervail.testing.shocks import TableShock
from countervail.testing.worlds import Table
from countervail.world.horizon import BETWEEN_GOODS, LEAST_ELASTICITY

CLOSURES = ("world_share", "nominal", "nominal, unit", "own_income", "closed")
BUILT_IN = 0.01
"""Share of cases on the built-in world."""


class Case(NamedTuple):
    """What is solved.

    Attributes:
        seed: draws the same case again.
        table: the world.
        shock: what changes.
        transfer: money received, [n], or None.
        family: name of the family of shocks.
        closure: one of ``CLOSURES``.
        built_in: whether the world is the built-in one.
    """

    seed: int
    table: Table
    shock: TableShock
    transfer: NDArray[np.float64] | None
    family: str
    closure: str
    built_in: bool

    @property
    def deficits(self) -> str:
        """The closure as the model takes it."""
        return self.closure.removesuffix(", unit")

    @property
    def unit(self) -> int | None:
        """Position of the country whose wage is the unit of nominal deficits."""
        return 0 if self.closure.endswith("unit") else None

    def model(self) -> Economy:
        """Return the model of the closure; with goods, that of the first year."""
        unit = None if self.unit is None else self.world().countries[self.unit]
        made = cv.CaliendoParro if self.table.nest is None else FirstYear
        return made(deficits=self.deficits, unit=unit)  # type: ignore[arg-type]

    def world(self) -> cv.World:
        """Return the labelled world."""
        return built_in() if self.built_in else self.table.world()

    def scenario(self) -> cv.Scenario:
        """Return the shock as a scenario of the world."""
        world = self.world()
        if self.shock.lines is not None:
            return self.shock.scenario(world)
        return cv.Scenario.from_arrays(
            world,
            tariff=self.shock.tariff_new,
            iceberg_hat=self.shock.iceberg_hat,
            productivity_hat=self.shock.productivity_hat,
            labour_hat=self.shock.labour_hat,
            transfer=self.transfer,
            allow_extreme=True,
        )

    def __str__(self) -> str:
        n, _, j = self.table.trade.shape
        goods = "" if self.table.nest is None else ", goods"
        return f"{self.seed}: {n} x {j}{goods}, {self.family}, {self.closure}"


def draw(seed: int, *, built_in_share: float = BUILT_IN, large: float = 0.03) -> Case:
    """Return the case of a seed."""
    rng = np.random.default_rng(seed)
    family = str(rng.choice(list(FAMILIES)))
    closure = str(rng.choice(CLOSURES))
    on_built_in = bool(rng.random() < built_in_share)
    table = built_in_table() if on_built_in else draw_world(rng, large=large)
    shock = FAMILIES[family](rng, table)
    transfer = None
    if shock.lines is None and (family == "transfer" or rng.random() < 0.1):
        transfer = draw_transfer(rng, table)
    return Case(seed, table, shock, transfer, family, closure, on_built_in)


def draw_with_goods(seed: int) -> Case:
    """Return a case whose first two sectors are goods of one, the first and the last of them short.

    Elasticities of supply are 0.05 to 20; those of trade are no lower than a world of a horizon has
    them (``World.after``). The shock is that of the world without goods.
    """
    rng = np.random.default_rng(seed)
    case = draw(seed, built_in_share=0.0, large=0.0)
    while case.table.trade.shape[2] < 2:
        case = draw(int(rng.integers(2**32)), built_in_share=0.0, large=0.0)
    table = case.table.with_goods()
    assert table.supply is not None
    supply = table.supply.copy()
    supply[[0, -1]] = np.exp(rng.uniform(-3.0, 3.0, 2))
    least = np.full(len(supply), LEAST_ELASTICITY)
    least[:2] = BETWEEN_GOODS - 1.0  # two goods of a sector
    theta = np.maximum(table.trade_elasticity, least)
    table = table.replace(supply=supply, trade_elasticity=theta)
    return case._replace(seed=seed, table=table)


def draw_transfer(rng: np.random.Generator, table: Table) -> NDArray[np.float64]:
    """Return gifts from one country to another, up to a third of the smaller value added."""
    output = table.trade.sum(axis=1)
    value_added = ((1.0 - table.input_share.sum(axis=1)) * output).sum(axis=1)
    giver, taker = rng.permutation(value_added.size)[:2]
    gift = rng.uniform(0.0, 0.33) * min(value_added[giver], value_added[taker])
    transfer = np.zeros(value_added.size)
    transfer[giver], transfer[taker] = -gift, gift
    return transfer


@cache
def built_in() -> cv.World:
    """Return the built-in world, opened once."""
    return cv.open_world()


@cache
def built_in_table() -> Table:
    """Return the built-in world as plain arrays."""
    world = built_in()
    return Table(world.trade, world.tariff, world.input_share, world.trade_elasticity, "built in")
