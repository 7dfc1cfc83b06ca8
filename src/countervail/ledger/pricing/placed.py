"""Which lines a change of law bears on, and which of them a world cannot hold or nothing prices.

A line here is a product group of a measure in a sector of a pair, where the law differs between two
states. What is left out is named, with the reason; nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.in_force import InForce, LawView
from countervail.ledger.notes import listed
from countervail.ledger.pricing.cells import Duties, Group, Tariffed, differing, gather, weights
from countervail.ledger.pricing.in_goods import in_goods
from countervail.ledger.pricing.spreading import covered

Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Why(NamedTuple):
    """Why lines are left out.

    Attributes:
        words: the reason, of ``{measures}``, ``{goods}``, ``{sectors}``, ``{pairs}``, ``{reason}``.
        then: what to do.
    """

    words: str
    then: str


WHYS: dict[str, Why] = {
    "no_sector": Why(
        "it has no sector {sectors}, for {goods}",
        "use the built-in world, or merge it with world.aggregate, which keeps what labels hold",
    ),
    "no_codes": Why(
        "law on {goods} may bear on its goods {sectors}, which name no HS codes",
        "give those goods their HS codes in the table of goods",
    ),
    "no_country": Why(
        "it holds no two countries that {measures} stands between",
        "use a world that holds them, or merge the built-in one with world.aggregate",
    ),
    "one_country": Why(
        "{goods} between {pairs}, which are one country in it", "keep these countries apart"
    ),
    "uncovered": Why(
        "{goods} of {measures} has no coverage of {pairs}", "add a [[coverage]] to its measure file"
    ),
    "unpriced": Why(
        "{measures} cannot be priced: {reason}",
        "leave it out of the question, or list it under [[outside]]",
    ),
    "before_record": Why("{reason}", "take a later date"),
    "after_record": Why(
        "{reason}", "take an earlier date, or known_on: the law as announced by a day"
    ),
}
"""Every reason for which something is left out, and what to do about it."""


MOST = 3
"""Reasons reported at most in one sentence."""


class LeftOut(NamedTuple):
    """A line, or a date, that has no place in the answer.

    Attributes:
        why: one of :data:`WHYS`.
        measure: id; empty for a date.
        product: id of the product group; empty for the whole measure.
        goods: its name.
        exporter, importer, sector: the cell, as far as there is one.
        reason: more of why, in words.
    """

    why: str
    measure: str = ""
    product: str = ""
    goods: str = ""
    exporter: str = ""
    importer: str = ""
    sector: str = ""
    reason: str = ""

    @property
    def name(self) -> str:
        """What it is, in words: the measure, or goods of it."""
        return f"{self.goods} of {self.measure}" if self.product else self.measure

    @property
    def names(self) -> frozenset[str]:
        """What it may be called where a question lists what stays outside."""
        return frozenset((self.measure, self.goods, self.name)) - {""}

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it, with the reason in words."""
        own = {name: value or None for name, value in self._asdict().items()}
        return {**own, "reason": reasons_of((self,))}


class Asked(NamedTuple):
    """The lines a change of law bears on.

    Attributes:
        lines: how many, those left out among them.
        left_out: those that have no place.
    """

    lines: int
    left_out: tuple[LeftOut, ...]


def reasons_of(left_out: Sequence[LeftOut]) -> str:
    """Return why things are left out, in words: one reason after another."""
    found: dict[tuple[str, str], list[LeftOut]] = {}
    for one in left_out:
        found.setdefault((one.why, one.reason), []).append(one)
    said = [
        WHYS[why].words.format(
            measures=listed(_each(one.measure for one in these), 3),
            goods=listed(_each(one.goods for one in these), 3),
            sectors=listed(_each(one.sector for one in these), 3),
            pairs=listed(_each(f"{one.exporter}>{one.importer}" for one in these), 3),
            reason=reason.rstrip("."),
        )
        for (why, reason), these in found.items()
    ]
    more = f"; and {len(said) - MOST} more reasons" if len(said) > MOST else ""
    return "; ".join(said[:MOST]) + more


def counts(lines: int, left_out: Sequence[LeftOut]) -> str:
    """Return how much is left out: ``3 of 12 lines left out``; empty where nothing is."""
    without = sum(1 for one in left_out if one.measure)
    said = [f"{without} of {in_words(lines)} left out"] if without else []
    dates = ["a date outside the record"] if without < len(left_out) else []
    return "; ".join([*said, *dates])


def in_words(lines: int) -> str:
    """Return a number of lines: ``1 line``, ``12 lines``."""
    return f"{lines:,} line{'s'[: lines != 1]}"


def remedy(left_out: Sequence[LeftOut]) -> str:
    """Return what to do about what is left out, in words."""
    return "; ".join(WHYS[why].then for why in _each(one.why for one in left_out))


