"""What the recipes draw on: the measures as written, and the shared data, each read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from coverage_build import codes
from coverage_build.base_year import BaseYear
from coverage_build.facts import Facts
from coverage_build.national import Named, Nomenclatures
from coverage_build.recipes import Recipe
from coverage_build.us_trade import UsTrade

Law = Mapping[str, Any]


@dataclass(frozen=True)
class Inputs:
    """The measures, their recipes and the shared data.

    Attributes:
        shared: reference-data folder.
        laws: measure files by id, as TOML gives them: coverage is computed before a measure is
            whole enough for the ledger to load it.
        recipes: how groups are weighed.
        nomenclatures: the national tariff lines of importers.
        base_year: the world's cells.
        us_trade: United States trade by HS6.
        facts: published magnitudes.
    """

    shared: Path
    laws: Mapping[str, Law]
    recipes: Sequence[Recipe]
    nomenclatures: Nomenclatures
    base_year: BaseYear
    us_trade: UsTrade
    facts: Facts

    @cached_property
    def _named(self) -> dict[tuple[str, str], Named]:
        return {
            (r.measure, r.products): self.nomenclatures.named(
                r, self.product_codes(r.measure, r.products)
            )
            for r in self.recipes
            if r.lists or r.without
        }

    def named(self, measure: str, product: str) -> Named:
        """Return what a product group names of its subheadings, line by line."""
        return self._named.get((measure, product), Named())

    def product_codes(self, measure: str, product: str) -> set[str]:
        """Return the HS6 codes of a product group."""
        for entry in self.laws[measure]["products"]:
            if entry["id"] == product:
                found = codes.expand(entry["hs"]) - codes.expand(entry.get("except_hs", []))
                if not found:
                    raise SystemExit(f"{measure}: product {product!r} names no HS 2022 code")
                return found
        raise SystemExit(f"recipes.toml: {measure} has no product {product!r}")


def read(shared: Path, laws: Mapping[str, Law], recipes: Sequence[Recipe]) -> Inputs:
    """Return the inputs; a file of the shared data is read when something first asks for it."""
    for recipe in recipes:
        if recipe.measure not in laws:
            raise SystemExit(f"recipes.toml: no measure {recipe.measure!r}")
    base_year = BaseYear(shared)
    importer = {measure: law["implementer"] for measure, law in laws.items()}
    us_trade = UsTrade(shared, base_year.tables.countries)
    lines = Nomenclatures(shared, importer, recipes)
    return Inputs(shared, laws, recipes, lines, base_year, us_trade, Facts(shared))
