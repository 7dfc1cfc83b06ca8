"""The coverage of a product group in a carved world: spread over goods and what they left.

Coverage is counted in sectors: a group's value is that part of the sector's cell as it was before
goods were carved. It is placed by subheadings (docs/theory.md, Coverage). A good whose subheadings
the group all names is the group's, whole; its trade comes off the value. What is left of the value
goes to the goods it names in part and to the remainder, in proportion to their trade times the part
of their subheadings that it names; no good takes more than estimates may take of a cell.

Weights are parts of trade as it was carved. Arrays are [exporter], or [draw, exporter].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.ledger import pieces
from countervail.ledger.measure import Measure
from countervail.ledger.pricing.atoms import ESTIMATED_LIMIT
from countervail.ledger.pricing.cells import Tariffed, Weighted, no_weight, weights
from countervail.ledger.pricing.in_goods import InGoods, in_goods

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Tables = Mapping[str, Weighted]
"""Weights of a product group by sector, or by label of the world."""


class Spread(NamedTuple):
    """Where the coverage of a product group stands, on one importer's side.

    Attributes:
        weights: by label of the world; a sector that it does not have keeps its code.
        stated: value by coverage where it meets goods, USD million.
        held: what of it found a place; more where goods named whole exceed it.
    """

    weights: dict[str, Weighted]
    stated: Array
    held: Array


def covered(table: Tariffed, n: int, measure: Measure, product: str) -> Spread:
    """Return where the coverage of a measure's product group stands on one importer's side.

    Args:
        table: the finest table of a world.
        n: position of the importer.
        measure: the instrument.
        product: id of the group.
    """
    codes = table.countries
    tables = {
        code: weights(measure, some, codes[n], codes)
        for code, some in measure.coverage_by_product.get(product, {}).items()
    }
    return spread(table, n, measure.goods[product], tables)


def spread(table: Tariffed, n: int, group: pieces.Goods, tables: Tables) -> Spread:
    """Return where the coverage of a product group stands on one importer's side.

    Args:
        table: the finest table of a world.
        n: position of the importer.
        group: what it names.
        tables: its weights; those of a label of the world (goods restored) stand for themselves.
    """
    none = np.zeros(len(table.countries))
    if table.carving is None:
        return Spread(dict(tables), none, none)
    where, labels = in_goods(table.carving), table.carving.parts
    sectors = {code: t for code, t in tables.items() if code not in labels}
    trade, at = np.asarray(table.trade), {code: j for j, code in enumerate(table.sectors)}

    sold = {code: trade[:, n, at[code]] for code in sectors if code in at}
    sold |= {code: was[:, n] for code, was in where.sectors.items() if code in sectors}
    found = _Spreading.of(where, n, group, sectors, sold).spread()
    for label, own in tables.items():
        if label in labels:
            found.weights[label] = _over(own, found.weights.get(label))
    return found


def processing(table: Tariffed, of: Mapping[str, str]) -> dict[str, str]:
    """Return where the excess of a label goes, of where that of a sector goes."""
    if table.carving is None:
        return dict(of)
    where = in_goods(table.carving)
    return {where.label(code): where.label(goal) for code, goal in of.items()}


def _over(own: Weighted, other: Weighted | None) -> Weighted:
    """Return weights stated for a label, over those that are spread; a good named whole stays."""
    if other is None:
        return own
    first = own.spoken & ~other.whole
    return Weighted(
        np.where(first, own.weight, other.weight),
        np.where(first, own.estimated, other.estimated),
        np.where(first, own.whole, other.whole),
        own.spoken | other.spoken,
    )


@dataclass(frozen=True, eq=False)
class _Spreading:
    """One product group on one importer's side.

    Attributes:
        where: what groups name.
        n: position of the importer.
        group: what this one names.
        tables: its weights, by sector.
        spoken: exporters of whom any table speaks.
        whole: the goods the group bears on, and for which exporters it names them whole.
        left: what is left of its value, by sector where goods bear on it; changed in place.
        sold: the trade of those sectors, by exporter.
    """

    where: InGoods
    n: int
    group: pieces.Goods
    tables: Tables
    spoken: Mask
    whole: dict[str, Mask]
    left: dict[str, Array]
    sold: dict[str, Array]

    @classmethod
    def of(
        cls, where: InGoods, n: int, group: pieces.Goods, tables: Tables, sold: dict[str, Array]
    ) -> _Spreading:
        """Return it with the goods it bears on, and its value by sector."""
        named = where.named(group)
        silent = no_weight(where.carving.trade.shape[1:2]).spoken
        spoken = np.logical_or.reduce([silent, *(t.spoken for t in tables.values())])
        whole = {}
        for label, good in where.goods.items():
            all_of = tables.get(good.sector)
            if label in named or (all_of is not None and all_of.whole.any()):
                is_whole = np.full(spoken.shape, named.get(label) == 1.0)
                whole[label] = spoken & (is_whole if all_of is None else is_whole | all_of.whole)
        met = {c: t for c, t in sold.items() if c in where.sectors or where.within(group, c)}
        left = {code: tables[code].weight * trade for code, trade in met.items()}
        return cls(where, n, group, tables, spoken, whole, left, met)

    def spread(self) -> Spread:
        """Return where the value stands."""
        stated = np.asarray(sum(self.left.values(), np.zeros(self.spoken.shape)))
        self._take_whole()
        got: dict[str, Array] = {label: np.zeros_like(stated) for label in self.whole}
        for code in self.left:
            self._share_out(code, got)
        weights = {code: t for code, t in self.tables.items() if code not in self.left}
        held = np.zeros_like(stated)
        for label, whole in self.whole.items():
            trade = self._trade(label)
            value = np.where(whole, trade, got[label])
            weight = np.where(whole, 1.0, np.minimum(_ratio(value, trade), 1.0))
            weights[label] = Weighted(weight, self.spoken & ~whole, whole, self.spoken)
            held = held + value
        for code in self.left:
            weights[self.where.label(code)] = rest = self._remainder(code)
            held = held + np.where(rest.weight > 0, self.left[code], 0.0)
        plain = ~self.spoken
        for code in self.left:
            plain = plain | ~self.tables[code].whole
        return Spread(weights, np.where(plain, stated, 0.0), np.where(plain, held, 0.0))

    def _trade(self, label: str) -> Array:
        return self.where.trade[label][:, self.n]

    def _part(self, label: str, code: str) -> Array | None:
        part = self.where.carving.parts[label].get(code)
        return None if part is None else part[:, self.n]

    def _take_whole(self) -> None:
        """Take the trade of goods named whole off the value: where it came from, then elsewhere."""
        need = {k: np.where(whole, self._trade(k), 0.0) for k, whole in self.whole.items()}
        for label, whole in self.whole.items():
            for code in self.left:
                part = self._part(label, code)
                if part is not None:
                    need[label] = need[label] - self._taken(code, np.where(whole, part, 0.0))
        for label in self.whole:
            for code in self.left:
                if self._part(label, code) is None and label in self._within(code):
                    need[label] = need[label] - self._taken(code, need[label])

    def _taken(self, code: str, amount: Array) -> Array:
        """Take an amount off what is left of a sector's value, as far as it goes."""
        taken = np.minimum(self.left[code], amount)
        self.left[code] = self.left[code] - taken
        return taken

    def _within(self, code: str) -> dict[str, float]:
        return self.where.within(self.group, code)

    def _share_out(self, code: str, got: dict[str, Array]) -> None:
        """Share what is left of a sector's value among goods named in part; in place."""
        claims: dict[str, Array] = {}
        for label, share in self.where.named(self.group).items():
            part = self._part(label, code)
            if part is None:
                part = self._trade(label) * self._within(code).get(label, 0.0)
            claim = np.where(self.whole[label], 0.0, share * part)
            if share < 1.0 and claim.any():
                claims[label] = claim
        if not claims:
            return
        value = self.left[code]
        room = [ESTIMATED_LIMIT * self._trade(label) - got[label] for label in claims]
        amounts = shares(value, list(claims.values()), room, self._open(code))
        for label, amount in zip(claims, amounts, strict=True):
            got[label] = got[label] + amount
            self.left[code] = self.left[code] - amount

    def _open(self, code: str) -> Array:
        """Return the remainder's claim: its trade times the part of its subheadings named."""
        rest = self.where.label(code)
        trade = self._trade(rest) if rest in self.where.trade else self.sold[code]
        return trade * self.where.free(self.group, code)

    def _remainder(self, code: str) -> Weighted:
        """Return the weight of what is left of a sector's value in its remainder."""
        table, rest = self.tables[code], self.where.label(code)
        trade = self._trade(rest) if rest in self.where.trade else self.sold[code]
        named = self.where.free(self.group, code) > 0
        weight = _ratio(self.left[code], trade) if named else np.zeros_like(self.left[code])
        cut = (trade < self.sold[code]) | (self.left[code] < table.weight * self.sold[code])
        return Weighted(
            np.where(table.whole, 1.0, weight),
            (table.estimated | cut) & ~table.whole,
            table.whole,
            table.spoken,
        )


def shares(value: Array, claims: Sequence[Array], room: Sequence[Array], rest: Array) -> Array:
    """Return what each claim gets of a value: in proportion, none more than its room.

    What those that are full do not take goes to the others and to the rest, which has room for all.

    Args:
        value: to share out.
        claims: not negative, [claim].
        room: the most each can take, [claim].
        rest: the claim of the rest.
    """
    like = [np.broadcast_to(part, value.shape) for part in claims]
    asked, most = np.stack(like), np.stack([np.broadcast_to(part, value.shape) for part in room])
    full = np.zeros(asked.shape, dtype=np.bool_)
    for _ in range(len(asked) + 1):
        left = value - np.where(full, most, 0.0).sum(axis=0)
        each = _ratio(left, rest + np.where(full, 0.0, asked).sum(axis=0))
        over = ~full & (asked * each > most)
        if not over.any():
            break
        full |= over
    return np.where(full, most, asked * each)


def _ratio(value: Array, by: Array) -> Array:
    value, by = np.broadcast_arrays(value, by)
    return np.asarray(np.divide(value, by, out=np.zeros(value.shape), where=by > 0))
