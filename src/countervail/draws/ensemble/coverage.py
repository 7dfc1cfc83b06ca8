"""The coverage statement: what a range covers and what it does not, with every answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from countervail.draws.priors import Priors, UncertainInput

GROUPS = {
    "elasticity": "trade elasticities",
    "coverage": "coverages of measures",
    "level": "levels before measures",
    "dutiable": "dutiable parts",
    "use": "uses of preferences",
    "rate": "rates that differ by company",
    "quota": "unit values of quotas",
    "world": "estimated cells of the world table",
}

NOT_COVERED = (
    "They do not cover the choice of model and closure (see `run --compare-models`), how law is "
    "applied or answered after the second date, prices that take years to adjust, or errors in "
    "cells of the world table that are taken as exact; a truth outside the model may lie outside "
    "the range"
)

NONE = (
    "These are point answers: no ranges were asked for (--draws 0). Elasticities, coverages and "
    "other inputs are uncertain; --draws 200 says by how much the figures move with them."
)


class AnsweredDraws(Protocol):
    """Draws of anything, those without an answer counted."""

    @property
    def priors(self) -> Priors:
        """What is not known, with sources."""

    @property
    def seed(self) -> int:
        """Of the draws."""

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Which draws have an answer, [draw]."""

    @property
    def failures(self) -> Mapping[int, str]:
        """Why a draw has no answer, by its number."""

    def __len__(self) -> int:
        """Return the number of draws, those without an answer too."""


def coverage_statement(ensemble: AnsweredDraws | None, not_covered: str = NOT_COVERED) -> str:
    """Return what the ranges of an answer cover and what they do not, in a paragraph.

    Args:
        ensemble: the draws; None where none were made.
        not_covered: what they leave out, a sentence without its full stop.
    """
    if ensemble is None:
        return NONE
    answered, draws = int(ensemble.answered.sum()), len(ensemble)
    said = (
        f"Ranges are the 5 to 95 per cent of {answered} certified answers under joint draws (seed "
        f"{ensemble.seed}) of {_inputs(ensemble.priors.parameters)}. {_independence(ensemble)} "
        f"{not_covered}."
    )
    if answered < draws:
        first = min(ensemble.failures)
        said += (
            f" {draws - answered} of {draws} draws have no answer and are not in the ranges; "
            f"the first (draw {first}): {ensemble.failures[first]}."
        )
    return said


def _inputs(parameters: tuple[UncertainInput, ...]) -> str:
    """Return what is drawn, counted by kind."""
    counted = {
        words: sum(one.group == group for one in parameters) for group, words in GROUPS.items()
    }
    said = [f"{words} ({count})" for words, count in counted.items() if count]
    if not said:
        return "nothing: no input of this question is stated with a range"
    return ", ".join(said[:-1]) + (" and " if len(said) > 1 else "") + said[-1]


def _independence(ensemble: AnsweredDraws) -> str:
    common = ensemble.priors.elasticities.in_common
    return (
        f"Elasticities of different sectors err together by {100 * common:.0f} per cent of their "
        "published variance, the coverages of one measure wholly, all else independently."
    )
