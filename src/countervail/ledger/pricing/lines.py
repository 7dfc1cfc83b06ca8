"""What states of law do to each line in the cells of a world (docs/theory.md, Tariff lines).

A cell (exporter, importer, sector) whose law differs between states is split into lines: the atoms
of the product groups in force on it, the parts of an atom that claim a programme, and the rest.
Law enters as the signed difference from the law the world's tariffs already state:

    t'_line = t_line + S_state(b_line) - S_base(b_line)

with S the stacked duty (:mod:`countervail.ledger.stacking`) on the line's underlying rate b.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.in_force import LawView
from countervail.ledger.measure import Quota
from countervail.ledger.notes import Note
from countervail.ledger.pricing.blocks import Block
from countervail.ledger.pricing.cells import GroupKey, Law, Tariffed
from countervail.ledger.pricing.splitting import Splitter

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PricedLines:
    """Lines by cell; the weights of a cell sum to one.

    Attributes:
        exporter: position of the exporter, [line].
        importer: position of the importer, [line].
        sector: position of the sector, [line].
        weight: part of the cell's trade before tariff, [line].
        tariff: base rate, a fraction, [line]; weighted by ``weight`` it is the cell's tariff.
        known: whether the line's own duty is known, or the cell enters free, [line].
        names: what the line holds, in words.
        members: (measure id, product id) of every group the line belongs to.
        held: in a merged world, positions of its exporter, importer and sector in the finest table,
            three times [line]; -1 for what no law changes.
    """

    exporter: IntArray
    importer: IntArray
    sector: IntArray
    weight: Array
    tariff: Array
    known: Mask
    names: tuple[str, ...]
    members: tuple[frozenset[GroupKey], ...]
    held: tuple[IntArray, ...] | None = None

    @property
    def finest(self) -> tuple[IntArray, IntArray, IntArray]:
        """Exporter, importer and sector of each line as the law has them, [line]."""
        if self.held is None:
            return self.exporter, self.importer, self.sector
        exporter, importer, sector = self.held
        return exporter, importer, sector

    def __len__(self) -> int:
        return len(self.weight)


@dataclass(frozen=True, eq=False)
class LineLaw:
    """One state of law on the lines: new rate (a fraction) and iceberg cost (inf for a ban)."""

    tariff_new: Array
    iceberg_hat: Array


@dataclass(frozen=True, eq=False)
class QuotaNote:
    """A quantity let in at the rate of its lines.

    Attributes:
        state: position of the state of law it is in force in.
        measure: id of the measure.
        product: id of the product group.
        law: the quota as its measure has it.
        lines: positions of the lines it bears on.
        above: whole rate of each of them on what exceeds it, a fraction, infinite where no more is
            let in [line under it]; None where it was not asked for.
    """

    state: int
    measure: str
    product: str
    law: Quota
    lines: IntArray
    above: Array | None = None

    @property
    def volume(self) -> float:
        """Quantity a period."""
        return self.law.volume

    @property
    def unit(self) -> str:
        """Unit of the volume."""
        return self.law.unit


@dataclass(frozen=True, eq=False)
class PricedLaw:
    """Lines, each state of law on them, and everything there is to say about how they were made."""

    lines: PricedLines
    states: tuple[LineLaw, ...]
    notes: tuple[Note, ...]
    quotas: tuple[QuotaNote, ...]


def price(
    world: Tariffed,
    base: LawView,
    states: Sequence[LawView],
    goods: LawView | None = None,
    *,
    closed: bool = True,
) -> PricedLaw:
    """Return what states of law do to the lines of a world.

    Args:
        world: its tariffs state the law ``base``.
        base: the law the world's tariffs already hold.
        states: the states of law to price.
        goods: whose products are lines whatever is in force
            (:func:`countervail.ledger.pricing.own_duties.known_goods`).
        closed: whether the lines of a cell come to the world's tariff; False where that is the rate
            of everything whose own duty is not known, and the cell's rate follows.

    Raises:
        InputError: two duties would replace the applied rate of one line.
    """
    work = Splitter(world, (base, *states), goods, closed=closed)
    blocks = list(work.blocks())
    return _assemble(work, blocks)


def _assemble(work: Splitter, blocks: Sequence[Block]) -> PricedLaw:
    """Join the blocks into lines, sorted by importer, sector and exporter."""
    exporter, importer, sector, block_of, column = [], [], [], [], []
    weight, tariff, known, new, iceberg = [], [], [], [], []
    states = len(work.views) - 1
    for b, block in enumerate(blocks):
        row, k = np.nonzero(block.weight > 0)
        exporter.append(block.exporter[row])
        importer.append(np.full(len(row), block.importer))
        sector.append(np.full(len(row), block.sector))
        block_of.append(np.full(len(row), b))
        column.append(k)
        weight.append(block.weight[row, k])
        tariff.append(block.tariff[row, k])
        known.append(block.known[row, k])
        new.append(block.new[:, row, k])
        iceberg.append(np.where(block.closed, np.inf, 1.0)[:, k])
    if not blocks:
        none, rate = np.zeros(0, dtype=np.int64), np.zeros(0)
        lines = PricedLines(none, none, none, rate, rate, rate > 0, (), ())
        return PricedLaw(lines, (LineLaw(rate, rate),) * states, _notes(work), ())
    i, n, j = np.concatenate(exporter), np.concatenate(importer), np.concatenate(sector)
    order = np.lexsort((i, j, n))
    home, place = np.concatenate(block_of)[order], np.concatenate(column)[order]
    lines = PricedLines(
        exporter=i[order],
        importer=n[order],
        sector=j[order],
        weight=np.concatenate(weight)[order],
        tariff=np.concatenate(tariff)[order],
        known=np.concatenate(known)[order],
        names=tuple(blocks[b].names[k] for b, k in zip(home.tolist(), place.tolist(), strict=True)),
        members=tuple(
            blocks[b].members[k] for b, k in zip(home.tolist(), place.tolist(), strict=True)
        ),
    )
    rates, costs = np.concatenate(new, axis=1)[:, order], np.concatenate(iceberg, axis=1)[:, order]
    laws = tuple(LineLaw(rates[s], costs[s]) for s in range(states))
    quotas = tuple(_quotas(work, blocks, home, lines))
    return PricedLaw(lines, laws, _notes(work), quotas)


def _quotas(
    work: Splitter, blocks: Sequence[Block], home: IntArray, lines: PricedLines
) -> Iterator[QuotaNote]:
    found: dict[tuple[int, int, str], list[int]] = {}
    for b, block in enumerate(blocks):
        for g, group in enumerate(block.groups):
            for view in range(1, block.law.shape[1]):
                law = int(block.law[g, view])
                if law >= 0 and work.duties.laws[law].quota is not None:
                    inside = [int(k) for k in np.flatnonzero(home == b)]
                    hit = [k for k in inside if group.key in lines.members[k]]
                    found.setdefault((view - 1, law, group.product), []).extend(hit)
    yield from quota_notes(found, work.duties.laws)


def quota_notes(
    found: Mapping[tuple[int, int, str], Iterable[int]], laws: Sequence[Law]
) -> Iterator[QuotaNote]:
    """Yield the quotas that lines stand under.

    Args:
        found: the lines of each, by state of law, position in the table of laws and product.
        laws: the table.
    """
    for (state, law, product), where in sorted(found.items()):
        quota = laws[law].quota
        if quota is not None:
            yield QuotaNote(
                state,
                laws[law].duty.measure,
                product,
                quota,
                np.array(sorted(where), dtype=np.int64),
            )


def _notes(work: Splitter) -> tuple[Note, ...]:
    duties = work.duties
    left_out = [
        Note.of("unpriced", one.measure, what=what, why=one.why)
        for what, one in sorted(duties.unpriced.items())
    ]
    absent = [Note.of("absent", id, countries=c) for id, c in sorted(duties.absent.items())]
    return (*left_out, *absent, *work.notes.all())
