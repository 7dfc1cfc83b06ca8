"""What is measured of an episode, as rows of its ``observed.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from backtests_build.books import Cars, Quoted, UnitedStates
from backtests_build.fao import Fao, FaoMarkets, FaoSuppliers
from backtests_build.measuring import Book, Cell, Measured, facts, share_change, winners
from countervail.backtests.episode import HEAD, OTHERS, UNITS, YES_OR_NO
from countervail.backtests.header import EpisodeHeader
from countervail.backtests.windows import Window

WINNERS = 3
"""Rivals that are named."""

MILLION = MappingProxyType({"fao": 1e3, "us-chapters": 1e6, "us-industries": 1e6})
"""A million dollars in the unit of the sets whose figures may be passed on."""

SMALLEST_SHARE = 0.02
"""Partners with a smaller part of the base window's trade are told together."""


class Row(NamedTuple):
    """A row of ``observed.csv``."""

    fact: str
    statistic: str
    side: str
    partner: str
    window: str
    value: float
    unit: str
    source: str


def observed(header: EpisodeHeader, data: Path) -> str:
    """Return the text of an episode's ``observed.csv``."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for row in _rows(header, data):
        writer.writerow([*row[:5], _printed(row.value), *row[6:]])
    return text.getvalue()


def books(header: EpisodeHeader, data: Path) -> dict[str, Book]:
    """Return the exporter's and the importer's trade, of the sides that are measured."""
    what, found = header.data, dict[str, Book]()
    windows = Window.parse(header.base), Window.parse(header.window)
    if what.exporter_side:
        found["exporter"] = _exporters(header, data, windows)
    if what.importer_side:
        found["importer"] = _importers(header, data)
    return found


def _exporters(header: EpisodeHeader, data: Path, windows: tuple[Window, Window]) -> Book:
    what = header.data
    if what.set == "published":
        return Quoted(header.published, windows)
    if what.set == "comtrade-cars":
        return Cars(data, what.codes, "exporter", (header.exporter, header.importer))
    if what.set == "fao" and what.exporter_side:
        return FaoMarkets(Fao(data, what.codes), header.exporter, what.exporter_side)
    raise ValueError(f"{header.id}: set '{what.set}' has no exporter's side")


def _importers(header: EpisodeHeader, data: Path) -> Book:
    what = header.data
    if what.set == "fao":
        return FaoSuppliers(Fao(data, what.codes), header.importer, header.exporter)
    if what.set == "comtrade-cars":
        return Cars(data, what.codes, "importer", (header.exporter, header.importer))
    if what.set in ("us-chapters", "us-industries"):
        return UnitedStates(data, what.set, what.codes, header.exporter)
    raise ValueError(f"{header.id}: set '{what.set}' has no importer's side")


def _rows(header: EpisodeHeader, data: Path) -> Iterator[Row]:
    base, window = Window.parse(header.base), Window.parse(header.window)
    when, source = f"{window}", header.data.set
    for side, book in books(header, data).items():
        partner = header.importer if side == "exporter" else header.exporter
        for one in facts(book, partner, base, window, _placebo(header), side):
            yield from _fact(one, partner, when, source)
        yield from _base_trade(header, book, side, partner)
        if side == "exporter" and isinstance(book, FaoMarkets | Cars):
            yield from _of_world(header, book, base, window)
        if side == "importer":
            yield from _importer_only(header, book, base, window)
        yield from _shares(book, side, base, window, source)
        if header.data.duties == "charged" and isinstance(book, UnitedStates):
            yield from _duties(book, base, window, source)


def _placebo(header: EpisodeHeader) -> list[tuple[Window, Window]]:
    return [(Window.parse(first), Window.parse(second)) for first, second in header.placebo]


def _fact(one: Measured, partner: str, when: str, source: str) -> Iterator[Row]:
    unit = UNITS[one.name]
    named = partner if one.name == "hit" else ""

    def row(statistic: str, value: float, window: str = when, of: str = unit) -> Row:
        return Row(one.name, statistic, one.side, named, window, value, of, source)

    if one.value is not None:
        yield row("value", 100.0 * one.value)
    if one.raw is not None:
        yield row("raw", 100.0 * one.raw)
    if one.bounds is not None and one.bounds.low != one.bounds.high:
        yield row("low", 100.0 * one.bounds.low)
        yield row("high", 100.0 * one.bounds.high)
    for (_, second), value in one.placebo.items():
        yield row("placebo", 100.0 * value, f"{second}")
    if one.noise is not None:
        yield row("noise", 100.0 * one.noise)
    yield row("admitted", float(one.admitted), of=YES_OR_NO)


def _base_trade(header: EpisodeHeader, book: Book, side: str, partner: str) -> Iterator[Row]:
    """Yield the pair's trade in the base window, where its source may be told and has dollars."""
    base, window = Window.parse(header.base), Window.parse(header.window)
    pair = book.cells(base, window).get(partner)
    if pair is not None and pair[0].low > 0.0 and header.data.set in MILLION:
        row = ("base_trade", "value", side, partner, f"{base}")
        yield Row(
            *row, pair[0].low / MILLION[header.data.set], UNITS["base_trade"], header.data.set
        )


