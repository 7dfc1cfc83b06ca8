"""The world's cells, at basic prices, and how customs values compare with them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from coverage_build import codes

Array = NDArray[np.float64]

YEAR = 2022
WORLD = "data/oecd-icio-2025-2022/icio2022_world_81x50.npz"
OTHER_YEARS = "data/tariffwar-cubes/icio_trade_cubes.npz"
CUSTOMS = "data/liberation-day-baci-2023"
RATIO_PRINTED = {"CAN": 1.278, "CHN": 1.202}  # customs over table values, as stated
EU27 = labels.group("EU27")


class Cell(NamedTuple):
    """What an importer buys from an exporter of a sector; EU stands for its 27 members."""

    exporter: str
    importer: str
    sector: str


class Tables(NamedTuple):
    """Trade of one year, USD million at basic prices, [exporter, importer, sector]."""

    countries: list[str]
    sectors: list[str]
    trade: Array


@dataclass(frozen=True)
class BaseYear:
    """The tables the built-in world is made of; ``shared`` is the reference-data folder."""

    shared: Path

    @cached_property
    def tables(self) -> Tables:
        """The tables of the base year."""
        with np.load(self.shared / WORLD, allow_pickle=False) as file:
            return _tables(file, "")

    def purchases(self, cell: Cell, year: int = YEAR) -> float:
        """Return the purchases of a cell, USD million; those of the EU's members added up."""
        if "EU" in (cell.exporter, cell.importer):
            return sum(
                self.purchases(Cell(exporter, importer, cell.sector), year)
                for exporter in (EU27 if cell.exporter == "EU" else (cell.exporter,))
                for importer in (EU27 if cell.importer == "EU" else (cell.importer,))
            )
        tables = self.tables if year == YEAR else self._of_year(year)
        i, n = (tables.countries.index(c) for c in (cell.exporter, cell.importer))
        return float(tables.trade[i, n, tables.sectors.index(cell.sector)])

    @cached_property
    def customs_ratio(self) -> dict[str, float]:
        """Exporter -> customs value of its goods exports, 2023, over that of the tables, 2022.

        Published values are at customs prices, cells at basic prices: the one is divided by this to
        stand beside the other.
        """
        customs = self._customs_exports()
        countries, sectors, trade = self.tables
        places = [sectors.index(s) for s in codes.goods()]
        basic = {}
        for iso in filter(customs.__contains__, countries):
            i = countries.index(iso)
            basic[iso] = float(trade[i][:, places].sum() - trade[i, i, places].sum())
        for values in (customs, basic):
            values["EU"] = sum(values[member] for member in EU27)
        return {iso: customs[iso] / basic[iso] for iso in basic} | RATIO_PRINTED

    def _customs_exports(self) -> dict[str, float]:
        """Return goods exports of 2023 by exporter, USD million (BACI, in USD thousand)."""
        folder = self.shared / CUSTOMS
        with (folder / "country_labels.csv").open(encoding="utf-8-sig") as file:
            exporters = [row["iso3"] for row in csv.DictReader(file)]
        table = np.genfromtxt(folder / "trade_cepii.csv", delimiter=",", skip_header=1)
        flows = np.nan_to_num(table)
        return {iso: float(flows[exporters.index(iso)].sum() / 1e3) for iso in exporters}

    def _of_year(self, year: int) -> Tables:
        with np.load(self.shared / OTHER_YEARS, allow_pickle=False) as file:
            return _tables(file, f"_{year}")


def _tables(file: Mapping[str, Any], suffix: str) -> Tables:
    countries, sectors = (list(map(str, file[k + suffix])) for k in ("countries", "sectors"))
    return Tables(countries, sectors, file["X" + suffix])
