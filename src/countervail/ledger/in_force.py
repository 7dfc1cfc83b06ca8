"""The law on a day, with two clocks: what is in force, and what had been announced.

For one product and one target, the governing entry of a measure is the one that came into force
last on or before the day (of two on one day, the one announced later). An expired entry that
``reverts`` gives way to the one before it; one that ``ends``, and an ``ended`` entry, leave
nothing. Seen from an earlier day (``known_on``), entries announced after that day do not exist,
and a step that never came is still expected until its planned day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from countervail.ledger import parties
from countervail.ledger.measure import Measure, Rate, Settled
from countervail.schema.shown import Shown


@dataclass(frozen=True)
class InForce:
    """A rate entry with the products and targets it governs on a day.

    Attributes:
        measure: the instrument.
        rate: the entry.
        products: ids of the product groups.
        targets: ISO3 codes it applies to.
        implementers: ISO3 codes that apply it.
        all_targets: True where the law names everyone, so also countries without a code.
    """

    measure: Measure
    rate: Rate
    products: tuple[str, ...]
    targets: tuple[str, ...]
    implementers: tuple[str, ...]
    all_targets: bool = False

    @property
    def importers(self) -> tuple[str, ...]:
        """The countries whose imports it bears on."""
        return self.targets if self.measure.controls_exports else self.implementers

    @property
    def exporters(self) -> tuple[str, ...]:
        """The countries whose exports it bears on."""
        return self.implementers if self.measure.controls_exports else self.targets


@dataclass(frozen=True)
class LawView(Shown):
    """What is in force: on one day, or put together from the views of several.

    Attributes:
        date: the day; None for a view put together from several days.
        known_on: the day up to which announcements are seen; None sees all.
        entries: what is in force.
    """

    date: dt.date | None
    known_on: dt.date | None
    entries: tuple[InForce, ...]

    def __repr__(self) -> str:
        day = "several days" if self.date is None else self.date
        known = "" if self.known_on is None else f", as known on {self.known_on}"
        return f"<LawView of {day}{known}: {len(self.ids)} measures in force>"

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the measures in force, each once."""
        return tuple(dict.fromkeys(e.measure.id for e in self.entries))

    def only(self, ids: Collection[str]) -> LawView:
        """Return the view with these measures alone."""
        return self._keep(lambda e: e.measure.id in ids)

    def without(self, ids: Collection[str], products: Collection[str] | None = None) -> LawView:
        """Return the view without these measures, or without these products of them."""
        kept = []
        for e in self.entries:
            if e.measure.id not in ids:
                kept.append(e)
            elif products is not None:
                left = tuple(p for p in e.products if p not in products)
                kept += [replace(e, products=left)] if left else []
        return replace(self, entries=tuple(kept))

    def replace(
        self, ids: Collection[str], other: LawView, products: Collection[str] | None = None
    ) -> LawView:
        """Return the view with these measures (or these products of them) as ``other`` has them."""
        taken = other.only(ids)
        if products is not None:
            named = {p for e in taken.entries for p in e.products}
            taken = taken.without(ids, named - set(products))
        kept = self.without(ids, products)
        return replace(self, entries=kept.entries + taken.entries)

    def drawn(self, measures: Mapping[str, Measure]) -> LawView:
        """Return the same law with other numbers in its measures: what is in force stays.

        Args:
            measures: by id, each with the rate entries of the one it replaces, in their order.
        """
        place: dict[str, dict[int, int]] = {}
        entries = []
        for e in self.entries:
            other = measures[e.measure.id]
            if other is not e.measure:
                if other.id not in place:
                    place[other.id] = {id(rate): k for k, rate in enumerate(e.measure.rates)}
                e = replace(e, measure=other, rate=other.rates[place[other.id][id(e.rate)]])
            entries.append(e)
        return replace(self, entries=tuple(entries))

    def aimed_at(self, codes: Collection[str]) -> LawView:
        """Return the entries that bear on any of these countries."""
        return self._keep(lambda e: not set(codes).isdisjoint(e.targets))

    def among(self, one: Collection[str], other: Collection[str]) -> LawView:
        """Return what either side lays on the other, each entry with those of the sides alone."""
        kept = []
        for e in self.entries:
            for ours, theirs in ((set(one), set(other)), (set(other), set(one))):
                by = tuple(c for c in e.implementers if c in ours)
                on = tuple(c for c in e.targets if c in theirs)
                kept += (
                    [replace(e, implementers=by, targets=on, all_targets=False)]
                    if by and on
                    else []
                )
        return replace(self, entries=tuple(kept))

    def of_goods(self, wanted: Callable[[Measure, str], bool]) -> LawView:
        """Return the view with the product groups alone for which ``wanted`` is true."""
        kept = []
        for e in self.entries:
            products = tuple(p for p in e.products if wanted(e.measure, p))
            kept += [replace(e, products=products)] if products else []
        return replace(self, entries=tuple(kept))

    def for_importers(self, codes: Collection[str]) -> LawView:
        """Return the part of the view that bears on imports of these countries."""
        kept = []
        for e in self.entries:
            if e.measure.controls_exports:
                inside = tuple(c for c in e.targets if c in codes)
                part = replace(e, targets=inside, all_targets=False)
            else:
                inside = tuple(c for c in e.implementers if c in codes)
                part = replace(e, implementers=inside)
            kept += [part] if inside else []
        return replace(self, entries=tuple(kept))

    def _keep(self, wanted: Callable[[InForce], bool]) -> LawView:
        return replace(self, entries=tuple(e for e in self.entries if wanted(e)))


