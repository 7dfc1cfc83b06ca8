"""Placing a question in a world: its two states of law become rates and bans on tariff lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.base import law_states
from countervail.ledger.in_force import LawView
from countervail.ledger.ledger import Ledger
from countervail.ledger.lines import PricedLaw, price
from countervail.scenario.by_hand import HandMade, cells_of, hand_made
from countervail.scenario.hypothetical import changed
from countervail.scenario.scenario import Resolved, Scenario, StateShock
from countervail.world import World


def place(scenario: Scenario, world: World) -> Resolved:
    """Return both states of a scenario as arrays of a world.

    Raises:
        InputError: a label the world lacks, or a hypothetical change of law that is not in force.
    """
    hand = hand_made(scenario.hand_changes, world)
    tariff = hand.tariff(world.tariff)
    cells = StateShock(
        tariff_new=None if np.array_equal(tariff, world.tariff) else tariff,
        iceberg_hat=None if (hand.iceberg_hat == 1.0).all() else hand.iceberg_hat,
        export_tax=hand.export_tax if hand.export_tax.any() else None,
    )
    absent = (*hand.notes, *_not_shown(scenario, world))
    ledger, first, last = scenario.ledger, scenario.from_date, scenario.to_date
    if ledger is None or first is None or last is None:
        return Resolved(StateShock(), cells, notes=absent)
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
        after = changed(after, change, ledger, last, scenario.known_on)
    priced = price(world, law.base, (law.before, after))
    before_lines, after_lines = _line_states(scenario, world, priced, hand)
    idle = all(cube is None for cube in (cells.tariff_new, cells.iceberg_hat, cells.export_tax))
    if idle and _same(before_lines, after_lines):
        absent = (
            f"Nothing the question asks about differs between the law of {first} and of {last}"
            + (f", as known on {scenario.known_on}" if scenario.known_on else "")
            + ("" if not scenario.changes else ", with the changes made")
            + ": every figure is zero.",
            *absent,
        )
    return Resolved(
        before=before_lines,
        after=replace(
            cells,
            line_tariff=after_lines.line_tariff,
            line_iceberg=after_lines.line_iceberg,
        ),
        lines=priced.lines if len(priced.lines) else None,
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


def _line_states(
    scenario: Scenario, world: World, priced: PricedLaw, hand: HandMade
) -> tuple[StateShock, StateShock]:
    """Return both states of the lines: pairs not asked about keep the first, hands come last."""
    lines = priced.lines
    if len(lines) == 0:
        return StateShock(), StateShock()
    before, after = priced.states
    kept = _outside_pairs(scenario, world, priced)
    cell = cells_of(lines)
    tariff = np.where(kept, before.tariff_new, after.tariff_new)
    iceberg = np.where(kept, before.iceberg_hat, after.iceberg_hat)
    return (
        StateShock(line_tariff=before.tariff_new, line_iceberg=before.iceberg_hat),
        StateShock(
            line_tariff=hand.tariff(tariff, cell), line_iceberg=iceberg * hand.iceberg_hat[cell]
        ),
    )


def _same(before: StateShock, after: StateShock) -> bool:
    if before.line_tariff is None or after.line_tariff is None:
        return True
    assert before.line_iceberg is not None
    assert after.line_iceberg is not None
    return np.array_equal(before.line_tariff, after.line_tariff) and np.array_equal(
        before.line_iceberg, after.line_iceberg
    )


def _not_shown(scenario: Scenario, world: World) -> tuple[str, ...]:
    missing = [c for c in scenario.countries if c not in world.countries]
    return (f"Not in this world, so not shown: {', '.join(missing)}.",) if missing else ()


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
