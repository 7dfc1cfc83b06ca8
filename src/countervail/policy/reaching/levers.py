"""What may be changed to reach a goal: trade costs, partners' tariffs, own productivity, in logs.

Every lever is a change x >= 0 of one flow or one sector, of which the effort is half its weight
times what it stands on times x squared. Effort is additive over the tariff lines of a cell too: a
cell's lines are all cut in the same proportion of their own log(1 + rate), and x is the root mean
square of their cuts, each weighted by its trade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.core.levers import Levers as Slopes
from countervail.core.model import Baseline, Lines, Shock
from countervail.core.weights import cells_of, elasticity, line_weights
from countervail.errors import InputError, did_you_mean
from countervail.policy.evaluator import Visited
from countervail.policy.legal import Movers
from countervail.policy.players import Player
from countervail.policy.reaching.goals import Partners
from countervail.policy.reaching.targets import partners_of
from countervail.state import State
from countervail.world import World
from countervail.world.kinds import goods_of, sectors_of

Array = NDArray[np.float64]
IntArray = NDArray[np.intp]
Cells = tuple[IntArray, IntArray, IntArray]

KINDS: Mapping[str, str] = {
    "export_cost": "trade costs of its exports",
    "import_cost": "trade costs of its imports",
    "tariff": "partners' tariffs on its goods",
    "productivity": "its own productivity",
}
"""The kinds of levers, and what each changes of the player's."""

MOST: Mapping[str, float] = {
    "export_cost": 20.0,
    "import_cost": 20.0,
    "tariff": 100.0,
    "productivity": 10.0,
}
"""Bounds unless stated, per cent: how far costs fall, how much of a tariff goes, what is gained."""


@dataclass(frozen=True)
class Lever:
    """A kind of lever that may be used, and how far.

    Attributes:
        kind: a key of ``KINDS``.
        partners: whom the trade is with; None is the partners the goals name.
        sectors: codes, or ``goods`` or ``services``; none is all (of tariffs: all goods).
        most: its bound, per cent: costs fall by so much at most, so much of a tariff goes,
            productivity rises by so much; None is the default of ``MOST``.
        weight: of its effort, beside that of other kinds.
    """

    kind: str
    partners: Partners | None = None
    sectors: tuple[str, ...] = ()
    most: float | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(
                f"no lever '{self.kind}'{did_you_mean(self.kind, KINDS)} "
                f"(there are {', '.join(KINDS)})"
            )
        if self.kind == "productivity" and self.partners is not None:
            raise InputError("productivity is the player's own: it has no partners")
        high = 1000.0 if self.kind == "productivity" else 100.0 if self.kind == "tariff" else 95.0
        if not 0.0 < self.bound <= high:
            raise InputError(
                f"{self.kind} may change by {self.bound:g} per cent at most: give a bound above 0 "
                f"and at most {high:g}"
            )
        if not (0.0 < self.weight < np.inf):
            raise InputError(
                f"weight {self.weight:g} of {self.kind}: what costs nothing has no least change; "
                "give a number above 0"
            )

    @property
    def bound(self) -> float:
        """Its bound, per cent."""
        return MOST[self.kind] if self.most is None else self.most

    @property
    def largest(self) -> float:
        """Its bound as a change of logs; of tariffs as a part of each log(1 + rate)."""
        if self.kind == "tariff":
            return self.bound / 100.0
        if self.kind == "productivity":
            return float(np.log1p(self.bound / 100.0))
        return float(-np.log1p(-self.bound / 100.0))


class Changes(NamedTuple):
    """What levers do to a state of law, in a world's axes; None is nothing.

    Attributes:
        iceberg_hat: factor on trade costs, [exporter, importer, sector].
        tariff_cut: part of log(1 + rate) that goes, in each tariff line, [exporter, importer,
            sector].
        productivity_hat: factor on productivity, [country, sector].
    """

    iceberg_hat: Array | None
    tariff_cut: Array | None
    productivity_hat: Array | None


