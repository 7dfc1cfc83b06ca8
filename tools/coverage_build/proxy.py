"""The pattern of United States imports from the same exporter, for other importers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from countervail import labels
from coverage_build import codes, hs_trade
from coverage_build.base_year import EU27
from coverage_build.blocks import Block
from coverage_build.estimates import Estimate, of_recipe
from coverage_build.inputs import Inputs
from coverage_build.recipes import Recipe


def estimates(data: Inputs, recipe: Recipe) -> Iterator[Estimate]:
    """Yield the pattern for one pair; the EU's stands for each of its members."""
    named = data.product_codes(recipe.measure, recipe.products)
    lines = data.named(recipe.measure, recipe.products)
    pattern = "EU" if recipe.exporter in EU27 else recipe.exporter
    values, totals = data.us_trade.imports[pattern], data.us_trade.sector_totals[pattern]
    for sector in codes.goods():
        part = sum(
            v * lines.part(c)
            for c, v in values.items()
            if c in named and labels.hs6_sector()[c] == sector
        )
        if not part:
            continue
        words = (
            f"US imports by HS6 from {pattern}, 2024, as the pattern: USD {part / 1e6:,.0f} mn of "
            f"{totals[sector] / 1e6:,.0f} mn of the sector"
        )
        yield of_recipe(
            data, recipe, sector, part / totals[sector], basis="proxy", year=2024, source=words
        )


def by_partner(data: Inputs, recipe: Recipe) -> Iterator[Block]:
    """Yield the pattern of every exporter at once, for a measure on all of them."""
    source = "US imports by HS6 from the same exporter, 2024, as the pattern"
    group = hs_trade.group_of(data, recipe.measure, recipe.products)
    for block in hs_trade.blocks(data, group, "proxy", source):
        note = "; ".join(filter(None, (block.note, recipe.note)))
        yield replace(block, span=recipe.range, note=note)
