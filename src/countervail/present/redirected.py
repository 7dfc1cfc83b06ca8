"""Rows of what becomes of goods under a measure: who sells elsewhere, at what price, who steps in.

Of a question answered in a world of a horizon, for each pair and good that the question changes.
Per cent; values nominal, volumes at first-state prices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.backtests.ranged import kind_of
from countervail.bridge import baseline
from countervail.present.meant import MILLION, OF_LOSS, OF_LOSS_IN_VOLUME, PER_CENT, Meant
from countervail.present.rows import price_change
from countervail.present.subject import subject_cells
from countervail.solution import Solution

Array = NDArray[np.float64]
Row = dict[str, Any]

MOST_CELLS = 200
"""Pairs and goods reported at most: those whose own trade falls most."""

MOST_RIVALS = 3
LEAST_RIVAL_PART = 0.01
"""Rivals named at most, and the part of the loss that the least of them could fill."""

LEAST_LOSS_PART = 0.01
"""Of the pair's trade: with a smaller loss its parts mean nothing and are left out."""

MEANT: Mapping[str, Meant] = MappingProxyType(
    {
        "trade_usd": Meant(MILLION, "the pair's trade in the good, at producer prices"),
        "hit": Meant(PER_CENT, "change of the pair's trade"),
        "redirected_value": Meant(
            OF_LOSS, "rise of the exporter's sales to other countries in its loss"
        ),
        "redirected_volume": Meant(OF_LOSS, "the same in volume, at first-state prices"),
        "price_received": Meant(
            PER_CENT, "change of the price of the exporter's good at its factory or farm"
        ),
        "rivals_share": Meant(
            OF_LOSS_IN_VOLUME, "rise of the importer's purchases from other countries"
        ),
        "home_share": Meant(OF_LOSS_IN_VOLUME, "rise of the importer's purchases at home"),
        "buyers_price": Meant(
            PER_CENT, "change of the duty-paid price index of the good in the importer"
        ),
        "stayers_income": Meant(
            PER_CENT, "change of the income of what cannot leave the good in the exporter"
        ),
        "output_real_change": Meant(
            PER_CENT, "change of what the exporter makes of the good, at first-state prices"
        ),
        "employment_change": Meant(
            PER_CENT,
            "change of the labour in the exporter's good that is free to leave it; 0 by "
            "assumption where all that makes it stays (all_stays): its loss is stayers_income, "
            "and no jobs are said to be lost",
        ),
    }
)
"""Numbers of a row, with their units and what each is."""

NUMBERS = tuple(MEANT)

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "exporter": "who sells",
        "importer": "whose law changes what it buys, or who is the other side of it",
        "good": "the good, or what is left of a sector, by its label in the world",
        "kind": "of the measure, as the record sorts them: ban, punitive (25 points and more), "
        "moderate, small (under 10 points)",
        "supply_stays": "whether the good's makers stay as they are (else they are taken as free "
        "to move, and their price hardly moves by assumption)",
        "all_stays": "whether all that makes the good in the exporter stays with it, its people "
        "too: then no labour is free to leave it",
        "rivals": "who could fill the gap: sources that gain most, each with its share of the loss",
    }
)
"""What else a row has."""

UNITS = "; ".join(f"{name}: {one.meaning} ({one.unit})" for name, one in MEANT.items()) + "".join(
    f"; {name}: {LABELS[name]}" for name in ("kind", "supply_stays", "all_stays")
)
"""Units and meanings of a row, for JSON."""


class Cell(NamedTuple):
    """A pair and a good, by position."""

    exporter: int
    importer: int
    good: int


def redirected(solution: Solution) -> list[Row]:
    """Return a row for each pair and good whose law differs, the largest loss first.

    Without a horizon there is nothing to say: factors move freely, and nothing is redirected.
    """
    world, found = solution.world, cells(solution)
    if not found:
        return []
    mobile = solution.model.mobile_share(baseline(world))
    return [
        {
            "exporter": world.countries[cell.exporter],
            "importer": world.countries[cell.importer],
            "good": world.sectors[cell.good],
            "kind": kind(solution, cell),
            "supply_stays": world.sectors[cell.good] in world.supply_elasticity,
            "all_stays": bool(mobile[cell.good, cell.exporter] == 0.0),
            **numbers(solution, cell),
            "rivals": _rivals(solution, cell),
        }
        for cell in found
    ]


