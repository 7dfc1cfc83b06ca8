"""Estimated cells of a world, as its data card states their errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from countervail.draws.priors.files import WorldPart
from countervail.draws.priors.parameter import UncertainInput
from countervail.quantiles import NORMAL
from countervail.world import World
from countervail.world.redrawn import inputs_redrawn, services_redrawn

SERVICES = "split of services"
INPUTS = "inputs of "


@dataclass(frozen=True, eq=False)
class Cells:
    """The estimated cells of a world.

    Attributes:
        world: as it is.
        part: what is known of their errors; None where nothing is.
    """

    world: World
    part: WorldPart | None

    @classmethod
    def of(cls, world: World, parts: Sequence[WorldPart]) -> Cells:
        """Return the estimated cells of a world, by its name or that of what it was carved from."""
        names = {world.name}
        if world.carving is not None:
            names.add(world.provenance.get("carved_from", {}).get("world"))
        part = next((part for part in parts if part.name in names), None)
        return cls(world, part)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of what is drawn."""
        if self.part is None:
            return ()
        services = (SERVICES,) if self.part.services else ()
        inputs = (INPUTS + self.part.inputs_of,) if self.part.inputs_of else ()
        return services + inputs

    def at(self, u: Mapping[str, float]) -> World:
        """Return the world with other cells; each u stands for one table among all possible."""
        world, part = self.world, self.part
        if part is None:
            return world
        if SERVICES in u and part.services_median_error is not None:
            spread = part.services_median_error / NORMAL.inv_cdf(0.75)
            world = services_redrawn(world, part.services, spread, _seeded(u[SERVICES]))
        if part.inputs_of is not None and (name := INPUTS + part.inputs_of) in u:
            world = inputs_redrawn(world, part.inputs_of, self._structure, _seeded(u[name]))
        return world

    @cached_property
    def _structure(self) -> float:
        """Return how far the log of an input share typically is from other economies' mean."""
        others = [c != (self.part and self.part.inputs_of) for c in self.world.countries]
        shares = self.world.input_share[np.array(others)]
        logs = np.log(np.where(shares > 0, shares, np.nan))
        enough = (~np.isnan(logs)).sum(axis=0) > 2
        return float(np.median(np.nanstd(logs[:, enough], axis=0, ddof=1)))

    def parameters(self) -> tuple[UncertainInput, ...]:
        """Return what is drawn, for readers."""
        return tuple(self._parameter(name) for name in self.names)

    def _parameter(self, name: str) -> UncertainInput:
        assert self.part is not None
        if name == SERVICES:
            words = "the split of trade in services over sectors"
            unit = f"median error of a cell {100 * (self.part.services_median_error or 0.0):.0f} %"
            source = self.part.services_source or ""
        else:
            words = f"the input structure of {self.part.inputs_of}"
            unit = f"standard deviation of logs {self._structure:.2f}"
            source = self.part.inputs_source or ""
        return UncertainInput(name, "world", words, unit, None, None, None, source)


def _seeded(u: float) -> np.random.Generator:
    """Return the generator a number between 0 and 1 stands for."""
    return np.random.default_rng(int(u * 2.0**53))
