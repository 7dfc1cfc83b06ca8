"""A small world and small measures between its countries, for attributions that take no time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import countervail as cv
from countervail.ledger import Ledger, Measure
from countervail.ledger.files import parse_measure
from countervail.testing import random_world

FIRST, SECOND, LAST = "2024-12-31", "2025-06-30", "2025-12-31"

TEXT = """\
id = "{id}"
title = "The duty {id}"
implementer = "{by}"
targets = {targets}
instrument = "{instrument}"
reviewed = 2026-11-22
confidence = "high"
{top}
[authority]
name = "An act"

[[products]]
id = "goods"
name = "goods of {id}"
hs = ["{hs}"]
list_source = "annex"

[[rates]]
products = ["goods"]
announced = {start}
in_force = {start}
{law}
reference = {{ title = "Gazette", publisher = "Government", date = "2025-03" }}

[[coverage]]
products = "goods"
sector = "{sector}"
weights = {{ {weights} }}
basis = "{basis}"
year = 2022
source = "counted"
"""


def duty(
    id: str,
    by: str = "CAN",
    on: Iterable[str] = ("CHN",),
    hs: str = "1205",
    sector: str = "A01",
    weight: float = 0.4,
    rate: float | None = 50.0,
    start: str = "2025-03-20",
    basis: str = "hs_trade",
    kind: str = "additional",
    top: str = "",
) -> Measure:
    """A duty on part of a sector; a ban where it has no rate."""
    on = tuple(on)
    law = 'basis = "ban"' if rate is None else f'rate = {rate}\nbasis = "{kind}"'
    return parse_measure(
        TEXT.format(
            id=id,
            by=by,
            targets="[" + ", ".join(f'"{c}"' for c in on) + "]",
            instrument="import_ban" if rate is None else "tariff",
            top=top,
            hs=hs,
            start=start,
            law=law,
            sector=sector,
            weights=", ".join(f"{c} = {weight}" for c in on),
            basis=basis,
        )
    )


def small_world(seed: int = 3) -> cv.World:
    """Four countries, three sectors, and tariffs that state the law of the end of 2023."""
    world = random_world(seed, 4, 3).world()
    return replace(world, law_date=(date(2023, 12, 31),) * 4)


def between(*measures: Measure, first: str = FIRST, last: str = LAST) -> cv.Scenario:
    """The law of two dates against each other."""
    return cv.Scenario.between(Ledger.of(measures), first, last)


def quarrel() -> tuple[Measure, ...]:
    """Duties that meet on the same goods, in the same sector and in the same economies.

    One stands in both states, one stands in its place where both stand, one is a ban.
    """
    return (
        duty("can-chn-old-2024", start="2024-03-20", weight=0.6, rate=20.0, basis="published"),
        duty("can-chn-seed-2025", rate=80.0),
        duty(
            "can-chn-farm-2025",
            hs="1001",
            weight=0.5,
            rate=60.0,
            basis="published",
        ),
        duty(
            "can-all-seed-2025",
            on=("CHN", "USA"),
            rate=30.0,
            top='\n[stacking]\ndisplaces = ["can-chn-seed-2025"]\n',
        ),
        duty("chn-can-food-2025", "CHN", ("CAN",), "1601", "C10T12", 0.3, None),
    )
