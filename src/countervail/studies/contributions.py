"""Contributions to a figure's change: every tariff line, cell and endowment that changed.

Two columns. The first-order one is the derivative at the first state times the change. The other
goes from the first state to the second in a straight line and adds up the derivative on the way
(Aumann and Shapley 1974, "Values of Non-Atomic Games"): its parts sum to the whole effect, and do
not depend on any order in which the changes are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.core import levers
from countervail.core.levers import Levers
from countervail.core.model import Hats
from countervail.errors import InputError
from countervail.solution import Reading, Solution
from countervail.state import solve_state
from countervail.studies.sensitivity import LEVERS, Setting, derivative, setting_of

Array = NDArray[np.float64]

NODES = (8, 16, 32)
"""Points of Gauss-Legendre quadrature on the way: more where the parts do not sum to the whole."""

CLOSE_PART = 1e-4
"""Gap between the parts and the whole that is good enough, over the sum of the parts' sizes."""

OUTSET_PART = 1e-8
"""Where the way begins, so that what a first state bans is traded already."""

NEARBY_STATES = 6
"""States known on the way that the guess of the next is made from."""


class Contribution(NamedTuple):
    """One thing that changed, and what it did to a figure, in the figure's unit.

    Attributes:
        lever: what changed: ``tariff``, ``iceberg_hat``, ... (``sensitivity.LEVERS``).
        first_order: derivative at the first state times the change; for a ban, of its trade.
        effect: added up on the way from the first state to the second.
        exporter, importer, country, sector: where; None for what the lever does not have.
        goods: the goods of a tariff line; None for a whole cell.
    """

    lever: str
    first_order: float
    effect: float
    exporter: str | None = None
    importer: str | None = None
    country: str | None = None
    sector: str | None = None
    goods: str | None = None


def contributions(outcome: Reading) -> list[Contribution]:
    """Return what each line, cell and endowment that changed did to a figure, the largest first.

    Args:
        outcome: a figure of a solution: ``solution.figure("welfare", country="CAN")``.

    Raises:
        InputError: a figure that has no derivative; a question whose quotas are priced; or JAX is
            not installed.
        NotCertified: a state on the way could not be solved.
    """
    if outcome.solution.quotas:
        named = ", ".join(dict.fromkeys(one.measure for one in outcome.solution.quotas))
        raise InputError(
            f"quotas begin to bind on the way ({named}), where figures have no slope: "
            "contributions are of questions without them; `study attribution` divides by measure"
        )
    way, whole = _Way(outcome), exact_effect(outcome)
    first = way.gains(OUTSET_PART)
    for nodes in NODES:
        effects = way.added_up(nodes)
        sizes = sum(np.abs(part).sum() for part in effects)
        if abs(sum(part.sum() for part in effects) - whole) <= CLOSE_PART * sizes:
            break
    rows = _rows(outcome.solution, first, effects)
    return sorted(rows, key=lambda row: -abs(row.effect))


def exact_effect(outcome: Reading) -> float:
    """Return by how much the second state's figure differs from what no change would give."""
    figure, solution = outcome.figure, outcome.solution
    name = figure.variable
    if name.endswith("_new"):
        return outcome.value - solution.figure(name.removesuffix("_new"), **figure.labels).value
    if name.endswith("_hat"):
        return outcome.value - float(figure.entries(solution.world).sum())
    of_first_state = f"{name}_new" in solution.arrays
    return 0.0 if of_first_state else outcome.value


