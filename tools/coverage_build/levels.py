"""Levels: what goods were worth before a measure that keeps them out of the base year's table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coverage_build.base_year import Cell
from coverage_build.blocks import number
from coverage_build.inputs import Inputs
from coverage_build.recipes import Recipe

TABLES = "OECD Inter-Country Input-Output tables, 2025 release"


@dataclass(frozen=True)
class LevelBlock:
    """One `[[levels]]` table; the keys are those of the measure file.

    Attributes:
        products: id of the product group.
        sector: sector code.
        pair: "exporter>importer".
        value: million of the currency.
        currency: of the value.
        per_usd: units of it a dollar.
        ratio: the exporter's customs value over the table's.
        left: what the goods were worth in the base year, USD million, valued like the value.
        whole: the good is the sector.
        source: where the value is from.
        span: low and high multiples of the value.
        note: what a reader should know.
    """

    products: str
    sector: str
    pair: str
    value: float
    currency: str
    per_usd: float
    ratio: float
    source: str
    left: float = 0.0
    whole: bool = False
    span: tuple[float, float] | None = None
    note: str = ""

    def text(self) -> str:
        """Return the table as TOML."""
        lines = [
            "[[levels]]",
            f'products = "{self.products}"',
            f'sector = "{self.sector}"',
            f'pair = "{self.pair}"',
            f"value = {self.value:.10g}" + ("" if self.value % 1 else ".0"),
            f'currency = "{self.currency}"',
            f"per_usd = {float(self.per_usd)}",
            f"ratio = {float(self.ratio)}",
        ]
        lines += ["whole = true"] if self.whole else [f"left = {float(self.left)}"]
        if self.span:
            lines.append(f"range = [{number(self.span[0])}, {number(self.span[1])}]")
        lines.append(f'source = "{self.source}"')
        if self.note:
            lines.append(f'note = "{self.note}"')
        return "\n".join(lines) + "\n"


def level(data: Inputs, recipe: Recipe) -> LevelBlock:
    """Return the level of a recipe's goods in its pair's cell.

    The value is one published magnitude, in the currency it was published in; or the whole cell of
    another year's table, the goods being the sector.
    """
    cell = Cell(recipe.exporter, recipe.importer, recipe.sector)

    def block(value: float, currency: str, per_usd: float, **more: Any) -> LevelBlock:
        return LevelBlock(
            products=recipe.products,
            sector=cell.sector,
            pair=recipe.pair,
            value=value,
            currency=currency,
            per_usd=per_usd,
            note=recipe.note,
            **more,
        )

    if recipe.value_cell is not None:
        value = round(data.base_year.purchases(cell, recipe.value_cell), 1)
        words = f"{TABLES}: the cell of {recipe.value_cell}"
        return block(value, "USD", 1.0, ratio=1.0, whole=True, source=words)
    [entry] = recipe.value
    quote = data.facts.quote(entry)
    left, words = 0.0, quote.source
    if recipe.base is not None:
        base = data.facts.fact(recipe.base)
        left = round(base.usd, 3)
        words += f"; left in the base year: {base.words}"
    elif not recipe.base_is_nil:
        raise SystemExit(f"recipes.toml: {recipe.measure}: a level needs base or base_is_nil")
    return block(
        quote.value,
        quote.currency,
        quote.per_usd,
        ratio=round(data.base_year.customs_ratio[cell.exporter], 3),
        left=left,
        span=recipe.range,
        source=words,
    )
