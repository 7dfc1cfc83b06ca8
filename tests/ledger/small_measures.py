"""Small measure files and a small world to try the ledger on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from countervail.ledger import Ledger, Measure
from countervail.ledger.files import parse_measure
from countervail.world.carving.record import Carving

HEAD = """\
id = "{id}"
title = "A duty"
implementer = "{by}"
targets = {targets}
instrument = "{instrument}"
reviewed = 2026-11-22
confidence = "high"
{top}
[authority]
name = "An act"
"""

PRODUCT = """
[[products]]
id = "{id}"
name = "{name}"
hs = {hs}
list_source = "annex"
{more}
"""

RATE = """
[[rates]]
products = {products}
announced = {announced}
in_force = {in_force}
{law}
reference = {{ title = "Gazette", publisher = "Government", date = "2025-03" }}
"""

COVERAGE = """
[[coverage]]
products = "{products}"
sector = "{sector}"
weights = {weights}
basis = "{basis}"
year = 2022
source = "counted"
"""

LEVEL = """
[[levels]]
products = "{products}"
sector = "{sector}"
pair = "{pair}"
value = {value}
ratio = {ratio}
{more}
source = "a yearbook"
"""


PARTS = """
[[parts]]
products = "{products}"
basis = "lines"
source = "counted"
[parts.hs]
{rows}"""


def head(
    id: str = "chn-can-duty-2025",
    by: str = "CHN",
    targets: str = '["CAN"]',
    instrument: str = "tariff",
    top: str = "",
) -> str:
    return HEAD.format(id=id, by=by, targets=targets, instrument=instrument, top=top)


def product(id: str = "seed", hs: str = '["1205"]', name: str | None = None, more: str = "") -> str:
    return PRODUCT.format(id=id, name=name or id.replace("_", " "), hs=hs, more=more)


def rate(
    announced: str,
    in_force: str,
    law: str = 'rate = 25.0\nbasis = "additional"',
    products: str = '["seed"]',
) -> str:
    return RATE.format(announced=announced, in_force=in_force, law=law, products=products)


def coverage(
    products: str = "seed",
    sector: str = "A01",
    weights: str = "{ CAN = 0.4 }",
    basis: str = "hs_trade",
) -> str:
    return COVERAGE.format(products=products, sector=sector, weights=weights, basis=basis)


def parts(products: str, **named: str) -> str:
    """A table of parts: by subheading, behind an underscore, a number or lines in TOML."""
    rows = "".join(f'"{code.strip("_")}" = {lines}\n' for code, lines in named.items())
    return PARTS.format(products=products, rows=rows)


def level(
    pair: str,
    value: float = 100.0,
    ratio: float = 1.0,
    sector: str = "A01",
    products: str = "seed",
    more: str = "",
) -> str:
    return LEVEL.format(
        pair=pair, value=value, ratio=ratio, sector=sector, products=products, more=more
    )


def measure(*parts: str) -> Measure:
    return parse_measure("".join(parts))


def ledger(*measures: Measure) -> Ledger:
    return Ledger.of(measures)


@dataclass(frozen=True)
class SmallWorld:
    """Five countries and four sectors, each cell with its own tariff."""

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    trade: NDArray[np.float64]
    tariff: NDArray[np.float64]
    law_date: tuple[date | None, ...]
    year: int = 2022
    carving: Carving | None = None


def small_world(
    seed: int = 0, law_date: date | None = date(2022, 12, 31), tariff: float | None = None
) -> SmallWorld:
    countries = ("CAN", "CHN", "USA", "DEU", "ROW")
    sectors = ("A01", "A03", "C10T12", "C29")
    rng = np.random.default_rng(seed)
    trade = rng.uniform(1.0, 100.0, (5, 5, 4))
    rates = rng.uniform(0.02, 0.12, (5, 5, 4)) if tariff is None else np.full((5, 5, 4), tariff)
    rates[np.arange(5), np.arange(5)] = 0.0
    return SmallWorld(countries, sectors, trade, rates, (law_date,) * 5)
