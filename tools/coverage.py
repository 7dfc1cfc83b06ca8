"""Compute the `[[coverage]]` blocks of the measures from the shared data.

    python tools/coverage.py --shared ../shared            # print what differs from the files
    python tools/coverage.py --shared ../shared --write    # rewrite the coverage of each file

A coverage block says which part of a pair's trade in a sector a product group makes up. The order
of preference is MODEL.md's: product-level trade (`hs_trade`; here United States imports by HS6,
2024), published values (`published`), the pattern of United States imports from the same exporter
(`proxy`), equal weights over the sector's six-digit codes (`equal`). What cannot be worked out from
the product list alone stands in `coverage_recipes.toml` beside this file, each number there being a
row of the shared facts. The result is deterministic: same data, same bytes.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

HERE = Path(__file__).resolve().parent
MEASURES = HERE.parent / "src" / "countervail" / "ledger" / "measures"
FENCE = "# ---- coverage: written by tools/coverage.py; edit the recipes there, not these lines\n"
CELL_LIMIT = 0.95  # MODEL.md: the estimated lines of one cell sum to at most this
PROCESSING = {"A01": "C10T12", "A03": "C10T12", "B07": "C24B"}
TINY_TRADE = 20e6  # USD; a partner with less in the sector takes the all-partner mean
CLOSE = 0.01  # weights nearer than this to the all-partner mean are not listed
SMALL_SHARE = 0.002  # sectors where a list is less than this of every partner's trade are left out
EU27 = (
    *("AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV"),
    *("HUN", "IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN"),
    "SWE",
)
ESTIMATED = ("published", "proxy", "equal")


@dataclass
class Block:
    """One `[[coverage]]` table."""

    products: str
    sector: str
    weights: dict[str, float]
    basis: str
    year: int
    source: str
    span: tuple[float, float] | None = None
    note: str = ""

    def text(self) -> str:
        """The table as TOML."""
        weights = ", ".join(f"{_key(k)} = {_number(w)}" for k, w in self.weights.items())
        lines = [
            "[[coverage]]",
            f'products = "{self.products}"',
            f'sector = "{self.sector}"',
            f"weights = {{ {weights} }}",
            f'basis = "{self.basis}"',
            f"year = {self.year}",
        ]
        if self.span:
            lines.append(f"range = [{_number(self.span[0])}, {_number(self.span[1])}]")
        lines.append(f'source = "{self.source}"')
        if self.note:
            lines.append(f'note = "{self.note}"')
        return "\n".join(lines) + "\n"


def _key(word: str) -> str:
    return word if word.isalnum() else f'"{word}"'


def _number(value: float) -> str:
    rounded = float(f"{value:.3g}") if value < 0.1 else round(value, 3)
    text = f"{rounded:.6f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


@dataclass
class Data:
    """The shared inputs, read once."""

    shared: Path
    measures: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def sector_of(self) -> dict[str, str]:
        """HS6 (HS 2022) -> ICIO sector."""
        path = self.shared / "data/concordances/hs6_2022_to_gtap_to_icio.csv"
        with path.open(encoding="utf-8") as file:
            return {row["hs6"]: row["icio"] for row in csv.DictReader(file)}

    @cached_property
    def codes_in(self) -> dict[str, set[str]]:
        """ICIO sector -> its HS6 codes."""
        found: dict[str, set[str]] = defaultdict(set)
        for code, sector in self.sector_of.items():
            found[sector].add(code)
        return dict(found)

    @cached_property
    def goods(self) -> tuple[str, ...]:
        """The 27 goods sectors; electricity (HS 2716, sector D) bears no tariff in a World."""
        return tuple(sorted(s for s in self.codes_in if s[0] in "ABC"))

    @cached_property
    def _world(self) -> tuple[list[str], list[str], np.ndarray]:
        path = self.shared / "data/oecd-icio-2025-2022/icio2022_world_81x50.npz"
        with np.load(path, allow_pickle=False) as file:
            return list(map(str, file["countries"])), list(map(str, file["sectors"])), file["X"]

    @property
    def countries(self) -> list[str]:
        """ISO3 codes of the world's countries, in its order."""
        return self._world[0]

    def cell(self, exporter: str, importer: str, sector: str, year: int = 2022) -> float:
        """Purchases at basic prices, USD million; "EU" stands for its members, each apart."""
        if "EU" in (exporter, importer):
            return sum(
                self.cell(e, i, sector, year)
                for e in (EU27 if exporter == "EU" else (exporter,))
                for i in (EU27 if importer == "EU" else (importer,))
            )
        if year == 2022:
            countries, sectors, trade = self._world
        else:
            with np.load(self.shared / "data/tariffwar-cubes/icio_trade_cubes.npz") as file:
                countries = list(map(str, file[f"countries_{year}"]))
                sectors = list(map(str, file[f"sectors_{year}"]))
                trade = file[f"X_{year}"]
        return float(
            trade[countries.index(exporter), countries.index(importer), sectors.index(sector)]
        )

    @cached_property
    def customs_ratio(self) -> dict[str, float]:
        """Exporter -> BACI 2023 goods exports over ICIO 2022 goods exports (MODEL.md)."""
        folder = self.shared / "data/liberation-day-baci-2023"
        with (folder / "country_labels.csv").open(encoding="utf-8-sig") as file:
            labels = [row["iso3"] for row in csv.DictReader(file)]
        table = np.genfromtxt(folder / "trade_cepii.csv", delimiter=",", skip_header=1)
        flows = np.nan_to_num(table)
        countries, sectors, trade = self._world
        places = [sectors.index(s) for s in self.goods]
        customs, basic = {}, {}
        for iso in countries:
            if iso in labels:
                i = countries.index(iso)
                basic[iso] = float(trade[i][:, places].sum() - trade[i, i, places].sum())
                customs[iso] = float(flows[labels.index(iso)].sum() / 1e3)
        customs["EU"] = sum(customs[m] for m in EU27)
        basic["EU"] = sum(basic[m] for m in EU27)
        ratios = {iso: customs[iso] / basic[iso] for iso in basic}
        return ratios | {"CAN": 1.278, "CHN": 1.202}  # as printed there

    @cached_property
    def exchange(self) -> dict[tuple[str, int], float]:
        """(currency, year) -> units of the currency for a US dollar."""
        with (self.shared / "data/measures/exchange_rates.csv").open(encoding="utf-8") as file:
            return {
                (row["currency"], int(row["year"])): float(row["per_usd"])
                for row in csv.DictReader(file)
            }

    @cached_property
    def us_imports(self) -> dict[str, dict[str, float]]:
        """Partner -> HS6 -> United States imports 2024, USD; "*" holds all partners."""
        path = self.shared / "data/us-imports-2024/us_imports_2024_hs6_by_partner.parquet"
        rows = (
            duckdb.connect()
            .execute(
                f"select partner, hs6, sum(imports_usd) from '{path}' where partner <> 'SVK' "
                "group by 1, 2 order by 1, 2"
            )
            .fetchall()
        )
        found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for partner, code, value in rows:
            if code not in self.sector_of:
                continue  # HS 98 and 99: no sector
            name = "EU" if partner == "EUU" else partner
            if name != "EU" and name not in self.countries:
                name = "ROW"
            found[name][code] += value
            found["*"][code] += value
        return {k: dict(v) for k, v in found.items()}

    @cached_property
    def us_sector_totals(self) -> dict[str, dict[str, float]]:
        """Partner -> sector -> United States imports 2024, USD."""
        totals: dict[str, dict[str, float]] = {}
        for partner, values in self.us_imports.items():
            by: dict[str, float] = defaultdict(float)
            for code, value in values.items():
                by[self.sector_of[code]] += value
            totals[partner] = dict(by)
        return totals

    def us_exports(self, name: str) -> dict[str, float]:
        """HS6 -> United States exports to the country whose list it is, USD."""
        path = self.shared / f"data/us-tariffs-tradewartracker/{name}"
        found: dict[str, float] = defaultdict(float)
        with path.open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                found[row["hs-code"].zfill(6)] = float(row["exports"])
        return dict(found)

    def expand(self, codes: Iterable[str]) -> set[str]:
        """Chapters, headings, subheadings and ranges -> HS6 codes."""
        found: set[str] = set()
        for word in codes:
            low, _, high = word.replace(".", "").partition("-")
            if high:
                found |= {c for c in self.sector_of if low <= c[: len(low)] <= high}
            else:
                found |= {c for c in self.sector_of if c.startswith(low)}
        return found

    def listed(self, names: Iterable[str], eight: float, ten: float) -> dict[str, float]:
        """HS6 -> the part of it that a list of United States tariff lines names.

        One where the whole subheading is named (by six digits or fewer, or by a line with nothing
        after it: HTS lines ending 00 or 01); else ``eight`` where an eight-digit line of it is
        named and ``ten`` where only ten-digit lines are.
        """
        found: dict[str, float] = {}
        for name in names:
            path = self.shared / f"data/us-tariffs-tradewartracker/tariff-lists/{name}.csv"
            with path.open(encoding="utf-8-sig") as file:
                words = [row[0].replace(".", "").strip() for row in csv.reader(file) if row]
            for word in filter(str.isdigit, words):
                if len(word) <= 6:
                    found |= dict.fromkeys(self.expand([word]), 1.0)
                    continue
                whole = word[6:8] in ("00", "01") and word[8:] in ("", "00")
                part = 1.0 if whole else eight if len(word) == 8 else ten
                found[word[:6]] = max(part, found.get(word[:6], 0.0))
        return found

    def product_codes(self, measure: str, product: str) -> set[str]:
        """The HS6 codes of a product group."""
        for entry in self.measures[measure]["products"]:
            if entry["id"] == product:
                codes = self.expand(entry["hs"]) - self.expand(entry.get("except_hs", []))
                if not codes:
                    raise SystemExit(f"{measure}: product {product!r} names no HS 2022 code")
                return codes
        raise SystemExit(f"coverage_recipes.toml: {measure} has no product {product!r}")


