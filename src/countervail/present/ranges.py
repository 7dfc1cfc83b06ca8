"""The ranges of all that is reported: one labelled array a table, [draw, row, number].

A row is known by its labels, in the point answer and in every draw: what a draw has no row for is
missing there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.draws.ensemble import Ensemble
from countervail.draws.ensemble.result import QUANTILES, quantile
from countervail.errors import InputError
from countervail.present import goods, quotas, redirected, rows, shelf
from countervail.present import partners as every_partner
from countervail.present.goods_range import told_range
from countervail.present.rows import Row
from countervail.present.sentences.signs import Sides
from countervail.present.subject import moved_measures
from countervail.quantiles import Range
from countervail.solution import Solution

Array = NDArray[np.float64]
Place = tuple[Any, ...]

NUMBERS = {
    "countries": (*rows.OUTCOMES, *shelf.keys()),
    "lines": (
        "weight", "rate", "rate_new", "trade_usd", "trade_new_usd", "trade_change", "price_change",
        "revenue_usd", "revenue_new_usd",
    ),
    "sectors": tuple(rows.SECTORS_MEANT),
    "goods": redirected.NUMBERS,
    "quotas": quotas.NUMBERS,
    "diversion": ("trade_usd", "trade_change_usd"),
}  # fmt: skip
"""Numbers of each kind of row."""

LEVELS = ("spending_usd", "revenue_usd", "revenue_new_usd")
"""Numbers of countries that are no changes: no draw has them below zero."""

RATES = ("rate", "rate_new")
"""Rates of law among them."""

SIDES = ("other_sources", "other_markets")
"""Lists inside a row of diversion: where trade moved."""

NAMED = {
    "lines": ("measure", "product", "exporter", "importer", "sector", "name"),
    "sectors": ("country", "sector"),
    "goods": ("exporter", "importer", "good"),
    "quotas": ("measure", "product", "origins"),
    "diversion": ("exporter", "importer", "sector"),
}
"""What says which row of a list a row of ranges is."""


def place(kind: str, row: Row) -> Place:
    """Return the labels that tell a row from the others of its table."""
    if kind == "lines":
        named = tuple(sorted((m["measure"], m["product"]) for m in row["measures"]))
        return row["exporter"], row["importer"], row["sector"], named
    return tuple(row[name] for name in NAMED.get(kind, ("country",)))


def reported_rows(solution: Solution) -> dict[str, list[Row]]:
    """Return the rows of every table that has ranges."""
    return {
        "countries": rows.listed(solution),
        "lines": goods.lines(solution),
        "sectors": rows.sectors(solution),
        "goods": redirected.redirected(solution),
        "diversion": rows.diversion(solution),
        "quotas": quotas.quotas(solution),
    }


@dataclass(frozen=True)
class Reader:
    """What is read from every draw: the rows of the point answer, number by number.

    Attributes:
        countries: whose sectors are reported.
        places: labels of the rows of each table, in the order of the point answer.
        cells: exporter, importer, sector, and the other sources and markets reported, as positions.
        partners: exporter, importer, sector of the cells of which every partner is read, likewise.
    """

    countries: tuple[str, ...]
    places: tuple[tuple[str, tuple[Place, ...]], ...]
    cells: tuple[tuple[int, int, int, tuple[int, ...], tuple[int, ...]], ...]
    partners: tuple[tuple[int, int, int], ...] = ()

    @classmethod
    def of(cls, point: Solution) -> Reader:
        """Return what reads the rows that the point answer reports."""
        world, found = point.world, reported_rows(point)

        def positions(moves: list[Row]) -> tuple[int, ...]:
            return tuple(world.country(move["country"]) for move in moves)

        diverted = found.pop("diversion")
        cells = tuple(
            (
                world.country(row["exporter"]),
                world.country(row["importer"]),
                world.sector(row["sector"]),
                positions(row["other_sources"]),
                positions(row["other_markets"]),
            )
            for row in diverted
        )
        partners = tuple(every_partner.cells(point, diverted))
        places = tuple((k, tuple(place(k, row) for row in rows_)) for k, rows_ in found.items())
        return cls(rows.shown_countries(point), places, cells, partners)

    def __call__(self, solution: Solution) -> dict[str, Array]:
        """Return the numbers of each table's rows [row, number], and where trade moved likewise."""
        make: dict[str, Callable[[], list[Row]]] = {
            "countries": lambda: rows.listed(solution),
            "sectors": lambda: rows.sectors(solution, self.countries),
            "lines": lambda: goods.lines(solution),
            "goods": lambda: redirected.at(solution, dict(self.places)["goods"]),
            "quotas": lambda: quotas.quotas(solution),
        }
        read = {kind: aligned(kind, make[kind](), at) for kind, at in self.places}
        return {**read, **self._flows(solution), **every_partner.read(solution, self.partners)}

    def _flows(self, solution: Solution) -> dict[str, Array]:
        """Return the flows of the cells, and of the other sources and markets."""
        before, after = solution.arrays["trade"], solution.arrays["trade_new"]
        own = [(before[cell[:3]], after[cell[:3]] - before[cell[:3]]) for cell in self.cells]
        sources = [(cell[3], cell[1], cell[2]) for cell in self._lists()]
        markets = [(cell[0], cell[4], cell[2]) for cell in self._lists()]
        return {
            "diversion": np.array(own, dtype=float).reshape(len(self.cells), 2),
            "other_sources": _padded([after[at] - before[at] for at in sources]),
            "other_markets": _padded([after[at] - before[at] for at in markets]),
        }

    def _lists(self) -> list[tuple[Any, ...]]:
        """Return the cells with their other sources and markets as lists, to index with."""
        return [(i, n, j, list(m), list(k)) for i, n, j, m, k in self.cells]


