"""Goods: named products inside sectors, and the trade each is carved with.

A good's trade is given by as much as is known: whole pairs, or totals by exporter and by importer
with sales at home, or what each country makes and buys, or nothing but its size in the world; and
by the share that single sellers have in a market, or single markets in a seller's sales. Only
ratios matter: quantities stand at one price.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from countervail.errors import InputError, did_you_mean
from countervail.text.tables import columns, rows

REST = "-rest"
"""What follows a sector's code in the label of what goods leave of it."""

THETA = (1.0, 25.0)
"""The elasticities among origins that are taken: a good outside them is refused."""

CLASSES = ("w", "r", "n")
"""Sold on an exchange, reference priced, differentiated (Rauch 1999, the liberal column)."""

BASES = ("matrix", "totals", "proxy", "world")
"""What a good's trade is made of, the best first; a good that is a sector has none of them."""

KINDS = MappingProxyType(
    {
        "pair": ("exporter", "importer"),
        "exports": ("exporter",),
        "imports": ("importer",),
        "home": ("exporter",),
        "makes": ("exporter",),
        "buys": ("importer",),
        "of_imports": ("exporter", "importer"),
        "of_exports": ("exporter", "importer"),
        "tariff": ("exporter", "importer"),
        "own_duty": ("exporter", "importer"),
        "duty_known": ("exporter", "importer"),
        "mfn_duty": ("importer",),
        "mfn_known": ("importer",),
    }
)
"""Kinds of flows, and the countries each names.

``pair``, ``exports``, ``imports``, ``home``, ``makes`` and ``buys`` are in parts of the good's
level; ``of_imports`` is a seller's share in what a country imports of the good, ``of_exports`` a
market's share in what a country exports of it. ``tariff`` is a rate that must stand; ``own_duty``
is one known of the good's codes, which stands where the world's own rate leaves room for it, and
``duty_known`` the part of the pair's trade that it is known of, all of it where it is not given.
``mfn_duty`` and ``mfn_known`` say the same of every seller that the world taxes there, as far as no
``own_duty`` of the pair does: what none of them knows of pays the world's own rate.
"""


class Flow(NamedTuple):
    """One number about a good's trade.

    Attributes:
        kind: one of :data:`KINDS`.
        exporter, importer: codes; empty where the kind names no such country.
        value: as its kind says.
    """

    kind: str
    exporter: str
    importer: str
    value: float


@dataclass(frozen=True)
class Good:
    """A product, the sector it is carved from, and everything known of its trade.

    Attributes:
        code: its label in a carved world.
        name: in words.
        hs: its codes in HS 2022, those behind a minus taken out.
        sector: the sector it belongs to.
        second: where what finds no room in the sector goes; empty for nowhere.
        kind: one of :data:`CLASSES`; empty where the good is its sector.
        theta: elasticity among origins, its own; None where no estimate is used.
        theta_source: where it is from, in words.
        supply: elasticity of supply to the good's own price within a year.
        supply_source: whose supply it is, in words.
        basis: one of :data:`BASES`; ``sector`` where the good is its sector.
        low, high: the range of its flows, as factors.
        year: of the trade, in words.
        level: USD million at basic prices that a flow of 1 stands for.
        source: of the trade, in words.
        flows: the trade.
        elsewhere: label that stands for countries which a world does not have, where trade names
            more of them than it; what even that is not in is left out. Empty: every country named
            must be there.
    """

    code: str
    name: str
    sector: str
    second: str = ""
    hs: tuple[str, ...] = ()
    kind: str = "n"
    theta: float | None = None
    theta_source: str = ""
    supply: float = 1.0
    supply_source: str = ""
    basis: str = "matrix"
    low: float = 1.0
    high: float = 1.0
    year: str = ""
    level: float = 1.0
    source: str = ""
    flows: tuple[Flow, ...] = ()
    elsewhere: str = ""

    def __post_init__(self) -> None:
        if self.theta is not None and not THETA[0] <= self.theta <= THETA[1]:
            raise InputError(
                f"good '{self.code}': an elasticity of {self.theta:g} is outside "
                f"{THETA[0]:g} to {THETA[1]:g}"
            )
        if not self.supply > 0:
            raise InputError(
                f"good '{self.code}': an elasticity of supply of {self.supply:g} is not positive"
            )
        if not 0 < self.low <= 1 <= self.high:
            raise InputError(
                f"good '{self.code}': a range of {self.low:g} to {self.high:g} times its flows "
                "does not hold them; low is at most 1, high at least 1"
            )
        if self.kind not in CLASSES and not self.whole:
            raise InputError(
                f"good '{self.code}': no class '{self.kind}'; it is one of {', '.join(CLASSES)}"
            )
        if not self.flows and self.basis not in ("world", "sector"):
            raise InputError(
                f"good '{self.code}' has no data: neither pairs nor totals of its trade are given"
            )

    @property
    def whole(self) -> bool:
        """Whether the good is its sector, so that there is nothing to carve."""
        return self.basis == "sector"

    @property
    def codes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Its HS codes, and those taken out of them: behind a minus in ``hs``."""
        return codes_of(self.hs)

    def of(self, *kinds: str) -> tuple[Flow, ...]:
        """Return the flows of some kinds."""
        return tuple(flow for flow in self.flows if flow.kind in kinds)


def codes_of(hs: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return HS codes, and those behind a minus: taken out of them."""
    out = tuple(code[1:] for code in hs if code.startswith("-"))
    return tuple(code for code in hs if not code.startswith("-")), out


@cache
def table_of_goods() -> Mapping[str, Good]:
    """Return every good of the package, by code, in the order of its table."""
    flows: dict[str, list[Flow]] = {}
    trade = columns("goods_trade.csv")
    kinds, values = trade["kind"], map(float, trade["value"])
    every = map(Flow, kinds, trade["exporter"], trade["importer"], values)
    for code, flow in zip(trade["good"], every, strict=True):
        flows.setdefault(code, []).append(flow)
    goods = (_good(row, tuple(flows.get(row["good"], ()))) for row in rows("goods.csv"))
    return MappingProxyType({good.code: good for good in goods})


def goods_named(words: Sequence[str]) -> tuple[Good, ...]:
    """Return goods of the package by code or name, each once, in their order.

    Raises:
        InputError: no such good; with the nearest.
    """
    known = table_of_goods()
    spelled = {word.casefold(): code for code, good in known.items() for word in (code, good.name)}
    found: dict[str, Good] = {}
    for word in words:
        code = spelled.get(word.strip().casefold())
        if code is None:
            names = [*known, *(good.name for good in known.values())]
            raise InputError(
                f"no good '{word}'{did_you_mean(word, names)} (there are {', '.join(known)}; a "
                "table of your own is a .csv file)"
            )
        found[code] = known[code]
    return tuple(found.values())


def _good(row: Mapping[str, str], flows: tuple[Flow, ...]) -> Good:
    return Good(
        code=row["good"],
        name=row["name"],
        sector=row["sector"],
        second=row["second"],
        hs=tuple(row["hs"].split()),
        kind=row["class"],
        theta=float(row["theta"]) if row["theta"] else None,
        theta_source=row["theta_source"],
        supply=float(row["supply"]),
        supply_source=row["supply_source"],
        basis=row["basis"],
        low=float(row["low"]),
        high=float(row["high"]),
        year=row["year"],
        level=float(row["level"]) if row["level"] else 1.0,
        source=row["source"],
        flows=flows,
    )
