"""Pricing the law of many draws at once: the same lines, other weights and rates.

Draws of a question differ in numbers (weights of coverage, rates, shares that pay, the cells'
trade and tariffs) and hardly ever in anything else: which groups bear on which cells, how their
goods nest, what displaces what. So all that :class:`~countervail.ledger.pricing.splitting.Splitter`
does for one world is done here once for all of them, with a row for each exporter of each draw
where it has one for each exporter. What a draw does otherwise (a weight that is drawn to nothing,
a cell that is full) stands in rows apart. :func:`countervail.ledger.pricing.lines.price` is the
definition of what every draw comes to; its notes are not written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.in_force import LawView
from countervail.ledger.measure import Coverage, Measure
from countervail.ledger.pricing import atoms
from countervail.ledger.pricing.cells import (
    Group,
    GroupKey,
    Law,
    Tariffed,
    Weighted,
    gather,
    law_of,
    no_weight,
    sources,
)
from countervail.ledger.pricing.in_goods import home_in
from countervail.ledger.pricing.lines import PricedLaw, price
from countervail.ledger.pricing.rows import Laws
from countervail.ledger.pricing.side_by_side import RowBlock, Where, assembled, row_blocks
from countervail.ledger.pricing.splitting import PROCESSING, family_of
from countervail.ledger.pricing.spreading import processing, spread

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Drawn(NamedTuple):
    """One draw of a question.

    Attributes:
        table: the world, as the law sees it; countries and sectors are those of every draw.
        views: the law its tariffs hold, and the states of law to price; the same entries in every
            draw, with the numbers of their measures drawn.
        goods: whose products are lines whatever is in force.
    """

    table: Tariffed
    views: tuple[LawView, ...]
    goods: LawView | None = None


def price_draws(draws: Sequence[Drawn], *, closed: bool = True) -> list[PricedLaw]:
    """Return what states of law do to the lines of every draw, without notes.

    Args:
        draws: of one question.
        closed: whether the lines of a cell come to the world's tariff; False where that is the rate
            of everything whose own duty is not known, and the cell's rate follows.

    Raises:
        InputError: two duties would replace the applied rate of one line.
    """
    work = _Work(draws, closed=closed) if len(draws) > 1 else None
    together = [] if work is None else work.draws
    priced = dict(zip(together, work.priced() if work else (), strict=True))
    for number, (table, views, goods) in enumerate(draws):
        if number not in priced:
            priced[number] = price(table, views[0], views[1:], goods, closed=closed)
    return [priced[number] for number in range(len(draws))]


class _DrawnCell(NamedTuple):
    """The groups of one importer and sector in every draw.

    Attributes:
        groups: those that are a line in any draw.
        law: position in the table of laws, -1 for none, [draw, group, view, exporter].
        present, weight, estimated, whole: as for one world, [draw, group, exporter].
    """

    groups: tuple[Group, ...]
    law: IntArray
    present: Mask
    weight: Array
    estimated: Mask
    whole: Mask


class _Work:
    """One pricing of many draws.

    Attributes:
        draws: numbers of those that can be priced together.
    """

    def __init__(self, draws: Sequence[Drawn], *, closed: bool) -> None:
        first = draws[0]
        self.closed = closed
        self.duties = gather(first.table.countries, first.views, first.goods)
        tables = [_laws(self.duties.laws, self.duties.made_of, first, one) for one in draws]
        self.draws = [number for number, table in enumerate(tables) if table is not None]
        self.held = [draws[number] for number in self.draws]
        self.laws = Laws(self.duties.laws, [table for table in tables if table is not None])
        self.countries, self.sectors = first.table.countries, first.table.sectors
        self.sector_of = {code: j for j, code in enumerate(self.sectors)}
        self.measures = [_measures(one) for one in self.held]
        self.processing = processing(first.table, PROCESSING)
        self.weighted: dict[tuple[int, GroupKey], dict[str, Weighted]] = {}
        self.moved: dict[tuple[int, int], dict[GroupKey, Array]] = {}

    def priced(self) -> list[PricedLaw]:
        """Return every draw's lines and states of law."""
        states = len(self.held[0].views) - 1
        return assembled(list(self._blocks()), self.laws.drawn, states)

    def _blocks(self) -> Iterator[RowBlock]:
        goals = set(self.processing.values())
        order = sorted(self.sectors, key=lambda s: s in goals)
        for n, groups in sorted(self.duties.groups.items()):
            if any((g.law != g.law[0]).any() or g.always.any() for g in groups.values()):
                for code in order:
                    cell = self._cell(n, code, groups)
                    if cell is not None:
                        yield from self._split(n, code, cell)

    def _flow(self, name: str, n: int, j: int) -> Array:
        """Return trade or tariff of one importer and sector, [draw, exporter]."""
        return np.stack([np.asarray(getattr(one.table, name))[:, n, j] for one in self.held])

    def _weights(self, n: int, group: Group) -> dict[str, Weighted]:
        """Return a group's weights by label of the world in every draw, [draw, exporter]."""
        key = n, group.key
        if key not in self.weighted:
            covered = group.measure.coverage_by_product.get(group.product, {})
            found = {code: self._drawn(n, group, tables) for code, tables in covered.items()}
            goods = group.measure.goods[group.product]
            self.weighted[key] = spread(self.held[0].table, n, goods, found).weights
        return self.weighted[key]

    def _drawn(self, n: int, group: Group, tables: Sequence[Coverage]) -> Weighted:
        """Return what tables give in every draw, [draw, exporter]."""
        found = sources(group.measure, tables, self.countries[n], self.countries)
        at = {id(table): k for k, table in enumerate(group.measure.coverage)}
        places = [(at[id(tables[number])], word) for number, word in found.keys]
        drawn = [
            [measures[group.measure.id].coverage[k].weights[word] for k, word in places]
            for measures in self.measures
        ]
        held = np.zeros((len(drawn), len(places) + 1))
        held[:, : len(places)] = drawn
        return Weighted(held[:, found.place], found.estimated, found.whole, found.place >= 0)

    def _cell(self, n: int, code: str, groups: dict[GroupKey, Group]) -> _DrawnCell | None:
        """Return the groups with weight in a cell, or None where no law differs in it."""
        j = self.sector_of[code]
        moved, flow = self.moved.get((n, j), {}), None
        found: list[tuple[Any, ...]] = []
        for key, group in groups.items():
            told = self._weights(n, group).get(code)
            if told is None and key not in moved:
                continue
            flow = self._flow("trade", n, j) if flow is None else flow
            weight, estimated, whole, _ = told or no_weight(flow.shape)
            estimated = np.broadcast_to(estimated, flow.shape)
            whole = np.broadcast_to(whole, flow.shape)
            if key in moved:
                added = np.divide(moved[key], flow, out=np.zeros_like(flow), where=flow > 0)
                weight, estimated = weight + added, estimated | (added > 0)
                whole = whole & ~(added > 0)
            live = (weight > 0) & (flow > 0)
            live[:, n] = False
            law = np.where(live[:, None], group.law, -1)
            present = np.any(law >= 0, axis=1) | (live & group.always)
            if present.any():
                found.append((group, law, present, np.where(live, weight, 0.0), estimated, whole))
        if not found:
            return None
        law, present, weight, estimated, whole = (
            np.stack([f[k] for f in found], axis=1) for k in range(1, 6)
        )
        return _DrawnCell(tuple(f[0] for f in found), law, present, weight, estimated, whole)

    def _split(self, n: int, code: str, cell: _DrawnCell) -> Iterator[RowBlock]:
        """Yield the blocks of one importer and sector: rows under the same laws together."""
        changed = np.any(cell.law != cell.law[:, :, :1], axis=(1, 2))
        always = np.stack([group.always for group in cell.groups])
        changed |= np.any(cell.present & always, axis=1)
        asked = np.sum(np.where(cell.whole | ~cell.present, 0.0, cell.weight), axis=1)
        spills = asked > (atoms.ESTIMATED_LIMIT if code in self.processing else np.inf)
        for draw, exporter in _patterns(cell, changed | spills):
            first = draw[0], exporter[0]
            live = np.flatnonzero(cell.present[first[0], :, first[1]])
            groups = tuple(cell.groups[g] for g in live)
            weight = cell.weight[draw, :, exporter][:, live]
            estimated = cell.estimated[first[0], live, first[1]]
            whole = cell.whole[first[0], live, first[1]]
            named = tuple(g.measure.goods[g.product] for g in groups)
            home = home_in(self.held[0].table, code)
            family = family_of(home, named, tuple(bool(w) for w in whole))
            # of a draw's rows the first one says whether its law changes
            begins = np.concatenate([[True], draw[1:] != draw[:-1]])
            told = changed[draw, exporter][begins][np.cumsum(begins) - 1]
            law = cell.law[first[0], live, :, first[1]]
            for rows, fitted in _fits(family, weight, estimated, draw):
                self._move_on(n, code, groups, draw[rows], exporter[rows], fitted.excess)
                kept = told[rows]
                if kept.any():
                    j = self.sector_of[code]
                    rate = self._flow("tariff", n, j)[draw[rows][kept], exporter[rows][kept]]
                    where = Where(n, j, self.countries[n], code)
                    place = draw[rows][kept], exporter[rows][kept]
                    part = fitted if kept.all() else _taken(fitted, kept)
                    yield from row_blocks(
                        where, place, rate, groups, law, part, self.laws, closed=self.closed
                    )

    def _move_on(
        self,
        n: int,
        code: str,
        groups: Sequence[Group],
        draw: IntArray,
        exporter: IntArray,
        excess: Array,
    ) -> None:
        """Place what exceeds a cell in the exporter's processing sector."""
        there = self.sector_of.get(self.processing.get(code, ""))
        over = excess.max(axis=1, initial=0.0) > 1e-9
        if there is None or not over.any():
            return
        over &= self._flow("trade", n, there)[draw, exporter] > 0
        flow = self._flow("trade", n, self.sector_of[code])[draw, exporter]
        table = self.moved.setdefault((n, there), {})
        for g in np.flatnonzero((excess[over] > 1e-9).any(axis=0)):
            rows = over & (excess[:, g] > 1e-9)
            held = table.setdefault(
                groups[int(g)].key, np.zeros((len(self.held), len(self.countries)))
            )
            held[draw[rows], exporter[rows]] += excess[rows, g] * flow[rows]


