"""Where buyers and makers of goods stand some years after a change, as it is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import exp, log
from typing import NamedTuple

from countervail.draws.priors.files import HorizonPart
from countervail.draws.priors.parameter import UncertainInput
from countervail.quantiles import TAIL, two_piece
from countervail.world import World
from countervail.world.horizon import SUPPLY_FACTORS, Speed

SHORT_SUPPLY = 0.5
"""A good with a smaller elasticity of supply in a year is of a farm, fishery, mine or smelter."""

LEAST_BETWEEN = 1.0001
"""Elasticities among goods are drawn above 1: at 1 buyers could do without no good of a sector."""

BUYERS = "first year of trade elasticities"
AMONG = "elasticity among goods"
SHORT = "supply of farms and mines"
WIDE = "supply of factories"


class _Drawn(NamedTuple):
    """What one input is, and its quantile function."""

    words: str
    unit: str
    at: Callable[[float], float]


@dataclass(frozen=True, eq=False)
class Speeds:
    """The distribution of how far buyers and makers have come.

    Attributes:
        world: of a horizon.
        part: what is not known; None where nothing is said of it.
    """

    world: World
    part: HorizonPart | None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of what is drawn; none in the long run."""
        return tuple(self._inputs)

    def at(self, u: Mapping[str, float]) -> Speed:
        """Return how far they have come at quantiles of what is drawn; as in the world if missing.

        The supply of goods of one kind moves together.
        """
        note = self.world.provenance["horizon"]
        drawn = {name: self._inputs[name].at(u[name]) for name in self.names if name in u}
        kinds = {good: SHORT if e < SHORT_SUPPLY else WIDE for good, e in self._supply.items()}
        return Speed(
            drawn.get(BUYERS, float(note["first_year_part"])),
            drawn.get(AMONG, float(note["between_goods"])),
            {good: drawn[kind] for good, kind in kinds.items() if kind in drawn},
        )

    def parameters(self) -> tuple[UncertainInput, ...]:
        """Return what is drawn, for readers."""
        source = "" if self.part is None else self.part.source
        made = []
        for name, one in self._inputs.items():
            low, median, high = (one.at(u) for u in (TAIL, 0.5, 1.0 - TAIL))
            made.append(
                UncertainInput(name, "horizon", one.words, one.unit, low, median, high, source)
            )
        return tuple(made)

    @cached_property
    def _inputs(self) -> dict[str, _Drawn]:
        """What is drawn, by name."""
        part = self.part
        if part is None or self.world.horizon is None:
            return {}
        goods = self._supply.values()
        found = {
            BUYERS: _Drawn(
                "how far buyers have turned in the first year",
                "part of 1 + theta",
                lambda u: two_piece(u, *part.first_year),
            )
        }
        if len(set(self.world.parents)) < len(self.world.parents):
            found[AMONG] = _Drawn(
                "the elasticity among the goods of a sector",
                "elasticity",
                lambda u: max(LEAST_BETWEEN, two_piece(u, *part.between_goods)),
            )
        if any(e < SHORT_SUPPLY for e in goods):
            words = "the supply of farms, fisheries, mines and smelters in a year"
            found[SHORT] = _Drawn(words, "elasticity", lambda u: _evenly(u, *part.short_supply))
        if any(e >= SHORT_SUPPLY for e in goods):
            words = "the supply of factories in a year"
            found[WIDE] = _Drawn(words, "elasticity", lambda u: _evenly(u, *part.supply))
        return found

    @cached_property
    def _supply(self) -> dict[str, float]:
        """The elasticity of supply in a year of every good, by label."""
        if self.world.horizon is None:
            return {}
        factor = SUPPLY_FACTORS[self.world.horizon]
        return {good: e / factor for good, e in self.world.supply_elasticity.items()}


def _evenly(u: float, low: float, high: float) -> float:
    """Return the quantile u of what is as likely anywhere between two values, in logs."""
    return exp(log(low) + u * (log(high) - log(low)))
