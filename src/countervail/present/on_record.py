"""What the record of measures like those asked about says beside an answer on goods.

See docs/scores.md: what was observed, how far this structure was from it, and the half-width of a
range that would have held nine of ten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from statistics import mean
from typing import Any

import numpy as np

from countervail.backtests.score import FACTS, Residual, half_width, shipped
from countervail.present.redirected import Cell, cells
from countervail.solution import Solution

STRUCTURE = "first_year"
"""The structure that an answer of a horizon has."""

PUNITIVE_POINTS = 25.0
"""A duty that rises by so many points or more, as the record sorts measures."""

SMALLEST_POINTS = 10.0
"""There is no record of measures smaller than this."""

WORDS = {
    "hit": "the pair's trade changed by {mean:.0f} % on average",
    "redirected": "{mean:.0f} % of the loss was sold elsewhere on average, from {low:.0f} to "
    "{high:.0f} %",
    "rivals": "rivals filled {mean:.0f} % of it, from {low:.0f} to {high:.0f} %",
}
"""What was seen, by fact."""


def kinds(solution: Solution) -> tuple[str, ...]:
    """Return the kinds of measures on the goods of an answer, the most frequent first.

    ``ban``, ``punitive`` (25 points and more), ``moderate``; ``small`` under 10 points.
    """
    found = [_kind(solution, cell) for cell in cells(solution)]
    return tuple(sorted(set(found), key=lambda kind: (-found.count(kind), kind)))


def on_record(solution: Solution) -> dict[str, Any]:
    """Return the record of each kind of measure in an answer, JSON-able; none in the long run."""
    return {
        kind: {
            fact: {
                "n": len(some),
                "observed_mean": mean(one.observed for one in some),
                "observed": [min(seen := [one.observed for one in some]), max(seen)],
                "mean_absolute_error": mean(abs(one.error) for one in some),
                "bias": mean(one.error for one in some),
                "half_width": half_width(_of(fact), kind),
            }
            for fact in FACTS
            if (some := [one for one in _of(fact) if one.kind == kind])
        }
        for kind in kinds(solution)
    }


def sentences(solution: Solution) -> Iterator[str]:
    """Yield what the record says of measures like those asked about."""
    for kind, facts in on_record(solution).items():
        if kind == "small":
            yield f"Duties of under {SMALLEST_POINTS:.0f} points: no record of measures this small."
        elif facts:
            said = "; ".join(
                WORDS[fact].format(
                    mean=one["observed_mean"], low=one["observed"][0], high=one["observed"][1]
                )
                + f" (n = {one['n']}; this structure misses by {one['mean_absolute_error']:.0f} "
                "points)"
                for fact, one in facts.items()
            )
            yield f"On record, after measures like this ({kind}): {said}."


def _kind(solution: Solution, cell: Cell) -> str:
    """Return the kind of measure on a pair's good: its largest change."""
    added, banned = 0.0, False
    table, flows = solution.resolved.lines, solution.lines
    if table is not None and flows is not None:
        here = (table.exporter == cell.exporter) & (table.importer == cell.importer)
        here &= table.sector == cell.good
        banned = bool((flows.banned[here] != flows.banned_new[here]).any())
        added = float(np.abs(flows.tariff_new - flows.tariff)[here].max(initial=0.0))
    after = solution.resolved.after
    if after.tariff_new is not None:
        change = after.tariff_new[cell] - solution.world.tariff[cell]
        added = max(added, abs(float(change)))
    if after.iceberg_hat is not None:
        banned |= bool(np.isinf(after.iceberg_hat[cell]))
    if banned:
        return "ban"
    points = 100.0 * added
    return (
        "punitive"
        if points >= PUNITIVE_POINTS
        else "moderate"
        if points >= SMALLEST_POINTS
        else "small"
    )


@cache
def _of(fact: str) -> Sequence[Residual]:
    """Return the residuals of the record for a fact."""
    return shipped().of(STRUCTURE, fact)
