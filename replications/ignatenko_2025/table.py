"""What the study starts from, and what it printed.

Trade of 194 countries in 2023 (BACI V202501), GDP (World Bank), and the rates announced on 2 April
2025, as in the authors' package.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FOLDER = "liberation-day-baci-2023"

LOWEST = 0.10
"""Rate on everybody, at least."""

OVERHEAD = {"non-US": 0.12, "USA": 0.26}
"""Share of selling expenses in sales of manufacturing firms at home, which the shares of fixed
costs nu in sales to each market are made to bring (section 4: 0.11 and 0.27)."""

EU = (
    *("AUT", "BEL", "BGR", "CYP", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV", "HUN"),
    *("IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVN", "SWE"),
)
"""The Union of the package: without Czechia and Slovakia."""

TABLE_1 = {
    "USTR tariffs, income tax relief": {
        "USA": (1.13, -18.1, -52.7, -43.6, 0.32, 12.8),
        "non-US": (-0.58, 11.6, -3.2, -3.3, -0.14, -4.7),
    },
    "USTR tariffs, lump sums": {
        "USA": (-0.01, -18.4, -52.5, -43.3, -0.41, 13.1),
        "non-US": (-0.57, 11.7, -3.3, -3.4, -0.14, -4.8),
    },
    "optimal tariffs, income tax relief": {
        "USA": (1.79, -19.1, -55.3, -45.6, 0.51, 12.6),
        "non-US": (-0.61, 17.1, -4.2, -3.7, -0.16, -4.6),
    },
}
"""Table 1 (section 5.1), cases 1 to 3, per cent: welfare, deficit, exports over GDP, imports over
GDP, employment, prices."""

TABLE_2 = {
    "USTR tariffs, reciprocal retaliation": {
        "USA": (-0.36, -26.7, -0.18, 7.5),
        "CHN": (-0.82, 6.2, -0.16, -3.7),
        "EU": (-0.22, 15.4, -0.09, -2.6),
        "non-US": (-0.46, 19.8, -0.13, -2.7),
    },
    "USTR tariffs, optimal retaliation": {
        "USA": (-0.75, -29.0, -0.32, 6.0),
        "CHN": (-0.65, 6.3, -0.13, -3.3),
        "EU": (-0.23, 16.6, -0.09, -2.1),
        "non-US": (-0.43, 22.4, -0.13, -2.2),
    },
    "optimal tariffs, optimal retaliation": {
        "USA": (-0.32, -28.4, -0.20, 4.2),
        "CHN": (-0.36, 4.2, -0.08, -2.1),
        "EU": (-0.23, 16.9, -0.09, -1.5),
        "non-US": (-0.39, 25.1, -0.13, -1.5),
    },
}
"""Table 2 (section 5.2), scenarios 1 to 3, per cent: welfare, deficit, employment, prices."""

TABLE_3 = {
    "USTR tariffs, income tax relief": 1.14,
    "optimal tariffs, income tax relief": 1.35,
    "USTR tariffs, optimal retaliation": 0.74,
    "USTR tariffs, reciprocal retaliation": 0.82,
}
"""Table 3 (section 5.3): tariff revenue of the United States, per cent of GDP."""


class Study(NamedTuple):
    """What the study starts from, USD million.

    Attributes:
        countries: codes.
        trade: [exporter, importer]; what is bought at home is what others leave of spending.
        access: nu, share of sales that pays fixed costs to labour of the market [importer].
        rate: of the United States, announced, on each [exporter].
    """

    countries: tuple[str, ...]
    trade: Array
    access: Array
    rate: Array

    def at(self, *codes: str) -> list[int]:
        """Return where some countries stand."""
        return [self.countries.index(code) for code in codes]


def read(folder: Path) -> Study:
    """Read the data of the study from the folder of shared data.

    Raises:
        ArithmeticError: no shares of fixed costs bring selling expenses to what they are.
    """
    from scipy.optimize import root

    here = folder / FOLDER
    with (here / "country_labels.csv").open(encoding="utf-8") as lines:
        countries = tuple(row["iso3"] for row in csv.DictReader(lines))
    trade = _numbers(here / "trade_cepii.csv") / 1e3
    gdp = _numbers(here / "gdp.csv")[:, 0] / 1e6
    rate = np.maximum(LOWEST, _numbers(here / "tariffs.csv")[:, 0])
    usa = countries.index("USA")
    rate[usa] = 0.0
    of = np.stack([np.arange(len(gdp)) != usa, np.arange(len(gdp)) == usa]).astype(float)
    flows, made = of @ trade @ of.T, of @ gdp

    def off(share: Array) -> Array:
        spent = made + (1.0 - share) * (flows.sum(axis=1) - (1.0 - share) * flows.sum(axis=1))
        at_home = spent - flows.sum(axis=0) + np.diag(flows)
        home = at_home / (at_home + flows.sum(axis=1) - np.diag(flows))
        paid = home * share + (1.0 - home) * share[::-1]
        return np.asarray(paid - np.array([OVERHEAD["non-US"], OVERHEAD["USA"]]))

    found = root(off, np.array([0.1, 0.24]), tol=1e-12)
    if not np.abs(found.fun).max() < 1e-9:
        raise ArithmeticError("no shares of fixed costs bring the selling expenses observed")
    access = np.where(of[1] > 0, found.x[1], found.x[0])
    transfer = (1.0 - access) * (trade.sum(axis=0) - trade @ (1.0 - access))
    home = np.maximum(gdp + transfer - trade.sum(axis=0), 0.0)
    return Study(countries, trade + np.diag(home), access, rate)


def _numbers(path: Path) -> Array:
    """Return the numbers of a file with one line of names; nothing is zero."""
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    return np.array([[float(cell) if cell else 0.0 for cell in row] for row in rows])
