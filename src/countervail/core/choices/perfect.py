"""How sellers compete: perfectly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from countervail.core.choices.choice import Choice


@dataclass(frozen=True)
class PerfectCompetition(Choice):
    """Price is unit cost, at any scale: nothing stands between them."""

    slot: ClassVar[str] = "competition"
    key: ClassVar[str] = "perfect"

    def asked(self, log_cost: Any) -> Any:
        """Return ln of what sellers ask, from ln of unit cost, [j, i, s]."""
        return log_cost
