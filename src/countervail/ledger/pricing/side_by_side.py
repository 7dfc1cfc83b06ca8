"""Lines of many draws: rows of cells under the same laws become lines, and those each draw's own.

Plain arrays: rows are exporters, one after another draw's; columns are lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.pricing import atoms
from countervail.ledger.pricing.blocks import Part, line_name
from countervail.ledger.pricing.cells import Group, GroupKey, Law
from countervail.ledger.pricing.line_rates import base_rates, new_rates, open_rates, own_rate
from countervail.ledger.pricing.lines import LineLaw, PricedLaw, PricedLines, QuotaNote, quota_notes
from countervail.ledger.pricing.rows import Kind, Laws, on_rows
from countervail.ledger.stacking import Stack

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]
Label = tuple[str, frozenset[GroupKey]]
"""What a line holds, in words, and every group it belongs to."""


class Where(NamedTuple):
    """An importer and a sector: positions and codes."""

    importer: int
    sector: int
    importer_code: str
    sector_code: str


class RowBlock(NamedTuple):
    """Cells of one importer and sector, of many draws, on which the same groups and laws bear.

    Attributes:
        where: the importer and the sector.
        draw: number of the draw, [row]; rising.
        exporter: position, [row].
        weight, tariff: of lines, [row, line]; base rates.
        known: where the own duty is known, [row, line].
        new: rate by state, [state, row, line].
        closed: lines under a ban, [state, line].
        labels: of each draw in it, by line: names tell of shares, which are drawn.
        groups: the groups, in the order of ``law``.
        law: position in the table of laws by view, [group, view].
    """

    where: Where
    draw: IntArray
    exporter: IntArray
    weight: Array
    tariff: Array
    known: Mask
    new: Array
    closed: Mask
    labels: tuple[tuple[Label, ...], ...]
    groups: tuple[Group, ...]
    law: IntArray


def row_blocks(
    where: Where,
    rows: tuple[IntArray, IntArray],
    cell_rate: Array,
    groups: tuple[Group, ...],
    law: IntArray,
    fitted: atoms.AtomWeights,
    laws: Laws,
    *,
    closed: bool,
) -> Iterator[RowBlock]:
    """Yield the lines of cells under the same laws: atoms, split by programme.

    Draws whose laws come to another kind of stack stand in a block of their own.

    Args:
        where: the importer and the sector.
        rows: draw and exporter of each, [row]; draws rising.
        cell_rate: the cells' base tariffs, [row].
        groups: the groups in force in any state.
        law: position in the table of laws by view, the base first, [group, view].
        fitted: weights of the groups' atoms, [row, atom].
        laws: what sets of laws come to in every draw.
        closed: whether lines come to ``cell_rate``, or it is the rate of what has no own one.
    """
    draw, exporter = rows
    begins = np.flatnonzero(np.concatenate([[True], draw[1:] != draw[:-1]]))
    there = np.logical_or.reduceat(fitted.atom > 0, begins, axis=0)
    said = f"imports of {where.importer_code} in {where.sector_code}"
    parts = {
        a: laws.parts(law[fitted.member[:, a]], said)
        for a in np.flatnonzero(there.any(axis=0)).tolist()
    }
    found: dict[tuple[tuple[int, tuple[Kind, ...]], ...], list[int]] = {}
    for place, d in enumerate(draw[begins].tolist()):
        kinds = [
            (a, laws.kinds(parts[a][d] if len(parts[a]) > 1 else parts[a][0]))
            for a in np.flatnonzero(there[place]).tolist()
        ]
        found.setdefault(tuple(kinds), []).append(place)
    ends = np.append(begins[1:], len(draw))
    for columns, places in found.items():
        if len(found) == 1:
            taken = np.arange(len(draw))
        else:
            taken = np.concatenate([np.arange(begins[p], ends[p]) for p in places])
        yield _row_block(
            where,
            (draw[taken], exporter[taken]),
            cell_rate[taken],
            (groups, law),
            fitted._replace(atom=fitted.atom[taken]),
            [(a, kinds, _of(parts[a], draw[begins][places])) for a, kinds in columns],
            closed=closed,
        )


def _of(parts: list[list[Part]], draws: IntArray) -> list[list[Part]]:
    return parts if len(parts) == 1 else [parts[d] for d in draws.tolist()]


def _row_block(
    where: Where,
    rows: tuple[IntArray, IntArray],
    cell_rate: Array,
    bearing: tuple[tuple[Group, ...], IntArray],
    fitted: atoms.AtomWeights,
    columns: Sequence[tuple[int, tuple[Kind, ...], list[list[Part]]]],
    *,
    closed: bool,
) -> RowBlock:
    """Return the lines of rows whose stacks are of the same kinds.

    Args:
        where: the importer and the sector.
        rows: draw and exporter of each, [row]; draws rising.
        cell_rate: the cells' base tariffs, [row].
        bearing: groups and laws.
        fitted: weights of the groups' atoms, [row, atom].
        columns: atoms, the kinds of their parts, and the parts by draw.
        closed: whether lines come to ``cell_rate``, or it is the rate of what has no own one.
    """
    groups, law = bearing
    draw, _ = rows
    place = np.cumsum(np.concatenate([[0], draw[1:] != draw[:-1]]))
    shares: list[Array] = []
    stacks: list[tuple[Stack, ...]] = []
    lines: list[tuple[IntArray, Kind, list[str]]] = []
    for atom, kinds, by_draw in columns:
        inside = np.flatnonzero(fitted.member[:, atom])
        for k, kind in enumerate(kinds):
            share, stack = on_rows([parts[k] for parts in by_draw], place)
            shares.append(fitted.atom[:, atom] * share)
            stacks.append(stack)
            lines.append((inside, kind, [parts[k].words for parts in by_draw]))
    weight = np.stack(shares, axis=1)
    own = np.array([own_rate(groups, inside, fitted.member) for inside, _, _ in lines])
    base_law = [stack[0] for stack in stacks]
    plain = all(kind.nothing for _, kind, _ in lines)
    base = (
        base_rates(weight, base_law, own, cell_rate, plain=plain)
        if closed
        else open_rates(base_law, own, cell_rate)
    )
    views = range(1, law.shape[1])
    new = [
        new_rates(
            base.tariff, base.underlying, stacks, v, [kind.changed[v] for _, kind, _ in lines]
        )
        for v in views
    ]
    return RowBlock(
        where=where,
        draw=draw,
        exporter=rows[1],
        weight=weight,
        tariff=base.tariff,
        known=base.known,
        new=np.maximum(np.stack(new), 0.0),
        closed=np.array([[s[v].ban and not s[0].ban for s in stacks] for v in views]),
        labels=_labels(where.sector_code, groups, fitted.member, lines),
        groups=groups,
        law=law,
    )


def _labels(
    code: str,
    groups: tuple[Group, ...],
    member: Mask,
    lines: Sequence[tuple[IntArray, Kind, list[str]]],
) -> tuple[tuple[Label, ...], ...]:
    """Return what lines hold in every draw; once where all draws say the same."""
    held = [
        (line_name(code, groups, inside, member), frozenset(groups[g].key for g in inside), words)
        for inside, _, words in lines
    ]
    draws = max(len(words) for _, _, words in held)
    told = [
        tuple((name + words[d if len(words) > 1 else 0], keys) for name, keys, words in held)
        for d in range(draws)
    ]
    return tuple(told) if any(one != told[0] for one in told) else (told[0],)


class _Flat(NamedTuple):
    """Lines of all draws, one after another, in their order; arrays [line]."""

    draw: IntArray
    importer: IntArray
    sector: IntArray
    exporter: IntArray
    column: IntArray
    block: IntArray
    label: IntArray
    weight: Array
    tariff: Array
    known: Mask
    new: Array
    iceberg: Array

    def taken(self, lines: IntArray | slice) -> _Flat:
        """Return some of the lines."""
        kept: list[Any] = [values[..., lines] for values in self]
        return _Flat(*kept)


def assembled(
    blocks: Sequence[RowBlock], drawn: Sequence[Sequence[Law]], states: int
) -> list[PricedLaw]:
    """Return the lines of every draw, sorted by importer, sector and exporter.

    Args:
        blocks: of all draws.
        drawn: the table of laws in every draw.
        states: how many states of law were priced.
    """
    if not blocks:
        none, rate = np.zeros(0, dtype=np.int64), np.zeros(0)
        lines = PricedLines(none, none, none, rate, rate, rate > 0, (), ())
        return [PricedLaw(lines, (LineLaw(rate, rate),) * states, (), ()) for _ in drawn]
    labels: dict[Label, int] = {}
    parts = [_flat(number, block, labels) for number, block in enumerate(blocks)]
    joined: Any = [np.concatenate(each, axis=-1) for each in zip(*parts, strict=True)]
    flat = _Flat(*joined)
    order = np.lexsort((flat.column, flat.exporter, flat.sector, flat.importer, flat.draw))
    flat = flat.taken(order)
    ends = np.searchsorted(flat.draw, np.arange(len(drawn) + 1))
    words = _Words(tuple(labels))
    return [
        _priced(flat.taken(slice(ends[d], ends[d + 1])), words, blocks, laws)
        for d, laws in enumerate(drawn)
    ]


def _flat(number: int, block: RowBlock, labels: dict[Label, int]) -> _Flat:
    """Return a block's lines; new labels are numbered."""
    row, k = np.nonzero(block.weight > 0)
    known = np.array(
        [[labels.setdefault(label, len(labels)) for label in told] for told in block.labels]
    )
    place = np.cumsum(np.concatenate([[0], block.draw[1:] != block.draw[:-1]]))
    return _Flat(
        draw=block.draw[row],
        importer=np.full(len(row), block.where.importer),
        sector=np.full(len(row), block.where.sector),
        exporter=block.exporter[row],
        column=k,
        block=np.full(len(row), number),
        label=known[place[row] if len(known) > 1 else 0, k],
        weight=block.weight[row, k],
        tariff=block.tariff[row, k],
        known=block.known[row, k],
        new=block.new[:, row, k],
        iceberg=np.where(block.closed, np.inf, 1.0)[:, k],
    )


