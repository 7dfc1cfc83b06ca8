"""Placing a question in a world: its two states of law become rates and bans on tariff lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.in_force import LawView
from countervail.ledger.ledger import Ledger
from countervail.ledger.notes import Note
from countervail.ledger.pricing import above_quotas, levels
from countervail.ledger.pricing.base import LawStates, law_states
from countervail.ledger.pricing.cells import differing
from countervail.ledger.pricing.lines import PricedLaw, PricedLines, QuotaNote
from countervail.ledger.pricing.merging import price_in
from countervail.scenario.by_hand import HandMade, cells_of, extreme, hand_made
from countervail.scenario.hypothetical import changed
from countervail.scenario.left_out import Placing, placing
from countervail.scenario.question import BY_HAND, Question
from countervail.scenario.restoring import base_world
from countervail.scenario.states import Resolved, StateShock
from countervail.world import World


class _Law(NamedTuple):
    """The law of a question on the lines of a world, one selection of its parts after another.

    Attributes:
        before: law of the first state.
        afters: law of the second state, by selection.
        priced: what the first state, the whole second state and then each law does to the lines.
        states: position of each selection among the priced states.
        kept: lines of pairs whose law the question leaves as in the first state.
        notes: what there is to say of it.
        placing: what is asked about, and what of it has no place.
    """

    before: LawView
    afters: tuple[LawView, ...]
    priced: PricedLaw
    states: tuple[int, ...]
    kept: NDArray[np.bool_]
    notes: tuple[Note, ...]
    placing: Placing


def place_each(
    scenario: Question, world: World, selections: Sequence[Sequence[str] | None]
) -> tuple[Resolved, ...]:
    """Return a scenario with one selection of its parts after another, as arrays of a world.

    All have one first state and the same lines: those of the whole question, whatever is selected.

    Args:
        scenario: the question.
        world: the world.
        selections: the parts that change; None for every part.

    Raises:
        InputError: a label the world lacks, or a hypothetical change of law that is not in force.
        NotPlaced: a part of it has no place, and the question does not allow that.
    """
    world = base_world(scenario, world)
    law = _law(scenario, world, selections)
    before = StateShock() if law is None else _before(law)
    by_hand = [selected is None or BY_HAND in selected for selected in selections]
    made = {chosen: hands(scenario, world, chosen) for chosen in set(by_hand)}
    return tuple(
        _placed(scenario, world, law, before, number, *made[chosen])
        for number, chosen in enumerate(by_hand)
    )


def hands(scenario: Question, world: World, chosen: bool) -> tuple[HandMade, StateShock]:
    """Return the changes made by hand, or none, and what they make of whole cells."""
    hand = hand_made(scenario.hand_changes if chosen else (), world)
    tariff = hand.tariff(world.tariff)
    return hand, StateShock(
        tariff_new=None if np.array_equal(tariff, world.tariff) else tariff,
        iceberg_hat=None if (hand.iceberg_hat == 1.0).all() else hand.iceberg_hat,
        export_tax=hand.export_tax if hand.export_tax.any() else None,
    )


def _placed(
    scenario: Question,
    world: World,
    law: _Law | None,
    before: StateShock,
    number: int,
    hand: HandMade,
    cells: StateShock,
) -> Resolved:
    """Return the question with one selection of its parts, by its number among them."""
    absent = (*hand.notes, *_not_shown(scenario, world))
    if law is None:
        return Resolved(before, cells, notes=absent)
    lines, state = _on_lines(law, number, hand), law.states[number]
    nothing: tuple[Note, ...] = ()
    quotas = [[q.law for q in law.priced.quotas if q.state == s] for s in (0, state)]
    if cells.is_nothing() and _same(before, lines) and quotas[0] == quotas[1]:
        nothing = (_nothing(scenario, law, number),)
    return Resolved(
        before=before,
        after=replace(cells, line_tariff=lines.line_tariff, line_iceberg=lines.line_iceberg),
        lines=law.priced.lines if len(law.priced.lines) else None,
        law_before=law.before,
        law_after=law.afters[number],
        quotas=quotas_of(law.priced, law.kept, state),
        quotas_before=quotas_of(law.priced, np.zeros_like(law.kept), 0),
        notes=(*nothing, *absent, *law.placing.notes, *law.notes),
        lines_asked=law.placing.lines,
        not_placed=law.placing.left_out,
    )


def quotas_of(priced: PricedLaw, kept: NDArray[np.bool_], state: int) -> tuple[QuotaNote, ...]:
    """Return the quotas of a state of law; on lines that keep the first state, those of that.

    Args:
        priced: the law.
        kept: lines that keep the first state [line].
        state: position among the priced states.
    """
    found = []
    for quota in priced.quotas:
        if quota.state not in (0, state):
            continue
        of_first = quota.state == 0
        if state == 0:
            stays = np.ones(len(quota.lines), dtype=np.bool_)
        else:
            stays = kept[quota.lines] == of_first
        if stays.all():
            found.append(quota)
        elif stays.any():
            above = None if quota.above is None else quota.above[stays]
            found.append(replace(quota, lines=quota.lines[stays], above=above))
    return tuple(found)


def _law(
    scenario: Question, world: World, selections: Sequence[Sequence[str] | None]
) -> _Law | None:
    """Return the law of the question, priced once for all selections; None where it has none."""
    asked = states_of_law(scenario, world)
    if asked is None or scenario.ledger is None:
        return None
    ledger, (law, whole) = scenario.ledger, asked
    placed = placing(scenario, world, law.before, whole)
    # what cuts cells into lines is the whole question: then the first state, lines and all, is
    # the same whatever is selected
    views, states = [law.before, whole], []
    for selected in selections:
        states.append(1 if selected is None else len(views))
        if selected is not None:
            views.append(law.before.replace(selected, whole))
    priced = priced_with_quotas(world, law.base, views)
    return _Law(
        before=law.before,
        afters=tuple(views[state] for state in states),
        priced=priced,
        states=tuple(states),
        kept=outside_pairs(scenario, world, priced.lines),
        notes=(
            *(note for change in scenario.changes for note in extreme(change)),
            *levels.said(world.restored),
            *law.notes,
            *_unsaid(ledger, scenario, law.before, whole, priced.notes),
            *priced.notes,
        ),
        placing=placed,
    )


def priced_with_quotas(world: World, base: LawView, views: Sequence[LawView]) -> PricedLaw:
    """Return what states of law do to the lines of a world, and the rates above their quotas.

    Raises:
        InputError: two duties would replace the applied rate of one line.
    """
    every, second = above_quotas.with_above(views)
    return above_quotas.found(price_in(world, base, every), second, len(views))


def states_of_law(scenario: Question, world: World) -> tuple[LawStates, LawView] | None:
    """Return the states of law of a question, and the second with its hypothetical changes."""
    ledger, first, last = scenario.ledger, scenario.from_date, scenario.to_date
    if ledger is None or first is None or last is None:
        return None
    law = law_states(
        ledger,
        world.finest,
        first,
        last,
        subject=scenario.subject,
        background=scenario.background,
        known_on=scenario.known_on,
    )
    whole = law.after
    for change in scenario.changes:
        whole = changed(whole, change, ledger, last, scenario.known_on)
    return law, whole


def gaps(scenario: Question, world: World) -> Placing:
    """Return what a question asks about in a world and what of it has no place; nothing is priced.

    Raises:
        InputError: a hypothetical change of law that is not in force.
        NotPlaced: a part of it has no place, and the question does not allow that.
    """
    world = base_world(scenario, world)
    asked = None if scenario.by_hand is not None else states_of_law(scenario, world)
    if asked is None:
        return Placing(0, (), ())
    law, whole = asked
    return placing(scenario, world, law.before, whole)


def _before(law: _Law) -> StateShock:
    """Return the first state of the lines."""
    if len(law.priced.lines) == 0:
        return StateShock()
    first = law.priced.states[0]
    return StateShock(line_tariff=first.tariff_new, line_iceberg=first.iceberg_hat)


def _on_lines(law: _Law, number: int, hand: HandMade) -> StateShock:
    """Return a selection's state of the lines: pairs not asked about keep the first, hands last."""
    lines, states = law.priced.lines, law.priced.states
    if len(lines) == 0:
        return StateShock()
    before, after = states[0], states[law.states[number]]
    cell = cells_of(lines)
    tariff = np.where(law.kept, before.tariff_new, after.tariff_new)
    iceberg = np.where(law.kept, before.iceberg_hat, after.iceberg_hat)
    return StateShock(
        line_tariff=hand.tariff(tariff, cell), line_iceberg=iceberg * hand.iceberg_hat[cell]
    )