@dataclass(frozen=True, eq=False)
class LeverSet:
    """Every lever, one a flow or sector; arrays [lever].

    Attributes:
        kinds: the kinds in play, in the order stated.
        kind: position of each lever's kind among them.
        sector: of the flow, or of productivity.
        importer, exporter: of the flow; both the country itself for productivity.
        stands_on: trade or output under the law in force, USD million.
        most: bound of x.
        unit: of tariffs, x for the whole tariff of the cell; 1 of anything else.
        curve: about how fast what it stands on grows with x: the trade elasticity, less what the
            seller has of its market already.
        notes: what must be said of them, in sentences.
    """

    kinds: tuple[Lever, ...]
    kind: IntArray
    sector: IntArray
    importer: IntArray
    exporter: IntArray
    stands_on: Array
    most: Array
    unit: Array
    curve: Array
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def effort(self) -> Array:
        """Effort of x squared over two: weight times what the lever stands on, [lever]."""
        return np.array([lever.weight for lever in self.kinds])[self.kind] * self.stands_on

    def where(self, kind: str) -> NDArray[np.bool_]:
        """Return which levers are of a kind, [lever]."""
        return np.array([lever.kind == kind for lever in self.kinds])[self.kind]

    def cells(self, chosen: NDArray[np.bool_]) -> Cells:
        """Return the cells of some levers in the core's axes [sector, importer, exporter]."""
        return self.sector[chosen], self.importer[chosen], self.exporter[chosen]

    def changes(self, x: Array, world: World) -> Changes:
        """Return what changes x do, in a world's axes."""
        return self._changes(x, world.trade.shape)

    def placed(self, base: Baseline, law: Shock, x: Array) -> Shock:
        """Return a state of law with changes x made on it."""
        return with_changes(base, law, self._changes(x, base.trade_share.shape[::-1]))

    def others(self, world: World) -> Movers:
        """Return the partners whose tariffs are cut: names and positions."""
        cut = np.unique(self.importer[self.where("tariff")])
        return [(world.countries[n], (int(n),)) for n in cut]

    def present(self, _base: Baseline, _law: Shock) -> Array:
        """Return that nothing is used, [lever]."""
        return np.zeros(len(self))

    def curvature(self, _visited: Visited, _x: Array) -> Array:
        """Return about how fast what each lever stands on grows with it, [lever]."""
        return self.curve

    def _changes(self, x: Array, cube: tuple[int, ...]) -> Changes:
        """Return what changes x do in a world of a shape, in its axes."""
        iceberg, cut, productivity = np.zeros(cube), np.zeros(cube), np.zeros((cube[0], cube[2]))
        cost = self.where("export_cost") | self.where("import_cost")
        np.add.at(iceberg, self.cells(cost)[::-1], -x[cost])
        tariff, own = self.where("tariff"), self.where("productivity")
        np.add.at(cut, self.cells(tariff)[::-1], x[tariff] / self.unit[tariff])
        np.add.at(productivity, (self.exporter[own], self.sector[own]), x[own])
        return Changes(
            np.exp(iceberg) if cost.any() else None,
            cut if tariff.any() else None,
            np.exp(productivity) if own.any() else None,
        )

    def slopes(self, slopes: Slopes, base: Baseline, law: Shock, shock: Shock) -> Array:
        """Return the derivative of a scalar with respect to each x, [lever].

        Args:
            slopes: its derivatives with respect to everything that can be moved.
            base: baseline.
            law: the state of law before any lever is used.
            shock: with the levers used.
        """
        found = np.zeros(len(self))
        cost = self.where("export_cost") | self.where("import_cost")
        found[cost] = -_per_log_cost(slopes, shock)[self.cells(cost)]
        tariff, own = self.where("tariff"), self.where("productivity")
        if tariff.any():
            cut = _per_tariff_cut(slopes, base, law, shock)
            found[tariff] = cut[self.cells(tariff)] / self.unit[tariff]
        at = self.sector[own], self.exporter[own]
        hat = 1.0 if shock.productivity_hat is None else shock.productivity_hat[at]
        found[own] = hat * slopes.productivity_hat[at]
        return found


