"""The proof that an answer carries: why no other values of the instruments would do better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class End(NamedTuple):
    """Where a search ended.

    Attributes:
        values: of the instruments, [instrument].
        worth: of the aim there.
        evaluations: equilibria solved on the way.
    """

    values: Array
    worth: float
    evaluations: int


@dataclass(frozen=True)
class Start:
    """One search.

    Attributes:
        name: where it began.
        value: of the aim where it ended.
        evaluations: equilibria solved, each with its gradients.
    """

    name: str
    value: float
    evaluations: int

    def as_dict(self) -> dict[str, Any]:
        """Return it, JSON-able."""
        return asdict(self)


@dataclass(frozen=True)
class RateStart(Start):
    """One search for rates.

    Attributes:
        apart: largest difference of a rate from the answer's, in points.
        apart_mean: the mean of these differences, weighted by imports under the answer, in points.
    """

    apart: float
    apart_mean: float


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How good an answer is.

    Attributes:
        projected_gradient: largest slope of the aim among instruments that could still move, per
            cent per percentage point; NaN where something else is the proof.
        step: how far a further step would move an instrument at most, in points; NaN likewise.
        left: what could still be gained, per cent: an estimate from slopes, or what was looked for;
            NaN where neither is known.
        instruments: how many are set.
        at_low, at_high: how many their bounds hold.
        starts: the searches.
        agree: whether all of them were finished and came to the same; None where there was one.
        evaluations: equilibria solved in all searches.
    """

    projected_gradient: float = np.nan
    step: float = np.nan
    left: float = np.nan
    instruments: int
    at_low: int
    at_high: int
    starts: tuple[Start, ...] = ()
    agree: bool | None
    evaluations: int

    def as_dict(self) -> dict[str, Any]:
        """Return it, JSON-able."""
        reported = {each.name: getattr(self, each.name) for each in fields(self)}
        known = {
            name: value for name, value in reported.items() if value == value
        }  # NaN is not itself
        return {**known, "starts": [start.as_dict() for start in self.starts]}


def starts_of(ends: Mapping[str, End], chosen: Array, imports: Array) -> tuple[RateStart, ...]:
    """Return the searches beside what was chosen of them.

    Args:
        ends: where each search ended, by where it began.
        chosen: rates, [instrument].
        imports: under the answer, [instrument].
    """
    some = imports.sum() > 0
    weight = imports / imports.sum() if some else np.full(len(chosen), 1.0 / len(chosen))
    return tuple(
        RateStart(
            name,
            end.worth,
            end.evaluations,
            100.0 * float(np.abs(end.values - chosen).max()),
            100.0 * float(weight @ np.abs(end.values - chosen)),
        )
        for name, end in ends.items()
    )


def alike(starts: Sequence[Start], slack: float) -> bool:
    """Return whether all searches came to the same value."""
    return max(each.value for each in starts) - min(each.value for each in starts) <= slack
