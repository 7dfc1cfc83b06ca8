"""Reading a sweep: its axes become worlds, questions and models, or faults with their places."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from countervail import schema
from countervail.core.model import Model
from countervail.draws.sweep.grid import Grid
from countervail.draws.sweep.question import AXES, Sweep
from countervail.errors import InputError, did_you_mean
from countervail.horizons import LONG, horizon_key
from countervail.ledger import as_date, open_ledger
from countervail.models import model_of
from countervail.scenario import Scenario, open_scenario
from countervail.scenario.scaled import with_rate, with_scale
from countervail.sources import open_world
from countervail.text.places import Path as Place
from countervail.world import World

T = TypeVar("T")
Fault = tuple[Place, str]

MOST_POINTS = 10_000
"""Points of a sweep, at most."""

DATES = ("from", "to", "known_on", "background")
OF_WORLDS = {"value_added"}
"""Variables of countries that a World has and a Solution does not."""


def grid_of(sweep: Sweep) -> Grid:
    """Return the grid of a sweep.

    Raises:
        InputError: what is wrong in it.
    """
    reading = _Reading(sweep)
    grid = reading.grid()
    if grid is None:
        raise InputError(reading.faults[0][1])
    return grid


def faults_of(sweep: Sweep) -> Iterator[Fault]:
    """Yield what is wrong in a sweep: where, and a sentence."""
    reading = _Reading(sweep)
    reading.grid()
    yield from reading.faults


class _Reading:
    """A sweep as it is read, and what is found wrong in it."""

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.faults: list[Fault] = []

    def grid(self) -> Grid | None:
        """Return the grid, or None where something is wrong."""
        self._check_axes()
        if self.faults:
            return None
        worlds = self._worlds()
        asked = self._asked(worlds) if worlds else []
        if self.faults:
            return None
        made = self._questions(asked), self._models(worlds)
        horizons = self._horizons()
        countries, variables = self._countries(asked[0], worlds), self._variables()
        if self.faults:
            return None
        return Grid(
            name=self.sweep.name or asked[0].name,
            axes={
                name: horizons if name == "horizon" else tuple(map(_label, self.sweep.axes[name]))
                for name in AXES
                if name in self.sweep.axes
            },
            countries=countries,
            variables=variables,
            asked=tuple(asked),
            questions=made[0],
            worlds=tuple(worlds),
            models=made[1],
            horizons=horizons,
        )

    def _try(self, at: Place, make: Callable[[], T]) -> list[T]:
        """Return what is made, in a list that is empty where it was refused."""
        try:
            return [make()]
        except InputError as error:
            self.faults.append((at, str(error)))
            return []

    def _wrong(self, at: Place, sentence: str) -> None:
        self.faults.append((at, sentence))

    def _each(self, axis: str) -> Sequence[Any]:
        """Return the values of an axis; a single None where it is not there."""
        return self.sweep.axes.get(axis, (None,))

    def _check_axes(self) -> None:
        axes = self.sweep.axes
        if not axes:
            self._wrong(("axes",), f"a sweep needs an axis: give one of {', '.join(AXES)}")
        for name, values in axes.items():
            if name not in AXES:
                known = f"there are {', '.join(AXES)}"
                self._wrong(("axes",), f"no axis '{name}'{did_you_mean(name, AXES)} ({known})")
            if isinstance(values, str) or not len(values):
                self._wrong(("axes", name), f"axis '{name}' needs a list of at least one value")
                continue
            said = [_label(value) for value in values]
            for k, word in enumerate(said):
                if word in said[:k]:
                    self._wrong(
                        ("axes", name, k, word), f"'{word}' stands twice in {name}; keep one"
                    )
        sizes = [len(values) for values in axes.values()]
        if math.prod(sizes) > MOST_POINTS:
            product = " x ".join(map(str, sizes))
            self._wrong(
                ("axes",),
                f"{product} = {math.prod(sizes):,} points; a sweep has at most {MOST_POINTS:,}: "
                "take fewer values, or several sweeps",
            )

    def _worlds(self) -> list[World]:
        found = []
        for k, value in enumerate(self._each("world")):
            at = ("axes", "world", k, _label(value))
            for world in self._try(at, partial(self._open_world, value)):
                for e, name in enumerate(self._each("elasticities")):
                    at = ("axes", "elasticities", e, _label(name))
                    found += self._try(at, partial(_with_elasticities, world, name))
        return found

    def _open_world(self, value: Any) -> World:
        if isinstance(value, World):
            return value
        return open_world() if value is None else open_world(self._path(value))

    def _path(self, word: str | Path) -> str | Path:
        """Return a name as it is; a path of a file relative to where the sweep stands."""
        return self.sweep.folder / word if Path(word).suffix else word

    def _asked(self, worlds: Sequence[World]) -> list[Scenario]:
        """Return the scenario in each of its variants."""
        scenario, variants = self.sweep.scenario, self._each("variant")
        if isinstance(scenario, Scenario):
            if "variant" in self.sweep.axes:
                self._wrong(
                    ("axes", "variant"),
                    "a Scenario that is made already has no variants to choose: give the name of "
                    "a preset or the path of a file",
                )
            return [scenario]
        opened = partial(
            open_scenario,
            self._path(scenario),
            ledger=self.sweep.ledger if self.sweep.ledger is not None else open_ledger(),
            own=worlds[0].countries,
        )
        found = self._try(("scenario",), opened)
        if not found or variants == (None,):
            return found
        return [
            made
            for k, name in enumerate(variants)
            for made in self._try(("axes", "variant", k, name), partial(opened, name))
        ]

    def _questions(self, asked: Sequence[Scenario]) -> tuple[Scenario, ...]:
        dates = [axis for axis in DATES if axis in self.sweep.axes]
        if asked[0].ledger is None and dates:
            self._wrong(
                ("axes", dates[0]),
                f"scenario '{asked[0].name}' is made by hand and has no dates to change",
            )
            return ()
        days = {
            axis: [
                day
                for k, value in enumerate(self._each(axis))
                for day in self._try(("axes", axis, k, _label(value)), partial(_day, value))
            ]
            for axis in DATES
        }
        dated = [
            scenario.with_options(from_date=first, to_date=last, known_on=known, background=other)
            for scenario in asked
            for first, last, known, other in itertools.product(*days.values())
        ]
        return tuple(
            made
            for scenario in dated
            for rated in self._sized(scenario, "rate", with_rate)
            for made in self._sized(rated, "scale", with_scale)
        )

    def _sized(
        self, scenario: Scenario, axis: str, size: Callable[[Scenario, float], Scenario]
    ) -> Iterator[Scenario]:
        """Yield a question with each rate, or scale, of an axis; as it is where there is none."""
        for k, value in enumerate(self._each(axis)):
            if value is None:
                yield scenario
            else:
                yield from self._try(
                    ("axes", axis, k, _label(value)), partial(size, scenario, float(value))
                )

    def _models(self, worlds: Sequence[World]) -> tuple[Model, ...]:
        unit = self._unit(worlds)
        found: list[Model] = []
        for m, name in enumerate(self._each("model")):
            word = None if name is None else str(name)
            if not self._try(("axes", "model", m, _label(name)), partial(model_of, word)):
                continue
            for d, closure in enumerate(self._each("deficits")):
                own = unit if closure == "nominal" else None
                made = partial(model_of, word, deficits=closure, unit=own)
                if self._try(("axes", "deficits", d, _label(closure)), made):
                    found += self._try(("choices",), partial(made, self.sweep.choices))
        return tuple(found)

    def _horizons(self) -> tuple[str, ...]:
        found: list[str] = []
        for k, value in enumerate(self.sweep.axes.get("horizon", (LONG,))):
            at = ("axes", "horizon", k, _label(value))
            for key in self._try(at, partial(horizon_key, value)):
                if key in found:
                    self._wrong(at, f"'{key}' stands twice in horizon; keep one")
                found.append(key)
        return tuple(found)

    def _unit(self, worlds: Sequence[World]) -> str | None:
        """Return the code of the country whose wage is the unit of nominal deficits."""
        word = self.sweep.unit
        if word is None:
            return None
        if "nominal" not in self._each("deficits"):
            self._wrong(("unit",), "unit goes with deficits = nominal only, which is not asked for")
        found = [self._try(("unit",), partial(_country, word, world)) for world in worlds]
        return found[0][0] if found[0] else None

    def _countries(self, scenario: Scenario, worlds: Sequence[World]) -> tuple[str, ...]:
        """Return the codes of the countries reported: those asked for, or the scenario's."""
        asked = self.sweep.countries
        if not asked:
            there = [c for c in worlds[0].countries if all(c in w.countries for w in worlds)]
            named = [c for c in scenario.countries if c in there]
            return tuple(named or there)
        found = [
            self._try(("countries", k, word), partial(_country, word, world))
            for k, word in enumerate(asked)
            for world in worlds
        ]
        return tuple(dict.fromkeys(code for codes in found for code in codes))

    def _variables(self) -> tuple[str, ...]:
        known = [
            name
            for name, variable in schema.variables().items()
            if variable.dims == ("country",) and name not in OF_WORLDS
        ]
        for k, name in enumerate(self.sweep.variables):
            if name not in known:
                self._wrong(
                    ("variables", k, name),
                    f"no variable '{name}' of countries{did_you_mean(name, known)} (there are "
                    f"{', '.join(known)})",
                )
        return tuple(dict.fromkeys(self.sweep.variables))


def _label(value: Any) -> str:
    """Return what a value of an axis is called."""
    if isinstance(value, World):
        return value.name
    return value.isoformat() if isinstance(value, date) else str(value)


def _day(value: Any) -> date | None:
    return None if value is None else as_date(value)


def _with_elasticities(world: World, name: str | None) -> World:
    return world if name is None else world.with_elasticity_set(name)


def _country(word: str, world: World) -> str:
    """Return the code of a country of a world.

    Raises:
        InputError: there is none; with the nearest.
    """
    return world.countries[world.country(word)]
