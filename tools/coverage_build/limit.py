"""The limit on a cell: its estimated lines sum to at most 0.95, and what exceeds it moves on.

Lines that are the whole sector may be all of it.

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
from coverage_build.national import WHOLE

CELL_LIMIT = 0.95  # docs/theory.md, Coverage: the estimated lines of one cell sum to at most this
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
    groups = {era: [e for e in members if e.era in ("", era)] for era in eras}
    ratios = {
        era: (_most(cell.sector, found), _union(cell.sector, found))
        for era, found in groups.items()
    }
    for e in members:
        tightest = min(ratios.values(), key=lambda pair: pair[0] / max(pair[1], 1e-300))
        most, total = ratios[e.era] if e.era else tightest
        if total <= most:
            continue
        scale = most / total
        excess = e.weight * (1 - scale) * base_year.purchases(cell)
        e.weight *= scale
        said = f"the cell's estimated lines sum to {total:.3g}; scaled to {most:g}"
        if cell.sector in PROCESSING:
            goes_to = cell._replace(sector=PROCESSING[cell.sector])
            said += f", the excess of USD {excess:,.0f} mn placed in {goes_to.sector}"
            _spill(found, e, excess, goes_to, base_year.purchases(goes_to))
        else:
            said += ", the excess is not priced"
        e.notes.append(said)


def _union(sector: str, members: Iterable[Estimate]) -> float:
    """Return the part of a cell that its groups name together; goods named twice count once."""
    whole: dict[str, float] = defaultdict(float)
    lines: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for e in members:
        inside = e.codes & codes.by_sector()[sector] or e.codes
        size = fsum(e.named.part(code) for code in inside)
        for code in inside:
            even = e.weight * e.named.part(code) / size if size else 0.0
            share = (e.code_weights or {}).get(code, even)
            if code not in e.named.parts:
                whole[code] = max(whole[code], share)
                continue
            count = fsum(e.named.parts[code].values())
            for line, part in e.named.parts[code].items():
                lines[code][line] = max(lines[code][line], share * part / count)
    return fsum(
        max(whole.get(code, 0.0), fsum(lines.get(code, {}).values()))
        for code in sorted({*whole, *lines})
    )


def _most(sector: str, members: Iterable[Estimate]) -> float:
    """Return the part of a cell that its groups may take: all where they name all of it."""
    named: dict[str, dict[str, float]] = defaultdict(dict)
    for e in members:
        for code in e.codes & codes.by_sector()[sector]:
            named[code] |= e.named.parts.get(code, {"": 1.0})
    every = all(sum(named[code].values()) >= WHOLE for code in codes.by_sector()[sector])
    return 1.0 if every else CELL_LIMIT


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
    notes = [f"excess of {source.cell.sector} placed here"]
    placed = replace(source, cell=cell, weight=excess / bought, source=words, notes=notes)
    found.append(replace(placed, code_weights=None, others={}, era=""))
