"""Sector means of MFN rates from tariff lines: EU, UK, Japan, China, Australia; India from groups.

The mean over a sector's six-digit subheadings of the mean of their lines, weighted by what the
United States bought of each from the world in 2024 (the same pattern for all), simple where it
bought nothing. A line without an ad valorem rate takes the WTO's mean of its product group (China,
European Union, Japan), else the importer's broad-sector mean. Of sources for development only no
line leaves this module: means are rounded to a tenth of a point.
"""

from __future__ import annotations

import csv
import gzip
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from coverage_build import us_trade

from countervail.ledger import concordance
from world_build import inputs

GROUPS = Path(__file__).with_name("wto_groups.toml")
WTO_YEAR = "2022"
WTO_NAME = {"CHN": "CHN", "EU27": "EUU", "JPN": "JPN", "IND": "IND"}

Lines = Mapping[str, list[float | None]]
"""Rates of lines by six-digit subheading, per cent; None for a rate that is not ad valorem."""


class Mean(NamedTuple):
    """A sector's mean rate, per cent to a tenth.

    Attributes:
        rate: the mean.
        specific: the weight of subheadings with a line that has no ad valorem rate, 0 to 1.
        lines: how many lines it is of; 0 for means of groups.
    """

    rate: float
    specific: float
    lines: int


class Source(NamedTuple):
    """Where an importer's lines are, and how they are read.

    Attributes:
        file: key of the input.
        edition: of the Harmonized System.
        rate: the rate in a row, per cent; None where it is not ad valorem.
        code: column of the line's code.
        digits: lines are told apart by these digits; finer rows are averaged first.
    """

    file: str
    edition: str
    rate: Callable[[Mapping[str, str]], float | None]
    code: str
    digits: int = 12


def _chinese(row: Mapping[str, str]) -> float | None:
    """Return the rate of 2018-01-01 with the MFN changes that lasted; provisional ones did not."""
    if not row["mfn_2018_01_01"]:
        return None
    changes = [k for k in row if k.startswith("mfnchg_") and not k.endswith("_temporary")]
    return float(row["mfn_2018_01_01"]) + sum(float(row[k] or 0.0) for k in changes)


def _australian(row: Mapping[str, str]) -> float | None:
    word = row["base_rate"]
    return 100.0 * float(word) if word.replace(".", "", 1).isdigit() else None


def _column(name: str) -> Callable[[Mapping[str, str]], float | None]:
    return lambda row: float(row[name]) if row[name] else None


SOURCES = {
    "EU27": Source("eu_uk_lines", "HS2017", _column("cet_ad_valorem_pct"), "commodity"),
    "GBR": Source("eu_uk_lines", "HS2017", _column("ukgt_ad_valorem_pct"), "commodity"),
    "JPN": Source("japan_lines", "HS2022", _column("mfn_applied_av"), "code9"),
    "CHN": Source("china_lines", "HS2017", _chinese, "hs10", 8),
    "AUS": Source("australia_lines", "HS2012", _australian, "hs8"),
}


def from_lines(
    shared: Path, importer: str, sectors: Sequence[str], otherwise: Mapping[str, float]
) -> dict[str, Mean]:
    """Return an importer's means by sector, from its tariff lines; sectors without any are left.

    Args:
        shared: reference-data folder.
        importer: a key of ``SOURCES``.
        sectors: goods sectors.
        otherwise: the rate by sector of lines that are not ad valorem and in no WTO table.
    """
    source = SOURCES[importer]
    held = read(shared, importer)
    parent = earlier(shared, source.edition)
    groups = wto_means(shared, WTO_NAME[importer]) if importer in WTO_NAME else {}
    group = wto_groups()
    found = {}
    for sector in sectors:
        rates: dict[str, float] = {}
        specific, count = set(), 0
        for code in _codes(sector):
            lines = held.get(parent.get(code, code), [])
            if None in lines:
                specific.add(code)
            stand_in = groups.get(group[code], otherwise[sector])
            filled = [stand_in if rate is None else rate for rate in lines]
            count += len(filled)
            if filled:
                rates[code] = float(np.mean(filled))
        if rates:
            found[sector] = _mean(shared, rates, specific, count)
    return found


