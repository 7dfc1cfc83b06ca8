"""Draws of a question, solved and verified: their law is priced together, then each is solved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from countervail import solving
from countervail.core.model import Hats, Model
from countervail.core.solver import Coarse
from countervail.draws.priors import Priors
from countervail.errors import CountervailError, NoEquilibrium, unwarned
from countervail.ledger import Ledger
from countervail.scenario import Resolved, Scenario
from countervail.scenario.drawn import place_draws
from countervail.scenario.restoring import base_worlds
from countervail.solution import Solution
from countervail.world import World

Array = NDArray[np.float64]
Placed = tuple[World, Scenario, Resolved | None, World]
"""The world a draw is solved from, its question as asked and as placed, and the world as drawn."""


def solve_draws(
    priors: Priors,
    quantiles: Array,
    model: Model,
    near: tuple[Hats, Hats],
    countries: Coarse | None = None,
) -> Iterator[Solution | CountervailError]:
    """Yield the certified answer to every draw, or the reason why it has none.

    Every draw starts where the point answer lies, never where another draw does, so that its
    numbers do not depend on its companions.

    Args:
        priors: what quantiles become.
        quantiles: 0 to 1, [draw, parameter].
        model: the model, with its closure.
        near: where the point answer lies.
        countries: how countries step in its search (``solving.countries_of``).
    """
    with unwarned():
        for one in _placed(priors, quantiles, model):
            if isinstance(one, CountervailError):
                yield one
                continue
            world, scenario, resolved, observed = one
            try:
                if resolved is None:
                    world, resolved = solving.place(world, scenario, model)
                yield solving.solve_draw(
                    world, scenario, model, resolved, observed, near, countries
                )
            except CountervailError as error:
                yield error


def _placed(priors: Priors, quantiles: Array, model: Model) -> Sequence[Placed | CountervailError]:
    """Return the draws, placed; what cannot be done for all of them is done for each."""
    try:
        draws = priors.at_each(quantiles)
        if not _of_law(priors):
            return [(world, scenario, None, world) for world, scenario in draws]
        return _together(priors.scenario, draws, model)
    except CountervailError as error:
        if len(quantiles) == 1:
            return [error]
        return [one for row in quantiles for one in _placed(priors, row[None], model)]


def _of_law(priors: Priors) -> bool:
    """Return whether draws of a question differ in the numbers of its law alone."""
    asked = priors.scenario
    dated = asked.from_date is not None and asked.to_date is not None
    return type(asked) is Scenario and asked.by_hand is None and dated and bool(priors.estimates)


def _together(
    scenario: Scenario, draws: Sequence[tuple[World, Scenario]], model: Model
) -> list[Placed | CountervailError]:
    """Return draws whose law is priced together."""
    ledgers = [_ledger(one) for _, one in draws]
    worlds = base_worlds(scenario, [world for world, _ in draws], ledgers)
    found: dict[int, Placed | CountervailError] = {}
    there: dict[int, World] = {}
    for number, world in enumerate(worlds):
        try:
            there[number] = solving.balanced(world, model) if model.balances_first else world
        except NoEquilibrium as error:
            found[number] = error.named(world.countries, world.sectors)
        except CountervailError as error:
            found[number] = error
    if there:
        placed = place_draws(scenario, list(there.values()), [ledgers[k] for k in there])
        for (number, world), resolved in zip(there.items(), placed, strict=True):
            observed, asked = draws[number]
            found[number] = world, asked, resolved, observed
    return [found[number] for number in range(len(draws))]


def _ledger(scenario: Scenario) -> Ledger:
    assert scenario.ledger is not None
    return scenario.ledger
