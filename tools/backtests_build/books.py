"""Electric cars, the United States' imports and published figures, each set as a book of trade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from backtests_build import reading
from backtests_build.measuring import Cell
from backtests_build.reading import Amounts
from countervail import labels
from countervail.backtests.episode import OTHERS
from countervail.backtests.header import Published
from countervail.backtests.windows import Window

CAR_CODES = ("870380", "870360", "870370", "850760")
"""Electric cars, and what the importer's other demand is seen in: plug-in cars and batteries."""

NOT_GOODS = ("00", "98", "99", "910", "920", "930", "980", "990")
"""Totals, waste, returned and special goods of the United States' imports."""

BLOCS = ("EUROPEAN UNION", "USMCA (NAFTA)", "TOTAL FOR ALL COUNTRIES")


class Cars:
    """Imports of electric cars by origin, every pair: an absent one is zero."""

    def __init__(self, data: Path, codes: Sequence[str], side: str, pair: tuple[str, str]) -> None:
        name = "comtrade-imports-ev-battery-minerals-2018-2024/comtrade_imports_bilateral.parquet"
        rows = reading.rows(
            "select exporter, importer, year, list_contains(?, hs6), sum(usd)::double "
            "from read_parquet(?) where list_contains(?, hs6) and exporter <> importer "
            "group by all order by all",
            *(list(codes), str(data / name), list(CAR_CODES)),
        )
        self._cars: Amounts = {(i, n, y): v for i, n, y, own, v in rows if own and v}
        self._other: Amounts = {(i, n, y): v for i, n, y, own, v in rows if not own and v}
        self._declare = {(n, y) for _, n, y in self._cars}
        self.side, (self.exporter, self.importer) = side, pair
        self.party = self.exporter if side == "exporter" else self.importer

    def cells(self, first: Window, second: Window) -> Mapping[str, tuple[Cell, Cell]]:
        """Return the party's trade by partner, of buyers who declare in both years."""
        years = reading.years(first, second)
        found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for (i, n, y), value in self._cars.items():
            party, partner = (i, n) if self.side == "exporter" else (n, i)
            if party == self.party and y in years and self._both(n, years):
                found[partner][years.index(y)] += value
        return {
            partner: (Cell(before, before), Cell(after, after))
            for partner, (before, after) in sorted(found.items())
        }

    def growth(self, first: Window, second: Window) -> float:
        """Return the growth of the world's imports, or of the importer's of other codes."""
        before, after = self.world(first, second)
        return after / before

    def world(self, first: Window, second: Window) -> tuple[float, float]:
        """Return what growth is measured by in both windows, of buyers who declare in both."""
        years = reading.years(first, second)
        amounts = self._cars if self.side == "exporter" else self._other
        totals = dict.fromkeys(years, 0.0)
        for (i, n, y), value in amounts.items():
            counts = self.side == "exporter" or (n == self.importer and i != self.exporter)
            if y in totals and counts and self._both(n, years):
                totals[y] += value
        return totals[years[0]], totals[years[1]]

    def total(self, window: Window) -> float:
        """Return the party's trade."""
        year, place = reading.year(window), 0 if self.side == "exporter" else 1
        return sum(v for key, v in self._cars.items() if (key[place], key[2]) == (self.party, year))

    def _both(self, importer: str, years: tuple[int, int]) -> bool:
        return all((importer, year) in self._declare for year in years)


UsTable = dict[tuple[str, str], dict[int, float]]
"""Amounts by seller and code, then by month."""