# ---- published values


@dataclass(frozen=True)
class Fact:
    """A published magnitude: US dollars million at customs value, and how it reads."""

    usd: float
    year: int
    words: str


def fact(data: Data, entry: Mapping[str, Any]) -> Fact:
    """Read a fact named by file, and the columns that single out its row."""
    if "file" in entry:
        path = data.shared / "data" / entry["file"]
        wanted = {k: v for k, v in entry.items() if k in {"product", "period", "importer", "unit"}}
        wanted |= {"measure": "value"} if "outcomes" in entry["file"] else {}
        if "quantity" in entry:
            wanted["quantity"] = entry["quantity"]
        with path.open(encoding="utf-8") as file:
            rows = [r for r in csv.DictReader(file) if all(r[k] == v for k, v in wanted.items())]
        if len(rows) != 1:
            raise SystemExit(f"{entry['file']}: {len(rows)} rows for {wanted}")
        row = rows[0]
        value, unit = float(row["value"]), row["unit"]
        year = int(entry.get("year", row["period"][:4] if row["period"][:4].isdigit() else 0))
        source = ", ".join(
            row[k] for k in ("source_publisher", "source_date") if row.get(k)
        ) or row.get("source_url", "")
    else:
        value, unit, year = float(entry["value"]), entry["unit"], int(entry["year"])
        source = entry["source"]
    currency, scale = unit.split()
    million = value * (1000.0 if scale == "bn" else 1.0)
    words = f"{currency} {million:,.5g} mn of {year} ({source})"
    if currency != "USD":
        per_usd = data.exchange[currency, year]
        million /= per_usd
        words += f" at {per_usd} per USD"
    return Fact(million, year, words)


