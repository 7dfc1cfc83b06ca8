"""The packages that were chosen, valued again under draws of everything that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.core.model import Model
from countervail.draws.batch.answers import Progress
from countervail.draws.draw import Draw, Kept
from countervail.draws.ensemble.result import QUANTILES, quantile
from countervail.draws.how import Draws
from countervail.draws.priors import Priors
from countervail.draws.runner import run_draws
from countervail.draws.sampling import sobol
from countervail.draws.store import Store
from countervail.errors import CountervailError, NotCertified
from countervail.horizons import as_drawn
from countervail.policy.bargaining.concessions import ConcessionTable, Package
from countervail.policy.bargaining.packages import TIE_PER_CENT, Valuer
from countervail.version import __version__

Array = NDArray[np.float64]

CHUNK_DRAWS = 4
"""Draws sent to a worker at a time."""


@dataclass(frozen=True, eq=False)
class PackageJob:
    """What all draws have in common: every package is valued in the same draws.

    Attributes:
        priors: what quantiles become.
        model: the model, with its closure.
        table: what is on the table.
        packages: to be valued.
    """

    priors: Priors
    model: Model
    table: ConcessionTable
    packages: tuple[Package, ...]

    def answers(self, quantiles: Array) -> list[Kept]:
        """Return what the packages are worth in several draws [draw, parameter]."""
        return [self._answer(row) for row in quantiles]

    def _answer(self, quantiles: Array) -> Kept:
        """Return what the packages are worth in one draw, or why one of them has no answer.

        A draw's arrays are ``percent`` and ``usd``, [package, party].
        """
        try:
            world, scenario = self.priors.at(quantiles)
            assert scenario.ledger is not None
            table = replace(self.table, ledger=scenario.ledger)
            valuer = Valuer(world, table, as_drawn(self.model, world), workers=1)
            valuer.value(self.packages)
        except CountervailError as error:
            return str(error)
        values = [valuer.known[package] for package in self.packages]
        for package, value in zip(self.packages, values, strict=True):
            if value.failure is not None:
                return f"{self.table.scenario(package).title}: {value.failure}"
        arrays = {
            "percent": np.array([value.percent for value in values]),
            "usd": np.array([value.usd for value in values]),
        }
        return Draw(arrays, {}, max(value.residual for value in values))

    def key(self, seed: int) -> dict[str, Any]:
        """Return what draws depend on, but for their number; JSON-able."""
        return {
            "countervail": __version__,
            "world": self.priors.world.hash,
            "ledger": self.table.ledger.hash,
            "model": self.model.settings(),
            "table": self.table.settings(),
            "concessions": list(self.table.names),
            "packages": [list(package) for package in self.packages],
            "priors": self.priors.hash,
            "parameters": list(self.priors.names),
            "seed": seed,
        }


@dataclass(frozen=True, eq=False)
class PackageDraws:
    """What chosen packages are worth under draws, all packages in the same ones.

    Attributes:
        packages: the concessions of each package, by their numbers.
        percent: per cent of spending, [draw, package, party]; draws without an answer left out.
        usd: USD million, likewise.
        draws: how many were asked for.
        seed: of the draws.
        inputs: names of what was drawn.
        priors_hash, priors_path: of the declarations, and the file they stand in.
        residual: the largest of any draw.
        failures: why a draw has no answer, by its number.
    """

    packages: tuple[Package, ...]
    percent: Array
    usd: Array
    draws: int
    seed: int
    inputs: tuple[str, ...]
    priors_hash: str
    priors_path: str
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
        gained = self.percent[:, self.packages.index(package)] > TIE_PER_CENT
        return np.asarray(gained.mean(axis=0))

    def chance_all(self, package: Package) -> float:
        """Return the part of the draws in which all parties gain from a package."""
        gained = self.percent[:, self.packages.index(package)] > TIE_PER_CENT
        return float(gained.all(axis=1).mean())


def draw(
    valuer: Valuer,
    packages: Sequence[Package],
    how: Draws,
    progress: Progress | None = None,
) -> PackageDraws:
    """Return what packages are worth under draws of all that is not known.

    Args:
        valuer: the world, the table and the model.
        packages: to be valued, every one in every draw.
        how: draws are made.
        progress: called with the number of draws done and of all.

    Raises:
        InputError, FileError: priors or a folder that cannot be used.
        NotCertified: no draw has an answer.
        WorkersLostError: workers are killed again and again.
    """
    table = valuer.table
    # one set of priors for the whole table, so that all packages share what is drawn
    placed = valuer.placed([packages[0]])[0]
    unknown = Priors.of(valuer.world, table.scenario(packages[0]), how.file, placed)
    job = PackageJob(unknown, valuer.model, table, tuple(packages))
    found = run_draws(
        job,
        sobol(how.number, len(unknown.names), how.seed),
        how,
        Store.of(how.out, job.key(how.seed)),
        progress=progress,
        chunk=CHUNK_DRAWS,
    )
    return _together(job, how.number, how.seed, found)


def _together(job: PackageJob, draws: int, seed: int, found: dict[int, Kept]) -> PackageDraws:
    """Return the draws side by side, in their order.

    Raises:
        NotCertified: none has an answer.
    """
    ordered = {k: found[k] for k in sorted(found)}
    there = [one for one in ordered.values() if isinstance(one, Draw)]
    failures = {k: one for k, one in ordered.items() if isinstance(one, str)}
    if not there:
        raise NotCertified(f"none of {draws} draws has an answer; the first: {failures[0]}")
    return PackageDraws(
        packages=job.packages,
        percent=np.array([one.arrays["percent"] for one in there]),
        usd=np.array([one.arrays["usd"] for one in there]),
        draws=draws,
        seed=seed,
        inputs=job.priors.names,
        priors_hash=job.priors.hash,
        priors_path=job.priors.path,
        residual=max(one.residual for one in there),
        failures=failures,
    )