def _laws(
    laws: Sequence[Law], made_of: Sequence[Sequence[tuple[int, int]]], first: Drawn, one: Drawn
) -> list[Law] | None:
    """Return a draw's table of laws; None where entries that said the same no longer do."""
    table = []
    for law, places in zip(laws, made_of, strict=True):
        entries = [one.views[view].entries[k] for view, k in places]
        same = [first.views[view].entries[k].rate for view, k in places]
        moved = [e for e, rate in zip(entries, same, strict=True) if e.rate is not rate]
        if moved and any(e.rate.law != entries[0].rate.law for e in entries):
            return None
        # a measure that is drawn stacks as it did
        table.append(law_of(entries[0]) if moved else law)
    return table


def _measures(one: Drawn) -> dict[str, Measure]:
    """Return the measures of a draw, by their ids."""
    views = one.views if one.goods is None else (*one.views, one.goods)
    return {entry.measure.id: entry.measure for view in views for entry in view.entries}


def _patterns(cell: _DrawnCell, wanted: Mask) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield rows under the same laws, as draws and exporters: by draw, then by exporter."""
    draws, exporters = wanted.shape
    parts = (cell.law.reshape(draws, -1, exporters), cell.present, cell.estimated, cell.whole)
    signature = np.concatenate(parts, axis=1).swapaxes(1, 2).copy(order="C")
    alike = (wanted == wanted[0]).all() and (signature == signature[0]).all()
    patterns: dict[bytes, list[tuple[int, int]]] = {}
    for d, i in np.argwhere(wanted[:1] if alike else wanted).tolist():
        patterns.setdefault(signature[d, i].tobytes(), []).append((d, i))
    for rows in patterns.values():
        draw, exporter = np.array(rows, dtype=np.int64).T
        if alike:
            draw, exporter = np.repeat(np.arange(draws), len(rows)), np.tile(exporter, draws)
        yield draw, exporter


def _fits(
    family: atoms.Family, weight: Array, estimated: Mask, draw: IntArray
) -> Iterator[tuple[IntArray, atoms.AtomWeights]]:
    """Yield rows that are fitted together, and the weights of their atoms.

    Rows do not know of each other, but where the codes of crossing groups leave some row no room
    between them: then the groups of its draw have atoms of their own, and draws are fitted apart.
    """
    size = family.member.sum(axis=1)
    every = np.arange(len(draw))
    of_draw = [every[draw == d] for d in np.unique(draw)]
    if len(set(size.tolist())) == len(size):
        orders = {tuple(atoms.nesting_order(family.member, weight)): of_draw}
    else:
        orders = {}
        for rows in of_draw:
            order = tuple(atoms.nesting_order(family.member, weight[rows]))
            orders.setdefault(order, []).append(rows)
    for order, parts in orders.items():
        rows = np.concatenate(parts)
        fitted = atoms.fit(family, weight[rows], estimated, list(order))
        nested = atoms.parents(family.member, list(order)) is not None
        if nested or fitted.member.shape == family.member.shape:
            yield rows, fitted
            continue
        for some in parts:
            yield some, atoms.fit(family, weight[some], estimated, list(order))


def _taken(fitted: atoms.AtomWeights, rows: Mask) -> atoms.AtomWeights:
    """Return the weights of some rows."""
    return fitted._replace(
        atom=fitted.atom[rows],
        group=fitted.group[rows],
        excess=fitted.excess[rows],
        contradicted=fitted.contradicted[rows],
    )
