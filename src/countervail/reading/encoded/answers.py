"""What is asked of an encoded text, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Chances = Mapping[str, float]
Place = tuple[int, int]
"""Number of a sentence and of a word in it."""


@dataclass(frozen=True)
class Asked:
    """Words that are asked about.

    Attributes:
        sentence: number of their sentence.
        lo, hi: first word, and the one after the last.
        rate: first word of the rate that is meant; -1 is none.
    """

    sentence: int
    lo: int
    hi: int
    rate: int = -1


@dataclass(frozen=True)
class Answer:
    """What some words tell.

    Attributes:
        instruments: chance of each, and of none.
        statuses: chance of each.
        takers, struck: chance that each country or group named takes the measure, is struck by it.
        goods: chance that goods named at a place are meant.
        rates: chance that the rate at a place is the one.
        rateless: chance that there is none.
    """

    instruments: Chances
    statuses: Chances
    takers: Chances
    struck: Chances
    goods: Mapping[Place, float]
    rates: Mapping[Place, float]
    rateless: float


DEAF = Answer({}, {}, {}, {}, {}, {}, 1.0)
"""The answer where nothing is heard."""


class Hearing(Protocol):
    """A text that answers."""

    def answer(self, asked: Asked) -> Answer:
        """Return what some words tell; nothing of words beyond what one window holds."""
