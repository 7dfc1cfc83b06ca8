"""Trade elasticities: conversion of published estimates to theta, in this one place.

Theta is the elasticity of tariff-inclusive relative expenditure to relative duty-paid prices,
positive. Fontagné, Guimbard and Orefice estimate epsilon, the (negative) tariff elasticity. The
default reads theta = -epsilon; the alternative, theta = -epsilon - 1, reads their trade values as
net of duty. USITC's services estimates are sigma, theta = sigma - 1. The other published sets are
taken as theta, as Lashkaripour's (2021) toolkit does.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from world_build import inputs

Array = NDArray[np.float64]

DEFAULT = "fgo2025"
CAP = 10.0  # solver comfort; the set fgo2025-raw has no cap
CAP_PUBLISHED = 20.0  # binds for petroleum in Caliendo and Parro only (64.85)
CAP_H52 = 6.0
FGO = "Fontagné, Guimbard, Orefice, ICIO 2025 file of March 2026"
USITC = "Ahmad, Schreiber (2024), USITC, sigma - 1"


class Theta(NamedTuple):
    """One elasticity and where it is from."""

    value: float
    source: str


# the first twelve sectors, which Caliendo and Parro (2015) and Fontagné et al. (2022) share
_TO_METAL_PRODUCTS: dict[str, tuple[int, ...]] = {
    "A01 A02 A03": (1,),
    "B05 B06 B07 B08 B09": (2,),
    "C10T12": (3,),
    "C13T15": (4,),
    "C16": (5,),
    "C17_18": (6,),
    "C19": (7,),
    "C20 C21": (8,),
    "C22": (9,),
    "C23": (10,),
    "C24A C24B": (11,),
    "C25": (12,),
}

# source_key of the published table -> (set name, sector -> numbers averaged)
_PUBLISHED: dict[str, tuple[str, dict[str, tuple[int, ...]]]] = {
    "caliendo_parro_2015": (
        "caliendo-parro-2015",
        {
            **_TO_METAL_PRODUCTS,
            "C26": (14, 16, 17),
            "C27": (15,),
            "C28": (13,),
            "C29": (18,),
            "C301 C302T309": (19,),
            "C31T33": (20,),
        },
    ),
    "fontagne_2022": (
        "fgo2022",
        {
            **_TO_METAL_PRODUCTS,
            "C26": (14,),
            "C27": (15,),
            "C28": (13,),
            "C29": (16,),
            "C301 C302T309": (17,),
            "C31T33": (18,),
        },
    ),
    "giri_yi_yilmazkuday_2021": (
        "giri-yi-yilmazkuday-2021",
        {
            "C10T12": (1, 2),
            "C13T15": (3, 4, 5, 6),
            "C16": (7,),
            "C17_18": (9,),
            "C20 C21": (10,),
            "C22": (11, 12),
            "C23": (13, 14, 15),
            "C24A C24B": (16,),
            "C25": (17,),
            "C26 C27": (18,),
            "C29 C301 C302T309": (19,),
            "C31T33": (8,),
        },
    ),
    "shapiro_2016": (
        "shapiro-2016",
        {
            "A01 A02 A03": (1,),
            "B05 B06 B07 B08 B09": (2,),
            "C10T12": (3,),
            "C13T15": (4, 5),
            "C16": (6,),
            "C17_18": (7,),
            "C19 C23": (8,),
            "C20 C21 C22": (9,),
            "C24A C24B C25": (10,),
            "C26 C27 C28": (11,),
            "C29 C301 C302T309": (12,),
            "C31T33": (13,),
        },
    ),
    "lashkaripour_lugovskyy_2023": (
        "lashkaripour-lugovskyy-2023",
        {
            "A01 A02 A03 B05 B06 B07 B08 B09": (1,),
            "C10T12": (2,),
            "C13T15": (3,),
            "C16": (4,),
            "C17_18": (5,),
            "C19": (6,),
            "C20 C21": (7,),
            "C22": (8,),
            "C23": (9,),
            "C24A C24B C25": (10,),
            "C26 C27": (12,),
            "C28": (11,),
            "C29 C301 C302T309": (13,),
            "C31T33": (14,),
        },
    ),
    "bagwell_staiger_yurukoglu_2021": (
        "bagwell-staiger-yurukoglu-2021",
        {
            "A01": (4, 14, 40, 46, 41),
            "A02": (20, 47),
            "A03": (27,),
            "B05": (15,),
            "B06": (18,),
            "B07": (49,),
            "B08 B09": (24,),
            "C10T12": (1, 6, 10, 11, 13, 17, 22, 25),
            "C13T15": (3, 30, 37, 48),
            "C16": (23,),
            "C17_18": (9, 19),
            "C19": (18,),
            "C20": (36, 39, 42, 43, 45, 21),
            "C21": (33,),
            "C22": (44,),
            "C23": (26,),
            "C24A": (34,),
            "C24B": (8,),
            "C25": (2,),
            "C26": (28, 31),
            "C27": (7,),
            "C28": (29, 35),
            "C29": (16,),
            "C301 C302T309": (5,),
            "C31T33": (12, 32),
        },
    ),
}


def sets_50(shared: Path) -> dict[str, dict[str, Theta]]:
    """Return every set over the tables' 50 sectors."""
    services = _services(shared)
    epsilon = _epsilon(shared)
    found = {
        name: _fgo(epsilon, services, lower, cap)
        for name, lower, cap in (
            (DEFAULT, 0.0, CAP),
            ("fgo2025-net-of-duty", 1.0, CAP),
            ("fgo2025-raw", 0.0, np.inf),
        )
    }
    for name, values in _published(shared).items():
        # sectors a set does not estimate take the default's value
        found[name] = {
            code: values.get(code)
            or Theta(found[DEFAULT][code].value, f"not in the set; as in {DEFAULT}")
            for code in labels.SECTORS_50
        }
    return found


