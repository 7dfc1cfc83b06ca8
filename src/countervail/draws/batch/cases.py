"""The questions, and the states of the world that have to be solved to answer them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from countervail import bridge, solving
from countervail.core.model import Array, Baseline, Model, QuotaLimits, Shock
from countervail.errors import InputError, NoEquilibrium
from countervail.labelled import aligned
from countervail.limits import QuotaPlan, plan_of, quantities
from countervail.scenario import Resolved, Scenario, StateShock
from countervail.world import World


class Case(NamedTuple):
    """One question of many.

    Attributes:
        scenario: two states of law, or changes made by hand.
        trade_elasticity: theta[sector] in place of the world's, in both states; by label where it
            has any.
    """

    scenario: Scenario
    trade_elasticity: ArrayLike | None = None

    @classmethod
    def of(cls, asked: Scenario | Case, number: int, world: World) -> Case:
        """Return a case with its elasticities as an array.

        Args:
            asked: a scenario, or a case.
            number: its position, for the message.
            world: asked about.

        Raises:
            InputError: elasticities whose labels do not match, or that are not one positive number
                a sector.
        """
        if isinstance(asked, Scenario):
            return cls(asked)
        if asked.trade_elasticity is None:
            return asked
        what = f"case {number}: trade_elasticity"
        theta = aligned(asked.trade_elasticity, ("sector",), (world.sectors,), what)
        if not ((theta > 0) & np.isfinite(theta)).all():
            raise InputError(
                f"{what} must be {len(world.sectors)} positive numbers, one a sector of the world"
            )
        return cls(asked.scenario, theta)

    def partly(self, allow: bool) -> Case:
        """Return the case; one whose answer may leave things out, where that is allowed."""
        return self._replace(scenario=self.scenario.partly(allow))


class StateToSolve(NamedTuple):
    """A state to be solved.

    Attributes:
        change: what it changes in the world, with labels in place.
        resolved: the scenario placed in the world, with the lines both its states act on.
        trade_elasticity: theta[j] in place of the world's.
        quotas: quantities of the state.
    """

    change: StateShock
    resolved: Resolved
    trade_elasticity: Array | None
    quotas: QuotaLimits | None = None

    def shock(self) -> Shock:
        """Return its plain arrays; made when its turn comes, so that not all stand in memory."""
        shock = bridge.shock_of(self.change, self.resolved, self.quotas)
        return shock._replace(trade_elasticity=self.trade_elasticity)


def homes(cases: Sequence[Case], world: World) -> list[tuple[World, list[int]]]:
    """Return the worlds that cases are solved from, with the numbers of the cases of each.

    Raises:
        InputError: a case that does not fit the world.
    """
    known: dict[int, World] = {}
    found: dict[int, tuple[World, list[int]]] = {}
    for k, case in enumerate(cases):
        if id(case.scenario) not in known:
            known[id(case.scenario)] = case.scenario.base_world(world)
        home = known[id(case.scenario)]
        found.setdefault(id(home), (home, []))[1].append(k)
    return list(found.values()) or [(world, [])]


def placed_in(world: World, model: Model) -> World:
    """Return the world that goods are placed in.

    With balanced trade the first state itself balances the world, but goods are placed in the
    result.

    Raises:
        NoEquilibrium: the world has none with balanced trade.
        NotCertified: the balanced world could not be verified.
    """
    if not model.balances_first:
        return world
    try:
        return solving.balanced(world, model)
    except NoEquilibrium as error:
        raise error.named(world.countries, world.sectors) from None


def states_of(
    cases: Sequence[Case], world: World, model: Model
) -> tuple[list[StateToSolve], list[StateToSolve], list[int], QuotaPlan | None]:
    """Return the first states, each once; the second states; the first state of each case; quotas.

    Raises:
        InputError: a case that does not fit the world, or two quotas on one line.
    """
    placed: dict[int, Resolved] = {}
    known: dict[tuple[int, bytes], int] = {}
    befores: list[StateToSolve] = []
    afters: list[StateToSolve] = []
    pairs: list[int] = []
    for case in cases:
        if id(case.scenario) not in placed:
            placed[id(case.scenario)] = case.scenario.resolve(world)
        resolved = placed[id(case.scenario)]
        theta = None if case.trade_elasticity is None else np.asarray(case.trade_elasticity)
        other = b"" if theta is None else theta.tobytes()
        key = (id(resolved.before), other)
        if resolved.before.is_nothing():
            # the world as it is; its elasticities matter only if its deficits go
            key = (0, other if model.balances_first else b"")
        if key not in known:
            known[key] = len(befores)
            befores.append(StateToSolve(resolved.before, resolved, theta))
        pairs.append(known[key])
        afters.append(StateToSolve(resolved.after, resolved, theta))
    plan = plan_of(world, placed.values(), model)
    if plan is not None:
        befores, afters = (
            [one._replace(quotas=quantities(plan, world, one.resolved, number)) for one in states]
            for number, states in enumerate((befores, afters))
        )
    return befores, afters, pairs, plan


def labour_of(
    base: Baseline,
    befores: Sequence[StateToSolve],
    afters: Sequence[StateToSolve],
    pairs: Sequence[int],
) -> Array:
    """Return labour of the second state over the first, [n, case]."""
    hats = np.ones((len(base.value_added), len(afters)))
    for k, (after, pair) in enumerate(zip(afters, pairs, strict=True)):
        for state, power in ((after, 1.0), (befores[pair], -1.0)):
            if state.change.labour_hat is not None:
                hats[:, k] *= state.change.labour_hat**power
    return hats
