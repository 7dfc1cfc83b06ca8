"""Hypothetical law: a measure ended, given another rate, or taken as of another date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from countervail.errors import InputError
from countervail.ledger.in_force import InForce, LawView
from countervail.ledger.ledger import Ledger
from countervail.scenario.scenario import Change


def changed(
    view: LawView, change: Change, ledger: Ledger, on: date, known_on: date | None
) -> LawView:
    """Return the law with one hypothetical change.

    Args:
        view: the law of the second state.
        change: what is changed.
        ledger: for the law of another date.
        on: date of the second state.
        known_on: announcements after this day are not seen.

    Raises:
        InputError: nothing of the measure is in force to be ended or given another rate.
    """
    if change.law_of is not None:
        other = ledger.at(change.law_of, known_on)
        return view.replace((change.measure,), other, change.products)
    standing = [e for e in view.only((change.measure,)).entries if _concerns(e, change)]
    if not standing:
        raise InputError(
            f"a change of '{change.measure}', which is not in force on {on} for these products: "
            "name a measure that is, or use law_of"
        )
    if change.ends:
        return view.without((change.measure,), change.products)
    entries = tuple(_with_rate(e, change) for e in view.entries)
    return replace(view, entries=tuple(e for part in entries for e in part))


def _with_rate(entry: InForce, change: Change) -> tuple[InForce, ...]:
    """Return an entry, split where only some of its products get another rate."""
    if entry.measure.id != change.measure or not _concerns(entry, change):
        return (entry,)
    moved = tuple(p for p in entry.products if change.products is None or p in change.products)
    kept = tuple(p for p in entry.products if p not in moved)
    note = f"hypothetical: {change.rate:g} %"
    # a rate in place of a ban, or of one that was not found, is an ordinary additional duty
    basis = entry.rate.basis if entry.rate.basis not in (None, "ban") else "additional"
    rate = entry.rate.model_copy(update={"rate": change.rate, "basis": basis, "note": note})
    parts = (replace(entry, products=kept),) if kept else ()
    return (*parts, replace(entry, products=moved, rate=rate))


def _concerns(entry: InForce, change: Change) -> bool:
    return change.products is None or not set(change.products).isdisjoint(entry.products)
