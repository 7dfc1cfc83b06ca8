"""How far buyers and makers have come some years on (docs/theory.md, Choices of the model).

In the first year buyers of exchange-traded goods are free to change supplier and those of other
goods only partly, and farms, mines and plants are as they are. What is short of the long run is
stated as elasticities: of trade by class of good, and of the supply of named goods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.errors import InputError
from countervail.world.goods import REST, table_of_goods
from countervail.world.table import WorldTable

Array = NDArray[np.float64]

SUPPLY_FACTORS: Mapping[float, float] = MappingProxyType({1: 1.0, 2: 2.0, 3: 3.5, 5: 6.0, 10: 15.0})
"""Elasticity of supply after some years over that of the first: 0.2, 0.4, 0.7, 1.2, 3 of a crop.

An assumption; Galle, Rodríguez-Clare and Yi (2023) find 0.5 at 0.43 of value added for regions over
a decade or more (kappa 1.5).
"""

YEARS_OF_ADJUSTMENT = 3.3
"""In which what a trade elasticity lacks falls to 1 / e (Boehm, Levchenko, Pandalai-Nayar 2023)."""

FIRST_YEAR_PART = 0.38
"""Of the long run's 1 + theta, what the first year has of goods that no exchange sells: Boehm,
Levchenko, Pandalai-Nayar (2023) 0.76 / 2.0; Fajgelbaum et al. (2020) over long-run estimates 0.39.
"""

LEAST_ELASTICITY = 0.3
"""No trade elasticity falls below this."""

BETWEEN_GOODS = 1.53
"""Elasticity among the goods of a sector (Fajgelbaum, Goldberg, Kennedy, Khandelwal 2020)."""


@dataclass(frozen=True)
class Speed:
    """How fast elasticities come to their long run.

    Attributes:
        first_year_part: of 1 + theta in the first year, of goods that no exchange sells.
        between_goods: eta among the goods of a sector; origins of a good are no poorer substitutes.
        supply: elasticity of supply within a year by good, in place of that of its table.
    """

    first_year_part: float = FIRST_YEAR_PART
    between_goods: float = BETWEEN_GOODS
    supply: Mapping[str, float] = field(default_factory=dict)


USUAL = Speed()


def at_horizon(world: WorldTable, years: float, speed: Speed) -> tuple[Array, dict[str, Any]]:
    """Return theta [sector] some years after a change, and what there is to note of it.

    (1 + theta(h)) = r(h) (1 + theta), r = 1 for goods sold on an exchange, else
    1 - (1 - r(1)) e^(-(h - 1) / 3.3).

    Raises:
        InputError: a number of years there is nothing for, or a world of a horizon already.
    """
    if years not in SUPPLY_FACTORS:
        known = ", ".join(f"{one:g}" for one in SUPPLY_FACTORS)
        raise InputError(f"no horizon of {years:g} years (there are {known}, and long)")
    if "horizon" in world.provenance:
        raise InputError(
            f"world '{world.name}' is as it is after {world.provenance['horizon']['years']:g} "
            "year(s) already: take the horizon of the world it was made from"
        )
    of, sold = parents(world), _classes(world)
    rest = (1.0 - speed.first_year_part) * exp(-(years - 1.0) / YEARS_OF_ADJUSTMENT)
    part = np.array([1.0 if sold[code] == "w" else 1.0 - rest for code in world.sectors])
    theta = world.trade_elasticity - (1.0 - part) * (1.0 + world.trade_elasticity)
    shared = np.array([of.count(sector) > 1 for sector in of])
    least = np.where(shared, max(speed.between_goods - 1.0, 0.0), LEAST_ELASTICITY)
    least = np.minimum(np.maximum(least, LEAST_ELASTICITY), world.trade_elasticity)
    short = theta < least
    note = {
        "years": float(years),
        "first_year_part": speed.first_year_part,
        "between_goods": speed.between_goods,
        "raised": int(short.sum()),
        "long_run": {"set": world.elasticity_set, "theta": world.trade_elasticity.tolist()},
        "supply": {good: SUPPLY_FACTORS[years] * e for good, e in _supply(world, speed).items()},
    }
    return np.where(short, least, theta), note


def parents(world: WorldTable) -> tuple[str, ...]:
    """Return the sector that each label of a world is a good or the remainder of, [sector]."""
    carved = {str(good["good"]): str(good["sector"]) for good in world.provenance.get("goods", ())}
    return tuple(carved.get(code, code.removesuffix(REST)) for code in world.sectors)


def _classes(world: WorldTable) -> dict[str, str]:
    """Return how what each label holds is sold; n where nothing is known of it."""
    of = {str(good["good"]): str(good["class"]) for good in world.provenance.get("goods", ())}
    known = labels.sectors()
    for code, sector in zip(world.sectors, parents(world), strict=True):
        of.setdefault(code, known[sector].sold if sector in known else "n")
    return of


def _supply(world: WorldTable, speed: Speed) -> dict[str, float]:
    """Return the elasticity of supply within a year of the goods a world holds, by label."""
    found = {str(one["good"]): float(one["supply"]) for one in world.provenance.get("goods", ())}
    found |= {good.sector: good.supply for good in table_of_goods().values() if good.whole}
    found |= speed.supply
    return {code: found[code] for code in world.sectors if code in found}
