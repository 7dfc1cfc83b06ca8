"""Rows of goods: the tariff lines whose law changes, each good once, so that rows add up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.pricing.in_goods import in_goods
from countervail.ledger.pricing.levels import stated
from countervail.ledger.pricing.lines import PricedLines
from countervail.ledger.pricing.splitting import OWN_WHOLE
from countervail.present.rows import Row, percent
from countervail.present.subject import labels_of, moved_lines, subject
from countervail.solution import LineFlows, Solution
from countervail.world import World

IntArray = NDArray[np.intp]
Named = tuple[str, str]

WHOLE_CELL = 0.999
"""From this weight on a line is its cell, and the cell's own rate is the line's."""


def lines(solution: Solution) -> list[Row]:
    """Return the goods of the scenario's measures whose law changes, the largest change first.

    Rows of one cell are disjoint: goods under several measures are a row of their own, which names
    them all. Rates are averages over the row, weighted by base trade.
    """
    flows, table = solution.lines, solution.resolved.lines
    if flows is None or table is None:
        return []
    about = subject(solution)
    # by the cell the law was placed in: in a merged world several of them are one
    groups: dict[tuple[int, int, int, frozenset[Named]], list[int]] = {}
    for k in moved_lines(solution):
        i, n, j = (int(part[k]) for part in table.finest)
        named = frozenset(m for m in table.members[k] if m[0] in about)
        groups.setdefault((i, n, j, named), []).append(k)
    revenue = flows.border * flows.tariff, flows.border_new * flows.tariff_new
    found = [
        _row(solution, flows, table, named, np.array(held), revenue)
        for (*_, named), held in groups.items()
    ]
    return sorted(found, key=lambda row: -abs(row["trade_new_usd"] - row["trade_usd"]))


def _row(
    solution: Solution,
    flows: LineFlows,
    table: PricedLines,
    named: frozenset[Named],
    at: IntArray,
    revenue: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Row:
    """Return a row of goods: some lines, and what every line pays in both states."""
    world, ledger = solution.world, solution.scenario.ledger
    assert ledger is not None
    first = int(at[0])
    i, n, j = labels_of(world, (table.exporter, table.importer, table.sector), first)
    held = labels_of(world.finest, table.finest, first)
    inside = [
        code for code, label in zip(held, (i, n, j), strict=True) if len(world.held[label]) > 1
    ]
    # the narrowest group first: it says best what these goods are
    ranked = list(named)
    if len(ranked) > 1:
        ranked.sort(key=lambda m: (_width(table, first, m), m))
    measure, product = ranked[0]
    coverage = stated(ledger.measure(measure), product, held, world)
    weight = table.weight[at]
    share = weight / weight.sum()
    price = flows.price_hat[at]
    trade, trade_new = flows.trade[at], flows.trade_new[at]
    names = dict.fromkeys(ledger.measure(m).product[p].name for m, p in ranked)
    return {
        "measure": measure,
        "product": product,
        "measures": [{"measure": m, "product": p} for m, p in ranked],
        "name": "; ".join(names) + (f" ({', '.join(inside)})" if inside else ""),
        "exporter": i,
        "importer": n,
        "sector": j,
        "held": dict(zip(("exporter", "importer", "sector"), held, strict=True)),
        "weight": float(weight.sum()),
        "coverage_basis": coverage.basis if coverage else None,
        "coverage_year": coverage.year if coverage else None,
        "coverage_range": list(coverage.multiples) if coverage else None,
        "coverage_source": coverage.source if coverage else None,
        "rate": None if flows.banned[at].all() else _percent(share, flows.tariff[at]),
        "rate_new": None if flows.banned_new[at].all() else _percent(share, flows.tariff_new[at]),
        "base_rate_known": bool(table.known[at].all()) or _own(world, held, float(weight.sum())),
        "banned": bool(flows.banned[at].any()),
        "banned_new": bool(flows.banned_new[at].any()),
        "trade_usd": float(trade.sum()),
        "trade_new_usd": float(trade_new.sum()),
        "trade_change": percent(float(trade_new.sum()), float(trade.sum())),
        "price_change": None if np.isnan(price).any() else _percent(share, price) - 100.0,
        "revenue_usd": float(revenue[0][at].sum()),
        "revenue_new_usd": float(revenue[1][at].sum()),
    }


def _own(world: World, held: Sequence[str], weight: float) -> bool:
    """Return whether lines bear their own duty: a good's is known, or they are their sector."""
    exporter, importer, sector = held
    finest = world.finest
    duties = {} if finest.carving is None else in_goods(finest.carving).duties
    if sector not in duties:
        return weight >= WHOLE_CELL
    i, n = finest.countries.index(exporter), finest.countries.index(importer)
    return bool(duties[sector][i, n] >= OWN_WHOLE)


def _width(table: PricedLines, line: int, group: Named) -> float:
    """Return the weight of a whole group in the cell a line was placed in."""
    here = np.logical_and.reduce([part == part[line] for part in table.finest])
    held = [k for k in np.flatnonzero(here) if group in table.members[k]]
    return float(table.weight[held].sum())


def _percent(share: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    return float(100.0 * (share * values).sum())
