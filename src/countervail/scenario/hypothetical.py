"""Hypothetical law: a measure ended, given another rate or a part of it, or taken as of a date."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from countervail import labels
from countervail.errors import InputError
from countervail.ledger.in_force import InForce, LawView, targets
from countervail.ledger.ledger import Ledger
from countervail.ledger.measure import Measure, Rate, SharedValue
from countervail.scenario.question import Change


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
        InputError: nothing of the measure is in force to be ended or given another rate, or what is
            cannot be scaled.
    """
    if change.law_of is not None:
        other = ledger.at(change.law_of, known_on)
        return view.replace((change.measure,), other, change.products)
    aimed = None
    if change.targets is not None:
        aimed = {code for word in change.targets for code in labels.expand(word, on)}
    entries = [_parts(entry, change, aimed) for entry in view.entries]
    if not any(moved for _, moved in entries):
        whom = "" if aimed is None else " and countries"
        raise InputError(
            f"a change of '{change.measure}', which is not in force on {on} for these products"
            f"{whom}: name a measure that is, or use law_of"
        )
    made = []
    for kept, moved in entries:
        made += kept
        if moved is not None and not change.ends:
            made.append(replace(moved, rate=_rate(moved, change)))
    return replace(view, entries=tuple(made))


def enacted(
    ledger: Ledger, view: LawView, ids: Collection[str], on: date, known_on: date | None
) -> Ledger:
    """Return a ledger in which the law of a day is a hypothetical one; what came before stays.

    Args:
        ledger: as it is.
        view: the law of the day, changed.
        ids: of the measures that were changed.
        on: the day.
        known_on: announcements after this day are not seen.
    """
    known = on if known_on is None else min(on, known_on)
    made = [_enacted(one, view, on, known) if one.id in ids else one for one in ledger]
    return Ledger.of(made, ledger.paths)


def _enacted(measure: Measure, view: LawView, on: date, known: date) -> Measure:
    """Return a measure whose law of a day is that of a view."""
    dated = {"announced": known, "in_force": on, "never": False}
    dated |= {"expires": None, "on_expiry": None}
    entries = [e for e in view.entries if e.measure.id == measure.id]
    rates = [rate for rate in measure.rates if rate.in_force is None or rate.in_force < on]
    every = targets(measure, None, on)
    for entry in entries:
        whom: dict[str, Any] = {"targets": entry.targets, "except_targets": ()}
        if entry.all_targets:  # also those without a code
            whom = {"except_targets": tuple(sorted(every - set(entry.targets)))}
        rates.append(entry.rate.model_copy(update={**dated, "products": entry.products, **whom}))
    gone = dict.fromkeys(
        ("rate", "rate_range", "basis", "dutiable_share", "exempt", "quota"), None
    ) | {"ended": True, "except_targets": (), "note": "hypothetical: ended"}
    for product in measure.product:
        covered = {code for e in entries if product in e.products for code in e.targets}
        if left := sorted(every - covered):
            whom = {"products": (product,), "targets": tuple(left)}
            rates.append(measure.rates[0].model_copy(update={**dated, **gone, **whom}))
    return measure.model_copy(update={"rates": tuple(rates)})


def _parts(
    entry: InForce, change: Change, aimed: set[str] | None
) -> tuple[list[InForce], InForce | None]:
    """Return what a change leaves of an entry as it is, and what it is about."""
    if entry.measure.id != change.measure:
        return [entry], None
    named = [p for p in entry.products if change.products is None or p in change.products]
    targets = [t for t in entry.targets if aimed is None or t in aimed]
    if not named or not targets:
        return [entry], None
    other_goods = tuple(p for p in entry.products if p not in named)
    others = tuple(t for t in entry.targets if t not in targets)
    kept = [replace(entry, products=other_goods)] if other_goods else []
    kept += [replace(entry, products=tuple(named), targets=others)] if others else []
    moved = replace(entry, products=tuple(named), targets=tuple(targets))
    return kept, moved if aimed is None else replace(moved, all_targets=False)


def _rate(entry: InForce, change: Change) -> Rate:
    """Return the rate after a change."""
    rate = entry.rate
    if change.scale is not None:
        return _scaled(entry, change.scale)
    # a rate in place of a ban, or of one that was not found, is an ordinary additional duty
    basis = rate.basis if rate.basis not in (None, "ban") else "additional"
    note = f"hypothetical: {change.rate:g} %"
    return rate.model_copy(update={"rate": change.rate, "basis": basis, "note": note})


def scalable(rate: Rate, scale: float) -> bool:
    """Return whether a part of an entry can stand: of a ban, or a rate in place of another, none.

    A duty that tops up to a rate is scaled by the part of the goods that pays it.
    """
    return rate.basis == "additional" or (rate.basis == "top_up_to" and scale <= 1.0)


def _scaled(entry: InForce, scale: float) -> Rate:
    """Return an entry's rate times a factor.

    Raises:
        InputError: it is no rate that a part of can stand.
    """
    rate, note = entry.rate, f"hypothetical: {scale:g} of it"
    if rate.rate is None and rate.basis != "ban":
        return rate  # not found, and not priced
    if not scalable(rate, scale) or rate.rate is None:
        what = {"ban": "is a ban", "replacing": "takes the place of the own duty"}.get(
            rate.basis or "", "tops up to a rate, so no more than all of it can stand"
        )
        raise InputError(
            f"'{entry.measure.id}' cannot be scaled by {scale:g}: it {what}; end it, or give a rate"
        )
    if rate.basis == "additional":
        low_high = rate.rate_range and tuple(scale * bound for bound in rate.rate_range)
        return rate.model_copy(
            update={"rate": scale * rate.rate, "rate_range": low_high, "note": note}
        )
    share = rate.dutiable_share or SharedValue(value=1.0, source="the whole")
    parts = {
        name: None if (given := getattr(share, name)) is None else scale * given
        for name in ("value", "low", "high")
    }
    return rate.model_copy(update={"dutiable_share": share.model_copy(update=parts), "note": note})