@dataclass
class Estimate:
    """An estimated group in one cell before the cell limit is applied."""

    measure: str
    product: str
    exporter: str
    importer: str
    sector: str
    weight: float
    basis: str
    year: int
    source: str
    codes: set[str]
    span: tuple[float, float] | None = None
    notes: list[str] = field(default_factory=list)
    code_weights: dict[str, float] | None = None
    others: dict[str, float] = field(default_factory=dict)  # weights of other exporters
    era: str = ""  # estimates of different eras were never in force together


def published(data: Data, recipe: Mapping[str, Any]) -> Iterator[Estimate]:
    """A published value of the last full year before the announcement over the base cell."""
    exporter, importer = recipe["pair"].split(">")
    sector = recipe["sector"]
    ratio = data.customs_ratio[exporter]
    plus = [fact(data, v) for v in recipe.get("value", [])]
    minus = [fact(data, v) for v in recipe.get("less", [])]
    value = (sum(f.usd for f in plus) - sum(f.usd for f in minus)) / ratio
    words = " plus ".join(f.words for f in plus) + "".join(f" less {f.words}" for f in minus)
    words += f", over {ratio:.3f} (customs over ICIO, {exporter})"
    year = int(recipe.get("year", max((f.year for f in plus), default=0)))
    if "value_cell" in recipe:  # the goods are the sector: its cell of another year
        value = data.cell(exporter, importer, sector, year)
        words = f"the whole cell of {year}"
    cell = data.cell(exporter, importer, sector)
    words += f" = USD {value:,.0f} mn = P; cell of 2022 USD {cell:,.0f} mn"
    if "base" in recipe:
        base = fact(data, recipe["base"])
        weight = value / (value + cell - base.usd / ratio)
        words += f"; R = cell less {base.words}; P/(P+R)"
    elif recipe.get("base_is_nil"):
        weight = value / (value + cell)
        words += " = R, the goods being hardly traded then; P/(P+R)"
    else:
        weight = value / cell
        words += ", base-year value of the goods not known; P/cell"
    yield _estimate(data, recipe, exporter, importer, sector, weight, year, words)


