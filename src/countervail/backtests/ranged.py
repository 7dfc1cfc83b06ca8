"""The range of a fact of a good: the wider of what parameters leave open and the record's error.

Two ranges are known: of draws, and split conformal, what nine of ten errors of the record were
within (``score.half_width``). The wider one is told, round the point, cut to what is possible; they
are never added, as the record's errors hold what parameters do.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

FactRangeBasis = Literal["record", "parameters", "certain"]
"""What a range is: the record's own error, draws of parameters, or no range as nothing is open."""

SMALL = "small"
"""Kind of a measure under :data:`SMALLEST_POINTS`."""

PUNITIVE_POINTS = 25.0
"""A duty that rises by so many points or more is punitive."""

SMALLEST_POINTS = 10.0
"""There is no record of measures smaller than this."""

LEAST_CHANGE = -100.0
"""Per cent: no more than all can be lost."""

NO_RECORD_OF_SMALL = "no record of measures this small"


class FactRange(NamedTuple):
    """A range, and what it is.

    Attributes:
        low, high: per cent, as the fact.
        basis: which of the two ranges it is.
    """

    low: float
    high: float
    basis: FactRangeBasis


def kind_of(points: float, *, banned: bool) -> str:
    """Return the kind of a measure, as the record sorts them.

    Args:
        points: by which its duty changes, either way.
        banned: whether it is a ban, or the end of one.
    """
    if banned:
        return "ban"
    if points >= PUNITIVE_POINTS:
        return "punitive"
    return "moderate" if points >= SMALLEST_POINTS else SMALL


def unit_of(fact: str, predicted: float) -> float:
    """Return what a half-width is multiplied with, to be in points: a hit's is part of its loss."""
    return abs(predicted) / 100.0 if fact == "hit" else 1.0


def wider(
    fact: str,
    point: float,
    *,
    parameters: tuple[float, float] | None = None,
    width: float | None = None,
    certain: bool = False,
) -> FactRange | None:
    """Return the range that is told of a fact; None where neither is known.

    Args:
        fact: which.
        point: as predicted, per cent.
        parameters: 5 and 95 per cent of draws.
        width: the record's half-width, as ``Residual.size`` has it.
        certain: whether nothing is open: the hit of a ban.
    """
    if certain:
        return FactRange(point, point, "certain")
    half = None if width is None else width * unit_of(fact, point)
    if parameters is not None:
        low, high = min(parameters[0], point), max(parameters[1], point)
        if half is None or high - low >= 2.0 * half:
            return FactRange(_possible(fact, low), high, "parameters")
    if half is None:
        return None
    return FactRange(_possible(fact, point - half), point + half, "record")


def _possible(fact: str, low: float) -> float:
    """Return the lower end of a range, cut to what can be."""
    return max(low, LEAST_CHANGE) if fact == "hit" else low
