"""What the record of measures like those asked about says beside an answer on goods.

See docs/scores.md: what was observed, how far this structure was from it, and the half-width of a
range that would have held nine of ten.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import mean
from typing import Any

from countervail.backtests.ranged import NO_RECORD_OF_SMALL, SMALL, SMALLEST_POINTS
from countervail.backtests.score import FACTS, answered, width_of
from countervail.present.redirected import cells, kind
from countervail.present.subject import moved_measures
from countervail.solution import Solution

NAMED = {"hit": "hits", "redirected": "what was sold elsewhere", "rivals": "what rivals filled"}
NO_PRICES = "no prices in the record: their range is of parameters alone"
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
    found = [kind(solution, cell) for cell in cells(solution)]
    return tuple(sorted(set(found), key=lambda one: (-found.count(one), one)))


def on_record(solution: Solution) -> dict[str, Any]:
    """Return the record of each kind of measure in an answer, JSON-able; none in the long run.

    Errors of the measures asked about are left out of a half-width; ``of`` says how many errors it
    is of, those of the kind where there are twenty, else of all kinds.
    """
    without = moved_measures(solution)
    return {
        one: {fact: told for fact in FACTS if (told := _fact(fact, one, without))}
        for one in kinds(solution)
    }


def _fact(fact: str, kind: str, without: frozenset[str]) -> dict[str, Any]:
    some = [one for one in answered(fact) if one.kind == kind]
    if not some:
        return {}
    width, count = width_of(fact, kind, without)
    seen = [one.observed for one in some]
    return {
        "n": len(some),
        "observed_mean": mean(seen),
        "observed": [min(seen), max(seen)],
        "mean_absolute_error": mean(abs(one.error) for one in some),
        "bias": mean(one.error for one in some),
        "half_width": width,
        "of": count,
    }


def sentences(solution: Solution) -> Iterator[str]:
    """Yield what the record says of measures like those asked about."""
    found = on_record(solution)
    for like, facts in found.items():
        if like == SMALL:
            yield f"Duties of under {SMALLEST_POINTS:.0f} points: {NO_RECORD_OF_SMALL}."
        elif facts:
            said = "; ".join(
                WORDS[fact].format(
                    mean=one["observed_mean"], low=one["observed"][0], high=one["observed"][1]
                )
                + f" (n = {one['n']}; this structure misses by {one['mean_absolute_error']:.0f} "
                "points)"
                for fact, one in facts.items()
            )
            yield f"On record, after measures like this ({like}): {said}."
    if found:
        yield f"Ranges of goods are the wider of draws and of the record's own error; {NO_PRICES}."
    without = moved_measures(solution)
    few = [fact for fact in FACTS if width_of(fact, "", without)[0] is None]
    if found and few:
        yield (
            f"Without the measures asked about fewer than nine errors are on record of "
            f"{' and '.join(NAMED[fact] for fact in few)}: no range of the record there, and draws "
            "alone held few of them."
        )