def asked_of(
    table: Tariffed,
    before: LawView,
    after: LawView,
    pairs: Collection[tuple[str, str]] | None = None,
    home: Positions | None = None,
) -> Asked:
    """Return the lines on which the law differs between two states, and those left out.

    Args:
        table: the finest table of a world.
        before, after: the two states of law.
        pairs: (exporter, importer) asked about; None for all.
        home: position of the world's country that each of the table's is in; None for itself.
    """
    codes = table.countries
    duties = gather(codes, (before, after))
    asked = np.ones((len(codes), len(codes)), dtype=np.bool_)
    if pairs is not None:
        at = {code: k for k, code in enumerate(codes)}
        asked[:] = False
        for exporter, importer in pairs:
            if exporter in at and importer in at:
                asked[at[exporter], at[importer]] = True
    found = _Found(table, asked, home)
    for n, groups in sorted(duties.groups.items()):
        for group in groups.values():
            found.add(n, group)
    nowhere = tuple(_nowhere(duties, (before, after), pairs))
    left = (*_unpriced(duties, (before, after), pairs), *nowhere)
    return Asked(found.lines + len(left), (*left, *found.left_out))


class _Found:
    """Lines counted, group by group."""

    def __init__(self, table: Tariffed, asked: Mask, home: Positions | None) -> None:
        self.table, self.asked = table, asked
        self.home = np.arange(len(table.countries)) if home is None else home
        self.trade = np.asarray(table.trade)
        self.sector_of = {code: j for j, code in enumerate(table.sectors)}
        self.lines = 0
        self.left_out: list[LeftOut] = []

    def add(self, n: int, group: Group) -> None:
        """Count the lines of a group on one importer's side."""
        differs = (group.law[0] != group.law[1]) & self.asked[:, n]
        where = np.flatnonzero(differs)
        if not len(where):
            return
        silent = np.ones(len(where), dtype=np.bool_)
        for code, found in covered(self.table, n, group.measure, group.product).weights.items():
            silent &= ~found.spoken[where]
            has = found.weight[where] > 0
            j = self.sector_of.get(code)
            if j is None:
                self._leave("no_sector", n, group, where[has], code)
                continue
            live = where[has & (self.trade[where, n, j] > 0)]
            inside = self.home[live] == self.home[n]
            self._leave("one_country", n, group, live[inside], code)
            self.lines += int((~inside).sum())
        self._leave("uncovered", n, group, where[silent])
        self._leave_nameless(n, group, where)

    def _leave_nameless(self, n: int, group: Group, where: Positions) -> None:
        """Leave out what may be of goods that name no codes, where part of a sector is meant."""
        carving, codes = self.table.carving, self.table.countries
        if carving is None:
            return
        for code, tables in group.measure.coverage_by_product.get(group.product, {}).items():
            for label in in_goods(carving).nameless(code):
                found = weights(group.measure, tables, codes[n], codes)
                part = (found.weight > 0) & ~found.whole
                sold = self.trade[:, n, self.sector_of[label]] > 0
                self._leave("no_codes", n, group, where[(part & sold)[where]], label)

    def _leave(self, why: str, n: int, group: Group, where: Positions, sector: str = "") -> None:
        codes = self.table.countries
        self.lines += len(where)
        self.left_out += [
            LeftOut(why, group.measure.id, group.product, group.name, codes[i], codes[n], sector)
            for i in where
        ]


def _unpriced(
    duties: Duties, views: Sequence[LawView], pairs: Collection[tuple[str, str]] | None
) -> Iterator[LeftOut]:
    """Yield what is recorded and not priced, and bears on the pairs asked about."""
    for one in duties.unpriced.values():
        found = [
            [e for e in view.only((one.measure,)).entries if one.product in ("", *e.products)]
            for view in views
        ]
        laws = [{(e.rate.law, e.targets, e.implementers) for e in part} for part in found]
        entries = [e for part in found for e in part]
        if laws[0] != laws[-1] and any(_bears(e, pairs) for e in entries):
            measure = entries[0].measure
            goods = measure.product[one.product].name if one.product else ""
            yield LeftOut("unpriced", one.measure, one.product, goods, reason=one.why)


def _nowhere(
    duties: Duties, views: Sequence[LawView], pairs: Collection[tuple[str, str]] | None
) -> Iterator[LeftOut]:
    """Yield measures that differ and stand between no two countries of the world."""
    there = {
        group.measure.id
        for groups in duties.groups.values()
        for group in groups.values()
        if (group.law >= 0).any()
    }
    out = {one.measure for one in duties.unpriced.values()}
    for id in sorted(differing(views) - there - out):
        entries = [e for view in views for e in view.only((id,)).entries]
        if any(_bears(e, pairs) for e in entries):
            names = ", ".join(dict.fromkeys(p.name for e in entries for p in e.measure.products))
            yield LeftOut("no_country", id, "", names)


def _bears(entry: InForce, pairs: Collection[tuple[str, str]] | None) -> bool:
    if pairs is None:
        return True
    sellers, buyers = set(entry.exporters), set(entry.importers)
    return any(i in sellers and n in buyers for i, n in pairs)


def _each(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))