def _nothing(scenario: Question, law: _Law, number: int) -> Note:
    """Say that both states are the same: in law, or in what of it is priced."""
    known = f", as known on {scenario.known_on}" if scenario.known_on else ""
    made = ", with the changes made" if scenario.changes else ""
    first, last = str(scenario.from_date), str(scenario.to_date)
    views = law.before, law.afters[number]
    kind = "no_effect" if differing(views) or law.placing.left_out else "same_law"
    return Note.of(kind, first=first, last=last, known=known, made=made)


def _same(before: StateShock, after: StateShock) -> bool:
    if before.line_tariff is None or after.line_tariff is None:
        return True
    assert before.line_iceberg is not None
    assert after.line_iceberg is not None
    return np.array_equal(before.line_tariff, after.line_tariff) and np.array_equal(
        before.line_iceberg, after.line_iceberg
    )


def _not_shown(scenario: Question, world: World) -> tuple[Note, ...]:
    missing = tuple(c for c in scenario.countries if not world.showing([c]))
    return (Note.of("not_shown", countries=missing),) if missing else ()


def outside_pairs(scenario: Question, world: World, lines: PricedLines) -> NDArray[np.bool_]:
    """Return the lines of pairs whose law the scenario leaves as in the first state."""
    if scenario.pairs is None:
        return np.zeros(len(lines), dtype=bool)
    codes = world.finest.countries
    at = {code: k for k, code in enumerate(codes)}
    named = np.zeros((len(codes), len(codes)), dtype=bool)
    for exporter, importer in scenario.pairs:
        if exporter in at and importer in at:
            named[at[exporter], at[importer]] = True
    sellers, buyers, _ = lines.finest
    return np.asarray(~named[sellers, buyers] | (sellers < 0))


def _unsaid(
    ledger: Ledger,
    scenario: Question,
    before: LawView,
    after: LawView,
    said: Iterable[Note],
) -> list[Note]:
    """Say what bears on the scenario's subject without being in it.

    Measures in force between the same countries that are not priced, and measures that displace
    one of the subject without being part of it.
    """
    subject = scenario.subject
    if subject is None:
        return []
    measures = [ledger.measure(id) for id in subject]
    sides = {(m.implementer, target) for m in measures for target in m.targets}
    notes = []
    reported = {id for note in said for id in note.measures}
    for id in dict.fromkeys((*before.ids, *after.ids)):
        other = ledger.measure(id)
        if id in subject or id in reported:
            continue
        if other.outside_model and sides & {(other.implementer, t) for t in other.targets}:
            notes.append(Note.of("beside", id, why=other.outside_model))
    for other in ledger:
        displaced = tuple(id for id in other.stacking.displaces if id in subject)
        if displaced and other.id not in subject and not other.outside_model:
            notes.append(
                Note.of("displaces", other.id, *displaced, by=other.id, displaced=displaced)
            )
    return notes
