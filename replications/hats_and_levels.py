"""Two roads to each number: the table of exact hat algebra against the solution in levels.

``python -m replications.hats_and_levels`` prints the table that stands in README.md beside this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

import countervail as cv
from countervail.models.presets import Deficits
from countervail.testing.levels import solve_levels
from countervail.testing.shocks import TableShock, everywhere, random_shock, unilateral
from countervail.testing.worlds import Table, random_world, tiny


class Case(NamedTuple):
    """A world, a shock and a closure, named."""

    name: str
    table: Table
    shock: Callable[[Table], TableShock]
    deficits: Deficits = "world_share"


class Row(NamedTuple):
    """Largest relative differences between the two roads, and the size of the answer.

    Attributes:
        name: of the case.
        effect: largest |ln hat|.
        wages, prices, trade, welfare: largest difference, relative to the largest entry
            (welfare: of 1 + W).
        residual: of the certificate.
    """

    name: str
    effect: float
    wages: float
    prices: float
    trade: float
    welfare: float
    residual: float

    @property
    def largest(self) -> float:
        """The largest of the differences."""
        return max(self.wages, self.prices, self.trade, self.welfare)


def cases() -> list[Case]:
    """Return the cases of the table."""
    five = random_world(1, 5, 3)
    corners = random_world(
        2, 6, 4, zero_flows=0.3, idle_producers=2, empty_markets=1, elasticities=(0.05, 65.0)
    )

    def everything(table: Table) -> TableShock:
        return random_shock(3, table, tariffs=0.5, icebergs=0.2, productivity=0.1, labour=0.1)

    def lines(table: Table) -> TableShock:
        return random_shock(4, table, tariffs=1.0, bans=0.05, lines=5)

    closures: tuple[Deficits, ...] = ("world_share", "nominal", "own_income", "closed")
    return [
        *(
            Case(f"hand-checked 5 x 3, USA +25 points, {rule}", tiny(), _points(0.25), rule)
            for rule in closures
        ),
        Case("hand-checked 5 x 3, USA +1000 points", tiny(), _points(10.0)),
        Case("random 5 x 3: tariffs, trade costs, productivity, labour", five, everything),
        Case("random 5 x 3: tariff lines and bans", five, lines),
        Case("random 5 x 3: tariff lines and bans, closed", five, lines, "closed"),
        Case("random 6 x 4: zeros, idle producers, elasticities 0.05 to 65", corners, _points(0.5)),
        Case("random 5 x 3: everybody +300 points", five, lambda t: everywhere(t, 3.0)),
    ]


def _points(rate: float) -> Callable[[Table], TableShock]:
    return lambda table: unilateral(table, 2, rate)


def compare(case: Case) -> Row:
    """Return the differences between the two roads."""
    world, shock = case.table.world(), case.shock(case.table)
    nominal = case.deficits == "nominal"
    model = cv.CaliendoParro(deficits=case.deficits, unit=world.countries[0] if nominal else None)
    solution = cv.solve(world, shock.scenario(world), model)
    level = solve_levels(
        **case.table.arrays(),
        **shock.arrays(),
        deficits=case.deficits,
        unit=0 if nominal else None,
    )
    hat = solution.arrays
    return Row(
        case.name,
        solution.certificate.effect,
        _gap(hat["wage_hat"], level.wage_hat),
        _gap(hat["price_index_hat"], level.price_index_hat),
        _gap(hat["trade_new"], level.trade),
        float(np.abs(hat["welfare"] - level.welfare).max()) / 100.0,
        solution.certificate.residual,
    )


def _gap(left: np.ndarray, right: np.ndarray) -> float:
    return float(np.abs(left - right).max() / np.abs(right).max())


def as_markdown(rows: list[Row]) -> str:
    """Return the table in Markdown."""
    head = "| case | largest effect | wages | prices | trade | welfare | certificate |\n"
    head += "|---|---|---|---|---|---|---|\n"
    return head + "\n".join(
        f"| {r.name} | {r.effect:.2f} | {r.wages:.0e} | {r.prices:.0e} | {r.trade:.0e} "
        f"| {r.welfare:.0e} | {r.residual:.0e} |"
        for r in rows
    )


if __name__ == "__main__":
    print(as_markdown([compare(case) for case in cases()]))