def at(solution: Solution, places: Sequence[tuple[str, str, str]]) -> list[Row]:
    """Return the numbers of pairs and goods by label, of those that are traded at all.

    Args:
        solution: a draw of the answer that the places are of.
        places: exporter, importer and good.
    """
    world = solution.world
    found = {
        (i, n, j): Cell(world.country(i), world.country(n), world.sector(j)) for i, n, j in places
    }
    return [
        {"exporter": i, "importer": n, "good": j, **numbers(solution, cell)}
        for (i, n, j), cell in found.items()
        if solution.arrays["trade"][cell] > 0
    ]


def cells(solution: Solution) -> list[Cell]:
    """Return pairs and goods whose law differs, the largest loss first; none in the long run."""
    if solution.world.horizon is None:
        return []
    a = solution.arrays
    loss = a["trade"] - a["trade_new"]
    found = [Cell(*cell) for cell in subject_cells(solution) if a["trade"][cell] > 0]
    return sorted(found, key=lambda cell: -abs(loss[cell]))[:MOST_CELLS]


def kind(solution: Solution, cell: Cell) -> str:
    """Return the kind of measure on a pair's good, that of its largest change of duty.

    ``ban``, ``punitive`` (25 points and more), ``moderate``; ``small`` under 10 points.
    """
    added, banned = 0.0, False
    table, flows = solution.resolved.lines, solution.lines
    if table is not None and flows is not None:
        here = (table.exporter == cell.exporter) & (table.importer == cell.importer)
        here &= table.sector == cell.good
        banned = bool((flows.banned[here] != flows.banned_new[here]).any())
        added = float(np.abs(flows.tariff_new - flows.tariff)[here].max(initial=0.0))
    after = solution.resolved.after
    if after.tariff_new is not None:
        added = max(added, abs(float(after.tariff_new[cell] - solution.world.tariff[cell])))
    if after.iceberg_hat is not None:
        banned |= bool(np.isinf(after.iceberg_hat[cell]))
    return kind_of(100.0 * added, banned=banned)


def numbers(solution: Solution, cell: Cell) -> dict[str, float | None]:
    """Return the numbers of one pair and good; None where the loss is next to nothing."""
    a, (i, n, j) = solution.arrays, cell
    value, volume = a["trade_new"][:, :, j] - a["trade"][:, :, j], _volume(solution, j)
    lost, quantity = -float(value[i, n]), -float(volume[i, n])
    small = abs(lost) < LEAST_LOSS_PART * a["trade"][i, n, j]

    def part(of: float, whole: float) -> float | None:
        return None if small or whole == 0 else 100.0 * of / whole

    others = _others(volume.shape[0], i, n)
    return {
        "trade_usd": float(a["trade"][i, n, j]),
        "hit": -100.0 * lost / float(a["trade"][i, n, j]),
        "redirected_value": part(float(value[i, others].sum()), lost),
        "redirected_volume": part(float(volume[i, others].sum()), quantity),
        "price_received": 100.0 * (float(a["cost_hat"][i, j]) - 1.0),
        "rivals_share": part(float(volume[others, n].sum()), quantity),
        "home_share": part(float(volume[n, n]), quantity),
        "buyers_price": price_change(a["price_index_hat"][n, j]),
        "stayers_income": float(a["specific_income_change"][i, j]),
        "output_real_change": float(a["real_output_change"][i, j]),
        "employment_change": float(a["employment_change"][i, j]),
    }


def _rivals(solution: Solution, cell: Cell) -> list[Row]:
    """Return who could fill the gap: the sources that gain most, in per cent of the loss."""
    i, n, j = cell
    volume = _volume(solution, j)
    lost = -float(volume[i, n])
    others = _others(volume.shape[0], i, n)
    gains = volume[others, n]
    first = np.argsort(-gains * np.sign(lost))[:MOST_RIVALS]
    best = [
        k for k in first if gains[k] * lost > 0 and abs(gains[k]) > LEAST_RIVAL_PART * abs(lost)
    ]
    return [
        {"country": solution.world.countries[others[k]], "share": 100.0 * float(gains[k]) / lost}
        for k in best
    ]


def _volume(solution: Solution, good: int) -> Array:
    """Return the change of volumes at first-state prices of a good, [exporter, importer]."""
    a = solution.arrays
    return np.asarray(
        a["trade_new"][:, :, good] / a["cost_hat"][:, None, good] - a["trade"][:, :, good]
    )


def _others(size: int, exporter: int, importer: int) -> NDArray[np.intp]:
    """Return all countries but the pair."""
    return np.delete(np.arange(size), [exporter, importer])
