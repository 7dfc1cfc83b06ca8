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
from countervail.world.restored import RestoredGood

Rows = Sequence[Mapping[str, Any]]
"""What a world says was restored in it, a row a good (``World.restored``)."""


def goods(ledger: Ledger, ids: Iterable[str], year: int) -> tuple[RestoredGood, ...]:
    """Return what to restore in a world of a year for some measures.

    A good that was traded freely in that year is in the table already: nothing of it is missing.

    Args:
        ledger: the measures.
        ids: of those asked about.
        year: of the world; 0 where it is not known: taken for one without the goods.
    """
    return tuple(
        RestoredGood(
            measure=id,
            product=level.products,
            exporter=level.exporter,
            importer=level.importer,
            sector=level.sector,
            year=_year(ledger.measure(id)),
            value=level.usd,
            left=_left(ledger.measure(id), level, year),
            goods=_name(ledger.measure(id), level),
        )
        for id in ids
        for level in ledger.measure(id).levels
    )


def in_world(measure: Measure, restored: Rows) -> Measure:
    """Return a measure with its coverage as it is in a world in which goods were restored."""
    tables = [table for row in restored for table in _tables(measure, row, restored)]
    if not tables:
        return measure
    # of two tables that name a pair the first stands
    return measure.model_copy(update={"coverage": (*tables, *measure.coverage)})


def law_in_world(view: LawView, restored: Rows) -> LawView:
    """Return law with the coverage of its measures as in a world in which goods were restored."""
    if not restored:
        return view
    seen = {e.measure.id: e.measure for e in view.entries}
    there = {id: in_world(measure, restored) for id, measure in seen.items()}
    entries = tuple(replace(e, measure=there[e.measure.id]) for e in view.entries)
    return replace(view, entries=entries)


def said(restored: Rows) -> Iterator[Note]:
    """Yield what there is to say of a world in which goods were restored."""
    cells: dict[Cell, set[str]] = {}
    for row in restored:
        if row["cell"] != row["was"]:
            about = About((float(row["was"]), float(row["cell"]), float(row["year"])))
            cell = Cell(row["exporter"], row["importer"], row["sector"], (about,))
            cells.setdefault(cell, set()).add(row["measure"])
    if cells:
        yield Note("restored", tuple(sorted(set().union(*cells.values()))), tuple(cells))


def _tables(measure: Measure, row: Mapping[str, Any], restored: Rows) -> Iterator[Coverage]:
    """Yield a measure's coverage of a restored cell: of the row's good, or of others in it."""
    cell = (row["exporter"], row["importer"], row["sector"])
    pair, held = f"{cell[0]}>{cell[1]}", float(row["cell"])
    if row["measure"] == measure.id:
        level = next(
            one
            for one in measure.levels
            if (one.products, one.exporter, one.importer, one.sector) == (row["product"], *cell)
        )
        yield Coverage(
            products=level.products,
            sector=level.sector,
            weights={pair: 1.0 if level.whole else min(float(row["value"]) / held, 1.0)},
            basis="whole" if level.whole else "published",
            year=int(row["year"]),
            range=level.multiples,
            source=level.source,
            note=level.note,
        )
        return
    for product in measure.product:
        here = [r for r in restored if r["product"] == product and r["measure"] == measure.id]
        found = measure.covered(product, cell[2], *cell[:2])
        if found is None or any((r["exporter"], r["importer"], r["sector"]) == cell for r in here):
            continue
        weight, table = found
        kept = {pair: weight * float(row["was"]) / held}
        yield table.model_copy(update={"sector": cell[2], "weights": kept})


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
