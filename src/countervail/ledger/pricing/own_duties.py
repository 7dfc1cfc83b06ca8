"""Known own duties of goods in the rates of cells (docs/theory.md, Tariff lines).

The rate of a cell is the mean over its lines: each good any measure names at its own duty where
that is known, everything else at the rate of the rest. A world is built so once, with the central
weights of coverage; under other weights own duties and the rate of the rest stand, and the cells'
rates follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from countervail.ledger import parties
from countervail.ledger.in_force import InForce, LawView, targets
from countervail.ledger.ledger import Ledger
from countervail.ledger.notes import Note
from countervail.ledger.pricing.base import base_law, spelled
from countervail.ledger.pricing.cells import Dated
from countervail.ledger.pricing.lines import PricedLaw, PricedLines, price
from countervail.ledger.pricing.together import Drawn, price_draws
from countervail.world.carving.record import Carving

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Cells = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]

NOTHING = LawView(None, None, ())


@dataclass(frozen=True, eq=False)
class _Source:
    """A world before its cells' rates are set; see ``pricing.cells.Tariffed``."""

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    trade: Array
    tariff: Array
    carving: Carving | None = None


def known_goods(ledger: Ledger, on: date) -> LawView:
    """Return every product whose own duty is known, of every measure that can be priced.

    A measure that had already killed the trade of the base year is left out: its weights are of an
    earlier year.

    Args:
        ledger: the measures.
        on: the day on which groups of countries are read.
    """
    entries = []
    for measure in ledger:
        named = tuple(
            p.id for p in measure.products if p.base_rate is not None and p.outside_model is None
        )
        if named and measure.outside_model is None and not measure.suppressed_base:
            own = parties.resolve((measure.implementer,), on)
            entries.append(
                InForce(
                    measure,
                    measure.rates[0],
                    named,
                    tuple(sorted(targets(measure, None, on))),
                    tuple(sorted(own)),
                    all_targets=parties.ALL in measure.targets,
                )
            )
    return LawView(on, None, tuple(entries))


def known_goods_in(world: Dated, ledger: Ledger) -> LawView:
    """Return the known goods of a world, groups of countries as on each importer's date.

    Args:
        world: says the dates.
        ledger: the measures.
    """
    importers: dict[date | None, list[str]] = {}
    for code, day in zip(world.countries, world.law_date, strict=True):
        importers.setdefault(day, []).append(code)
    entries: tuple[InForce, ...] = ()
    for day, codes in importers.items():
        if day is not None:
            entries += known_goods(ledger, day).for_importers(spelled(codes)).entries
    return replace(NOTHING, entries=entries)


def with_own_duties(
    countries: tuple[str, ...],
    sectors: tuple[str, ...],
    trade: Array,
    rest: Array,
    law: LawView,
    goods: LawView,
) -> tuple[Array, tuple[Note, ...]]:
    """Return cells' rates, [exporter, importer, sector], and notes.

    Args:
        countries: labels of the first two axes.
        sectors: labels of the third.
        trade: before tariff, [exporter, importer, sector].
        rest: the rate of everything whose own duty is not known, and without ``law``.
        law: the law the rates are to state.
        goods: what :func:`known_goods` gives.
    """
    priced = price(_Source(countries, sectors, trade, rest), NOTHING, (law,), goods, closed=False)
    return _rates(rest, priced), priced.notes


@dataclass(frozen=True, eq=False)
class OwnDuties:
    """The known own duties in the rates of a world, which stand under any weights of coverage.

    Attributes:
        world: its rates were set with ``ledger``.
        ledger: the measures at their central weights.
    """

    world: Dated
    ledger: Ledger

    @cached_property
    def rest(self) -> tuple[Array, Mask]:
        """The rate of what has no known own duty, without the base law, and where there is any.

        In other cells the rate is the world's. Cells that enter free, and cells whose rate in this
        world rules the known duties out, are not among those set.
        """
        law, goods = base_law(self.ledger, self.world), known_goods_in(self.world, self.ledger)
        priced = price(self.world, law, (NOTHING,), goods)
        lines, rate = priced.lines, np.array(self.world.tariff, dtype=np.float64)
        found = np.zeros(rate.shape, dtype=np.bool_)
        i, n, j = _cells(lines)
        held = lines.known & (rate[i, n, j] > 0)
        found[i[held], n[held], j[held]] = True
        rest = ~lines.known & found[i, n, j]
        rate[i[rest], n[rest], j[rest]] = priced.states[0].tariff_new[rest]
        return rate, found

    def under(self, drawn: Ledger) -> Array:
        """Return the world's tariffs under other weights of coverage.

        Own duties and the rate of the rest stand; the rate of a cell with known own duties follows.

        Args:
            drawn: the measures at other weights.
        """
        return self.under_each((drawn,))[0]

    def under_each(self, drawn: Sequence[Ledger]) -> list[Array]:
        """Return the world's tariffs under weights of coverage, draw by draw.

        Args:
            drawn: the measures at other weights; the same ones move in every draw.
        """
        world, tariff = self.world, np.asarray(self.world.tariff)
        moved = {m.id for m in drawn[0] if m is not self.ledger.measure(m.id)}
        goods = known_goods_in(world, self.ledger)
        importers = {c for e in goods.entries if e.measure.id in moved for c in e.implementers}
        if not importers:
            return [tariff for _ in drawn]
        rest, found = self.rest
        law = base_law(self.ledger, world).for_importers(importers)
        goods = goods.for_importers(importers)
        source = _Source(
            world.countries,
            world.sectors,
            np.asarray(world.trade),
            np.where(found, rest, tariff),
            world.carving,
        )
        here = np.array([not importers.isdisjoint(spelled([c])) for c in world.countries])
        touched = found & here[None, :, None]
        priced = price_draws(
            [
                Drawn(
                    source,
                    (NOTHING, law.drawn(ledger.measures)),
                    goods.drawn(ledger.measures),
                )
                for ledger in drawn
            ],
            closed=False,
        )
        return [np.where(touched, _rates(source.tariff, one), tariff) for one in priced]


def _rates(rest: Array, priced: PricedLaw) -> Array:
    """Return cells' rates: the mean over the lines of those that have lines, else the rest's."""
    rate = rest.copy()
    cell = _cells(priced.lines)
    rate[cell] = 0.0
    np.add.at(rate, cell, priced.lines.weight * priced.states[0].tariff_new)
    return rate


def _cells(lines: PricedLines) -> Cells:
    return lines.exporter, lines.importer, lines.sector
