"""The grid of a sweep: every combination of its axes, as worlds, questions and models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from countervail import solving
from countervail.core.model import Model
from countervail.errors import unwarned
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.world import World


class GridPoint(NamedTuple):
    """One point of a grid.

    Attributes:
        labels: by axis, which of its values.
        world, scenario, model: what is solved.
    """

    labels: Mapping[str, str]
    world: World
    scenario: Scenario
    model: Model


@dataclass(frozen=True, eq=False)
class Grid:
    """Every point of a sweep, in the order of its axes, the last of which changes fastest.

    Attributes:
        name: short name.
        axes: labels of the values of each axis.
        countries: codes of those reported.
        variables: reported.
        asked: the scenario, in each of its variants, before other dates are put in.
        questions: one for each combination of the axes that choose the question.
        worlds: likewise.
        models: likewise.
    """

    name: str
    axes: Mapping[str, tuple[str, ...]]
    countries: tuple[str, ...]
    variables: tuple[str, ...]
    asked: tuple[Scenario, ...]
    questions: tuple[Scenario, ...]
    worlds: tuple[World, ...]
    models: tuple[Model, ...]

    def partly(self, allow: bool) -> Grid:
        """Return the grid; one whose answers may leave things out, where that is allowed."""
        asked = tuple(one.partly(allow) for one in self.asked)
        questions = tuple(one.partly(allow) for one in self.questions)
        return replace(self, asked=asked, questions=questions)

    def __len__(self) -> int:
        return len(self.questions) * len(self.worlds) * len(self.models)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis takes."""
        return tuple(len(values) for values in self.axes.values())

    def point(self, number: int) -> GridPoint:
        """Return a point by its number."""
        first, model = divmod(number, len(self.models))
        question, world = divmod(first, len(self.worlds))
        return GridPoint(
            self.labels(number), self.worlds[world], self.questions[question], self.models[model]
        )

    def labels(self, number: int) -> dict[str, str]:
        """Return where a point lies, by axis."""
        at = np.unravel_index(number, self.shape)
        return {name: self.axes[name][k] for name, k in zip(self.axes, at, strict=True)}

    def solve(self, number: int) -> Solution:
        """Return the certified answer of a point in full.

        Raises:
            CountervailError: the reason why it has none.
        """
        _, world, scenario, model = self.point(number)
        with unwarned():
            return solving.solve(world, scenario, model)

    def settings(self) -> dict[str, Any]:
        """Return everything the answers depend on, JSON-able."""
        ledger = self.asked[0].ledger
        return {
            "axes": {name: list(values) for name, values in self.axes.items()},
            "countries": list(self.countries),
            "variables": list(self.variables),
            "scenarios": [scenario.settings() for scenario in self.asked],
            "ledger": None if ledger is None else ledger.hash,
            "worlds": [
                {"name": w.name, "hash": w.hash, "elasticities": w.elasticity_set}
                for w in self.worlds
            ],
            "models": [model.settings() for model in self.models],
        }
