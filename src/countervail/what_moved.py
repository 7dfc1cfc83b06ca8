"""What moved a figure: every tariff line, cell and endowment that changed, and what it did.

Two columns. The first-order one is the derivative at the first state times the change. The other
goes from the first state to the second in a straight line and adds up the derivative on the way
(Aumann and Shapley 1974, "Values of Non-Atomic Games"): its parts sum to the whole effect, and do
not depend on any order in which the changes are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import simulate
from countervail.core import levers
from countervail.core.levers import Levers
from countervail.core.model import Baseline, Hats, Shock
from countervail.figure import Reading
from countervail.sensitivity import Setting, derivative, setting_of

if TYPE_CHECKING:
    from countervail.solution import Solution

Array = NDArray[np.float64]

NODES = 8
"""Points of Gauss-Legendre quadrature on the way."""


class Moved(NamedTuple):
    """One thing that changed, and what it did to a figure, in the figure's unit.

    Attributes:
        lever: what changed: ``tariff``, ``iceberg_hat``, ...
        exporter, importer, sector: where; None where it has none. A country's own levers
            (``productivity_hat``, ``labour_hat``, ``transfer``) have it as the exporter.
        goods: the goods of a tariff line; None for a whole cell.
        first_order: derivative at the first state times the change; for a ban, of its trade.
        effect: added up on the way from the first state to the second.
    """

    lever: str
    exporter: str | None
    importer: str | None
    sector: str | None
    goods: str | None
    first_order: float
    effect: float


def what_moved(outcome: Reading) -> list[Moved]:
    """Return what everything that changed did to a figure, the largest effect first.

    Raises:
        InputError: a figure that has no derivative; or JAX is not installed.
        NotCertified: a state on the way could not be solved.
    """
    solution = outcome.solution
    setting = setting_of(solution)
    path = _Path(setting.base, *setting.shocks)
    start = _derivative_at(0.0, path, setting, outcome)
    begun = path.direction(0.0)
    first = Levers(*(slope * step for slope, step in zip(start, begun, strict=True)))
    whole = levers.none(setting.base, setting.shocks[1])
    places, weights = np.polynomial.legendre.leggauss(NODES)
    for place, weight in zip((places + 1.0) / 2.0, weights / 2.0, strict=True):
        slopes = _derivative_at(float(place), path, setting, outcome)
        steps = path.direction(float(place))
        whole = Levers(
            *(
                done + weight * slope * step
                for done, slope, step in zip(whole, slopes, steps, strict=True)
            )
        )
    rows = _rows(solution, first, whole)
    return sorted(rows, key=lambda row: -abs(row.effect))


class _Path:
    """The straight line from one state to another: rates linearly; a ban's trade, not its cost."""

    def __init__(self, base: Baseline, before: Shock, after: Shock) -> None:
        self.base, self.before, self.after = base, before, after
        self.theta = base.trade_elasticity[:, None, None]

    def at(self, part: float) -> Shock:
        """Return the state a part of the way along."""
        before, after = self.before, self.after
        ones = np.ones_like(self.base.tariff)
        lines = after.lines
        if lines is not None and before.lines is not None:
            theta = self.base.trade_elasticity[lines.sector]
            lines = lines._replace(
                tariff_new=_between(before.lines.tariff_new, lines.tariff_new, part),
                iceberg_hat=_cost(before.lines.iceberg_hat, lines.iceberg_hat, part, theta),
            )
        given = _pairs(before, after)
        costs = (_or(before.iceberg_hat, ones), _or(after.iceberg_hat, ones))
        nothing = before.iceberg_hat is None and after.iceberg_hat is None
        return Shock(
            tariff_new=_middle(*given["tariff_new"], self.base.tariff, part),
            iceberg_hat=None if nothing else _cost(*costs, part, self.theta),
            export_tax=_middle(*given["export_tax"], np.zeros_like(ones), part),
            productivity_hat=_middle(
                *given["productivity_hat"], np.ones_like(self.base.expenditure), part
            ),
            labour_hat=_middle(*given["labour_hat"], np.ones_like(self.base.value_added), part),
            transfer=_middle(*given["transfer"], np.zeros_like(self.base.value_added), part),
            lines=lines,
        )

    def direction(self, part: float) -> Levers:
        """Return the speed of every lever there; of a cell with lines, that of its lines."""
        before, after, base = self.before, self.after, self.base
        ones = np.ones_like(base.tariff)
        tariff = _or(after.tariff_new, base.tariff) - _or(before.tariff_new, base.tariff)
        costs = (_or(before.iceberg_hat, ones), _or(after.iceberg_hat, ones))
        iceberg = _cost_speed(*costs, part, self.theta)
        nothing = levers.none(base, after)
        line_tariff, line_iceberg = nothing.line_tariff, nothing.line_iceberg_hat
        if after.lines is not None and before.lines is not None:
            theta = base.trade_elasticity[after.lines.sector]
            line_tariff = after.lines.tariff_new - before.lines.tariff_new
            line_costs = (before.lines.iceberg_hat, after.lines.iceberg_hat)
            line_iceberg = _cost_speed(*line_costs, part, theta)
            at = after.lines.sector, after.lines.importer, after.lines.exporter
            tariff[at] = iceberg[at] = 0.0  # the lines stand in the cell's place
        return nothing._replace(
            tariff=tariff,
            iceberg_hat=iceberg,
            export_tax=_or(after.export_tax, 0.0 * ones) - _or(before.export_tax, 0.0 * ones),
            line_tariff=line_tariff,
            line_iceberg_hat=line_iceberg,
            productivity_hat=_or(after.productivity_hat, nothing.productivity_hat + 1.0)
            - _or(before.productivity_hat, nothing.productivity_hat + 1.0),
            labour_hat=_or(after.labour_hat, nothing.labour_hat + 1.0)
            - _or(before.labour_hat, nothing.labour_hat + 1.0),
            transfer=_or(after.transfer, nothing.transfer) - _or(before.transfer, nothing.transfer),
        )


