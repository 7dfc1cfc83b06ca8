"""How the law of a measure changes from day to day: what starts, changes, ends or reverts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from countervail.ledger.in_force import governing
from countervail.ledger.measure import Measure, Rate


@dataclass(frozen=True)
class LawChange:
    """A day on which the law changes for some products and targets of a measure.

    Attributes:
        date: first day of the new law.
        kind: starts, changes, continues (a new entry with the same law), ends, expires, reverts.
        measure: the instrument.
        products: ids of the product groups.
        targets: ISO3 codes.
        before: the entry that governed the day before, None where nothing did.
        after: the entry that governs from this day on, None where nothing does.
        source: the entry that made the change, with its note and reference.
    """

    date: date
    kind: str
    measure: Measure
    products: tuple[str, ...]
    targets: tuple[str, ...]
    before: Rate | None
    after: Rate | None
    source: Rate

    @property
    def rate_before(self) -> float | None:
        """Per cent; None for nothing or a ban."""
        return self.before.rate if self.before else None

    @property
    def rate_after(self) -> float | None:
        """Per cent; None for nothing or a ban."""
        return self.after.rate if self.after else None


def changes(measure: Measure, start: date, end: date, known_on: date | None) -> Iterator[LawChange]:
    """Yield the days on which a measure's law changes after one day, up to and on another.

    Args:
        measure: the instrument.
        start, end: the days.
        known_on: announcements after this day are not seen; None sees all.
    """
    after_expiry = {e.expires + timedelta(days=1) for e in measure.rates if e.expires}
    days = {e.in_force for e in measure.rates if e.in_force} | after_expiry
    for day in sorted(d for d in days if start < d <= end):
        old = _law(measure, day - timedelta(days=1), known_on)
        new = _law(measure, day, known_on)
        groups: dict[tuple[int, int], dict[str, list[str]]] = {}
        changed = [p for p in old.keys() | new.keys() if old.get(p, -1) != new.get(p, -1)]
        order = {product: k for k, product in enumerate(measure.product)}
        for place in sorted(changed, key=lambda p: (order[p[0]], p[1])):
            step = old.get(place, -1), new.get(place, -1)
            groups.setdefault(step, {}).setdefault(place[1], []).append(place[0])
        for (before, after), by_target in sorted(groups.items()):
            by_products: dict[tuple[str, ...], list[str]] = {}
            for target, products in by_target.items():
                by_products.setdefault(tuple(products), []).append(target)
            for names, codes in by_products.items():
                change = _change(measure, day, before, after, names, tuple(codes))
                if change:
                    yield change


def _law(measure: Measure, on: date, known_on: date | None) -> dict[tuple[str, str], int]:
    """Return the position of the entry in force by (product, target), ended entries included."""
    return {
        (product, target): index
        for product in measure.product
        for index, covered in governing(measure, product, on, known_on)
        for target in covered
    }


def _change(
    measure: Measure,
    day: date,
    before: int,
    after: int,
    products: tuple[str, ...],
    codes: tuple[str, ...],
) -> LawChange | None:
    old = measure.rates[before] if before >= 0 else None
    new = measure.rates[after] if after >= 0 else None
    was = old if old and not old.ended else None
    now = new if new and not new.ended else None
    source = new if new and new.in_force == day else old or new
    if source is None or (was is None and now is None):
        return None
    if was is None:
        kind = "starts" if now and now.in_force == day else "reverts"
    elif now is None:
        kind = "ends" if new else "expires"
    elif now.in_force != day:
        kind = "reverts"
    else:
        kind = "changes" if now.law != was.law else "continues"
    return LawChange(day, kind, measure, products, codes, was, now, source)
