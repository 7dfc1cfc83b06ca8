"""Everything that is not known in a question, side by side: quantiles in, a world and a law out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from countervail.draws.priors.cells import Cells
from countervail.draws.priors.elasticities import Elasticities
from countervail.draws.priors.files import PriorsFile, read_priors
from countervail.draws.priors.parameter import UncertainInput
from countervail.draws.priors.speed import Speeds
from countervail.labelled import aligned
from countervail.ledger.pricing.estimates import Estimate, drawn, estimates
from countervail.ledger.pricing.own_duties import OwnDuties
from countervail.provenance import content_hash
from countervail.scenario import Resolved, Scenario
from countervail.world import World
from countervail.world.redrawn import duties_redrawn

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Priors:
    """What is not known in a question, and what it becomes at given quantiles.

    Attributes:
        world: as it is.
        scenario: the question.
        elasticities: the distribution of the world's elasticities.
        estimates: the ledger's numbers that bear on the question.
        cells: the world's estimated cells.
        speeds: how far buyers and makers have come, of a world of a horizon.
        hash: of the declarations.
        path: the file they stand in.
    """

    world: World
    scenario: Scenario
    elasticities: Elasticities
    estimates: tuple[Estimate, ...]
    cells: Cells
    speeds: Speeds
    hash: str
    path: str

    def __repr__(self) -> str:
        return f"<Priors of {self.scenario.name!r}: {len(self.names)} parameters>"

    @classmethod
    def of(
        cls,
        world: World,
        scenario: Scenario,
        path: str | Path | None = None,
        resolved: Resolved | None = None,
    ) -> Priors:
        """Return the priors that a file (the standard one by default) declares for a question.

        Args:
            world: the world.
            scenario: the question.
            path: a priors file.
            resolved: the scenario placed in the world, where that is known already.

        Raises:
            FileError: the file is refused, with its line.
            InputError: the file names what the world does not have.
        """
        file, text = read_priors(path)
        placed = resolved or scenario.resolve(world)
        return cls(
            world=world,
            scenario=scenario,
            elasticities=Elasticities.of(world.long_run, file.elasticities, file.elasticity),
            estimates=_bearing(file, scenario, placed),
            cells=Cells.of(world.long_run, file.worlds),
            speeds=Speeds(world, file.horizon),
            hash=content_hash(text.encode()),
            path="standard" if path is None else str(path),
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all that is drawn, in the order of a draw's quantiles."""
        said = tuple(one.name for one in self.estimates)
        return (*self.elasticities.names, *self.speeds.names, *said, *self.cells.names)

    @cached_property
    def parameters(self) -> tuple[UncertainInput, ...]:
        """Every uncertain input with its range and source, in the order of ``names``."""
        estimated = tuple(_parameter(one) for one in self.estimates)
        return (
            *self.elasticities.parameters(),
            *self.speeds.parameters(),
            *estimated,
            *self.cells.parameters(),
        )

    def at(self, quantiles: ArrayLike) -> tuple[World, Scenario]:
        """Return the world and the question at quantiles of all that is not known.

        Args:
            quantiles: 0 to 1, [parameter], in the order of ``names``; by name where labelled.

        Raises:
            InputError: not one for each of ``names``.
        """
        given = aligned(quantiles, ("parameter",), (self.names,), "quantiles")
        return self.at_each(given[None])[0]

    def at_each(self, quantiles: Array) -> list[tuple[World, Scenario]]:
        """Return the world and the question of several draws; their law is priced together.

        Args:
            quantiles: 0 to 1, [draw, parameter], in the order of ``names``.
        """
        draws = [dict(zip(self.names, row, strict=True)) for row in quantiles.tolist()]
        worlds = [self._world(u) for u in draws]
        ledger = self.scenario.ledger
        if ledger is None or not self.estimates:
            return [(world, self.scenario) for world in worlds]
        moved = [drawn(ledger, {one.name: u[one.name] for one in self.estimates}) for u in draws]
        # own duties stand under any weights, so the rates of cells follow the weights
        tariffs = self._own_duties.under_each(moved)
        return [
            (duties_redrawn(world, tariff), replace(self.scenario, ledger=other))
            for world, tariff, other in zip(worlds, tariffs, moved, strict=True)
        ]

    def _world(self, u: dict[str, float]) -> World:
        """Return the world of a draw, of the horizon that the world as it is has."""
        named = f"{self.elasticities.world.elasticity_set}, drawn"
        world = self.cells.at(u).with_elasticity(self.elasticities.at(u), named)
        years = self.world.horizon
        return world if years is None else world.after(years, self.speeds.at(u))

    @cached_property
    def _own_duties(self) -> OwnDuties:
        assert self.scenario.ledger is not None
        return OwnDuties(self.world.finest, self.scenario.ledger)


def _bearing(file: PriorsFile, scenario: Scenario, resolved: Resolved) -> tuple[Estimate, ...]:
    """Return the estimates of the measures that name a line of the question."""
    if scenario.ledger is None or resolved.lines is None:
        return ()
    ids = {measure for held in resolved.lines.members for measure, _ in held}
    found = estimates(scenario.ledger, sorted(ids))
    return tuple(one for one in found if getattr(file.measures, one.kind))


def _parameter(one: Estimate) -> UncertainInput:
    words = {
        "coverage": f"the coverage of {one.of}",
        "level": f"what the goods of {one.of} were worth before it",
        "dutiable": f"the dutiable part under {one.of}",
        "use": f"the use of the preference {one.of}",
        "rate": f"the rates by company of {one.of}",
        "quota": f"what a unit of the quota {one.of} is worth",
    }[one.kind]
    units = {
        "coverage": "multiple of its weights",
        "level": "multiple",
        "quota": "multiple",
        "rate": "per cent",
    }
    unit = units.get(one.kind, "share")
    return UncertainInput(one.name, one.kind, words, unit, one.low, one.value, one.high, one.source)
