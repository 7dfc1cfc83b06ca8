"""Random shocks to a world, by family: from free trade to autarky."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from countervail.testing.shocks import TableShock, everywhere, random_shock
from countervail.testing.worlds import Table

Array = np.ndarray
Draw = Callable[[np.random.Generator, Table], TableShock]


def _open(table: Table) -> Array:
    return np.ones(table.trade.shape)


def _shut(barrier: Array) -> TableShock:
    """Return the barrier as a shock, home sales left alone."""
    home = np.arange(barrier.shape[0])
    barrier[home, home] = 1.0
    return TableShock(iceberg_hat=barrier)


def ban_of_cells(rng: np.random.Generator, table: Table) -> TableShock:
    """Bans of single cells, here and there or nearly everywhere."""
    share = float(rng.choice([0.05, 0.3, 0.7, 0.95]))
    return random_shock(rng, table, tariffs=0.0, bans=share, sever=True)


def ban_of_pairs(rng: np.random.Generator, table: Table) -> TableShock:
    """Bans of everything between pairs of countries, one way or both."""
    barrier, countries = _open(table), table.trade.shape[0]
    banned = rng.random((countries, countries)) < float(rng.choice([0.1, 0.4, 0.8]))
    if rng.random() < 0.5:
        banned |= banned.T
    barrier[banned] = np.inf
    return _shut(barrier)


def blocs(rng: np.random.Generator, table: Table) -> TableShock:
    """Two blocs that ban all trade with each other, or buy and do not sell."""
    barrier, countries = _open(table), table.trade.shape[0]
    east = rng.permutation(countries) < rng.integers(1, countries)
    barrier[np.ix_(east, ~east)] = np.inf
    if rng.random() < 0.5:
        barrier[np.ix_(~east, east)] = np.inf
    return _shut(barrier)


def no_imports(rng: np.random.Generator, table: Table) -> TableShock:
    """One country may not buy abroad."""
    barrier = _open(table)
    barrier[:, rng.integers(table.trade.shape[0])] = np.inf
    return _shut(barrier)


def no_exports(rng: np.random.Generator, table: Table) -> TableShock:
    """One country may not sell abroad."""
    barrier = _open(table)
    barrier[rng.integers(table.trade.shape[0])] = np.inf
    return _shut(barrier)


def embargo(rng: np.random.Generator, table: Table) -> TableShock:
    """One country may neither buy nor sell abroad."""
    barrier, country = _open(table), rng.integers(table.trade.shape[0])
    barrier[country] = barrier[:, country] = np.inf
    return _shut(barrier)


def free_trade(rng: np.random.Generator, table: Table) -> TableShock:
    """No tariffs; trade costs down, too, by up to nine tenths."""
    barrier = np.full(table.trade.shape, rng.choice([1.0, 0.5, 0.1]))
    return _shut(barrier).replace(tariff_new=np.zeros(table.trade.shape))


def near_autarky(rng: np.random.Generator, table: Table) -> TableShock:
    """Trade costs up to ten thousand times as high, for everybody or for one country."""
    cost = 10.0 ** rng.uniform(0.3, 4.0)
    if rng.random() < 0.5:
        return _shut(np.full(table.trade.shape, cost))
    barrier, country = _open(table), rng.integers(table.trade.shape[0])
    barrier[country] = barrier[:, country] = cost
    return _shut(barrier)


def walls(_rng: np.random.Generator, table: Table) -> TableShock:
    """Everybody adds a thousand points on everything."""
    return everywhere(table, 10.0)


def fortress(rng: np.random.Generator, table: Table) -> TableShock:
    """One country adds a thousand points on everything, or everybody does against it."""
    law, country = table.tariff.copy(), rng.integers(table.trade.shape[0])
    if rng.random() < 0.5:
        law[:, country] += 10.0
    else:
        law[country] += 10.0
    law[country, country] = 0.0
    return TableShock(tariff_new=law)


def supply(rng: np.random.Generator, table: Table) -> TableShock:
    """Productivity and labour changes of every size up to a thousandfold."""
    size = float(rng.choice([0.1, 0.7, 2.0]))
    return random_shock(rng, table, tariffs=0.0, productivity=size, labour=size)


def tariff_lines(rng: np.random.Generator, table: Table) -> TableShock:
    """Lines inside cells, at up to a thousand per cent, a fifth of them banned."""
    return random_shock(rng, table, tariffs=10.0, bans=0.1, lines=6, sever=True)


def everything(rng: np.random.Generator, table: Table) -> TableShock:
    """Every kind of change at once."""
    return random_shock(
        rng,
        table,
        tariffs=float(rng.choice([1.0, 10.0])),
        icebergs=float(rng.choice([0.2, 1.0, 3.0])),
        bans=float(rng.choice([0.0, 0.1, 0.5])),
        productivity=0.5,
        labour=0.5,
        lines=int(rng.integers(0, 5)),
        sever=True,
    )


def nothing_but_a_transfer(_rng: np.random.Generator, _table: Table) -> TableShock:
    """No change of costs: every case draws a transfer now and then, this one always."""
    return TableShock()


FAMILIES: dict[str, Draw] = {
    "bans of cells": ban_of_cells,
    "bans of pairs": ban_of_pairs,
    "blocs": blocs,
    "no imports": no_imports,
    "no exports": no_exports,
    "embargo": embargo,
    "free trade": free_trade,
    "near autarky": near_autarky,
    "+1000 % everywhere": walls,
    "+1000 % for one": fortress,
    "supply": supply,
    "tariff lines": tariff_lines,
    "everything": everything,
    "transfer": nothing_but_a_transfer,
}
