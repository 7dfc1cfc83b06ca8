"""Growth of economies until the year of a goal: an input with a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.errors import InputError
from countervail.policy.players import player
from countervail.world import World

Array = NDArray[np.float64]

OTHERS = "others"
"""Everybody not named, in a table of growth."""


@dataclass(frozen=True)
class Growth:
    """How fast economies grow.

    Attributes:
        source: where the rates are from; growth without a source is refused.
        rates: per cent a year by country, group, or ``others``; a country's own rate stands before
            its group's. Who is not named does not grow.
        words: what is said of the rates, in place of each of them.
    """

    source: str = ""
    rates: Mapping[str, float] = field(default_factory=dict)
    words: str = ""

    def __post_init__(self) -> None:
        if self.rates and not self.source.strip():
            raise InputError("growth has no source: say where the rates are from")
        for word, rate in self.rates.items():
            if not -50.0 < rate < 50.0:
                raise InputError(
                    f"growth of {word}: {rate:g} per cent a year; give one between -50 and 50"
                )

    def by_country(self, world: World) -> Array:
        """Return per cent a year of every country, [country].

        Raises:
            InputError: an unknown name, or a country in two groups with different rates.
        """
        own = np.full(len(world.countries), np.nan)
        grouped = own.copy()
        for word, rate in self.rates.items():
            if word == OTHERS:
                continue
            members = list(player(word, world).members)
            alone = word.strip().upper() not in _group_names()
            into = own if alone else grouped
            twice = [n for n in members if not np.isnan(into[n]) and into[n] != rate]
            if twice:
                raise InputError(
                    f"growth of {world.countries[twice[0]]} is given twice, at "
                    f"{into[twice[0]]:g} and at {rate:g} per cent a year: name it by itself"
                )
            into[members] = rate
        rates = np.where(np.isnan(own), grouped, own)
        return np.asarray(np.where(np.isnan(rates), self.rates.get(OTHERS, 0.0), rates))

    def labour_hat(self, world: World, years: int) -> Array:
        """Return what is produced with at the end over what is at the start, [country]."""
        return np.asarray((1.0 + self.by_country(world) / 100.0) ** years)

    def note(self, years: int | None) -> str:
        """Return which growth stands behind an answer, in a sentence."""
        if not self.rates:
            return (
                "No growth of economies is assumed: what growth would deliver by itself is not "
                "counted (give rates with a source to count it)."
            )
        said = self.words or ", ".join(f"{word} {rate:g}" for word, rate in self.rates.items())
        rest = "" if self.words or OTHERS in self.rates else "; all others do not grow"
        return (
            f"Growth over {years} years, per cent a year: {said}{rest} (source: {self.source}). It "
            "is more of the one factor in each economy, technology and trade costs as they stand."
        )

    def settings(self) -> dict[str, Any]:
        """Return the table, JSON-able."""
        return {"source": self.source or None, "rates": dict(self.rates)}


NO_GROWTH = Growth()


def _group_names() -> frozenset[str]:
    return frozenset(labels.groups())
