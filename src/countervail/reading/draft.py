"""What reading makes: drafts, each field with how it is known, where, and by which rule."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from countervail.reading.mentions.rates import Rate

STATED, INFERRED, CARRIED, GUESSED = "stated", "inferred", "carried", "guessed"
LISTED = frozenset(
    {"denied", "hypothetical", "historical", "demanded", "other_sense", "reported_only"}
)
"""What is listed with its reason, and never drafted."""


@dataclass(frozen=True, slots=True)
class Goods:
    """Products of a draft.

    Attributes:
        text: as written.
        hs: headings; none where the words are not known.
        start, end: their place.
        how: ``stated``, or ``guessed`` where the table does not know the words.
        alternatives: other readings of the words, each as its headings.
    """

    text: str
    hs: tuple[str, ...]
    start: int
    end: int
    how: str = STATED
    alternatives: tuple[tuple[str, ...], ...] = ()


@dataclass(slots=True)
class Draft:
    """A draft of a measure.

    Attributes:
        implementer, targets: codes; no target is every partner.
        instrument, status: words of the schema.
        products: goods; none is everything.
        rate, old: the rate, and the one before it.
        basis: ``level`` or ``additional``.
        dates: by ``announced``, ``in_force``, ``removed``, ``expires``.
        condition, attribution: (start, end) in the text.
        firm: whose rate it is.
        volume: of a quota.
        start, end: the quote.
        rule: pattern that found it.
        how, cue: of each field: how it is known, and (start, end) of what tells it.
        reason: why it is listed and not drafted.
        sentence: where it is.
        excluded: codes that are exempt.
        anaphoric: whether its noun points back.
        retaliatory: whether it answers another's.
        voice: of its verb.
        taxed: whether it is a tax on exports, not a ban.
        support, unprepared: (right, cases) of drafts like it on the project's own sentences, and of
            its kind on texts that no rule was made for.
        margin: how far the evidence is above the least, of what no frame saw.
        beside: whether its partners stand right beside its rate.
        chance: that the encoder gives all its fields together; None where it hears nothing.
        certain: whether words around it tell its status for certain.
    """

    implementer: tuple[str, ...]
    instrument: str
    status: str
    start: int
    end: int
    rule: str
    sentence: int
    targets: tuple[str, ...] = ()
    products: list[Goods] = field(default_factory=list)
    rate: Rate | None = None
    old: Rate | None = None
    basis: str = "level"
    dates: dict[str, str] = field(default_factory=dict)
    condition: tuple[int, int] | None = None
    attribution: tuple[int, int] | None = None
    firm: str | None = None
    volume: Any = None
    how: dict[str, str] = field(default_factory=dict)
    cue: dict[str, tuple[int, int]] = field(default_factory=dict)
    reason: str = ""
    excluded: tuple[str, ...] = ()
    anaphoric: bool = False
    retaliatory: bool = False
    confidence: float = 0.5
    support: tuple[int, int] = (0, 0)
    unprepared: tuple[int, int] = (0, 0)
    needs_check: list[str] = field(default_factory=list)
    extra: bool = False
    taxed: bool = False
    margin: float = math.inf
    beside: bool = False
    chance: float | None = None
    certain: bool = False

    @property
    def listed(self) -> bool:
        """Whether it is listed and not drafted."""
        return self.status in LISTED
