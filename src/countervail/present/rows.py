"""Rows of outcomes: countries, sectors, and where trade moves.

Plain values, rounded nowhere; per cent unless a key says otherwise, ``_usd`` is USD million.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.present import shelf
from countervail.present.meant import MILLION, PER_CENT, Meant
from countervail.present.pieces import sector_name
from countervail.present.subject import subject_cells
from countervail.solution import Solution

Array = NDArray[np.float64]
Row = dict[str, Any]

MOST_CELLS = 500
"""Cells reported at most in ``diversion``: those whose own trade changes most."""

OUTCOMES = {
    "welfare": "welfare",
    "real_wage": "real_wage",
    "terms_of_trade": "terms_of_trade",
    "volume_of_trade": "volume_of_trade",
    "exports": "exports_change",
    "imports": "imports_change",
    "revenue_change": "revenue_change",
    "unemployment_change": "unemployment_change",
    "labour_at_work_change": "labour_at_work_change",
    "welfare_usd": "welfare_usd",
    "spending_usd": "income",
    "revenue_usd": "revenue",
    "revenue_new_usd": "revenue_new",
    "revenue_change_usd": "revenue_change_usd",
}
"""Key of a country row -> variable of the Solution."""

REPORTED = (
    "welfare", "welfare_usd", "real_wage", "exports_change", "imports_change", "revenue_change",
)  # fmt: skip
"""Variables of countries that are reported wherever an answer is taken apart or compared."""

REPORTED_UNIT = "per cent; welfare_usd in USD million of the world's year"

UNITS = {
    "countries": ", ".join(
        (
            "changes in per cent relative to the first state; revenue_change in per cent of "
            "first-state final spending; unemployment_change in per cent of the labour "
            "there is; *_usd in USD million of the world's year",
            *(one.units for one in shelf.shipped()),
        )
    ),
}
"""Units of the outcomes of countries, for JSON."""


SECTORS_MEANT: Mapping[str, Meant] = MappingProxyType(
    {
        "output_usd": Meant(MILLION, "what the country makes, at producer prices"),
        "output_change": Meant(PER_CENT, "change of it, nominal"),
        "exports_usd": Meant(MILLION, "what it sells abroad, at border prices"),
        "exports_change": Meant(PER_CENT, "change of it, nominal"),
        "imports_usd": Meant(MILLION, "what it buys abroad, at border prices"),
        "imports_change": Meant(PER_CENT, "change of it, nominal"),
        "price_change": Meant(PER_CENT, "change of the price index its buyers pay, duties in it"),
        "shop_price_change": Meant(
            PER_CENT,
            "change of what households pay, with the home services that come with goods where they "
            "buy in shops (demand=retail); of the goods of a sector bought as one, that sector's",
        ),
        "output_change_usd": Meant(MILLION, "change of what it makes, nominal"),
        "output_real_change": Meant(PER_CENT, "change of what it makes, at first-state prices"),
        "employment_change": Meant(
            PER_CENT,
            "change of the labour that is free to leave the sector; 0 by assumption where all "
            "that makes a good stays with it (horizons.md)",
        ),
    }
)
"""Numbers of a row of sectors, with their units and what each is."""


def shown_countries(solution: Solution) -> tuple[str, ...]:
    """Return the countries shown first: the scenario's, or the parties of what changed."""
    named = solution.world.showing(solution.scenario.countries)
    if named:
        return named
    moved = np.argsort(-np.abs(solution.arrays["welfare"]))[:5]
    return tuple(solution.world.countries[int(n)] for n in moved)


def countries(solution: Solution) -> dict[str, Row]:
    """Return every country's outcomes by code.

    Per cent of the first state of law; money in USD million of the world's year, USD a head, and
    millions of other currencies at that year's rate.
    """
    return {
        code: {**{key: float(solution.arrays[name][n]) for key, name in OUTCOMES.items()}, **more}
        for n, (code, more) in enumerate(
            zip(solution.world.countries, shelf.added(solution), strict=True)
        )
    }


