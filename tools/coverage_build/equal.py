"""Equal weights over a sector's six-digit codes: where no trade by product is in reach."""

from __future__ import annotations

from collections.abc import Iterator

from coverage_build import codes
from coverage_build.base_year import YEAR
from coverage_build.estimates import Estimate, of_recipe
from coverage_build.inputs import Inputs
from coverage_build.recipes import Recipe


def estimates(data: Inputs, recipe: Recipe) -> Iterator[Estimate]:
    """Yield the group's share of the codes of each sector it reaches into."""
    named = data.product_codes(recipe.measure, recipe.products)
    lines = data.named(recipe.measure, recipe.products)
    for sector in codes.goods():
        members = codes.by_sector()[sector]
        inside = sum(lines.part(c) for c in sorted(named & members))
        if not inside:
            continue
        words = (
            f"{inside:.4g} of the sector's {len(members)} HS6 codes, equal weights: no trade by "
            "product of this pair in reach"
        )
        yield of_recipe(
            data, recipe, sector, inside / len(members), basis="equal", year=YEAR, source=words
        )