class _Words:
    """Names and groups of lines; draws with the same lines share them."""

    def __init__(self, labels: tuple[Label, ...]) -> None:
        self.labels = labels
        self.known: dict[bytes, tuple[tuple[str, ...], tuple[frozenset[GroupKey], ...]]] = {}

    def of(self, label: IntArray) -> tuple[tuple[str, ...], tuple[frozenset[GroupKey], ...]]:
        """Return names and groups, [line]."""
        key = label.tobytes()
        if key not in self.known:
            there = [self.labels[k] for k in label.tolist()]
            self.known[key] = tuple(one[0] for one in there), tuple(one[1] for one in there)
        return self.known[key]


def _priced(
    mine: _Flat, words: _Words, blocks: Sequence[RowBlock], laws: Sequence[Law]
) -> PricedLaw:
    """Return one draw's lines."""
    names, members = words.of(mine.label)
    lines = PricedLines(
        exporter=mine.exporter,
        importer=mine.importer,
        sector=mine.sector,
        weight=mine.weight,
        tariff=mine.tariff,
        known=mine.known,
        names=names,
        members=members,
    )
    states = tuple(LineLaw(new, ice) for new, ice in zip(mine.new, mine.iceberg, strict=True))
    return PricedLaw(lines, states, (), _quotas(mine, members, blocks, laws))


def _quotas(
    mine: _Flat,
    members: tuple[frozenset[GroupKey], ...],
    blocks: Sequence[RowBlock],
    laws: Sequence[Law],
) -> tuple[QuotaNote, ...]:
    limited = {k for k, law in enumerate(laws) if law.quota is not None}
    found: dict[tuple[int, int, str], list[int]] = {}
    for number in np.unique(mine.block).tolist() if limited else ():
        block = blocks[number]
        if limited.isdisjoint(block.law[:, 1:].ravel().tolist()):
            continue
        inside = np.flatnonzero(mine.block == number).tolist()
        for g, group in enumerate(block.groups):
            for view in range(1, block.law.shape[1]):
                law = int(block.law[g, view])
                if law in limited:
                    hit = [k for k in inside if group.key in members[k]]
                    found.setdefault((view - 1, law, group.product), []).extend(hit)
    return tuple(quota_notes(found, laws))
