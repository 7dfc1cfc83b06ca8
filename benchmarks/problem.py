"""A world with the shock that is timed on it, prepared once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

import countervail as cv
from benchmarks.worlds import us_tariffs
from countervail import bridge
from countervail.core.model import Baseline, Shock
from countervail.models.economy import Economy
from countervail.models.presets import CaliendoParro

BATCH_BYTES = 1_000_000_000
"""Tariff cubes of a batch take no more than this; a larger world gets a smaller batch."""


@dataclass(frozen=True, eq=False)
class Problem:
    """The study's shock on a world.

    Attributes:
        world: the world.
        path: a file of it, for fresh processes.
    """

    world: cv.World
    path: Path

    @classmethod
    def of(cls, path: Path) -> Problem:
        """Return the problem on the world of a file."""
        return cls(cv.read_world(path), path)

    @property
    def size(self) -> str:
        """Return countries x sectors, as in ``81 x 37``."""
        return f"{len(self.world.countries)} x {len(self.world.sectors)}"

    @cached_property
    def model(self) -> Economy:
        """The default model."""
        return CaliendoParro()

    @cached_property
    def base(self) -> Baseline:
        """The baseline as plain arrays."""
        return bridge.baseline(self.world)

    @cached_property
    def scenario(self) -> cv.Scenario:
        """The United States adds 10 to 50 points on goods, half answered."""
        return us_tariffs(self.world)

    @cached_property
    def shock(self) -> Shock:
        """The scenario's second state, as plain arrays."""
        resolved = self.scenario.resolve(self.world)
        return bridge.shock_of(resolved.after, resolved)

    @cached_property
    def solution(self) -> cv.Solution:
        """Our certified answer, for comparing."""
        return cv.solve(self.world, self.scenario, self.model)

    def batch(self, wanted: int) -> list[cv.Scenario]:
        """Return so many scenarios that differ in every rate, or as many as memory allows."""
        most = max(1, BATCH_BYTES // self.world.tariff.nbytes)
        return [us_tariffs(self.world, seed) for seed in range(2, 2 + min(wanted, most))]


def save(world: cv.World, folder: Path) -> Path:
    """Write a world to an uncompressed NumPy archive that ``read_world`` reads."""
    path = folder / f"{world.name}.npz"
    about = {
        "name": world.name,
        "year": world.year,
        "elasticity_set": world.elasticity_set,
        "provenance": dict(world.provenance),
    }
    np.savez(
        path,
        trade=world.trade,
        tariff=world.tariff,
        input_share=world.input_share,
        trade_elasticity=world.trade_elasticity,
        countries=np.array(world.countries),
        sectors=np.array(world.sectors),
        law_date=np.array([day.isoformat() if day else "" for day in world.law_date]),
        meta=np.array(json.dumps(about)),
    )
    return path
