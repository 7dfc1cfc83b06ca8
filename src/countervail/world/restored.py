"""A world in which goods are traded that a measure had kept out of its base year.

Where a measure suppressed a good, the base year's cell does not hold it, and nothing can be priced
on what is not there. The pair's cell is restored to hold the good as before the measure; the rest
of the sector's matrix is scaled by rows and columns (RAS; Bacharach 1970, "Biproportional Matrices
and Input-Output Change") to the sums it had: every producer sells, every buyer buys, what it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.world.accounts import trim_rounding
from countervail.world.carving.wanted import MOST_PART
from countervail.world.concordance import Concordance
from countervail.world.world import World

Array = NDArray[np.float64]
Cell = tuple[str, str, str]
"""Seller, buyer and sector."""

Row = dict[str, Any]
"""A good as a world tells of it: a ``RestoredGood`` by name, and its cell before and after."""

CLOSE_PART = 1e-13
"""Sums are met to this part of them, rounding allowing."""


class RestoredGood(NamedTuple):
    """A good to restore in one cell; money is USD million at the world's prices.

    Attributes:
        measure: id of the measure that suppressed it.
        product: id of the measure's product group.
        exporter: code of the seller.
        importer: code of the buyer.
        sector: code of the sector.
        year: the year of the value.
        value: what it was worth before the measure.
        left: what the base year's cell still holds of it; None is the whole cell.
        goods: what it is, whoever names it; two measures on one good restore it once.
    """

    measure: str
    product: str
    exporter: str
    importer: str
    sector: str
    year: int
    value: float
    left: float | None
    goods: str


def restored(world: World, goods: Sequence[RestoredGood]) -> World:
    """Return the world with goods restored: itself where all of them are, or it lacks their cells.

    Output and purchases of every sector stay, at producer prices; so do the parts of them that each
    user buys. Where other duties are then paid on them, what users pay follows, and value added
    takes the rest. Its name says what was restored (``oecd-2022+AUS-CHN:B05@2019``), and
    ``provenance["restored"]`` how: a row a good, with the cell before and after.

    Args:
        world: the world as it is; goods it holds restored already are brought to the values given.
        goods: what to restore.

    Raises:
        InputError: goods are worth more than all that their seller sells of a sector, or their
            buyer buys. A good that is carved takes ``MOST_PART`` of that at most.
    """
    fine, known = world.finest, {_key(row): row for row in world.restored}
    new = [good._asdict() for good in goods if _is_trade(world, good)]
    new = [row for row in new if known.get(_key(row), {}).get("value") != row["value"]]
    if not new:
        return world
    rows = {**known, **{_key(row): row for row in new}}
    held, found = np.array(fine.trade), {}
    for cell in dict.fromkeys(map(_cell, new)):
        at = _place(fine, cell)
        was = next((r["was"] for r in known.values() if _cell(r) == cell), float(held[at]))
        now = was + _missing((row for row in rows.values() if _cell(row) == cell), was)
        now = min(now, _most(fine, at))
        held[at], found[cell] = now, {"was": was, "cell": now}
    trade = _refitted(world, held, rows.values())
    reported = [{**row, **found.get(_cell(row), {})} for row in rows.values()]
    return _with(world, trade, held, sorted(reported, key=lambda row: (*_cell(row), *_key(row))))


def _is_trade(world: World, good: RestoredGood) -> bool:
    """Return whether a world has a good's cell, and it lies between two of its countries."""
    fine = world.finest
    if not {good.exporter, good.importer} <= set(fine.countries) or good.sector not in fine.sectors:
        return False
    seller, buyer, _ = _home(world, _place(fine, _cell(good._asdict())))
    return seller != buyer


def _missing(rows: Iterable[Row], was: float) -> float:
    """Return what a cell lacks of its goods, USD million; of one good named twice the larger."""
    most: dict[str, float] = {}
    for row in rows:
        lacks = row["value"] - (was if row["left"] is None else row["left"])
        most[row["goods"]] = max(most.get(row["goods"], -np.inf), lacks)
    return sum(most.values())


def _most(fine: World | Concordance, at: tuple[int, int, int]) -> float:
    """Return the most a cell is restored to: of a carved good, part of what is sold and bought.

    A good's totals may be of another year than the value. A sector's cell has no such limit: what
    exceeds its sums is refused.
    """
    i, n, j = at
    if fine.carving is None or fine.sectors[j] not in {good.label for good in fine.carving.goods}:
        return np.inf
    sums = fine.trade[i, :, j].sum(), fine.trade[:, n, j].sum()
    return max(MOST_PART * float(min(sums)), float(fine.trade[at]))


def _refitted(world: World, held: Array, rows: Iterable[Row]) -> Array:
    """Return trade with the cells of some goods as in ``held``, and every sum as it was.

    Args:
        world: as it was.
        held: trade of its finest table, those cells set.
        rows: the goods.

    Raises:
        InputError: what is held exceeds a row or column.
    """
    fine, trade = world.finest, np.array(world.trade)
    homes: dict[int, dict[tuple[int, int], float]] = {}
    moved: dict[int, None] = {}
    for cell in sorted({_cell(row) for row in rows}):
        at = _place(fine, cell)
        i, n, j = home = _home(world, at)
        more = float(held[at] - fine.trade[at])
        cells = homes.setdefault(j, {})
        cells[i, n] = cells.get((i, n), float(trade[home])) + more  # what else it holds stays
        if more:
            moved[j] = None
    for j in moved:
        trade[:, :, j] = _refit(world, j, homes[j])
    return trade


