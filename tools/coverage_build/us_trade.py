"""United States trade by six-digit code: imports by partner, and exports to those who retaliate."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from countervail import labels

IMPORTS = "data/us-imports-2024/us_imports_2024_hs6_by_partner.parquet"
EXPORTS = "data/us-tariffs-tradewartracker"
ALL = "*"  # every partner together


@dataclass(frozen=True)
class UsTrade:
    """Trade of the United States in 2024, USD at customs value.

    Attributes:
        shared: reference-data folder.
        countries: the world's countries, ISO3; partners that are none of them are ROW.
    """

    shared: Path
    countries: Collection[str]

    @cached_property
    def imports(self) -> dict[str, dict[str, float]]:
        """Partner -> HS6 -> imports, USD; EU is one partner, "*" all of them."""
        found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for partner, code, value in self._rows():
            if code not in labels.hs6_sector():
                continue  # HS 98 and 99: no sector
            found[self._partner(partner)][code] += value
            found[ALL][code] += value
        return {partner: dict(values) for partner, values in found.items()}

    @cached_property
    def sector_totals(self) -> dict[str, dict[str, float]]:
        """Partner -> sector -> imports, USD."""
        totals: dict[str, dict[str, float]] = {}
        for partner, values in self.imports.items():
            by_sector: dict[str, float] = defaultdict(float)
            for code, value in values.items():
                by_sector[labels.hs6_sector()[code]] += value
            totals[partner] = dict(by_sector)
        return totals

    def exports(self, name: str) -> dict[str, float]:
        """Return exports by HS6, USD, to the country whose retaliation list ``name`` is."""
        with (self.shared / EXPORTS / name).open(encoding="utf-8-sig") as file:
            return {row["hs-code"].zfill(6): float(row["exports"]) for row in csv.DictReader(file)}

    def _rows(self) -> list[tuple[str, str, float]]:
        # Slovakia stands in the source beside the European Union that contains it
        query = (
            f"select partner, hs6, sum(imports_usd) from '{self.shared / IMPORTS}' "
            "where partner <> 'SVK' group by 1, 2 order by 1, 2"
        )
        rows: list[tuple[str, str, float]] = duckdb.connect().execute(query).fetchall()
        return rows

    def _partner(self, code: str) -> str:
        if code == "EUU":
            return "EU"
        return code if code in self.countries else "ROW"
