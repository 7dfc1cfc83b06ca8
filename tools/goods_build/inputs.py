"""The reference data that the table of goods is made from, read as plain mappings.

Countries are ISO 3166 three-letter codes. Files whose terms do not allow them to be passed on
(UN Comtrade, ITC, the aluminium flows) are read for totals by exporter and by importer only.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from countervail import labels
from countervail.errors import InputError
from countervail.ledger import concordance

Pairs = dict[tuple[str, str], float]
Totals = dict[str, float]

BALANCE_YEARS = ("2018", "2019", "2020")
CIF = 1.06
"""CIF over FOB, the factor of FAO's carrier."""

CAD = 1.3013
"""Canadian dollars for one of the United States, 2022 (countervail/data/exchange_rates.csv)."""

POUNDS = 2204.62
"""In a tonne: two IMF series are in US cents a pound."""


class Inputs:
    """Readers of one reference-data folder; each file is read once."""

    def __init__(self, shared: Path) -> None:
        self.data = shared / "data"
        self._balances: dict[str, list[dict[str, str]]] = {}
        self._us: dict[tuple[str, str], float] = {}

    def fao(self, items: Sequence[str], year: int = 2022) -> Pairs:
        """Return trade in FAO items by pair, USD: as exporters declare, else as importers do.

        What importers declare is at CIF, taken at 1 / 1.06 of it, the factor of the source.
        """
        path = self.data / "faostat-tm-2015-2024/faostat_tm_bilateral_2015_2024.parquet"
        rows = duckdb.execute(
            f"select exporter, importer, sum(coalesce(x_kusd, m_kusd / {CIF})) "
            "from read_parquet(?) where year = ? and list_contains(?, item) group by all",
            [str(path), year, list(items)],
        ).fetchall()
        return {(i, n): 1000.0 * float(v) for i, n, v in rows if v and i != n}

    def farm(self, year: int = 2022) -> Pairs:
        """Return trade in all FAO items of the sector of agriculture by pair, USD."""
        path = self.data / "faostat-tm-2015-2024/faostat_tm_bilateral_2015_2024.parquet"
        rows = duckdb.execute(
            f"select exporter, importer, sum(coalesce(x_kusd, m_kusd / {CIF})) "
            'from read_parquet(?) where year = ? and "primary" group by all',
            [str(path), year],
        ).fetchall()
        return {(i, n): 1000.0 * float(v) for i, n, v in rows if v and i != n}

    def balances(self, items: Sequence[str], column: str) -> Totals:
        """Return a column of the food balances by country, tonnes a year, mean of three years."""
        found: Totals = defaultdict(float)
        for item in items:
            for row in self._balance(item):
                if row[column]:
                    found[row["iso3"]] += 1000.0 * float(row[column]) / len(BALANCE_YEARS)
        return dict(found)

    def _balance(self, item: str) -> list[dict[str, str]]:
        if not self._balances:
            path = "fao-food-balances-2010-2020/fbs_country_item_2010_2020.csv.gz"
            for row in self._rows(path):
                if row["year"] in BALANCE_YEARS:
                    self._balances.setdefault(row["item"], []).append(row)
        return self._balances[item]

    def forestry(self, item: str, column: str, year: str = "2022") -> Totals:
        """Return exports, imports or production of a forest product by country, as the source."""
        rows = self._rows("forestry-totals-fao/forestry_country_item_2010_2022.csv.gz")
        return {
            r["iso3"]: float(r[column])
            for r in rows
            if r["item"] == item and r["year"] == year and r[column]
        }

    def vehicles(self, what: str, year: str = "2022") -> Totals:
        """Return vehicles made (``production``) or sold (``sales``) by country, units."""
        name = {"production": "production_2006_2022.csv", "sales": "sales_2005_2023.csv"}[what]
        found: Totals = defaultdict(float)
        for row in self._rows(f"oica-vehicles/{name}"):
            if row["year"] == year and row["iso3"] and row["units"]:
                found[row["iso3"]] += float(row["units"])
        return dict(found)

    def comtrade(self, hs6: Sequence[str], year: int = 2022) -> Pairs:
        """Return imports of electric cars or batteries by pair, USD (CIF / 1.06)."""
        path = "comtrade-imports-ev-battery-minerals-2018-2024/comtrade_imports_bilateral.parquet"
        return self._pairs(path, "", hs6, year)

    def selection(self, hs6: Sequence[str], year: int = 2022) -> Pairs:
        """Return imports by pair as a selection of importers declares them, USD (CIF / 1.06)."""
        path = "comtrade-hs6-china-brazil-portugal-top/comtrade_hs6_top_flows_2010_2025.parquet"
        return self._pairs(path, "and reported_by = 'importer'", hs6, year)

    def _pairs(self, path: str, more: str, hs6: Sequence[str], year: int) -> Pairs:
        rows = duckdb.execute(
            "select exporter, importer, sum(usd) from read_parquet(?) "
            f"where year = ? and list_contains(?, hs6) {more} group by all",
            [str(self.data / path), year, list(hs6)],
        ).fetchall()
        return {(i, n): float(v) / CIF for i, n, v in rows if v and i != n}

    def wine(self, flow: str, year: str = "2018") -> Totals:
        """Return exports or imports of wine by country, USD."""
        rows = self._rows("wine-2204-itc-2001-2018/wine_2204_by_country_2001_2018.csv")
        return {
            r["iso3"]: 1000.0 * float(r["kusd"])
            for r in rows
            if r["flow"] == flow and r["year"] == year and r["iso3"] and r["kusd"]
        }

    def aluminium(self, year: str = "2017") -> Pairs:
        """Return trade in unwrought aluminium by pair, tonnes, as the authors reconciled it."""
        path = "aluminium-unwrought-2000-2017/aluminium_chain_bilateral_tonnes_2000_2017.csv.gz"
        return {
            (r["exporter"], r["importer"]): float(r["recon_tonnes"])
            for r in self._rows(path)
            if r["product"] == "aluminium"
            and r["year"] == year
            and r["recon_tonnes"]
            and r["exporter"] != r["importer"]
        }

    def aluminium_made(self, year: str = "2017") -> Totals:
        """Return primary aluminium made by country, tonnes."""
        found: Totals = defaultdict(float)
        for row in self._rows("aluminium-unwrought-2000-2017/aluminium_production_usgs.csv"):
            if row["Year"] == year and row["Value"]:
                try:
                    found[labels.country(row["Country"])] += 1000.0 * float(row["Value"])
                except (InputError, ValueError):
                    continue  # groups of countries, and notes
        return dict(found)

    def fact(
        self,
        *,
        series: str,
        product: str,
        measure: str,
        exporter: str,
        importer: str,
        file: str = "published-bilateral-facts/facts.csv",
        period: str = "",
    ) -> float:
        """Return a published figure; of any period, if none is named.

        Raises:
            LookupError: there is none, or more than one.
        """
        found = [
            float(r["value"])
            for r in self._rows(file)
            if (r["series"], r["product"], r["measure"]) == (series, product, measure)
            and (r["exporter"], r["importer"]) == (exporter, importer)
            and period in ("", r["period"])
        ]
        if len(found) != 1:
            raise LookupError(f"{len(found)} facts {series} {product} {exporter}>{importer}")
        return found[0]

    def potash(self) -> tuple[Totals, Totals, float]:
        """Return exports and imports of potash by country in 2014, and the world's, 1000 t K2O."""
        exports: Totals = {}
        imports: Totals = {}
        world = 0.0
        for r in self._rows("published-bilateral-facts/facts.csv"):
            if r["series"] != "potash-2014":
                continue
            value = float(r["value"])
            if r["exporter"] == r["importer"] == "WLD":
                world = value
            elif r["importer"] == "WLD":
                exports[r["exporter"]] = value
            else:
                imports[r["importer"]] = value
        return exports, imports, world

    def us_imports(self, hs: Sequence[str], except_hs: Sequence[str] = ()) -> Totals:
        """Return what the United States imported of some codes in 2024, by seller, USD.

        The European Union is one seller (EUU).
        """
        codes = concordance.subheadings(tuple(hs), tuple(except_hs))
        found: Totals = defaultdict(float)
        for (seller, hs6), value in self._us_table().items():
            if hs6 in codes:
                found[seller] += value
        return dict(found)

    def us_sector(self, sector: str) -> float:
        """Return what the United States imported of a sector's codes in 2024, USD."""
        codes = {code for code, home in labels.hs6_sector().items() if home == sector}
        return sum(value for (_, hs6), value in self._us_table().items() if hs6 in codes)

    def _us_table(self) -> dict[tuple[str, str], float]:
        if not self._us:
            path = self.data / "us-imports-2024/us_imports_2024_hs6_by_partner.parquet"
            rows = duckdb.execute(
                "select partner, hs6, sum(imports_usd) from read_parquet(?) "
                "where partner <> 'SVK' group by all",
                [str(path)],
            ).fetchall()
            self._us = {(partner, hs6): float(value) for partner, hs6, value in rows}
        return self._us

    def price(self, series: str, year: str = "2022") -> float:
        """Return a commodity price of the IMF, USD a tonne or cubic metre."""
        for row in self._rows("growth-imf-weo-2025-10/weo_2025_10_commodity_prices.csv"):
            if row["concept"] == series and row["year"] == year:
                pounds = row["unit"] == "USCPP"
                return float(row["value"]) * (POUNDS / 100.0 if pounds else 1.0)
        raise LookupError(f"no price {series} in {year}")

    def protee(self) -> dict[str, float]:
        """Return the tariff elasticity of six-digit products with an estimate of their own."""
        return {
            r["hs2022"]: float(r["sigma"])
            for r in self._rows("protee-hs6/protee_hs2022.csv")
            if r["fill"] == "hs6"
            and r["sigma"]
            and not float(r["zero"] or 0)
            and not float(r["positive"] or 0)
        }

    def rauch(self) -> dict[str, tuple[str, str]]:
        """Return conservative and liberal class by four-digit code of SITC, revision 2."""
        rows = self._rows("rauch-classification/rauch_sitc4_rev2.csv")
        return {r["sitc4"]: (r["con"], r["lib"]) for r in rows}

    def _rows(self, path: str) -> list[dict[str, Any]]:
        raw = (self.data / path).read_bytes()
        text = (gzip.decompress(raw) if path.endswith(".gz") else raw).decode("utf-8")
        return list(csv.DictReader(io.StringIO(text, newline="")))


