"""Which duties bear on which cells of a world, in several states of law, as plain arrays.

A **group** is a product group of a measure; for each importer its duty by state and exporter is the
position of an entry in a table of laws, -1 where nothing is in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.ledger.in_force import InForce, LawView
from countervail.ledger.measure import Coverage, Measure, Quota, meant
from countervail.ledger.stacking import Duty
from countervail.world.carving.record import Carving

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]
GroupKey = tuple[str, str]
"""Measure id and product id."""


class Tariffed(Protocol):
    """What the ledger needs of a world.

    ``trade`` and ``tariff`` are [exporter, importer, sector]; the tariff is a fraction. ``carving``
    says which of its sectors are goods, None where none is.
    """

    @property
    def countries(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def sectors(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def trade(self) -> Array: ...  # noqa: D102
    @property
    def tariff(self) -> Array: ...  # noqa: D102
    @property
    def carving(self) -> Carving | None: ...  # noqa: D102


class Dated(Tariffed, Protocol):
    """A world that says which law its tariffs state, by importer."""

    @property
    def law_date(self) -> tuple[date | None, ...]: ...  # noqa: D102


@dataclass(frozen=True)
class Law:
    """What an entry does to a line that pays it.

    Attributes:
        duty: the duty, as stacking reads it.
        programme: the programme under which part of the line is free of it.
        free: that part.
        quota: the quantity let in at this rate.
    """

    duty: Duty
    programme: str | None = None
    free: float = 0.0
    quota: Quota | None = None


@dataclass(eq=False)
class Group:
    """A product group of a measure on one importer's side.

    Attributes:
        measure: the instrument.
        product: id of the product group.
        law: position in the table of laws, -1 for none, [state, exporter].
        always: exporters in whose cells its goods are lines whatever is in force, [exporter].
    """

    measure: Measure
    product: str
    law: Index
    always: Mask

    @property
    def key(self) -> GroupKey:
        """Measure id and product id."""
        return self.measure.id, self.product

    @property
    def name(self) -> str:
        """The product group's name."""
        return self.measure.product[self.product].name


class Unpriced(NamedTuple):
    """A measure, or a group of it, that is recorded and not priced.

    Attributes:
        measure: id of the measure.
        product: id of the product group; empty for the whole measure.
        why: the reason.
    """

    measure: str
    product: str
    why: str


@dataclass(eq=False)
class Duties:
    """Every group by importer, the table of laws, and what was left out and why.

    Attributes:
        groups: groups by position of the importer.
        laws: the table of laws.
        made_of: by law where it stands in the states of law, as (state, entry): once for every
            rate entry that says the same.
        unpriced: measures and groups whose law differs and that are not priced, in words.
        absent: countries that measures whose law differs name and the world lacks.
    """

    groups: dict[int, dict[GroupKey, Group]] = field(default_factory=dict)
    laws: list[Law] = field(default_factory=list)
    made_of: list[list[tuple[int, int]]] = field(default_factory=list)
    unpriced: dict[str, Unpriced] = field(default_factory=dict)
    absent: dict[str, tuple[str, ...]] = field(default_factory=dict)


