"""The law as later settled: duties collected at the border, and annulled, refunded or corrected.

A duty that a court annuls from the start, or deposits that a final ruling corrects, were collected
all the same. The rates of a measure stay what was paid at the border; its ``settled`` tables say
what was due, since when that is known, and what is paid back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from countervail.ledger.in_force import InForce, LawView, targets
from countervail.ledger.measure import Measure, Settled


@dataclass(frozen=True)
class Settlement:
    """What is due back of a duty collected on a day.

    Attributes:
        entry: the duty collected, with the products and targets that the settlement reaches.
        settled: what settled it: the rate due in law, since when known, by which act.
    """

    entry: InForce
    settled: Settled

    @property
    def collected(self) -> float | None:
        """Per cent paid at the border; None for a ban or a rate not found."""
        return self.entry.rate.rate

    @property
    def due(self) -> float:
        """Per cent due in law."""
        return self.settled.rate

    @property
    def due_back(self) -> float | None:
        """Per cent of the value that was collected and not due; None where no rate is known."""
        return None if self.collected is None else round(self.collected - self.due, 6)


def settlements(view: LawView) -> tuple[Settlement, ...]:
    """Return what is due back of what is collected in a view, as known on its second clock."""
    return tuple(
        Settlement(part, settled)
        for entry in view.entries
        for part, settled in _parts(entry, view)
        if settled is not None
    )


def as_settled(view: LawView) -> LawView:
    """Return the view at the rates due in law; what was not due at all is not in it."""
    kept = []
    for entry in view.entries:
        for part, settled in _parts(entry, view):
            if settled is None:
                kept.append(part)
            elif settled.rate > 0.0:
                kept.append(replace(part, rate=part.rate.model_copy(update={"rate": settled.rate})))
    return replace(view, entries=tuple(kept))


def _parts(entry: InForce, view: LawView) -> Iterator[tuple[InForce, Settled | None]]:
    """Yield an entry in parts of one settlement each: the one announced last counts."""
    if view.date is None or not entry.measure.settled:
        yield entry, None
        return
    found: dict[int, dict[tuple[str, ...], list[str]]] = {}
    for product in entry.products:
        by_table: dict[int, list[str]] = {}
        for target in entry.targets:
            at = _table(entry.measure, product, target, view.date, view.known_on)
            by_table.setdefault(at, []).append(target)
        for at, codes in by_table.items():
            found.setdefault(at, {}).setdefault(tuple(codes), []).append(product)
    for at, groups in sorted(found.items()):
        for reached, products in groups.items():
            everyone = entry.all_targets and reached == entry.targets
            part = replace(entry, products=tuple(products), targets=reached, all_targets=everyone)
            yield part, entry.measure.settled[at] if at >= 0 else None


def _table(
    measure: Measure, product: str, target: str, day: dt.date, known_on: dt.date | None
) -> int:
    """Return the position of the settlement of a product and target on a day, -1 for none."""
    found = [
        (table.announced, i)
        for i, table in enumerate(measure.settled)
        if table.first <= day <= table.last
        and (known_on is None or table.announced <= known_on)
        and (table.products is None or product in table.products)
        and target in targets(measure, table, day)
    ]
    return max(found)[1] if found else -1
