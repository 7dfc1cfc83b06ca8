"""Which law a world's tariffs already state, and the two states of law a question compares.

A world's tariffs are the law of a date, by importer; the ledger is applied as the signed difference
from it. A measure that had already killed the trade of the base year cannot be undone from that
trade: it never counts as base law. Where it is asked about, both states are solved from a world in
which its goods are restored (:mod:`countervail.ledger.pricing.levels`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.ledger.in_force import LawView, merged
from countervail.ledger.ledger import Ledger
from countervail.ledger.notes import Note
from countervail.ledger.pricing.cells import Dated, Tariffed
from countervail.ledger.pricing.lines import price
from countervail.ledger.settled import settlements

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LawStates:
    """The law a world's tariffs hold, the two states to compare, and what there is to say.

    Attributes:
        base: for :func:`countervail.ledger.pricing.lines.price`.
        before: the first state of law.
        after: the second state of law.
        subject: ids of the measures that are asked about; the rest is background.
        notes: how they were put together.
    """

    base: LawView
    before: LawView
    after: LawView
    subject: tuple[str, ...]
    notes: tuple[Note, ...]


def law_states(
    ledger: Ledger,
    world: Dated,
    before: date | str,
    after: date | str,
    subject: Collection[str] | None = None,
    background: date | str | None = None,
    known_on: date | str | None = None,
) -> LawStates:
    """Return the base law and the two states of law of a question.

    Args:
        ledger: the measures.
        world: says which law its tariffs state, by importer.
        before: date of the first state.
        after: date of the second state.
        subject: ids of the measures whose change is asked about; all of them by default.
        background: the date on which all other law stands, in both states; by default ``before``.
        known_on: announcements after this day are not seen.

    Raises:
        InputError: an unknown measure or an impossible date.
    """
    asked = _asked(ledger, before, after, subject, background, known_on)
    notes: list[Note] = []
    notes += _settled(*asked.days, asked.ids)
    kept_out = sorted(set(_suppressed(ledger, asked)) - set(asked.restored(ledger)))
    if kept_out:
        notes.append(Note.of("suppressed_out", *kept_out))
    first, last = asked.first.without(kept_out), asked.last.without(kept_out)
    base = base_law(ledger, world, unknown=first, notes=notes)
    return LawStates(base, first, last, asked.ids, tuple(notes))


def restored_for(
    ledger: Ledger,
    before: date | str,
    after: date | str,
    subject: Collection[str] | None = None,
    background: date | str | None = None,
    known_on: date | str | None = None,
) -> tuple[str, ...]:
    """Return the measures of a question whose goods its world must hold restored.

    Those asked about that state levels; where every measure is asked about, those that change.

    Args:
        ledger, before, after, subject, background, known_on: as for :func:`law_states`.

    Raises:
        InputError: an unknown measure or an impossible date.
    """
    if not any(measure.levels for measure in ledger):
        return ()
    return _asked(ledger, before, after, subject, background, known_on).restored(ledger)


class _Asked(NamedTuple):
    """What is asked about, and both states of law: of the two days, and as asked about."""

    ids: tuple[str, ...]
    days: tuple[LawView, LawView]
    first: LawView
    last: LawView
    everything: bool

    def restored(self, ledger: Ledger) -> tuple[str, ...]:
        """Return the measures in force in either state whose goods are to be restored."""
        there = {*self.first.ids, *self.last.ids} & set(self.ids)
        return tuple(
            id
            for id in sorted(there)
            if ledger.measure(id).levels
            and not ledger.measure(id).outside_model
            and not (self.everything and _laws(self.first, id) == _laws(self.last, id))
        )


def _asked(
    ledger: Ledger,
    before: date | str,
    after: date | str,
    subject: Collection[str] | None,
    background: date | str | None,
    known_on: date | str | None,
) -> _Asked:
    first, last = ledger.at(before, known_on), ledger.at(after, known_on)
    if subject is None:
        return _Asked(tuple(ledger.measures), (first, last), first, last, everything=True)
    ids = tuple(ledger.measure(id).id for id in subject)
    unchanged = first if background is None else ledger.at(background, known_on)
    asked = unchanged.replace(ids, first), unchanged.replace(ids, last)
    return _Asked(ids, (first, last), *asked, everything=False)


def _suppressed(ledger: Ledger, asked: _Asked) -> list[str]:
    """Return the measures in force in either state that had suppressed base-year trade."""
    ids = {*asked.first.ids, *asked.last.ids}
    measures = (ledger.measure(id) for id in ids)
    return [m.id for m in measures if m.suppressed_base and not m.outside_model]


def base_law(
    ledger: Ledger, world: Dated, unknown: LawView | None = None, notes: list[Note] | None = None
) -> LawView:
    """Return the law a world's tariffs state: each importer's, on that importer's date.

    Args:
        ledger: the measures.
        world: says the dates.
        unknown: the law taken for importers whose date is not known; by default none.
        notes: where to say so.
    """
    importers: dict[date | None, list[str]] = {}
    for code, day in zip(world.countries, world.law_date, strict=True):
        importers.setdefault(day, []).append(code)
    parts = []
    for day, codes in importers.items():
        view = ledger.at(day) if day is not None else unknown
        if view is None:
            continue
        parts.append(view.for_importers(spelled(codes)))
        if day is None and notes is not None and parts[-1].entries:
            who = "it" if len(codes) == len(world.countries) else ", ".join(codes)
            notes.append(Note.of("law_not_said", who=who))
    view = merged(parts)
    return view.without([id for id in view.ids if ledger.measure(id).suppressed_base])


def add_base_law(world: Tariffed, law: LawView) -> tuple[Array, tuple[Note, ...]]:
    """Return a world's tariffs with law added that their source lacks, and notes.

    A cell's rate becomes the weighted mean over its lines of what the law makes of the source's
    rate, so that :func:`countervail.ledger.pricing.lines.price` finds the source's rate again
    under it. Measures that had suppressed base-year trade are not added.

    Args:
        world: countries, sectors, trade and the source's tariffs, [exporter, importer, sector].
        law: what to add, such as :func:`base_law` of the world for some importers.
    """
    added = law.without({e.measure.id for e in law.entries if e.measure.suppressed_base})
    priced = price(world, LawView(None, None, ()), (added,))
    lines, new = priced.lines, priced.states[0].tariff_new
    tariff = np.array(world.tariff, dtype=np.float64)
    cell = lines.exporter, lines.importer, lines.sector
    tariff[cell] = 0.0
    np.add.at(tariff, cell, lines.weight * new)
    return tariff, priced.notes


def _settled(first: LawView, last: LawView, asked: tuple[str, ...]) -> list[Note]:
    """Say where duties asked about were paid at the border and not due in law, as known."""
    found: dict[date, dict[str, list[str]]] = {}
    for view in (first, last):
        for settlement in settlements(view.only(asked)):
            id = settlement.entry.measure.id
            if _laws(first, id) == _laws(last, id):
                continue
            days = found.setdefault(settlement.settled.announced, {}).setdefault(id, [])
            days += [] if str(view.date) in days else [str(view.date)]
    return [
        Note.of("settled", *ids, days=tuple(sorted(set(chain(*ids.values())))), known=str(known))
        for known, ids in sorted(found.items())
    ]


def _laws(view: LawView, id: str) -> set[tuple[object, ...]]:
    return {(*e.rate.law, e.products, e.targets) for e in view.only([id]).entries}


def spelled(codes: Collection[str]) -> frozenset[str]:
    """Return the ISO3 codes of importers, with the members of those that are groups."""
    members = {m for c in codes if c in labels.groups() for m in labels.group(c)}
    return frozenset(codes) | members
