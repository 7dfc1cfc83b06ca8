"""Which goods of the package's table a question touches.

A good is touched where the law on any of its HS codes differs between the two states, in a pair of
countries that trades it. Measures on a few products say which goods they mean; measures on nearly
everything bear on every good a little, and those of which they reach next to nothing are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.ledger import concordance, pieces
from countervail.ledger.pricing.cells import gather
from countervail.scenario.by_hand import hand_made
from countervail.scenario.placing import states_of_law
from countervail.scenario.question import BY_HAND, Question
from countervail.scenario.restoring import levels_of
from countervail.world import World
from countervail.world.carving.placing import placed
from countervail.world.goods import Good, table_of_goods

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_PART = 0.001
"""A good that only broad measures touch is kept from this part of its trade, or of a seller's."""

BROAD_PART = 0.05
"""A product group that names more than this part of all subheadings is broad."""


@dataclass(frozen=True)
class Touched:
    """The goods a question touches, in the order of the table.

    Attributes:
        goods: those to carve (``World.carve``).
        sectors: those that are a whole sector.
    """

    goods: tuple[Good, ...]
    sectors: tuple[Good, ...]


class _Reach(NamedTuple):
    """How far a question reaches into a good, [exporter, importer].

    Attributes:
        part: the largest part of its subheadings that any measure which differs names.
        narrow: where a narrow measure, or a change made by hand, is among them.
    """

    part: Array
    narrow: Mask


def goods_touched(question: Question, world: World) -> tuple[Good, ...]:
    """Return the goods of the package that a question touches and that can be carved.

    Args:
        question: the question.
        world: before goods are carved.

    Raises:
        InputError: the question does not fit the world, or a good does not.
    """
    return touched(question, world).goods


def touched(question: Question, world: World) -> Touched:
    """Return the goods of the package that a question touches in a world.

    Goods that only broad measures name (more than ``BROAD_PART`` of all subheadings) are kept where
    the trade reached is ``LEAST_PART`` of the good's in the world, or of the exports of a seller
    who sells that part of it. Goods that a measure kept out of the base year, and goods of sectors
    changed by hand, are among them. A good the world has carved is looked at as it is.

    Args:
        question: the question.
        world: the world.

    Raises:
        InputError: the question does not fit the world, or a good does not.
    """
    reaches = _reaches(question, world)
    kept_out = _kept_out(question)
    found = [
        good
        for code, good in table_of_goods().items()
        if code in kept_out or (code in reaches and _is_kept(reaches[code], _trade(world, code)))
    ]
    found = [good for good in found if _has(world, good)]
    return Touched(tuple(g for g in found if not g.whole), tuple(g for g in found if g.whole))


def _reaches(question: Question, world: World) -> dict[str, _Reach]:
    """Return how far a question reaches into goods, by code, in pairs of the world's countries."""
    size = len(world.countries)
    found: dict[str, _Reach] = {}

    def reach(code: str, pairs: Mask, part: float, narrow: bool) -> None:
        known = found.setdefault(code, _Reach(np.zeros((size, size)), pairs & False))
        np.maximum(known.part, np.where(pairs, part, 0.0), out=known.part)
        np.logical_or(known.narrow, pairs & narrow, out=known.narrow)

    for group, pairs in _law(question, world):
        named, narrow = _named(group)
        for code, part in named.items():
            reach(code, pairs, part, narrow)
    for label, pairs in _by_hand(question, world):
        for code, good in table_of_goods().items():
            if label in (code, good.sector):
                reach(code, pairs, 1.0, narrow=True)
    return found


def _law(question: Question, world: World) -> Iterator[tuple[pieces.Goods, Mask]]:
    """Yield what measures that differ between the states name, and the pairs they differ on."""
    asked = None if question.by_hand is not None else states_of_law(question, world)
    if asked is None:
        return
    law, whole = asked
    codes, held = world.finest.countries, world.concordance
    home = np.arange(len(codes)) if held is None else held.country
    pairs: dict[pieces.Goods, Mask] = {}
    for n, groups in gather(codes, (law.before, whole)).groups.items():
        for group in groups.values():
            if question.only is not None and group.measure.id not in question.only:
                continue
            named = group.measure.goods[group.product]
            there = pairs.setdefault(named, np.zeros((len(world.countries),) * 2, dtype=np.bool_))
            there[home[np.flatnonzero(group.law[0] != group.law[1])], home[n]] = True
    asked_about = _pairs(question, world)
    for named, there in pairs.items():
        there &= asked_about
        if there.any():
            yield named, there


