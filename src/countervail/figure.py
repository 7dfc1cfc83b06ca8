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
    from countervail.world import World

Array = NDArray[np.float64]
Labels = str | Sequence[str] | Mapping[str, float]

SUMMED = {"USD million"}
"""Units of variables that may be summed over labels left out; per cents and ratios may not."""


@dataclass(frozen=True)
class Figure:
    """One number: an entry of a variable, or a sum of several.

    Attributes:
        variable: name of a variable of a Solution.
        labels: by dimension a label; several to sum over; or several with a weight each. A
            dimension left out is summed over, sales at home included.
    """

    variable: str
    labels: Mapping[str, Labels] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The figure in words: ``welfare[CAN]``, ``welfare[0.5 CAN + 0.5 USA]``."""
        chosen = ", ".join(map(_in_words, self.labels.values()))
        return f"{self.variable}[{chosen}]" if chosen else self.variable

    def entries(self, world: World) -> Array:
        """Return the weight of each entry of the variable; 0 for those that do not count.

        Raises:
            InputError: no such dimension or label; or a sum that means nothing.
        """
        row = schema.variables()[self.variable]
        for dim in self.labels:
            if dim not in row.dims:
                raise InputError(
                    f"{row.name} has no dimension '{dim}'{did_you_mean(dim, row.dims)} "
                    f"(it has {', '.join(row.dims)})"
                )
        weight = np.ones(())
        for dim in row.dims:
            chosen = self._chosen(dim, world)
            self._refuse_senseless_sum(dim, row.unit, int(np.count_nonzero(chosen)))
            weight = weight[..., None] * chosen
        return weight

    def _chosen(self, dim: str, world: World) -> Array:
        """Return the weight of each label of a dimension."""
        of_sectors = dim == "sector"
        size = len(world.sectors) if of_sectors else len(world.countries)
        if dim not in self.labels:
            return np.ones(size)
        place = world.sector if of_sectors else world.country
        chosen = np.zeros(size)
        for label, weight in _weighted(self.labels[dim]).items():
            chosen[place(label)] = weight
        if not chosen.any() or not np.isfinite(chosen).all():
            raise InputError(f"{self.variable}: name a {dim}, each with a weight that is a number")
        return chosen

    def _refuse_senseless_sum(self, dim: str, unit: str, labels: int) -> None:
        """Raise where per cents or ratios would be added up without weights.

        Raises:
            InputError: the variable, and what to name.
        """
        given = self.labels.get(dim)
        if labels == 1 or unit in SUMMED or isinstance(given, Mapping):
            return
        what = f"name a {dim}" if given is None else f"name one {dim}, or give each a weight"
        raise InputError(f"{self.variable} ({unit}) cannot be summed: {what}")


def _weighted(labels: Labels) -> Mapping[str, float]:
    """Return labels with their weights: 1 where none is given."""
    if isinstance(labels, Mapping):
        return labels
    return dict.fromkeys([labels] if isinstance(labels, str) else labels, 1.0)


def _in_words(labels: Labels) -> str:
    if isinstance(labels, Mapping):
        return " + ".join(f"{weight:g} {label}" for label, weight in labels.items())
    return labels if isinstance(labels, str) else " + ".join(labels)
