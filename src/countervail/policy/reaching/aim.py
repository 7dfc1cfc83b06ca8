"""What levers are used for: how far states are beyond goals, and what moves that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from countervail.core.compare import compare
from countervail.policy.evaluator import Criteria
from countervail.policy.in_force import PolicyInForce
from countervail.policy.reaching.targets import Target

Array = NDArray[np.float64]


class GoalsAim:
    """Goals as criteria: how far beyond each of them a state is, negative where short of it.

    Args:
        targets: the goals in the world.
        needed: level that each asks for, [goal].
        world_growth: world value added of the goals' year over the base year's.
        limits: how many of the targets, the last of them, are not to be missed for others.
    """

    reads_flows = True

    def __init__(
        self, targets: Sequence[Target], needed: Array, world_growth: float, limits: int = 0
    ) -> None:
        self.targets, self.needed = targets, needed
        self.world_growth, self.limits = world_growth, limits
        self.scale = [scale_of(t, n) for t, n in zip(targets, needed, strict=True)]

    @property
    def goals(self) -> tuple[Target, ...]:
        """The targets that are goals."""
        return tuple(self.targets[: len(self.targets) - self.limits])

    def read(self, found: Mapping[str, Array]) -> Criteria:
        """Return how far beyond each goal a state is, from variables in the core's axes."""
        arrays = {name: np.asarray(each).T for name, each in found.items()}
        values, entries = np.zeros(len(self.targets)), []
        for m, target in enumerate(self.targets):
            level = target.level(arrays, self.world_growth, first=False)
            scale = self.scale[m]
            gap = target.measure(level, scale) - target.measure(self.needed[m], scale)
            values[m] = target.sign * gap
            slope = target.slope(arrays, scale / self._growth(target))
            entries.append({target.variable: target.sign * np.ascontiguousarray(slope.T)})
        return Criteria(values, tuple(entries))

    def level(self, goal: int, value: float) -> float:
        """Return the level of a goal's figure from how far beyond the goal it is."""
        target, scale = self.targets[goal], self.scale[goal]
        measure = target.measure(self.needed[goal], scale) + target.sign * value
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


def today_of(in_force: PolicyInForce) -> Mapping[str, Array]:
    """Return variables of the policy in force relative to itself, in a world's axes."""
    base, before = in_force.base, in_force.before.outcome
    books = compare(in_force.model, base, before, before, np.ones_like(base.value_added))
    cubes = {"border_trade": before.border, "border_trade_new": before.border}
    return {name: np.asarray(values).T for name, values in {**cubes, **books}.items()}
