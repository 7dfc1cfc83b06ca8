"""What a World is made from, as it is given: arrays, codes, dates and words, or what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from countervail import schema
from countervail.clock import as_date
from countervail.errors import InputError, WorldError
from countervail.labelled import aligned
from countervail.provenance import to_json
from countervail.text.characters import one_line

Array = NDArray[np.float64]

Labels = tuple[tuple[str, ...], tuple[str, ...]]
"""Countries and sectors."""


def frozen(array: Array) -> Array:
    """Return an array of floats that cannot be written to."""
    array = np.ascontiguousarray(array, dtype=np.float64)
    array.setflags(write=False)
    return array


def codes_of(name: str, values: ArrayLike | None, both: Labels) -> NDArray[np.int8] | None:
    """Return the codes of tariff cells, frozen; None where none are given."""
    if values is None:
        return None
    axes = schema.variables()["tariff"].dims
    codes = aligned(values, axes, _along(axes, both), name, WorldError, np.int8)
    codes.setflags(write=False)
    return codes


def law_dates(given: Any, countries: tuple[str, ...]) -> tuple[date | None, ...]:
    """Return the date of each importer: one for all, or one each (a Series by label).

    Raises:
        WorldError: not as many as importers, or something that is no date.
    """
    if hasattr(given, "index") and hasattr(given, "iloc"):
        given = aligned(given, ("importer",), (countries,), "law_date", WorldError, object).tolist()
    each = isinstance(given, Sequence | np.ndarray) and not isinstance(given, str)
    dates = tuple(given) if each else (given,) * len(countries)
    if len(dates) != len(countries):
        raise WorldError(
            f"law_date has {len(dates)} dates for {len(countries)} importers; "
            "give one date, or one for each importer"
        )
    return tuple(_date(one) for one in dates)


def _date(given: Any) -> date | None:
    """Return a date as the plain kind of them that a file holds; None where none is known."""
    if isinstance(given, np.datetime64):
        given = given.astype("datetime64[D]").item()
    if given is None or given != given:  # not a time
        return None
    try:
        return as_date(given)
    except (InputError, TypeError):
        raise WorldError(
            f"law_date holds {given!r}, which is no date; give a date, 2022-12-31, or None"
        ) from None


def _along(dims: Sequence[str], both: Labels) -> list[tuple[str, ...]]:
    """Return the labels of axes."""
    return [both[dim in ("sector", "input_sector")] for dim in dims]


def refuse_unwritable(name: str, year: int, elasticity_set: str, notes: dict[str, Any]) -> None:
    """Raise where what is said of a world could not be saved with it, or printed.

    Raises:
        WorldError: what, and what it must be.
    """
    for what, word in (("name", name), ("elasticity_set", elasticity_set)):
        if not isinstance(word, str) or one_line(word) != word:
            raise WorldError(f"{what} {word!r} is no line of text")
    if not abs(year) < 10_000:
        raise WorldError(f"year {year} is no year")
    try:
        to_json(notes)
    except (TypeError, ValueError, RecursionError) as error:
        raise WorldError(f"provenance cannot be written as JSON ({error})") from None


def arrays_of(both: Labels, **values: ArrayLike) -> dict[str, Array]:
    """Return the four primitives as float arrays of the right shapes, or say what does not fit."""
    arrays = {}
    for name, value in values.items():
        dims = schema.variables()[name].dims
        array = aligned(value, dims, _along(dims, both), name, WorldError)
        if not np.isfinite(array).all():
            where = np.argwhere(~np.isfinite(array))[0]
            cell = " ".join(w[n] for w, n in zip(_along(dims, both), where, strict=True))
            raise WorldError(f"{name} is not finite at {cell}")
        arrays[name] = array
    return arrays


def describe_freed(
    freed: Array, countries: tuple[str, ...], sectors: tuple[str, ...]
) -> dict[str, Any]:
    """Say how much of inputs was freed, and in which cells most: freed is [country, sector]."""
    worst = np.argsort(freed, axis=None)[::-1][:5]
    cells = [np.unravel_index(int(w), freed.shape) for w in worst]
    return {
        "inputs freed, total": float(freed.sum()),
        "worst cells": {
            f"{countries[n]} {sectors[k]}": float(freed[n, k]) for n, k in cells if freed[n, k] > 0
        },
    }
