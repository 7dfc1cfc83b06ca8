"""The inputs of the build, read from the reference-data folder, with their hashes.

Tariff files for development only (the Global Tariff Database, China's lines): nothing of theirs is
written out, only our own means by importer and sector, rounded to a tenth of a point
(``tariffs.py``, ``line_means.py``).
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FILES = {
    "icio": "data/oecd-icio-2025-2022/icio2022_world_81x50.npz",
    "us_imports": "data/us-imports-2024/us_imports_2024_by_partner_icio_sector.csv",
    "mfn": "data/gtd-tariffs-2017-37/gtd_tariffs_2017_37x37_goods.csv.gz",
    "cells": "data/tariffwar-cubes/icio_teti_tariffs.npz",
    "us_imports_hs6": "data/us-imports-2024/us_imports_2024_hs6_by_partner.parquet",
    "eu_uk_lines": "data/tariffs-uk-eu-2021-ukgt/ukgt_vs_cet_2021.csv.gz",
    "japan_lines": "data/tariffs-japan-2026/japan_tariff_lines_2026_07_09.csv.gz",
    "china_lines": "data/tariffs-china-2018-2019-bown-jung-zhang/"
    "china_tariff_lines_hs10_2018_2019.csv.gz",
    "australia_lines": "data/tariffs-rcep-schedules/rcep_australia.csv.gz",
    "wto_groups": "data/tariffs-wto-mtn-2010-2024/wto_mfn_by_mtn_group_2010_2025.csv",
    "hs_editions": "data/concordances-hs/hs2022_to_earlier.csv.gz",
    "fgo": "data/elasticities/fontagne_icio_trade_elast.csv",
    "services": "data/elasticities/ahmad_schreiber_2024_services_eos.csv",
    "published": "data/elasticities/published_sector_trade_elasticities.csv",
}


class Tables(NamedTuple):
    """The OECD tables: X sales [i, n, s]; ZI their intermediate part; TT inputs [n, s, k].

    GO, VA and TLS (taxes less subsidies on products) are [n, k]. USD million, basic prices.
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    X: Array
    ZI: Array
    TT: Array
    GO: Array
    VA: Array
    TLS: Array


def path(shared: Path, key: str) -> Path:
    """Return the path of an input; a missing one stops the build."""
    found = shared / FILES[key]
    if not found.exists():
        raise SystemExit(f"{found}: not found; give the reference-data folder with --shared")
    return found


def hashes(shared: Path) -> dict[str, str]:
    """Return the SHA-256 of every input file by its path."""
    return {FILES[key]: hashlib.sha256(path(shared, key).read_bytes()).hexdigest() for key in FILES}


def tables(shared: Path) -> Tables:
    """Return the reassembled OECD tables of 2022, 81 economies x 50 sectors."""
    with np.load(path(shared, "icio"), allow_pickle=False) as archive:
        arrays = [archive[k].astype(np.float64) for k in ("X", "ZI", "TT", "GO", "VA", "TLS")]
        labels = [tuple(str(x) for x in archive[k]) for k in ("countries", "sectors")]
    return Tables(labels[0], labels[1], *arrays)


def us_imports(shared: Path) -> list[tuple[str, str, float, float]]:
    """Return (partner, sector, customs value, duty) of US imports for consumption, 2024, USD."""
    with path(shared, "us_imports").open(newline="") as file:
        rows = csv.DictReader(file)
        # Slovakia stands in the source beside the European Union that contains it
        return [
            (r["partner"], r["icio"], float(r["imports"]), float(r["duty"]))
            for r in rows
            if r["partner"] != "SVK"
        ]


def mfn_means(shared: Path) -> dict[tuple[str, str], float]:
    """Return the MFN rate of 2017 by (importer, broad sector), per cent, winsorised at 95 %."""
    found: dict[tuple[str, str], float] = {}
    with gzip.open(path(shared, "mfn"), "rt", newline="") as file:
        for r in csv.DictReader(file):
            if r["importer"] != r["exporter"]:
                key = r["importer"], r["sector"]
                found[key] = max(found.get(key, 0.0), float(r["mfn95_pct"]))
    return found


def highest_cells(shared: Path, countries: tuple[str, ...], sectors: tuple[str, ...]) -> Array:
    """Return the highest applied rate over partners, [importer, sector], per cent, 2021."""
    with np.load(path(shared, "cells"), allow_pickle=False) as archive:
        cube = archive["T_2021"].astype(np.float64) * 100.0
    if cube.shape != (len(countries), len(countries), len(sectors) + 1):
        raise SystemExit(f"{FILES['cells']}: shape {cube.shape} does not fit the tables")
    return np.asarray(cube[:, :, :-1].max(axis=0))
