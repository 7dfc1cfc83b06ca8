"""A question with other sizes: its rates set, or scaled, for sweeps and one-line questions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

from countervail.errors import InputError
from countervail.scenario.question import Change, HandChange
from countervail.scenario.scenario import Scenario


def with_scale(scenario: Scenario, scale: float) -> Scenario:
    """Return a question whose second state is so many times as large.

    The rates of its subject in force on the second date are multiplied, and what its changes and
    shocks set; of what a change ends, so much is lifted.

    Args:
        scenario: the question.
        scale: 0.5 is half, 1 the question itself.

    Raises:
        InputError: not a number of at least 0, arrays, a ban, or the law of another date.
    """
    if not 0.0 <= scale < math.inf:
        raise InputError(f"scale {scale:g}: give a number of at least 0, such as 0.5 for half")
    if scale == 1.0:
        return _by_law_or_hand(scenario)
    changed = tuple(_scaled_change(change, scale) for change in scenario.changes)
    named = {change.measure for change in scenario.changes}
    return replace(
        _by_law_or_hand(scenario),
        changes=(
            *changed,
            *(Change(id, scale=scale) for id in _in_force(scenario) if id not in named),
        ),
        hand_changes=tuple(_scaled_by_hand(one, scale) for one in scenario.hand_changes),
    )


def with_rate(scenario: Scenario, rate: float) -> Scenario:
    """Return a question with another rate where it sets rates.

    Its shocks' points, rates and export taxes and its changes' rates are this one; where it has
    none, its subject's measures in force on the second date have it.

    Args:
        scenario: the question.
        rate: per cent.

    Raises:
        InputError: arrays, or a question that has nothing with a rate.
    """
    if not math.isfinite(rate):
        raise InputError(f"rate {rate:g}: give per cent, such as 25.0")
    by_hand = tuple(
        one._replace(
            add=None if one.add is None else rate,
            rate=None if one.rate is None else rate,
            export_tax=None if one.export_tax is None else rate,
        )
        for one in scenario.hand_changes
    )
    changes = tuple(
        change._replace(rate=rate, scale=None)
        if change.rate is not None or change.scale
        else change
        for change in scenario.changes
    )
    made = replace(_by_law_or_hand(scenario), changes=changes, hand_changes=by_hand)
    if (changes, by_hand) != (scenario.changes, scenario.hand_changes) or _has_rate(scenario):
        return made
    measures = tuple(_in_force(scenario))
    if not measures:
        raise InputError(f"scenario '{scenario.name}' sets no rate and none of it is in force")
    return replace(made, changes=(*changes, *(Change(id, rate=rate) for id in measures)))


def _has_rate(scenario: Scenario) -> bool:
    hands = ((one.add, one.rate, one.export_tax) for one in scenario.hand_changes)
    return any(set(given) != {None} for given in hands) or any(
        change.rate is not None or change.scale is not None for change in scenario.changes
    )


def _by_law_or_hand(scenario: Scenario) -> Scenario:
    if scenario.by_hand is not None:
        raise InputError(f"scenario '{scenario.name}' is made of arrays: scale the arrays")
    return scenario


def _in_force(scenario: Scenario) -> Iterable[str]:
    """Return the measures of the subject that have a price on the second date."""
    ledger, last = scenario.ledger, scenario.to_date
    if ledger is None or last is None:
        return ()
    entries = ledger.at(last, scenario.known_on).entries
    return dict.fromkeys(
        entry.measure.id
        for entry in entries
        if entry.rate.priced
        and not entry.measure.outside_model
        and (scenario.measures is None or entry.measure.id in scenario.measures)
    )


def _scaled_change(change: Change, scale: float) -> Change:
    if change.law_of is not None:
        raise InputError(
            f"'{change.measure}' is taken as on {change.law_of}: the law of a date has no scale"
        )
    if change.ends:
        return change._replace(ends=False, scale=max(1.0 - scale, 0.0))
    if change.scale is not None:
        return change._replace(scale=change.scale * scale)
    return change._replace(rate=None if change.rate is None else change.rate * scale)


def _scaled_by_hand(one: HandChange, scale: float) -> HandChange:
    def times(given: float | None, how: Callable[[float], float]) -> float | None:
        return None if given is None else how(given)

    if one.iceberg_hat == math.inf:
        raise InputError(f"the ban of {one.importer} on {one.exporter} cannot be scaled: {scale:g}")
    return one._replace(
        add=times(one.add, lambda x: x * scale),
        rate=times(one.rate, lambda x: x * scale),
        export_tax=times(one.export_tax, lambda x: x * scale),
        iceberg_hat=times(one.iceberg_hat, lambda x: 1.0 + (x - 1.0) * scale),
    )