class UnitedStates:
    """Imports of the United States by seller, month and chapter or industry."""

    def __init__(self, data: Path, kind: str, codes: Sequence[str], hit: str) -> None:
        table = _us_table(data, kind, "imports_usd")
        self._all, self._duty = table, _us_table(data, kind, "duty_usd")
        self.codes, self.hit = frozenset(codes), hit
        unknown = self.codes - {code for _, code in table}
        if unknown:
            raise LookupError(f"no {kind} {', '.join(sorted(unknown))}")

    def cells(self, first: Window, second: Window) -> Mapping[str, tuple[Cell, Cell]]:
        """Return purchases by seller; those the source does not name are one."""
        return {
            seller: (Cell(before, before), Cell(after, after))
            for seller, (before, after) in self._by_seller(self._all, first, second).items()
        }

    def growth(self, first: Window, second: Window) -> float:
        """Return the growth of purchases of other goods, from others than the seller hit."""
        codes = {code for _, code in self._all if code not in NOT_GOODS} - self.codes
        before, after = (
            self._sum("WLD", codes, window) - self._sum(self.hit, codes, window)
            for window in (first, second)
        )
        return after / before

    def total(self, window: Window) -> float:
        """Return all purchases of the good."""
        return self._sum("WLD", self.codes, window)

    def duties(self, first: Window, second: Window, smallest: float) -> dict[str, float]:
        """Return by how much the duty charged on each seller's goods rose, as a fraction of value.

        Sellers with a smaller part of the first window's purchases, and those that the source does
        not name, are one.
        """
        bought, charged = (
            self._by_seller(table, first, second) for table in (self._all, self._duty)
        )
        least = smallest * self.total(first)
        small = [code for code, value in bought.items() if value[0] < least or code == OTHERS]
        for table in (bought, charged):
            rest = [table.pop(code) for code in small]
            table[OTHERS] = (sum(one[0] for one in rest), sum(one[1] for one in rest))
        return {
            seller: charged[seller][1] / value[1] - charged[seller][0] / value[0]
            for seller, value in bought.items()
        }

    def _by_seller(
        self, table: UsTable, first: Window, second: Window
    ) -> dict[str, tuple[float, float]]:
        sellers = sorted({seller for seller, _ in table} - {"WLD"})
        found = {
            seller: (
                self._sum(seller, self.codes, first, table),
                self._sum(seller, self.codes, second, table),
            )
            for seller in ("WLD", *sellers)
        }
        world = found.pop("WLD")
        rest = [world[when] - sum(pair[when] for pair in found.values()) for when in (0, 1)]
        return {**found, OTHERS: (rest[0], rest[1])}

    def _sum(
        self, seller: str, codes: Iterable[str], window: Window, table: UsTable | None = None
    ) -> float:
        months, read = range(window.first, window.last + 1), self._all if table is None else table
        return sum(
            read.get((seller, code), {}).get(month, 0.0) for code in codes for month in months
        )


@cache
def _us_table(data: Path, kind: str, column: str) -> UsTable:
    """Return imports or the duty charged on them, USD, by seller (``WLD``: all) and code."""
    folder = data / "us-imports-monthly"
    if kind == "us-chapters":
        query = f"select partner, hs2, month, {column} from read_parquet(?)"
        path = folder / "us_imports_hs2_by_partner_2013_2021m06.parquet"
    else:
        query = f"select partner_name, naics3, month, {column} from read_parquet(?)"
        path = folder / "us_imports_naics3_by_partner_2013_2025m11.parquet"
    found: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for partner, code, month, value in reading.rows(query, str(path)):
        seller = _seller(partner)
        if seller:
            found[seller, code][_month(month)] = float(value or 0.0)
    return dict(found)


@cache
def _month(words: str) -> int:
    """Return a month such as ``2018-10``, counted from year 0."""
    return Window.parse(f"{words}/{words}").first


@cache
def _seller(partner: str) -> str:
    """Return a seller's code, ``WLD`` for all, nothing for a bloc that holds others."""
    if partner in ("WLD", "TOTAL FOR ALL COUNTRIES"):
        return "WLD"
    if partner in BLOCS:
        return ""
    return labels.country("South Korea" if partner == "KOREA, SOUTH" else partner)


class Quoted:
    """Published figures of an exporter's markets; nothing to adjust them by is published."""

    def __init__(self, figures: Sequence[Published], windows: tuple[Window, Window]) -> None:
        self._figures, self._windows = figures, windows

    def cells(self, first: Window, second: Window) -> Mapping[str, tuple[Cell, Cell]]:
        """Return the figures by market; what the world's figure has beside them is one."""
        if (first, second) != self._windows:
            return {}
        found = {one.partner: (one.before, one.after) for one in self._figures}
        world = found.pop("WLD", None)
        if world:
            named = [sum(pair[when] for pair in found.values()) for when in (0, 1)]
            found[OTHERS] = (world[0] - named[0], world[1] - named[1])
        return {
            partner: (Cell(before, before), Cell(after, after))
            for partner, (before, after) in found.items()
        }

    def growth(self, first: Window, second: Window) -> float:
        """Return 1, as nothing is published to adjust by.

        Raises:
            ValueError: other windows than those that are published.
        """
        if (first, second) != self._windows:
            raise ValueError(f"nothing is published of {first} and {second}")
        return 1.0

    def total(self, window: Window) -> float:
        """Return the sum of the figures."""
        when = self._windows.index(window)
        return sum(pair[when].middle for pair in self.cells(*self._windows).values())
