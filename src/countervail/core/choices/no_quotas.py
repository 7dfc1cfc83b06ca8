"""How quantities are limited: not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from countervail.core.choices.choice import Choice


@dataclass(frozen=True)
class NoQuotas(Choice):
    """Lines under a quota pay its rate whatever is imported; whether it binds is told after."""

    slot: ClassVar[str] = "quotas"
    key: ClassVar[str] = "none"
