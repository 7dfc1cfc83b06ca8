"""What the codes of a good pay by the tariff of the importer, and what was collected of them.

Of a code, in this order: a rate published of the code itself (``own_duty.csv``, of the law date),
the mean of its tariff lines where all of them are ad valorem. A line with a specific duty has no
rate, and neither has a code under a tariff quota: they are not known. The mean over the codes known
is weighted by what the United States bought of each in 2024, as the world's own means by sector
are (``tools/world_build/line_means.py``). Into the United States a good bears what was collected.

Of sources for development only no line leaves this module: means are rounded to a tenth of a point.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
from world_build import inputs, line_means
from world_build.tariffs import LAW_DATE

from countervail import labels
from countervail.ledger import concordance
from countervail.world.goods import Good

QUOTAS = Path(__file__).with_name("tariff_quotas.toml")
PUBLISHED = "data/measures/lists/own_duty.csv"
LEAST_SOLD = 1e6
"""USD of customs value a seller's collected duty on a good is taken from; below it none is."""

WORDS = {
    "EU27": "Common Customs Tariff, January 2021 (in the UK Global Tariff's table)",
    "GBR": "UK Global Tariff, January 2021",
    "JPN": "Japan Customs, schedule of 2026-07-09, MFN",
    "CHN": "own means of China's MFN lines of 2018 with the changes of that year "
    "(Bown, Jung, Zhang 2019)",
    "AUS": "base rates of 2014 in the Regional Comprehensive Economic Partnership",
}
"""Sources of tariff lines, by importer."""


class CodesPay(NamedTuple):
    """What a good's codes pay into a market, of every seller without a preference.

    Attributes:
        importer: a country, or ``EU27`` for its members.
        rate: of what is known, a fraction.
        part: of the good that is known, by what the United States bought.
    """

    importer: str
    rate: float
    part: float

    @property
    def members(self) -> tuple[str, ...]:
        """The countries whose tariff it is."""
        return labels.group("EU27") if self.importer == "EU27" else (self.importer,)


class CodeDuties:
    """Readers of what codes pay, of one reference-data folder."""

    def __init__(self, shared: Path) -> None:
        self.shared = shared
        self.bought = line_means.us_imports(shared)
        self.lines = {one: line_means.read(shared, one) for one in line_means.SOURCES}
        self.published = _published(shared)
        self.markets = tuple(dict.fromkeys([*self.lines, *self.published]))

    def pay(self, good: Good) -> Iterator[CodesPay]:
        """Yield what a good's codes pay, by market that anything is known of."""
        codes = sorted(concordance.subheadings(*good.codes))
        weight = {code: self.bought.get(code, 0.0) for code in codes}
        if not any(weight.values()):
            weight = dict.fromkeys(codes, 1.0)
        whole = sum(weight.values())
        for market in self.markets:
            rates = {code: rate for code in codes if (rate := self._rate(market, code)) is not None}
            known = sum(weight[code] for code in rates)
            if known > 0:
                paid = sum(weight[code] * rate for code, rate in rates.items()) / known
                yield CodesPay(market, round(paid + 1e-9, 1) / 100.0, known / whole)

    def _rate(self, market: str, code: str) -> float | None:
        """Return the rate of a code in per cent; None where it is not known."""
        if code in _quotas().get(market, frozenset()):
            return None
        if code in self.published.get(market, {}):
            return self.published[market][code]
        if market not in self.lines:
            return None
        edition = line_means.earlier(self.shared, line_means.SOURCES[market].edition)
        lines = self.lines[market].get(edition.get(code, code), [None])
        known = [rate for rate in lines if rate is not None]
        return float(np.mean(known)) if len(known) == len(lines) else None


@cache
def tariff_quotas() -> list[dict[str, Any]]:
    """Return the rows of codes under tariff quotas: importer, hs and why."""
    return list(tomllib.loads(QUOTAS.read_text("utf-8"))["quota"])


@cache
def _quotas() -> Mapping[str, frozenset[str]]:
    """Return the codes under tariff quotas, by importer."""
    return {row["importer"]: concordance.subheadings(tuple(row["hs"])) for row in tariff_quotas()}


def _published(shared: Path) -> dict[str, dict[str, float]]:
    """Return rates of codes in force on the law date of the tariffs, per cent; the narrowest row's.

    Rows without one number for a rate (in and above a quota, by line) say nothing of a code. The
    United States are left out: of them it is known what was collected.
    """
    widths: dict[tuple[str, str], int] = {}
    found: dict[str, dict[str, float]] = {}
    with (shared / PUBLISHED).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["importer"] == "USA" or not row["mfn_rate"].replace(".", "", 1).isdigit():
                continue
            day = str(LAW_DATE)  # dates are days or years
            if row["from"] > day or (row["until"] and row["until"] < day):
                continue
            words = tuple(word.strip().replace(".", "") for word in row["hs"].split(","))
            codes = concordance.subheadings(words)
            for code in codes:
                key = row["importer"], code
                if len(codes) <= widths.get(key, len(codes)):
                    widths[key] = len(codes)
                    found.setdefault(row["importer"], {})[code] = float(row["mfn_rate"])
    return found


def collected(shared: Path, good: Good, countries: tuple[str, ...]) -> dict[str, float]:
    """Return what the United States collected on a good in 2024, by seller, a fraction.

    The European Union's rate is its members'; partners that are no country of the world are its
    rest. A seller of less than ``LEAST_SOLD`` has none.
    """
    codes = sorted(concordance.subheadings(*good.codes))
    rows = duckdb.execute(
        "select partner, sum(imports_usd), sum(calculated_duty_usd) from read_parquet(?) "
        "where partner <> 'SVK' and list_contains(?, hs6) group by all order by partner",
        [str(inputs.path(shared, "us_imports_hs6")), codes],
    ).fetchall()
    sums: dict[str, tuple[float, float]] = {}
    for partner, value, duty in rows:
        named = labels.group("EU27") if partner == "EUU" else (partner,)
        for seller in (one if one in countries else "ROW" for one in named):
            was = sums.get(seller, (0.0, 0.0))
            sums[seller] = was[0] + value, was[1] + duty
    return {
        seller: round(duty / value, 5)
        for seller, (value, duty) in sums.items()
        if value >= LEAST_SOLD and seller != "USA"
    }
