"""What facts weigh: the best of some candidates by the sum of the weights of their facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeVar

from countervail.reading.lexicon import table

T = TypeVar("T")


@cache
def weights(part: str) -> Mapping[str, float]:
    """Return what each fact weighs for a part: ``taker`` or ``struck``."""
    return {row["fact"]: float(row["weight"]) for row in table("weights") if row["part"] == part}


def worth(part: str, facts: Mapping[str, float]) -> float:
    """Return how much facts speak for a candidate in a part."""
    known = weights(part)
    return sum(known.get(name, 0.0) * value for name, value in facts.items())


def best(part: str, weighed: Sequence[tuple[T, Mapping[str, float]]]) -> T:
    """Return the candidate that most speaks for; the first of equals."""
    return max(weighed, key=lambda pair: worth(part, pair[1]))[0]
