"""Episodes under draws of what is not known: the range that parameters leave open, by fact.

Draws are made in this process: an episode needs few, and a pool of workers costs more than they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from countervail.backtests.episode import Episode
from countervail.backtests.predict import measure_on, setting, told
from countervail.backtests.score import FACTS
from countervail.draws.draw import Draw
from countervail.draws.ensemble.job import EnsembleJob
from countervail.draws.ensemble.result import QUANTILES, quantile
from countervail.draws.priors import Priors
from countervail.draws.sampling import sobol
from countervail.errors import InputError, NotCertified
from countervail.models.presets import FirstYear
from countervail.solution import Solution
from countervail.solving import solve
from countervail.world import World

TOGETHER = 4
"""Draws that are solved at a time."""


def drawn(
    episode: Episode, world: World, number: int, seed: int = 1
) -> dict[str, tuple[float, float]]:
    """Return 5 and 95 per cent of an episode's facts in the first year, by fact.

    A fact that fewer than two draws tell has none; empty where the point has no answer.

    Args:
        episode: the measure and the good.
        world: the world it is laid on, of the long run.
        number: of draws.
        seed: of the draws.

    Raises:
        InputError: the world lacks a party of the episode.
    """
    here = setting(episode, world)
    try:
        point = solve(here.world.after(1), measure_on(episode, here), FirstYear())
    except NotCertified:
        return {}
    priors = Priors.of(point.observed, point.scenario, None, point.resolved)
    read = partial(facts_of, episode=episode, cells=here.cells)
    job = EnsembleJob(priors, point.model, point.hats, read)
    quantiles = sobol(number, len(priors.names), seed)
    kept = [
        one.figures
        for k in range(0, number, TOGETHER)
        for one in job.answers(quantiles[k : k + TOGETHER])
        if isinstance(one, Draw)
    ]
    made = {}
    for fact in FACTS:
        values = np.array([one[fact] for one in kept], dtype=float)
        there = values[np.isfinite(values)]
        if there.size > 1:
            low, _, high = quantile(there, QUANTILES)
            made[fact] = (round(float(low), 1), round(float(high), 1))
    return made


def facts_of(
    solution: Solution, *, episode: Episode, cells: tuple[str, ...]
) -> Mapping[str, float]:
    """Return the facts of an episode in a draw; no number where its measure takes nothing."""
    try:
        said = told(solution, episode, cells, "first_year")
    except InputError:
        return dict.fromkeys(FACTS, np.nan)
    return {fact: np.nan if (v := said.of(fact)) is None else v for fact in FACTS}
