"""One thing that is not known: its name, its range, its source."""

from __future__ import annotations

from typing import Literal, NamedTuple

Group = Literal[
    "elasticity", "horizon", "coverage", "level", "dutiable", "use", "rate", "quota", "world"
]


class UncertainInput(NamedTuple):
    """An uncertain input, as it is listed; what it does when drawn is its part's.

    Attributes:
        name: unique, such as ``elasticity C29``.
        group: what kind of input it is.
        words: what it is, for readers: ``the elasticity of motor vehicles``.
        unit: of the three values.
        low, median, high: its 5th, 50th and 95th percentile; None where it is no single number.
        source: paper and table, file, or data card.
    """

    name: str
    group: Group
    words: str
    unit: str
    low: float | None
    median: float | None
    high: float | None
    source: str
