"""How the law of a measure changes from day to day: what starts, changes, ends or reverts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from countervail.ledger.in_force import governing
from countervail.ledger.measure import Measure, Rate

NONE = -1
"""The position of no entry at all."""


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
        for (before, after), moved in sorted(_steps(measure, day, known_on).items()):
            for names, codes in _together(moved):
                change = _change(measure, day, before, after, names, codes)
                if change:
                    yield change


def _steps(
    measure: Measure, day: date, known_on: date | None
) -> dict[tuple[int, int], dict[str, frozenset[str]]]:
    """Return the targets for which a day puts one entry in the place of another, by product.

    Entries are told by their positions, ended ones included; ``NONE`` is that nothing is in force.
    """
    found: dict[tuple[int, int], dict[str, frozenset[str]]] = {}
    for product in measure.product:
        old, new = (
            governing(measure, product, on, known_on) for on in (day - timedelta(days=1), day)
        )
        if old == new:
            continue
        was, is_now = (frozenset().union(*(codes for _, codes in law)) for law in (old, new))
        for before, left in (*old, (NONE, is_now - was)):
            for after, come in (*new, (NONE, was - is_now)):
                if before != after and left & come:
                    found.setdefault((before, after), {})[product] = left & come
    return found


def _together(
    moved: Mapping[str, frozenset[str]],
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return products and targets that move together: every product for every target of its row.

    Args:
        moved: targets by product, in the order of the products.
    """
    rows: list[tuple[tuple[str, ...], frozenset[str]]] = []
    for product, codes in moved.items():
        split = []
        for names, together in rows:
            split += [((*names, product), together & codes), (names, together - codes)]
            codes -= together
        rows = [row for row in (*split, ((product,), codes)) if row[1]]
    place = {product: k for k, product in enumerate(moved)}
    rows.sort(key=lambda row: (place[row[0][0]], min(row[1])))
    return [(names, tuple(sorted(codes))) for names, codes in rows]


def _change(
    measure: Measure,
    day: date,
    before: int,
    after: int,
    products: tuple[str, ...],
    codes: tuple[str, ...],
) -> LawChange | None:
    old = None if before == NONE else measure.rates[before]
    new = None if after == NONE else measure.rates[after]
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
