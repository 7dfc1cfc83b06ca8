"""Outcomes of countries that stand in files of their own, and where they are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple

from countervail.present import outcomes
from countervail.present.parts import Column
from countervail.solution import Solution

Values = Mapping[str, Sequence[float | None]]
"""A number for every country of the world, in its order, by the key of its column."""


class OutcomeColumns(NamedTuple):
    """Columns of the rows of countries, in every answer and every draw.

    Attributes:
        columns: with the keys that JSON, CSV and ranges have.
        units: of these keys, in words.
        of: the values of an answer; None where there is no number.
        shown: whether the columns stand on the screen, after those of the model.
    """

    columns: tuple[Column, ...]
    units: str
    of: Callable[[Solution], Values]
    shown: bool = True


@cache
def shipped() -> tuple[OutcomeColumns, ...]:
    """Return every outcome of the folder, by the name of its file."""
    names = sorted(m.name for m in iter_modules(outcomes.__path__, f"{outcomes.__name__}."))
    found: list[OutcomeColumns] = [import_module(name).OUTCOME for name in names]
    return tuple(found)


def keys() -> tuple[str, ...]:
    """Return the keys that outcomes add to a row."""
    return tuple(column.key for one in shipped() for column in one.columns)


def shown() -> tuple[Column, ...]:
    """Return the columns that outcomes add to the screen."""
    return tuple(column for one in shipped() if one.shown for column in one.columns)


def added(solution: Solution) -> list[dict[str, float | None]]:
    """Return what outcomes add to the row of each country, in the order of the world."""
    values = [(key, column) for one in shipped() for key, column in one.of(solution).items()]
    return [
        {key: None if column[n] is None else float(column[n]) for key, column in values}  # type: ignore[arg-type]
        for n in range(len(solution.world.countries))
    ]
