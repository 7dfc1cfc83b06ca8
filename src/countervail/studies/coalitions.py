"""Coalitions of a question's measures: what the world is like when only these change.

Every coalition is placed in the world with the first state and the tariff lines of the whole
question, then solved and certified (``many``). Its value is the change of every outcome of
countries, and of countries and sectors, since the first state: of a variable in per cent, the
variable itself; of a ratio (``_hat``), what it is above one; of a level of the second state
(``_new``), what it is above that of the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from countervail import schema
from countervail.core.model import Array, Model
from countervail.draws.batch import Many, solve_many
from countervail.draws.batch.answers import Progress
from countervail.draws.batch.cases import placed_in
from countervail.errors import CountervailError, InputError, NoEquilibrium, NotCertified
from countervail.scenario import Scenario
from countervail.scenario.placed import Placed
from countervail.studies.shapley import Coalition
from countervail.world import World

FEW_GROUPS = 3
"""Groups that are named one by one in a message; of larger coalitions those left out are."""


class Coalitions:
    """Values coalitions of groups of a question's parts, each group by its number.

    Args:
        world: the base world, restored as the question asks.
        scenario: the question.
        model: the model.
        groups: parts of the question, by name.
        count: how many coalitions there will be, for the progress reported.
        progress: called with the number of coalitions solved and of all.
        workers: threads; default one a core.

    Attributes:
        residual: largest residual of any state solved so far.
        outcomes: names of the variables whose changes stand side by side in a value.
    """

    def __init__(
        self,
        world: World,
        scenario: Scenario,
        model: Model,
        groups: Mapping[str, tuple[str, ...]],
        count: int,
        progress: Progress | None = None,
        workers: int | None = None,
    ) -> None:
        world = scenario.base_world(world)
        self.world, self.scenario, self.model, self.groups = world, scenario, model, groups
        self.count, self.progress, self.workers = count, progress, workers
        # with balanced trade, goods are placed in the world that has it
        self.place = placed_in(world, model)
        self.done, self.residual = 0, 0.0
        self.outcomes: tuple[str, ...] = ()

    def value(self, coalitions: Sequence[Coalition]) -> Array:
        """Return the change of every outcome since the first state, [coalition, outcome].

        Raises:
            InputError: measures that cannot stand together, as they never did.
            NoEquilibrium, NotCertified: a coalition has no certified answer; it is named.
        """
        many = solve_many(
            self.world,
            self._placed(coalitions),
            self.model,
            workers=self.workers,
            progress=self._reporter(len(coalitions)),
        )
        for number, error in many.failures.items():
            raise _with(error, self._words(coalitions[number])) from error
        self.done += len(coalitions)
        self.residual = max(self.residual, float(many.residual.max()))
        found = changes(many)
        self.outcomes = tuple(found)
        return np.concatenate([v.reshape(len(coalitions), -1) for v in found.values()], axis=1)

    def _placed(self, coalitions: Sequence[Coalition]) -> list[Scenario]:
        """Return the coalitions as questions, placed in the world.

        Raises:
            InputError: measures that cannot stand together.
        """
        names, parts = list(self.groups), list(self.groups.values())
        selections = [tuple(p for g in sorted(each) for p in parts[g]) for each in coalitions]
        try:
            resolved = self.scenario.resolve_each(self.place, selections)
        except InputError as error:
            raise InputError(
                f"{error}. With some of the measures changed and others not, law stands together "
                f"that never did: measures that take each other's place belong in one group "
                f"(groups now: {', '.join(names)})"
            ) from error
        return [
            Placed.of(self.scenario, placed, only)
            for only, placed in zip(selections, resolved, strict=True)
        ]

    def _reporter(self, coalitions: int) -> Progress | None:
        """Return what tells of coalitions, given states solved: the first is that of all."""
        progress, before = self.progress, self.done
        if progress is None:
            return None
        return lambda states, of: progress(before + max(0, states - of + coalitions), self.count)

    def _words(self, coalition: Coalition) -> str:
        """Return a coalition in words."""
        names = list(self.groups)
        inside = [name for g, name in enumerate(names) if g in coalition]
        outside = [name for g, name in enumerate(names) if g not in coalition]
        if not outside:
            return "with everything changed"
        if len(inside) > FEW_GROUPS >= len(outside):
            return f"with all changed but {', '.join(outside)}"
        return f"with only {', '.join(inside)} changed"


def _with(error: CountervailError, words: str) -> CountervailError:
    """Return an error that says in which coalition it arose."""
    if isinstance(error, NoEquilibrium):
        return NoEquilibrium(f"{words}: {error}".replace("{", "{{").replace("}", "}}"))
    return NotCertified(f"{words}: {error}")


def changes(many: Many) -> dict[str, Array]:
    """Return the change of every outcome since the first state, [case, ...]."""
    found = {}
    for name, values in many.arrays.items():
        # changes already: per cents, and the money that some of them are
        if schema.variables()[name].unit.startswith("per cent") or name.endswith("_usd"):
            found[name] = values
        elif name.endswith("_hat"):
            found[name] = values - 1.0
        elif name.endswith("_new"):
            found[name] = values - many.arrays[name.removesuffix("_new")]
    return found


def by_variable(world: World, names: Sequence[str], flat: Array) -> dict[str, Array]:
    """Return changes that stand side by side, [..., outcome], as variables [..., country, ...]."""
    sizes = {"country": len(world.countries), "sector": len(world.sectors)}
    shapes = [[sizes[dim] for dim in schema.variables()[name].dims] for name in names]
    edges = np.cumsum([np.prod(shape, dtype=int) for shape in shapes])[:-1]
    parts = np.split(flat, edges, axis=-1)
    return {
        name: part.reshape(*flat.shape[:-1], *shape)
        for name, part, shape in zip(names, parts, shapes, strict=True)
    }
