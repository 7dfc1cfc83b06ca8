"""Placing many draws of one question at once: the same law, other numbers in its measures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from countervail.ledger.in_force import LawView
from countervail.ledger.ledger import Ledger
from countervail.ledger.pricing import above_quotas
from countervail.ledger.pricing.lines import PricedLaw
from countervail.ledger.pricing.merging import price_draws_in
from countervail.scenario.by_hand import cells_of
from countervail.scenario.hypothetical import changed
from countervail.scenario.placing import hands, outside_pairs, quotas_of, states_of_law
from countervail.scenario.question import BY_HAND, Question
from countervail.scenario.states import Resolved, StateShock
from countervail.world import World


def place_draws(
    scenario: Question, worlds: Sequence[World], ledgers: Sequence[Ledger]
) -> list[Resolved]:
    """Return a question about law in every draw, as ``Scenario.resolve`` places it, without notes.

    What has no place in a world has been refused, or said, where the question itself was placed:
    draws of it differ in numbers only.

    Args:
        scenario: the question.
        worlds: of each draw, goods restored as the question asks.
        ledgers: of each draw.

    Raises:
        InputError: two duties would replace the applied rate of one line.
    """
    asked = states_of_law(scenario, worlds[0])
    if asked is None:
        raise TypeError(f"'{scenario.name}' asks of no law: it is made by hand")
    law, _ = asked
    views = [_views(scenario, (law.base, law.before, law.after), ledger) for ledger in ledgers]
    priced = _priced(worlds, views)
    return [
        _placed(scenario, world, seen, one)
        for world, seen, one in zip(worlds, views, priced, strict=True)
    ]


def _priced(worlds: Sequence[World], views: Sequence[tuple[LawView, ...]]) -> list[PricedLaw]:
    """Return the law of every draw on its lines, with the rates above its quotas."""
    every: list[tuple[LawView, ...]] = []
    second: dict[int, int] = {}
    for base, *states in views:
        more, second = above_quotas.with_above(states)
        every.append((base, *more))
    count = len(views[0]) - 1
    return [above_quotas.found(one, second, count) for one in price_draws_in(worlds, every)]


def _views(
    scenario: Question, law: tuple[LawView, LawView, LawView], ledger: Ledger
) -> tuple[LawView, ...]:
    """Return a draw's base law, its first state, its whole second state, and that of its parts."""
    base, before, whole = (view.drawn(ledger.measures) for view in law)
    assert scenario.to_date is not None
    for change in scenario.changes:
        whole = changed(whole, change, ledger, scenario.to_date, scenario.known_on)
    if scenario.only is None:
        return base, before, whole
    return base, before, whole, before.replace(scenario.only, whole)


def _placed(
    scenario: Question, world: World, views: tuple[LawView, ...], priced: PricedLaw
) -> Resolved:
    """Return one draw's states: pairs not asked about keep the first, changes by hand come last."""
    lines, number = priced.lines, len(views) - 2
    first, second = priced.states[0], priced.states[number]
    before = after = StateShock()
    if len(lines):
        kept = outside_pairs(scenario, world, lines)
        before = StateShock(line_tariff=first.tariff_new, line_iceberg=first.iceberg_hat)
        after = StateShock(
            line_tariff=np.where(kept, first.tariff_new, second.tariff_new),
            line_iceberg=np.where(kept, first.iceberg_hat, second.iceberg_hat),
        )
    if scenario.hand_changes and (scenario.only is None or BY_HAND in scenario.only):
        after = _by_hand(scenario, world, priced, after)
    return Resolved(
        before=before,
        after=after,
        lines=lines if len(lines) else None,
        law_before=views[1],
        law_after=views[-1],
        quotas=quotas_of(priced, outside_pairs(scenario, world, lines), number),
        quotas_before=quotas_of(priced, np.zeros(len(lines), dtype=np.bool_), 0),
    )


def _by_hand(scenario: Question, world: World, priced: PricedLaw, after: StateShock) -> StateShock:
    """Return the second state with the changes made by hand."""
    hand, cells = hands(scenario, world, True)
    if after.line_tariff is None or after.line_iceberg is None:
        return cells
    at = cells_of(priced.lines)
    return StateShock(
        tariff_new=cells.tariff_new,
        iceberg_hat=cells.iceberg_hat,
        export_tax=cells.export_tax,
        line_tariff=hand.tariff(after.line_tariff, at),
        line_iceberg=after.line_iceberg * hand.iceberg_hat[at],
    )
