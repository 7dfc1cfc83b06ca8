"""The ledger: every measure known, read at a date, between dates, as seen from a date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from countervail import labels
from countervail.clock import as_date
from countervail.errors import InputError, did_you_mean
from countervail.ledger import parties
from countervail.ledger.changes import LawChange, changes
from countervail.ledger.files import SHIPPED
from countervail.ledger.in_force import (
    InForce,
    LawView,
    entries_in_force,
    targets,
)
from countervail.ledger.measure import Measure
from countervail.ledger.settled import Settlement, as_settled, settlements
from countervail.provenance import content_hash
from countervail.schema.shown import Shown


@dataclass(frozen=True, eq=False)
class Ledger(Shown):
    """Measures by id.

    Attributes:
        measures: the measures, in the order of their ids.
        paths: the file each was read from, where it was read from one.
    """

    measures: Mapping[str, Measure]
    paths: Mapping[str, Path]

    @classmethod
    def of(cls, measures: Iterable[Measure], paths: Mapping[str, Path] | None = None) -> Ledger:
        """Return a ledger of these measures.

        Raises:
            InputError: two have one id.
        """
        found: dict[str, Measure] = {}
        for measure in measures:
            if measure.id in found:
                raise InputError(f"measure '{measure.id}' is given twice; ids must be unique")
            found[measure.id] = measure
        return cls(
            MappingProxyType(dict(sorted(found.items()))), MappingProxyType({**(paths or {})})
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Say how to make it again in another process: its tables are read-only views."""
        return Ledger.of, (tuple(self), dict(self.paths))

    def __len__(self) -> int:
        return len(self.measures)

    def __repr__(self) -> str:
        return f"<Ledger: {len(self)} measure{'s'[: len(self) != 1]}>"

    def __iter__(self) -> Iterator[Measure]:
        return iter(self.measures.values())

    def measure(self, id: str) -> Measure:
        """Return a measure by id.

        Raises:
            InputError: no such measure, with the nearest.
        """
        if id not in self.measures:
            raise InputError(
                f"no measure '{id}' in the ledger{did_you_mean(id, self.measures)}"
                " (`countervail ledger list` shows them)"
            )
        return self.measures[id]

    def at(
        self, on: date | str, known_on: date | str | None = None, *, settled: bool = False
    ) -> LawView:
        """Return the law in force on a day, as known on that day or on an earlier one.

        Args:
            on: the day.
            known_on: announcements after this day are not seen; by default all are.
            settled: the rates due in law, where duties collected that day were annulled, refunded
                or corrected later; by default what was paid at the border.
        """
        day, known = as_date(on), as_date(known_on) if known_on is not None else None
        if (day, known) not in self._views:
            entries = [e for m in self for e in entries_in_force(m, day, known)]
            self._views[day, known] = LawView(day, known, tuple(entries))
        view = self._views[day, known]
        return as_settled(view) if settled else view

    @cached_property
    def _views(self) -> dict[tuple[date, date | None], LawView]:
        """The law of days asked for: a thousand packages are asked of one day."""
        return {}

    def due_back(
        self, on: date | str, known_on: date | str | None = None
    ) -> tuple[Settlement, ...]:
        """Return the duties collected on a day that were not due, or not in full, in law.

        Args:
            on: the day of entry at the border.
            known_on: rulings and orders after this day are not seen; by default all are.
        """
        return settlements(self.at(on, known_on))

    def between(
        self, first: date | str, last: date | str, known_on: date | str | None = None
    ) -> tuple[LawChange, ...]:
        """Return what changes after ``first`` up to and on ``last``, by date then measure.

        Raises:
            InputError: ``last`` lies before ``first``.
        """
        start, end = as_date(first), as_date(last)
        if end < start:
            raise InputError(f"{end} lies before {start}; give the earlier date first")
        known = as_date(known_on) if known_on is not None else None
        found = [c for m in self for c in changes(m, start, end, known)]
        return tuple(sorted(found, key=lambda c: (c.date, c.measure.id)))

    @cached_property
    def record(self) -> tuple[date, date] | None:
        """The first day and the last review of the shipped measures in it.

        None for a ledger of one's own measures alone, which does not claim to be complete.
        """
        own = [m for m in self if m.id in self.paths and self.paths[m.id].parent == SHIPPED]
        days = [entry.in_force for m in own for entry in m.rates if entry.in_force]
        return (min(days), max(m.reviewed for m in own)) if days else None

    def pending(self, on: date | str) -> tuple[InForce, ...]:
        """Return the steps announced by a day and not in force on it: planned, or never to come."""
        day = as_date(on)
        found = []
        for measure in self:
            for entry in measure.rates:
                waiting = entry.in_force is None or entry.in_force > day
                if entry.announced <= day and waiting:
                    found.append(
                        InForce(
                            measure,
                            entry,
                            entry.products,
                            tuple(sorted(targets(measure, entry, day))),
                            tuple(sorted(parties.resolve((measure.implementer,), day))),
                        )
                    )
        return tuple(found)

    def filter(self, *, on: str | None = None, by: str | None = None) -> Ledger:
        """Return the measures aimed at (``on``) or taken by (``by``) a country or group.

        Raises:
            InputError: not a country or group.
        """
        kept = [
            m
            for m in self
            if (on is None or _touches(m, m.targets, on))
            and (by is None or _touches(m, (m.implementer,), by))
        ]
        return Ledger.of(kept, {m.id: self.paths[m.id] for m in kept if m.id in self.paths})

    @cached_property
    def hash(self) -> str:
        """Content hash of the measures as they were read."""
        return content_hash(*(m.model_dump_json().encode() for m in self))


def _touches(measure: Measure, words: tuple[str, ...], wanted: str) -> bool:
    if wanted == parties.ALL:
        return parties.ALL in words
    asked = set(labels.expand(wanted))
    if parties.ALL in words:
        own = {c for e in measure.rates for c in _implementers(measure, e.in_force or e.announced)}
        return not asked <= own
    days = {e.in_force or e.announced for e in measure.rates}
    return any(asked & parties.resolve(words, day) for day in days)


def _implementers(measure: Measure, day: date) -> frozenset[str]:
    return parties.resolve((measure.implementer,), day)