def _padded(moves: Sequence[Array]) -> Array:
    """Return moves of several cells as one array [cell, move]; NaN where a cell has fewer."""
    most = max(map(len, moves), default=0)
    read = np.full((len(moves), most), np.nan)
    for c, move in enumerate(moves):
        read[c, : len(move)] = move
    return read


def aligned(kind: str, found: Sequence[Row], places: Sequence[Place]) -> Array:
    """Return the numbers of rows [row, number], those of the point answer; NaN where none is."""
    by_place = {place(kind, row): row for row in found}
    read = np.full((len(places), len(NUMBERS[kind])), np.nan)
    for k, at in enumerate(places):
        if at in by_place:
            read[k] = [_number(by_place[at][name]) for name in NUMBERS[kind]]
    return read


@dataclass(frozen=True, eq=False)
class Ranges:
    """Ranges of every number of the point answer's rows, parallel to them.

    Attributes:
        ensemble: the draws, read by ``Reader``.
        rows: the rows of the point answer, by table.

    Raises:
        InputError: the draws were not read by a ``Reader``.
    """

    ensemble: Ensemble
    rows: Mapping[str, Sequence[Row]]

    def __post_init__(self) -> None:
        if not self.rows.keys() <= self.ensemble.figures.keys():
            raise InputError(
                "these draws were not read for a report: ensemble(..., read=Reader.of(solution))"
            )

    @classmethod
    def of(cls, ensemble: Ensemble) -> Ranges:
        """Return the ranges of the answer that the draws are of."""
        return cls(ensemble, reported_rows(ensemble.point))

    @cached_property
    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """By table the ranges of its rows: of each number by its key, of moves in a list."""
        return {kind: [*self._table(kind, found)] for kind, found in self.rows.items()}

    @cached_property
    def _asked(self) -> frozenset[str]:
        """Measures asked about that move: their own errors are left out of the record."""
        return moved_measures(self.ensemble.point)

    def sides(self) -> dict[str, dict[str, dict[str, float | None]]]:
        """Return the shares of draws below and above zero of every outcome of every country."""
        draws = self.ensemble.figures["countries"]
        changes = [key for key in NUMBERS["countries"] if not key.endswith(LEVELS)]
        return {
            row["country"]: {
                key: dict(Sides.of(draws[:, k, NUMBERS["countries"].index(key)]).as_dict())
                for key in changes
            }
            for k, row in enumerate(self.rows["countries"])
        }

    def partners(self) -> dict[str, Array] | None:
        """Return the quantiles [3, cell, country] of every partner's change; None where not read.

        Draws that were kept before partners were read have none.
        """
        figures = self.ensemble.figures
        if not all(name in figures for name in every_partner.SIDES.values()):
            return None
        there = self.ensemble.answered
        return {
            name: quantile(figures[name][there], QUANTILES) for name in every_partner.SIDES.values()
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the blocks of ranges as JSON has them, parallel to those of the point answer."""
        made: dict[str, Any] = {
            kind: [
                {**{name: row[name] for name in NAMED[kind]}, **_plain(ranges)}
                for row, ranges in zip(self.rows[kind], found, strict=True)
            ]
            for kind, found in self.tables.items()
            if kind in NAMED
        }
        for k, row in enumerate(made["quotas"]):
            row["probability_binds"] = self._probability(k)
            del row["binds"]
        codes = (row["country"] for row in self.rows["countries"])
        return {
            "countries": dict(zip(codes, map(_plain, self.tables["countries"]), strict=True)),
            **made,
        }

    def _table(self, kind: str, found: Sequence[Row]) -> Iterator[dict[str, Any]]:
        """Yield the ranges of each row of a table."""
        draws = self.ensemble.figures
        for k, row in enumerate(found):
            ranges: dict[str, Any] = dict(self._row(kind, row, draws[kind][:, k]))
            for side in (side for side in SIDES if side in row):
                ranges[side] = [
                    {**move, "change_usd": self._range(move["change_usd"], draws[side][:, k, m])}
                    for m, move in enumerate(row[side])
                ]
            yield ranges

    def _row(self, kind: str, row: Row, draws: Array) -> Iterator[tuple[str, Range]]:
        """Yield the range of each number of a row, draws [draw, number]."""
        for k, name in enumerate(NUMBERS[kind]):
            values = draws[:, k]
            if name.endswith("_usd") or name == "weight":
                # goods that a draw's coverage leaves out are not traded under the measure there
                values = np.where(np.isnan(values) & self.ensemble.answered, 0.0, values)
            found = self._range(row[name], values, name)
            yield name, told_range(name, row, found, self._asked) if kind == "goods" else found

    def _range(self, value: Any, draws: Array, name: str = "") -> Range:
        # a duty between those of two draws is in no law
        return self.ensemble.range_of(_number(value), draws, drawn=name in RATES)

    def _probability(self, quota: int) -> float | None:
        """Return the share of draws in which a quota would bind."""
        binds = self.ensemble.figures["quotas"][:, quota, NUMBERS["quotas"].index("binds")]
        there = binds[np.isfinite(binds)]
        return float(there.mean()) if there.size else None


def _plain(ranges: Mapping[str, Any]) -> dict[str, Any]:
    """Return ranges as JSON has them."""
    return {
        key: one.as_dict()
        if isinstance(one, Range)
        else [{**move, "change_usd": move["change_usd"].as_dict()} for move in one]
        for key, one in ranges.items()
    }


def _number(value: Any) -> float:
    """Return a number; what is none is NaN."""
    return np.nan if value is None else float(value)
