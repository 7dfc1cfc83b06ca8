"""Blocks of lines: one importer and sector, the exporters on whom the same laws bear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.ledger.notes import About, Cell, Notes
from countervail.ledger.pricing import atoms
from countervail.ledger.pricing.cells import Group, GroupKey, Law
from countervail.ledger.pricing.line_rates import (
    BaseRates,
    base_rates,
    new_rates,
    open_rates,
    own_rate,
)
from countervail.ledger.stacking import NOTHING, Stack, combine
from countervail.world.goods import REST

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Place:
    """An importer and a sector: positions and codes, and the codes of all countries."""

    importer: int
    sector: int
    importer_code: str
    sector_code: str
    countries: tuple[str, ...]

    def cell(self, exporter: int, *parts: About) -> Cell:
        """Return a cell with what is to be said of it."""
        return Cell(self.countries[exporter], self.importer_code, self.sector_code, parts)


@dataclass(frozen=True, eq=False)
class Block:
    """Exporters of one importer and sector on which the same groups and laws bear.

    Attributes:
        importer: position.
        sector: position.
        exporter: positions, [row].
        weight: [row, line].
        tariff: base rate, [row, line].
        known: where the own duty is known, [row, line].
        new: rate by state, [state, row, line].
        closed: lines under a ban, [state, line].
        names: by line.
        members: by line.
        groups: the groups, in the order of ``law``.
        law: position in the table of laws by view, [group, view].
    """

    importer: int
    sector: int
    exporter: IntArray
    weight: Array
    tariff: Array
    known: Mask
    new: Array
    closed: Mask
    names: tuple[str, ...]
    members: tuple[frozenset[GroupKey], ...]
    groups: tuple[Group, ...]
    law: IntArray


class Part(NamedTuple):
    """A part of an atom, by programme.

    Attributes:
        share: of the atom.
        stacks: what the laws on it come to in every view, the base first.
        words: which programme it claims, for its name.
    """

    share: float
    stacks: tuple[Stack, ...]
    words: str


class Stacks:
    """What sets of laws come to, each combined once."""

    def __init__(self, laws: Sequence[Law]) -> None:
        self.laws = laws
        self.known: dict[frozenset[tuple[int, bool]], Stack] = {}
        self.split: dict[bytes, list[Part]] = {}

    def parts(self, law: IntArray, where: str) -> list[Part]:
        """Return an atom's parts by programme, one where programmes change nothing.

        Args:
            law: positions of the laws in force on it, -1 for none, [group, view].
            where: the lines in words, for messages.
        """
        key = bytes(law.shape[1]) + law.tobytes()
        if key not in self.split:
            views = range(law.shape[1])
            found = [
                Part(share, tuple(self.of(law[:, v], free, where) for v in views), words)
                for share, free, words in _sublines(self.laws, law)
            ]
            if all(part.stacks == found[0].stacks for part in found):
                found = [Part(1.0, found[0].stacks, "")]
            self.split[key] = found
        return self.split[key]

    def of(self, law: IntArray, free: frozenset[int], where: str) -> Stack:
        """Return what the laws on a line come to.

        Args:
            law: positions of the laws in force on it, -1 for none.
            free: positions of the laws its goods are exempt from.
            where: the line in words, for messages.
        """
        key = frozenset((int(x), int(x) in free) for x in law if x >= 0)
        if not key:
            return NOTHING
        if key not in self.known:
            duties = [replace(self.laws[x].duty, exempt=exempt) for x, exempt in key]
            self.known[key] = combine(duties, where)
        return self.known[key]


def make_block(
    place: Place,
    exporter: IntArray,
    cell_rate: Array,
    groups: tuple[Group, ...],
    law: IntArray,
    fitted: atoms.AtomWeights,
    stacks: Stacks,
    notes: Notes,
    *,
    closed: bool,
) -> Block:
    """Return the lines of exporters under the same laws: atoms, split by programme.

    Args:
        place: the importer and the sector.
        exporter: positions of the exporters, [row].
        cell_rate: the cells' base tariffs, [row].
        groups: the groups in force in any state.
        law: position in the table of laws by view, the base first, [group, view].
        fitted: weights of the groups' atoms.
        stacks: what laws come to.
        notes: where to say what did not fit.
        closed: whether the lines come to ``cell_rate``, or it is the rate of what has no own one.
    """
    views = range(law.shape[1])
    where = f"imports of {place.importer_code} in {place.sector_code}"
    shares: list[Array] = []
    on_line: list[tuple[Stack, ...]] = []
    parts: list[tuple[IntArray, str]] = []
    for a in np.flatnonzero(fitted.atom.max(axis=0) > 0):
        inside = np.flatnonzero(fitted.member[:, a])
        for part in stacks.parts(law[inside], where):
            shares.append(fitted.atom[:, a] * part.share)
            on_line.append(part.stacks)
            parts.append((inside, part.words))
    weight = np.stack(shares, axis=1)
    own = np.array([own_rate(groups, inside, fitted.member) for inside, _ in parts])
    base_law = [s[0] for s in on_line]
    plain = all(s == NOTHING for s in base_law)
    base = (
        base_rates(weight, base_law, own, cell_rate, plain=plain)
        if closed
        else open_rates(base_law, own, cell_rate)
    )
    new = np.stack(_rates_by_view(base.tariff, base.underlying, on_line, views[1:]))
    below = np.asarray((new < -1e-9).any(axis=(0, 2)))
    _say_misfits(notes, place, exporter, cell_rate, base, below)
    if any(s[0].ban for s in on_line):
        notes.say("ban_stands", importer=place.importer_code, sector=place.sector_code)
    return Block(
        importer=place.importer,
        sector=place.sector,
        exporter=exporter,
        weight=weight,
        tariff=base.tariff,
        known=base.known,
        new=np.maximum(new, 0.0),
        closed=np.array([[s[v].ban and not s[0].ban for s in on_line] for v in views[1:]]),
        names=tuple(
            line_name(place.sector_code, groups, inside, fitted.member) + words
            for inside, words in parts
        ),
        members=tuple(frozenset(groups[g].key for g in inside) for inside, _ in parts),
        groups=groups,
        law=law,
    )


def _rates_by_view(
    tariff: Array, underlying: Array, stacks: Sequence[Sequence[Stack]], views: range
) -> list[Array]:
    """Return what lines pay in every view; views of one law on them, of a thousand, are one."""
    known: dict[tuple[int, ...], Array] = {}
    found = []
    for view in views:
        law = tuple(id(stack[view]) for stack in stacks)  # ``Stacks`` combines each law once
        if law not in known:
            changed = [stack[view] != stack[0] for stack in stacks]
            known[law] = new_rates(tariff, underlying, stacks, view, changed)
        found.append(known[law])
    return found


def _sublines(laws: Sequence[Law], law: IntArray) -> Iterator[tuple[float, frozenset[int], str]]:
    """Yield the parts of an atom by programme: share, the laws they are free of, in words.

    The goods of an atom stand in a row, those that claim a programme most readily first; a duty
    that exempts 0.4 frees the first 0.4 of them. One programme is the same row in every measure.
    """
    programmes: dict[str, set[float]] = {}
    ids = set(law.ravel().tolist()) - {-1}
    for x in ids:
        programme = laws[x].programme
        if programme is not None and laws[x].free > 0:
            programmes.setdefault(programme, set()).add(laws[x].free)
    parts: list[tuple[float, frozenset[int], str]] = [(1.0, frozenset(), "")]
    for programme, shares in sorted(programmes.items()):
        edges = sorted(shares | {0.0, 1.0})
        split = []
        for low, high in pairwise(edges):
            free = frozenset(
                x for x in ids if laws[x].programme == programme and high <= laws[x].free
            )
            if len(shares) > 1:
                words = f", {programme} {100 * low:.0f}-{100 * high:.0f} %"
            else:
                words = f", claiming {programme}" if free else f", not claiming {programme}"
            split += [(part * (high - low), f | free, w + words) for part, f, w in parts]
        parts = split
    for part, free, words in parts:
        if part > 0:
            yield part, free, words


def line_name(code: str, groups: Sequence[Group], inside: IntArray, member: Mask) -> str:
    """Return what an atom holds: its narrowest groups by name, or 'other ...'."""
    if not len(inside):
        return rest_of(code)
    narrow = [
        g
        for g in inside
        if not any(
            h != g and member[h].sum() < member[g].sum() and not (member[h] & ~member[g]).any()
            for h in inside
        )
    ]
    return " and ".join(dict.fromkeys(groups[g].name for g in narrow))


def rest_of(code: str) -> str:
    """Return what is left of a sector or of a good, in words; a label of one's own as it is."""
    known = labels.sectors().get(code.removesuffix(REST))
    return f"other {known.name[:1].lower()}{known.name[1:]}" if known else f"other {code}"


def _say_misfits(
    notes: Notes, place: Place, exporter: IntArray, cell_rate: Array, base: BaseRates, below: Mask
) -> None:
    """Say where the world's rate rules out what is known, or a duty would go below zero."""
    for rows, kind in (
        (base.own_aside & ~base.law_aside, "own_aside"),
        (base.law_aside, "law_aside"),
    ):
        for row in np.flatnonzero(rows):
            rate = About((100 * float(cell_rate[row]),))
            notes.cell(place.cell(int(exporter[row]), rate), kind)
    for row in np.flatnonzero(below):
        notes.cell(place.cell(int(exporter[row])), "below_zero")