def group(values: Mapping[str, Theta], weight: Mapping[str, float]) -> dict[str, Theta]:
    """Return a set over the 37 sectors: a merged sector takes the trade-weighted mean."""
    members: dict[str, list[str]] = {}
    for code in labels.SECTORS_50:
        members.setdefault(labels.sectors()[code].group37, []).append(code)
    merged = {}
    for code in labels.SECTORS_37:
        fine = members[code]
        if fine == [code]:
            merged[code] = values[code]
            continue
        theta = sum(weight[f] * values[f].value for f in fine) / sum(weight[f] for f in fine)
        merged[code] = Theta(theta, f"mean of {', '.join(fine)} by cross-border trade 2022")
    return merged


def write_table(
    path: Path, sets: Mapping[str, Mapping[str, Theta]], weight: Mapping[str, float]
) -> None:
    """Write ``elasticities.csv``: every set over the 37 and the 50 sectors, each code once."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["set", "sector", "theta", "source"])
        for name, values in sets.items():
            both = {**group(values, weight), **values}
            for code in labels.sectors():
                out.writerow([name, code, f"{both[code].value:.4f}", both[code].source])


def _epsilon(shared: Path) -> dict[str, float]:
    with inputs.path(shared, "fgo").open(encoding="utf-8", newline="") as file:
        return {
            r["icio2025"]: float(r["epsilon_icio"])
            for r in csv.DictReader(file)
            if r["epsilon_icio"] != "NA"
        }


def _services(shared: Path) -> dict[str, float]:
    with inputs.path(shared, "services").open(encoding="utf-8", newline="") as file:
        return {
            r["icio_sector"]: float(r["trade_elasticity_eos_minus_1"]) for r in csv.DictReader(file)
        }


def _fgo(
    epsilon: Mapping[str, float], services: Mapping[str, float], lower: float, cap: float
) -> dict[str, Theta]:
    """Return theta = -epsilon - lower, capped, over the 50 sectors."""
    formula = "-epsilon - 1" if lower else "-epsilon"
    found: dict[str, Theta] = {}
    for code in labels.SECTORS_50:
        if code in services:
            found[code] = Theta(services[code], USITC)
        elif code in epsilon:
            theta = -epsilon[code] - lower
            note = f"; {theta:.2f} capped at {cap:g}" if theta > cap else ""
            found[code] = Theta(min(theta, cap), f"{FGO}, theta = {formula}{note}")
    if np.isfinite(cap):
        raw = found["H52"].value
        found["H52"] = Theta(min(raw, CAP_H52), f"{USITC}; {raw:.2f} capped at {CAP_H52:g}")
    mean = (found["A01"].value + found["A03"].value) / 2
    found["A02"] = Theta(mean, "no estimate; mean of A01 and A03")
    for code in ("B05", "B09"):
        found[code] = Theta(found["B08"].value, "no estimate; as B08")
    for code in ("D", "L"):
        found[code] = Theta(3.0, "assumed: hardly traded")
    public = [found[c].value for c in ("P", "Q", "R", "S")]
    found["O"] = Theta(sum(public) / 4, "no estimate; mean of P, Q, R and S")
    found["T"] = Theta(found["S"].value, "no estimate and no trade; as S")
    return {code: found[code] for code in labels.SECTORS_50}


def _published(shared: Path) -> dict[str, dict[str, Theta]]:
    with inputs.path(shared, "published").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    value = {(r["source_key"], int(r["n"])): float(r["elasticity"]) for r in rows}
    citation = {r["source_key"]: r["citation"] for r in rows}
    found: dict[str, dict[str, Theta]] = {}
    for key, (name, table) in _PUBLISHED.items():
        found[name] = {}
        for codes, numbers in table.items():
            mean = sum(value[key, n] for n in numbers) / len(numbers)
            note = f"; {mean:.2f} capped at {CAP_PUBLISHED:g}" if mean > CAP_PUBLISHED else ""
            rows_used = ", ".join(str(n) for n in numbers)
            for code in codes.split():
                found[name][code] = Theta(
                    min(mean, CAP_PUBLISHED), f"{citation[key]}, sector {rows_used}{note}"
                )
    return found
