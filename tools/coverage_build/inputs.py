"""What the recipes draw on: the measures as written, and the shared data, each read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage_build import codes
from coverage_build.base_year import BaseYear
from coverage_build.facts import Facts
from coverage_build.us_trade import UsTrade

Law = Mapping[str, Any]


@dataclass(frozen=True)
class Inputs:
    """The measures and the shared data.

    Attributes:
        shared: reference-data folder.
        laws: measure files by id, as TOML gives them: coverage is computed before a measure is
            whole enough for the ledger to load it.
        base_year: the world's cells.
        us_trade: United States trade by HS6.
        facts: published magnitudes.
    """

    shared: Path
    laws: Mapping[str, Law]
    base_year: BaseYear
    us_trade: UsTrade
    facts: Facts

    def product_codes(self, measure: str, product: str) -> set[str]:
        """Return the HS6 codes of a product group."""
        for entry in self.laws[measure]["products"]:
            if entry["id"] == product:
                found = codes.expand(entry["hs"]) - codes.expand(entry.get("except_hs", []))
                if not found:
                    raise SystemExit(f"{measure}: product {product!r} names no HS 2022 code")
                return found
        raise SystemExit(f"recipes.toml: {measure} has no product {product!r}")


def read(shared: Path, laws: Mapping[str, Law]) -> Inputs:
    """Return the inputs; a file of the shared data is read when something first asks for it."""
    base_year = BaseYear(shared)
    us_trade = UsTrade(shared, base_year.tables.countries)
    return Inputs(shared, laws, base_year, us_trade, Facts(shared))