def _pairs(question: Question, world: World) -> Mask:
    """Return the pairs of two countries of a world that a question asks about."""
    asked = ~np.eye(len(world.countries), dtype=np.bool_)
    if question.pairs is None:
        return asked
    named = np.zeros_like(asked)
    for pair in question.pairs:
        sellers, buyers = (
            [n for n, label in enumerate(world.countries) if code in world.held[label]]
            for code in pair
        )
        named[np.ix_(sellers, buyers)] = True
    return asked & named


def _by_hand(question: Question, world: World) -> Iterator[tuple[str, Mask]]:
    """Yield the sectors changed by hand, and the pairs changed."""
    if question.only is not None and BY_HAND not in question.only:
        return
    changed = np.zeros(world.trade.shape, dtype=np.bool_)
    if question.hand_changes:
        hand = hand_made(question.hand_changes, world)
        changed |= hand.tariff(world.tariff) != world.tariff
        changed |= (hand.iceberg_hat != 1.0) | (hand.export_tax != 0.0)
    change = question.by_hand
    if change is not None:
        for new, was in (
            (change.tariff_new, world.tariff),
            (change.iceberg_hat, 1.0),
            (change.export_tax, 0.0),
        ):
            changed |= False if new is None else new != was
        if change.productivity_hat is not None:
            changed |= (change.productivity_hat != 1.0)[:, None, :]
    for j in np.flatnonzero(changed.any(axis=(0, 1))):
        yield world.sectors[j], changed[:, :, j] & ~np.eye(len(changed), dtype=np.bool_)


@lru_cache(maxsize=4096)
def _named(group: pieces.Goods) -> tuple[dict[str, float], bool]:
    """Return the part of each good's subheadings that a group names, and whether it is narrow."""
    codes, size = list(table_of_goods()), pieces.sizes(group)
    goods = _subheadings()
    part = goods @ size / goods.sum(axis=1)
    found = {code: p for code, p in zip(codes, part.tolist(), strict=True) if p > 0}
    return found, bool(size.sum() <= BROAD_PART * len(size))


@lru_cache(maxsize=1)
def _subheadings() -> Array:
    """Return the subheadings of the goods of the table, [good, subheading]."""
    masks = [concordance.mask(*good.codes) for good in table_of_goods().values()]
    return np.stack(masks).astype(np.float64)


def _kept_out(question: Question) -> frozenset[str]:
    """Return the goods that measures asked about had kept out of the base year."""
    named = (measure.goods[level.products] for measure, level in levels_of(question))
    return frozenset(code for group in named for code in _named(group)[0])


def _has(world: World, good: Good) -> bool:
    """Return whether a good can be carved from a world, was, or is a sector of it."""
    if good.code in world.sectors:
        return True
    homes = [code for code in (good.sector, good.second) if code]
    return all(world.held.get(code, ()) == (code,) for code in homes)


@lru_cache(maxsize=128)
def _trade(world: World, code: str) -> Array:
    """Return the trade of a good of the table abroad, [exporter, importer]; none it does not have.

    Raises:
        InputError: its data do not fit the world.
    """
    good = table_of_goods()[code]
    label = good.sector if good.whole else code
    if not _has(world, good):
        return np.zeros(world.trade.shape[:2])
    if label in world.sectors:
        trade = world.trade[:, :, world.sectors.index(label)]
    else:
        trade = placed(world, [good])[0].trade
    return np.where(np.eye(len(trade), dtype=np.bool_), 0.0, trade)


def _is_kept(reach: _Reach, trade: Array) -> bool:
    """Return whether what a question reaches of a good is enough to look at it."""
    if (trade[reach.narrow] > 0).any():
        return True
    sold, reached = trade.sum(axis=1), (reach.part * trade).sum(axis=1)
    least = LEAST_PART * sold.sum()
    large = (sold >= least) & (reached > LEAST_PART * sold)
    return bool(sold.sum() > 0 and (reached.sum() > least or large.any()))
