"""What the built world is held to: published totals, true rows, mean tariffs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.world.world import World
from world_build.inputs import Tables

Array = NDArray[np.float64]


class Check(NamedTuple):
    """One figure of the world beside what it should be; ``tolerance`` 0 is informative only."""

    name: str
    ours: float
    expected: float
    tolerance: float

    @property
    def residual(self) -> float:
        """Ours minus expected."""
        return self.ours - self.expected

    @property
    def ok(self) -> bool:
        """Whether the residual is within the tolerance."""
        return self.tolerance == 0 or abs(self.residual) <= self.tolerance


# mean tariff on goods imports, per cent, trade-weighted: the World Bank's applied means of 2022
# (AUS, CHN, JPN), WITS 2021 (IND), WORLD.md, step 4 (the others). India's schedule, of which the
# WTO's means are, is far above what its notices leave to be paid (crude oil, edible oils): wide.
MEAN_TARIFF = {
    "CAN": (0.9, 0.7),
    "AUS": (1.0, 0.7),
    "CHN": (2.2, 0.7),
    "IND": (5.9, 3.0),
    "JPN": (1.6, 0.7),
    "MEX": (2.4, 0.7),
    "KOR": (1.9, 0.6),
}
DEFICIT = {"USA": 962.0, "CHN": -555.0, "CAN": -3.0}  # USD bn, goods and services
VALUE_ADDED = {"USA": 24.84, "CHN": 16.53, "CAN": 2.02}  # USD trn


def goods_mean_tariff(world: World) -> dict[str, float]:
    """Return by importer the trade-weighted mean tariff on goods from abroad, per cent."""
    j = [world.sectors.index(c) for c in labels.GOODS_27]
    trade = world.trade[:, :, j].copy()
    n = np.arange(len(world.countries))
    trade[n, n] = 0.0
    duty = (trade * world.tariff[:, :, j]).sum(axis=(0, 2))
    return dict(zip(world.countries, 100 * duty / trade.sum(axis=(0, 2)), strict=True))


def run(world: World, tables: Tables) -> list[Check]:
    """Return every check; ``tables`` are the merged tables the world was made from."""
    place = {c: k for k, c in enumerate(world.countries)}
    goods = [world.sectors.index(c) for c in labels.GOODS_27]
    trade, books = world.trade, world.accounts
    final = tables.X - tables.ZI
    union = [place[c] for c in labels.group("EU27")]
    s = {c: world.sectors.index(c) for c in world.sectors}
    can, usa, chn, aus = (place[c] for c in ("CAN", "USA", "CHN", "AUS"))
    cross = trade.copy()
    n = np.arange(len(place))
    cross[n, n] = 0.0
    exports = cross[:, :, goods].sum(axis=(1, 2)) / 1e3
    mean = goods_mean_tariff(world)
    found = [
        Check(f"mean tariff on goods, {c}, per cent", mean[c], value, tolerance)
        for c, (value, tolerance) in MEAN_TARIFF.items()
    ]
    found += [
        Check(f"deficit, {c}, USD bn", books.deficit[place[c]] / 1e3, value, 1.0)
        for c, value in DEFICIT.items()
    ]
    # the model's value added holds product taxes less subsidies, so only near the published one
    found += [
        Check(f"value added in the tables, {c}, USD trn", tables.VA[place[c]].sum() / 1e6, v, 0.01)
        for c, v in VALUE_ADDED.items()
    ]
    found += [
        Check("world gross output, USD trn", float(books.gross_output.sum()) / 1e6, 199.691, 0.001),
        Check("world goods exports, USD trn", float(exports.sum()) / 1e3, 17.47, 0.01),
        Check("goods exports, CAN, USD bn", exports[can], 439.0, 1.0),
        Check("goods CAN to USA, USD bn", trade[can, usa, goods].sum() / 1e3, 317.5, 0.5),
        Check("goods CHN to USA, USD bn", trade[chn, usa, goods].sum() / 1e3, 453.0, 0.5),
        Check("goods CAN to CHN, USD bn", trade[can, chn, goods].sum() / 1e3, 26.4, 0.1),
        Check("goods AUS to CHN, USD bn", trade[aus, chn, goods].sum() / 1e3, 114.1, 0.1),
        Check("metal ores AUS to CHN, USD bn", trade[aus, chn, s["B07"]] / 1e3, 80.9, 0.1),
        Check("true row: final EU27 A01 to USA", final[union, usa, s["A01"]].sum(), 1548.945, 0.01),
        Check(
            "true row: final USA C302T309 to CAN", final[usa, can, s["C302T309"]], 2999.129, 0.01
        ),
        Check("true row: final USA C31T33 to CHN", final[usa, chn, s["C31T33"]], 4115.888, 0.01),
    ]
    for buyer in ("CHN", "GBR", "CAN", "JPN"):
        value = float(final[union, place[buyer], s["A01"]].sum())
        found.append(Check(f"final EU27 A01 to {buyer}, USD mn", value, value, 0.0))
    return found