def _estimate(
    data: Data,
    recipe: Mapping[str, Any],
    exporter: str,
    importer: str,
    sector: str,
    weight: float,
    year: int,
    words: str,
    basis: str = "published",
) -> Estimate:
    return Estimate(
        recipe["measure"],
        recipe["products"],
        exporter,
        importer,
        sector,
        weight,
        basis,
        year,
        words,
        data.product_codes(recipe["measure"], recipe["products"]),
        _span(recipe, sector),
        [recipe["note"]] if "note" in recipe else [],
        others=dict(recipe.get("others", {})),
    )


def equal(data: Data, recipe: Mapping[str, Any]) -> Iterator[Estimate]:
    """Equal weights over the sector's six-digit codes."""
    exporter, importer = recipe["pair"].split(">")
    codes = data.product_codes(recipe["measure"], recipe["products"])
    for sector in data.goods:
        members = data.codes_in[sector]
        inside = len(codes & members)
        if inside:
            words = (
                f"{inside} of the sector's {len(members)} HS6 codes, equal weights: no trade by "
                "product of this pair in reach"
            )
            share = inside / len(members)
            yield _estimate(data, recipe, exporter, importer, sector, share, 2022, words, "equal")


def us_exports(data: Data, recipe: Mapping[str, Any]) -> Iterator[Estimate]:
    """United States exports by HS6 as printed with the retaliation lists, over the base cell.

    A list of eight-digit items names only parts of its subheadings: where the value of the whole
    list is published, all are scaled down to it.
    """
    exporter, importer = recipe["pair"].split(">")
    measure = recipe["measure"]
    values: dict[str, float] = {}
    for name in recipe["files"]:
        for code, value in data.us_exports(name).items():
            values[code] = max(value, values.get(code, 0.0))
    codes = data.product_codes(measure, recipe["products"])
    ratio = data.customs_ratio[exporter]
    factor, said = 1.0, ""
    if "total" in recipe:
        groups = recipe.get("total_of", [recipe["products"]])
        together = set().union(*(data.product_codes(measure, g) for g in groups))
        printed = fsum(values.get(c, 0.0) for c in together) / 1e6
        facts = [fact(data, v) for v in recipe["total"]]
        less = [fact(data, v) for v in recipe.get("total_less", [])]
        whole = sum(f.usd for f in facts) - sum(f.usd for f in less)
        factor = min(1.0, whole / printed)
        words = " plus ".join(f.words for f in facts) + "".join(f" less {f.words}" for f in less)
        said = f"; times {factor:.3f}, as the list in all is {words}"
    found: list[Estimate] = []
    small: list[str] = []
    for sector in data.goods:
        members = sorted(codes & data.codes_in[sector])
        if not members:
            continue
        cell = data.cell(exporter, importer, sector)
        even = 1 / len(data.codes_in[sector])
        weights = {
            c: factor * (values[c] / 1e6 / ratio / cell if c in values else even) for c in members
        }
        listed = [c for c in members if c in values]
        fill = factor * even * (len(members) - len(listed))
        weight = sum(weights.values())
        if weight < SMALL_SHARE / 2:
            small.append(sector)
            continue
        total = sum(values[c] for c in listed) / 1e6
        words = (
            f"US exports to {importer} by HS6 as printed with the list "
            f"({', '.join(recipe['files'])}; Trade War Tracker): USD {total:,.0f} mn over "
            f"{ratio:.3f} (customs over ICIO, {exporter}), over the cell of 2022, "
            f"USD {cell:,.0f} mn{said}"
        )
        if len(listed) < len(members):
            words += (
                f"; {len(members) - len(listed)} HS6 without a value at equal weight: {fill:.3f}"
            )
        basis = "published" if listed and fill <= weight / 2 else "equal"
        estimate = _estimate(data, recipe, exporter, importer, sector, weight, 2024, words, basis)
        estimate.code_weights = weights
        estimate.era = recipe.get("era", "")
        found.append(estimate)
    if small and found:
        left = f"below {SMALL_SHARE / 2} of the cell, left out: {', '.join(small)}"
        max(found, key=lambda e: e.weight).notes.append(left)
    yield from found


