"""Base tariffs: the law under which the base year's trade was made, with a code for each cell.

The United States: duty collected over customs value, 2024, by partner and sector. Every other
importer: MFN rate, free where an agreement frees, plus the ledger's measures in force on the law
date. MFN rates are means by sector of tariff lines (EU, United Kingdom, Japan, China, Australia) or
of the WTO's product groups (India), else by broad sector (11 groups). Services are free.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from world_build import agreements, inputs, line_means

Array = NDArray[np.float64]
Codes = NDArray[np.int8]
Table = dict[str, dict[str, "Rate"]]

LAW_DATE = date(2022, 12, 31)
PREFERENCE_DATE = date(2022, 7, 1)
"""Agreements that free the base year's trade were in force by the middle of it."""
LAW_DATE_USA = date(2024, 12, 31)

BROAD = {
    "Agriculture": "A01 A02",
    "Fishing": "A03",
    "Mining and Quarrying": "B05 B06 B07 B08 B09",
    "Food & Beverages": "C10T12",
    "Textiles and Wearing Apparel": "C13T15",
    "Wood and Paper": "C16 C17_18",
    "Petroleum, Chemical and Non-Metallic Mineral Products": "C19 C20 C21 C22 C23",
    "Metal Products": "C24A C24B C25",
    "Electrical and Machinery": "C26 C27 C28",
    "Transport Equipment": "C29 C301 C302T309",
    "Other Manufacturing": "C31T33",
}

QUALITY = {
    0: "domestic: no tariff",
    1: "collected: duty over customs value of this pair and sector",
    2: "imputed: mean over partners, this pair or sector not listed",
    3: "mfn: average MFN rate of the importer's broad sector",
    4: "preference: free under an agreement in force",
    5: "derived: highest applied rate over partners, averaged by broad sector",
    6: "service: no tariff",
    7: "mfn or preference, plus measures of the ledger",
    8: "mfn, with the own duties of the goods the ledger names in the cell",
    9: "mfn: mean of the sector's tariff lines, weighted by US imports of 2024 by product",
    10: "mfn: the same of the WTO's means of product groups",
}
SOURCE = {
    0: "none",
    1: "US Census 2024, duty and customs value",
    2: "own averages from the Global Tariff Database, MFN, 2017",
    3: "own averages from the Global Tariff Database, applied, 2021",
    4: "tools/world_build/agreements.toml",
    5: "Global Tariff Database averages or agreement, plus the Countervail ledger",
    6: "averages as for the importer's other cells, and base_rate_source of the ledger's goods",
    7: "Common Customs Tariff of the European Union, January 2021, in the UK Global Tariff's table",
    8: "UK Global Tariff, January 2021",
    9: "Japan Customs, tariff schedule of 2026-07-09, MFN rates",
    10: "own means of China's MFN lines of 2018 with the changes of that year (Bown, Jung, Zhang)",
    11: "Australia's base rates of 2014 in the Regional Comprehensive Economic Partnership",
    12: "WTO, MFN applied duties of 2022 by product group",
}


LINE_SOURCE = {"EU27": 7, "GBR": 8, "JPN": 9, "CHN": 10, "AUS": 11}
GROUP_SOURCE = {"IND": 12}


class Tariffs(NamedTuple):
    """Rates [exporter, importer, sector] with their codes; notes and measures for the card."""

    rate: Array
    quality: Codes
    source: Codes
    notes: tuple[str, ...]
    measures: tuple[str, ...] = ()


class Rate(NamedTuple):
    """An importer's MFN rate on a sector, per cent to a tenth, with its codes.

    ``specific`` is the weight of products with a line that has no ad valorem rate, 0 to 1.
    """

    rate: float
    quality: int
    source: int
    specific: float = 0.0


def mfn_table(shared: Path, countries: tuple[str, ...], tables_sectors: tuple[str, ...]) -> Table:
    """Return by importer and goods sector its MFN rate.

    Importers whose tariff lines are at hand, and India, have a rate by sector; the others one by
    broad sector. Members of the European Union share one tariff.
    """
    goods = [s for s in tables_sectors if s in labels.GOODS_27]
    table = broad_table(shared, countries, tables_sectors)
    union = labels.group("EU27")
    for importer in countries:
        known = "EU27" if importer in union else importer
        if known not in LINE_SOURCE and known not in GROUP_SOURCE:
            continue
        before = table[importer]
        if known in LINE_SOURCE:
            otherwise = {sector: before[sector].rate for sector in goods}
            means = line_means.from_lines(shared, known, goods, otherwise)
            codes = 9, LINE_SOURCE[known]
        else:
            means = line_means.from_groups(shared, known, goods)
            codes = 10, GROUP_SOURCE[known]
        table[importer] = before | {
            sector: Rate(mean.rate, *codes, mean.specific) for sector, mean in means.items()
        }
    return table


