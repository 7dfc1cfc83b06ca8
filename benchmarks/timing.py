"""Measuring cases side by side: A B A B, so that a busy minute hits every case alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from countervail.errors import CountervailError

Unit = Literal["ms", "MB"]
T = TypeVar("T")


class NotAvailable(Exception):
    """A case cannot be measured here; with the reason, which the table prints."""


class Reading(NamedTuple):
    """One measurement, and what is worth saying of it."""

    value: float
    note: str = ""


@dataclass(frozen=True)
class Case:
    """Something to measure.

    Attributes:
        what: its row's name.
        run: measures once, in ``unit``.
        unit: milliseconds or megabytes.
        most: runs at most, for what hardly varies.
    """

    what: str
    run: Callable[[], Reading]
    unit: Unit = "ms"
    most: int = 1000


@dataclass(frozen=True)
class Result:
    """What was measured of a case.

    Attributes:
        what: name of the row.
        unit: of the values.
        values: one for each run; none where the case is not available.
        note: the last run's, or the reason why there is none.
    """

    what: str
    unit: Unit
    values: tuple[float, ...]
    note: str = ""

    @property
    def median(self) -> float:
        """Median of the runs."""
        return statistics.median(self.values)

    @property
    def best(self) -> float:
        """Smallest of the runs."""
        return min(self.values)


def clock(action: Callable[[], T]) -> tuple[float, T]:
    """Return the milliseconds an action takes, and what it returns."""
    start = time.perf_counter()
    found = action()
    return 1e3 * (time.perf_counter() - start), found


def timed(action: Callable[[], object]) -> Callable[[], Reading]:
    """Return an action as something to run in a case."""
    return lambda: Reading(clock(action)[0])


def alternate(cases: Iterable[Case], repeat: int, budget: float) -> list[Result]:
    """Return the results of the cases, run one after the other, ``repeat`` times over.

    A case that has no answer, or cannot run here, gets a row that says so.

    Args:
        cases: what to measure.
        repeat: rounds, at least 1.
        budget: seconds; a case that has used so much is not run again.
    """
    everything = list(cases)
    readings: list[list[Reading]] = [[] for _ in everything]
    reasons = [""] * len(everything)
    used = [0.0] * len(everything)
    for round_ in range(repeat):
        for at, case in enumerate(everything):
            spent = readings[at] and used[at] > budget
            if reasons[at] or spent or round_ >= case.most:
                continue
            start = time.perf_counter()
            try:
                readings[at].append(case.run())
            except (NotAvailable, CountervailError) as error:
                reasons[at] = str(error)
            used[at] += time.perf_counter() - start
    return [
        Result(
            case.what,
            case.unit,
            tuple(reading.value for reading in found),
            reason or found[-1].note,
        )
        for case, found, reason in zip(everything, readings, reasons, strict=True)
    ]
