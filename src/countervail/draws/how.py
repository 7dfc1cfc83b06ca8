"""How draws are made, and where: stated once for every answer that has ranges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countervail.errors import InputError
from countervail.options import option

if TYPE_CHECKING:
    from countervail.draws.priors import Priors

MOST_DRAWS = 100_000
"""Draws of one answer."""


@dataclass(frozen=True)
class Draws:
    """Draws of all that is not known; a seed gives the same numbers on any number of workers.

    Attributes:
        number: how many; more keep the first ones, 0 gives the point answer alone.
        seed: of the draws.
        priors: what is not known; or a priors file; None is the standard one.
        workers: processes on this machine; None is one a core.
        cluster: address of a Dask scheduler, or a Dask client, instead.
        out: a folder that keeps finished draws, so that an interrupted run goes on there.
    """

    number: int = option(
        200, "Draws the ranges are made of; 0 gives the point answer alone.", "--draws"
    )
    seed: int = option(1, "Of the draws; one seed, the same numbers.")
    priors: Priors | str | Path | None = option(
        None, "What is uncertain (see `priors`).", metavar="FILE"
    )
    workers: int | None = option(
        None, "Processes for the draws; default one a core.", typed=int | None
    )
    cluster: Any = option(None, "A Dask scheduler to draw on instead.", metavar="ADDRESS")
    out: str | Path | None = option(
        None, "Folder for answer.json, CSV tables, .nc files; keeps draws.", metavar="FOLDER"
    )

    def check(self) -> None:
        """Raise where there are none to make, or too many.

        Raises:
            InputError: the number, and what it may be.
        """
        if not 1 <= self.number <= MOST_DRAWS:
            raise InputError(
                f"draws={self.number}: from 1 to {MOST_DRAWS:,} can be made (0 is the point answer)"
            )

    @property
    def file(self) -> str | Path | None:
        """The priors file, where priors are read for each of several questions.

        Raises:
            InputError: priors of one question are given.
        """
        if self.priors is None or isinstance(self.priors, str | Path):
            return self.priors
        raise InputError("these priors are of one world and question: give a priors file")


def draws_of(draws: Draws | int, seed: int | None = None, /, **words: Any) -> Draws:
    """Return draws from what a function was given: them, or their number and other fields.

    Raises:
        TypeError: a field they do not have.
    """
    if seed is not None:
        words["seed"] = seed
    return replace(draws, **words) if isinstance(draws, Draws) else Draws(draws, **words)
