"""From cells to blocks of lines: who is touched, how heavy each group is, what does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from countervail.ledger import concordance, pieces
from countervail.ledger.in_force import LawView
from countervail.ledger.notes import About, Cell, Notes
from countervail.ledger.pricing import atoms
from countervail.ledger.pricing.blocks import Block, Place, Stacks, make_block
from countervail.ledger.pricing.cells import (
    Duties,
    Group,
    GroupKey,
    Tariffed,
    gather,
    no_weight,
)
from countervail.ledger.pricing.entropy import ROUNDED
from countervail.ledger.pricing.homes import Home, positions
from countervail.ledger.pricing.in_goods import home_in, in_goods
from countervail.ledger.pricing.spreading import Spread, covered, processing

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]

PROCESSING: Mapping[str, str] = {"A01": "C10T12", "A03": "C10T12", "B07": "C24B"}
"""Where a sector's excess goes: the exporter's processing sector (docs/theory.md, Coverage)."""


OWN_WHOLE = 1.0 - 1e-9
"""The part of a good whose own duty is known that is all of it."""


@dataclass(frozen=True, eq=False)
class _Cell:
    """The groups of one importer and sector, [group, exporter].

    ``law`` is [group, view, exporter], -1 where nothing is in force or the group has no weight;
    ``present`` says where a group is a line: under a law, or whatever is in force.
    """

    groups: tuple[Group, ...]
    law: IntArray
    present: Mask
    weight: Array
    estimated: Mask
    whole: Mask


class Splitter:
    """One pricing: the duties, and what spills from cells whose lines exceed their limit."""

    def __init__(
        self,
        world: Tariffed,
        views: tuple[LawView, ...],
        goods: LawView | None = None,
        *,
        closed: bool = True,
    ) -> None:
        self.world = world
        self.views = views
        self.closed = closed
        self.trade, self.tariff = np.asarray(world.trade), np.asarray(world.tariff)
        self.sector_of = {code: j for j, code in enumerate(world.sectors)}
        self.duties: Duties = gather(world.countries, views, goods)
        self.notes = Notes()
        self.stacks = Stacks(self.duties.laws)
        self.spread: dict[tuple[int, GroupKey], Spread] = {}
        self.processing = processing(world, PROCESSING)
        # value moved into a cell by (importer, sector) and group, [exporter], USD million
        self.moved: dict[tuple[int, int], dict[GroupKey, Array]] = {}

    def blocks(self) -> Iterator[Block]:
        """Yield every block with a change of law, processing sectors last."""
        goals = set(self.processing.values())
        order = sorted(self.world.sectors, key=lambda s: s in goals)
        for n, groups in sorted(self.duties.groups.items()):
            differs = any((g.law != g.law[0]).any() or g.always.any() for g in groups.values())
            if not differs:
                continue
            self._say_uncovered(n, groups)
            for code in order:
                cell = self._cell(n, code, groups)
                if cell is not None:
                    yield from self._split(n, code, cell)

    def _cell(self, n: int, code: str, groups: dict[GroupKey, Group]) -> _Cell | None:
        """Return the groups with weight in a cell, or None where no law differs in it."""
        j = self.sector_of[code]
        moved = self.moved.get((n, j), {})
        found = []
        for key, group in groups.items():
            table = self._coverage(n, group).weights.get(code)
            if table is None and key not in moved:
                continue
            flow = self.trade[:, n, j]
            weight, estimated, whole, _ = table or no_weight(flow.shape)
            if key in moved:
                added = np.divide(moved[key], flow, out=np.zeros_like(flow), where=flow > 0)
                weight, estimated = weight + added, estimated | (added > 0)
                whole = whole & ~(added > 0)
            live = (weight > 0) & (flow > 0)
            live[n] = False
            law = np.where(live, group.law, -1)
            present = np.any(law >= 0, axis=0) | (live & group.always)
            if present.any():
                found.append((group, law, present, np.where(live, weight, 0.0), estimated, whole))
        if not found:
            return None
        return _Cell(
            tuple(f[0] for f in found),
            np.stack([f[1] for f in found]),
            np.stack([f[2] for f in found]),
            np.stack([f[3] for f in found]),
            np.stack([f[4] for f in found]),
            np.stack([f[5] for f in found]),
        )

    def _coverage(self, n: int, group: Group) -> Spread:
        """Return a group's weights by label and exporter, as its measure states them."""
        key = n, group.key
        if key not in self.spread:
            self.spread[key] = covered(self.world, n, group.measure, group.product)
        return self.spread[key]

    def _split(self, n: int, code: str, cell: _Cell) -> Iterator[Block]:
        """Yield the blocks of one importer and sector: exporters under the same laws together."""
        changed: Mask = np.any(cell.law != cell.law[:, :1], axis=(0, 1))
        changed |= np.any(cell.present & np.stack([g.always for g in cell.groups]), axis=0)
        asked = np.sum(np.where(cell.whole | ~cell.present, 0.0, cell.weight), axis=0)
        # a full cell moves its excess on, whether or not its own law changes
        spills = asked > (atoms.ESTIMATED_LIMIT if code in self.processing else np.inf)
        laws = cell.law.reshape(-1, cell.law.shape[-1])
        signature = np.concatenate([laws, cell.present, cell.estimated, cell.whole])
        signature = signature.T.copy(order="C")
        patterns: dict[bytes, list[int]] = {}
        for i in np.flatnonzero(changed | spills):
            patterns.setdefault(signature[i].tobytes(), []).append(int(i))
        for rows in patterns.values():
            exporters = np.array(rows, dtype=np.int64)
            first = rows[0]
            live = np.flatnonzero(cell.present[:, first])
            fitted = self._weigh(n, code, cell, live, exporters)
            if changed[first]:
                place = Place(
                    n, self.sector_of[code], self.world.countries[n], code, self.world.countries
                )
                block = make_block(
                    place,
                    exporters,
                    self.tariff[exporters, n, place.sector],
                    tuple(cell.groups[g] for g in live),
                    cell.law[live, :, first],
                    fitted,
                    self.stacks,
                    self.notes,
                    closed=self.closed,
                )
                self._say_of_sector(place, block)
                yield block

    def _say_of_sector(self, place: Place, block: Block) -> None:
        """Say where a good's law changes and its duty before is its sector's, whole or in part."""
        carving = self.world.carving
        own = None if carving is None else in_goods(carving).duties.get(place.sector_code)
        # of two states or more, the one the world's tariffs hold is not asked about
        asked = block.law[:, 1:] if block.law.shape[1] > 2 else block.law
        if own is None or not self.closed or not (asked != asked[:, :1]).any():
            return
        for row, i in enumerate(block.exporter):
            part = float(own[i, place.importer])
            if part < OWN_WHOLE and not block.known[row].all():
                about = About((100.0 * part,))
                self.notes.cell(place.cell(int(i), about), "sector_duty")

    def _weigh(
        self, n: int, code: str, cell: _Cell, live: IntArray, exporters: IntArray
    ) -> atoms.AtomWeights:
        """Return atom weights of some exporters' cells; move on and note what does not fit."""
        first = exporters[0]
        groups = [cell.groups[g] for g in live]
        named = tuple(g.measure.goods[g.product] for g in groups)
        whole = tuple(bool(w) for w in cell.whole[live, first])
        family = family_of(home_in(self.world, code), named, whole)
        weight = cell.weight[live][:, exporters].T
        estimated = cell.estimated[live, first]
        fitted = atoms.fit(family, weight, estimated)
        importer = self.world.countries[n]
        for row in np.flatnonzero(fitted.contradicted):
            parts = tuple(
                About((float(weight[row, g]), float(fitted.group[row, g])), groups[g].name)
                for g in np.flatnonzero(np.abs(weight[row] - fitted.group[row]) > 1e-9)
            )
            exporter = self.world.countries[exporters[row]]
            self.notes.cell(Cell(exporter, importer, code, parts), "contradicted")
        for row in np.flatnonzero(fitted.excess.max(axis=1, initial=0.0) > 1e-9):
            self._move_on(n, code, groups, int(exporters[row]), fitted.excess[row], weight[row])
        return fitted

    def _move_on(
        self,
        n: int,
        code: str,
        groups: list[Group],
        i: int,
        excess: Array,
        weight: Array,
    ) -> None:
        """Place what exceeds a cell in the exporter's processing sector, and say so."""
        goal = self.processing.get(code)
        there = self.sector_of.get(goal) if goal else None
        parts = tuple(
            About((float(weight[g]), float(excess[g])), groups[g].name)
            for g in np.flatnonzero(excess > 1e-9)
        )
        cell = Cell(self.world.countries[i], self.world.countries[n], code, parts)
        limit = atoms.ESTIMATED_LIMIT
        if goal is None or there is None or self.trade[i, n, there] <= 0:
            self.notes.cell(cell, "over_limit", limit=limit)
            return
        value = excess * self.trade[i, n, self.sector_of[code]]
        table = self.moved.setdefault((n, there), {})
        for g in np.flatnonzero(excess > 1e-9):
            flow = table.setdefault(groups[g].key, np.zeros(len(self.world.countries)))
            flow[i] += value[g]
        self.notes.cell(cell, "moved_on", limit=limit, goal=goal)

    def _say_uncovered(self, n: int, groups: dict[GroupKey, Group]) -> None:
        for group in groups.values():
            if not (group.law != group.law[0]).any():
                continue
            if not group.measure.coverage_by_product.get(group.product):
                self.notes.say("uncovered", group.measure.id, goods=group.name)
                continue
            found = self._coverage(n, group)
            gone = sorted(set(found.weights) - set(self.sector_of))
            if gone:
                self.notes.say("no_sector", group.measure.id, goods=group.name, sectors=tuple(gone))
            exporters = np.flatnonzero((group.law != group.law[0]).any(axis=0))
            spoken = [table.spoken for table in found.weights.values()]
            silent = ~np.any(spoken, axis=0)[exporters]
            for i in exporters[silent]:
                pair = Cell(self.world.countries[i], self.world.countries[n])
                self.notes.cell(pair, "uncovered_pair", group.measure.id, goods=group.name)
            self._say_otherwise(n, group, exporters, found)

    def _say_otherwise(self, n: int, group: Group, exporters: IntArray, found: Spread) -> None:
        """Say where goods hold another value than coverage states."""
        stated, held = found.stated[exporters], found.held[exporters]
        differ = np.abs(held - stated) > ROUNDED * np.maximum(held, stated)
        for i, was, now in zip(exporters[differ], stated[differ], held[differ], strict=True):
            about = About((float(was), float(now)), group.name)
            cell = Cell(self.world.countries[i], self.world.countries[n], "", (about,))
            self.notes.cell(cell, "goods_hold", group.measure.id)


@lru_cache(maxsize=4096)
def family_of(home: Home, named: tuple[pieces.Goods, ...], whole: tuple[bool, ...]) -> atoms.Family:
    """Return the atoms of product groups inside a label of a world.

    A group with no subheading in it by concordance stands there with its own codes.
    """
    masks = [concordance.mask(goods.hs, goods.except_hs) for goods in named]
    own = positions(home)
    guests = np.zeros(len(concordance.codes()), dtype=np.bool_)
    for mask, all_of_it in zip(masks, whole, strict=True):
        if not all_of_it and not mask[own].any():
            guests |= mask
    guests[own] = False
    every = np.concatenate([own, np.flatnonzero(guests)])
    inside, size, place = pieces.told_apart(named, every)
    return atoms.family(inside, size, place < len(own), np.array(whole))
