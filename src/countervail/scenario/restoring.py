"""The world of a question: itself, or with what measures asked about kept out of it restored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from countervail.ledger.ledger import Ledger
from countervail.ledger.measure import Level, Measure
from countervail.ledger.pricing import levels
from countervail.ledger.pricing.base import restored_for
from countervail.ledger.pricing.own_duties import OwnDuties
from countervail.scenario.question import Question
from countervail.world import World
from countervail.world.redrawn import duties_redrawn
from countervail.world.restored import restored


def base_world(scenario: Question, world: World) -> World:
    """Return the world both states of a question are solved from: itself, or with goods restored.

    Raises:
        InputError: a level that does not fit the world.
    """
    ids = _ids(scenario)
    return world if scenario.ledger is None or not ids else _restored(world, scenario.ledger, ids)


def base_worlds(
    scenario: Question, worlds: Sequence[World], ledgers: Sequence[Ledger]
) -> list[World]:
    """Return the worlds that draws of a scenario are solved from.

    Args:
        scenario: the question.
        worlds, ledgers: of each draw.
    """
    ids = _ids(scenario)
    if not ids:
        return list(worlds)
    return [_restored(w, ledger, ids) for w, ledger in zip(worlds, ledgers, strict=True)]


def levels_of(scenario: Question) -> tuple[tuple[Measure, Level], ...]:
    """Return the levels of goods that measures asked about had kept out of the base year."""
    if scenario.ledger is None:
        return ()
    measures = (scenario.ledger.measure(id) for id in _ids(scenario))
    return tuple((measure, level) for measure in measures for level in measure.levels)


def _ids(scenario: Question) -> tuple[str, ...]:
    """Return the measures whose goods the world of a scenario must hold restored."""
    ledger, first, last = scenario.ledger, scenario.from_date, scenario.to_date
    if ledger is None or first is None or last is None:
        return ()
    return restored_for(
        ledger,
        first,
        last,
        subject=scenario.subject,
        background=scenario.background,
        known_on=scenario.known_on,
    )


@lru_cache(maxsize=4)
def _restored(world: World, ledger: Ledger, ids: tuple[str, ...]) -> World:
    """Return a world restored; the last few are kept, for a question asks for its own again.

    Known own duties and the rate of the rest of a cell stand, and the cell's rate follows.
    """
    found = restored(world, levels.goods(ledger, ids, world))
    if found is world:
        return world
    fine = found.finest
    cells = [
        (
            fine.countries.index(row["exporter"]),
            fine.countries.index(row["importer"]),
            fine.sectors.index(row["sector"]),
        )
        for row in found.restored
    ]
    if not any(fine.tariff[cell] for cell in cells):
        return found  # free for every good
    there = Ledger.of((levels.in_world(m, found) for m in ledger), ledger.paths)
    own = OwnDuties(world.finest, ledger)
    tariff, (rest, _) = np.array(own.under(there)), own.rest
    for row, cell in zip(found.restored, cells, strict=True):
        rate = ledger.measure(row["measure"]).product[row["product"]].base_rate
        if rate is not None and tariff[cell] > 0:
            tariff[cell] += row["value"] / row["cell"] * (0.01 * rate - rest[cell])
    return duties_redrawn(found, tariff)
