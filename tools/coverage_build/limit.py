"""The limit on a cell: its estimated lines sum to at most 0.95, and what exceeds it moves on.

Live lobster is 25 times Canada's whole fishing cell to China: tables put much of what farms, boats
and mines sell abroad into the sector that processes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import fsum

from countervail import labels
from coverage_build import codes
from coverage_build.base_year import BaseYear, Cell
from coverage_build.estimates import Estimate

CELL_LIMIT = 0.95  # MODEL.md: the estimated lines of one cell sum to at most this
PROCESSING = {"A01": "C10T12", "A03": "C10T12", "B07": "C24B"}


def limit_cells(base_year: BaseYear, estimates: Iterable[Estimate]) -> list[Estimate]:
    """Scale the estimates of each cell to the limit, in place; move the excess downstream.

    Sectors whose excess moves go first, so that the cells they spill into are limited after. What
    exceeds the limit of any other cell is not priced, and the note says so.
    """
    found = list(estimates)
    rest = set(labels.GOODS_27) - set(PROCESSING)
    for sectors in (*({sector} for sector in PROCESSING), rest):
        for cell, members in _by_cell(found, sectors):
            _limit(base_year, found, cell, members)
    return found


def _by_cell(found: Iterable[Estimate], sectors: set[str]) -> list[tuple[Cell, list[Estimate]]]:
    cells: dict[Cell, list[Estimate]] = defaultdict(list)
    for e in found:
        if e.cell.sector in sectors:
            cells[e.cell].append(e)
    return sorted(cells.items(), key=lambda item: item[0])


def _limit(
    base_year: BaseYear, found: list[Estimate], cell: Cell, members: Sequence[Estimate]
) -> None:
    """Limit one cell, era by era; what is of no era was in force in each."""
    eras = sorted({e.era for e in members if e.era}) or [""]
    totals = {era: _union(cell.sector, [e for e in members if e.era in ("", era)]) for era in eras}
    for e in members:
        total = totals[e.era] if e.era else max(totals.values())
        if total <= CELL_LIMIT:
            continue
        scale = CELL_LIMIT / total
        excess = e.weight * (1 - scale) * base_year.purchases(cell)
        e.weight *= scale
        said = f"the cell's estimated lines sum to {total:.3g}; scaled to {CELL_LIMIT}"
        if cell.sector in PROCESSING:
            goes_to = cell._replace(sector=PROCESSING[cell.sector])
            said += f", the excess of USD {excess:,.0f} mn placed in {goes_to.sector}"
            _spill(found, e, excess, goes_to, base_year.purchases(goes_to))
        else:
            said += ", the excess is not priced"
        e.notes.append(said)


def _union(sector: str, members: Iterable[Estimate]) -> float:
    """Return the part of a cell that its groups name together; goods named twice count once."""
    best: dict[str, float] = defaultdict(float)
    for e in members:
        inside = e.codes & codes.by_sector()[sector] or e.codes
        for code in inside:
            share = (e.code_weights or {}).get(code, e.weight / len(inside))
            best[code] = max(best[code], share)
    return fsum(best.values())


def _spill(
    found: list[Estimate], source: Estimate, excess: float, cell: Cell, bought: float
) -> None:
    """Place a group's excess, USD million, in a cell downstream, whose purchases are ``bought``."""
    group = (source.measure, source.product, cell)
    twin = next((e for e in found if (e.measure, e.product, e.cell) == group), None)
    if twin:
        twin.weight += excess / bought
        twin.notes.append(f"includes USD {excess:,.0f} mn of excess from {source.cell.sector}")
        return
    words = (
        f"excess of {source.cell.sector} (see there), USD {excess:,.0f} mn over the cell of 2022, "
        f"USD {bought:,.0f} mn"
    )
    notes = [f"excess over {CELL_LIMIT} of {source.cell.sector} placed here"]
    placed = replace(source, cell=cell, weight=excess / bought, source=words, notes=notes)
    found.append(replace(placed, code_weights=None, others={}, era=""))