def with_changes(base: Baseline, law: Shock, changes: Changes) -> Shock:
    """Return a state of law with the changes made on it (core's axes and lines).

    Args:
        base: baseline.
        law: the state of law.
        changes: what the levers do, in a world's axes.
    """
    lines = law.lines
    if changes.iceberg_hat is not None:
        factor = _turned(changes.iceberg_hat)
        iceberg = factor if law.iceberg_hat is None else law.iceberg_hat * factor
        law = law._replace(iceberg_hat=iceberg)
        if lines is not None:
            lines = lines._replace(iceberg_hat=lines.iceberg_hat * factor[_at(lines)])
    if changes.tariff_cut is not None:
        kept = 1.0 - _turned(changes.tariff_cut)
        law = law._replace(tariff_new=cut_rates(_rates(base, law), kept))
        if lines is not None:
            lines = lines._replace(tariff_new=cut_rates(lines.tariff_new, kept[_at(lines)]))
    if changes.productivity_hat is not None:
        gain = np.ascontiguousarray(changes.productivity_hat.T)
        stood = law.productivity_hat
        law = law._replace(productivity_hat=gain if stood is None else stood * gain)
    return law._replace(lines=lines)


def cut_rates(rates: Array, kept: Array) -> Array:
    """Return rates of which a part of log(1 + rate) is kept; a subsidy is no tariff to cut."""
    cut = np.expm1(kept * np.log1p(rates))
    return np.asarray(np.where((rates > 0) & (kept < 1.0), cut, rates))


def placed(
    wanted: Sequence[Lever],
    world: World,
    player: Player,
    default: Partners,
    base: Baseline,
    before: State,
    world_growth: float,
) -> LeverSet:
    """Return every lever of the kinds wanted, where there is something to change.

    Args:
        wanted: the kinds.
        world: the world.
        player: whose levers they are.
        default: whom trade is with where a kind does not say.
        base: baseline.
        before: the law in force, solved.
        world_growth: world value added of that state over the base year's.

    Raises:
        InputError: an unknown name, one flow twice, or nothing to change.
    """
    if not wanted:
        raise InputError("no lever: name one, such as export_cost")
    parts, notes = [], list(player.notes)
    for number, lever in enumerate(wanted):
        sectors = sectors_of(lever.sectors or None, world)
        if lever.kind == "tariff":
            goods = goods_of(world)
            sectors = tuple(j for j in sectors if j in goods)
        if lever.kind == "productivity":
            j, n = _grid(sectors, player.members)
            i = n
        else:
            others, said = partners_of(lever.partners or default, player, world)
            notes += said
            j, own, other = _grid(sectors, player.members, others)
            n, i = (own, other) if lever.kind == "import_cost" else (other, own)
        parts.append(_some(number, lever, (j, n, i), base, before, world_growth))
        if not len(parts[-1][0]):
            notes.append(f"Lever {lever.kind}: nothing stands there that it could change.")
    made = [np.concatenate(part) for part in zip(*parts, strict=True)]
    _refuse_twice(wanted, made[:4], world)
    if not len(made[0]):
        kinds = ", ".join(lever.kind for lever in wanted)
        raise InputError(
            f"{player.name} has nothing to change: no trade, or no tariff, stands where {kinds} "
            "are; name other partners, sectors or levers"
        )
    kind, sector, importer, exporter, stands_on, most, unit, curve = made
    return LeverSet(
        kinds=tuple(wanted),
        kind=kind,
        sector=sector,
        importer=importer,
        exporter=exporter,
        stands_on=stands_on,
        most=most,
        unit=unit,
        curve=curve,
        notes=tuple(dict.fromkeys(notes)),
    )


def _some(
    number: int, lever: Lever, cells: Cells, base: Baseline, before: State, world_growth: float
) -> tuple[IntArray, IntArray, IntArray, IntArray, Array, Array, Array, Array]:
    """Return the levers of one kind: where they are, what they stand on, bounds, units, curves."""
    j, n, i = cells
    outcome, unit = before.outcome, np.ones(len(j))
    if lever.kind == "productivity":
        stands_on, some = outcome.gross_output[j, i], outcome.gross_output[j, i] > 0
        curve = np.ones(len(j))
    else:
        stands_on = outcome.border[cells]
        some = stands_on > 0
        curve = elasticity(base, before.shock)[j] * (1.0 - outcome.trade_share[cells])
    if lever.kind == "tariff":
        curve = curve + 1.0
        unit = _whole_tariffs(base, before.shock)[cells]
        some &= unit > 0
    return (
        np.full(int(some.sum()), number, dtype=np.intp),
        j[some],
        n[some],
        i[some],
        stands_on[some] * world_growth,
        (lever.largest * unit)[some],
        unit[some],
        curve[some],
    )


