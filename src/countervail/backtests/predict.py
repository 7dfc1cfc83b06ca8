"""Episodes predicted: the measure laid on the world of 2022, under three structures.

Every parameter is as it ships; nothing is fitted to an episode. A good of the table is carved with
the shares that the episode's parties had in its base year; an episode without one, or whose good
is a sector, is predicted in its sectors. All law but the measure stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.backtests.episode import OTHERS, Episode
from countervail.backtests.header import MeasureTaken
from countervail.core.choices.nested_goods import NestedGoods
from countervail.core.model import Model
from countervail.errors import CountervailError, InputError
from countervail.ledger.measure import ALL_GOODS
from countervail.models.presets import CaliendoParro, FirstYear
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.solving import solve
from countervail.world import World
from countervail.world.goods import Flow, Good, table_of_goods
from countervail.world.kinds import goods_of

Array = NDArray[np.float64]

STRUCTURES: Mapping[str, str] = MappingProxyType(
    {
        "lines": "lines inside sectors, factors free to move, long-run elasticities",
        "goods": "goods as sectors of their own in nests, factors free to move, long run",
        "first_year": "goods in nests, supply that stays, elasticities of the first year",
    }
)
"""The structures that are scored, by name."""

SHARES = ("of_imports", "of_exports")
"""Kinds of flows that an episode's shares stand for, of its own parties."""

EVERY_ORIGIN = "ALL"
"""What a measure on all origins has for targets."""

REST_OF_WORLD = "ROW"
"""Where countries trade that the world does not have; it cannot be a first winner."""

LEAST_GAIN = 0.01
"""Per cent of the loss: who gains less is no winner."""


class Setting(NamedTuple):
    """Where an episode is predicted.

    Attributes:
        world: with the good carved, or as it is.
        cells: labels the measure falls on: the good, or sectors.
        place: ``good`` where it is carved, else ``sector``.
        said: the same in words.
    """

    world: World
    cells: tuple[str, ...]
    place: str
    said: str


@dataclass(frozen=True)
class Prediction:
    """What a structure says of an episode; no number where there is no answer.

    Attributes:
        structure: one of :data:`STRUCTURES`.
        hit: change of the value of the pair's trade, per cent.
        redirected: rise of the exporter's sales to other countries, per cent of the loss.
        rivals: rise of the importer's purchases from other countries, per cent of the loss.
        gains: the same by country, the rest of the world left out.
        reason: why there is no answer.
    """

    structure: str
    hit: float | None = None
    redirected: float | None = None
    rivals: float | None = None
    gains: Mapping[str, float] = field(default_factory=dict)
    reason: str | None = None

    def of(self, fact: str) -> float | None:
        """Return what is predicted of a fact, by its name."""
        value: float | None = getattr(self, fact)
        return value

    @property
    def first_winner(self) -> str | None:
        """The country that gains most; None where nobody gains."""
        first = max(self.gains, key=self.gains.__getitem__, default=None)
        return None if first is None or self.gains[first] < LEAST_GAIN else first


class Backtest(NamedTuple):
    """An episode and what each structure predicts of it.

    Attributes:
        episode: the measure, the good and what was seen.
        place: ``good`` where it was carved, else ``sector``.
        said: the same in words.
        predictions: in the order of :data:`STRUCTURES`.
        drawn: 5 and 95 per cent of draws in the first year, by fact; empty where none were made.
    """

    episode: Episode
    place: str
    said: str
    predictions: tuple[Prediction, ...]
    drawn: Mapping[str, tuple[float, float]] = MappingProxyType({})

    @property
    def reasons(self) -> dict[str, str]:
        """Why there is no answer, by the structure that has none."""
        return {one.structure: one.reason for one in self.predictions if one.reason is not None}


def backtest(episode: Episode, world: World) -> Backtest:
    """Return an episode predicted under each structure.

    Args:
        episode: the measure and the good.
        world: the world it is laid on, of the long run.

    Raises:
        InputError: the world lacks a party or a sector of the episode.
    """
    here = setting(episode, world)
    found: dict[str, Prediction] = {}
    for structure in STRUCTURES:
        if structure == "goods" and here.world is world:  # nothing carved: lines are sectors
            found[structure] = replace(found["lines"], structure=structure)
        else:
            found[structure] = _predicted(episode, here, structure)
    return Backtest(episode, here.place, here.said, tuple(found.values()))


def setting(episode: Episode, world: World) -> Setting:
    """Return where an episode is predicted: its good carved, or its sectors as they are.

    Raises:
        InputError: the good finds no room, or a sector is not there.
    """
    header = episode.header
    good = None if header.good is None else table_of_goods()[header.good]
    if good is not None and not good.whole:
        carved = world.carve([with_shares(good, episode, world)])
        if good.code in carved.sectors:
            return Setting(carved, (good.code,), "good", f"{good.name}, carved")
    words = ", ".join(header.sectors)
    if header.sectors == (ALL_GOODS,):
        return Setting(
            world, tuple(world.sectors[j] for j in goods_of(world)), "sector", "all goods"
        )
    cells = tuple(world.sectors[world.sector(code)] for code in header.sectors)
    return Setting(world, cells, "sector", f"as its sector, {words}")


