"""What a product group names of the goods of a carved world, and of what they left of sectors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from countervail.ledger import concordance, pieces
from countervail.ledger.pricing.cells import Tariffed
from countervail.ledger.pricing.homes import Home, positions
from countervail.world.carving.record import CarvedGood, Carving

Array = NDArray[np.float64]


@lru_cache(maxsize=8)
def in_goods(carving: Carving) -> InGoods:
    """Return what groups name of a carving; of one carving everything is worked out once."""
    return InGoods(carving)


def home_in(table: Tariffed, label: str) -> Home:
    """Return which subheadings a label of a table holds."""
    return Home(label) if table.carving is None else in_goods(table.carving).home(label)


@dataclass(frozen=True, eq=False)
class InGoods:
    """What product groups name of the labels of a carved world.

    A subheading belongs to the good that names it, whichever sector its trade was taken from, and
    to no remainder.
    """

    carving: Carving

    @cached_property
    def goods(self) -> dict[str, CarvedGood]:
        """The goods by label."""
        return {good.label: good for good in self.carving.goods}

    @cached_property
    def duties(self) -> dict[str, Array]:
        """The part of each good whose own duty is in its rate, [exporter, importer]."""
        return dict(zip(self.goods, self.carving.duty_known, strict=True))

    @cached_property
    def sectors(self) -> dict[str, Array]:
        """Trade of each carved sector as it was, [exporter, importer]."""
        parts = self.carving.parts.values()
        return {
            code: np.asarray(sum(part[code] for part in parts if code in part))
            for code in self.carving.remainder
        }

    @cached_property
    def trade(self) -> dict[str, Array]:
        """Trade of each label of a carved sector as it was carved, [exporter, importer]."""
        return {
            label: np.asarray(sum(parts.values())) for label, parts in self.carving.parts.items()
        }

    @cached_property
    def _homes(self) -> dict[str, Home]:
        was = {rest: code for code, rest in self.carving.remainder.items()}
        goods = {k: Home(good.sector, good.named) for k, good in self.goods.items()}
        without = tuple(good.named for good in self.goods.values())
        return goods | {rest: Home(code, None, without) for rest, code in was.items()}

    def home(self, label: str) -> Home:
        """Return which subheadings a label of the world holds."""
        without = tuple(good.named for good in self.goods.values())
        return self._homes.get(label) or Home(label, None, without)

    def label(self, sector: str) -> str:
        """Return what is left of a sector; itself where nothing was carved from it."""
        return self.carving.remainder.get(sector, sector)

    def nameless(self, sector: str) -> tuple[str, ...]:
        """Return the goods with trade of a sector that name no subheadings."""
        parts = self.carving.parts
        return tuple(k for k, good in self.goods.items() if not good.hs and sector in parts[k])

    @cached_property
    def _codes(self) -> Array:
        """Subheadings of the goods, [good, subheading]."""
        return np.stack([concordance.mask(*g.named) for g in self.goods.values()]).astype(float)

    @cached_property
    def _known(self) -> dict[tuple[pieces.Goods, str], tuple[dict[str, float], float]]:
        return {}

    def named(self, group: pieces.Goods) -> dict[str, float]:
        """Return the part of each good's subheadings that a group names, of those it names."""
        return self._of(group, "")[0]

    def within(self, group: pieces.Goods, sector: str) -> dict[str, float]:
        """Return which part of what a group names of each good is of a sector by concordance."""
        return self._of(group, sector)[0]

    def free(self, group: pieces.Goods, sector: str) -> float:
        """Return the part of a sector's subheadings, without its goods', that a group names.

        A group that names none of the sector's stands there with its own, like any other.
        """
        return self._of(group, sector)[1]

    def _of(self, group: pieces.Goods, sector: str) -> tuple[dict[str, float], float]:
        """Return what a group names, kept: parts of goods, and of what they left of a sector."""
        key = group, sector
        if key not in self._known:
            size = pieces.sizes(group)
            inside, each = self._codes @ size, self._codes.sum(axis=1)
            free = 0.0
            if sector:
                here = np.zeros_like(size)
                here[concordance.positions(sector)] = 1.0
                inside, each = self._codes @ (size * here), inside
                free = self._free(size, here, sector)
            part = np.divide(inside, each, out=np.zeros_like(each), where=each > 0)
            part = np.where(part >= 1.0 - pieces.ROUNDING_PART, 1.0, part)
            found = zip(self.goods, part.tolist(), strict=True)
            self._known[key] = {label: value for label, value in found if value > 0}, free
        return self._known[key]

    def _free(self, size: Array, here: Array, sector: str) -> float:
        left = np.zeros_like(size)
        left[positions(self.home(self.label(sector)))] = 1.0
        if (size * here).any():
            return float(size @ left / left.sum()) if left.any() else 0.0
        guests = float(size @ (1.0 - np.minimum(self._codes.sum(axis=0), 1.0)))
        return guests / (guests + float(left.sum())) if guests else 0.0