def _whole_tariffs(base: Baseline, law: Shock) -> Array:
    """Return x for the whole tariff of each cell: log(1 + rate), of lines the root mean square."""
    logs = _log_rates(base, law)
    if law.lines is None:
        return logs
    lines = law.lines
    cells, place = cells_of(lines, base.tariff.shape)
    _, arriving = line_weights(base, lines, elasticity(base, law))
    whole = np.bincount(place, arriving, minlength=len(cells))
    square = np.bincount(
        place, arriving * np.log1p(np.maximum(lines.tariff_new, 0.0)) ** 2, minlength=len(cells)
    )
    mean = np.divide(square, whole, out=np.zeros_like(whole), where=whole > 0)
    logs.reshape(-1)[cells] = np.sqrt(mean)
    return logs


def _log_rates(base: Baseline, law: Shock) -> Array:
    """Return log(1 + rate) of every cell; 0 of a subsidy."""
    return np.asarray(np.log1p(np.maximum(_rates(base, law), 0.0)))


def _rates(base: Baseline, law: Shock) -> Array:
    return base.tariff if law.tariff_new is None else law.tariff_new


def _per_log_cost(slopes: Slopes, shock: Shock) -> Array:
    """Return derivatives per log of trade costs; where lines stand they already are."""
    if shock.iceberg_hat is None:
        return slopes.iceberg_hat
    hat = np.where(np.isfinite(shock.iceberg_hat), shock.iceberg_hat, 0.0)
    if shock.lines is not None:
        hat.reshape(-1)[cells_of(shock.lines, hat.shape)[0]] = 1.0
    return np.asarray(hat * slopes.iceberg_hat)


def _per_tariff_cut(slopes: Slopes, base: Baseline, law: Shock, shock: Shock) -> Array:
    """Return derivatives per part of log(1 + rate) that goes, of lines all at once, [j, n, i]."""
    cut = -_log_rates(base, law) * (1.0 + _rates(base, shock)) * slopes.tariff
    if law.lines is not None and shock.lines is not None:
        logs = np.log1p(np.maximum(law.lines.tariff_new, 0.0))
        by_line = -logs * (1.0 + shock.lines.tariff_new) * slopes.line_tariff
        cells, place = cells_of(law.lines, base.tariff.shape)
        cut.reshape(-1)[cells] = np.bincount(place, by_line, minlength=len(cells))
    return np.asarray(cut)


def _turned(cube: Array) -> Array:
    """Return [exporter, importer, sector] as the core has it."""
    return np.ascontiguousarray(cube.transpose(2, 1, 0))


def _at(lines: Lines) -> Cells:
    return lines.sector, lines.importer, lines.exporter


def _grid(*axes: Sequence[int]) -> tuple[IntArray, ...]:
    made = np.meshgrid(*(np.asarray(axis, dtype=np.intp) for axis in axes), indexing="ij")
    return tuple(axis.reshape(-1) for axis in made)


def _refuse_twice(wanted: Sequence[Lever], where: Sequence[Array], world: World) -> None:
    """Raise where two levers of one kind stand on one flow.

    Raises:
        InputError: the kind and the flow.
    """
    number, j, n, i = (np.asarray(part, dtype=np.intp) for part in where)
    names = list(KINDS)
    kind = np.array([names.index(lever.kind) for lever in wanted], dtype=np.intp)[number]
    each, count = np.unique(np.stack([kind, j, n, i]), axis=1, return_counts=True)
    if (count > 1).any():
        k, sector, importer, exporter = each[:, count > 1][:, 0]
        raise InputError(
            f"lever {names[k]} is stated twice for {world.countries[exporter]} > "
            f"{world.countries[importer]} {world.sectors[sector]}: keep one"
        )
