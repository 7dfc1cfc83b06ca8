"""The packages that were chosen, valued again under draws of everything that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.core.model import Model
from countervail.ensembles.result import QUANTILES, quantile
from countervail.ensembles.sampling import sobol
from countervail.ensembles.spread import spread
from countervail.errors import CountervailError, NotCertified
from countervail.many.answers import Progress
from countervail.policy.concessions import Package, Table
from countervail.policy.packages import TIE, Valuer
from countervail.priors import Priors

Array = NDArray[np.float64]

CHUNK = 4
"""Draws sent to a worker at a time."""


class Draw(NamedTuple):
    """What packages are worth in one draw: [package, party], and the largest residual."""

    percent: Array
    usd: Array
    residual: float


@dataclass(frozen=True, eq=False)
class Job:
    """What all draws have in common: every package is valued in the same draws.

    Attributes:
        priors: what quantiles become.
        model: the model, with its closure.
        table: what is on the table.
        packages: to be valued.
    """

    priors: Priors
    model: Model
    table: Table
    packages: tuple[Package, ...]

    def answer(self, quantiles: Array) -> Draw | str:
        """Return what the packages are worth in one draw, or why one of them has no answer."""
        try:
            world, scenario = self.priors.at(quantiles)
            assert scenario.ledger is not None
            table = replace(self.table, ledger=scenario.ledger)
            valuer = Valuer(world, table, self.model, workers=1)
            valuer.value(self.packages)
        except CountervailError as error:
            return str(error)
        values = [valuer.known[package] for package in self.packages]
        for package, value in zip(self.packages, values, strict=True):
            if value.failure is not None:
                return f"{self.table.scenario(package).title}: {value.failure}"
        return Draw(
            np.array([value.percent for value in values]),
            np.array([value.usd for value in values]),
            max(value.residual for value in values),
        )


def answers(job: Job, quantiles: Array) -> list[Draw | str]:
    """Return the answers to several draws [draw, parameter]."""
    return [job.answer(row) for row in quantiles]


@dataclass(frozen=True, eq=False)
class Drawn:
    """What chosen packages are worth under draws, all packages in the same ones.

    Attributes:
        packages: the concessions of each package, by their numbers.
        percent: per cent of spending, [draw, package, party]; draws without an answer left out.
        usd: USD million, likewise.
        draws: how many were asked for.
        seed: of the draws.
        inputs: names of what was drawn.
        residual: the largest of any draw.
        failures: why a draw has no answer, by its number.
    """

    packages: tuple[Package, ...]
    percent: Array
    usd: Array
    draws: int
    seed: int
    inputs: tuple[str, ...]
    residual: float
    failures: dict[int, str]

    def ranges(self, package: Package) -> Array:
        """Return 5, 50 and 95 per cent of a package's worth in per cent, [quantile, party]."""
        return quantile(self.percent[:, self.packages.index(package)], QUANTILES)

    def ranges_usd(self, package: Package) -> Array:
        """Return the same in USD million, [quantile, party]."""
        return quantile(self.usd[:, self.packages.index(package)], QUANTILES)

    def chances(self, package: Package) -> Array:
        """Return the part of the draws in which each party gains from a package, [party]."""
        gained = self.percent[:, self.packages.index(package)] > TIE
        return np.asarray(gained.mean(axis=0))

    def chance_all(self, package: Package) -> float:
        """Return the part of the draws in which all parties gain from a package."""
        gained = self.percent[:, self.packages.index(package)] > TIE
        return float(gained.all(axis=1).mean())


def draw(
    valuer: Valuer,
    packages: Sequence[Package],
    draws: int,
    seed: int,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Drawn:
    """Return what packages are worth under draws of all that is not known.

    Args:
        valuer: the world, the table and the model.
        packages: to be valued, every one in every draw.
        draws: how many.
        seed: of the draws.
        workers: processes; default one a core.
        progress: called with the number of draws done and of all.

    Raises:
        NotCertified: no draw has an answer.
        WorkersLostError: workers are killed again and again.
    """
    table = valuer.table
    # one set of priors for the whole table, so that all packages share what is drawn
    placed = valuer.placed([packages[0]])[0]
    priors = Priors.of(valuer.world, table.scenario(packages[0]), resolved=placed)
    job = Job(priors, valuer.model, table, tuple(packages))
    quantiles = sobol(draws, len(priors.names), seed)
    chunks = {k: quantiles[k : k + CHUNK] for k in range(0, draws, CHUNK)}
    found: dict[int, Draw | str] = {}
    with closing(spread(answers, job, chunks, workers=workers)) as coming:
        for first, chunk in coming:
            found.update(enumerate(chunk, first))
            if progress is not None:
                progress(len(found), draws)
    return _together(job, draws, seed, found)


def _together(job: Job, draws: int, seed: int, found: dict[int, Draw | str]) -> Drawn:
    """Return the draws side by side, in their order.

    Raises:
        NotCertified: none has an answer.
    """
    ordered = {k: found[k] for k in sorted(found)}
    there = [one for one in ordered.values() if isinstance(one, Draw)]
    failures = {k: one for k, one in ordered.items() if isinstance(one, str)}
    if not there:
        raise NotCertified(f"none of {draws} draws has an answer; the first: {failures[0]}")
    return Drawn(
        packages=job.packages,
        percent=np.array([one.percent for one in there]),
        usd=np.array([one.usd for one in there]),
        draws=draws,
        seed=seed,
        inputs=job.priors.names,
        residual=max(one.residual for one in there),
        failures=failures,
    )
