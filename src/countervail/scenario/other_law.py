"""Law that a question does not price: what changed beside it between its dates, and since then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from countervail.ledger import LawChange, Ledger
from countervail.ledger import parties as words
from countervail.scenario.scenario import Scenario


@lru_cache(maxsize=4)
def _between(
    ledger: Ledger, first: date, last: date, known_on: date | None
) -> tuple[LawChange, ...]:
    """Return what changes between two days; an answer asks for it in several places."""
    return ledger.between(first, last, known_on)


def since(scenario: Scenario, day: date) -> tuple[LawChange, ...]:
    """Return how the law of a question's measures changed after its second date, up to a day.

    Only what bears on the pairs asked about; nothing where that date is the day or later.
    """
    ledger, last = scenario.ledger, scenario.to_date
    if ledger is None or last is None:
        return ()
    about = ledger.measures if scenario.subject is None else scenario.subject
    start = max((last, *(c.law_of for c in scenario.changes if c.law_of is not None)))
    if start >= day:
        return ()
    return tuple(
        change
        for change in _between(ledger, start, day, scenario.known_on)
        if change.kind != "continues"
        and change.measure.id in about
        and change.measure.outside_model is None
        and _asked_about(scenario, change)
    )


def unpriced(scenario: Scenario) -> dict[str, tuple[LawChange, ...]]:
    """Return by measure what else changed between a question's dates, on its parties.

    The parties are the countries that take its measures or are named by them one by one, and those
    the question shows first. A measure between two of them comes before one that touches one.
    """
    ledger, first, last = scenario.ledger, scenario.from_date, scenario.to_date
    if ledger is None or first is None or last is None or first == last:
        return {}
    about = scenario.subject
    if about is None:
        return {}  # every change is asked about
    own = parties(scenario)
    found: dict[str, list[LawChange]] = {}
    for change in _between(ledger, min(first, last), max(first, last), scenario.known_on):
        if change.measure.id in about or change.kind == "continues":
            continue
        if own & _by(change) or not own.isdisjoint(change.targets):
            found.setdefault(change.measure.id, []).append(change)

    def nearness(id: str) -> tuple[bool, date]:
        on = frozenset(code for change in found[id] for code in change.targets)
        return not (own & _by(found[id][0]) and own & on), found[id][0].date

    return {id: tuple(found[id]) for id in sorted(found, key=nearness)}


def outside(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """Return what a question leaves out: what it lists itself, and what else changed in law."""
    listed = dict(scenario.outside)
    stands = scenario.background or scenario.from_date
    return (
        *scenario.outside,
        *(
            (id, f"changed on {_days(changes)}; not part of this question, stands as on {stands}")
            for id, changes in unpriced(scenario).items()
            if id not in listed
        ),
    )


def parties(scenario: Scenario) -> frozenset[str]:
    """Return the countries a question is about."""
    found = set(scenario.countries)
    if scenario.ledger is not None:
        for id in scenario.subject or ():
            measure = scenario.ledger.measure(id)
            found |= _codes(measure.implementer, scenario)
            if words.ALL not in measure.targets:
                found |= {c for word in measure.targets for c in _codes(word, scenario)}
    return frozenset(found)


def _codes(word: str, scenario: Scenario) -> frozenset[str]:
    return words.resolve((word,), scenario.to_date or date.max)


def _by(change: LawChange) -> frozenset[str]:
    """Return who takes the measure that changes."""
    return words.resolve((change.measure.implementer,), change.date)


def _asked_about(scenario: Scenario, change: LawChange) -> bool:
    if scenario.pairs is None:
        return True
    by, on = _by(change), change.targets
    return any((i in on and n in by) or (i in by and n in on) for i, n in scenario.pairs)


def _days(changes: Iterable[LawChange], most: int = 3) -> str:
    days = list(dict.fromkeys(change.date.isoformat() for change in changes))
    more = f" and {len(days) - most} more days" if len(days) > most else ""
    return ", ".join(days[:most]) + more
