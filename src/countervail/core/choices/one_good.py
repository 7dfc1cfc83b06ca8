"""What a sector is: one good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from countervail.core.choices.choice import Choice


@dataclass(frozen=True)
class OneGood(Choice):
    """A sector is one good: its price is the sector's, and all its spending is on it."""

    slot: ClassVar[str] = "goods"
    key: ClassVar[str] = "one"
