"""What happened between countries beside their law: visits, talks, arrests, deals; dated, sourced.

``data/relations.csv``: an event a row, with its parties, its kind, whose word it is, and how sure
its day is (``high``: of an official body or an outlet; ``medium``: a digest, or a part of a day).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from countervail import labels
from countervail.errors import InputError, did_you_mean
from countervail.text.tables import rows


@dataclass(frozen=True)
class RelationEvent:
    """Something that happened between countries.

    Attributes:
        date: first day, ``2026-01-16`` or ``2026-01``.
        until: last day; empty where it is the first.
        parties: ISO3 codes.
        kind: such as ``visit`` or ``talks_paused``.
        description: in a sentence.
        confidence: ``high`` or ``medium``.
        source, publisher, source_date, address: where it stands.
    """

    date: str
    until: str
    parties: tuple[str, ...]
    kind: str
    description: str
    confidence: str
    source: str
    publisher: str
    source_date: str
    address: str

    @property
    def first(self) -> dt.date:
        """The first day; of a month its first."""
        return dt.date.fromisoformat((self.date + "-01")[:10])


@cache
def relation_events() -> tuple[RelationEvent, ...]:
    """Return every event of the record, by date."""
    found = [_event(row) for row in rows("relations.csv")]
    return tuple(sorted(found, key=lambda one: (one.date, one.description)))


def _event(row: Mapping[str, str]) -> RelationEvent:
    words = {key: value for key, value in row.items() if key != "parties"}
    return RelationEvent(parties=tuple(row["parties"].split()), **words)


def kinds() -> tuple[str, ...]:
    """Return the kinds of events there are."""
    return tuple(sorted({one.kind for one in relation_events()}))


def events(
    between: str | None = None,
    kind: str | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> tuple[RelationEvent, ...]:
    """Return events of the record, by date.

    Args:
        between: two countries or groups, as ``CAN,IND``, or one: of which each is a party.
        kind: of event.
        since, until: first and last day.

    Raises:
        InputError: no such country, group or kind.
    """
    if kind is not None and kind not in kinds():
        known = ", ".join(kinds())
        hint = did_you_mean(kind, kinds())
        raise InputError(f"no kind of event '{kind}'{hint} (there are {known})")
    sides = [set(labels.expand(word.strip())) for word in between.split(",")] if between else []
    if len(sides) > 2:
        raise InputError(f"--between {between}: name two countries or groups, as CAN,IND")
    return tuple(
        one
        for one in relation_events()
        if all(side & set(one.parties) for side in sides)
        and (kind is None or one.kind == kind)
        and (since is None or one.first >= since)
        and (until is None or one.first <= until)
    )
