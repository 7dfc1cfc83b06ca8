"""The door to ensembles: draw, spread, keep, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail import solving
from countervail.core.model import Model
from countervail.draws.draw import Draw, Kept
from countervail.draws.ensemble.job import EnsembleJob, Read, kept
from countervail.draws.ensemble.result import Ensemble
from countervail.draws.how import Draws, draws_of
from countervail.draws.priors import Priors
from countervail.draws.runner import Progress, run_draws
from countervail.draws.sampling import sobol
from countervail.draws.store import Store
from countervail.errors import NotCertified
from countervail.horizons import LONG, Horizon, met
from countervail.models.presets import CaliendoParro
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.world import World

Array = NDArray[np.float64]


def ensemble(
    world: World,
    scenario: Scenario,
    model: Model | None = None,
    draws: Draws | int = 200,
    seed: int | None = None,
    *,
    read: Read | None = None,
    point: Solution | None = None,
    progress: Progress | None = None,
    meanwhile: Callable[[Ensemble], object] | None = None,
    horizon: Horizon = LONG,
    allow_partial: bool = False,
    **words: Any,
) -> Ensemble:
    """Return certified answers to a question under joint draws of all that is not known in it.

    The same seed gives the same numbers on any number of workers; more draws keep the first ones.

    Args:
        world: the base world as it is.
        scenario: the question.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        draws: how they are made, or how many; at least 1.
        seed: of the draws; default 1.
        read: further numbers, or arrays of them, to read from every draw's Solution, by name; an
            importable function.
        point: the point answer, where it is known already.
        progress: called with the draws done and their number.
        meanwhile: called, while draws are made, with the ensemble of those that have an answer.
        horizon: years after the change (1, 2, 3, 5, 10), or ``long``, the default; as ``solve``
            takes it. A point answer of some years is of its own world (``Solution.observed``).
        allow_partial: whether the answer may leave out what the world cannot hold or nothing
            prices; it says so, and warns.
        words: other fields of ``Draws`` by name, such as ``workers=2``, in place of what it says.

    Raises:
        NotPlaced: the world cannot hold a part of the question, or nothing prices it.
        InputError: the question does not fit the world, no such horizon, too few or too many draws.
        FileError: the priors file is refused, or the folder cannot be written.
        NotCertified, NoEquilibrium: the point has no answer, or no draw has.
        WorkersLostError: workers are killed again and again.
    """
    how = draws_of(draws, seed, **words)
    how.check()
    scenario = scenario.partly(allow_partial)
    world, model = met(world, scenario, model or CaliendoParro(), horizon)
    point = point or solving.solve(world, scenario, model)
    given = how.priors
    if isinstance(given, Priors):
        priors = given
    else:
        priors = Priors.of(world, scenario, given, point.resolved)
    job = EnsembleJob(priors, model, point.hats, read, solving.countries_of(point))
    quantiles = sobol(how.number, len(priors.names), how.seed)
    store = Store.of(how.out, _key(point, priors, how.seed, read))

    def arrived(some: Mapping[int, Kept]) -> None:
        made = _together(point, job, how.seed, quantiles, some)
        if meanwhile is not None and made.answered.any():
            meanwhile(made)

    heard = None if meanwhile is None else arrived
    found = run_draws(job, quantiles, how, store, progress=progress, meanwhile=heard)
    made = _together(point, job, how.seed, quantiles, found)
    if not made.answered.any():
        raise NotCertified(
            f"none of {how.number} draws has an answer; the first: {made.failures[0]}"
        )
    return made


def _together(
    point: Solution, job: EnsembleJob, seed: int, quantiles: Array, found: Mapping[int, Kept]
) -> Ensemble:
    """Return the draws side by side."""
    answered = {k: draw for k, draw in found.items() if isinstance(draw, Draw)}
    shapes = {n: np.shape(v) for draw in answered.values() for n, v in draw.figures.items()}
    arrays = {n: np.full((len(quantiles), *v.shape), np.nan) for n, v in kept(point).items()}
    figures = {n: np.full((len(quantiles), *shape), np.nan) for n, shape in shapes.items()}
    residual = np.full(len(quantiles), np.nan)
    for k, draw in answered.items():
        residual[k] = draw.residual
        for name, values in draw.arrays.items():
            arrays[name][k] = values
        for name, value in draw.figures.items():
            figures[name][k] = value
    failures = {k: found[k] for k in sorted(found) if k not in answered}
    return Ensemble(
        point=point,
        priors=job.priors,
        seed=seed,
        quantiles=quantiles,
        arrays=arrays,
        figures=figures,
        residual=residual,
        failures={k: str(why) for k, why in failures.items()},
        job=job,
    )


def _key(point: Solution, priors: Priors, seed: int, read: Read | None) -> dict[str, Any]:
    """Return what draws depend on, but for their number; the day they are made on is no part."""
    manifest = point.manifest.as_dict()
    del manifest["today"]
    return {
        "manifest": manifest,
        "priors": priors.hash,
        "parameters": list(priors.names),
        "seed": seed,
        "read": None if read is None else repr(read),
    }
