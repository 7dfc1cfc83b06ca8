"""What is asked of an encoded text, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


class Answer(Protocol):
    """What some words tell; each part is worked out where it is looked at."""

    @property
    def instruments(self) -> Chances:
        """Chance of each, and of none."""

    @property
    def statuses(self) -> Chances:
        """Chance of each."""

    @property
    def takers(self) -> Chances:
        """Chance that each country or group named takes the measure."""

    @property
    def struck(self) -> Chances:
        """Chance that each is struck by it."""

    @property
    def goods(self) -> Mapping[Place, float]:
        """Chance that the goods named at a place are meant."""

    @property
    def rates(self) -> Mapping[Place, float]:
        """Chance that the rate at a place is the one."""

    @property
    def rateless(self) -> float:
        """Chance that there is none."""


@dataclass(frozen=True)
class Nothing:
    """The answer where nothing is heard."""

    instruments: Chances = field(default_factory=dict)
    statuses: Chances = field(default_factory=dict)
    takers: Chances = field(default_factory=dict)
    struck: Chances = field(default_factory=dict)
    goods: Mapping[Place, float] = field(default_factory=dict)
    rates: Mapping[Place, float] = field(default_factory=dict)
    rateless: float = 1.0


DEAF: Answer = Nothing()


class Hearing(Protocol):
    """A text that answers."""

    def answer(self, asked: Asked) -> Answer:
        """Return what some words tell; nothing of words beyond what one window holds."""
