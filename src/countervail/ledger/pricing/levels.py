"""Goods that a measure kept out of the base year: what to restore, and how heavy they then are.

A measure with ``suppressed_base``, or with ``level_year`` for goods hardly traded in the base year,
states what each good was worth (``[[levels]]``). Where it is asked about, the world is restored to
hold that (:mod:`countervail.world.restored`), and coverages are those of the restored cells: a
restored good's weight is its value over the cell, other goods of the cell keep their value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from countervail.ledger.in_force import LawView, entries_in_force
from countervail.ledger.ledger import Ledger
from countervail.ledger.measure import Coverage, Level, Measure
from countervail.ledger.notes import About, Cell, Note
from countervail.ledger.pricing.in_goods import in_goods
from countervail.ledger.pricing.spreading import covered
from countervail.world.carving.record import Carving
from countervail.world.restored import RestoredGood
from countervail.world.world import World

SHORT = 1.0 - 1e-9
"""Goods hold what was restored of them, rounding allowing, or it is said."""

Rows = Sequence[Mapping[str, Any]]
"""What a world says was restored in it, a row a good (``World.restored``)."""


def goods(ledger: Ledger, ids: Iterable[str], world: World) -> tuple[RestoredGood, ...]:
    """Return what to restore in a world for some measures.

    A good that was traded freely in the world's year is in the table already: nothing of it is
    missing. Where goods are carved out of the sector, it stands in their cells.

    Args:
        ledger: the measures.
        ids: of those asked about.
        world: its year, 0 where it is not known, is then taken for one without the goods.
    """
    return tuple(
        RestoredGood(
            measure=id,
            product=level.products,
            exporter=level.exporter,
            importer=level.importer,
            sector=label,
            year=_year(ledger.measure(id)),
            value=part * level.usd,
            left=None if left is None else part * left,
            goods=_name(ledger.measure(id), level),
        )
        for id in ids
        for level in ledger.measure(id).levels
        for left in (_left(ledger.measure(id), level, world.year),)
        for label, part in _stands(ledger.measure(id), level, world).items()
    )


def in_world(measure: Measure, world: World) -> Measure:
    """Return a measure with its coverage as it is in a world in which goods were restored."""
    tables = [table for row in world.restored for table in _tables(measure, row, world)]
    if not tables:
        return measure
    # of two tables that name a pair the first stands
    return measure.model_copy(update={"coverage": (*tables, *measure.coverage)})


def stated(
    measure: Measure, product: str, cell: tuple[str, str, str], world: World
) -> Coverage | None:
    """Return the coverage that a group's weight in a cell of a world comes from; None for none.

    A good that the group names whole has the basis ``whole``, whatever is stated of its sector.

    Args:
        measure: the instrument.
        product: id of the group.
        cell: exporter, importer and sector of the world's finest table.
        world: the world.
    """
    table = world.finest
    direct = in_world(measure, world).covered(product, cell[2], *cell[:2])
    if direct is not None or table.carving is None or cell[2] not in table.carving.parts:
        return direct[1] if direct else None
    spoken = _tables_of(measure, product, cell, table.carving)
    if not spoken or in_goods(table.carving).named(measure.goods[product]).get(cell[2]) != 1.0:
        return spoken[0] if spoken else None
    all_of_it = {"basis": "whole", "range": None, "source": "the HS codes of the good"}
    return spoken[0].model_copy(update=all_of_it)


def law_in_world(view: LawView, world: World) -> LawView:
    """Return law with the coverage of its measures as in a world in which goods were restored."""
    if not world.restored:
        return view
    seen = {e.measure.id: e.measure for e in view.entries}
    there = {id: in_world(measure, world) for id, measure in seen.items()}
    entries = tuple(replace(e, measure=there[e.measure.id]) for e in view.entries)
    return replace(view, entries=entries)


def said(restored: Rows) -> Iterator[Note]:
    """Yield what there is to say of a world in which goods were restored."""
    short = [row for row in restored if row["cell"] < SHORT * row["value"]]
    for row in short:
        about = About((float(row["value"]), float(row["cell"])))
        cell = Cell(row["exporter"], row["importer"], row["sector"], (about,))
        yield Note("restored_short", (row["measure"],), (cell,))
    cells: dict[Cell, set[str]] = {}
    for row in restored:
        if row["cell"] != row["was"]:
            about = About((float(row["was"]), float(row["cell"]), float(row["year"])))
            cell = Cell(row["exporter"], row["importer"], row["sector"], (about,))
            cells.setdefault(cell, set()).add(row["measure"])
    if cells:
        yield Note("restored", tuple(sorted(set().union(*cells.values()))), tuple(cells))


def _tables(measure: Measure, row: Mapping[str, Any], world: World) -> Iterator[Coverage]:
    """Yield a measure's coverage of a restored cell: of the row's good, or of others in it."""
    cell = (row["exporter"], row["importer"], row["sector"])
    pair, held = f"{cell[0]}>{cell[1]}", float(row["cell"])
    if row["measure"] == measure.id:
        level = next(
            one
            for one in measure.levels
            if (one.products, one.exporter, one.importer) == (row["product"], *cell[:2])
            and cell[2] in _stands(measure, one, world)
        )
        yield Coverage(
            products=level.products,
            sector=cell[2],
            weights={pair: 1.0 if level.whole else min(float(row["value"]) / held, 1.0)},
            basis="whole" if level.whole else "published",
            year=int(row["year"]),
            range=level.multiples,
            source=level.source,
            note=level.note,
        )
        return
    for product in measure.product:
        here = [r for r in world.restored if (r["measure"], r["product"]) == (measure.id, product)]
        found = _weight(measure, product, cell, world)
        if found is None or any((r["exporter"], r["importer"], r["sector"]) == cell for r in here):
            continue
        weight, table = found
        kept = {pair: weight * float(row["was"]) / held}
        yield table.model_copy(update={"sector": cell[2], "weights": kept})


def _weight(
    measure: Measure, product: str, cell: tuple[str, str, str], world: World
) -> tuple[float, Coverage] | None:
    """Return a product group's weight in a cell and a table it comes from; None where none speaks.

    What is all of a good of a carved world stays that, whatever the cell holds.
    """
    table = world.finest
    if table.carving is None or cell[2] not in table.carving.parts:
        return measure.covered(product, cell[2], *cell[:2])
    i, n = (table.countries.index(code) for code in cell[:2])
    found = covered(table, n, measure, product).weights.get(cell[2])
    spoken = _tables_of(measure, product, cell, table.carving)
    if found is None or not spoken or found.whole[i]:
        return None
    return float(found.weight[i]), spoken[0].model_copy(update={"basis": "published"})


def _tables_of(
    measure: Measure, product: str, cell: tuple[str, str, str], carving: Carving
) -> list[Coverage]:
    """Return the tables that speak of a pair, those of sectors a label came from first."""
    sectors = measure.coverage_by_product.get(product, {})
    here = carving.parts[cell[2]]
    ranked = sorted(sectors, key=lambda code: code not in here)
    found = [measure.covered(product, code, *cell[:2]) for code in ranked]
    return [one[1] for one in found if one is not None]


def _stands(measure: Measure, level: Level, world: World) -> dict[str, float]:
    """Return the part of a level that stands in each label of a world; they sum to one.

    Where goods of a carved world share it, in proportion to their trade in the world times the part
    of their subheadings that it names.
    """
    table = world.finest
    if table.carving is None:
        return {level.sector: 1.0}
    where, goods = in_goods(table.carving), measure.goods[level.products]
    rest = where.label(level.sector)
    named = where.named(goods)
    if rest in table.sectors:
        named = named | {rest: where.free(goods, level.sector)}
    claims = {
        label: part * float(table.trade[:, :, table.sectors.index(label)].sum())
        for label, part in named.items()
    }
    total = sum(claims.values())
    if not total:
        return {rest: 1.0}
    # told to nine digits, so that a world whose flows were moved says the same
    return {label: round(claim / total, 9) for label, claim in claims.items() if claim > 0}


def _year(measure: Measure) -> int:
    year = measure.pre_measure_year or measure.level_year
    assert year is not None  # the file reader asks for one
    return year


def _left(measure: Measure, level: Level, year: int) -> float | None:
    """Return what a world of a year holds of a good, USD million; None is its whole cell."""
    if not year:
        absent = True
    elif measure.level_year:
        absent = year < measure.level_year
    else:
        midyear = entries_in_force(measure, date(year, 7, 1))
        absent = any(level.products in entry.products for entry in midyear)
    if not absent:
        return level.usd
    return None if level.whole else level.left_usd


def _name(measure: Measure, level: Level) -> str:
    """Return what a good is, whoever names it: its codes, in one cell."""
    product = measure.product[level.products]
    return " ".join((*product.hs, *(f"-{code}" for code in product.except_hs)))
