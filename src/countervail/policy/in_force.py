"""The policy in force, solved: where another is chosen, and what the certified answer is beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import bridge, solving
from countervail.core.model import Baseline, Hats, Model, Shock
from countervail.errors import NoEquilibrium, NotCertified
from countervail.ledger import open_ledger
from countervail.limits import inside_quotas
from countervail.models.presets import CaliendoParro
from countervail.scenario import Resolved, Scenario
from countervail.scenario.left_out import refuse_status_quo
from countervail.scenario.on_top import OnTop, Policy
from countervail.solution import Solution
from countervail.state import State, solve_state
from countervail.world import World

Array = NDArray[np.float64]
Pair = tuple[Hats, Hats]

AGREES_TO_PER_CENT = 1e-6
"""Per cent of welfare within which the search and the certified solution must agree."""


class PolicyInForce(NamedTuple):
    """The status quo, solved.

    Attributes:
        observed: the world as given.
        world: what the status quo is solved from: the same, with goods restored where the
            question asks about a measure that had suppressed them, and with trade balanced where
            the model does that first.
        scenario: the question whose second state is the status quo.
        resolved: the same, placed in the world.
        model: the economics.
        base: the world as the core sees it.
        before: the state of the status quo.
        labour_hat: by what factor economies have grown in it, [country]; None of today.
    """

    observed: World
    world: World
    scenario: Scenario
    resolved: Resolved
    model: Model
    base: Baseline
    before: State
    labour_hat: Array | None = None

    @classmethod
    def of(cls, world: World, scenario: Scenario | None, model: Model | None) -> PolicyInForce:
        """Return the second state of a scenario, or the world as it is, solved.

        Raises:
            InputError: the scenario does not fit the world.
            NotPlaced: the world cannot hold a part of that law.
            NotCertified: the state could not be solved.
        """
        model, observed = model or CaliendoParro(), world
        asked = scenario or Scenario.from_arrays(observed, title="The world as it is")
        world = asked.base_world(world)
        if model.balances_first:
            world = solving.balanced(world, model)
        resolved = asked.resolve(world)
        if resolved.law_after is not None:
            refuse_status_quo(asked, world, resolved.law_after)
        model = inside_quotas(world, resolved, model)
        base = bridge.baseline_of(world, model)
        shock = bridge.shock_of(resolved.after, resolved)
        try:
            before = solve_state(model, base, shock)
        except NoEquilibrium as error:
            raise error.named(world.countries, world.sectors) from None
        return cls(observed, world, asked, resolved, model, base, before)

    def later(self, labour_hat: Array | None) -> PolicyInForce:
        """Return the same policy when economies have grown, solved.

        Raises:
            NotCertified: it could not be.
        """
        if labour_hat is None:
            return self
        law, near = self.before.shock, self.before.solved.hats
        labour = labour_hat if law.labour_hat is None else law.labour_hat * labour_hat
        then = solve_state(self.model, self.base, law._replace(labour_hat=labour), near)
        return self._replace(before=then, labour_hat=labour_hat)

    @property
    def spending(self) -> Array:
        """Final spending of every country under the status quo, USD million."""
        return self.before.outcome.income

    @property
    def shock(self) -> Shock:
        """The policy in force as the core sees it."""
        return self.before.shock

    def solution(
        self, title: str, name: str, policy: Policy, near: Pair, first: Iterable[int]
    ) -> Solution:
        """Return the certified comparison of a chosen policy with the policy in force.

        Args:
            title, name: of the question.
            policy: what is chosen.
            near: where the search found both states.
            first: positions of the countries shown first.

        Raises:
            NotCertified: a state did not pass the check.
        """
        question = OnTop(
            name=name,
            title=title,
            ledger=self.scenario.ledger,
            countries=tuple(self.world.countries[n] for n in first),
            status_quo=self.scenario,
            policy=policy,
        )
        return solving.solve(self.observed, question, self.model, near=near)

    def refuse_disagreement(self, certified: float, value: float) -> None:
        """Raise where the search was misled: the certified solution is worth something else.

        Args:
            certified: the objective, read from the certified solution, per cent.
            value: the result of the search.

        Raises:
            NotCertified: by how much.
        """
        if abs(certified - value) > AGREES_TO_PER_CENT:
            raise NotCertified(
                f"the search came to {value:.8f} per cent and the certified solution to "
                f"{certified:.8f}; no figures are given. Try another closure, and report the case"
            )


def law_of(day: date) -> Scenario:
    """Return the question whose second state is the law of a day, as the ledger has it."""
    law = Scenario.between(open_ledger(), day, day, name=f"law-of-{day}")
    return replace(law, title=f"The law of {day}")


def worth_usd(solution: Solution, members: tuple[int, ...]) -> float:
    """Return the equivalent variation of countries together, USD million."""
    arrays: Mapping[str, Array] = solution.arrays
    at = list(members)
    return float((arrays["income"][at] * arrays["welfare"][at]).sum() / 100.0)
