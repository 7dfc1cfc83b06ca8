"""What gives a second opinion on a text, and what it says where it can give none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from countervail.errors import InputError

SECONDS = 120.0
"""How long an answer from elsewhere is waited for, unless the user says."""


class NoOpinion(InputError):
    """A second opinion that could not be had: why, and what next. The reading stands without it."""


class Second(Protocol):
    """Something that reads a text for measures in its own way.

    Nothing it returns is believed: every record is checked against the text (``checks.py``).
    """

    @property
    def name(self) -> str:
        """What it is called where its opinion is told."""

    def opinion(self, text: str, day: date | None) -> Sequence[object]:
        """Return measures in the form of ``countervail read --json``, as far as it says them.

        Args:
            text: as it was given.
            day: of the text, where it is known.

        Raises:
            NoOpinion: it cannot be reached, or what it returns is no list of measures.
        """