def _refit(world: World, j: int, cells: dict[tuple[int, int], float]) -> Array:
    """Return a sector's matrix with some cells set and held, the others scaled to its sums.

    Raises:
        InputError: what is held exceeds a row or column.
    """
    matrix, code = world.trade[:, :, j], world.sectors[j]
    rows, columns = matrix.sum(axis=1), matrix.sum(axis=0)
    fixed, free = np.zeros_like(matrix), np.array(matrix)
    for at, value in cells.items():
        fixed[at], free[at] = value, 0.0
    left = rows - fixed.sum(axis=1), columns - fixed.sum(axis=0)
    for what, rest, total in (("sells", left[0], rows), ("buys", left[1], columns)):
        if (rest < 0).any():
            n = int(np.argmin(rest))
            raise InputError(
                f"goods of {code} cannot be restored: before the measure they came to "
                f"{total[n] - rest[n]:,.0f}, more than the {total[n]:,.0f} that "
                f"{world.countries[n]} {what} in all in world '{world.name}' (USD million)"
            )
    scaled = _scaled(free, *left)
    if scaled is None:
        raise InputError(
            f"goods of {code} cannot be restored in world '{world.name}': with their cells held, "
            "no others lead to the sums of the base year"
        )
    return scaled + fixed


def _scaled(cells: Array, rows: Array, columns: Array) -> Array | None:
    """Return r_i cells_in s_n with the sums asked for, or None where there is none.

    Sweeps of RAS, then Newton's method on the logs of r and s: markets that hardly trade with each
    other make the sweeps alone slow.
    """
    cells = np.array(cells)
    for _ in range(20):
        cells *= _ratio(rows, cells.sum(axis=1))[:, None]
        cells *= _ratio(columns, cells.sum(axis=0))
    for _ in range(50):
        out, into = cells.sum(axis=1), cells.sum(axis=0)
        gaps = rows - out, columns - into
        if all(
            (abs(g) <= CLOSE_PART * t).all() for g, t in zip(gaps, (rows, columns), strict=True)
        ):
            return cells
        # normal equations of the columns' steps, scaled so that none is small beside another
        r, c = (1.0 / np.sqrt(np.where(t > 0, t, 1.0)) for t in (out, into))
        mixed = r[:, None] * cells * c
        goal = c * gaps[1] - mixed.T @ (r * gaps[0])
        b = c * np.linalg.lstsq(np.eye(len(c)) - mixed.T @ mixed, goal, rcond=1e-13)[0]
        a = r * (r * (gaps[0] - cells @ b))
        most = max(1.0, np.abs(a).max(), np.abs(b).max())
        cells *= np.exp(a / most)[:, None] * np.exp(b / most)
    near = 1e-10
    out, into = cells.sum(axis=1), cells.sum(axis=0)
    met = np.allclose(out, rows, rtol=near, atol=0) and np.allclose(into, columns, near, 0)
    return cells if met else None


def _ratio(goal: Array, sums: Array) -> Array:
    return np.divide(goal, sums, out=np.ones_like(goal), where=sums > 0)


def _with(world: World, trade: Array, held: Array, rows: list[Row]) -> World:
    """Return the world with other flows, users' parts of them kept, and its name and origin."""
    rates = _rates(world, held, rows)
    paid, was = ((1.0 + rates) * trade).sum(axis=0), world.accounts.expenditure
    shares = world.input_share * _ratio(paid, was)[:, :, None]
    shares = trim_rounding(trade, rates, shares)
    for values in (trade, rates, shares):
        values.setflags(write=False)
    origin = str(world.provenance.get("restored_from", world.name))
    provenance = {
        **world.provenance,
        "made_from": world.made_from,
        "restored_from": origin,
        "restored": rows,
    }
    return replace(
        world,
        name=origin + _suffix(rows),
        trade=trade,
        tariff=rates,
        input_share=shares,
        provenance=provenance,
        concordance=world.concordance and replace(world.concordance, trade=held),
    )


def _rates(world: World, held: Array, rows: Iterable[Row]) -> Array:
    """Return the world's rates: a merged cell has the mean of what it then holds."""
    rates, inside = np.array(world.tariff), world.concordance
    if inside is None:
        return rates
    for cell in dict.fromkeys(map(_cell, rows)):
        seller, buyer, sector = home = _home(world, _place(inside, cell))
        members = np.ix_(inside.country == seller, inside.country == buyer, inside.sector == sector)
        if seller != buyer and held[members].sum() > 0:
            rates[home] = (held[members] * inside.tariff[members]).sum() / held[members].sum()
    return rates


def _suffix(rows: Iterable[Row]) -> str:
    """Return the restored cells as a world's name has them: ``+AUS-CHN:A01,B05@2019``."""
    pairs: dict[tuple[str, str, int], dict[str, None]] = {}
    for row in rows:
        if row["cell"] != row["was"]:
            pair = pairs.setdefault((row["exporter"], row["importer"], row["year"]), {})
            pair[row["sector"]] = None
    return "".join(
        f"+{seller}-{buyer}:{','.join(sectors)}@{year}"
        for (seller, buyer, year), sectors in sorted(pairs.items())
    )


def _place(table: World | Concordance, cell: Cell) -> tuple[int, int, int]:
    """Return the position of a cell in a finest table."""
    countries, sectors = table.countries, table.sectors
    return countries.index(cell[0]), countries.index(cell[1]), sectors.index(cell[2])


def _home(world: World, at: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return the position of the world's cell that holds one of its finest table."""
    if world.concordance is None:
        return at
    country, sector = world.concordance.country, world.concordance.sector
    return int(country[at[0]]), int(country[at[1]]), int(sector[at[2]])


def _cell(row: Row) -> Cell:
    return row["exporter"], row["importer"], row["sector"]


def _key(row: Row) -> tuple[str, ...]:
    return row["measure"], row["product"], *_cell(row)