def proxy(data: Data, recipe: Mapping[str, Any]) -> Iterator[Estimate]:
    """The pattern of United States imports from the same exporter, one pair."""
    exporter, importer = recipe["pair"].split(">")
    codes = data.product_codes(recipe["measure"], recipe["products"])
    pattern = "EU" if exporter in EU27 else exporter
    values, totals = data.us_imports[pattern], data.us_sector_totals[pattern]
    for sector in data.goods:
        part = sum(v for c, v in values.items() if c in codes and data.sector_of[c] == sector)
        if not part:
            continue
        words = (
            f"US imports by HS6 from {pattern}, 2024, as the pattern: USD {part / 1e6:,.0f} mn of "
            f"{totals[sector] / 1e6:,.0f} mn of the sector"
        )
        share = part / totals[sector]
        yield _estimate(data, recipe, exporter, importer, sector, share, 2024, words, "proxy")


def _span(recipe: Mapping[str, Any], sector: str | None = None) -> tuple[float, float]:
    by_sector = recipe.get("range_by_sector", {})
    low, high = by_sector.get(sector, recipe.get("range", [0.5, 1.5]))
    return float(low), float(high)


def limit_cells(data: Data, estimates: list[Estimate]) -> list[Estimate]:
    """Scale the estimated lines of a cell to at most CELL_LIMIT; move the excess downstream.

    Groups that name the same goods count once, so the union over HS6 codes is what is limited.
    """
    found = list(estimates)
    for sector in (*PROCESSING, None):
        cells: dict[tuple[str, str, str], list[Estimate]] = defaultdict(list)
        for e in found:
            if (sector is None) == (e.sector not in PROCESSING) and sector in (None, e.sector):
                cells[e.exporter, e.importer, e.sector].append(e)
        for (exporter, importer, name), members in sorted(cells.items()):
            eras = sorted({e.era for e in members if e.era}) or [""]
            totals = {
                era: _union(data, name, [e for e in members if e.era in ("", era)]) for era in eras
            }
            if max(totals.values()) <= CELL_LIMIT:
                continue
            goes_to = PROCESSING.get(name)
            for e in members:
                total = totals[e.era] if e.era else max(totals.values())
                if total <= CELL_LIMIT:
                    continue
                scale = CELL_LIMIT / total
                excess = e.weight * (1 - scale) * data.cell(exporter, importer, name)
                e.weight *= scale
                said = f"the cell's estimated lines sum to {total:.3g}; scaled to {CELL_LIMIT}"
                if goes_to is None:
                    e.notes.append(said + ", the excess is not priced")
                    continue
                cell = data.cell(exporter, importer, goes_to)
                e.notes.append(said + f", the excess of USD {excess:,.0f} mn placed in {goes_to}")
                twin = next(
                    (
                        o
                        for o in found
                        if o.sector == goes_to
                        and (o.measure, o.product, o.exporter, o.importer)
                        == (e.measure, e.product, exporter, importer)
                    ),
                    None,
                )
                if twin:
                    twin.weight += excess / cell
                    twin.notes.append(f"includes USD {excess:,.0f} mn of excess from {name}")
                else:
                    found.append(
                        Estimate(
                            e.measure,
                            e.product,
                            exporter,
                            importer,
                            goes_to,
                            excess / cell,
                            e.basis,
                            e.year,
                            f"excess of {name} (see there), USD {excess:,.0f} mn over the cell of "
                            f"2022, USD {cell:,.0f} mn",
                            e.codes,
                            e.span,
                            [f"excess over {CELL_LIMIT} of {name} placed here"],
                        )
                    )
    return found


