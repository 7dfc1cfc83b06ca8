"""Goods for tests: of a world's first sector, with trade that is a part of its cells."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import countervail as cv
from countervail.world.goods import Flow, Good

Array = NDArray[np.float64]


def of_cells(world: cv.World, code: str, part: Array | float, sector: int = 0, **more: Any) -> Good:
    """Return a good with a part of every cell of a sector, [exporter, importer]."""
    cells = world.trade[:, :, sector] * part
    flows = []
    for i, seller in enumerate(world.countries):
        flows.append(Flow("home", seller, "", float(cells[i, i])))
        for n, buyer in enumerate(world.countries):
            if i != n and cells[i, n] > 0:
                flows.append(Flow("pair", seller, buyer, float(cells[i, n])))
    return Good(code=code, name=code, sector=world.sectors[sector], flows=tuple(flows), **more)


def of_totals(world: cv.World, code: str, cells: Array, **more: Any) -> Good:
    """Return a good of the first sector with the totals of cells abroad, and its sales at home."""
    abroad = np.where(np.eye(len(cells), dtype=bool), 0.0, cells)
    flows = [Flow("home", c, "", float(cells[i, i])) for i, c in enumerate(world.countries)]
    flows += [
        Flow("exports", c, "", float(v))
        for c, v in zip(world.countries, abroad.sum(axis=1), strict=True)
    ]
    flows += [
        Flow("imports", "", c, float(v))
        for c, v in zip(world.countries, abroad.sum(axis=0), strict=True)
    ]
    return Good(
        code=code, name=code, sector=world.sectors[0], basis="totals", flows=tuple(flows), **more
    )


def closed(world: cv.World) -> None:
    """Hold a world to its own checks."""
    assert not [finding for finding in world.check() if finding.refuse]
