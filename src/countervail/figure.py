"""A figure: one number of a solution, by the variable it is read from and the labels it is for.

What can be read, can be differentiated, ranged over and aimed at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from countervail import schema
from countervail.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from countervail.solution import Solution
    from countervail.world import World

Array = NDArray[np.float64]
Labels = str | Sequence[str]

SUMMED = {"USD million"}
"""Units of variables that may be summed over labels left out; per cents and ratios may not."""


@dataclass(frozen=True)
class Figure:
    """One number: an entry of a variable, or the sum of several.

    Attributes:
        variable: name of a variable of a Solution.
        labels: a label, or several to sum over, by dimension; a dimension left out is summed over.
    """

    variable: str
    labels: Mapping[str, Labels] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The figure in words: ``welfare[CAN]``."""
        chosen = (
            label if isinstance(label, str) else "+".join(label) for label in self.labels.values()
        )
        return f"{self.variable}[{', '.join(chosen)}]" if self.labels else self.variable

    def entries(self, world: World) -> Array:
        """Return the weight of each entry of the variable: 1 for those summed, else 0.

        Raises:
            InputError: no such variable, dimension or label; or a sum that means nothing.
        """
        table = schema.variables()
        if self.variable not in table:
            near = did_you_mean(self.variable, table)
            raise InputError(f"a solution has no variable '{self.variable}'{near}")
        row = table[self.variable]
        for dim in self.labels:
            if dim not in row.dims:
                raise InputError(
                    f"{row.name} has no dimension '{dim}'{did_you_mean(dim, row.dims)} "
                    f"(it has {', '.join(row.dims)})"
                )
        weight = np.ones(())
        for dim in row.dims:
            weight = weight[..., None] * self._chosen(dim, world)
        if weight.sum() != 1.0 and row.unit not in SUMMED:
            lacking = [dim for dim in row.dims if dim not in self.labels]
            which = f"name a {' and a '.join(lacking)}" if lacking else "name one label"
            raise InputError(f"{row.name} ({row.unit}) cannot be summed: {which}")
        return weight

    def _chosen(self, dim: str, world: World) -> Array:
        """Return 1 for each label of a dimension that is chosen, else 0."""
        size = len(world.sectors) if dim == "sector" else len(world.countries)
        if dim not in self.labels:
            return np.ones(size)
        place = world.sector if dim == "sector" else world.country
        labels = self.labels[dim]
        chosen = np.zeros(size)
        for label in [labels] if isinstance(labels, str) else labels:
            chosen[place(label)] = 1.0
        return chosen


@dataclass(frozen=True, eq=False)
class Reading:
    """A figure of one solution.

    Attributes:
        figure: which number.
        solution: of which solution.
    """

    figure: Figure
    solution: Solution

    @property
    def value(self) -> float:
        """The number, in the variable's unit."""
        values = self.solution.arrays[self.figure.variable]
        return float((self.figure.entries(self.solution.world) * values).sum())

    @property
    def unit(self) -> str:
        """Its unit."""
        return schema.variables()[self.figure.variable].unit

    def __repr__(self) -> str:
        return f"<{self.figure.name} = {self.value:.6g} {self.unit}>"
