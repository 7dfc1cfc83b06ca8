"""Own duties of goods, from what the ledger knows of their codes (docs/theory.md, Tariff lines).

A good has a duty of its own in a cell where the measures of the ledger name every code of it with
their own duties: what these lines pay under the law the built-in world's tariffs state. Where they
name a part of the codes, or the cell enters free, the good keeps its sector's rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.ledger import open_ledger
from countervail.ledger.in_force import LawView
from countervail.ledger.pricing.base import base_law
from countervail.ledger.pricing.lines import PricedLaw, price
from countervail.ledger.pricing.own_duties import known_goods_in
from countervail.world.goods import Flow, Good
from countervail.world.world import World
from goods_build.make import rounded

Array = NDArray[np.float64]

WHOLE = 1.0 - 1e-9
"""The part of a good's trade that is all of it."""


class OwnDuty(NamedTuple):
    """What the ledger knows of a good's own duty in a cell.

    Attributes:
        good, exporter, importer: codes.
        part: of the good's trade there whose own duty is known.
        rate: what that part pays on the law date, a fraction.
        sector: the rate the good would have from its sector.
        carved: the rate it has in the world with every good carved.
    """

    good: str
    exporter: str
    importer: str
    part: float
    rate: float
    sector: float
    carved: float

    @property
    def whole(self) -> bool:
        """Whether every code of the good is known."""
        return self.part >= WHOLE

    @property
    def stands(self) -> bool:
        """Whether the good has the rate with every good carved."""
        return abs(self.carved - self.rate) < 1e-6


def with_own_duties(world: World, goods: Sequence[Good]) -> tuple[list[Good], list[OwnDuty]]:
    """Return the goods with their own duties as flows, and everything known of own duties.

    Args:
        world: the built-in world.
        goods: the goods without, in the order of the table.
    """
    plain = world.carve(goods)
    found = _known(world, plain)
    flows: dict[str, list[Flow]] = {}
    for one in found:
        if one.whole:
            flow = Flow("own_duty", one.exporter, one.importer, one.rate)
            flows.setdefault(one.good, []).append(flow)
    made = [
        Good(**{**vars(good), "flows": (*good.flows, *flows.get(good.code, ()))}) for good in goods
    ]
    carved = world.carve(made)
    return made, [one._replace(carved=_rate(carved, one)) for one in found]


def _known(world: World, plain: World) -> list[OwnDuty]:
    """Return what is known of the goods of a carved world, by good, importer and exporter."""
    priced = _priced(world, plain)
    lines, paid = priced.lines, priced.states[0].tariff_new
    known = lines.known & (lines.weight > 0)
    parts, duties = np.zeros(plain.trade.shape), np.zeros(plain.trade.shape)
    cell = lines.exporter[known], lines.importer[known], lines.sector[known]
    np.add.at(parts, cell, lines.weight[known])
    np.add.at(duties, cell, lines.weight[known] * paid[known])
    goods = {row["good"] for row in plain.provenance["goods"]}
    found = []
    for i, n, j in np.argwhere((parts > 0) & (plain.tariff > 0)):
        if plain.sectors[j] in goods:
            one = OwnDuty(
                plain.sectors[j],
                plain.countries[i],
                plain.countries[n],
                float(parts[i, n, j]),
                rounded(float(duties[i, n, j] / parts[i, n, j]), 6),
                float(plain.tariff[i, n, j]),
                float(plain.tariff[i, n, j]),
            )
            found.append(one)
    order = {code: k for k, code in enumerate(plain.sectors)}
    return sorted(found, key=lambda one: (order[one.good], one.importer, one.exporter))


def _priced(world: World, plain: World) -> PricedLaw:
    """Return the lines of known goods under the law that the world's tariffs state."""
    ledger = open_ledger()
    return price(
        plain,
        LawView(None, None, ()),
        (base_law(ledger, world),),
        known_goods_in(world, ledger),
        closed=False,
    )


def _rate(world: World, one: OwnDuty) -> float:
    i, n = world.country(one.exporter), world.country(one.importer)
    return float(world.tariff[i, n, world.sector(one.good)])
