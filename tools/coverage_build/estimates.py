"""An estimated product group in one cell, as the recipes make it and the cell limit changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coverage_build.base_year import Cell
from coverage_build.blocks import Block
from coverage_build.inputs import Inputs
from coverage_build.national import Named
from coverage_build.recipes import Recipe


@dataclass
class Estimate:
    """An estimated group in one cell; the cell limit changes its weight and adds notes.

    Attributes:
        measure: id of the measure.
        product: id of its product group.
        cell: exporter, importer and sector.
        weight: the group's part of the cell, 0 to 1 once the limit is applied.
        basis: published, proxy or equal.
        year: year of the trade weighed.
        source: where the weight is from, with the arithmetic.
        codes: HS6 codes of the group, in any sector.
        named: what the group names of those it does not name whole.
        span: low and high multiples of the weight.
        notes: what a reader should know.
        code_weights: the weight by HS6, where known.
        others: weights of other exporters.
        era: estimates of different eras were never in force together.
    """

    measure: str
    product: str
    cell: Cell
    weight: float
    basis: str
    year: int
    source: str
    codes: set[str]
    named: Named
    span: tuple[float, float] | None = None
    notes: list[str] = field(default_factory=list)
    code_weights: Mapping[str, float] | None = None
    others: Mapping[str, float] = field(default_factory=dict)
    era: str = ""

    def block(self, implementer: str) -> Block:
        """Return the coverage table; the pair is named in full where the buyer is another."""
        exporter, importer, sector = self.cell
        pair = exporter if importer == implementer else f"{exporter}>{importer}"
        return Block(
            self.product,
            sector,
            {pair: self.weight, **self.others},
            self.basis,
            self.year,
            self.source,
            self.span,
            "; ".join(self.notes),
        )


def of_recipe(
    data: Inputs,
    recipe: Recipe,
    sector: str,
    weight: float,
    *,
    basis: str,
    year: int,
    source: str,
    code_weights: Mapping[str, float] | None = None,
) -> Estimate:
    """Return a recipe's estimate in one sector."""
    return Estimate(
        recipe.measure,
        recipe.products,
        Cell(recipe.exporter, recipe.importer, sector),
        weight,
        basis,
        year,
        source,
        data.product_codes(recipe.measure, recipe.products),
        data.named(recipe.measure, recipe.products),
        recipe.range,
        [recipe.note] if recipe.note else [],
        code_weights,
        recipe.others,
        recipe.era,
    )
