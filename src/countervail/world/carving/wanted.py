"""What a good's trade is in a world: known cells, and the rest fitted to its totals.

The pattern is the good's sector: who sells it to whom. What the limit of a cell leaves of the
totals takes the pattern of the second sector. A share of totals is as uncertain as they are and is
cut to what a cell can hold; a pair given as an amount is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError, did_you_mean
from countervail.world.carving.within import within
from countervail.world.goods import Flow, Good
from countervail.world.table import WorldTable

Array = NDArray[np.float64]

MOST_PART = 0.95
"""The part of a cell that a good may take."""

LEFT_PART = 1e-6
"""What a fit leaves of a good's totals, up to this part of them, is rounding and not carved."""


class GoodTrade(NamedTuple):
    """A good's trade, USD million at basic prices, [exporter, importer].

    Attributes:
        first: what is to come from its sector.
        second: what is to come from the second sector, fitted there.
        unmet: totals that neither pattern could meet, abroad.
    """

    first: Array
    second: Array
    unmet: float


class _Totals(NamedTuple):
    """Totals of a good: exports and imports by country, and sales at home."""

    exports: Array
    imports: Array
    home: Array


@lru_cache(maxsize=64)
def wanted(world: WorldTable, good: Good) -> GoodTrade:
    """Return what a good's trade is in a world; the last ones are kept, to be carved when asked.

    Raises:
        InputError: a country the world does not have, a value that is no amount, totals of one
            side only.
    """
    good = within_world(world, good)
    at = _places(world, good)
    own = world.trade[:, :, world.sectors.index(good.sector)]
    other = (
        world.trade[:, :, world.sectors.index(good.second)] if good.second else np.zeros_like(own)
    )
    if good.of("pair"):
        return GoodTrade(_matrix(good, at, own), np.zeros_like(own), 0.0)
    if good.of("makes", "buys"):
        return _made_and_bought(good, at, own, other)
    return _from_totals(good, at, own, other)


def within_world(world: WorldTable, good: Good) -> Good:
    """Return a good with its trade among countries of a world, where it names more of them.

    Countries the world does not have are the rest of the world (``Good.elsewhere``); what these
    sell each other is no trade of it. Without a rest of the world theirs is left out.
    """
    if not good.elsewhere:
        return good
    here = {code for label in world.countries for code in (label, *world.held[label])}
    rest = good.elsewhere if good.elsewhere in here else ""
    flows = []
    for flow in good.flows:
        seller, buyer = (
            code if not code or code in here else rest for code in (flow.exporter, flow.importer)
        )
        named = bool(seller) == bool(flow.exporter) and bool(buyer) == bool(flow.importer)
        if named and (seller != buyer or not seller):
            flows.append(flow._replace(exporter=seller, importer=buyer))
    return replace(good, flows=tuple(flows))


def _places(world: WorldTable, good: Good) -> Callable[[str], int]:
    """Return what finds a country's position by the code that a label is or holds."""
    home = {code: n for n, label in enumerate(world.countries) for code in world.held[label]}
    home |= {label: n for n, label in enumerate(world.countries)}

    def at(code: str) -> int:
        if code not in home:
            hint = did_you_mean(code, home, codes=True)
            raise InputError(
                f"good '{good.code}' names '{code}', which is no country of world "
                f"'{world.name}'{hint}"
            )
        return home[code]

    return at


def _matrix(good: Good, at: Callable[[str], int], own: Array) -> Array:
    cells = _cells(good, "pair", at, len(own), good.level)
    np.fill_diagonal(cells, 0.0)
    exports = cells.sum(axis=1)
    np.fill_diagonal(cells, _home(good, at, own, exports))
    return cells


def _from_totals(good: Good, at: Callable[[str], int], own: Array, other: Array) -> GoodTrade:
    abroad, abroad_second = _abroad(own), _abroad(other)
    totals = _totals(good, at, own, abroad)
    totals = _with_other_sales(good, at, totals, abroad)
    known = np.minimum(_known(good, at, totals), MOST_PART * (abroad + abroad_second))
    exports = np.maximum(totals.exports, known.sum(axis=1))
    imports = np.maximum(totals.imports, known.sum(axis=0))
    rows, columns = exports - known.sum(axis=1), imports - known.sum(axis=0)
    rows, columns = _balanced(rows, columns)
    pattern = np.where(_named(good, at, len(own)), 0.0, abroad)
    first = within(pattern, rows, columns, MOST_PART * abroad)
    second = _rest((rows, columns), first, abroad_second)
    cells = known + first
    np.fill_diagonal(cells, totals.home)
    unmet = float(rows.sum() - first.sum() - second.sum())
    return GoodTrade(cells, second, max(unmet, 0.0))


def _made_and_bought(good: Good, at: Callable[[str], int], own: Array, other: Array) -> GoodTrade:
    """Return trade fitted to what countries make and buy, sales at home included.

    Shares of imports or exports are of those that a first fit without them has.
    """
    makes = _vector(good, "makes", at, len(own))
    buys = _vector(good, "buys", at, len(own))
    _refuse_one_side(good, makes, buys)
    rows, columns = _balanced(makes, buys)
    known = np.zeros_like(own)
    if good.of("of_imports", "of_exports"):
        abroad = _abroad(within(own, rows, columns, MOST_PART * own))
        totals = _Totals(abroad.sum(axis=1), abroad.sum(axis=0), np.zeros(len(own)))
        known = np.minimum(_known(good, at, totals), MOST_PART * (own + other))
        rows = np.maximum(rows - known.sum(axis=1), 0.0)
        rows, columns = _balanced(rows, np.maximum(columns - known.sum(axis=0), 0.0))
    pattern = np.where(_named(good, at, len(own)), 0.0, own)
    first = within(pattern, rows, columns, MOST_PART * own)
    second = _rest((rows, columns), first, other)
    unmet = float(rows.sum() - first.sum() - second.sum())
    return GoodTrade(known + first, second, max(unmet, 0.0))


