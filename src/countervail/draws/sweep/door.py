"""The door to sweeps: solve every point, draw where asked, keep, put together."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.draws.draw import Draw, Kept
from countervail.draws.ensemble.result import QUANTILES, quantile
from countervail.draws.how import MOST_DRAWS, Draws, draws_of
from countervail.draws.priors import Priors
from countervail.draws.priors.files import read_priors
from countervail.draws.runner import CHUNK_DRAWS, Progress, ProgressCounter, Runner
from countervail.draws.sampling import sobol
from countervail.draws.store import Store
from countervail.draws.sweep.files import read_sweep
from countervail.draws.sweep.grid import Grid
from countervail.draws.sweep.job import SweepJob, Task
from countervail.draws.sweep.question import Sweep
from countervail.draws.sweep.reading import grid_of
from countervail.draws.sweep.result import SweepRanges, Swept
from countervail.errors import CountervailError, InputError, NotCertified, NotPlaced, PartialAnswer
from countervail.horizons import LONG, Horizon, beside, horizon_key
from countervail.ledger import Ledger
from countervail.ledger.pricing.placed import counts
from countervail.provenance import content_hash, to_json
from countervail.scenario.placing import gaps
from countervail.version import __version__

Array = NDArray[np.float64]

POINTS, DRAWS = ".points", ".points-drawn"
"""Hidden folders in which finished points, and finished draws of them, are kept."""


def sweep(
    question: str | Path | Sweep,
    *,
    ledger: Ledger | None = None,
    choices: Sequence[str] = (),
    draws: Draws | int = 0,
    progress: Progress | None = None,
    horizon: Horizon = LONG,
    allow_partial: bool = False,
    **words: Any,
) -> Swept:
    """Return certified answers to a question at every point of a grid.

    Args:
        question: a sweep file, or a Sweep.
        ledger: the law; default the Sweep's, or the shipped measures.
        choices: of every model, such as ``demand.elasticity=0.5``, beside the Sweep's.
        draws: how they are made at every point, or how many; 0 gives point answers alone. Every
            point has the same seed, so that what is drawn alike differs alike. Points are solved,
            and kept in the folder ``out``, like draws.
        progress: called with the answers done, draws included, and their number.
        horizon: years after the change (1, 2, 3, 5, 10), which makes every point two, the other of
            the long run; or ``long``, the default: the points as they are. Goods are carved once,
            for all points (``horizons.met_by_all``). A Sweep's own axis ``horizon`` says which
            there are.
        allow_partial: whether answers may leave out what a world cannot hold or nothing prices;
            ``Swept.not_placed`` says of which points, and a warning. Else they have no answer.
        words: other fields of ``Draws`` by name, such as ``workers=2``, in place of what it says.

    Raises:
        InputError: the sweep is refused, too few or too many draws, or a horizon beside the
            Sweep's own.
        FileError: a file is refused, with path and line, or the folder cannot be written.
        NotCertified: no point has an answer.
        WorkersLostError: workers are killed again and again.
    """
    how = draws_of(draws, **words)
    if not 0 <= how.number <= MOST_DRAWS:
        raise InputError(f"draws={how.number}: from 0 (point answers alone) to {MOST_DRAWS:,}")
    asked = question if isinstance(question, Sweep) else read_sweep(question, ledger)
    asked = _at(replace(asked, choices=(*asked.choices, *choices)), horizon)
    grid = grid_of(asked if ledger is None else replace(asked, ledger=ledger))
    grid = grid.partly(allow_partial)
    declared = read_priors(how.file)[1] if how.number else ""
    tell = ProgressCounter(progress, len(grid) * (1 + how.number))
    runner = Runner(how.workers, how.cluster, tell)
    key: dict[str, Any] = {"countervail": __version__, **grid.settings()}
    store = Store.of(how.out, _hash(key), POINTS)
    found = runner.run(SweepJob(grid, {}), {k: Task(k) for k in range(len(grid))}, store)
    points = {k: one for k, (one,) in found.items()}
    if all(isinstance(one, str) for one in points.values()):
        raise NotCertified(f"none of {len(grid)} points has an answer; the first: {points[0]}")
    swept = _together(grid, points)
    if not how.number:
        return swept
    tell(how.number * len(swept.failures))
    key = {**key, "priors": declared, "seed": how.seed}
    store = Store.of(how.out, _hash(key), DRAWS)
    drawn = _drawn(swept, how, runner, store)
    return replace(swept, drawn=drawn)


def _at(asked: Sweep, horizon: Horizon) -> Sweep:
    """Return a sweep whose points are of a horizon and of the long run; as it is of that alone.

    Raises:
        InputError: no such horizon, or the sweep has an axis of its own.
    """
    if horizon_key(horizon) == LONG:
        return asked
    if "horizon" in asked.axes:
        raise InputError(
            f"horizon {horizon}: the sweep has an axis horizon of its own; keep one of the two"
        )
    return replace(asked, axes={**asked.axes, "horizon": beside(horizon)})


def _together(grid: Grid, points: Mapping[int, Kept]) -> Swept:
    """Return the points side by side."""
    arrays = {name: np.full((len(grid), len(grid.countries)), np.nan) for name in grid.variables}
    residual = np.full(len(grid), np.nan)
    for k, point in points.items():
        if isinstance(point, Draw):
            residual[k] = point.residual
            for name, values in point.arrays.items():
                arrays[name][k] = values
    failures = {k: one for k, one in sorted(points.items()) if isinstance(one, str)}
    return Swept(grid, arrays, residual, failures, not_placed=_gaps(grid))


def _gaps(grid: Grid) -> dict[int, str]:
    """Return what is left out of points, or refused, in words; warn of it once."""
    known: dict[tuple[int, int], str] = {}
    found = {}
    for k in range(len(grid)):
        point = grid.point(k)
        key = id(point.scenario), id(point.world)
        if key not in known:
            try:
                made = gaps(point.scenario, point.world)
                known[key] = counts(made.lines, made.left_out)
            except NotPlaced as error:
                known[key] = str(error)
            except CountervailError:
                known[key] = ""  # the point says so itself
        if known[key]:
            found[k] = known[key]
    if found and grid.asked[0].allow_partial:
        said = f"{len(found)} of {len(grid)} points leave something out (Swept.not_placed)"
        warnings.warn(said, PartialAnswer, stacklevel=3)
    return found


def _drawn(swept: Swept, how: Draws, runner: Runner, store: Store | None) -> SweepRanges:
    """Return the ranges of every point that has an answer."""
    grid = swept.grid
    there = [k for k in range(len(grid)) if k not in swept.failures]
    priors = {k: Priors.of(grid.point(k).world, grid.point(k).scenario, how.file) for k in there}
    tasks = {}
    for k in there:
        quantiles = sobol(how.number, len(priors[k].names), how.seed)
        for first in range(0, how.number, CHUNK_DRAWS):
            tasks[k * MOST_DRAWS + first] = Task(k, quantiles[first : first + CHUNK_DRAWS])
    found = runner.run(SweepJob(grid, priors), tasks, store)
    ranges = {
        name: np.full((len(QUANTILES), *values.shape), np.nan)
        for name, values in swept.arrays.items()
    }
    answered = np.zeros(len(grid), dtype=np.intp)
    failures: dict[int, dict[int, str]] = {}
    residual = 0.0
    for k in there:
        chunks = (found[k * MOST_DRAWS + first] for first in range(0, how.number, CHUNK_DRAWS))
        all_draws = [draw for chunk in chunks for draw in chunk]
        made = [draw for draw in all_draws if isinstance(draw, Draw)]
        failures[k] = {d: why for d, why in enumerate(all_draws) if isinstance(why, str)}
        answered[k] = len(made)
        residual = max([residual, *(draw.residual for draw in made)])
        for name, values in ranges.items():
            if made:
                values[:, k] = quantile(np.array([draw.arrays[name] for draw in made]), QUANTILES)
    one = priors[there[0]]
    return SweepRanges(
        draws=how.number,
        seed=how.seed,
        priors={"path": one.path, "hash": one.hash},
        ranges=ranges,
        answered=answered,
        residual=residual,
        failures={k: why for k, why in failures.items() if why},
    )


def _hash(key: object) -> str:
    return content_hash(to_json(key).encode())
