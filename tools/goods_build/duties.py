"""Own duties of goods: of their codes by tariff, as collected, as the ledger has them.

A good bears what its own codes bear, as far as that is known; the part that is not known bears its
sector's rate (docs/decisions/0019). Three sources, the later before the earlier: what codes pay by
the importer's tariff (:mod:`goods_build.code_duties`), on every seller that the world taxes; what
the United States collected of a seller; what the measures of the ledger say of codes they name
(``base_rate``), of the sellers they name: what these lines pay under the law the built-in world's
tariffs state (docs/theory.md, Tariff lines).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
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
from goods_build.code_duties import CodeDuties, CodesPay, collected
from goods_build.make import rounded

Array = NDArray[np.float64]

WHOLE = 1.0 - 1e-9
"""The part of a good's trade that is all of it."""

LEAST_PART = 0.01
"""The part of a good whose duty is known that is taken for something."""

COLLECTS = "USA"
"""The importer of which it is known what was collected."""


class LedgerDuty(NamedTuple):
    """What the ledger knows of a good's own duty in a cell.

    Attributes:
        good, exporter, importer: codes.
        part: of the good's trade there whose own duty is known.
        rate: what that part pays on the law date, a fraction.
        sector: the rate the good would have from its sector.
    """

    good: str
    exporter: str
    importer: str
    part: float
    rate: float
    sector: float

    @property
    def flows(self) -> list[Flow]:
        """Its flows: the duty, and of which part it is."""
        own = Flow("own_duty", self.exporter, self.importer, self.rate)
        if self.part >= WHOLE:
            return [own]
        part = rounded(self.part, 4)
        return [own, Flow("duty_known", self.exporter, self.importer, part)]


class OwnDuties(NamedTuple):
    """Everything known of own duties, for the card.

    Attributes:
        world: with every good carved with its own duties.
        sector: the same with the sectors' rates.
        codes: by good, what its codes pay by market.
        collected: by good and seller, what the United States collected.
        ledger: what the ledger knows.
    """

    world: World
    sector: World
    codes: dict[str, list[CodesPay]]
    collected: dict[str, dict[str, float]]
    ledger: list[LedgerDuty]

    def known(self, good: str) -> Array:
        """Return the part of a good whose own duty is in its rate, [exporter, importer]."""
        carving = self.world.carving
        assert carving is not None
        place = [one.label for one in carving.goods].index(good)
        return np.asarray(carving.duty_known[place])


def with_own_duties(
    world: World, goods: Sequence[Good], shared: Path
) -> tuple[list[Good], OwnDuties]:
    """Return the goods with their own duties as flows, and everything known of own duties.

    Args:
        world: the built-in world.
        goods: the goods without, in the order of the table.
        shared: reference-data folder.
    """
    plain = world.carve(goods)
    carved = {row["good"] for row in plain.provenance["goods"]}
    tariffs = CodeDuties(shared)
    codes = {
        good.code: [one for one in tariffs.pay(good) if one.part >= LEAST_PART]
        for good in goods
        if good.code in carved
    }
    taken = {g.code: collected(shared, g, world.countries) for g in goods if g.code in carved}
    ledger = [one for one in _known(world, plain) if one.importer != COLLECTS]
    flows = {code: _of_codes(plain, code, pay) for code, pay in codes.items()}
    for code, sellers in taken.items():
        flows[code] += [Flow("own_duty", one, COLLECTS, rate) for one, rate in sellers.items()]
    for one in ledger:
        flows[one.good] += one.flows
    made = [
        Good(**{**vars(good), "flows": (*good.flows, *flows.get(good.code, ()))}) for good in goods
    ]
    return made, OwnDuties(world.carve(made), plain, codes, taken, ledger)


def _of_codes(plain: World, code: str, pay: Sequence[CodesPay]) -> list[Flow]:
    """Return flows of what codes pay, of the markets that tax any seller of the good."""
    found = []
    for one in pay:
        for member in one.members:
            if plain.tariff[:, plain.country(member), plain.sector(code)].any():
                found.append(Flow("mfn_duty", "", member, one.rate))
                if one.part < WHOLE:
                    found.append(Flow("mfn_known", "", member, rounded(one.part, 4)))
    return found


def _known(world: World, plain: World) -> list[LedgerDuty]:
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
    for i, n, j in np.argwhere((parts >= LEAST_PART) & (plain.tariff > 0)):
        if plain.sectors[j] in goods:
            one = LedgerDuty(
                plain.sectors[j],
                plain.countries[i],
                plain.countries[n],
                float(parts[i, n, j]),
                rounded(float(duties[i, n, j] / parts[i, n, j]), 6),
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