def from_groups(shared: Path, importer: str, sectors: Sequence[str]) -> dict[str, Mean]:
    """Return an importer's means by sector from the WTO's means of product groups.

    Inside a group duties are weighted by the importer's own trade: a group such as motor vehicles
    holds cars and their parts.
    """
    means, group = wto_means(shared, WTO_NAME[importer], "trade_weighted"), wto_groups()
    return {
        sector: _mean(shared, {code: means[group[code]] for code in codes}, set(), 0)
        for sector in sectors
        if (codes := _codes(sector))
    }


def _mean(shared: Path, rates: Mapping[str, float], specific: set[str], count: int) -> Mean:
    bought = us_imports(shared)
    codes = sorted(rates)
    weight = np.array([bought.get(code, 0.0) for code in codes])
    if weight.sum() <= 0:
        weight = np.ones(len(codes))
    share = weight / weight.sum()
    rate = float(share @ np.array([rates[code] for code in codes]))
    with_specific = float(share @ np.array([code in specific for code in codes]))
    return Mean(round(rate + 1e-9, 1), with_specific, count)


def read(shared: Path, importer: str) -> Lines:
    """Return an importer's lines by subheading of its source's edition."""
    source = SOURCES[importer]
    by_line: dict[str, list[float | None]] = {}
    with gzip.open(inputs.path(shared, source.file), "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            line = row[source.code][: source.digits]
            by_line.setdefault(line, []).append(source.rate(row))
    found: dict[str, list[float | None]] = {}
    for line, rates in by_line.items():
        known = [rate for rate in rates if rate is not None]
        found.setdefault(line[:6], []).append(float(np.mean(known)) if known else None)
    return found


@cache
def earlier(shared: Path, edition: str) -> Mapping[str, str]:
    """Return the subheading of an earlier edition each of HS 2022 stood in; empty for HS 2022."""
    if edition == "HS2022":
        return {}
    with gzip.open(inputs.path(shared, "hs_editions"), "rt", encoding="utf-8", newline="") as file:
        return {r["hs2022"]: r["other"] for r in csv.DictReader(file) if r["vintage"] == edition}


@cache
def us_imports(shared: Path) -> Mapping[str, float]:
    """Return what the United States bought from the world in 2024 by subheading, USD."""
    inputs.path(shared, "us_imports_hs6")
    return us_trade.UsTrade(shared, ()).imports[us_trade.ALL]


@cache
def wto_means(shared: Path, name: str, column: str = "simple_average") -> Mapping[str, float]:
    """Return the mean of MFN applied duties by product subgroup, per cent."""
    with inputs.path(shared, "wto_groups").open(encoding="utf-8", newline="") as file:
        return {
            r["product_code"]: float(r[column])
            for r in csv.DictReader(file)
            if r["iso3"] == name and r["year"] == WTO_YEAR
        }


@cache
def wto_groups() -> Mapping[str, str]:
    """Return the WTO's product subgroup of every subheading of HS 2022."""
    table = tomllib.loads(GROUPS.read_text("utf-8"))
    codes = concordance.codes()
    narrow: dict[str, tuple[int, str]] = {}
    for group, words in table.items():
        for word in words:
            first, last = concordance.span(word)
            width = last - first
            for code in codes[first:last]:
                if code not in narrow or width < narrow[code][0]:
                    narrow[code] = width, group
    missing = [code for code in codes if code not in narrow]
    if missing:
        raise SystemExit(f"{GROUPS.name}: {missing[0]} is in no group ({len(missing)} such codes)")
    return {code: group for code, (_, group) in narrow.items()}


def _codes(sector: str) -> list[str]:
    return [concordance.codes()[k] for k in concordance.positions(sector)]