def gather(
    countries: Sequence[str], views: Sequence[LawView], goods: LawView | None = None
) -> Duties:
    """Return the duties of several states of law on the countries of a world.

    Args:
        countries: of the world.
        views: the states of law.
        goods: whose products are lines whatever is in force; their rates play no part.
    """
    found, places = Duties(), _Places(tuple(countries))
    known: dict[tuple[object, ...], int] = {}
    said: set[tuple[int, int]] = set()
    changing = differing(views)
    for state, view in enumerate(views):
        for number, entry in enumerate(view.entries):
            measure, rate = entry.measure, entry.rate
            if measure.outside_model or not rate.priced:
                if measure.id in changing:
                    why = measure.outside_model or rate.note or "its rate was not found"
                    found.unpriced.setdefault(measure.id, Unpriced(measure.id, "", why))
                continue
            means = measure.id, rate.law, measure.stacking.displaces
            law = known.setdefault(means, len(found.laws))
            if law == len(found.laws):
                found.laws.append(law_of(entry))
                found.made_of.append([])
            if (law, id(rate)) not in said:
                said.add((law, id(rate)))
                found.made_of[law].append((state, number))
            importers, exporters = places.importers(entry), places.exporters(entry)
            missing = places.missing(entry)
            if missing and measure.id in changing:
                found.absent[measure.id] = missing
            products: list[str] = []
            for product in entry.products:
                reason = measure.product[product].outside_model
                if reason is None:
                    products.append(product)
                elif measure.id in changing:
                    what = f"{measure.product[product].name} of {measure.id}"
                    found.unpriced[what] = Unpriced(measure.id, product, reason)
            for n in importers:
                table = found.groups.setdefault(n, {})
                for product in products:
                    group = _group(table, measure, product, len(views), len(countries))
                    group.law[state, exporters] = law
                    group.law[state, n] = -1
    for entry in goods.entries if goods is not None else ():
        for n in places.importers(entry):
            table = found.groups.setdefault(n, {})
            for product in entry.products:
                group = _group(table, entry.measure, product, len(views), len(countries))
                group.always[places.exporters(entry)] = True
                group.always[n] = False
    return found


def _group(
    table: dict[GroupKey, Group], measure: Measure, product: str, states: int, countries: int
) -> Group:
    """Return an importer's group, made where it is new."""
    key = measure.id, product
    if key not in table:
        empty = np.full((states, countries), -1, dtype=np.int64)
        table[key] = Group(measure, product, empty, np.zeros(countries, dtype=np.bool_))
    return table[key]


class Weighted(NamedTuple):
    """A group's weight in a sector by exporter, [exporter].

    Attributes:
        weight: 0 to 1; 0 where no table speaks; of many draws, [draw, exporter].
        estimated: where it is published, proxy or equal.
        whole: where the group is the entire sector.
        spoken: where a table speaks of the exporter.
    """

    weight: Array
    estimated: Mask
    whole: Mask
    spoken: Mask


def no_weight(shape: tuple[int, ...]) -> Weighted:
    """Return the weights of a group of which no table speaks."""
    none = np.zeros(shape)
    return Weighted(none, none > 0, none > 0, none > 0)


class Sourced(NamedTuple):
    """Where a group's weight in a sector stands, by exporter.

    Attributes:
        place: position among ``keys``, -1 where no table speaks, [exporter].
        keys: number of a table, and a key of its weights.
        estimated: where the weight is published, proxy or equal, [exporter].
        whole: where the group is the entire sector, [exporter].
    """

    place: Index
    keys: tuple[tuple[int, str], ...]
    estimated: Mask
    whole: Mask


def sources(
    measure: Measure, tables: Iterable[Coverage], importer: str, exporters: Sequence[str]
) -> Sourced:
    """Return which weight of the coverage tables of one group and sector holds, by exporter.

    A pair wins over a country, a country over a group, a group over ``*``.
    """
    count = len(exporters)
    place, rank = np.full(count, -1), np.zeros(count, dtype=np.int64)
    estimated, whole = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    at = {code: i for i, code in enumerate(exporters)}
    keys: list[tuple[int, str]] = []
    for number, table in enumerate(tables):
        for key in table.weights:
            level, sellers = meant(key, importer, measure.controls_exports)
            if sellers is None:
                where = np.arange(count)
            else:
                where = np.array([at[c] for c in sellers if c in at], dtype=np.int64)
            where = where[rank[where] < level]
            if len(where):
                rank[where], place[where] = level, len(keys)
                estimated[where], whole[where] = table.estimated, table.basis == "whole"
                keys.append((number, key))
    return Sourced(place, tuple(keys), estimated, whole)


