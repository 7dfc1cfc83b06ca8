"""The trade and tariffs of 2014 as stored, the elasticities, and what the paper prints of them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

YEAR = 2014
SERVICES = 15
SERVICES_ELASTICITY = 10.0
"""Footnote 35 of the paper; its Table 4 says 4, the author's later package 5."""

PUBLISHED = {
    "AUS": (14.1, -1.38), "AUT": (45.7, -2.82), "BEL": (55.9, -3.27), "BGR": (37.1, -3.24),
    "BRA": (98.2, -0.50), "CAN": (21.0, -2.37), "CHE": (51.9, -1.97), "CHN": (40.7, -0.35),
    "CYP": (12.5, -3.48), "CZE": (49.3, -2.85), "DEU": (59.1, -0.96), "DNK": (59.3, -2.31),
    "ESP": (59.9, -1.45), "EST": (28.4, -4.18), "FIN": (31.4, -1.75), "FRA": (51.8, -1.73),
    "GBR": (27.9, -2.03), "GRC": (12.5, -2.81), "HRV": (38.3, -3.12), "HUN": (52.7, -4.23),
    "IDN": (54.1, -0.99), "IND": (49.6, -0.90), "IRL": (117.7, -1.42), "ITA": (49.8, -0.78),
    "JPN": (44.9, -0.53), "KOR": (43.6, -1.22), "LTU": (31.8, -4.00), "LUX": (12.0, -6.33),
    "LVA": (26.0, -3.16), "MEX": (39.7, -2.42), "MLT": (12.4, -5.45), "NLD": (37.1, -4.19),
    "NOR": (17.2, -2.05), "POL": (46.4, -2.67), "PRT": (27.3, -2.49), "ROU": (32.8, -2.56),
    "RUS": (12.2, -2.54), "SVK": (41.5, -4.48), "SVN": (46.3, -3.26), "SWE": (38.5, -1.95),
    "TUR": (45.6, -1.28), "TWN": (35.4, -2.35), "USA": (43.6, -0.76),
}  # fmt: skip
"""Table 2, baseline model: Nash tariff and change of real GDP, per cent, by country."""

PUBLISHED_AVERAGE = (40.5, -2.42)
"""Table 2, last row. The 43 countries printed average 40.8 and -2.43: the rest of the world, which
plays but is not printed, must be in it."""


class Table(NamedTuple):
    """Trade, tariffs and elasticities, turned to nothing but arrays; trade is not balanced yet.

    Attributes:
        countries: 43 and the rest of the world, which is last.
        trade: purchases at buyers' prices, tariffs paid, USD million, [exporter, importer, sector].
        tariff: applied rates, likewise.
        trade_elasticity: theta, [sector].
    """

    countries: tuple[str, ...]
    trade: Array
    tariff: Array
    trade_elasticity: Array


def read(folder: Path, *, services: float = SERVICES_ELASTICITY, tariffs_of: int = YEAR) -> Table:
    """Return the data of 2014.

    Args:
        folder: holds ``tariffwar-cubes`` and ``elasticities`` as README.md says.
        services: trade elasticity of services.
        tariffs_of: year of the applied tariffs.

    Raises:
        FileNotFoundError: a file is missing.
    """
    cubes = folder / "tariffwar-cubes"
    with np.load(cubes / "wiod_trade_cubes.npz") as file:
        trade = file[f"X_{YEAR}"].astype(np.float64)
        countries = tuple(str(code) for code in file[f"countries_{YEAR}"])
    with np.load(cubes / "wiod_teti_tariffs.npz") as file:
        tariff = file[f"T_{tariffs_of}"].astype(np.float64)
    with (folder / "elasticities" / "wiod16_sector_elasticities.csv").open() as lines:
        theta = np.array([float(row["IS"]) for row in csv.DictReader(lines)])
    theta[SERVICES] = services
    return Table(countries, trade, tariff, theta)
