"""The evaluator: what instruments at some values are worth, and what a little more of each adds.

Every evaluation solves the world economy with the instruments at those values, started where the
last one ended, and takes the exact gradient of every criterion by the implicit function theorem
(``core.derivative``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from countervail import machine
from countervail.core import levers
from countervail.core.compare import compare
from countervail.core.levers import Levers as Slopes
from countervail.core.model import Baseline, Hats, Outcome, Shock, Totals, Weights
from countervail.policy.in_force import PolicyInForce
from countervail.policy.legal import Movers
from countervail.world import World

Array = NDArray[np.float64]

SOLVE_TO_RESIDUAL = 1e-12
"""Undamped residual of the states evaluated; the one reported is certified afresh."""


class Criteria(NamedTuple):
    """What a state is worth.

    Attributes:
        values: one a criterion, [criterion].
        entries: its derivative with respect to the entries of variables, by their names, in the
            core's axes; one mapping a criterion.
    """

    values: Array
    entries: tuple[Mapping[str, Array], ...]


class Visited(NamedTuple):
    """The state that instruments lead to.

    Attributes:
        law: the state of law that they are placed in.
        weights, totals: of the equilibrium.
        entries: derivative of the first criterion with respect to the entries of variables.
        spending: of every country under the policy in force, USD million.
    """

    law: Shock
    weights: Weights
    totals: Totals
    entries: Mapping[str, Array]
    spending: Array


class Aim(Protocol):
    """What instruments are set for."""

    @property
    def reads_flows(self) -> bool:
        """Whether it needs trade by partner, ``border_trade`` and ``border_trade_new``."""

    def read(self, found: Mapping[str, Array]) -> Criteria:
        """Return what a state is worth.

        Args:
            found: its variables relative to the policy in force, by name, in the core's axes.
        """


class Settable(Protocol):
    """Instruments whose values make a state of law."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said of them, in sentences."""

    def others(self, world: World, /) -> Movers:
        """Return whose law they move besides the player's: names and positions."""

    def present(self, base: Baseline, law: Shock, /) -> Array:
        """Return the values that stand, [instrument]."""

    def placed(self, base: Baseline, law: Shock, values: Array) -> Shock:
        """Return a state of law with the instruments at values, [instrument]."""

    def slopes(self, slopes: Slopes, base: Baseline, law: Shock, shock: Shock, /) -> Array:
        """Return slopes of the instruments from those of a state, [instrument].

        Args:
            slopes: derivatives with respect to everything that can be moved.
            base: baseline.
            law: the state of law before the instruments are placed in it.
            shock: with them.
        """

    def curvature(self, visited: Visited, values: Array, /) -> Array:
        """Return what a search may take second derivatives from, [instrument].

        Of rates, roughly by how much the first criterion's slope falls per unit; of levers, how
        fast grows what each stands on, and every slope with it.
        """


class Evaluated(NamedTuple):
    """What instruments at some values are worth.

    Attributes:
        values: of every criterion, [criterion].
        slopes: what it gains per unit of each instrument, [criterion, instrument].
        curvature: what second derivatives may be taken from, as the instruments say, [instrument].
        welfare: of every country relative to the policy in force, per cent, [country].
        hats: wages, prices and expenditure there.
    """

    values: Array
    slopes: Array
    curvature: Array
    welfare: Array
    hats: Hats

    @property
    def value(self) -> float:
        """Of the first criterion."""
        return float(self.values[0])

    @property
    def slope(self) -> Array:
        """Of the first criterion, [instrument]."""
        return np.asarray(self.slopes[0])


class Evaluator:
    """Evaluates an aim at values of instruments, under a law shared with everybody else.

    Args:
        in_force: what states are relative to.
        instruments: what is set.
        aim: what for.
        beside: another evaluator under the same policy in force: arrays on JAX's processor are
            shared with it, and what is known of them.

    Attributes:
        law: the state of law the instruments are placed in; others' rates are theirs.
        evaluations: equilibria solved so far.
        near: where the next search for an equilibrium starts: where the last one ended.
        best: the values of most worth so far under the present aim and law, and what they are.

    Raises:
        InputError: JAX is not installed.
    """

    def __init__(
        self,
        in_force: PolicyInForce,
        instruments: Settable,
        aim: Aim,
        beside: Evaluator | None = None,
    ) -> None:
        machine.load_jax()
        from countervail.core import derivative as core

        self.in_force, self.instruments, self.aim = in_force, instruments, aim
        self.law: Shock = in_force.shock
        self.evaluations = 0
        self.best: tuple[Array, Evaluated] | None = None
        before = in_force.before
        self.near: Hats = before.solved.hats
        first = core.Point(before.solved.hats, every_sector(before.weights))
        self._placed: tuple[Baseline, core.Point] = (
            (core.placed(in_force.base), core.placed(first)) if beside is None else beside._placed
        )

    def evaluate(self, values: Array) -> Evaluated:
        """Return what values of the instruments are worth, [instrument].

        Raises:
            NoEquilibrium: there is none at these values.
            NotCertified: it was not found, or has no derivative.
        """
        from countervail.core import compiled
        from countervail.core import derivative as core

        model, base = self.in_force.model, self.in_force.base
        shock = self.instruments.placed(base, self.law, values)
        weights = every_sector(model.prepare(base, shock))
        solved = compiled.solve(model, base, weights, SOLVE_TO_RESIDUAL, self.near)
        self.near, self.evaluations = solved.hats, self.evaluations + 1
        after: Totals | Outcome = solved.totals
        if self.aim.reads_flows:
            after = model.outcome(base, solved.hats, weights)
        found = self._compared(after, shock)
        worth = self.aim.read(found)
        pair = core.Pair(*self._placed, core.Point(solved.hats, weights))
        parts = [core.gradient(model, pair, each)[1] for each in worth.entries]
        faced, turning = model.faced(base, shock), model.turning
        slopes = [
            self.instruments.slopes(
                levers.law(base, shock, levers.pull(base, faced, each), turning),
                base,
                self.law,
                shock,
            )
            for each in parts
        ]
        visited = Visited(
            self.law, weights, solved.totals, worth.entries[0], self.in_force.spending
        )
        seen = Evaluated(
            values=worth.values,
            slopes=np.array(slopes),
            curvature=self.instruments.curvature(visited, values),
            welfare=np.asarray(found["welfare"]),
            hats=solved.hats,
        )
        if self.best is None or seen.value > self.best[1].value:
            self.best = values, seen
        return seen

    def outcome(self, values: Array, hats: Hats) -> Outcome:
        """Return the state that values lead to, from its hats."""
        model, base = self.in_force.model, self.in_force.base
        shock = self.instruments.placed(base, self.law, values)
        return model.outcome(base, hats, every_sector(model.prepare(base, shock)))

    def _compared(self, after: Totals | Outcome, shock: Shock) -> dict[str, Array]:
        """Return variables by name, relative to the policy in force, in the core's axes."""
        before, base = self.in_force.before, self.in_force.base
        labour = shock.labour(base) / before.shock.labour(base)
        found = compare(self.in_force.model, base, before.outcome, after, labour)
        if isinstance(after, Outcome):
            found["border_trade"], found["border_trade_new"] = before.outcome.border, after.border
        return found


def every_sector(weights: Weights) -> Weights:
    """Return weights with duties of every sector, taxed or not.

    What is compiled is for arrays of one shape; which sectors are taxed changes on the way.
    """
    share, border, _ = levers.matrices(weights)
    return weights._replace(taxed=np.arange(len(share)), duty=share - border)
