"""Published magnitudes: a row of the shared facts, or a value a recipe gives with its source."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from coverage_build.recipes import Entry

COLUMNS = ("product", "period", "importer", "unit", "quantity")  # what may single out a row


class Fact(NamedTuple):
    """A magnitude: USD million at customs value, its year, and how it reads."""

    usd: float
    year: int
    words: str


class Quote(NamedTuple):
    """A magnitude as published: million of its currency, units of it a dollar, year and source."""

    value: float
    currency: str
    per_usd: float
    year: int
    source: str


class Balance(NamedTuple):
    """Magnitudes added up, less others: USD million at customs value."""

    usd: float
    words: str
    years: tuple[int, ...]


class _Quote(NamedTuple):
    """A magnitude as its source has it; ``unit`` is a currency and mn or bn."""

    value: float
    unit: str
    year: int
    source: str


@dataclass(frozen=True)
class Facts:
    """The shared facts; ``shared`` is the reference-data folder."""

    shared: Path

    @cached_property
    def per_usd(self) -> dict[tuple[str, int], float]:
        """(currency, year) -> units of the currency for a US dollar, mean of the year."""
        path = self.shared / "data/measures/exchange_rates.csv"
        with path.open(encoding="utf-8") as file:
            return {
                (row["currency"], int(row["year"])): float(row["per_usd"])
                for row in csv.DictReader(file)
            }

    def quote(self, entry: Entry) -> Quote:
        """Return the magnitude an entry names, as it was published."""
        value, unit, year, source = self._row(entry) if "file" in entry else _given(entry)
        currency, scale = unit.split()
        rate = 1.0 if currency == "USD" else self.per_usd[currency, year]
        return Quote(value * (1000.0 if scale == "bn" else 1.0), currency, rate, year, source)

    def fact(self, entry: Entry) -> Fact:
        """Return the magnitude an entry names, in US dollars."""
        million, currency, rate, year, source = self.quote(entry)
        words = f"{currency} {million:,.5g} mn of {year} ({source})"
        if currency != "USD":
            words += f" at {rate} per USD"
        return Fact(million / rate, year, words)

    def balance(self, plus: Iterable[Entry], minus: Iterable[Entry]) -> Balance:
        """Return the sum of some entries less the sum of others."""
        added, taken = [self.fact(e) for e in plus], [self.fact(e) for e in minus]
        words = " plus ".join(f.words for f in added) + "".join(f" less {f.words}" for f in taken)
        usd = sum(f.usd for f in added) - sum(f.usd for f in taken)
        return Balance(usd, words, tuple(f.year for f in added))

    def _row(self, entry: Entry) -> _Quote:
        """Read the one row of a file that the entry's columns single out."""
        name = entry["file"]
        wanted = {k: v for k, v in entry.items() if k in COLUMNS}
        if "outcomes" in name:
            wanted["measure"] = "value"
        with (self.shared / "data" / name).open(encoding="utf-8") as file:
            rows = [r for r in csv.DictReader(file) if all(r[k] == v for k, v in wanted.items())]
        if len(rows) != 1:
            raise SystemExit(f"{name}: {len(rows)} rows for {wanted}")
        row = rows[0]
        start = row["period"][:4]
        year = int(entry.get("year", start if start.isdigit() else 0))
        named = [row[k] for k in ("source_publisher", "source_date") if row.get(k)]
        # who published it, without the way it was had
        source = (", ".join(named) or row.get("source_url", "")).partition(" via ")[0]
        return _Quote(float(row["value"]), row["unit"], year, source)


def _given(entry: Entry) -> _Quote:
    return _Quote(float(entry["value"]), entry["unit"], int(entry["year"]), entry["source"])
