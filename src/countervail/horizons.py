"""A question some years after a change: the world, the goods it touches, and the model for it.

See docs/theory.md, Choices of the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from countervail.core.choices.factors import MobileLabour
from countervail.core.choices.firm_owners import NOT_BESIDE_GOODS, FirmOwners
from countervail.core.choices.nested_goods import NestedGoods
from countervail.core.choices.rigid_wages import RigidWages
from countervail.core.choices.scale import OF_THE_LONG_RUN
from countervail.core.model import Model
from countervail.errors import InputError
from countervail.models.economy import Economy
from countervail.models.presets import FirstYear
from countervail.scenario import Scenario
from countervail.scenario.touched import goods_touched
from countervail.world import World
from countervail.world.goods import Good, table_of_goods
from countervail.world.horizon import SUPPLY_FACTORS, Speed

Horizon = float | str
"""Years after a change (1, 2, 3, 5, 10), or ``long``, the long run."""

LONG = "long"

FIRST = "1"
"""The horizon that commands answer at unless told otherwise, the long run beside it."""

HORIZONS: tuple[str, ...] = (*(f"{years:g}" for years in SUPPLY_FACTORS), LONG)
"""Every horizon, the shortest first."""


def years_of(horizon: Horizon) -> float | None:
    """Return the years of a horizon; None for the long run.

    Raises:
        InputError: neither.
    """
    known = ", ".join(f"{years:g}" for years in SUPPLY_FACTORS)
    if str(horizon).strip().casefold() == LONG:
        return None
    try:
        years = float(horizon)
    except ValueError:
        years = float("nan")
    if years not in SUPPLY_FACTORS:
        raise InputError(f"no horizon '{horizon}' (there are {known} years, and long)")
    return years


def horizon_key(horizon: Horizon) -> str:
    """Return a horizon as ``HORIZONS`` has it.

    Raises:
        InputError: no such horizon.
    """
    years = years_of(horizon)
    return LONG if years is None else f"{years:g}"


def beside(horizon: Horizon) -> tuple[str, ...]:
    """Return what is answered where a horizon is asked for: it, and the long run beside it.

    Raises:
        InputError: no such horizon.
    """
    return tuple(dict.fromkeys((horizon_key(horizon), LONG)))


def met(world: World, scenario: Scenario, model: Model, horizon: Horizon) -> tuple[World, Model]:
    """Return the world and the model in which a question is answered at a horizon.

    Goods that the question touches are carved, unless the world has goods already or the question
    is made of arrays of its sectors; elasticities are those after so many years; and the model has
    goods in nests and supply that stays, where it has not chosen otherwise.

    Args:
        world: as given.
        scenario: the question.
        model: the economics; of the long run, or with choices of its own for goods.
        horizon: years, or ``long``: both are then as given.

    Raises:
        InputError: no such horizon, a world of another one, or a model that is no Economy.
    """
    if years_of(horizon) is None:
        return world, model
    return at_horizon(with_goods(world, touched_by((scenario,), world)), model, horizon)


def at_horizon(world: World, model: Model, horizon: Horizon) -> tuple[World, Model]:
    """Return a world with the goods it has, and a model, as they are some years after a change.

    Args:
        world: as it is to be met; nothing is carved here.
        model: the economics; of the long run, or with choices of its own for goods.
        horizon: years, or ``long``: both are then as given.

    Raises:
        InputError: no such horizon, a world of another one, or a model that is no Economy.
    """
    years = years_of(horizon)
    if years is None:
        return world, model
    if not isinstance(model, Economy):
        raise InputError(f"{model!r} says nothing of a horizon: take an Economy, or the long run")
    chosen = model_after(model, horizon)
    return world.after(years, Speed(between_goods=eta_of(chosen))), chosen


def model_after(model: Economy, horizon: Horizon) -> Economy:
    """Return a model as it is some years after a change: goods in nests, supply that stays.

    A floor under wages is a year's: after several it is its power.

    Raises:
        InputError: no such horizon; or economies of scale, which are of the long run.
    """
    years = years_of(horizon)
    if years is None:
        return model
    if model.many:
        raise InputError(OF_THE_LONG_RUN.format(key=model.competition.key))
    if isinstance(model.factors, FirmOwners):
        raise InputError(NOT_BESIDE_GOODS)
    chosen = first_year_of(model)
    if isinstance(chosen.factors, RigidWages):
        factors = replace(chosen.factors, floor=chosen.factors.floor**years)
        chosen = replace(chosen, factors=factors)
    return chosen


def in_the_long_run(model: Model) -> Model:
    """Return a model as the long run that stands beside an answer has it: wages have moved."""
    if isinstance(model, Economy) and isinstance(model.factors, RigidWages):
        return replace(model, factors=MobileLabour())
    return model


def touched_by(scenarios: Iterable[Scenario], world: World) -> tuple[Good, ...]:
    """Return the goods that any of several questions touches, to be carved once for all of them.

    None where the world has goods already, or a question is made of arrays of its sectors.

    Raises:
        InputError: a question does not fit the world, or a good does not.
    """
    asked = tuple(scenarios)
    if world.carving is not None or any(one.by_hand is not None for one in asked):
        return ()
    found = {good.code for one in asked for good in goods_touched(one, world)}
    return tuple(good for code, good in table_of_goods().items() if code in found)


def with_goods(world: World, goods: Sequence[Good]) -> World:
    """Return the world with goods carved; as it is where there are none."""
    return world.carve(goods) if goods else world


def first_year_of(model: Economy) -> Economy:
    """Return a model with the choices of the first year where it has those of the long run."""
    usual, wanted = Economy(), FirstYear()
    slots = {
        slot: getattr(wanted, slot)
        for slot in ("goods", "technology", "factors")
        if getattr(model, slot) == getattr(usual, slot)
    }
    return replace(model, **slots)


def eta_of(model: Economy) -> float:
    """Return the elasticity among the goods of a sector; 1 where spending on each is fixed."""
    return model.goods.elasticity if isinstance(model.goods, NestedGoods) else 1.0


def as_drawn(model: Model, world: World) -> Model:
    """Return a model with the elasticity among goods that a world's horizon was drawn with."""
    note = world.provenance.get("horizon")
    if note is None or not isinstance(model, Economy) or not isinstance(model.goods, NestedGoods):
        return model
    between = float(note["between_goods"])
    if between == model.goods.elasticity:
        return model
    return replace(model, goods=NestedGoods(between))
