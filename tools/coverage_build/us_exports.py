"""United States exports by six-digit code, as printed with the retaliation lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import fsum
from typing import NamedTuple

from coverage_build import codes
from coverage_build.base_year import Cell
from coverage_build.estimates import Estimate, of_recipe
from coverage_build.inputs import Inputs
from coverage_build.recipes import Recipe

LEAST = 0.001  # part of a cell below which a group is left out of it


class _Scale(NamedTuple):
    """What all values of a list are multiplied by, and why."""

    factor: float
    words: str


class _Part(NamedTuple):
    """The group's codes of one sector and their weights in the cell.

    ``value`` is what the named part of the printed codes was worth, USD; ``fill`` the weight of the
    others; ``valued``: some subheadings named in part are weighed by trade by line.
    """

    sector: str
    weights: Mapping[str, float]
    value: float
    unprinted: int
    valued: bool
    fill: float
    cell: float

    @property
    def weight(self) -> float:
        """The group's part of the cell."""
        return sum(self.weights.values())

    @property
    def basis(self) -> str:
        """Published, unless what had no value makes up most of the weight."""
        printed = len(self.weights) > self.unprinted
        return "published" if printed and self.fill <= self.weight / 2 else "equal"


def estimates(data: Inputs, recipe: Recipe) -> Iterator[Estimate]:
    """Yield the printed exports over the base cell, sector by sector.

    A subheading that the list names in part counts by the part of its lines that are named; where
    the value of the whole list is published, all are scaled down to it.
    """
    values = _printed(data, recipe)
    scale = _scale(data, recipe, values)
    named = data.product_codes(recipe.measure, recipe.products)
    found: list[Estimate] = []
    small: list[str] = []
    for sector in codes.goods():
        members = sorted(named & codes.by_sector()[sector])
        if not members:
            continue
        part = _part(data, recipe, sector, members, values, scale.factor)
        if part.weight < LEAST:
            small.append(sector)
            continue
        found.append(
            of_recipe(
                data,
                recipe,
                sector,
                part.weight,
                basis=part.basis,
                year=2024,
                source=_words(data, recipe, part, scale),
                code_weights=part.weights,
            )
        )
    if small and found:
        left = f"below {LEAST} of the cell, left out: {', '.join(small)}"
        max(found, key=lambda e: e.weight).notes.append(left)
    yield from found


def _printed(data: Inputs, recipe: Recipe) -> dict[str, float]:
    """Return exports by HS6, USD; lists that print the same code print the same trade."""
    values: dict[str, float] = {}
    for name in recipe.files:
        for code, value in data.us_trade.exports(name).items():
            values[code] = max(value, values.get(code, 0.0))
    return values


def _scale(data: Inputs, recipe: Recipe, values: Mapping[str, float]) -> _Scale:
    """Return the published value of the whole list over what is printed, one at most."""
    if not recipe.total:
        return _Scale(1.0, "")
    groups = recipe.total_of or (recipe.products,)
    parts: dict[str, float] = defaultdict(float)
    for g in groups:
        lines = data.named(recipe.measure, g)
        for c in sorted(data.product_codes(recipe.measure, g)):
            parts[c] = min(1.0, parts[c] + lines.part(c))
    printed = fsum(values.get(c, 0.0) * part for c, part in parts.items()) / 1e6
    whole = data.facts.balance(recipe.total, recipe.total_less)
    factor = min(1.0, whole.usd / printed)
    return _Scale(factor, f"; times {factor:.3f}, as the list in all is {whole.words}")


def _part(
    data: Inputs,
    recipe: Recipe,
    sector: str,
    members: list[str],
    values: Mapping[str, float],
    factor: float,
) -> _Part:
    """Weigh a sector's codes: exports over the cell, or an even share of the sector's codes."""
    cell = data.base_year.purchases(Cell(recipe.exporter, recipe.importer, sector))
    ratio = data.base_year.customs_ratio[recipe.exporter]
    even = 1 / len(codes.by_sector()[sector])
    lines = data.named(recipe.measure, recipe.products)
    weights = {
        c: factor * lines.part(c) * (values[c] / 1e6 / ratio / cell if c in values else even)
        for c in members
    }
    printed = [c for c in members if c in values]
    unprinted = [c for c in members if c not in values]
    value = sum(values[c] * lines.part(c) for c in printed)
    fill = sum(weights[c] for c in unprinted)
    valued = any(c in lines.valued for c in members)
    return _Part(sector, weights, value, len(unprinted), valued, fill, cell)


def _words(data: Inputs, recipe: Recipe, part: _Part, scale: _Scale) -> str:
    ratio = data.base_year.customs_ratio[recipe.exporter]
    words = (
        f"US exports to {recipe.importer} by HS6 as printed with the list "
        f"({', '.join(recipe.files)}; Trade War Tracker): USD {part.value / 1e6:,.0f} mn over "
        f"{ratio:.3f} (customs over ICIO, {recipe.exporter}), over the cell of 2022, "
        f"USD {part.cell:,.0f} mn{scale.words}"
    )
    if part.valued:
        words += f"; subheadings named in part by {data.nomenclatures.values_of(recipe)}"
    if part.unprinted:
        words += f"; {part.unprinted} HS6 without a value at equal weight: {part.fill:.3f}"
    return words