def _rest(totals: tuple[Array, Array], first: Array, pattern: Array) -> Array:
    """Return what a fit leaves of totals, in the second sector's pattern."""
    rows = np.maximum(totals[0] - first.sum(axis=1), 0.0)
    columns = np.maximum(totals[1] - first.sum(axis=0), 0.0)
    if rows.sum() <= LEFT_PART * totals[0].sum() or not pattern.any():
        return np.zeros_like(pattern)
    return within(pattern, *_balanced(rows, columns), MOST_PART * pattern)


def _totals(good: Good, at: Callable[[str], int], own: Array, abroad: Array) -> _Totals:
    """Return a good's totals; without any, its part of the world in every cell, or none abroad."""
    exports = _vector(good, "exports", at, len(own))
    imports = _vector(good, "imports", at, len(own))
    if good.of("exports", "imports"):
        if not good.of("imports"):  # what is known of sellers only: the sector's buyers
            imports = abroad.sum(axis=0) * exports.sum() / abroad.sum()
        _refuse_one_side(good, exports, imports)
        imports = imports * exports.sum() / imports.sum()
    elif good.basis == "world" and abroad.any():
        part = good.level / abroad.sum()
        exports, imports = abroad.sum(axis=1) * part, abroad.sum(axis=0) * part
    return _Totals(exports, imports, _home(good, at, own, exports))


def _home(good: Good, at: Callable[[str], int], own: Array, exports: Array) -> Array:
    """Return sales at home: as given, else for who exports the good its part of the sector's.

    That part is the smaller of its parts in what the country exports and in the world's trade.
    """
    if good.of("home"):
        return _vector(good, "home", at, len(own))
    sold = _abroad(own).sum(axis=1)
    part = np.divide(exports, sold, out=np.zeros_like(sold), where=sold > 0)
    most = min(exports.sum() / sold.sum(), MOST_PART) if sold.sum() > 0 else 0.0
    return np.asarray(np.minimum(part, most) * own.diagonal())


def _known(good: Good, at: Callable[[str], int], totals: _Totals) -> Array:
    """Return the cells that are known as a part of imports or of exports; their mean where both."""
    size = len(totals.exports)
    bought = _cells(good, "of_imports", at, size, 1.0) * totals.imports
    sold = _cells(good, "of_exports", at, size, 1.0) * totals.exports[:, None]
    many = np.maximum((bought > 0).astype(float) + (sold > 0), 1.0)
    cells = (bought + sold) / many
    np.fill_diagonal(cells, 0.0)
    return np.asarray(cells)


def _with_other_sales(
    good: Good, at: Callable[[str], int], totals: _Totals, abroad: Array
) -> _Totals:
    """Return totals in which sellers that a market's imports take whole sell elsewhere too.

    A seller's share in what a market imports may come to more than the seller's total, which is of
    another year or another price: what a fit without the share has it sell elsewhere is added.
    """
    bought = _cells(good, "of_imports", at, len(abroad), 1.0)
    taken = (bought * totals.imports).sum(axis=1)
    whole = taken > MOST_PART * totals.exports
    if not whole.any():
        return totals
    plain = within(abroad, *_balanced(totals.exports, totals.imports), MOST_PART * abroad)
    elsewhere = np.where(bought > 0, 0.0, plain).sum(axis=1)
    return totals._replace(exports=np.where(whole, taken + elsewhere, totals.exports))


def _named(good: Good, at: Callable[[str], int], size: int) -> NDArray[np.bool_]:
    """Return which cells a known share speaks of, at 0 as well."""
    mask = np.zeros((size, size), dtype=np.bool_)
    for flow in good.of("of_imports", "of_exports"):
        mask[at(flow.exporter), at(flow.importer)] = True
    return mask


def _balanced(rows: Array, columns: Array) -> tuple[Array, Array]:
    """Return totals of two sides with one sum, that of the rows."""
    if columns.sum() <= 0:
        return np.zeros_like(rows), columns
    return rows, columns * (rows.sum() / columns.sum())


def _refuse_one_side(good: Good, rows: Array, columns: Array) -> None:
    if rows.sum() <= 0 or columns.sum() <= 0:
        raise InputError(
            f"good '{good.code}' has totals of one side only; give both, or pairs of its trade"
        )


def _cells(good: Good, kind: str, at: Callable[[str], int], size: int, level: float) -> Array:
    cells = np.zeros((size, size))
    for flow in good.of(kind):
        cells[at(flow.exporter), at(flow.importer)] += level * _amount(good, flow)
    return cells


def _vector(good: Good, kind: str, at: Callable[[str], int], size: int) -> Array:
    totals = np.zeros(size)
    for flow in good.of(kind):
        totals[at(flow.exporter or flow.importer)] += good.level * _amount(good, flow)
    return totals


def _amount(good: Good, flow: Flow) -> float:
    if not (np.isfinite(flow.value) and flow.value >= 0):
        raise InputError(
            f"good '{good.code}': {flow.kind} of {flow.value:g} is no amount: give 0 or more"
        )
    return flow.value


def _abroad(cells: Array) -> Array:
    return np.where(np.eye(len(cells), dtype=np.bool_), 0.0, cells)
