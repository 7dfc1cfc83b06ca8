"""What is wrong or doubtful about a world, in sentences with the worst cells named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import WorldError
from countervail.world.accounts import ROUNDING

if TYPE_CHECKING:
    from countervail.world.world import World

Mask = NDArray[np.bool_]


class Finding(NamedTuple):
    """One thing found: ``refuse`` means the table cannot be used as it is."""

    code: str
    message: str
    refuse: bool


def findings(world: World) -> list[Finding]:
    """Return everything found, the worst first."""
    found = [*_signs(world), *_closure(world), *_emptiness(world)]
    return sorted(found, key=lambda f: not f.refuse)


def refuse_if_open(world: World) -> None:
    """Raise when the world cannot be used.

    Raises:
        WorldError: every refusing finding, one a line.
    """
    refusals = [f.message for f in findings(world) if f.refuse]
    if refusals:
        hint = "ask for rebalance=True to scale such inputs down, or mend the table"
        raise WorldError(f"world '{world.name}' is refused ({hint}):\n  " + "\n  ".join(refusals))


def _signs(world: World) -> Iterator[Finding]:
    cells = world.countries, world.countries, world.sectors
    pairs = world.countries, world.sectors, world.sectors
    if (world.trade < 0).any():
        yield Finding("negative-trade", _name("trade is negative", world.trade < 0, cells), True)
    if (world.tariff <= -1).any():
        bad = world.tariff <= -1
        yield Finding("tariff", _name("tariff is -100 % or less", bad, cells), True)
    diagonal = np.einsum("iij->ij", world.tariff)
    if (diagonal != 0).any():
        where = _name("tariff on domestic trade", diagonal != 0, (world.countries, world.sectors))
        yield Finding("domestic-tariff", where, True)
    if (world.tariff > 30).any():
        where = _name("tariff above 3000 %: a rate, not per cent?", world.tariff > 30, cells)
        yield Finding("tariff-unit", where, False)
    if (world.input_share < 0).any():
        where = _name("input_share is negative", world.input_share < 0, pairs)
        yield Finding("negative-input", where, True)
    if (world.trade_elasticity <= 0).any():
        where = _name(
            "trade_elasticity must be positive", world.trade_elasticity <= 0, (world.sectors,)
        )
        yield Finding("elasticity", where, True)


def _closure(world: World) -> Iterator[Finding]:
    books = world.accounts
    producers = world.countries, world.sectors
    short = books.final_spending < -ROUNDING * books.intermediate
    if short.any():
        where = _name("inputs exceed what is bought", short, producers, -books.final_spending)
        yield Finding("negative-final", where, True)
    negative = books.value_added_share < 0
    if negative.any():
        where = _name("inputs exceed output", negative, producers, -books.value_added_share)
        yield Finding("negative-value-added", where, True)
    gap = float(np.abs(books.income - books.final_spending.sum(axis=1)).max())
    scale = float(np.abs(books.income).max()) or 1.0
    if gap > 1e-9 * scale:
        yield Finding("income", f"income and final spending differ by {gap:.3g}", True)


def _emptiness(world: World) -> Iterator[Finding]:
    books = world.accounts
    for n, country in enumerate(world.countries):
        if books.gross_output[n].sum() <= 0 or books.value_added[n] <= 0:
            yield Finding("empty-country", f"country {country} produces nothing", True)
        elif books.final_spending[n].sum() <= 0:
            yield Finding("empty-country", f"country {country} has no final spending", True)
    for j, sector in enumerate(world.sectors):
        if books.gross_output[:, j].sum() <= 0:
            yield Finding("empty-sector", f"sector {sector} is produced nowhere", True)


def _name(
    what: str,
    bad: Mask,
    axes: tuple[tuple[str, ...], ...],
    size: NDArray[np.float64] | None = None,
) -> str:
    """Return ``what: 7 cells, worst 'CAN A01', ...`` with at most three cells."""
    where = np.argwhere(bad)
    if size is not None:
        where = where[np.argsort(-size[bad])]
    cells = ["'" + " ".join(a[int(x)] for a, x in zip(axes, w, strict=True)) + "'" for w in where]
    more = ", ..." if len(cells) > 3 else ""
    return f"{what}: {len(cells)} cell{'s'[: len(cells) > 1]}, first {', '.join(cells[:3])}{more}"
