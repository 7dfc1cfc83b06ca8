"""How far changes of levers bring goals, and what a little more of each lever would add.

Every look solves the world economy with the levers pulled, started where the last one ended, and
takes the exact gradient of every goal by the implicit function theorem (``core.derivative``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from countervail import machine
from countervail.core import levers as core_levers
from countervail.core.compare import compare
from countervail.core.model import Baseline, Hats, Model, Outcome
from countervail.policy.rates.desk import SOLVE_TO, every_sector
from countervail.policy.reaching.least import View
from countervail.policy.reaching.levers import Levers, pulled
from countervail.policy.reaching.targets import Target
from countervail.state import State
from countervail.world import World

Array = NDArray[np.float64]


class ReachDesk:
    """Evaluates goals under a law, with levers pulled.

    Args:
        model: the economics.
        base: baseline.
        world: the same, labelled.
        before: the law in force in the goal's year, solved; what changes are relative to.
        levers: what may be changed.
        targets: the goals in the world.
        needed: level that each goal asks for, [goal].
        world_growth: world value added of the goal's year over the base year's.
        limits: how many of the targets, the last of them, are not to be missed for others.

    Attributes:
        evaluations: looks so far.

    Raises:
        InputError: JAX is not installed.
    """

    def __init__(
        self,
        model: Model,
        base: Baseline,
        world: World,
        before: State,
        levers: Levers,
        targets: Sequence[Target],
        needed: Array,
        world_growth: float,
        limits: int = 0,
    ) -> None:
        machine.load_jax()
        from countervail.core import derivative as core

        self.model, self.base, self.world, self.before = model, base, world, before
        self.levers, self.targets, self.needed = levers, targets, needed
        self.world_growth, self.limits = world_growth, limits
        self.scale = [scale_of(t, n) for t, n in zip(targets, needed, strict=True)]
        self.evaluations = 0
        self._near: Hats = before.solved.hats
        first = core.Point(before.solved.hats, every_sector(before.weights))
        self._placed_base, self._placed_first = core.placed(base), core.placed(first)

    def look(self, x: Array) -> View:
        """Return what changes come to: how far beyond each goal, and the slopes of that.

        Raises:
            NoEquilibrium: there is none with these changes.
            NotCertified: it was not found, or has no derivative.
        """
        from countervail.core import compiled
        from countervail.core import derivative as core

        law = self.before.shock
        shock = pulled(self.base, law, self.levers.changes(x, self.world))
        weights = every_sector(self.model.prepare(self.base, shock))
        solved = compiled.solve(self.model, self.base, weights, SOLVE_TO, self._near)
        self._near, self.evaluations = solved.hats, self.evaluations + 1
        outcome = self.model.outcome(self.base, solved.hats, weights)
        arrays = arrays_of(self.model, self.base, self.before.outcome, outcome)
        pair = core.Pair(self._placed_base, self._placed_first, core.Point(solved.hats, weights))
        value, slope = np.zeros(len(self.targets)), np.zeros((len(self.targets), len(x)))
        for m, target in enumerate(self.targets):
            level = target.level(arrays, self.world_growth, first=False)
            scale = self.scale[m]
            gap = target.measure(level, scale) - target.measure(self.needed[m], scale)
            value[m] = target.sign * gap
            entries = np.ascontiguousarray(target.slope(arrays, scale / self._growth(target)).T)
            _, worth = core.gradient(self.model, pair, {target.variable: entries})
            slopes = core_levers.pull(self.base, shock, worth)
            slope[m] = target.sign * self.levers.slopes(slopes, self.base, law, shock)
        return View(value, slope, solved.hats)

    def output(self, x: Array, hats: Hats) -> Array:
        """Return what sectors produce under changes, in the goals' year, [country, sector]."""
        shock = pulled(self.base, self.before.shock, self.levers.changes(x, self.world))
        weights = every_sector(self.model.prepare(self.base, shock))
        outcome = self.model.outcome(self.base, hats, weights)
        return np.asarray(outcome.gross_output.T * self.world_growth)

    def level(self, goal: int, view: View) -> float:
        """Return the level of a goal's figure at a view of it."""
        target, scale = self.targets[goal], self.scale[goal]
        wanted = target.measure(self.needed[goal], scale)
        measure = wanted + target.sign * float(view.value[goal])
        return float(np.exp(measure) if target.in_logs else measure * scale)

    def per_measure(self, goal: int, level: float) -> float:
        """Return by how much a level moves where its measure moves by one."""
        return level if self.targets[goal].in_logs else self.scale[goal]

    def _growth(self, target: Target) -> float:
        """Return what a level of the model is multiplied by."""
        return self.world_growth if target.unit == "USD million" else 1.0


def scale_of(target: Target, needed: float) -> float:
    """Return the unit distances to a goal are measured in, where it is not a log."""
    return 100.0 if target.unit == "per cent" else max(abs(needed), 1.0)


def arrays_of(model: Model, base: Baseline, before: Outcome, after: Outcome) -> Mapping[str, Array]:
    """Return variables of the second state relative to the first, in a world's axes.

    Both states have the same labour.
    """
    books = compare(model, base, before, after, np.ones_like(base.value_added))
    cubes = {"border_trade": before.border, "border_trade_new": after.border}
    return {name: np.asarray(values).T for name, values in {**cubes, **books}.items()}