def _union(data: Data, sector: str, members: list[Estimate]) -> float:
    best: dict[str, float] = defaultdict(float)
    for e in members:
        inside = e.codes & data.codes_in[sector] or e.codes
        for code in inside:
            share = (e.code_weights or {}).get(code, e.weight / len(inside))
            best[code] = max(best[code], share)
    return fsum(best.values())


# ---- United States imports


def by_partner(
    data: Data,
    measure: str,
    product: str,
    basis: str,
    source: str,
    part: Mapping[str, float] | None = None,
) -> list[Block]:
    """Blocks with a weight by exporter from United States imports by HS6.

    ``part`` is the part of a subheading that belongs to the group where that is not all of it; the
    range then runs from none of such subheadings to all of them.
    """
    codes = data.product_codes(measure, product)
    part = part or {}
    targets = _targets(data, measure)
    blocks = []
    for sector in data.goods:
        members = codes & data.codes_in[sector]
        if not members:
            continue
        share: dict[str, float] = {}
        for partner, values in data.us_imports.items():
            total = data.us_sector_totals[partner].get(sector, 0.0)
            if total:
                inside = fsum(values.get(c, 0.0) * part.get(c, 1.0) for c in members)
                share[partner] = inside / total
        whole = members == data.codes_in[sector] and all(part.get(c, 1.0) == 1.0 for c in members)
        mean = share.pop("*", 0.0)
        if whole or min([mean, *share.values()]) >= 0.9995:
            words = "every HS6 of the sector"
            blocks.append(Block(product, sector, {"*": 1.0}, "whole", 2024, words))
            continue
        span = _part_span(data, members, part, targets)
        keep = {}
        for partner, weight in sorted(share.items()):
            if targets is not None and not _named(partner, targets):
                continue
            big = data.us_sector_totals[partner][sector] >= TINY_TRADE
            if targets is not None or (big and abs(weight - mean) > CLOSE):
                keep[partner] = weight
        if targets is None:
            weights = {"*": mean} | keep
        elif keep:
            weights = keep
        else:
            weights = {"*": mean}
        blocks.append(Block(product, sector, weights, basis, 2024, source, span))
    return _without_small(blocks)