def weights(
    measure: Measure, tables: Sequence[Coverage], importer: str, exporters: Sequence[str]
) -> Weighted:
    """Return the weights that coverage tables of one group and sector give, by exporter."""
    found = sources(measure, tables, importer, exporters)
    held = np.array([*(tables[number].weights[key] for number, key in found.keys), 0.0])
    return Weighted(held[found.place], found.estimated, found.whole, found.place >= 0)


def differing(views: Sequence[LawView]) -> frozenset[str]:
    """Return the ids of the measures whose law is not the same in every view.

    Talks and threats that only came or went before the first state are no law and are left aside.
    """
    laws: list[dict[str, set[object]]] = []
    talk: set[str] = set()
    for view in views:
        found: dict[str, set[object]] = {}
        for e in view.entries:
            law = e.rate.law, e.products, e.targets, e.implementers
            found.setdefault(e.measure.id, set()).add(law)
            if e.measure.instrument in ("agreement", "negotiation", "investigation", "threat"):
                talk.add(e.measure.id)
        laws.append(found)
    every = {id for found in laws for id in found}

    def differs(id: str) -> bool:
        seen = [found.get(id) for found in (laws[1:] if id in talk else laws)]
        return any(law != seen[0] for law in seen)

    return frozenset(id for id in every if differs(id))


def law_of(entry: InForce) -> Law:
    """Return what an entry does to a line that pays it."""
    measure, rate = entry.measure, entry.rate
    duty = Duty(
        measure=measure.id,
        basis=rate.basis or "additional",
        rate=(rate.rate or 0.0) / 100.0,
        share=rate.dutiable_share.value if rate.dutiable_share else 1.0,
        displaces=frozenset(measure.stacking.displaces),
        yields_to=frozenset(measure.stacking.yields_to),
    )
    free = rate.exempt
    return Law(duty, free.programme if free else None, free.share if free else 0.0, rate.quota)


@dataclass(frozen=True)
class _Places:
    """Where ISO3 codes stand among a world's countries.

    A world may hold a group (``EU27``) as one country: it is meant where all its members are.
    """

    countries: tuple[str, ...]

    @cached_property
    def _blocs(self) -> Mapping[str, frozenset[str]]:
        alone = [c for c in self.countries if c not in labels.countries() and c in labels.groups()]
        return {c: frozenset(labels.group(c)) for c in alone}

    @cached_property
    def _unknown(self) -> frozenset[str]:
        known = labels.countries()
        return frozenset(c for c in self.countries if c not in known and c not in self._blocs)

    @cached_property
    def _cache(self) -> dict[tuple[tuple[str, ...], bool], Index]:
        return {}

    def importers(self, entry: InForce) -> list[int]:
        """Return the positions of the importers an entry bears on."""
        every = entry.all_targets and entry.measure.controls_exports
        return [int(i) for i in self._find(entry.importers, every)]

    def exporters(self, entry: InForce) -> Index:
        """Return the positions of the exporters an entry bears on."""
        every = entry.all_targets and not entry.measure.controls_exports
        return self._find(entry.exporters, every)

    def missing(self, entry: InForce) -> tuple[str, ...]:
        """Return the codes an entry names one by one that the world does not hold."""
        named = set(entry.implementers)
        if not entry.all_targets:
            named |= set(entry.targets)
        held = set(self.countries).union(*self._blocs.values())
        return tuple(sorted(named - held))

    def _find(self, codes: tuple[str, ...], every: bool) -> Index:
        if (codes, every) not in self._cache:
            wanted = set(codes)
            wanted |= {bloc for bloc, members in self._blocs.items() if members <= wanted}
            wanted |= self._unknown if every else frozenset()
            found = [i for i, c in enumerate(self.countries) if c in wanted]
            self._cache[codes, every] = np.array(found, dtype=np.int64)
        return self._cache[codes, every]
