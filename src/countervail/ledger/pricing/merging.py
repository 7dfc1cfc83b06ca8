"""Tariff lines of merged cells: those of the cells that went into one, put together again.

The law is placed in the finest table. A line weighs in the merged cell what it weighed in its own,
times that cell's part of the merged one; what no law changes is one line. So the lines of a merged
cell add up to exactly what its members held, each with its own rate and its own change of law.
Lines between two countries that are one in the world fall away with the trade between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.in_force import LawView
from countervail.ledger.pricing.blocks import rest_of
from countervail.ledger.pricing.levels import law_in_world
from countervail.ledger.pricing.lines import LineLaw, PricedLaw, PricedLines, QuotaNote, price
from countervail.ledger.pricing.together import Drawn, price_draws
from countervail.world.concordance import Concordance
from countervail.world.world import World

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


def price_in(world: World, base: LawView, states: Sequence[LawView]) -> PricedLaw:
    """Return what states of law do to the lines of a world, whatever its labels hold.

    Args:
        world: the tariffs of its finest table state the law ``base``.
        base: the law the world's tariffs already hold.
        states: the states of law to price.

    Raises:
        InputError: two duties would replace the applied rate of one line.
    """
    seen = [law_in_world(view, world) for view in (base, *states)]
    return _home(world, price(world.finest, seen[0], seen[1:]))


def price_draws_in(worlds: Sequence[World], laws: Sequence[tuple[LawView, ...]]) -> list[PricedLaw]:
    """Return what states of law do to the lines of draws of a world, without notes.

    Args:
        worlds: with the same labels.
        laws: of each draw the law its tariffs hold, and the states of law to price.

    Raises:
        InputError: two duties would replace the applied rate of one line.
    """
    draws = [
        Drawn(world.finest, tuple(law_in_world(view, world) for view in views))
        for world, views in zip(worlds, laws, strict=True)
    ]
    priced = price_draws(draws)
    return [_home(world, one) for world, one in zip(worlds, priced, strict=True)]


def _home(world: World, priced: PricedLaw) -> PricedLaw:
    """Return law that was priced in a world's finest table on the world's own lines."""
    held = world.concordance
    if held is None or len(priced.lines) == 0:
        return priced
    return merged(priced, held, world.sectors)


@dataclass(frozen=True, eq=False)
class _Cells:
    """The finest cells and the merged ones they went into, as flat positions.

    Attributes:
        merged: of the merged cell, [exporter, importer, sector] of the finest table.
        share: a finest cell's part of the merged one's trade, likewise.
        shape: of the merged world's cells.
    """

    merged: IntArray
    share: Array
    shape: tuple[int, int, int]

    @classmethod
    def of(cls, held: Concordance) -> _Cells:
        n, j = int(held.country.max()) + 1, int(held.sector.max()) + 1
        seller, buyer = held.country[:, None, None], held.country[None, :, None]
        merged = (seller * n + buyer) * j + held.sector
        total = np.bincount(merged.ravel(), held.trade.ravel(), minlength=n * n * j)[merged]
        share = np.divide(held.trade, total, out=np.zeros_like(total), where=total > 0)
        return cls(merged, share, (n, n, j))


def merged(priced: PricedLaw, held: Concordance, sectors: tuple[str, ...]) -> PricedLaw:
    """Return law that was priced in the finest table on the lines of the merged world.

    Args:
        priced: in the finest table.
        held: the finest table, and the merged label that holds each of its own.
        sectors: the merged world's.
    """
    fine, cells = priced.lines, _Cells.of(held)
    at = fine.exporter, fine.importer, fine.sector
    weight, cell = fine.weight * cells.share[at], cells.merged[at]
    abroad = held.country[fine.exporter] != held.country[fine.importer]
    plain = np.array([not members for members in fine.members]) & _untouched(priced)
    kept = np.flatnonzero(abroad & ~plain & (weight > 0))
    rest, rest_weight, rest_rate = _rest(cells, held, at, weight, fine.tariff, abroad, plain)
    where = np.concatenate([cell[kept], rest])
    exporter, importer, sector = np.unravel_index(where, cells.shape)
    order = np.lexsort((exporter, sector, importer))
    none = np.full(len(rest), -1, dtype=np.int64)
    names = [
        *_names(fine, kept, cell[kept], held),
        *(_other(int(k), held, sectors) for k in sector[len(kept) :]),
    ]
    nobody: list[frozenset[tuple[str, str]]] = [frozenset()] * len(rest)
    members = [fine.members[k] for k in kept] + nobody
    lines = PricedLines(
        exporter=exporter[order],
        importer=importer[order],
        sector=sector[order],
        weight=np.concatenate([weight[kept], rest_weight])[order],
        tariff=np.concatenate([fine.tariff[kept], rest_rate])[order],
        known=np.concatenate([fine.known[kept], np.zeros(len(rest), dtype=np.bool_)])[order],
        names=tuple(names[k] for k in order),
        members=tuple(members[k] for k in order),
        held=tuple(np.concatenate([positions[kept], none])[order] for positions in at),
    )
    states = tuple(
        LineLaw(
            np.concatenate([state.tariff_new[kept], rest_rate])[order],
            np.concatenate([state.iceberg_hat[kept], np.ones(len(rest))])[order],
        )
        for state in priced.states
    )
    place = np.full(len(fine), -1, dtype=np.int64)
    place[kept] = np.argsort(order)[: len(kept)]
    quotas = tuple(_moved(quota, place) for quota in priced.quotas)
    return replace(priced, lines=lines, states=states, quotas=quotas)


def _untouched(priced: PricedLaw) -> NDArray[np.bool_]:
    """Return the lines that no state of law changes."""
    same = np.ones(len(priced.lines), dtype=np.bool_)
    for state in priced.states:
        same &= (state.tariff_new == priced.lines.tariff) & (state.iceberg_hat == 1.0)
    for quota in priced.quotas:
        same[quota.lines] = False
    return same


def _rest(
    cells: _Cells,
    held: Concordance,
    at: tuple[IntArray, IntArray, IntArray],
    weight: Array,
    tariff: Array,
    abroad: NDArray[np.bool_],
    plain: NDArray[np.bool_],
) -> tuple[IntArray, Array, Array]:
    """Return what no law changes in the merged cells that have lines: cell, weight, rate."""
    cell, size = cells.merged[at], int(np.prod(cells.shape))
    cut = np.zeros(cells.merged.shape, dtype=np.bool_)
    cut[at] = True
    touched = np.zeros(size, dtype=np.bool_)
    touched[cell[abroad]] = True
    whole = ~cut & touched[cells.merged] & (cells.share > 0)
    of = np.concatenate([cell[abroad & plain], cells.merged[whole]])
    part = np.concatenate([weight[abroad & plain], cells.share[whole]])
    rate = np.concatenate([tariff[abroad & plain], held.tariff[whole]])
    total = np.bincount(of, part, minlength=size)
    rest = np.asarray(np.flatnonzero(total > 0), dtype=np.int64)
    duty = np.bincount(of, part * rate, minlength=size)[rest]
    return rest, np.asarray(total[rest]), np.asarray(duty / total[rest])


def _names(lines: PricedLines, kept: IntArray, cell: IntArray, held: Concordance) -> list[str]:
    """Return names that tell the lines of a merged cell apart: by member where they have to."""
    pairs = [(int(at), lines.names[k]) for at, k in zip(cell, kept, strict=True)]
    often = Counter(pairs)
    codes = (held.countries, held.countries, held.sectors)
    positions = (lines.exporter, lines.importer, lines.sector)
    groups: dict[tuple[int, str], list[int]] = {}
    for pair, k in zip(pairs, kept.tolist(), strict=True):
        groups.setdefault(pair, []).append(k)
    found = []
    for pair, k in zip(pairs, kept.tolist(), strict=True):
        differing = [
            words[by[k]]
            for words, by in zip(codes, positions, strict=True)
            if often[pair] > 1 and len({int(by[other]) for other in groups[pair]}) > 1
        ]
        found.append(pair[1] + (f" ({', '.join(differing)})" if differing else ""))
    return found


def _other(sector: int, held: Concordance, sectors: tuple[str, ...]) -> str:
    """Return what is left of a merged cell, in words."""
    alone = np.flatnonzero(held.sector == sector)
    return rest_of(held.sectors[alone[0]] if len(alone) == 1 else sectors[sector])


def _moved(quota: QuotaNote, place: IntArray) -> QuotaNote:
    there = place[quota.lines]
    order = np.argsort(there)[(there < 0).sum() :]
    above = None if quota.above is None else quota.above[order]
    return replace(quota, lines=there[order], above=above)
