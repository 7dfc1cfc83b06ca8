"""Small worlds for tests: every one closes, and no two axes have the same length.

``tiny`` is checked by hand; ``random_world`` draws worlds with the awkward corners that real
tables have: zero flows, producers that make nothing, markets nobody buys in, deficits, tariffs,
elasticities from 0.05 to 65.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.world.world import World

Array = NDArray[np.float64]

COUNTRIES = ("CAN", "CHN", "USA", "MEX", "DEU", "JPN", "AUS", "BRA", "IND", "KOR", "NOR", "CHE")
SECTORS = ("A01", "C10T12", "C24A", "C26", "C29", "B06", "G", "K", "L", "M", "N", "Q")


@dataclass(frozen=True, repr=False, eq=False)
class Table:
    """The four primitives of a world as plain arrays (docs/theory.md, Baseline).

    Attributes:
        trade: X[i, n, j], USD million at producer prices.
        tariff: t[i, n, j], a rate.
        input_share: gamma[n, k, j].
        trade_elasticity: theta[j].
        made: how it was made, to make it again.
        nest: the sector that each is a good of, by its number, [j]; None where nothing is a good.
        supply: elasticity of supply of each to its own price, infinite where it is free, [j]; None
            where all are.
        shop: position of wholesale and retail trade, which then has its label; None where it is
            where the labels have it.
        used: part of each purchase that producers use as inputs [i, n, j]; None where unknown.
    """

    trade: Array
    tariff: Array
    input_share: Array
    trade_elasticity: Array
    made: str = "by hand"
    nest: tuple[int, ...] | None = None
    supply: Array | None = None
    shop: int | None = None
    used: Array | None = None

    def __repr__(self) -> str:
        n, _, j = self.trade.shape
        return f"<Table {n} countries x {j} sectors: {self.made}>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Print in one line in Hypothesis' reports, too."""
        printer.text(repr(self))

    @property
    def countries(self) -> tuple[str, ...]:
        """Labels of the countries."""
        size = self.trade.shape[0]
        return COUNTRIES[:size] + tuple(f"X{n:02d}" for n in range(size - len(COUNTRIES)))

    @property
    def sectors(self) -> tuple[str, ...]:
        """Labels of the sectors."""
        size = self.trade.shape[2]
        labels = [*SECTORS[:size], *(f"S{j:02d}" for j in range(size - len(SECTORS)))]
        if self.shop is not None:
            there = labels.index("G") if "G" in labels else self.shop
            labels[there], labels[self.shop] = labels[self.shop], "G"
        return tuple(labels)

    def arrays(self) -> dict[str, Any]:
        """Return the primitives by name, as ``solve_levels`` takes them."""
        return {
            "trade": self.trade,
            "tariff": self.tariff,
            "input_share": self.input_share,
            "trade_elasticity": self.trade_elasticity,
        }

    def world(self) -> World:
        """Return the labelled World."""
        return World.from_arrays(
            trade=self.trade,
            tariff=self.tariff,
            input_share=self.input_share,
            trade_elasticity=self.trade_elasticity,
            countries=self.countries,
            sectors=self.sectors,
            allow_extreme=True,
            provenance=self._notes(),
            intermediate_share=self.used,
        )

    def _notes(self) -> dict[str, Any]:
        """Return what a world notes of its goods, as one that was carved does."""
        notes: dict[str, Any] = {}
        if self.nest is not None:
            named = zip(self.sectors, self.nest, strict=True)
            notes["goods"] = [{"good": label, "sector": f"sector {n}"} for label, n in named]
        if self.supply is not None:
            known = zip(self.sectors, self.supply.tolist(), strict=True)
            finite = {label: e for label, e in known if np.isfinite(e)}
            notes["horizon"] = {"years": 1.0, "raised": 0, "supply": finite}
        return notes

    def with_goods(self) -> Table:
        """Return the world with its first two sectors goods of one; the first and last are short.

        Whoever buys the sector buys both goods in the proportions of the market.
        """
        pair = [0, 1]
        spent = (self.trade * (1.0 + self.tariff)).sum(axis=0)[:, pair]
        whole = spent.sum(axis=1, keepdims=True)
        part = np.divide(spent, whole, out=np.full_like(spent, 0.5), where=whole > 0)
        inputs = self.input_share.copy()
        inputs[:, pair] = part[:, :, None] * inputs[:, pair].sum(axis=1, keepdims=True)
        size = self.trade.shape[2]
        supply = np.full(size, np.inf)
        supply[0], supply[-1] = 0.3, 1.5
        nest = (0, 0, *range(1, size - 1))
        return self.replace(input_share=inputs, nest=nest, supply=supply)

    def with_uses(self, seed: int = 0) -> Table:
        """Return the world with parts of purchases that producers use, different by origin."""
        drawn = np.random.default_rng(seed).uniform(0.05, 0.95, self.trade.shape)
        return self.replace(used=drawn)

    def by_use_as_sectors(self) -> Table:
        """Return the world with every sector as two: what producers buy of it, and households.

        Both halves are made alike, so that labour free to move makes either at the same cost: an
        economy whose buyers are told by use is one in which nobody is, of twice the sectors.
        """
        inputs = self.world().inputs_bought
        trade = np.concatenate([self.trade * inputs, self.trade * (1.0 - inputs)], axis=2)
        mix = np.concatenate([self.input_share, np.zeros_like(self.input_share)], axis=1)
        nest = self.nest
        if nest is not None:
            nest = (*nest, *(one + len(nest) for one in nest))
        return Table(
            trade,
            np.concatenate([self.tariff] * 2, axis=2),
            np.concatenate([mix] * 2, axis=2),
            np.tile(self.trade_elasticity, 2),
            nest=nest,
        )

    def replace(self, **changes: Any) -> Table:
        """Return the table with other primitives."""
        return replace(self, **changes)

    def permuted(self, countries: list[int], sectors: list[int]) -> Table:
        """Return the same world with its countries and sectors in another order."""
        return Table(
            self.trade[np.ix_(countries, countries, sectors)],
            self.tariff[np.ix_(countries, countries, sectors)],
            self.input_share[np.ix_(countries, sectors, sectors)],
            self.trade_elasticity[sectors],
            **self._goods(sectors),
            used=None if self.used is None else self.used[np.ix_(countries, countries, sectors)],
        )

    def with_sector_halved(self, sector: int) -> Table:
        """Return the world with one sector split in two identical halves, the second put last.

        Each half sells half of every flow, at the same tariffs and elasticity, and everybody who
        uses the sector uses half of each: Cobb-Douglas over halves is Cobb-Douglas over the whole.
        """
        half = np.ones(self.trade.shape[2])
        half[sector] = 0.5
        again = [*range(half.size), sector]
        return Table(
            (self.trade * half)[:, :, again],
            self.tariff[:, :, again],
            (self.input_share * half[None, :, None])[:, again][:, :, again],
            self.trade_elasticity[again],
            **self._goods(again),
            used=None if self.used is None else self.used[:, :, again],
        )

    def with_country_halved(self, country: int) -> Table:
        """Return the world with one country split in two identical halves, the second put last.

        The halves trade freely with each other: each half buys half of what the country bought at
        home from its own half and half from the other. The share of every origin is unchanged.
        """
        half = np.ones(self.trade.shape[0])
        half[country] = 0.5
        again = [*range(half.size), country]
        trade = self.trade * half[:, None, None] * half[None, :, None]
        return Table(
            trade[np.ix_(again, again)],
            self.tariff[np.ix_(again, again)],
            self.input_share[again],
            self.trade_elasticity,
            **self._goods([*range(self.trade.shape[2])]),
            used=None if self.used is None else self.used[np.ix_(again, again)],
        )

    def _goods(self, sectors: list[int]) -> dict[str, Any]:
        """Return what is known of goods, for some sectors in their order."""
        return {
            "nest": None if self.nest is None else tuple(self.nest[j] for j in sectors),
            "supply": None if self.supply is None else self.supply[sectors],
            "shop": None if self.shop is None else sectors.index(self.shop),
        }