def by_exporter(pairs: Mapping[tuple[str, str], float]) -> Totals:
    """Return sums over importers."""
    return _summed((i, v) for (i, _), v in pairs.items())


def by_importer(pairs: Mapping[tuple[str, str], float]) -> Totals:
    """Return sums over exporters."""
    return _summed((n, v) for (_, n), v in pairs.items())


def _summed(entries: Iterable[tuple[str, float]]) -> Totals:
    found: Totals = defaultdict(float)
    for code, value in entries:
        found[code] += value
    return dict(found)


def share_of(inputs: Inputs, pair: Mapping[str, object]) -> float:
    """Return a published share of the seller's exports or the market's imports, or USD million."""
    words = {key: str(pair[key]) for key in ("series", "product", "measure")}
    words |= {key: str(pair[key]) for key in ("file", "period") if key in pair}
    exporter, importer = str(pair["exporter"]), str(pair["importer"])
    part = inputs.fact(**words, exporter=exporter, importer=importer)
    if pair["of"] == "CAD million":
        return part / CAD
    if "total" in pair:
        return part / float(str(pair["total"]))
    whole = (exporter, "WLD") if pair["of"] == "exports" else ("WLD", importer)
    return part / inputs.fact(**words, exporter=whole[0], importer=whole[1])
