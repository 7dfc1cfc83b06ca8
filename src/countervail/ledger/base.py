"""Which law a world's tariffs already state, and the two states of law a question compares.

A world's tariffs are the law of a date, by importer; the ledger is applied as the signed difference
from it. A measure that had already killed the trade of the base year cannot be undone from that
trade: it never counts as base law, and is priced as an imposition on the weights of the year before
it, where it is asked about.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.ledger.cells import Dated, Tariffed
from countervail.ledger.in_force import LawView, merged
from countervail.ledger.ledger import Ledger
from countervail.ledger.lines import price
from countervail.ledger.notes import Note
from countervail.ledger.settled import settlements

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LawStates:
    """The law a world's tariffs hold, the two states to compare, and what there is to say.

    Attributes:
        base: for :func:`countervail.ledger.lines.price`.
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
    first, last = ledger.at(before, known_on), ledger.at(after, known_on)
    notes: list[Note] = []
    if subject is None:
        asked = tuple(ledger.measures)
    else:
        asked = tuple(ledger.measure(id).id for id in subject)
    notes += _settled(first, last, asked)
    if subject is not None:
        standing = first if background is None else ledger.at(background, known_on)
        first, last = standing.replace(asked, first), standing.replace(asked, last)
    kept_out = _suppressed(ledger, first, last, asked, notes, everything=subject is None)
    first, last = first.without(kept_out), last.without(kept_out)
    base = base_law(ledger, world, unknown=first, notes=notes)
    return LawStates(base, first, last, asked, tuple(notes))


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
    rate, so that :func:`countervail.ledger.lines.price` finds the source's rate again under it.
    Measures that had suppressed base-year trade are not added.

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


def _suppressed(
    ledger: Ledger,
    first: LawView,
    last: LawView,
    asked: tuple[str, ...],
    notes: list[Note],
    *,
    everything: bool,
) -> list[str]:
    """Return the suppressed-base measures to leave out, and say what is done with each."""
    out: list[str] = []
    imposed: dict[int | None, list[str]] = {}
    for id in sorted({*first.ids, *last.ids}):
        measure = ledger.measure(id)
        if not measure.suppressed_base or measure.outside_model:
            continue
        same = {e.rate.law for e in first.only([id]).entries} == {
            e.rate.law for e in last.only([id]).entries
        }
        if id in asked and not (everything and same):
            imposed.setdefault(measure.pre_measure_year, []).append(id)
        else:
            out.append(id)
    for year, ids in imposed.items():
        notes.append(Note.of("suppressed", *ids, year=str(year)))
    if out:
        notes.append(Note.of("suppressed_out", *out))
    return out


def spelled(codes: Collection[str]) -> frozenset[str]:
    """Return the ISO3 codes of importers, with the members of those that are groups."""
    members = {m for c in codes if c in labels.groups() for m in labels.group(c)}
    return frozenset(codes) | members
