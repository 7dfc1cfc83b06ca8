"""The parts of a question: which measures, and changes made by hand, change anything in a world."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from countervail.ledger.pricing.cells import gather
from countervail.scenario.by_hand import hand_made
from countervail.scenario.placing import outside_pairs
from countervail.scenario.question import BY_HAND, Question
from countervail.scenario.states import Resolved
from countervail.world import World


def parts_of(scenario: Question, world: World, placed: Resolved) -> tuple[str, ...]:
    """Return the parts that change anything in a world: measures by id, then ``by-hand``.

    A measure is among them where its law differs on a line that has trade, even if another one in
    force leaves it without effect there: without the other it would have one.

    Args:
        scenario: the question.
        world: the world.
        placed: the question in it.
    """
    by_hand = (BY_HAND,) if _by_hand(scenario, world, placed) else ()
    return (*sorted(set(_measures(scenario, world, placed))), *by_hand)


def _measures(scenario: Question, world: World, placed: Resolved) -> Iterator[str]:
    """Yield the measures whose law differs on a line of a pair asked about, some repeatedly."""
    lines = placed.lines
    if lines is None or placed.law_before is None or placed.law_after is None:
        return
    views = placed.law_before, placed.law_after
    groups = gather(world.finest.countries, views).groups
    sellers, buyers, _ = lines.finest
    for line in np.flatnonzero(~outside_pairs(scenario, world, lines)):
        at_border = groups.get(int(buyers[line]), {})
        for key in lines.members[line]:
            group = at_border.get(key)
            if group is not None:
                before, after = group.law[:, sellers[line]]
                if before != after:
                    yield group.measure.id


def _by_hand(scenario: Question, world: World, placed: Resolved) -> bool:
    """Return whether changes are made by hand, and change something."""
    if scenario.only is not None and BY_HAND not in scenario.only:
        return False
    if scenario.by_hand is not None:
        return not placed.after.is_nothing()
    hand = hand_made(scenario.hand_changes, world)
    return bool(
        np.isfinite(hand.level).any()
        or hand.added.any()
        or (hand.iceberg_hat != 1.0).any()
        or hand.export_tax.any()
    )
