"""The range of every figure that is reported: read from each draw, shown beside the point's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from countervail.draws.ensemble import Ensemble, Range
from countervail.present import goods, rows
from countervail.present.rows import Row
from countervail.solution import Solution

NUMBERS = {
    "countries": (*rows.OUTCOMES, *rows.IN_OTHER_MONEY),
    "lines": (
        "weight", "rate", "rate_new", "trade_usd", "trade_new_usd", "trade_change", "price_change",
        "revenue_usd", "revenue_new_usd",
    ),
    "sectors": (
        "output_usd", "output_change", "exports_usd", "exports_change", "imports_usd",
        "imports_change", "price_change", "output_change_usd", "output_real_change",
    ),
    "quotas": ("volume_new", "binds", "trade_usd", "trade_new_usd"),
    "diversion": ("trade_usd", "trade_change_usd"),
}  # fmt: skip
"""Numbers of each kind of row."""

RATES = ("rate", "rate_new")
"""Rates of law among them."""

SIDES = ("other_sources", "other_markets")
"""Lists inside a row of diversion: where trade moved."""

NAMED = {
    "lines": ("measure", "product", "exporter", "importer", "sector", "name"),
    "sectors": ("country", "sector"),
    "quotas": ("measure", "product"),
    "diversion": ("exporter", "importer", "sector"),
}
"""What says which row of a list a row of ranges is."""


@dataclass(frozen=True)
class Reader:
    """What is read from every draw: the rows of the point answer, number by number.

    Attributes:
        countries: whose sectors are told of.
        cells: exporter, importer, sector, and the other sources and markets told of, as positions.
    """

    countries: tuple[str, ...]
    cells: tuple[tuple[int, int, int, tuple[int, ...], tuple[int, ...]], ...]

    @classmethod
    def of(cls, point: Solution) -> Reader:
        """Return what reads the rows that the point answer tells of."""
        world = point.world

        def places(moves: list[Row]) -> tuple[int, ...]:
            return tuple(world.country(move["country"]) for move in moves)

        cells = tuple(
            (
                world.country(row["exporter"]),
                world.country(row["importer"]),
                world.sector(row["sector"]),
                places(row["other_sources"]),
                places(row["other_markets"]),
            )
            for row in rows.diversion(point)
        )
        return cls(rows.shown_countries(point), cells)

    def __call__(self, solution: Solution) -> dict[str, float]:
        """Return every number of the rows by its key."""
        return {key: _number(value) for key, value in self._numbers(solution)}

    def _numbers(self, solution: Solution) -> Iterator[tuple[str, Any]]:
        of_all = [{"country": code, **row} for code, row in rows.countries(solution).items()]
        for kind, found in (
            ("countries", of_all),
            ("sectors", rows.sectors(solution, self.countries)),
            ("lines", goods.lines(solution)),
            ("quotas", goods.quotas(solution)),
        ):
            for row in found:
                at = place(kind, row)
                yield from ((_key(kind, at, name), row[name]) for name in NUMBERS[kind])
        yield from self._flows(solution)

    def _flows(self, solution: Solution) -> Iterator[tuple[str, Any]]:
        """Yield the flows of the cells, and of the other sources and markets."""
        world, before = solution.world, solution.arrays["trade"]
        after = solution.arrays["trade_new"]
        for i, n, j, sources, markets in self.cells:
            at = f"{world.countries[i]}>{world.countries[n]} {world.sectors[j]}"
            yield _key("diversion", at, "trade_usd"), before[i, n, j]
            yield _key("diversion", at, "trade_change_usd"), after[i, n, j] - before[i, n, j]
            for m in sources:
                change = after[m, n, j] - before[m, n, j]
                yield _key("other_sources", at, world.countries[m]), change
            for m in markets:
                change = after[i, m, j] - before[i, m, j]
                yield _key("other_markets", at, world.countries[m]), change


@dataclass(frozen=True, eq=False)
class Ranges:
    """Ranges by what they are of.

    Attributes:
        ensemble: the draws, read by ``Reader``.
    """

    ensemble: Ensemble

    def of(self, kind: str, at: str, name: str, value: float | bool | None) -> Range:
        """Return the range of one number of a row, beside its value in the point answer."""
        key = _key(kind, at, name)
        draws = self.ensemble.figures.get(key, np.zeros(0))
        if name.endswith("_usd") or name == "weight":
            # goods that a draw's coverage leaves out are not traded under the measure there
            draws = np.where(np.isnan(draws) & self.ensemble.answered, 0.0, draws)
        # a duty between those of two draws is in no law
        return self.ensemble.range_of(_number(value), draws, drawn=name in RATES)

    def at(self, kind: str, row: Row, quantile: str) -> Row:
        """Return a row of the point answer with its numbers at a quantile, such as ``p95``."""
        moved = {name: getattr(one, quantile) for name, one in self.row(kind, row).items()}
        for side in (side for side in SIDES if side in row):
            moved[side] = [
                {"country": move["country"], "change_usd": getattr(one, quantile)}
                for move, one in zip(row[side], self._moves(kind, side, row), strict=True)
            ]
        return moved

    def row(self, kind: str, row: Row) -> dict[str, Range]:
        """Return the ranges of a row of ``countries``, ``lines``, ``sectors`` and so on."""
        at = place(kind, row)
        return {name: self.of(kind, at, name, row[name]) for name in NUMBERS[kind]}

    def as_dict(self) -> dict[str, Any]:
        """Return the blocks of ranges, parallel to those of the point answer."""
        point = self.ensemble.point
        listed = {
            "lines": goods.lines(point),
            "sectors": rows.sectors(point),
            "diversion": rows.diversion(point),
            "quotas": goods.quotas(point),
        }
        countries = {
            code: _plain(self.row("countries", {"country": code, **row}))
            for code, row in rows.countries(point).items()
        }
        blocks = {kind: [self.listed(kind, row) for row in found] for kind, found in listed.items()}
        return {"countries": countries, **blocks}

    def listed(self, kind: str, row: Row) -> dict[str, Any]:
        """Return a row of a list as JSON has it: what it is, and the range of each number."""
        said: dict[str, Any] = {name: row[name] for name in NAMED[kind]}
        said |= _plain(self.row(kind, row))
        if kind == "quotas":
            said["probability_binds"] = self._probability(row)
            del said["binds"]
        for side in (side for side in SIDES if side in row):
            said[side] = [
                {"country": move["country"], "change_usd": one.as_dict()}
                for move, one in zip(row[side], self._moves(kind, side, row), strict=True)
            ]
        return said

    def _moves(self, kind: str, side: str, row: Row) -> list[Range]:
        """Return the ranges of trade moved elsewhere, in the order the row tells of it."""
        at = place(kind, row)
        return [self.of(side, at, move["country"], move["change_usd"]) for move in row[side]]

    def _probability(self, row: Row) -> float | None:
        """Return the share of draws in which a quota would bind."""
        draws = self.ensemble.figures.get(_key("quotas", place("quotas", row), "binds"))
        there = np.zeros(0) if draws is None else draws[np.isfinite(draws)]
        return float(there.mean()) if there.size else None


def place(kind: str, row: Row) -> str:
    """Return what tells a row from the others of its list."""
    if kind == "countries":
        return str(row["country"])
    if kind == "sectors":
        return f"{row['country']} {row['sector']}"
    if kind == "quotas":
        return f"{row['measure']} {row['product']}"
    cell = f"{row['exporter']}>{row['importer']} {row['sector']}"
    if kind == "diversion":
        return cell
    named = "+".join(sorted(f"{m['measure']}:{m['product']}" for m in row["measures"]))
    return f"{cell} {named}"


def _key(kind: str, at: str, name: str) -> str:
    return f"{kind}|{at}|{name}"


def _plain(ranges: Mapping[str, Range]) -> dict[str, dict[str, float | None]]:
    return {name: one.as_dict() for name, one in ranges.items()}


def _number(value: Any) -> float:
    """Return a number; what is none is NaN."""
    return np.nan if value is None else float(value)