def _without_small(blocks: list[Block]) -> list[Block]:
    """Leave out sectors where a list hardly touches any partner's trade, and say so."""
    largest = max(blocks, key=lambda b: max(b.weights.values()), default=None)
    kept = [b for b in blocks if b is largest or max(b.weights.values()) >= SMALL_SHARE]
    left = [b.sector for b in blocks if b not in kept]
    if left and largest:
        largest.note = f"below {SMALL_SHARE} of every partner's trade, left out: {', '.join(left)}"
    return kept


def _part_span(
    data: Data,
    members: set[str],
    part: Mapping[str, float],
    targets: set[str] | None,
) -> tuple[float, float] | None:
    """Low and high multiples: subheadings named in part counted not at all, or whole."""
    pooled: dict[str, float] = defaultdict(float)
    for partner, values in data.us_imports.items():
        if partner == "*" or (targets is not None and not _named(partner, targets)):
            continue
        for code in members:
            pooled[code] += values.get(code, 0.0)
    middle = fsum(v * part.get(c, 1.0) for c, v in pooled.items())
    low = fsum(v for c, v in pooled.items() if part.get(c, 1.0) == 1.0)
    high = fsum(pooled.values())
    if not middle or high - low < 0.01 * middle:
        return None
    return low / middle, min(high / middle, 10.0)


def _named(partner: str, targets: set[str]) -> bool:
    return partner in targets or (partner == "EU" and bool(targets & {"EU", "EU27"}))


def _targets(data: Data, measure: str) -> set[str] | None:
    named = data.measures[measure]["targets"]
    return None if "ALL" in named else set(named)


US_SOURCE = "US imports by HS6 and partner, 2024 (Census; Trade War Tracker)"


def automatic(data: Data, measure: str) -> Iterator[Block]:
    """Coverage that the product list alone settles: all goods, or the United States as importer."""
    law = data.measures[measure]
    if law.get("outside_model"):
        return
    rates = [r for r in law["rates"] if "rate" in r or r.get("basis") == "ban"]
    priced = {p for r in rates for p in r["products"]}
    for product in law["products"]:
        name = product["id"]
        if name not in priced or product.get("outside_model"):
            continue
        if not set(data.sector_of) - data.product_codes(measure, name):
            yield Block(name, "*goods", {"*": 1.0}, "whole", 2024, "all goods")
        elif law["implementer"] == "USA":
            yield from by_partner(data, measure, name, "hs_trade", US_SOURCE)


# ---- files


def compute(data: Data, recipes: list[dict[str, Any]]) -> dict[str, list[Block]]:
    """Every measure's blocks, in the order of its products and sectors."""
    kinds = {"published": published, "equal": equal, "us_exports": us_exports, "proxy": proxy}
    estimates: list[Estimate] = []
    blocks: dict[str, list[Block]] = {}
    for recipe in recipes:
        if recipe["measure"] not in data.measures:
            raise SystemExit(f"coverage_recipes.toml: no measure {recipe['measure']!r}")
        if recipe["kind"] == "us_imports":
            blocks.setdefault(recipe["measure"], []).extend(_us_imports(data, recipe))
        elif recipe["kind"] == "proxy_by_partner":
            blocks.setdefault(recipe["measure"], []).extend(
                _proxy_by_partner(data, recipe["measure"], recipe)
            )
        elif recipe["kind"] != "none":
            estimates.extend(kinds[recipe["kind"]](data, recipe))
    for e in limit_cells(data, estimates):
        home = e.importer == str(data.measures[e.measure]["implementer"])
        pair = e.exporter if home else f"{e.exporter}>{e.importer}"
        blocks.setdefault(e.measure, []).append(
            Block(
                e.product,
                e.sector,
                {pair: e.weight} | e.others,
                e.basis,
                e.year,
                e.source,
                e.span,
                "; ".join(e.notes),
            )
        )
    done = {(r["measure"], r["products"]) for r in recipes}
    for measure in data.measures:
        for block in automatic(data, measure):
            if (measure, block.products) not in done:
                blocks.setdefault(measure, []).append(block)
    for measure, found in blocks.items():
        order = [p["id"] for p in data.measures[measure]["products"]]
        found.sort(key=lambda b: (order.index(b.products), b.sector))
    return blocks


