"""A question some years after a change: the world, the goods it touches, and the model for it.

See docs/theory.md, Choices of the model.
"""

from __future__ import annotations

from dataclasses import replace

from countervail.core.choices.nested_goods import NestedGoods
from countervail.core.model import Model
from countervail.errors import InputError
from countervail.models.economy import Economy
from countervail.models.presets import FirstYear
from countervail.scenario import Scenario
from countervail.scenario.touched import goods_touched
from countervail.world import World
from countervail.world.horizon import SUPPLY_FACTORS, Speed

Horizon = float | str
"""Years after a change (1, 2, 3, 5, 10), or ``long``, the long run."""

LONG = "long"

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
    years = years_of(horizon)
    if years is None:
        return world, model
    if not isinstance(model, Economy):
        raise InputError(f"{model!r} says nothing of a horizon: take an Economy, or the long run")
    chosen = first_year_of(model)
    if world.carving is None and scenario.by_hand is None:
        goods = goods_touched(scenario, world)
        world = world.carve(goods) if goods else world
    return world.after(years, Speed(between_goods=eta_of(chosen))), chosen


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
