"""Preferences in the base tariffs, from ``agreements.toml`` (each with its legal reference)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import labels

FOOD = ("A01", "A03", "C10T12")
YEARS = 3  # an agreement younger than this that succeeds none had only begun its cuts
KEYS = {
    "name", "parties", "partners", "in_force", "goods", "importers", "citation", "succeeds"
}  # fmt: skip


class Agreement(NamedTuple):
    """One agreement: who frees whom (pairs exporter, importer), from when, which goods."""

    name: str
    pairs: frozenset[tuple[str, str]]
    in_force: date
    industrial: bool
    citation: str
    succeeds: str


def read(on: date) -> list[Agreement]:
    """Return the agreements in the table, groups expanded to their members on the day."""
    text = Path(__file__).with_name("agreements.toml").read_text("utf-8")
    found = [_agreement(row, on) for row in tomllib.loads(text)["agreement"]]
    union = labels.group("EU27")
    pairs = frozenset((a, b) for a in union for b in union if a != b)
    single = "Treaty on the Functioning of the European Union, Article 28; OJ C 326, 26.10.2012"
    return [
        Agreement("European Union customs union", pairs, date(1968, 7, 1), False, single, ""),
        *found,
    ]


def applies(agreement: Agreement, on: date) -> bool:
    """Return whether its rates stand in the base: in force, and past its first cuts."""
    if agreement.in_force > on:
        return False
    young = agreement.in_force.replace(year=agreement.in_force.year + YEARS) > on
    return bool(agreement.succeeds) or not young


def freed(
    agreements: Sequence[Agreement], countries: Sequence[str], sectors: Sequence[str], on: date
) -> NDArray[np.bool_]:
    """Return which cells [exporter, importer, sector] enter free under an agreement."""
    place = {c: k for k, c in enumerate(countries)}
    goods = np.array([code in labels.GOODS_27 for code in sectors])
    industrial = goods & ~np.isin(sectors, FOOD)
    free = np.zeros((len(place), len(place), len(sectors)), dtype=bool)
    for agreement in agreements:
        if applies(agreement, on):
            for exporter, importer in agreement.pairs:
                if exporter in place and importer in place:
                    cell = industrial if agreement.industrial else goods
                    free[place[exporter], place[importer]] |= cell
    return free


def _agreement(row: dict[str, Any], on: date) -> Agreement:
    unknown = set(row) - KEYS
    if unknown:
        raise SystemExit(f"agreements.toml: {row.get('name')}: unknown key {sorted(unknown)[0]}")
    sides = _members(row["parties"], on), _members(row.get("partners", []), on)
    if sides[1]:
        pairs = {(a, b) for a in sides[0] for b in sides[1] if a != b}
        pairs |= {(b, a) for a, b in pairs}
    else:
        pairs = {(a, b) for a in sides[0] for b in sides[0] if a != b}
    if "importers" in row:
        grants = _members(row["importers"], on)
        pairs = {(a, b) for a, b in pairs if b in grants}
    return Agreement(
        row["name"],
        frozenset(pairs),
        row["in_force"],
        row["goods"] == "industrial",
        row["citation"],
        row.get("succeeds", ""),
    )


def _members(words: Sequence[str], on: date) -> set[str]:
    return {code for word in words for code in labels.expand(word, on)}
