"""Which uncertain input makes the range: Sobol indices of figures, the inputs grouped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.draws.draw import Draw, Kept
from countervail.draws.ensemble.indices import Indices, indices
from countervail.draws.ensemble.job import EnsembleJob
from countervail.draws.ensemble.result import Ensemble
from countervail.draws.how import Draws
from countervail.draws.runner import Progress, run_draws
from countervail.draws.sampling import sobol
from countervail.errors import InputError, NotCertified
from countervail.figure import Figure

Array = NDArray[np.float64]
FEWEST_SAMPLES = 16
OVERLAP_SUM = 1.15
"""Parts that sum to more than this overlap by more than sampling error."""

REST = {
    "elasticity": "other trade elasticities",
    "coverage": "other coverages of measures",
    "level": "other levels before measures",
    "dutiable": "other dutiable parts",
    "use": "other uses of preferences",
    "rate": "other rates by company",
    "quota": "other unit values of quotas",
    "world": "other cells of the world table",
}
"""What the inputs of a kind are called that are not looked at one by one."""


class Driver(NamedTuple):
    """A group of inputs and its part of a figure's variance, 0 to 1 but for sampling error.

    Attributes:
        words: what it is.
        inputs: names of its parameters.
        first: alone; ``first_low``, ``first_high`` its 5 and 95 per cent by the bootstrap.
        total: with everything it does together with others; likewise.
    """

    words: str
    inputs: tuple[str, ...]
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True, eq=False)
class Drivers:
    """What drives the range of figures.

    Attributes:
        of: by figure, the groups, the largest first.
        base: samples of each design.
        left_out: samples that had no answer in one of the designs.
    """

    of: Mapping[str, tuple[Driver, ...]]
    base: int
    left_out: int

    def sentence(self, figure: str, whose: str, least: float = 0.05) -> str:
        """Return in a sentence what drives a figure's range.

        Args:
            figure: its name.
            whose: what to call it: ``Canada's welfare``.
            least: groups with a smaller part are not named.
        """
        named = [one for one in self.of[figure] if one.total >= least][:4]
        if not named:
            return f"No input alone makes a twentieth of the range of {whose}."
        first, *others = named
        said = [f"{_part(first.total)} is {first.words}"]
        said += [f"{_part(one.total)} {one.words}" for one in others]
        over = sum(one.total for one in self.of[figure]) > OVERLAP_SUM
        together = "; parts overlap, as inputs act together" if over else ""
        return f"Of the variance of {whose} {', '.join(said)}{together}."


def drivers(
    ensemble: Ensemble,
    figures: Sequence[Figure] = (),
    *,
    base: int = 128,
    most: int = 8,
    workers: int | None = None,
    cluster: Any = None,
    progress: Progress | None = None,
) -> Drivers:
    """Return which uncertain inputs drive figures of countries, or of countries and sectors.

    Inputs that move a figure most in the ensemble's own draws stand alone, the others of a kind
    together: ``base`` times the groups and two solves. Elasticities are drawn through scores that
    sectors have in part in common; that common part is an input of its own.

    Args:
        ensemble: the draws.
        figures: default the welfare of the countries the scenario shows first.
        base: samples of each design.
        most: inputs looked at one by one, for every figure.
        workers: processes on this machine; default one a core.
        cluster: address of a Dask scheduler, or a Dask client, instead.
        progress: called with the solves done and their number.

    Raises:
        InputError: a figure that draws do not keep, or too small a base.
        NotCertified: too few samples have an answer.
    """
    if base < FEWEST_SAMPLES:
        raise InputError(
            f"base={base}: at least {FEWEST_SAMPLES} samples are needed for shares of variance"
        )
    asked = tuple(figures) or tuple(
        Figure("welfare", {"country": code}) for code in ensemble.point.scenario.countries[:3]
    )
    if not asked:
        raise InputError("name the figures, such as Figure('welfare', {'country': 'CAN'})")
    job = FigureJob.of(ensemble.job, asked, ensemble)
    groups = _groups(ensemble, asked, most)
    here, there = np.split(sobol(base, 2 * len(ensemble.priors.names), ensemble.seed), 2, axis=1)
    designs = [here, there, *(_mixed(here, there, columns) for columns in groups.values())]
    values = _solved(job, designs, workers, cluster, progress)
    whole = np.isfinite(values).all(axis=(0, 2))
    if whole.sum() < FEWEST_SAMPLES:
        raise NotCertified(
            f"only {int(whole.sum())} of {base} samples have an answer in every design: too few "
            "for shares of variance"
        )
    found = {}
    for k, figure in enumerate(asked):
        table = values[:, whole, k]
        parts = indices(table[0], table[1], table[2:], ensemble.seed)
        found[figure.name] = _ranked(groups, parts, ensemble)
    return Drivers(found, base, base - int(whole.sum()))


@dataclass(frozen=True, eq=False)
class FigureJob:
    """What is read of every sample: a few figures.

    Attributes:
        job: how a draw is solved.
        weights: variable and the weight of each of its entries, by figure.
    """

    job: EnsembleJob
    weights: tuple[tuple[str, Array], ...]

    @classmethod
    def of(cls, job: EnsembleJob, figures: Sequence[Figure], ensemble: Ensemble) -> FigureJob:
        """Return the job that reads some figures.

        Raises:
            InputError: draws do not keep the variable; or no such label.
        """
        world = ensemble.point.world
        weights = []
        for figure in figures:
            ensemble.range(figure.variable, **figure.labels)  # says what is wrong with it
            weights.append((figure.variable, figure.entries(world)))
        bare = EnsembleJob(job.priors, job.model, job.near, countries=job.countries)
        return cls(bare, tuple(weights))

    def answers(self, quantiles: Array) -> list[Kept]:
        """Return the figures of several samples [sample, parameter], by their number."""
        return [
            one if isinstance(one, str) else one._replace(arrays={}, figures=self._figures(one))
            for one in self.job.answers(quantiles)
        ]

    def _figures(self, draw: Draw) -> dict[str, float]:
        return {
            str(k): float((draw.arrays[name] * weight).sum())
            for k, (name, weight) in enumerate(self.weights)
        }


def _solved(
    job: FigureJob,
    designs: Sequence[Array],
    workers: int | None,
    cluster: Any,
    progress: Progress | None,
) -> Array:
    """Return the figures at every sample of every design, [design, sample, figure].

    NaN where a sample has no answer.
    """
    every = np.concatenate(designs)
    values = np.full((len(every), len(job.weights)), np.nan)
    found = run_draws(job, every, Draws(workers=workers, cluster=cluster), progress=progress)
    for sample, one in found.items():
        if isinstance(one, Draw):
            values[sample] = list(one.figures.values())
    return values.reshape(len(designs), -1, len(job.weights))


def _groups(ensemble: Ensemble, figures: Sequence[Figure], most: int) -> dict[str, list[int]]:
    """Return groups of inputs, as columns: those that matter alone, the others by kind."""
    parameters = ensemble.priors.parameters
    alone: dict[int, None] = {}
    ranks = _ranks(ensemble.quantiles[ensemble.answered])
    for figure in figures:
        weight = figure.entries(ensemble.point.world)
        drawn = ensemble.arrays[figure.variable][ensemble.answered]
        values = (drawn * weight).reshape(len(drawn), -1).sum(axis=1)
        strength = np.abs(_ranks(values[:, None]).T @ ranks)[0] if len(drawn) > 1 else np.zeros(0)
        alone |= dict.fromkeys(int(k) for k in np.argsort(-strength)[:most])
    groups = {parameters[k].words: [k] for k in alone}
    for kind, words in REST.items():
        rest = [k for k, one in enumerate(parameters) if one.group == kind and k not in alone]
        if rest:
            groups[words] = rest
    return groups


def _ranks(values: Array) -> Array:
    """Return ranks of each column about their mean, of unit length."""
    ranks = values.argsort(axis=0).argsort(axis=0) - 0.5 * (len(values) - 1)
    return np.asarray(ranks / np.maximum(np.sqrt((ranks**2).sum(axis=0)), 1e-300))


def _mixed(here: Array, there: Array, columns: Sequence[int]) -> Array:
    mixed = here.copy()
    mixed[:, columns] = there[:, columns]
    return mixed


def _ranked(
    groups: Mapping[str, Sequence[int]], parts: Indices, ensemble: Ensemble
) -> tuple[Driver, ...]:
    names = ensemble.priors.names
    found = [
        Driver(words, tuple(names[k] for k in columns), *(float(part[g]) for part in parts))
        for g, (words, columns) in enumerate(groups.items())
    ]
    return tuple(sorted(found, key=lambda one: -one.total))


FRACTIONS = {
    0.9: "nearly all",
    0.75: "three quarters",
    2 / 3: "two thirds",
    0.5: "half",
    1 / 3: "a third",
    0.25: "a quarter",
    0.2: "a fifth",
    0.1: "a tenth",
}


def _part(share: float) -> str:
    """Return a share in words where one is near, else in per cent."""
    nearest = min(FRACTIONS, key=lambda known: abs(known - share))
    return FRACTIONS[nearest] if abs(nearest - share) <= 0.03 else f"{100 * share:.0f} per cent"
