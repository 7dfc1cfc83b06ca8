"""What decoupling costs, evaluated under draws of everything that is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.core.model import Model
from countervail.draws.batch.answers import Progress
from countervail.draws.draw import Draw, Kept
from countervail.draws.ensemble.coverage import coverage_statement
from countervail.draws.ensemble.result import QUANTILES, quantile
from countervail.draws.how import Draws
from countervail.draws.priors import Priors
from countervail.draws.runner import run_draws
from countervail.draws.sampling import sample_settings, sobol
from countervail.errors import CountervailError, InputError, did_you_mean
from countervail.horizons import as_drawn
from countervail.quantiles import Range
from countervail.scenario import Scenario
from countervail.studies.decoupling import CALLED, How, Loss
from countervail.studies.decoupling_together import AskedLoss, asked_again, decoupling_together
from countervail.world import World

Array = NDArray[np.float64]

SIDES = ("welfare", "partner_welfare")
"""Figures of a loss that have a range."""

CHUNK_DRAWS = 2
"""Draws sent to a worker at a time: few draws still keep every worker busy."""

FIRST_YEARS = ", the first years, before buyers and labour have moved"
"""What answers of the long run do not cover."""

NOT_COVERED = (
    "They do not cover the choice of model and closure{}, or errors in cells of the world table "
    "that are taken as exact; a truth outside the model may lie outside the range"
)


@dataclass(frozen=True, eq=False)
class LossJob:
    """What all draws have in common: every loss is priced in the same draws.

    Attributes:
        priors: what quantiles become.
        model: the model, with its closure.
        country: code of the country.
        asked: the losses that have an answer at the point values.
    """

    priors: Priors
    model: Model
    country: str
    asked: tuple[AskedLoss, ...]

    def answers(self, quantiles: Array) -> list[Kept]:
        """Return what the losses cost in several draws [draw, parameter]."""
        return [self._answer(row) for row in quantiles]

    def _answer(self, quantiles: Array) -> Kept:
        """Return welfare by side [loss] in one draw, or why the draw has no first state.

        It is NaN for a loss without an answer in the draw.
        """
        try:
            losses = self.losses(quantiles)
        except CountervailError as error:
            return str(error)
        there = np.array([one.reason is None for one in losses])
        arrays = {
            side: np.where(there, [getattr(one, side) for one in losses], np.nan) for side in SIDES
        }
        residuals = [one.residual for one in losses if one.reason is None]
        return Draw(arrays, {}, max(residuals, default=np.nan))

    def losses(self, quantiles: Array) -> tuple[Loss, ...]:
        """Return every loss in one draw; trade is halved anew, by another factor.

        Raises:
            CountervailError: the draw has no certified first state.
        """
        world, _ = self.priors.at(quantiles)
        return decoupling_together(world, self.country, self.asked, as_drawn(self.model, world))


@dataclass(frozen=True, eq=False)
class LossDraws:
    """What decoupling costs under draws, all losses in the same ones, every state certified.

    Attributes:
        job: how a draw is priced.
        losses: at the point values, those without an answer too.
        seed: of the draws.
        quantiles: what each draw was made of, [draw, parameter].
        arrays: welfare by side, [draw, loss that was drawn]; NaN where it has no answer in a draw.
        residual: largest of each draw, [draw]; NaN where it has no answer at all.
        failures: why a draw has no first state, by its number.
    """

    job: LossJob
    losses: tuple[Loss, ...]
    seed: int
    quantiles: Array
    arrays: Mapping[str, Array]
    residual: Array
    failures: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.quantiles)

    @property
    def priors(self) -> Priors:
        """What is not known."""
        return self.job.priors

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """Which draws have a first state, so that losses could be priced in them, [draw]."""
        there = np.ones(len(self), dtype=np.bool_)
        there[list(self.failures)] = False
        return there

    def draws_of(self, partner: str, how: How = "gone", side: str = "welfare") -> Array:
        """Return a figure in every draw, [draw]; NaN where it has no answer.

        Args:
            partner: its code.
            how: ``halved`` (trade) or ``gone`` (an embargo).
            side: ``welfare``, the country's, or ``partner_welfare``.

        Raises:
            InputError: that was not drawn, or there is no such side.
        """
        if side not in SIDES:
            raise InputError(
                f"no side '{side}' of a loss{did_you_mean(side, SIDES)} (there are "
                f"{', '.join(SIDES)})"
            )
        asked = [(one.partner, one.how) for one in self.job.asked]
        if (partner, how) not in asked:
            drawn = [" ".join(one) for one in asked]
            raise InputError(
                f"'{partner} {how}' was not drawn{did_you_mean(f'{partner} {how}', drawn)} (drawn "
                f"were {', '.join(drawn)})"
            )
        return self.arrays[side][:, asked.index((partner, how))]

    def range(self, partner: str, how: How = "gone", side: str = "welfare") -> Range:
        """Return a figure with its range, over the draws in which it has an answer; else NaN.

        Args:
            partner: its code.
            how: ``halved`` (trade) or ``gone`` (an embargo).
            side: ``welfare``, the country's, or ``partner_welfare``.

        Raises:
            InputError: that was not drawn, or there is no such side.
        """
        draws = self.draws_of(partner, how, side)
        there = draws[np.isfinite(draws)]
        point = next(one for one in self.losses if (one.partner, one.how) == (partner, how))
        value = float(getattr(point, side))
        if there.size == 0:
            return Range(value, np.nan, np.nan, np.nan)
        return Range(value, *(float(q) for q in quantile(there, QUANTILES)))

    def answered_of(self, partner: str, how: How = "gone") -> int:
        """Return the number of draws in which a loss has an answer.

        Raises:
            InputError: it was not drawn.
        """
        return int(np.isfinite(self.draws_of(partner, how)).sum())

    def draw(self, number: int) -> tuple[Loss, ...]:
        """Return every loss of one draw in full, with reasons (solved once more).

        Raises:
            CountervailError: the draw has no certified first state.
        """
        return self.job.losses(self.quantiles[number])

    def settings(self) -> dict[str, Any]:
        """Return how the draws were made, JSON-able."""
        priors = {"path": self.priors.path, "hash": self.priors.hash}
        return sample_settings(len(self), int(self.answered.sum()), self.seed, priors)

    @cached_property
    def coverage_statement(self) -> str:
        """What the ranges cover and what they do not, in a paragraph."""
        first = FIRST_YEARS if self.priors.world.horizon is None else ""
        return " ".join([coverage_statement(self, NOT_COVERED.format(first)), *self._left_out()])

    def _left_out(self) -> list[str]:
        """Return a sentence for every loss that has no answer in some draw."""
        said = []
        for one in self.job.asked:
            draws = self.draws_of(one.partner, one.how)
            missing = np.flatnonzero(np.isnan(draws) & self.answered)
            if missing.size:
                first = int(missing[0])
                said.append(
                    f"{CALLED[one.how].capitalize()} with {one.partner} has no answer in "
                    f"{missing.size} of {len(self)} "
                    f"draws, which are not in its range; the first (draw {first}): "
                    f"{self._reason(first, one)}."
                )
        return said

    def _reason(self, number: int, asked: AskedLoss) -> str:
        losses = {(one.partner, one.how): one for one in self.draw(number)}
        return str(losses[asked.partner, asked.how].reason)

    def __repr__(self) -> str:
        return (
            f"<LossDraws: {len(self.job.asked)} losses of {self.job.country} in "
            f"{int(self.answered.sum())} of {len(self)} draws, seed {self.seed}>"
        )


def draw(
    world: World,
    country: str,
    losses: Sequence[Loss],
    model: Model,
    how: Draws,
    *,
    progress: Progress | None = None,
) -> LossDraws:
    """Return what decoupling costs under draws of all that is not known.

    The same seed gives the same numbers on any number of workers; more draws keep the first ones.

    Args:
        world: the world.
        country: code of the country.
        losses: at the point values; those without an answer there are not drawn.
        model: the model, with its closure.
        how: draws are made; at least 1.
        progress: called with the number of draws done and of all.

    Raises:
        InputError: too few or too many draws, no loss with an answer, priors that do not fit.
        FileError: the priors file is refused.
        WorkersLostError: workers are killed again and again.
    """
    how.check()
    asked = asked_again(world, country, losses, model)
    if not asked:
        raise InputError(f"no loss of {country} has an answer: there is nothing to draw")
    unknown = priors_of(world, how.priors)
    job = LossJob(unknown, model, country, asked)
    quantiles = sobol(how.number, len(unknown.names), how.seed)
    found = run_draws(
        job,
        quantiles,
        how,
        progress=progress,
        chunk=CHUNK_DRAWS,
    )
    return together(job, losses, how.seed, quantiles, found)


def priors_of(world: World, priors: Priors | str | Path | None) -> Priors:
    """Return what is not known in a world in which no law changes.

    Raises:
        FileError: the file is refused.
        InputError: it names what the world does not have.
    """
    if isinstance(priors, Priors):
        return priors
    return Priors.of(world, Scenario.from_arrays(world), priors)


def together(
    job: LossJob,
    losses: Sequence[Loss],
    seed: int,
    quantiles: Array,
    found: Mapping[int, Kept],
) -> LossDraws:
    """Return the draws side by side, in their order."""
    arrays = {side: np.full((len(quantiles), len(job.asked)), np.nan) for side in SIDES}
    residual = np.full(len(quantiles), np.nan)
    failures = {}
    for k in sorted(found):
        one = found[k]
        if isinstance(one, str):
            failures[k] = one
            continue
        residual[k] = one.residual
        for side, values in one.arrays.items():
            arrays[side][k] = values
    return LossDraws(job, tuple(losses), seed, quantiles, arrays, residual, failures)
