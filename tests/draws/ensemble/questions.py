"""Small questions, and tasks that other processes can import."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np

import countervail as cv
from countervail.draws.draw import Draw
from countervail.draws.ensemble.job import EnsembleJob
from countervail.draws.ensemble.result import QUANTILES, quantile
from countervail.draws.priors import Priors
from countervail.draws.sampling import sobol
from countervail.testing import random_world


def small(seed: int = 1, countries: int = 3, sectors: int = 2) -> tuple[cv.World, cv.Scenario]:
    """A random world, and its first country's tariffs raised by 20 points."""
    world = random_world(seed, countries, sectors).world()
    tariff = np.array(world.tariff)
    tariff[1:, 0] += 0.2
    return world, cv.Scenario.from_arrays(world, tariff=tariff, countries=world.countries[:2])


def job_of(world: cv.World, scenario: cv.Scenario) -> EnsembleJob:
    point = cv.solve(world, scenario)
    return EnsembleJob(Priors.of(world, scenario), cv.CaliendoParro(), point.hats)


def covered(draws: int, seed: int) -> bool:
    """Whether the range of a random world's welfare covers a truth drawn from the same priors."""
    world, scenario = small(seed)
    job = job_of(world, scenario)
    size = len(job.priors.names)
    (truth,) = job.answers(np.random.default_rng(seed).uniform(1e-9, 1.0, (1, size)))
    found = job.answers(sobol(draws, size, seed))
    kept = [draw.arrays["welfare"][0] for draw in found if isinstance(draw, Draw)]
    assert isinstance(truth, Draw)
    assert len(kept) == draws
    low, _, high = quantile(np.array(kept), QUANTILES)
    return bool(low <= truth.arrays["welfare"][0] <= high)


def doubled(common: int, task: int) -> int:
    return common * task


def killed_once(marker: Path, task: int) -> int:
    """The worker that has task 3 is killed, the first time."""
    if task == 3 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def killed(_: None, task: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return task


def slow(_: None, task: int) -> int:
    time.sleep(60 if task else 0)
    return task


def threads(_: None, task: int) -> dict[str, str]:
    return {name: os.environ.get(name, "") for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}


def imports(solution: cv.Solution) -> dict[str, float]:
    """What a test reads of every draw."""
    return {"imports": float(solution.arrays["imports_change"][0])}
