"""FAO's matrix of trade in crops: an exporter's markets, an importer's suppliers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from backtests_build import reading
from backtests_build.measuring import Cell
from backtests_build.reading import Amounts
from countervail.backtests.windows import Window

CUT = 1 / 19
"""A partner that the carrier of FAO left out has under 5 % of the trade: a nineteenth of the rest.
"""


@cache
def _found(query: str, path: str) -> frozenset[tuple[Any, ...]]:
    """Return what a question of the whole file finds: the same for every item."""
    return frozenset(reading.rows(query, path))


@cache
def _others(path: str, items: tuple[str, ...], importer: str, without: str) -> dict[int, Any]:
    """Return an importer's purchases of other goods, but from one seller, by year; None: none."""
    found = reading.rows(
        "select year, sum(m_kusd)::double from read_parquet(?) where importer = ? "
        'and exporter <> ? and "primary" and not list_contains(?, item) group by year',
        *(path, importer, without, list(items)),
    )
    return dict(found)


class Fao:
    """One FAO item, or several together: exporter, importer and year, as one side declares."""

    def __init__(self, data: Path, items: Sequence[str]) -> None:
        path = str(data / "faostat-tm-2015-2024/faostat_tm_bilateral_2015_2024.parquet")
        self._path, self._items = path, tuple(items)
        known = _found("select distinct item from read_parquet(?)", path)
        unknown = set(items) - {item for (item,) in known}
        if unknown:
            raise LookupError(f"no FAO item {', '.join(sorted(unknown))}")
        rows = reading.rows(
            "select exporter, importer, year, sum(x_kusd)::double, sum(m_kusd)::double "
            "from read_parquet(?) where list_contains(?, item) and exporter <> importer "
            "group by all order by all",
            path,
            list(items),
        )
        self.present = {(i, n, y) for i, n, y, _, _ in rows}
        self.declared: dict[str, Amounts] = {
            "exporter": {(i, n, y): x for i, n, y, x, _ in rows if x},
            "importer": {(i, n, y): m for i, n, y, _, m in rows if m},
        }
        self._reporters = {
            "exporter": _found(
                "select distinct exporter, year from read_parquet(?) where x_kusd > 0", path
            ),
            "importer": _found(
                "select distinct importer, year from read_parquet(?) where m_kusd > 0", path
            ),
        }
        self._seen: dict[tuple[str, str, int], float] = defaultdict(float)
        for side, amounts in self.declared.items():
            for (i, n, y), value in amounts.items():
                self._seen[side, i if side == "exporter" else n, y] += value

    def reports(self, side: str, country: str, years: Iterable[int]) -> bool:
        """Return whether a country declares that side of its trade in all of some years."""
        return all((country, year) in self._reporters[side] for year in years)

    def cell(self, side: str, exporter: str, importer: str, year: int) -> Cell:
        """Return a pair's trade as one side, which declares that year, has it; else its bounds.

        A pair that neither side's cut let through is under a nineteenth of what is seen of either.
        """
        value = self.declared[side].get((exporter, importer, year))
        if value is not None:
            return Cell(value, value)
        party = {"exporter": exporter, "importer": importer}
        sides = [side]
        if (exporter, importer, year) not in self.present:
            sides += [s for s in party if s != side and self.reports(s, party[s], (year,))]
        return Cell(0.0, CUT * min(self._seen[s, party[s], year] for s in sides))

    def world(self, side: str, years: tuple[int, int]) -> tuple[float, float]:
        """Return the world's trade in the good in two years, of those who declare in both."""
        totals = dict.fromkeys(years, 0.0)
        for (i, n, y), value in self.declared[side].items():
            if y in totals and self.reports(side, i if side == "exporter" else n, years):
                totals[y] += value
        return totals[years[0]], totals[years[1]]

    def other_demand(self, importer: str, without: str, years: tuple[int, int]) -> float:
        """Return the growth of an importer's purchases of other crops, from all but one seller."""
        rows = _others(self._path, self._items, importer, without)
        before, after = (float(rows[year]) for year in years)
        return after / before


class FaoMarkets:
    """An exporter's markets in FAO's matrix, as ``declared`` by it or by its buyers."""

    def __init__(self, table: Fao, exporter: str, declared: str) -> None:
        self.table, self.exporter, self.declared = table, exporter, declared

    def cells(self, first: Window, second: Window) -> Mapping[str, tuple[Cell, Cell]]:
        """Return its sales by market, of those who declare in both years."""
        years = reading.years(first, second)
        if self.declared == "exporter" and not self.table.reports("exporter", self.exporter, years):
            return {}
        amounts = self.table.declared[self.declared]
        markets = sorted({n for i, n, y in amounts if i == self.exporter and y in years})
        if self.declared == "importer":
            markets = [n for n in markets if self.table.reports("importer", n, years)]
        return {
            n: (
                self.table.cell(self.declared, self.exporter, n, years[0]),
                self.table.cell(self.declared, self.exporter, n, years[1]),
            )
            for n in markets
        }

    def growth(self, first: Window, second: Window) -> float:
        """Return the growth of the world's trade in the good."""
        before, after = self.world(first, second)
        return after / before

    def world(self, first: Window, second: Window) -> tuple[float, float]:
        """Return the world's trade in the good in both windows."""
        return self.table.world(self.declared, reading.years(first, second))

    def total(self, window: Window) -> float:
        """Return its sales that are seen."""
        year = reading.year(window)
        amounts = self.table.declared[self.declared]
        return sum(v for (i, _, y), v in amounts.items() if (i, y) == (self.exporter, year))


class FaoSuppliers:
    """An importer's suppliers in FAO's matrix, as it declares; ``without`` is the seller hit."""

    def __init__(self, table: Fao, importer: str, without: str) -> None:
        self.table, self.importer, self.without = table, importer, without

    def cells(self, first: Window, second: Window) -> Mapping[str, tuple[Cell, Cell]]:
        """Return its purchases by seller; none where it does not declare in both years."""
        years = reading.years(first, second)
        if not self.table.reports("importer", self.importer, years):
            return {}
        amounts = self.table.declared["importer"]
        sellers = sorted({i for i, n, y in amounts if n == self.importer and y in years})
        return {
            i: (
                self.table.cell("importer", i, self.importer, years[0]),
                self.table.cell("importer", i, self.importer, years[1]),
            )
            for i in sellers
        }

    def growth(self, first: Window, second: Window) -> float:
        """Return the growth of its purchases of other crops from others than the seller hit."""
        return self.table.other_demand(self.importer, self.without, reading.years(first, second))

    def total(self, window: Window) -> float:
        """Return its purchases that are seen."""
        year = reading.year(window)
        amounts = self.table.declared["importer"]
        return sum(v for (_, n, y), v in amounts.items() if (n, y) == (self.importer, year))
