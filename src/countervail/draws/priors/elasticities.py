"""Trade elasticities as they are not known: among published values, or around a named set.

Estimates of one paper err together: what is high in one sector is often high in the next. The part
of the published spread (in logs) that sets have in common is estimated from the table itself, by
analysis of variance, and drawn once for all sectors; the rest is drawn sector by sector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.draws.priors.files import ElasticitiesPart, ElasticityPart
from countervail.draws.priors.parameter import UncertainInput
from countervail.errors import InputError, did_you_mean
from countervail.quantiles import NORMAL, TAIL, among
from countervail.world import World
from countervail.world.elasticities import elasticity_sets

Array = NDArray[np.float64]

LEVEL = "elasticities together"
"""What all sectors have in common."""

NOT_ITS_OWN = "not in the set; as in "
"""Begins the source of a value that a set takes from another one."""


@dataclass(frozen=True, eq=False)
class Elasticities:
    """The distribution of a world's elasticities.

    Attributes:
        world: whose sectors.
        part: how uncertain they are.
        own: sectors with a median and a standard error of their own.
    """

    world: World
    part: ElasticitiesPart
    own: Mapping[str, ElasticityPart]

    @classmethod
    def of(
        cls, world: World, part: ElasticitiesPart, own: Sequence[ElasticityPart]
    ) -> Elasticities:
        """Return the distribution for a world.

        Raises:
            InputError: a sector of its own that the world does not have.
        """
        for one in own:
            if one.sector not in world.sectors:
                raise InputError(
                    f"priors: no sector '{one.sector}' in world '{world.name}'"
                    f"{did_you_mean(one.sector, world.sectors)}"
                )
        return cls(world, part, {one.sector: one for one in own})

    @property
    def names(self) -> tuple[str, ...]:
        """Names of what is drawn, the common part first; none where they are known."""
        drawn = () if self.part.kind == "known" else tuple(dict.fromkeys(self.world.parents))
        sectors = tuple(f"elasticity {s}" for s in drawn or self.own)
        return ((LEVEL,) if drawn else ()) + sectors

    def at(self, u: Mapping[str, float]) -> Array:
        """Return theta [sector] at quantiles of what is drawn, by name; the median if missing."""
        common = NORMAL.inv_cdf(u.get(LEVEL, 0.5))
        both = sqrt(self.in_common), sqrt(1.0 - self.in_common)
        theta = np.array(self.world.trade_elasticity)
        for j, (sector, parent) in enumerate(
            zip(self.world.sectors, self.world.parents, strict=True)
        ):
            alone = u.get(f"elasticity {sector if sector in self.own else parent}")
            if sector in self.own:
                theta[j] = self.quantile(sector, 0.5 if alone is None else alone)
            elif self.part.kind != "known" and (alone is not None or LEVEL in u):
                score = both[0] * common + both[1] * NORMAL.inv_cdf(alone or 0.5)
                theta[j] = self.quantile(sector, NORMAL.cdf(score))
        return theta

    def quantile(self, sector: str, u: float) -> float:
        """Return the quantile u of one sector's elasticity.

        A good, or the remainder of a sector, is spread as the sector it was carved from.
        """
        if sector in self.own:
            own = self.own[sector]
            spread = sqrt(log(1.0 + (own.standard_error / own.theta) ** 2))
            return own.theta * exp(spread * NORMAL.inv_cdf(u))
        position = self._position(sector)
        here, parent = float(self.world.trade_elasticity[position]), self.world.parents[position]
        values = self.published.get(parent, ())
        if self.among_sets and len(values) > 1:
            of_set = elasticity_sets()[self.world.elasticity_set].get(parent, (here,))[0]
            return among(u, values) * (here / of_set)
        return here * exp(self.spread(parent) * NORMAL.inv_cdf(u))

    def _position(self, sector: str) -> int:
        """Return where a sector stands; what is left of it, where goods were carved out."""
        if sector in self.world.sectors:
            return self.world.sector(sector)
        return max(j for j, parent in enumerate(self.world.parents) if parent == sector)

    def spread(self, sector: str) -> float:
        """Return the standard deviation of the log of a sector's elasticity.

        Where fewer than two values are published it is the median of the other sectors'.
        """
        values = self.published.get(sector, ())
        return float(np.std(np.log(values), ddof=1)) if len(values) > 1 else self._typical

    @property
    def among_sets(self) -> bool:
        """Whether elasticities are drawn among published ones, and not around the set in use.

        A world with another set than the first was given it on purpose.
        """
        return self.part.kind == "published" and self.world.elasticity_set == self.part.sets[0]

    @cached_property
    def published(self) -> Mapping[str, tuple[float, ...]]:
        """Values of the sets by sector, those left out that a set takes from another."""
        return {s: self._values(s) for s in (*labels.GOODS_27, *self.world.parents)}

    def _values(self, sector: str) -> tuple[float, ...]:
        sets = elasticity_sets()
        named = [name for name in self.part.sets if sector in sets[name]]
        return tuple(sets[name][sector][0] for name in named if self._is_own(name, sector))

    @cached_property
    def in_common(self) -> float:
        """Part of the variance of published logs that sets have in common, 0 to 1.

        One-way random effects, sets as groups (Searle, Casella and McCulloch 1992, "Variance
        Components", section 3.6), of logs less the sector's mean.
        """
        sets = elasticity_sets()
        rows = [s for s, values in self.published.items() if len(values) > 1]
        table = np.full((len(self.part.sets), len(rows)), np.nan)
        for k, name in enumerate(self.part.sets):
            for j, sector in enumerate(rows):
                if self._is_own(name, sector):
                    table[k, j] = log(sets[name][sector][0])
        if table.size == 0:
            return 0.0
        table -= np.nanmean(table, axis=0)
        count = (~np.isnan(table)).sum(axis=1)
        kept = table[count > 1]
        count = count[count > 1]
        within = np.nansum((kept - np.nanmean(kept, axis=1)[:, None]) ** 2)
        within /= max(count.sum() - len(kept), 1)
        between = (count * np.nanmean(kept, axis=1) ** 2).sum() / max(len(kept) - 1, 1)
        effective = (count.sum() - (count**2).sum() / count.sum()) / max(len(kept) - 1, 1)
        common = max((between - within) / effective, 0.0)
        return float(common / (common + within))

    def parameters(self) -> tuple[UncertainInput, ...]:
        """Return what is drawn, for readers."""
        return tuple(self._parameter(name) for name in self.names)

    def _parameter(self, name: str) -> UncertainInput:
        if name == LEVEL:
            said = f"{100 * self.in_common:.0f} per cent of the variance of published logs"
            return UncertainInput(
                name,
                "elasticity",
                "the level of all trade elasticities",
                "part of the published spread that sets have in common",
                None,
                None,
                None,
                f"{said}; {self.part.source}",
            )
        sector = name.removeprefix("elasticity ")
        low, median, high = (self.quantile(sector, u) for u in (TAIL, 0.5, 1.0 - TAIL))
        known = labels.sectors().get(sector)
        called = known.name if known else sector
        words = f"the elasticity of {called[:1].lower()}{called[1:]}"
        return UncertainInput(
            name, "elasticity", words, "theta", low, median, high, self._said(sector)
        )

    def _said(self, sector: str) -> str:
        if sector in self.own:
            own = self.own[sector]
            return f"{own.theta:g}, standard error {own.standard_error:g}: {own.source}"
        count = len(self.published.get(sector, ()))
        if count < 2:
            return "one value or none is published; spread as other sectors typically are"
        if not self.among_sets:
            return f"around '{self.world.elasticity_set}', spread as {count} published values are"
        return f"{count} published values"

    def _is_own(self, name: str, sector: str) -> bool:
        """Return whether a set has a value of its own for a sector."""
        source = elasticity_sets()[name][sector][1]
        if sector not in labels.GOODS_27 and name != self.part.sets[0]:
            return False  # services stand in one set only: the others repeat it
        return not source.startswith(NOT_ITS_OWN)

    @cached_property
    def _typical(self) -> float:
        spreads = [
            float(np.std(np.log(values), ddof=1))
            for values in self.published.values()
            if len(values) > 1
        ]
        return float(np.median(spreads)) if spreads else 0.0