def tiny() -> Table:
    """Return a world of 5 countries and 3 sectors that can be checked by hand.

    Sectors: a farm good, a manufacture, a service. Country 4 makes no manufactures (an idle
    producer) and country 3 has no market for the farm good (nobody there buys it). Services are
    not traded. Country 0 taxes the manufactures of country 1 at 25 per cent.

    Every producer that is not idle pays 0.1 of output for farm goods where there is a market for
    them, 0.2 for manufactures and 0.1 for services; manufactures take 0.3 of themselves.
    """
    trade = np.zeros((5, 5, 3))
    trade[:, :, 0] = [
        [40, 6, 2, 0, 5],
        [3, 60, 4, 0, 2],
        [1, 2, 50, 0, 0],
        [4, 0, 3, 0, 1],
        [15, 6, 8, 0, 30],
    ]
    trade[:, :, 1] = [
        [90, 10, 8, 4, 12],
        [15, 120, 9, 6, 10],
        [7, 12, 100, 5, 8],
        [2, 4, 6, 70, 9],
        [0, 0, 0, 0, 0],
    ]
    trade[:, :, 2] = np.diag([150, 180, 160, 80, 60])
    tariff = np.zeros((5, 5, 3))
    tariff[1, 0, 1] = 0.25
    tariff[0, 2, 0] = 0.10
    inputs = np.array([[0.1, 0.1, 0.1], [0.2, 0.3, 0.2], [0.1, 0.1, 0.1]])
    input_share = np.repeat(inputs[None], 5, axis=0)
    input_share[3, 0] = 0.0
    input_share[4, :, 1] = 0.0
    return Table(trade, tariff, input_share, np.array([8.0, 4.0, 5.0]))


def one_sector(countries: int = 4, trade_elasticity: float = 4.0) -> Table:
    """Return a world of one sector without inputs or tariffs."""
    rng = np.random.default_rng(4)
    trade = rng.lognormal(2.0, 1.0, (countries, countries, 1))
    trade[range(countries), range(countries)] += 60.0
    shape = (countries, countries, 1)
    return Table(trade, np.zeros(shape), np.zeros((countries, 1, 1)), np.array([trade_elasticity]))


