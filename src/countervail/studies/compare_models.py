"""How much hangs on the choice of model, closure and elasticities: the question under all of them.

A range says what follows from inputs that are not known, the model held fixed. The model itself is
a choice, and no probability stands behind its alternatives: each is solved and certified, and their
spread is reported beside the range, never inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, get_args

import numpy as np

from countervail import schema
from countervail.core.choices.closure import WorldShare
from countervail.core.choices.sourcing import CesSourcing
from countervail.core.model import Array, Model
from countervail.draws.batch import Case, Many, solve_many
from countervail.errors import CountervailError, InputError, did_you_mean
from countervail.models import MODELS
from countervail.models.economy import Economy
from countervail.models.presets import CaliendoParro, Deficits, closure_of
from countervail.scenario import Scenario
from countervail.world import World
from countervail.world.elasticities import elasticities, elasticity_sets

Progress = Callable[[int, int], object]


class Alternative(NamedTuple):
    """One way to answer the question.

    Attributes:
        model: name of the model.
        closure: how deficits move.
        elasticities: name of the set of trade elasticities.
    """

    model: str
    closure: str
    elasticities: str

    def differs(self, other: Alternative) -> tuple[str, ...]:
        """Return in what it differs from another one."""
        return tuple(name for name in self._fields if getattr(self, name) != getattr(other, name))


class Spread(NamedTuple):
    """A figure under all choices.

    Attributes:
        value: as asked.
        low, high: the smallest and the largest of all.
        lowest, highest: the choices that give them.
    """

    value: float
    low: float
    high: float
    lowest: Alternative
    highest: Alternative


@dataclass(frozen=True, eq=False)
class Comparison:
    """One question under several models, closures and sets of elasticities.

    Attributes:
        world: as asked.
        scenario: the question.
        choices: every combination; the first is the one asked for.
        arrays: variables of countries, [choice, country]; NaN where there is no answer.
        residual: largest relative residual of any equation, [choice]; NaN likewise.
        failures: why a choice has no answer, by its number.
    """

    world: World
    scenario: Scenario
    choices: tuple[Alternative, ...]
    arrays: Mapping[str, Array]
    residual: Array
    failures: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.choices)

    def value(self, choice: int, variable: str, country: str) -> float:
        """Return a figure under one choice; NaN where it has no answer.

        Raises:
            InputError: no such variable or country.
        """
        return float(self._all(variable, country)[choice])

    def spread(self, variable: str, country: str) -> Spread:
        """Return a figure as asked, and the least and the most it is under all choices.

        Raises:
            InputError: no such variable or country.
        """
        values = self._all(variable, country)
        low, high = int(np.nanargmin(values)), int(np.nanargmax(values))
        return Spread(
            value=float(values[0]),
            low=float(values[low]),
            high=float(values[high]),
            lowest=self.choices[low],
            highest=self.choices[high],
        )

    def alone(self, what: str) -> list[int]:
        """Return the choices that differ from what was asked in one thing only, by number.

        Args:
            what: ``model``, ``closure`` or ``elasticities``.
        """
        asked = self.choices[0]
        return [k for k, choice in enumerate(self.choices) if choice.differs(asked) == (what,)]

    def _all(self, variable: str, country: str) -> Array:
        if variable not in self.arrays:
            raise InputError(
                f"a comparison has no '{variable}'{did_you_mean(variable, self.arrays)} (it has "
                f"{', '.join(self.arrays)})"
            )
        return self.arrays[variable][:, self.world.country(country)]

    def __repr__(self) -> str:
        return (
            f"<Comparison {self.scenario.name!r}: {len(self)} choices, {len(self.failures)} "
            f"without an answer, residual {np.nanmax(self.residual):.1e}>"
        )


def compare_models(
    world: World,
    scenario: Scenario,
    model: Model | None = None,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    allow_partial: bool = False,
) -> Comparison:
    """Return a question's answers under every model, closure and set of elasticities there is.

    Closures of a model keep its other settings; models other than the one asked for have their
    defaults. Nominal deficits are in the wage of the model's unit, or of the largest economy. Sets
    of elasticities that lack a sector of the world are left out.

    Args:
        world: with the elasticities asked for.
        scenario: the question.
        model: the one asked for; default Caliendo and Parro with ``deficits="world_share"``.
        workers: threads; default one a core.
        progress: called with the choices done and their number.
        allow_partial: whether the answer may leave out what the world cannot hold or nothing
            prices; it says so, and warns.

    Raises:
        NotPlaced: the world cannot hold a part of the question, or nothing prices it.
        InputError: the scenario does not fit the world.
        NotCertified, NoEquilibrium: what was asked has no answer.
    """
    sets = _elasticities(world)
    scenario = scenario.partly(allow_partial)
    cases = [Case(scenario, theta) for theta in sets.values()]
    found: list[Many | CountervailError] = []
    chosen = list(_models(model or CaliendoParro(), world))
    for one in chosen:
        found.append(_solved(world, cases, one, workers, needed=not found))
        if progress is not None:
            progress(len(found) * len(cases), len(chosen) * len(cases))
    return _together(world, scenario, chosen, list(sets), found)


def _elasticities(world: World) -> dict[str, Array | None]:
    """Return theta[sector] of every set that fits the world, by name: first its own, as None."""
    found: dict[str, Array | None] = {world.elasticity_set: None}
    for name, values in elasticity_sets().items():
        if name in found or not values.keys() >= set(world.sectors):
            continue
        theta = np.array(elasticities(name, world.sectors))
        if not np.array_equal(theta, world.trade_elasticity):
            found[name] = theta
    return found


def _models(asked: Model, world: World) -> Iterator[Model]:
    """Yield the model asked for, its other closures, and every other model in all of its own."""
    unit = asked.unit or world.countries[int(np.argmax(world.accounts.value_added))]
    said = [asked.settings()]
    yield asked
    makers = [_closing(asked), *_others(asked, world)]
    for make in makers:
        for model in _closures(make, unit):
            if model.settings() not in said:
                said.append(model.settings())
                yield model


def _others(asked: Model, world: World) -> list[Callable[..., Any]]:
    """Return what makes the models whose equations are not those of the one asked for."""
    if not isinstance(asked, Economy):
        return list(MODELS.values())
    seen, others = {_equations(asked, world)}, []
    for make in MODELS.values():
        if (equations := _equations(make(), world)) not in seen:
            seen.add(equations)
            others.append(make)
    return others


def _equations(model: Economy, world: World) -> Economy:
    """Return a model in the usual reading and closure: what tells its equations from others'.

    Where a world has no goods inside sectors, nothing that is said of them counts.
    """
    model = replace(model, sourcing=CesSourcing(), closure=WorldShare())
    if world.carving is not None or world.horizon is not None:
        return model
    usual: dict[str, Any] = Economy().choices
    plain = {slot: usual[slot] for slot, choice in model.choices.items() if choice.of_goods}
    return replace(model, **plain)


def _closing(model: Model) -> Callable[..., Any]:
    """Return what makes a model with another closure, its other choices kept."""

    def make(**closure: Any) -> Any:
        if not isinstance(model, Economy):
            raise InputError(f"model '{model.name}' has no closures to choose")
        return replace(model, closure=closure_of(**closure))

    return make


def _closures(make: Callable[..., Any], unit: str) -> Iterator[Model]:
    """Yield a model in each of the closures that it has."""
    for deficits in get_args(Deficits):
        try:
            yield make(deficits=deficits, unit=unit if deficits == "nominal" else None)
        except InputError:  # not one of its closures
            continue


def _solved(
    world: World, cases: Sequence[Case], model: Model, workers: int | None, needed: bool
) -> Many | CountervailError:
    """Return the answers of one model, or why it has none at all.

    Raises:
        CountervailError: where the model is needed.
    """
    try:
        many = solve_many(world, cases, model, engine="numpy", workers=workers)
    except CountervailError as error:
        if needed:
            raise
        return error
    if needed and 0 in many.failures:
        raise many.failures[0]
    return many


def _together(
    world: World,
    scenario: Scenario,
    models: Sequence[Model],
    sets: Sequence[str],
    found: Sequence[Many | CountervailError],
) -> Comparison:
    """Return all answers side by side."""
    choices = [Alternative(m.name, _closure(m), name) for m in models for name in sets]
    table = schema.variables()
    first = next(many for many in found if isinstance(many, Many))
    names = [name for name in first.arrays if table[name].dims == ("country",)]
    nothing = np.full((len(sets), len(world.countries)), np.nan)
    failures: dict[int, str] = {}
    for m, many in enumerate(found):
        none = dict.fromkeys(range(len(sets)), many)
        why = many.failures if isinstance(many, Many) else none
        failures |= {m * len(sets) + k: str(error) for k, error in why.items()}
    return Comparison(
        world=world,
        scenario=scenario,
        choices=tuple(choices),
        arrays={
            name: np.concatenate(
                [many.arrays[name] if isinstance(many, Many) else nothing for many in found]
            )
            for name in names
        },
        residual=np.concatenate(
            [many.residual if isinstance(many, Many) else nothing[:, 0] for many in found]
        ),
        failures=failures,
    )


def _closure(model: Model) -> str:
    """Return what a model's closure is called: nominal deficits with their unit."""
    settings = model.settings()
    deficits = str(settings.get("deficits", "its own"))
    return f"{deficits} (wage of {model.unit})" if model.unit is not None else deficits