def entries_in_force(
    measure: Measure, on: dt.date, known_on: dt.date | None = None
) -> list[InForce]:
    """Return what a measure lays down on a day, in the order of its entries."""
    by_entry: dict[int, dict[frozenset[str], list[str]]] = {}
    for product in measure.product:
        for index, covered in governing(measure, product, on, known_on):
            if not measure.rates[index].ended:
                by_entry.setdefault(index, {}).setdefault(covered, []).append(product)
    implementers = parties.resolve((measure.implementer,), on)
    return [
        InForce(
            measure,
            measure.rates[index],
            tuple(products),
            tuple(sorted(covered)),
            tuple(sorted(implementers)),
            all_targets=parties.ALL in (measure.rates[index].targets or measure.targets),
        )
        for index, groups in sorted(by_entry.items())
        for covered, products in groups.items()
    ]


def governing(
    measure: Measure, product: str, on: dt.date, known_on: dt.date | None = None
) -> list[tuple[int, frozenset[str]]]:
    """Return the governing entries of one product: (position, the targets each governs).

    Entries that end the measure are among them; an expired one governs nothing, but keeps what
    lies before it from governing, unless it reverts.
    """
    found = []
    left: frozenset[str] | None = None
    for index in measure.newest_first[product]:
        entry = measure.rates[index]
        if not seen(entry, known_on) or entry.in_force is None or entry.in_force > on:
            continue
        expired = entry.expires is not None and entry.expires < on
        if expired and entry.on_expiry == "reverts":
            continue
        named = targets(measure, entry, on)
        covered = named if left is None else named & left
        if covered and not expired:
            found.append((index, covered))
        left = (targets(measure, None, on) if left is None else left) - covered
        if not left:
            break
    return found


def seen(entry: Rate, known_on: dt.date | None) -> bool:
    """Return whether an entry exists for someone who knows what was announced by ``known_on``."""
    if entry.never:
        planned = entry.in_force
        if known_on is None or planned is None or known_on >= planned:
            return False
    return known_on is None or entry.announced <= known_on


def targets(measure: Measure, entry: Rate | Settled | None, on: dt.date) -> frozenset[str]:
    """Return the ISO3 codes an entry, or the measure as a whole, is aimed at on a day."""
    own = parties.resolve((measure.implementer,), on)
    every = parties.resolve(measure.targets, on, own)
    if entry is None:
        return every
    named = parties.resolve(entry.targets, on, own) & every if entry.targets else every
    return named - parties.resolve(entry.except_targets, on) if entry.except_targets else named


def merged(views: Iterable[LawView]) -> LawView:
    """Return one view with the entries of all."""
    return LawView(None, None, tuple(e for view in views for e in view.entries))