def with_shares(good: Good, episode: Episode, world: World) -> Good:
    """Return a good whose parties trade in the shares of an episode's base year.

    Totals by country, sales at home, what countries make and buy, and duties are as the table has
    them; countries that the world does not have are its rest of the world.
    """
    totals: dict[tuple[str, str, str], float] = {}
    for flow in good.of("pair"):
        for key in (("exports", flow.exporter, ""), ("imports", "", flow.importer)):
            totals[key] = totals.get(key, 0.0) + flow.value
    seller, buyer = episode.header.exporter, episode.header.importer
    kept = [
        flow
        for flow in good.flows
        if flow.kind != "pair"
        and not (flow.kind in SHARES and (flow.exporter == seller or flow.importer == buyer))
    ]
    markets = _placed(episode.market_shares, world)
    suppliers = _placed(episode.supplier_shares, world)
    shares = [Flow("of_exports", seller, n, share) for n, share in markets]
    shares += [Flow("of_imports", i, buyer, share) for i, share in suppliers]
    flows = (*(Flow(*key, value) for key, value in totals.items()), *kept, *shares)
    return replace(good, flows=flows)


def _placed(shares: Mapping[str, float], world: World) -> list[tuple[str, float]]:
    """Return shares by country of a world, as parts of one."""
    known = {code for held in world.held.values() for code in held}
    return [
        (code if code in known else REST_OF_WORLD, share / 100.0) for code, share in shares.items()
    ]


def measure_on(episode: Episode, here: Setting) -> Scenario:
    """Return the measure of an episode by hand: its duty, or a ban, on the cells of its targets.

    Where the source has the duty that was charged, every seller bears what it was charged.
    """
    header, world = episode.header, here.world
    importer = world.country(header.importer)
    at = [world.sectors.index(code) for code in here.cells]
    if episode.duties:
        tariff = np.array(world.tariff)
        rise = _charged(episode.duties, world)
        rise[importer] = 0.0
        cells = np.ix_(range(len(rise)), [importer], at)
        tariff[cells] = np.maximum(tariff[cells] + rise[:, None, None], 0.0)
        return Scenario.from_arrays(world, tariff=tariff, name=episode.id)
    sellers = [i for i in _targets(header.measure, world) if i != importer]
    cells = np.ix_(sellers, [importer], at)
    if header.measure.rate is None:
        iceberg = np.ones_like(world.tariff)
        iceberg[cells] = np.inf
        return Scenario.from_arrays(world, iceberg_hat=iceberg, name=episode.id)
    tariff = np.array(world.tariff)
    tariff[cells] += header.measure.rate / 100.0
    return Scenario.from_arrays(world, tariff=tariff, name=episode.id)


def _charged(duties: Mapping[str, float], world: World) -> Array:
    """Return by how much the duty charged on each country's goods rose, as a fraction."""
    rise = np.full(len(world.countries), duties[OTHERS] / 100.0)
    for code, points in duties.items():
        if code in world.countries:
            rise[world.country(code)] = points / 100.0
    return rise


def _targets(measure: MeasureTaken, world: World) -> list[int]:
    """Return who a measure is on: a group is its members on the day it came into force."""
    if EVERY_ORIGIN in measure.targets:
        return list(range(len(world.countries)))
    codes = [c for word in measure.targets for c in labels.expand(word, measure.in_force)]
    return world.holding(codes)[0]


def _predicted(episode: Episode, here: Setting, structure: str) -> Prediction:
    world = here.world.after(1) if structure == "first_year" else here.world
    try:
        solution = solve(world, measure_on(episode, here), _model(structure, here))
        return told(solution, episode, here.cells, structure)
    except CountervailError as error:
        return Prediction(structure, reason=str(error))


def _model(structure: str, here: Setting) -> Model:
    """Return the economics of a structure.

    Lines in a sector are its goods at eta = 1 + theta of the sector: one choice among all origins
    and goods (docs/theory.md, Choices of the model).
    """
    if structure == "first_year":
        return FirstYear()
    if structure == "goods":
        return CaliendoParro(goods=NestedGoods())
    theta = here.world.trade_elasticity[here.world.sectors.index(here.cells[0])]
    return CaliendoParro(goods=NestedGoods(1.0 + float(theta)))


def told(solution: Solution, episode: Episode, cells: Sequence[str], structure: str) -> Prediction:
    """Return the facts of an episode in a solution, values summed over the cells of the measure.

    A hit is of all that is measured, of which the measure may be on a part.

    Raises:
        InputError: the measure takes nothing from the pair.
    """
    world, a = solution.world, solution.arrays
    i, n = world.country(episode.header.exporter), world.country(episode.header.importer)
    at = [world.sectors.index(code) for code in cells]
    base = np.asarray(a["trade"][:, :, at].sum(axis=2))
    change = np.asarray(a["trade_new"][:, :, at].sum(axis=2)) - base
    lost = -float(change[i, n])
    if not lost > 0.0:
        raise InputError(f"episode '{episode.id}': the measure takes nothing from the pair")
    others = [k for k in range(len(world.countries)) if k not in (i, n)]
    gains = {world.countries[k]: 100.0 * float(change[k, n]) / lost for k in others}
    return Prediction(
        structure,
        hit=-100.0 * episode.header.data.part * lost / float(base[i, n]),
        redirected=100.0 * float(change[i, others].sum()) / lost,
        rivals=sum(gains.values()),
        gains=MappingProxyType({k: v for k, v in gains.items() if k != REST_OF_WORLD}),
    )