def _derivative_at(part: float, path: _Path, setting: Setting, outcome: Reading) -> Levers:
    """Return the derivative of the figure with the second state moved a part of the way."""
    model = outcome.solution.model
    shock = path.at(part)
    first, second = setting.hats
    near = Hats(*(one + part * (two - one) for one, two in zip(first, second, strict=True)))
    hats = near if part == 0.0 else simulate.solve_state(model, path.base, shock, near).solved.hats
    moved = setting._replace(
        shocks=(setting.shocks[0], shock),
        hats=(first, hats),
        weights=(setting.weights[0], model.prepare(path.base, shock)),
    )
    return derivative(moved, outcome.solution, outcome)[1]


def _rows(solution: Solution, first: Levers, whole: Levers) -> Iterator[Moved]:
    """Yield everything that changed."""
    countries, sectors = solution.world.countries, solution.world.sectors
    for lever in ("tariff", "iceberg_hat", "export_tax"):
        effects, begun = getattr(whole, lever), getattr(first, lever)
        for j, n, i in zip(*np.nonzero(effects), strict=True):
            where = countries[i], countries[n], sectors[j]
            yield Moved(lever, *where, None, float(begun[j, n, i]), float(effects[j, n, i]))
    table = solution.resolved.lines
    if table is not None:
        for lever in ("line_tariff", "line_iceberg_hat"):
            effects, begun = getattr(whole, lever), getattr(first, lever)
            for k in np.flatnonzero(effects):
                where = (
                    countries[table.exporter[k]],
                    countries[table.importer[k]],
                    sectors[table.sector[k]],
                )
                yield Moved(lever, *where, table.names[k], float(begun[k]), float(effects[k]))
    for j, n in zip(*np.nonzero(whole.productivity_hat), strict=True):
        pair = float(first.productivity_hat[j, n]), float(whole.productivity_hat[j, n])
        yield Moved("productivity_hat", countries[n], None, sectors[j], None, *pair)
    for lever in ("labour_hat", "transfer"):
        effects, begun = getattr(whole, lever), getattr(first, lever)
        for n in np.flatnonzero(effects):
            pair = float(begun[n]), float(effects[n])
            yield Moved(lever, countries[n], None, None, None, *pair)


def _pairs(before: Shock, after: Shock) -> dict[str, tuple[Array | None, Array | None]]:
    names = ("tariff_new", "export_tax", "productivity_hat", "labour_hat", "transfer")
    return {name: (getattr(before, name), getattr(after, name)) for name in names}


def _or(given: Array | None, default: Array) -> Array:
    return default if given is None else given


def _middle(one: Array | None, two: Array | None, default: Array, part: float) -> Array | None:
    """Return what lies a part of the way between; None where neither state has any."""
    if one is None and two is None:
        return None
    return _between(_or(one, default), _or(two, default), part)


def _between(one: Array, two: Array, part: float) -> Array:
    return np.asarray(one + part * (two - one))


def _cost(one: Array, two: Array, part: float, theta: Array) -> Array:
    """Return the cost a part of the way; linear in d^-theta where a ban begins or ends."""
    banned = np.isinf(one) | np.isinf(two)
    finite = _between(np.where(banned, 1.0, one), np.where(banned, 1.0, two), part)
    with np.errstate(divide="ignore"):
        trade = (1.0 - part) * one**-theta + part * two**-theta
        return np.where(banned, trade ** (-1.0 / theta), finite)


def _cost_speed(one: Array, two: Array, part: float, theta: Array) -> Array:
    """Return the derivative of ``_cost`` along the way; NaN at the end of it that is banned."""
    banned = np.isinf(one) | np.isinf(two)
    finite = np.where(banned, 1.0, two) - np.where(banned, 1.0, one)
    with np.errstate(all="ignore"):
        there = _cost(one, two, part, theta)
        speed = -(there ** (1.0 + theta)) * (two**-theta - one**-theta) / theta
    still = np.isinf(one) & np.isinf(two)
    return np.where(still, 0.0, np.where(banned, speed, finite))
