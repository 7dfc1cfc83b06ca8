"""The grid of a sweep: every combination of its axes, as worlds, questions and models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from countervail import solving
from countervail.core.model import Model
from countervail.errors import InputError, unwarned
from countervail.horizons import LONG, at_horizon, in_the_long_run, touched_by, with_goods
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
        horizons: likewise, as ``horizons.HORIZONS`` has them.
    """

    name: str
    axes: Mapping[str, tuple[str, ...]]
    countries: tuple[str, ...]
    variables: tuple[str, ...]
    asked: tuple[Scenario, ...]
    questions: tuple[Scenario, ...]
    worlds: tuple[World, ...]
    models: tuple[Model, ...]
    horizons: tuple[str, ...] = (LONG,)

    def partly(self, allow: bool) -> Grid:
        """Return the grid; one whose answers may leave things out, where that is allowed."""
        asked = tuple(one.partly(allow) for one in self.asked)
        questions = tuple(one.partly(allow) for one in self.questions)
        return replace(self, asked=asked, questions=questions)

    def __len__(self) -> int:
        chosen = len(self.worlds) * len(self.models) * len(self.horizons)
        return len(self.questions) * chosen

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis takes."""
        return tuple(len(values) for values in self.axes.values())

    def point(self, number: int) -> GridPoint:
        """Return a point by its number."""
        first, horizon = divmod(number, len(self.horizons))
        first, model = divmod(first, len(self.models))
        question, world = divmod(first, len(self.worlds))
        there = self._met[world][model][horizon]
        return GridPoint(self.labels(number), there[0], self.questions[question], there[1])

    @cached_property
    def _met(self) -> list[list[list[tuple[World, Model]]]]:
        """World and model of a point, [world, model, horizon].

        Goods are carved once for all points: those that any question of the sweep touches.
        """
        if self.horizons == (LONG,):
            return [[[(world, model)] for model in self.models] for world in self.worlds]
        carved = [with_goods(w, touched_by(self._fitting(w), w)) for w in self.worlds]
        return [
            [
                [
                    (world, in_the_long_run(model))
                    if horizon == LONG
                    else at_horizon(there, model, horizon)
                    for horizon in self.horizons
                ]
                for model in self.models
            ]
            for world, there in zip(self.worlds, carved, strict=True)
        ]

    def _fitting(self, world: World) -> Iterator[Scenario]:
        """Yield the questions that can be placed in a world; the others say why at their points."""
        for question in self.questions:
            with suppress(InputError):
                touched_by((question,), world)
                yield question

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
