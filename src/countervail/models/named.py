"""A model from words: its name, its closure, and choices such as ``demand.elasticity=0.5``."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from countervail.core import choices as shelf
from countervail.core.choices.choice import Choice
from countervail.core.choices.closure import WorldShare
from countervail.core.model import Model
from countervail.errors import InputError, did_you_mean
from countervail.models.economy import Economy
from countervail.models.presets import MODELS


def model_of(
    model: Model | str | None,
    settings: Iterable[str] = (),
    *,
    deficits: str | None = None,
    unit: str | None = None,
) -> Model:
    """Return a model, or the one of a name; Caliendo and Parro where none is.

    Args:
        model: made, or its name.
        settings: choices to change, ``slot=choice`` or ``slot.parameter=value``.
        deficits: name of the closure; default the model's own.
        unit: country whose wage is the unit of nominal deficits.

    Raises:
        InputError: no such model, slot, choice or parameter, with the nearest; two closures;
            choices for a model that is made; or something else.
    """
    if model is None or isinstance(model, str):
        return _named(model or "caliendo_parro", tuple(settings), deficits or "world_share", unit)
    if isinstance(model, type) or not hasattr(model, "balances_first"):
        raise InputError(
            f"a model is made, such as CaliendoParro(), or named, such as 'caliendo_parro'; this "
            f"is {model!r}"
        )
    if tuple(settings) or deficits is not None or unit is not None:
        raise InputError(f"{model!r} is made: give its name, or make it with these choices")
    return model


def _named(name: str, settings: Sequence[str], deficits: str, unit: str | None) -> Economy:
    """Return the model of a name with its choices.

    Raises:
        InputError: no such model, slot, choice or parameter, with the nearest; or two closures.
    """
    if name not in MODELS:
        known = ", ".join(MODELS)
        raise InputError(f"no model '{name}'{did_you_mean(name, MODELS)} (there is {known})")
    made = MODELS[name](deficits, unit)
    economy = changed(made, settings)
    if made.closure not in (WorldShare(), economy.closure):
        raise InputError(
            f"deficits='{made.closure.key}' and closure={economy.closure.key} are two closures: "
            "give one"
        )
    return economy


def changed(economy: Economy, settings: Iterable[str]) -> Economy:
    """Return an economy with some choices changed.

    Args:
        economy: as it is.
        settings: ``slot=choice`` or ``slot.parameter=value``, such as ``demand.elasticity=0.5``,
            which takes the one choice of the slot that has such a parameter, the plainest of
            several, where the present one has not. All settings of a slot are taken together.

    Raises:
        InputError: no such slot, choice or parameter, with the nearest; or a value it cannot take.
    """
    wanted: dict[str, dict[str, str]] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        slot, _, parameter = name.strip().partition(".")
        if not equals or not value.strip():
            raise InputError(
                f"'{setting}' sets nothing: write slot=choice or slot.parameter=value, such as "
                "demand.elasticity=0.5"
            )
        wanted.setdefault(slot, {})[parameter] = value.strip()
    slots = economy.choices
    for slot, asked in wanted.items():
        if slot not in slots:
            raise InputError(
                f"no slot '{slot}'{did_you_mean(slot, slots)} "
                f"(there are {', '.join(sorted(slots))})"
            )
        key = asked.pop("", None)
        chosen = _chosen(slot, key, asked, economy.choices[slot])
        made: Any = _made(chosen, asked, economy.choices[slot])
        economy = replace(economy, **{slot: made})
    return economy


@cache
def shipped() -> Mapping[str, Mapping[str, type[Choice]]]:
    """Return every choice there is, by slot and key: each file of the shelf is looked into."""
    found: dict[str, dict[str, type[Choice]]] = {}
    for module in iter_modules(shelf.__path__, f"{shelf.__name__}."):
        for one in vars(import_module(module.name)).values():
            if isinstance(one, type) and issubclass(one, Choice) and hasattr(one, "key"):
                found.setdefault(one.slot, {})[one.key] = one
    return found


def _chosen(slot: str, key: str | None, asked: Mapping[str, str], present: Choice) -> type[Choice]:
    """Return the choice of a slot that is meant.

    Raises:
        InputError: no such choice, or none that has the parameters asked for.
    """
    there = shipped()[slot]
    if key is not None:
        if key not in there:
            raise InputError(
                f"no {slot}={key}{did_you_mean(key, there)} (there is {', '.join(sorted(there))})"
            )
        return there[key]
    for candidates in ([type(present)], there.values()):
        able = [one for one in candidates if asked.keys() <= _parameters(one).keys()]
        plainest = sorted(able, key=lambda one: len(_parameters(one)))[:2]
        if len(plainest) == 1 or (able and len({len(_parameters(one)) for one in plainest}) == 2):
            return plainest[0]
    known = sorted({name for one in there.values() for name in _parameters(one)})
    (first, *_) = asked
    said = f"there is {', '.join(known)}" if known else "it has none"
    raise InputError(f"no parameter '{slot}.{first}'{did_you_mean(first, known)} ({said})")


def _parameters(choice: type[Choice]) -> dict[str, Any]:
    """Return the fields of a choice by name."""
    return {one.name: one for one in fields(choice)}  # type: ignore[arg-type]


def _made(choice: type[Choice], asked: Mapping[str, str], present: Choice) -> Choice:
    """Return a choice with parameters from words; those not named stay as they are.

    Raises:
        InputError: a parameter it has not, one that is missing, or a value that is no number.
    """
    known, types = _parameters(choice), typing.get_type_hints(choice)
    values: dict[str, Any] = {}
    if issubclass(choice, type(present)):
        values = {name: getattr(present, name) for name in _parameters(type(present))}
    for name, word in asked.items():
        if name not in known:
            raise InputError(
                f"no parameter '{choice.slot}.{name}' of {choice.slot}={choice.key}"
                f"{did_you_mean(name, known)}"
            )
        values[name] = _number(choice, name, word) if types[name] is float else word
    for name, one in known.items():
        if name not in values and one.default is MISSING:
            raise InputError(
                f"{choice.slot}={choice.key} needs {choice.slot}.{name}: {_meaning(choice, name)}"
            )
    return choice(**values)


def _number(choice: type[Choice], name: str, word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise InputError(f"{choice.slot}.{name}={word} is not a number") from None


def _meaning(choice: type[Choice], name: str) -> str:
    """Return what a parameter is, and what the literature finds."""
    for one in choice.parameters:
        if one.name == name:
            found = "" if one.low is None else f"; {one.low:g} to {one.high:g} in {one.source}"
            return f"{one.meaning}{found}"
    return "it has no default"
