"""What the law allows a rate to be: WTO bindings and the like, from a file, each with its source.

A bound holds in cells of trade: where its player buys its sectors from its partners. A rate that
stands in several cells keeps to the tightest bound of any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from countervail.errors import InputError
from countervail.policy.players import members
from countervail.scenario.file import Text
from countervail.text.toml import TABLE, Fault, load
from countervail.world import World
from countervail.world.kinds import sectors_of

Array = NDArray[np.float64]

LABELS = Annotated[tuple[Text, ...], Field(min_length=1)]


class BoundPart(BaseModel):
    """The least and the most that rates may be."""

    model_config = TABLE

    player: Text = Field(description="who is bound: a country or a group")
    partners: LABELS | None = Field(None, description="on whom; everybody when left out")
    sectors: LABELS | None = Field(None, description="codes; every sector when left out")
    least: float | None = Field(None, gt=-100, description="per cent")
    most: float | None = Field(None, gt=-100, description="per cent; such as the WTO bound rate")
    source: Text = Field(description="the law or the schedule, with its address")


class BoundsFile(BaseModel):
    """Bounds of rates: WTO bindings, or what a government has ruled out."""

    model_config = TABLE

    title: Text = Field(description="one line, printed with the answer")
    bound: Annotated[tuple[BoundPart, ...], Field(min_length=1)] = Field(
        description="written [[bound]]; where several hold, the tightest"
    )


class CellBounds(NamedTuple):
    """Bounds of rates by cell, [sector, importer, exporter]; infinite where there is none."""

    low: Array
    high: Array


@dataclass(frozen=True)
class Bounds:
    """Bounds of rates, with their sources.

    Attributes:
        title: one line.
        parts: what holds where.
    """

    title: str
    parts: tuple[BoundPart, ...]

    def of_cells(self, world: World) -> CellBounds:
        """Return the tightest bounds of every cell of a world, rates (0.25 is 25 per cent).

        Raises:
            InputError: a label this world does not have.
        """
        shape = world.trade.shape[::-1]
        low, high = np.full(shape, -np.inf), np.full(shape, np.inf)
        everybody = range(len(world.countries))
        for part in self.parts:
            importers, _ = members([part.player], world)
            partners = everybody if part.partners is None else members(part.partners, world)[0]
            sectors = sectors_of(part.sectors, world)
            at = np.ix_(sectors, importers, partners)
            if part.least is not None:
                low[at] = np.maximum(low[at], part.least / 100.0)
            if part.most is not None:
                high[at] = np.minimum(high[at], part.most / 100.0)
        return CellBounds(low, high)

    @property
    def note(self) -> str:
        """What must be said of them."""
        sources = "; ".join(dict.fromkeys(part.source for part in self.parts))
        return f"Bounds: {self.title} (sources: {sources})."


def read_bounds(path: Path | str) -> Bounds:
    """Return the bounds in a file.

    Raises:
        FileError: the file is refused, with path and line.
    """
    file, _ = load(Path(path), BoundsFile, _problems)
    return Bounds(file.title, file.bound)


def bounds_of(given: Bounds | Path | str | None) -> Bounds | None:
    """Return bounds, read where a path is given.

    Raises:
        FileError: the file is refused, with path and line.
    """
    return read_bounds(given) if isinstance(given, Path | str) else given


def refuse_crossed(low: Array, high: Array, names: list[str]) -> None:
    """Raise where no rate lies between bounds.

    Raises:
        InputError: the first such rate.
    """
    crossed = np.flatnonzero(low > high)
    if crossed.size:
        k = int(crossed[0])
        raise InputError(
            f"no rate of {names[k]} lies between its bounds, {100.0 * low[k]:g} and "
            f"{100.0 * high[k]:g} per cent: widen them, or leave it out"
        )


def _problems(file: BoundsFile) -> Iterator[Fault]:
    for k, part in enumerate(file.bound):
        if part.least is None and part.most is None:
            yield ("bound", k), f"bound of {part.player} bounds nothing: give 'least' or 'most'"
        elif part.least is not None and part.most is not None and part.least > part.most:
            yield (
                ("bound", k, "least"),
                f"least {part.least:g} is above most {part.most:g}: no rate lies between",
            )
