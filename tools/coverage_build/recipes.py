"""The recipes: how each product group is weighed that its product list alone does not settle."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATH = Path(__file__).resolve().parent / "recipes.toml"
Entry = Mapping[str, Any]
ListEntry = str | Entry


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One table of ``recipes.toml``; what a kind does not use stays at its default.

    A list (``ListEntry``) is the name of a list of the Trade War Tracker, or a table with the
    ``file`` below the shared data, the ``column`` of the codes (a name or a position; the first by
    default), ``within``, the chapters or first digits that are meant, and, by column, the values of
    the rows that are.
    An entry (``Entry``) is a published magnitude: a row of the shared facts, named by its file and
    columns, or a value with its unit, year and source.

    Attributes:
        measure: id of the measure.
        products: id of its product group.
        kind: published, level, us_exports, proxy, proxy_by_partner, equal, us_imports, none, or
            lists: the product list settles the coverage, and only the lines it names are said.
        pair: "exporter>importer", ISO3 codes or EU.
        note: what a reader should know of the weight.
        range: low and high multiples of the weight.
        era: groups of different eras were never in force together.
        sector: sector of a published value.
        value: entries that add up to the published value.
        less: entries taken off it.
        year: year of the value, where the entries' own is not meant.
        value_cell: year whose whole cell is the value, the goods being the sector.
        base: the same goods' value of the base year.
        base_is_nil: the goods were hardly traded in the base year.
        others: weights of other exporters, by ISO3 code.
        files: United States exports printed with retaliation lists.
        total: entries that add up to the published value of all the groups in ``total_of``.
        total_less: entries taken off it.
        total_of: groups whose value the total is; this one where empty.
        lists: lists of national tariff lines that the group names.
        without: lists of national tariff lines that are exempt from it.
    """

    measure: str
    products: str
    kind: str
    pair: str = ""
    note: str = ""
    range: tuple[float, float] = (0.5, 1.5)
    era: str = ""
    sector: str = ""
    value: tuple[Entry, ...] = ()
    less: tuple[Entry, ...] = ()
    year: int | None = None
    value_cell: int | None = None
    base: Entry | None = None
    base_is_nil: bool = False
    others: Mapping[str, float] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    total: tuple[Entry, ...] = ()
    total_less: tuple[Entry, ...] = ()
    total_of: tuple[str, ...] = ()
    lists: tuple[ListEntry, ...] = ()
    without: tuple[ListEntry, ...] = ()

    @property
    def exporter(self) -> str:
        """The seller: an ISO3 code or EU."""
        return self.pair.partition(">")[0]

    @property
    def importer(self) -> str:
        """The buyer: an ISO3 code or EU."""
        return self.pair.partition(">")[2]


def read(path: Path = PATH) -> list[Recipe]:
    """Return the recipes in the order of the file."""
    with path.open("rb") as file:
        tables = tomllib.load(file)["recipe"]
    return [_recipe(table, path.name) for table in tables]


def _recipe(table: Mapping[str, Any], name: str) -> Recipe:
    unknown = sorted(set(table) - set(Recipe.__dataclass_fields__))
    if unknown:
        raise SystemExit(f"{name}: {table['measure']}: unknown key {unknown[0]!r}")
    values: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in table.items()
    }
    return Recipe(**values)
