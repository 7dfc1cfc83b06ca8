"""What is wrong or doubtful about a world, in sentences with the worst cells named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import WorldError
from countervail.units import EXTREME_RATE, FRACTIONS
from countervail.world.accounts import ROUNDING_PART
from countervail.world.table import WorldTable
from countervail.world.uses import no_room

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


class WorldFinding(NamedTuple):
    """One thing found: ``refuse`` means the table cannot be used as it is."""

    code: str
    message: str
    refuse: bool


def findings(world: WorldTable) -> list[WorldFinding]:
    """Return everything found, the worst first."""
    found = [*_signs(world), *_closure(world), *_emptiness(world)]
    return sorted(found, key=lambda f: not f.refuse)


def refuse_if_open(world: WorldTable) -> None:
    """Raise when the world cannot be used.

    Raises:
        WorldError: every refusing finding, one a line.
    """
    refusals = [f.message for f in findings(world) if f.refuse]
    if refusals:
        open_ = {"negative-final", "negative-value-added"} & {f.code for f in findings(world)}
        hint = "mend the table" + (
            ", or ask World.from_arrays for rebalance=True to scale such inputs down"
            if open_
            else ""
        )
        raise WorldError(f"world '{world.name}' is refused ({hint}):\n  " + "\n  ".join(refusals))


def _signs(world: WorldTable) -> Iterator[WorldFinding]:
    trade, tariff, inputs = world.trade, world.tariff, world.input_share
    cells = world.countries, world.countries, world.sectors
    pairs = world.countries, world.sectors, world.sectors
    if (trade < 0).any():
        yield WorldFinding(
            "negative-trade", _name("trade is negative", trade < 0, cells, -trade), True
        )
    if (tariff <= -1).any():
        where = _name("tariff is -100 % or less", tariff <= -1, cells, -tariff)
        yield WorldFinding("tariff", where, True)
    home = np.abs(np.einsum("iij->ij", tariff))
    if (home > 0).any():
        own = world.countries, world.sectors
        where = _name("tariff on domestic trade", home > 0, own, home)
        yield WorldFinding("domestic-tariff", where, True)
    yield from _units(world)
    if (inputs < 0).any():
        where = _name("input_share is negative", inputs < 0, pairs, -inputs)
        yield WorldFinding("negative-input", where, True)
    theta = world.trade_elasticity
    if (theta <= 0).any():
        where = _name("trade_elasticity must be positive", theta <= 0, (world.sectors,), -theta)
        yield WorldFinding("elasticity", where, True)


MOST_MEAN_RATE = 3.0
"""A mean duty above this is a unit taken for another."""


def _units(world: WorldTable) -> Iterator[WorldFinding]:
    """Yield what looks like a unit taken for another: per cent, or the inverse of an elasticity."""
    tariff, theta = world.tariff, world.trade_elasticity
    cells = world.countries, world.countries, world.sectors
    levied = tariff[tariff > 0]
    mean = float(levied.mean()) if levied.size else 0.0
    if mean > MOST_MEAN_RATE:
        said = f"mean duty {100.0 * mean:,.0f} % (of those that are not 0): {FRACTIONS}"
        yield WorldFinding("tariff-unit", said, False)
    elif (tariff > EXTREME_RATE).any():
        said = f"tariff above {100.0 * EXTREME_RATE:,.0f} %: {FRACTIONS}"
        yield WorldFinding("tariff-unit", _name(said, tariff > EXTREME_RATE, cells, tariff), False)
    if (theta > 0).all() and (theta < 1).all():
        said = (
            f"every trade_elasticity is below 1 ({theta.min():.3g} to {theta.max():.3g}): is this "
            "1/theta?"
        )
        yield WorldFinding("elasticity-unit", said, False)


def _closure(world: WorldTable) -> Iterator[WorldFinding]:
    books = world.accounts
    producers = world.countries, world.sectors
    short = books.final_spending < -ROUNDING_PART * books.intermediate
    if short.any():
        where = _name("inputs exceed what is bought", short, producers, -books.final_spending)
        yield WorldFinding("negative-final", where, True)
    negative = books.value_added_share < 0
    if negative.any():
        where = _name("inputs exceed output", negative, producers, -books.value_added_share)
        yield WorldFinding("negative-value-added", where, True)
    if world.intermediate_share is not None and not short.any():
        spent = world.trade * (1.0 + world.tariff)
        wrong = no_room(world, world.intermediate_share, spent, books.intermediate)
        if wrong is not None:
            yield WorldFinding("uses", wrong, True)
    gap = float(np.abs(books.income - books.final_spending.sum(axis=1)).max())
    scale = float(np.abs(books.income).max()) or 1.0
    if gap > 1e-9 * scale:
        yield WorldFinding("income", f"income and final spending differ by {gap:.3g}", True)


def _emptiness(world: WorldTable) -> Iterator[WorldFinding]:
    books = world.accounts
    for n, country in enumerate(world.countries):
        if books.gross_output[n].sum() <= 0 or books.value_added[n] <= 0:
            yield WorldFinding("empty-country", f"country {country} produces nothing", True)
        elif books.final_spending[n].sum() <= 0:
            yield WorldFinding("empty-country", f"country {country} has no final spending", True)
    for j, sector in enumerate(world.sectors):
        if books.gross_output[:, j].sum() <= 0:
            yield WorldFinding("empty-sector", f"sector {sector} is produced nowhere", True)


def _name(what: str, bad: Mask, axes: tuple[tuple[str, ...], ...], size: Array) -> str:
    """Return ``what: 7 cells, worst 'CAN A01', ...`` with at most three cells."""
    where = np.argwhere(bad)[np.argsort(-size[bad], kind="stable")]
    cells = ["'" + " ".join(a[int(x)] for a, x in zip(axes, w, strict=True)) + "'" for w in where]
    more = ", ..." if len(cells) > 3 else ""
    return f"{what}: {len(cells)} cell{'s'[: len(cells) > 1]}, worst {', '.join(cells[:3])}{more}"
