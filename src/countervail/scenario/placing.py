"""Placing a question in a world: its two states of law become rates and bans on tariff lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.errors import InputError
from countervail.ledger.base import law_states
from countervail.ledger.in_force import InForce, LawView
from countervail.ledger.ledger import Ledger
from countervail.ledger.lines import PricedLaw, price
from countervail.scenario.scenario import (
    EVERYBODY,
    Change,
    HandChange,
    Resolved,
    Scenario,
    StateShock,
)
from countervail.world import World


def place(scenario: Scenario, world: World) -> Resolved:
    """Return both states of a scenario as arrays of a world.

    Raises:
        InputError: a label the world lacks, or a hypothetical change of law that is not in force.
    """
    by_hand, absent = _hand_made(scenario.hand_changes, world)
    ledger, first, last = scenario.ledger, scenario.from_date, scenario.to_date
    if ledger is None or first is None or last is None:
        return Resolved(StateShock(), by_hand, notes=absent)
    law = law_states(
        ledger,
        world,
        first,
        last,
        subject=_subject(scenario),
        background=scenario.background,
        known_on=scenario.known_on,
    )
    after = law.after
    for change in scenario.changes:
        after = _changed(after, change, ledger, scenario)
    priced = price(world, law.base, (law.before, after))
    before_law, after_law = priced.states
    none = len(priced.lines) == 0
    outside = _outside_pairs(scenario, world, priced)
    after_tariff = np.where(outside, before_law.tariff_new, after_law.tariff_new)
    after_iceberg = np.where(outside, before_law.iceberg_hat, after_law.iceberg_hat)
    return Resolved(
        before=StateShock(
            line_tariff=None if none else before_law.tariff_new,
            line_iceberg=None if none else before_law.iceberg_hat,
        ),
        after=replace(
            by_hand,
            line_tariff=None if none else after_tariff,
            line_iceberg=None if none else after_iceberg,
        ),
        lines=None if none else priced.lines,
        law_before=law.before,
        law_after=after,
        quotas=tuple(q for q in priced.quotas if q.state == 1),
        notes=(
            *absent,
            *law.notes,
            *_unsaid(ledger, scenario, law.before, after, priced.notes),
            *priced.notes,
        ),
    )


def _outside_pairs(scenario: Scenario, world: World, priced: PricedLaw) -> NDArray[np.bool_]:
    """Return the lines of pairs whose law the scenario leaves as in the first state."""
    lines = priced.lines
    if scenario.pairs is None:
        return np.zeros(len(lines), dtype=bool)
    named = np.zeros((len(world.countries), len(world.countries)), dtype=bool)
    for exporter, importer in scenario.pairs:
        if exporter in world.countries and importer in world.countries:
            named[world.country(exporter), world.country(importer)] = True
    return np.asarray(~named[lines.exporter, lines.importer])


def _unsaid(
    ledger: Ledger,
    scenario: Scenario,
    before: LawView,
    after: LawView,
    said: Iterable[str],
) -> list[str]:
    """Say what bears on the scenario's subject without being in it.

    Measures in force between the same countries that are not priced, and measures that displace
    one of the subject without being part of it.
    """
    subject = _subject(scenario)
    if subject is None:
        return []
    measures = [ledger.measure(id) for id in subject]
    sides = {(m.implementer, target) for m in measures for target in m.targets}
    notes = []
    for id in dict.fromkeys((*before.ids, *after.ids)):
        other = ledger.measure(id)
        if id in subject or any(id in sentence for sentence in said):
            continue
        if other.outside_model and sides & {(other.implementer, t) for t in other.targets}:
            notes.append(f"In force and not priced: {id}: {other.outside_model}")
    for other in ledger:
        displaced = [id for id in other.stacking.displaces if id in subject]
        if displaced and other.id not in subject and not other.outside_model:
            notes.append(
                f"{other.id} displaces {', '.join(displaced)} on goods both name, but is not part "
                "of the question: it stands as the background has it."
            )
    return notes


def _subject(scenario: Scenario) -> tuple[str, ...] | None:
    if scenario.measures is None:
        return None
    return tuple(dict.fromkeys((*scenario.measures, *(c.measure for c in scenario.changes))))


def _changed(view: LawView, change: Change, ledger: Ledger, scenario: Scenario) -> LawView:
    """Return the law with one hypothetical change.

    Raises:
        InputError: nothing of the measure is in force to be ended or given another rate.
    """
    if change.law_of is not None:
        other = ledger.at(change.law_of, scenario.known_on)
        return view.replace((change.measure,), other, change.products)
    standing = [e for e in view.only((change.measure,)).entries if _concerns(e, change)]
    if not standing:
        raise InputError(
            f"scenario '{scenario.name}' changes '{change.measure}', which is not in force on "
            f"{scenario.to_date}: name a measure that is, or use law_of"
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
    rate = entry.rate.model_copy(update={"rate": change.rate, "note": note})
    parts = (replace(entry, products=kept),) if kept else ()
    return (*parts, replace(entry, products=moved, rate=rate))


def _concerns(entry: InForce, change: Change) -> bool:
    return change.products is None or not set(change.products).isdisjoint(entry.products)


def _hand_made(changes: Iterable[HandChange], world: World) -> tuple[StateShock, tuple[str, ...]]:
    """Return the second state of changes made by hand to whole sectors of pairs, and notes."""
    tariff, iceberg = np.array(world.tariff), np.ones_like(world.tariff)
    notes: list[str] = []
    for change in changes:
        cells = np.ix_(
            _members(change.exporter, world, notes),
            _members(change.importer, world, notes),
            [world.sector(s) for s in change.sectors or world.sectors],
        )
        if change.rate is not None:
            tariff[cells] = change.rate / 100.0
        if change.add is not None:
            tariff[cells] += change.add / 100.0
        if change.iceberg_hat is not None:
            iceberg[cells] *= change.iceberg_hat
    own = np.arange(len(world.countries))
    tariff[own, own], iceberg[own, own] = 0.0, 1.0
    if (tariff <= -1.0).any():
        raise InputError("a change made by hand leaves a tariff of -100 % or less")
    state = StateShock(
        tariff_new=None if np.array_equal(tariff, world.tariff) else tariff,
        iceberg_hat=None if (iceberg == 1.0).all() else iceberg,
    )
    return state, tuple(dict.fromkeys(notes))


def _members(word: str, world: World, notes: list[str]) -> list[int]:
    """Return the positions a word stands for; members a world lacks are left out, and said.

    Raises:
        InputError: not in this world, with the nearest label that is.
    """
    if word == EVERYBODY:
        return list(range(len(world.countries)))
    if word in world.countries:
        return [world.country(word)]
    codes = labels.expand(word)
    absent = [c for c in codes if c not in world.countries]
    if len(absent) == len(codes):
        return [world.country(codes[0] if len(codes) == 1 else word)]
    if absent:
        notes.append(f"{word}: {', '.join(absent)} left out, not in this world.")
    return [world.country(c) for c in codes if c not in absent]
