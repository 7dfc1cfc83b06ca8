"""How much hangs on the choice of model, closure and elasticities: the question under all of them.

A range says what follows from inputs that are not known, the model held fixed. The model itself is
a choice, and no probability stands behind its alternatives: each is solved and certified, and their
spread is reported beside the range, never inside it. Models of the first years after a change are
solved in the world as it is met then, whatever was asked.
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
from countervail.horizons import FIRST, LONG, Horizon, horizon_key, met, model_after
from countervail.models import MODELS
from countervail.models.economy import Economy
from countervail.models.presets import (
    AFTER_A_YEAR,
    ALWAYS_LONG,
    AT_EVERY_HORIZON,
    CaliendoParro,
    Deficits,
    closure_of,
)
from countervail.scenario import Scenario
from countervail.schema.shown import Shown
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
class Comparison(Shown):
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


class _Structure(NamedTuple):
    """A model in the world that it is of.

    Attributes:
        name: of the model, with its years.
        model: with its closure.
        world: as it is met.
        sets: of elasticities it is solved with, by name; None is the world's own.
        refused: why it has no answer, where that is known.
    """

    name: str
    model: Model
    world: World
    sets: Mapping[str, Array | None]
    refused: CountervailError | None = None

    @property
    def choices(self) -> list[Alternative]:
        """What it gives answers under, in their order."""
        return [Alternative(self.name, _closure(self.model), each) for each in self.sets]


def compare_models(
    world: World,
    scenario: Scenario,
    model: Model | None = None,
    *,
    horizon: Horizon = LONG,
    workers: int | None = None,
    progress: Progress | None = None,
    allow_partial: bool = False,
) -> Comparison:
    """Return a question's answers under every model, closure and set of elasticities there is.

    Closures of a model keep its other settings; models other than the one asked for have their
    defaults. Nominal deficits are in the wage of the model's unit, or of the largest economy. Sets
    of elasticities that lack a sector of the world are left out. Models of another horizon than the
    one asked for (the first year beside the long run), and economies of scale, are solved in the
    world as it is met then, with its elasticities and the closure asked for.

    Args:
        world: with the elasticities asked for.
        scenario: the question.
        model: the one asked for; default Caliendo and Parro with ``deficits="world_share"``.
        horizon: years after the change, or ``long``, the default; as ``solve`` has it.
        workers: threads; default one a core.
        progress: called with the choices done and their number.
        allow_partial: whether the answer may leave out what the world cannot hold or nothing
            prices; it says so, and warns.

    Raises:
        NotPlaced: the world cannot hold a part of the question, or nothing prices it.
        InputError: the scenario does not fit the world, or no such horizon.
        NotCertified, NoEquilibrium: what was asked has no answer.
    """
    scenario = scenario.partly(allow_partial)
    asked = model or CaliendoParro()
    structures = list(_structures(world, scenario, asked, horizon_key(horizon)))
    total, done = sum(len(one.sets) for one in structures), 0
    found: list[Many | CountervailError] = []
    for one in structures:
        cases = [Case(scenario, theta) for theta in one.sets.values()]
        needed = not found
        found.append(one.refused or _solved(one.world, cases, one.model, workers, needed=needed))
        done += len(cases)
        if progress is not None:
            progress(done, total)
    return _together(structures[0].world, scenario, structures, found)


def _structures(
    world: World, scenario: Scenario, model: Model, horizon: str
) -> Iterator[_Structure]:
    """Yield what was asked, its other closures, and every other model at its own horizon."""
    there, asked = met(world, scenario, model, horizon)
    sets = _elasticities(there)
    sets = {world.elasticity_set: sets.pop(there.elasticity_set), **sets}
    unit = asked.unit or there.countries[int(np.argmax(there.accounts.value_added))]
    said = [asked.settings()]
    yield _Structure(_called(asked, horizon), asked, there, sets)
    for make in (_closing(asked), *_others(asked, there, horizon)):
        for one in _closures(make, unit):
            if one.settings() not in said:
                said.append(one.settings())
                yield _Structure(_called(one, horizon), one, there, sets)
    if isinstance(asked, Economy):
        yield from _elsewhere(world, scenario, asked, horizon)


def _others(asked: Model, there: World, horizon: str) -> list[Callable[..., Any]]:
    """Return what makes the models of a horizon whose equations are not those of the one asked."""

    def maker(make: Callable[..., Any]) -> Callable[..., Any]:
        return lambda **closure: model_after(make(**closure), horizon)

    makers = [
        maker(make)
        for key, make in MODELS.items()
        if key not in (*ALWAYS_LONG, *AT_EVERY_HORIZON) and _of(key, there, horizon) == horizon
    ]
    if not isinstance(asked, Economy):
        return makers
    seen, others = [_equations(asked, there)], []
    for make in makers:
        if (equations := _equations(make(), there)) not in seen:
            seen.append(equations)
            others.append(make)
    return others


def _elsewhere(
    world: World, scenario: Scenario, asked: Economy, horizon: str
) -> Iterator[_Structure]:
    """Yield the models of other horizons, in the closure asked for and elasticities of their own.

    Economies of scale are among them at every horizon, in the long run; in a world of one they have
    no answer. Buyers told by use are, at the horizon asked for, where a world tells them.

    Args:
        world: as given.
        scenario: the question.
        asked: whose closure they have.
        horizon: asked for.
    """
    seen = [(horizon, _equations(asked, world))]
    for key, make in MODELS.items():
        years = _of(key, world, horizon)
        beside = key in (*ALWAYS_LONG, *AT_EVERY_HORIZON)
        if (years == horizon and not beside) or not _answers(make(), world):
            continue
        made = replace(make(), closure=asked.closure)
        if world.horizon is not None and key in AT_EVERY_HORIZON:
            yield _Structure(_called(made, horizon), made, world, {world.elasticity_set: None})
            continue
        try:
            if world.horizon is not None:
                model_after(made, FIRST)  # says why not
            there, one = met(world, scenario, made, years)
        except CountervailError as why:  # a good that does not fit
            yield _Structure(_called(made, years), made, world, {world.elasticity_set: None}, why)
            continue
        if (years, equations := _equations(made, there)) in seen:
            continue
        seen.append((years, equations))
        yield _Structure(_called(one, years, key), one, there, {world.elasticity_set: None})


def _answers(model: Model, world: World) -> bool:
    """Return whether a world has what a model asks of it: what purchases are for."""
    return model.uses is None or world.intermediate_share is not None


def _of(key: str, world: World, horizon: str) -> str:
    """Return the horizon that a model is of; that of the world where it has one."""
    if key in ALWAYS_LONG:
        return LONG
    if key in AT_EVERY_HORIZON:
        return horizon
    if world.horizon is not None:
        return horizon
    if key not in AFTER_A_YEAR:
        return LONG
    return FIRST if horizon == LONG else horizon


def _called(model: Model, horizon: str, preset: str | None = None) -> str:
    """Return the name of a model, that of the preset which it is or was made of, with its years."""
    name = preset or model.name
    if isinstance(model, Economy):
        bare = replace(model, closure=WorldShare())
        name = next((key for key, make in MODELS.items() if make() == bare), name)
    if horizon == LONG:
        return name
    return f"{name} after {horizon} year{'' if horizon == FIRST else 's'}"


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


def _equations(model: Economy, world: World) -> Economy:
    """Return a model in the usual reading and closure: what tells its equations from others'.

    Where a world has no goods inside sectors, nothing that is said of them counts.
    """
    read = replace(model.sourcing, reading=CesSourcing().reading)
    model = replace(model, sourcing=read, closure=WorldShare())
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
    structures: Sequence[_Structure],
    found: Sequence[Many | CountervailError],
) -> Comparison:
    """Return all answers side by side."""
    choices = [choice for one in structures for choice in one.choices]
    table = schema.variables()
    first = next(many for many in found if isinstance(many, Many))
    names = [name for name in first.arrays if table[name].dims == ("country",)]
    failures: dict[int, str] = {}
    begun = 0
    for one, many in zip(structures, found, strict=True):
        none = dict.fromkeys(range(len(one.sets)), many)
        why = many.failures if isinstance(many, Many) else none
        failures |= {begun + k: str(error) for k, error in why.items()}
        begun += len(one.sets)

    def values(name: str) -> Array:
        none = [np.full((len(one.sets), len(world.countries)), np.nan) for one in structures]
        return np.concatenate(
            [
                many.arrays[name] if isinstance(many, Many) else nothing
                for many, nothing in zip(found, none, strict=True)
            ]
        )

    return Comparison(
        world=world,
        scenario=scenario,
        choices=tuple(choices),
        arrays={name: values(name) for name in names},
        residual=np.concatenate(
            [
                many.residual if isinstance(many, Many) else np.full(len(one.sets), np.nan)
                for one, many in zip(structures, found, strict=True)
            ]
        ),
        failures=failures,
    )


def _closure(model: Model) -> str:
    """Return what a model's closure is called: nominal deficits with their unit."""
    settings = model.settings()
    deficits = str(settings.get("deficits", "its own"))
    return f"{deficits} (wage of {model.unit})" if model.unit is not None else deficits