def listed(solution: Solution) -> list[Row]:
    """Return every country's outcomes in the order of the world."""
    return [{"country": code, **row} for code, row in countries(solution).items()]


def by_country(found: Sequence[Mapping[str, Any]]) -> dict[str, Row]:
    """Return rows of countries by code, as JSON has them."""
    return {row["country"]: {k: v for k, v in row.items() if k != "country"} for row in found}


def sectors(solution: Solution, codes: tuple[str, ...] | None = None) -> list[Row]:
    """Return what happens to each sector of the countries named (default: those shown first).

    Exports and imports are at border prices, export taxes included.
    """
    a, world = solution.arrays, solution.world
    rows = []
    for code in codes or shown_countries(solution):
        n = world.country(code)
        for j, sector in enumerate(world.sectors):
            output, output_new = a["gross_output"][n, j], a["gross_output_new"][n, j]
            exports, exports_new = (
                _abroad(a["border_trade"][n, :, j], n),
                _abroad(a["border_trade_new"][n, :, j], n),
            )
            imports, imports_new = (
                _abroad(a["border_trade"][:, n, j], n),
                _abroad(a["border_trade_new"][:, n, j], n),
            )
            rows.append(
                {
                    "country": code,
                    "sector": sector,
                    "name": sector_name(sector),
                    "output_usd": float(output),
                    "output_change": percent(output_new, output),
                    "exports_usd": exports,
                    "exports_change": percent(exports_new, exports),
                    "imports_usd": imports,
                    "imports_change": percent(imports_new, imports),
                    "price_change": price_change(a["price_index_hat"][n, j]),
                    "shop_price_change": price_change(a["shop_price_hat"][n, j]),
                    "output_change_usd": float(output_new - output),
                    "output_real_change": float(a["real_output_change"][n, j]),
                    "employment_change": float(a["employment_change"][n, j]),
                }
            )
    return rows


def diversion(solution: Solution, most: int = 4) -> list[Row]:
    """Return, for each cell the measures act on, who sells more and to whom more is sold.

    One row a cell: the pair's own trade, the importer's other sources that gain most, and the
    exporter's other markets that gain most (USD million at producer prices).
    """
    a, world = solution.arrays, solution.world
    change = a["trade_new"] - a["trade"]
    touched = sorted(subject_cells(solution), key=lambda cell: -abs(change[cell]))[:MOST_CELLS]
    rows = []
    for i, n, j in touched:
        own = float(change[i, n, j])
        others = np.delete(np.arange(len(world.countries)), i)
        markets = np.delete(np.arange(len(world.countries)), n)
        rows.append(
            {
                "exporter": world.countries[i],
                "importer": world.countries[n],
                "sector": world.sectors[j],
                "name": sector_name(world.sectors[j]),
                "trade_usd": float(a["trade"][i, n, j]),
                "trade_change_usd": own,
                "other_sources": _largest(world.countries, others, change[others, n, j], own, most),
                "other_markets": _largest(
                    world.countries, markets, change[i, markets, j], own, most
                ),
            }
        )
    return sorted(rows, key=lambda row: -abs(row["trade_change_usd"]))


def _largest(
    labels_: tuple[str, ...], at: NDArray[np.intp], change: Array, own: float, most: int
) -> list[Row]:
    """Return the places that move most against the pair's own change, largest first."""
    against = change if own < 0 else -change
    best = np.argsort(-against)[:most]
    return [
        {"country": labels_[int(at[k])], "change_usd": float(change[k])}
        for k in best
        if against[k] > 0
    ]


def _abroad(flows: Array, own: int) -> float:
    return float(flows.sum() - flows[own])


def price_change(hat: float) -> float | None:
    """Return a price's change in per cent; None where in either state nobody sells the good."""
    return None if np.isnan(hat) else float(100.0 * (hat - 1.0))


def percent(new: float, old: float) -> float | None:
    """Return the change in per cent, None where there was nothing."""
    return float(100.0 * (new / old - 1.0)) if old > 0 else None