def _us_imports(data: Data, recipe: Mapping[str, Any]) -> list[Block]:
    """United States imports, with subheadings that a list of tariff lines names only in part."""
    eight, ten = recipe.get("eight", 0.5), recipe.get("ten", 0.1)
    named = data.listed(recipe.get("lists", []), eight, ten)
    without = data.listed(recipe.get("without", []), eight, ten)
    codes = data.product_codes(recipe["measure"], recipe["products"])
    part = {c: named.get(c, 1.0) * (1.0 - without.get(c, 0.0)) for c in codes}
    return by_partner(data, recipe["measure"], recipe["products"], "hs_trade", US_SOURCE, part)


def _proxy_by_partner(data: Data, measure: str, recipe: Mapping[str, Any]) -> list[Block]:
    found = by_partner(
        data,
        measure,
        recipe["products"],
        "proxy",
        "US imports by HS6 from the same exporter, 2024, as the pattern",
    )
    for block in found:
        block.span = _span(recipe, block.sector)
        block.note = "; ".join(filter(None, (block.note, recipe.get("note", ""))))
    return [b for b in found if not recipe.get("sectors") or b.sector in recipe["sectors"]]


def uncovered(data: Data, blocks: Mapping[str, list[Block]]) -> list[str]:
    """Priced groups without any block: a fault."""
    found = []
    for measure, law in data.measures.items():
        if law.get("outside_model"):
            continue
        have = {b.products for b in blocks.get(measure, [])}
        have |= {p["id"] for p in law["products"] if p.get("outside_model")}
        for rate in law["rates"]:
            if rate.get("rate") is None and rate.get("basis") != "ban":
                continue
            found += [f"{measure}: {p}" for p in rate["products"] if p not in have]
    return sorted(set(found))


def rewritten(text: str, blocks: list[Block]) -> str:
    """The file's text with its coverage part replaced."""
    head = text.split(FENCE)[0].rstrip("\n") + "\n"
    if not blocks:
        return head
    return head + "\n" + FENCE + "\n" + "\n".join(b.text() for b in blocks)


def main() -> int:
    """Compute, compare with the files, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True, help="folder of the shared data")
    parser.add_argument("--write", action="store_true", help="rewrite the files")
    parser.add_argument("--only", nargs="*", help="measure ids to rewrite (default all)")
    options = parser.parse_args()
    data = Data(options.shared.resolve())
    for path in sorted(MEASURES.glob("*.toml")):
        data.measures[path.stem] = tomllib.loads(path.read_text(encoding="utf-8"))
    with (HERE / "coverage_recipes.toml").open("rb") as file:
        recipes = tomllib.load(file)["recipe"]
    blocks = compute(data, recipes)
    changed = 0
    for measure in data.measures:
        if options.only and measure not in options.only:
            continue
        path = MEASURES / f"{measure}.toml"
        old = path.read_text(encoding="utf-8")
        new = rewritten(old, blocks.get(measure, []))
        if new == old:
            continue
        changed += 1
        if options.write:
            path.write_text(new, encoding="utf-8")
        else:
            print(f"## {measure}\n" + "\n".join(b.text() for b in blocks.get(measure, [])))
    missing = uncovered(data, blocks)
    for line in missing:
        print(f"no coverage: {line}", file=sys.stderr)
    print(
        f"{changed} of {len(data.measures)} files {'rewritten' if options.write else 'differ'}",
        file=sys.stderr,
    )
    return 1 if missing or (changed and not options.write) else 0


if __name__ == "__main__":
    raise SystemExit(main())
