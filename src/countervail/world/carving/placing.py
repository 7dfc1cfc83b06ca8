"""Where goods find room: in their sector's cells first, what is left over in the second's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.world.carving.wanted import MOST_PART, GoodTrade, wanted
from countervail.world.goods import Good
from countervail.world.table import WorldTable

Array = NDArray[np.float64]

NO_ROOM_PART = 0.02
"""The part of a good's trade that its cells may have no room for: with more it is refused."""

CROWDED_PART = 0.1
"""The part that may find no room because other goods are carved from the same cells."""


class PlacedGood(NamedTuple):
    """Where a good's trade was taken from.

    Attributes:
        good: the good.
        taken: trade by position of the sector it is taken from, [exporter, importer].
        no_room: USD million that found no room in either sector, or no partner in their patterns.
    """

    good: Good
    taken: Mapping[int, Array]
    no_room: float

    @property
    def trade(self) -> Array:
        """The good's trade, whatever sector it comes from."""
        return np.asarray(sum(self.taken.values()))


def placed(world: WorldTable, goods: Sequence[Good]) -> tuple[PlacedGood, ...]:
    """Return what each good takes from which sector, in the goods' order.

    The goods of a sector share what there is of a cell in proportion to what they ask of it; goods
    that come from another sector share what these leave. The order of the goods plays no part.

    Raises:
        InputError: a good whose trade finds no room, with the largest cell.
    """
    asks = [wanted(world, good) for good in goods]
    sector = [world.sectors.index(good.sector) for good in goods]
    second = [world.sectors.index(good.second) if good.second else -1 for good in goods]
    own, over = _share(world, sector, [ask.first for ask in asks], None)
    more = [ask.second + left for ask, left in zip(asks, over, strict=True)]
    used = {j: np.asarray(sum(own[g] for g, k in enumerate(sector) if k == j)) for j in set(sector)}
    other, lost = _share(world, second, more, used)
    found = []
    for g, good in enumerate(goods):
        _refuse_no_room(world, good, asks[g], lost[g])
        taken = {sector[g]: own[g]}
        if other[g].any():
            taken[second[g]] = taken.get(second[g], 0.0) + other[g]
        found.append(PlacedGood(good, taken, float(lost[g].sum()) + asks[g].unmet))
    return tuple(found)


def _share(
    world: WorldTable,
    sectors: Sequence[int],
    asked: Sequence[Array],
    used: Mapping[int, Array] | None,
) -> tuple[list[Array], list[Array]]:
    """Return what each good gets of its sector's cells, and what it does not."""
    got, left = [np.zeros_like(ask) for ask in asked], [np.array(ask) for ask in asked]
    for j in sorted({j for j in sectors if j >= 0}):
        these = [g for g, k in enumerate(sectors) if k == j]
        room = MOST_PART * world.trade[:, :, j] - (used or {}).get(j, 0.0)
        total = np.asarray(sum(asked[g] for g in these))
        fits = np.clip(room, 0.0, total)
        part = np.divide(fits, total, out=np.ones_like(total), where=fits < total)
        for g in these:
            got[g] = asked[g] * part
            left[g] = asked[g] - got[g]
    return got, left


def _refuse_no_room(world: WorldTable, good: Good, ask: GoodTrade, lost: Array) -> None:
    """Raise where a good's trade exceeds its cells, or what other goods leave of them.

    Raises:
        InputError: how much finds no room, and the largest cell.
    """
    total = float(ask.first.sum() + ask.second.sum()) + ask.unmet
    if total <= 0:
        raise InputError(
            f"good '{good.code}' has no data: its trade is nothing in this world; give pairs of "
            "its trade, or totals of both sides"
        )
    homes = [sector for sector in (good.sector, good.second) if sector]
    room = MOST_PART * sum(world.trade[:, :, world.sectors.index(sector)] for sector in homes)
    alone = np.maximum(ask.first + ask.second - room, 0.0)
    for cells, most, why in (
        (alone, NO_ROOM_PART, "; give smaller totals, or a second sector"),
        (lost, CROWDED_PART, " beside the other goods: carve fewer at once"),
    ):
        missing = float(cells.sum()) + ask.unmet
        if missing > most * total:
            i, n = np.unravel_index(int(cells.argmax()), cells.shape)
            where = f"{world.countries[i]} > {world.countries[n]}"
            largest = f", {cells[i, n]:,.0f} of them {where}" if cells[i, n] > 0 else ""
            raise InputError(
                f"good '{good.code}': its trade exceeds its cells; USD {missing:,.0f} million of "
                f"{total:,.0f} find no room in {' and '.join(homes)}{largest}{why}"
            )
