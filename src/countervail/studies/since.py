"""What the built-in world's countries traded in 2011, to set beside its own year.

``data/trade_2011.csv`` (made by ``tools/trade_2011.py``): exports of goods and services by pair,
USD million at basic prices, from the OECD Inter-Country Input-Output tables, 2025 release, the
release of the built-in world, so that both years are measured alike. Domestic sales are left out.
"""

from __future__ import annotations

import csv
from functools import cache

import numpy as np

from countervail.core.model import Array
from countervail.sources.builtin import DEFAULT
from countervail.text.tables import lines
from countervail.world import World

YEAR = 2011
CREDIT = "OECD, Inter-Country Input-Output tables, 2025 release (year 2011)"


def trade_before(world: World) -> Array | None:
    """Return trade by pair in 2011, [exporter, importer], zero at home; None of any other world."""
    countries, flows = _table()
    return flows if world.name == DEFAULT and world.countries == countries else None


@cache
def _table() -> tuple[tuple[str, ...], Array]:
    """Return the codes, and the flows in their order."""
    head, *rows = csv.reader(lines(f"trade_{YEAR}.csv"))
    flows = np.array([[float(cell) for cell in row[1:]] for row in rows])
    flows.setflags(write=False)
    return tuple(head[1:]), flows
