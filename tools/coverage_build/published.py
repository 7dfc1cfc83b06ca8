"""Published values: what a group was worth in the last full year before the announcement."""

from __future__ import annotations

from collections.abc import Iterator

from coverage_build.base_year import Cell
from coverage_build.estimates import Estimate, of_recipe
from coverage_build.inputs import Inputs
from coverage_build.recipes import Recipe


def estimates(data: Inputs, recipe: Recipe) -> Iterator[Estimate]:
    """Yield the weight P/(P+R) of the published value P, USD million at basic prices.

    R is the cell of the base year less what the same goods were worth then; where that is not known
    the weight is P over the cell.
    """
    cell = Cell(recipe.exporter, recipe.importer, recipe.sector)
    ratio = data.base_year.customs_ratio[cell.exporter]
    value, year, words = _value(data, recipe, cell, ratio)
    bought = data.base_year.purchases(cell)
    words += f" = USD {value:,.0f} mn = P; cell of 2022 USD {bought:,.0f} mn"
    if recipe.base is not None:
        base = data.facts.fact(recipe.base)
        weight = value / (value + bought - base.usd / ratio)
        words += f"; R = cell less {base.words}; P/(P+R)"
    elif recipe.base_is_nil:
        weight = value / (value + bought)
        words += " = R, the goods being hardly traded then; P/(P+R)"
    else:
        weight = value / bought
        words += ", base-year value of the goods not known; P/cell"
    yield of_recipe(data, recipe, cell.sector, weight, basis="published", year=year, source=words)


def _value(data: Inputs, recipe: Recipe, cell: Cell, ratio: float) -> tuple[float, int, str]:
    """Return P, USD million at basic prices, its year, and how it was had."""
    if recipe.value_cell is not None:
        year = recipe.value_cell
        return data.base_year.purchases(cell, year), year, f"the whole cell of {year}"
    total = data.facts.balance(recipe.value, recipe.less)
    year = max(total.years) if recipe.year is None else recipe.year
    words = f"{total.words}, over {ratio:.3f} (customs over ICIO, {cell.exporter})"
    return total.usd / ratio, year, words