def _of_world(
    header: EpisodeHeader, book: FaoMarkets | Cars, base: Window, window: Window
) -> Iterator[Row]:
    """Yield the pair's part of the world's trade: how far the measure moves what adjusts it."""
    pair = book.cells(base, window).get(header.importer)
    if pair is not None:
        part = 100.0 * pair[0].low / book.world(base, window)[0]
        row = ("world_share", "value", "exporter", header.importer, f"{base}", part)
        yield Row(*row, UNITS["world_share"], header.data.set)


def _importer_only(
    header: EpisodeHeader, book: Book, base: Window, window: Window
) -> Iterator[Row]:
    """Yield the change of the seller's share, and the rivals that gained most."""
    partner, when, source = header.exporter, f"{window}", header.data.set
    cells = book.cells(base, window)
    if partner not in cells:
        return
    row = ("share_change", "raw", "importer", partner, when, 100.0 * share_change(cells, partner))
    yield Row(*row, UNITS["share_change"], source)
    found = winners(book, partner, base, window, _placebo(header))
    named = [one for one in found if one.name != OTHERS][:WINNERS]
    for one in named:
        for statistic, value in (("value", one.value), ("noise", one.noise)):
            if value is not None:
                row = ("winner", statistic, "importer", one.name, when, 100.0 * value)
                yield Row(*row, UNITS["winner"], source)
        row = ("winner", "admitted", "importer", one.name, when, float(one.admitted))
        yield Row(*row, YES_OR_NO, source)


def _shares(book: Book, side: str, base: Window, window: Window, source: str) -> Iterator[Row]:
    """Yield the parts of partners in the base window: what the good's cells are carved with."""
    fact = "market_share" if side == "exporter" else "supplier_share"
    parts = _parts(book.cells(base, window))
    for partner, part in parts.items():
        yield Row(fact, "value", side, partner, f"{base}", 100.0 * part, UNITS[fact], source)


def _duties(book: UnitedStates, base: Window, window: Window, source: str) -> Iterator[Row]:
    """Yield by how much the duty charged on each seller rose, points of its goods' value."""
    for seller, change in book.duties(base, window, SMALLEST_SHARE).items():
        row = ("duty_change", "value", "importer", seller, f"{window}", 100.0 * change)
        yield Row(*row, UNITS["duty_change"], source)


def _parts(cells: Mapping[str, tuple[Cell, Cell]]) -> dict[str, float]:
    """Return parts of what is seen, the largest first, the small ones together."""
    seen = {partner: before.low for partner, (before, _) in cells.items()}
    whole = sum(seen.values())
    parts = {
        partner: value / whole
        for partner, value in sorted(seen.items(), key=lambda one: (-one[1], one[0]))
        if partner != OTHERS and value >= SMALLEST_SHARE * whole
    }
    rest = 1.0 - sum(parts.values())
    return {**parts, OTHERS: rest} if rest > 5e-4 else parts


def _printed(value: float) -> str:
    """Return a figure in three digits, the most that may be told of some sources."""
    return f"{float(f'{round(value, 1) + 0.0:.3g}'):g}"
