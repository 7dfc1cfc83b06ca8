"""Where trade goes instead, partner by partner: every other source and market of a touched cell.

The rows ``diversion`` name the four that gain most; these have them all, each with its range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.present.parts import QUANTILES
from countervail.present.rows import Row
from countervail.solution import Solution

Array = NDArray[np.float64]

MOST_CELLS = 24
"""Cells whose partners are all read, of those whose own trade changes most."""

SIDES = {"sources": "partner_sources", "markets": "partner_markets"}
"""Sides of a cell, and the arrays of the draws that they are read into."""


def cells(solution: Solution, diversion: Sequence[Mapping[str, Any]]) -> list[tuple[int, int, int]]:
    """Return the cells (exporter, importer, sector) whose partners are all read, as positions.

    Args:
        solution: the answer.
        diversion: its rows of diversion, the largest change first.
    """
    world = solution.world
    return [
        (
            world.country(row["exporter"]),
            world.country(row["importer"]),
            world.sector(row["sector"]),
        )
        for row in diversion[:MOST_CELLS]
    ]


def read(solution: Solution, held: Sequence[tuple[int, int, int]]) -> dict[str, Array]:
    """Return the change of every other flow into and out of cells, [cell, country], USD million.

    Args:
        solution: an answer or a draw.
        held: the cells.
    """
    change = solution.arrays["trade_new"] - solution.arrays["trade"]
    size = len(solution.world.countries)
    sources = [change[:, n, j] for _, n, j in held]
    markets = [change[i, :, j] for i, _, j in held]
    return {
        name: np.array(found, dtype=float).reshape(len(held), size)
        for name, found in zip(SIDES.values(), (sources, markets), strict=True)
    }


def partners(
    solution: Solution,
    diversion: Sequence[Mapping[str, Any]],
    ranges: Mapping[str, Array] | None,
) -> list[Row]:
    """Return every partner's change of trade in the cells that a question touches most.

    Args:
        solution: the answer.
        diversion: its rows of diversion.
        ranges: by array the quantiles [3, cell, country] of the draws; None where there are none.

    Returns:
        A row a cell, with ``sources`` of the importer (itself: at home) but the exporter, and
        ``markets`` of the exporter but the importer: code, ``change_usd``, ``range``
        (``p05``, ``p50``, ``p95``; None where nothing was drawn).
    """
    held = cells(solution, diversion)
    point = read(solution, held)
    codes = solution.world.countries
    found = []
    for k, (i, n, j) in enumerate(held):
        row: Row = {
            "exporter": codes[i], "importer": codes[n], "sector": solution.world.sectors[j]
        }  # fmt: skip
        for side, name in SIDES.items():
            own = i if side == "sources" else n
            row[side] = [
                {
                    "country": code,
                    "change_usd": float(point[name][k, c]),
                    "range": None if ranges is None else _range(ranges[name][:, k, c]),
                }
                for c, code in enumerate(codes)
                if c != own
            ]
        found.append(row)
    return found


def _range(quantiles: Array) -> dict[str, float]:
    """Return 5, 50 and 95 per cent of the draws, by name."""
    return {at: float(value) for at, value in zip(QUANTILES.values(), quantiles, strict=True)}