def broad_table(shared: Path, countries: tuple[str, ...], tables_sectors: tuple[str, ...]) -> Table:
    """Return by importer and goods sector the MFN rate of its broad sector (11 groups)."""
    mfn = inputs.mfn_means(shared)
    goods = [s for s in tables_sectors if s in labels.GOODS_27]
    cells = inputs.highest_cells(shared, countries, tuple(goods))
    union = labels.group("EU27")
    known = sorted({importer for importer, _ in mfn})
    table: Table = {}
    for n, importer in enumerate(countries):
        stated = importer in known or importer in union
        table[importer] = {}
        for broad, codes in BROAD.items():
            if importer in union:
                value = float(np.median([mfn[m, broad] for m in known if m in union]))
            elif importer in known:
                value = mfn[importer, broad]
            else:
                value = float(np.mean([cells[n, goods.index(c)] for c in codes.split()]))
                # the source's food cells average food with tobacco
                value *= 0.5 if broad == "Food & Beverages" else 1.0
            rate = Rate(round(value + 1e-9, 1), 3 if stated else 5, 2 if stated else 3)
            table[importer] |= dict.fromkeys(codes.split(), rate)
    return table


def base(
    shared: Path, mfn: Table, countries: tuple[str, ...], tables_sectors: tuple[str, ...]
) -> Tariffs:
    """Return base tariffs over the 27 goods of the tables; other sectors free.

    Args:
        shared: reference-data folder.
        mfn: what ``mfn_table`` gives.
        countries: labels of the country axes.
        tables_sectors: labels of the sector axis.
    """
    n, s = len(countries), len(tables_sectors)
    rate = np.zeros((n, n, s))
    quality = np.full((n, n, s), 6, dtype=np.int8)
    source = np.zeros((n, n, s), dtype=np.int8)
    for importer, rates in mfn.items():
        b = countries.index(importer)
        for sector, one in rates.items():
            j = tables_sectors.index(sector)
            rate[:, b, j] = one.rate / 100.0
            quality[:, b, j], source[:, b, j] = one.quality, one.source
    table = [a for a in agreements.read(PREFERENCE_DATE) if a.in_force <= PREFERENCE_DATE]
    free = agreements.freed(table, countries, tables_sectors, LAW_DATE)
    rate[free], quality[free], source[free] = 0.0, 4, 4
    usa = countries.index("USA")
    collected = collected_rates(inputs.us_imports(shared), countries, tables_sectors)
    for i in range(n):
        for j, sector in enumerate(tables_sectors):
            if sector not in labels.GOODS_27:
                continue
            value, listed = collected[countries[i], sector]
            if listed or not free[i, usa, j]:
                rate[i, usa, j] = value
                quality[i, usa, j], source[i, usa, j] = (1 if listed else 2), 1
    home = np.arange(n)
    rate[home, home], quality[home, home], source[home, home] = 0.0, 0, 0
    left_out = [a.name for a in table if not agreements.applies(a, LAW_DATE)]
    notes = (
        f"{len(table) - len(left_out)} agreements free {int(free.sum())} cells",
        f"in force but not applied, their cuts had only begun: {', '.join(left_out) or 'none'}",
    )
    return Tariffs(rate, quality, source, notes)


def collected_rates(
    rows: list[tuple[str, str, float, float]], countries: tuple[str, ...], sectors: tuple[str, ...]
) -> Mapping[tuple[str, str], tuple[float, bool]]:
    """Return by (exporter, sector) the rate the United States collected, and whether it is listed.

    The European Union's rate goes to its members; partners outside the world to ROW, by value;
    what is not listed takes the sector's mean over all partners.
    """
    union = labels.group("EU27")
    sums: dict[tuple[str, str], list[float]] = {}
    for partner, sector, value, duty in rows:
        if partner == "EUU":
            targets: tuple[str, ...] = union
        else:
            targets = (partner if partner in countries else "ROW",)
        for exporter in (*targets, "*"):
            cell = sums.setdefault((exporter, sector), [0.0, 0.0])
            cell[0] += value
            cell[1] += duty
    found: dict[tuple[str, str], tuple[float, bool]] = {}
    for exporter in countries:
        for sector in sectors:
            listed = (exporter, sector) in sums and sums[exporter, sector][0] > 0
            value, duty = sums.get((exporter if listed else "*", sector), (0.0, 0.0))
            found[exporter, sector] = round(duty / value, 5) if value else 0.0, listed
    return found