class _Way:
    """The straight line from the first state to the second, and the derivative along it.

    Every lever moves evenly, but where a ban begins or ends it is d^-theta that does: its trade.
    """

    def __init__(self, outcome: Reading) -> None:
        self.outcome, self.setting = outcome, setting_of(outcome.solution)
        base, (before, after) = self.setting.base, self.setting.shocks
        self.lines = after.lines
        self.ends = levers.in_force(base, before), levers.in_force(base, after)
        self.known = dict(zip((0.0, 1.0), outcome.solution.hats, strict=True))

    def added_up(self, nodes: int) -> Levers:
        """Return what each lever's change does to the figure, added up over the whole way."""
        effects = levers.none(self.setting.base, self.setting.shocks[1])
        for place, share in zip(*np.polynomial.legendre.leggauss(nodes), strict=True):
            gains = self.gains((float(place) + 1.0) / 2.0)
            pairs = zip(effects, gains, strict=True)
            effects = Levers(*(done + share / 2.0 * gain for done, gain in pairs))
        return effects

    def gains(self, part: float) -> Levers:
        """Return what the figure gains from each lever per unit of the way, a part of it along."""
        levels, speed = self._at(part)
        slopes = derivative(self._solved(part, levels), self.outcome)[1]
        return Levers(*(slope * step for slope, step in zip(slopes, speed, strict=True)))

    def _at(self, part: float) -> tuple[Levers, Levers]:
        """Return where every lever stands, and how fast it moves there."""
        theta = self.ends[0].trade_elasticity
        at_line = np.zeros(0) if self.lines is None else theta[self.lines.sector]
        of_costs = {"iceberg_hat": theta[:, None, None], "line_iceberg_hat": at_line}
        found = [
            _between(one, two, part, of_costs.get(name))
            for name, one, two in zip(Levers._fields, *self.ends, strict=True)
        ]
        levels, speed = (Levers(*values) for values in zip(*found, strict=True))
        if self.lines is not None:
            # lines stand in the place of their cell
            cells = self.lines.sector, self.lines.importer, self.lines.exporter
            speed.tariff[cells] = speed.iceberg_hat[cells] = 0.0
        return levels, speed

    def _solved(self, part: float, levels: Levers) -> Setting:
        """Return the first state, and the one on the way in which levers stand as given."""
        from countervail.core import derivative as core

        (before, _), base, model = self.setting.shocks, self.setting.base, self.setting.model
        shock = levers.state(levels, self.lines)
        shock = shock._replace(wage_before=self.setting.shocks[1].wage_before)
        state = solve_state(model, base, shock, self._guess(part))
        self.known[part] = state.solved.hats
        after = core.placed(core.Point(state.solved.hats, state.weights))
        return self.setting._replace(
            shocks=(before, shock), pair=self.setting.pair._replace(after=after)
        )

    def _guess(self, part: float) -> Hats:
        """Return the polynomial through the states known nearby (Lagrange's), here."""
        near = sorted(self.known, key=lambda place: abs(place - part))[:NEARBY_STATES]
        shares = [
            np.prod([(part - other) / (place - other) for other in near if other != place])
            for place in near
        ]
        hats = zip(*(self.known[place].blocks for place in near), strict=True)
        return Hats.of(np.tensordot(shares, hat, axes=1) for hat in hats)


def _between(one: Array, two: Array, part: float, theta: Array | None) -> tuple[Array, Array]:
    """Return what lies a part of the way from one to two, and its speed.

    Args:
        one, two: the ends; infinite for bans.
        part: of the way.
        theta: of trade costs, which fall or rise with trade where a ban begins or ends.
    """
    if theta is None:
        return one + part * (two - one), two - one
    open_ = np.isfinite(one) & np.isfinite(two)
    first, second = np.where(open_, one, 1.0), np.where(open_, two, 1.0)
    cost, speed = first + part * (second - first), second - first
    at = np.nonzero(~open_)
    theta = np.broadcast_to(theta, one.shape)[at]
    begun, ended = one[at] ** -theta, two[at] ** -theta
    trade = begun + part * (ended - begun)
    some = trade > 0
    log_trade = np.log(trade, out=np.full_like(trade, -np.inf), where=some)
    growth = np.divide(ended - begun, trade, out=np.zeros_like(trade), where=some)
    cost[at] = np.exp(-log_trade / theta)
    speed[at] = np.where(some, -np.where(some, cost[at], 0.0) * growth / theta, 0.0)
    return cost, speed


def _rows(solution: Solution, first: Levers, effects: Levers) -> Iterator[Contribution]:
    """Yield everything that changed."""
    countries, lines = solution.world.countries, solution.resolved.lines
    labels = dict.fromkeys(("exporter", "importer", "country"), countries)
    labels["sector"] = solution.world.sectors
    for lever, begun, done in zip(Levers._fields, first, effects, strict=True):
        for at in zip(*np.nonzero(done), strict=True):
            place, goods = dict(zip(reversed(LEVERS[lever].dims), at, strict=True)), None
            if lines is not None and "line" in place:
                line = place.pop("line")
                goods = lines.names[line]
                place = {
                    dim: getattr(lines, dim)[line] for dim in ("exporter", "importer", "sector")
                }
            where = {dim: labels[dim][position] for dim, position in place.items()}
            yield Contribution(lever, float(begun[at]), float(done[at]), goods=goods, **where)