def random_world(
    seed: int | np.random.Generator,
    countries: int = 5,
    sectors: int = 3,
    *,
    zero_flows: float = 0.0,
    idle_producers: int = 0,
    empty_markets: int = 0,
    deficits: float = 0.3,
    tariffs: float = 0.3,
    inputs: float = 0.6,
    elasticities: tuple[float, float] = (2.0, 10.0),
    home_bias: float = 8.0,
) -> Table:
    """Return a random world that closes.

    Args:
        seed: a seed, or a generator to draw from.
        countries: number of countries, at least 2.
        sectors: number of sectors.
        zero_flows: share of cross-border flows that are zero.
        idle_producers: producers (country and sector) that make nothing.
        empty_markets: markets (country and sector) in which nobody buys.
        deficits: largest trade deficit or surplus, as a share of value added (at most).
        tariffs: largest tariff rate; half of the cells carry one.
        inputs: largest share of inputs in output.
        elasticities: smallest and largest trade elasticity, drawn evenly in logs.
        home_bias: domestic sales over an average flow across the border.
    """
    rng = np.random.default_rng(seed)
    shape = (countries, countries, sectors)
    home = np.arange(countries)
    trade = rng.lognormal(3.0, 1.0, shape) * rng.lognormal(0.0, 0.5, (countries, 1, 1))
    trade[home, home] *= home_bias
    trade[rng.random(shape) < zero_flows] = 0.0
    # One ring of flows in the last sector, and sales at home, keep every country in the world.
    trade[home, np.roll(home, 1), -1] += rng.uniform(2.0, 6.0, countries)
    trade[home, home] = np.maximum(trade[home, home], rng.uniform(5.0, 20.0, (countries, sectors)))
    _empty(rng, trade, idle_producers, axis="producer")
    _empty(rng, trade, empty_markets, axis="market")
    trade = _mixed(trade, deficits * (1.0 - inputs))
    tariff = rng.uniform(0.0, tariffs, shape) * (rng.random(shape) < 0.5)
    tariff[home, home] = 0.0

    gross_output = trade.sum(axis=1)
    bought = (trade * (1.0 + tariff)).sum(axis=0)
    share = rng.dirichlet(np.ones(sectors), (countries, sectors)).transpose(0, 2, 1)
    share *= rng.uniform(0.1 * inputs, inputs, (countries, 1, sectors))
    share *= (gross_output > 0)[:, None, :] * (bought > 0)[:, :, None]
    used = np.einsum("nkj,nj->nk", share, gross_output)
    most = rng.uniform(0.3, 0.95, used.shape) * bought
    share *= np.where(used > most, most / np.where(used > 0, used, 1.0), 1.0)[:, :, None]
    low, high = np.log(elasticities)
    options = {
        "zero_flows": zero_flows,
        "idle_producers": idle_producers,
        "empty_markets": empty_markets,
        "deficits": deficits,
        "tariffs": tariffs,
        "inputs": inputs,
        "elasticities": elasticities,
        "home_bias": home_bias,
    }
    words = ", ".join(f"{name}={value}" for name, value in options.items())
    made = f"random_world({seed}, {countries}, {sectors}, {words})"
    return Table(trade, tariff, share, np.exp(rng.uniform(low, high, sectors)), made)


def _empty(rng: np.random.Generator, trade: Array, count: int, axis: str) -> None:
    """Empty ``count`` producers or markets, never in the last sector nor a whole sector."""
    countries, _, sectors = trade.shape
    left = count
    for cell in rng.permutation(countries * (sectors - 1)):
        country, sector = divmod(int(cell), sectors - 1)
        emptied = trade[:, :, sector].copy()
        if axis == "producer":
            emptied[country] = 0.0
        else:
            emptied[:, country] = 0.0
        if left > 0 and emptied.any():
            trade[:, :, sector] = emptied
            left -= 1


def _mixed(trade: Array, most: float) -> Array:
    """Return trade with no deficit above ``most`` of a country's output.

    Deficits are linear in trade: a mixture with the balanced table has that share of them.
    """
    balanced = _balanced(trade)
    deficit = np.abs(trade.sum(axis=(0, 2)) - trade.sum(axis=(1, 2)))
    output = np.minimum(trade.sum(axis=(1, 2)), balanced.sum(axis=(1, 2)))
    part = min(1.0, most / float((deficit / output).max()))
    return part * trade + (1.0 - part) * balanced


def _balanced(trade: Array) -> Array:
    """Return trade with exports equal to imports, by one factor a country (matrix balancing)."""
    trade = trade.copy()
    for _ in range(2_000):
        exports, imports = trade.sum(axis=(1, 2)), trade.sum(axis=(0, 2))
        if np.abs(exports - imports).max() <= 1e-15 * exports.max():
            break
        factor = np.sqrt(imports / exports)
        trade = trade * factor[:, None, None] / factor[None, :, None]
    return trade
