"""What a scenario is about: its measures, and the cells and pairs their change of law touches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.notes import Note
from countervail.solution import Solution
from countervail.world import World
from countervail.world.concordance import Concordance


def subject(solution: Solution) -> frozenset[str]:
    """Return the ids of the measures asked about, hypothetical changes included."""
    if solution.scenario.subject is not None:
        return frozenset(solution.scenario.subject)
    views = solution.resolved.law_before, solution.resolved.law_after
    return frozenset(i for view in views if view is not None for i in view.ids)


def moved_lines(solution: Solution) -> list[int]:
    """Return the positions of the lines of the subject's measures whose law differs."""
    flows, table = solution.lines, solution.resolved.lines
    if flows is None or table is None:
        return []
    moved = (flows.tariff != flows.tariff_new) | (flows.banned != flows.banned_new)
    moved |= _quotas_differ(solution, len(table))
    about = subject(solution)
    return [
        int(line)
        for line in np.flatnonzero(moved)
        if any(measure in about for measure, _ in table.members[line])
    ]


def _quotas_differ(solution: Solution, lines: int) -> NDArray[np.bool_]:
    """Return the lines of which another quantity is let in, of what can be priced."""
    differ = np.zeros(lines, dtype=np.bool_)
    first, second = solution.resolved.quotas_before, solution.resolved.quotas
    for some, others in ((first, second), (second, first)):
        for quota in some:
            if quota.law.priced:
                alike = [one.lines for one in others if one.law == quota.law]
                known = np.concatenate([quota.lines[:0], *alike])
                differ[np.setdiff1d(quota.lines, known)] = True
    return differ


def moved_measures(solution: Solution) -> frozenset[str]:
    """Return the ids of the measures asked about that lay another duty on some line."""
    table = solution.resolved.lines
    if table is None:
        return frozenset()
    found = {name for line in moved_lines(solution) for name, _ in table.members[line]}
    return frozenset(found & subject(solution))


def subject_cells(solution: Solution) -> list[tuple[int, int, int]]:
    """Return the cells (exporter, importer, sector) that the question changes.

    Those in which lines of the subject move, and those changed by hand.
    """
    table, after = solution.resolved.lines, solution.resolved.after
    cells: list[tuple[int, int, int]] = []
    if table is not None:
        cells += [
            (int(table.exporter[k]), int(table.importer[k]), int(table.sector[k]))
            for k in moved_lines(solution)
        ]
    for new, old in (
        (after.tariff_new, solution.world.tariff),
        (after.iceberg_hat, 1.0),
        (after.export_tax, 0.0),
    ):
        if new is not None:
            cells += [(int(i), int(n), int(j)) for i, n, j in np.argwhere(new != old)]
    return list(dict.fromkeys(cells))


def labels_of(
    table: World | Concordance, cell: Sequence[NDArray[np.int64]], line: int
) -> tuple[str, str, str]:
    """Return the exporter, importer and sector of a line, given their positions in a table."""
    i, n, j = (int(part[line]) for part in cell)
    return table.countries[i], table.countries[n], table.sectors[j]


def subject_pairs(solution: Solution) -> frozenset[tuple[str, str]]:
    """Return the pairs whose goods move, as the world and as the law name them."""
    codes = solution.world.countries
    pairs = {(codes[i], codes[n]) for i, n, _ in subject_cells(solution)}
    table = solution.resolved.lines
    if table is not None:
        finest = solution.world.finest
        pairs |= {labels_of(finest, table.finest, k)[:2] for k in moved_lines(solution)}
    return frozenset(pairs)


def about_background(solution: Solution, note: Note) -> bool:
    """Return whether a note is about measures alone that are not the scenario's subject."""
    return bool(note.measures) and subject(solution).isdisjoint(note.measures)
