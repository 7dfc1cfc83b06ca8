"""The range told of a fact of a good: of draws, or the record's own error where that is wider."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from countervail.backtests.ranged import wider
from countervail.backtests.score import width_of
from countervail.quantiles import Range

FACT_OF: Mapping[str, str] = MappingProxyType(
    {
        "hit": "hit",
        "redirected_value": "redirected",
        "redirected_volume": "redirected",
        "price_received": "price",
        "rivals_share": "rivals",
    }
)
"""The facts among the numbers of a row of goods, as the record names them."""

MARKS = MappingProxyType({"record": " r", "certain": " c", "assumed": " a", "parameters": ""})
"""What stands behind the ends of a range in a table, by its basis."""

SAID_OF_MARKS = (
    "r: the record's own error, which is wider than that of draws; a: by assumption, as what is "
    "not in the table of goods is free to move; c: certain"
)


class ToldRange(Range):
    """A figure with the range that is told of it, which need not be that of draws.

    Attributes:
        value, p50: the point answer, and the median of draws.
        p05, p95: ends of the range told.
        basis: what it is: ``record``, ``parameters``, ``certain`` or ``assumed``.
        drawn: 5 and 95 per cent of draws.
    """

    basis: str
    drawn: tuple[float, float]

    @classmethod
    def of(cls, drawn: Range, basis: str, ends: tuple[float, float] | None = None) -> ToldRange:
        """Return a range of draws with its basis, at other ends where they are given."""
        low, high = (drawn.p05, drawn.p95) if ends is None else ends
        found = cls(drawn.value, low, drawn.p50, high)
        found.basis, found.drawn = basis, (drawn.p05, drawn.p95)
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers by name, the basis, and 5 and 95 per cent of draws."""
        ends = {key: v if np.isfinite(v) else None for key, v in zip(ENDS, self.drawn, strict=True)}
        return {**super().as_dict(), "basis": self.basis, "parameters": ends}


ENDS = ("p05", "p95")


def told_range(name: str, row: Mapping[str, Any], drawn: Range, asked: Collection[str]) -> Range:
    """Return the range of a number of a row of goods; of what is no fact of the record, of draws.

    Args:
        name: of the number.
        row: the point answer's.
        drawn: its range of draws.
        asked: measures asked about: their own errors are left out of the record.
    """
    if name not in FACT_OF:
        return drawn
    if row[name] is None:  # the loss is next to nothing
        return ToldRange.of(drawn, "parameters")
    fact, ends = FACT_OF[name], (drawn.p05, drawn.p95)
    found = wider(
        fact,
        drawn.value,
        parameters=ends if np.isfinite(ends).all() else None,
        width=width_of(fact, row["kind"], asked)[0],
        certain=fact == "hit" and row["kind"] == "ban" and row["hit"] <= ALL_LOST,
    )
    if found is None:
        return ToldRange.of(drawn, "parameters")
    assumed = found.basis == "parameters" and fact in ASSUMED and not row["supply_stays"]
    return ToldRange.of(drawn, "assumed" if assumed else found.basis, (found.low, found.high))


ASSUMED = ("price", "redirected")
"""Facts that are next to nothing by assumption where makers are free to move."""

ALL_LOST = -100.0 + 1e-6
"""Per cent: a pair that trades no more."""


def marked(name: str, written: str, at: Mapping[str, Any]) -> str:
    """Return a number in a row of quantiles with the mark of its range; a median has none.

    Args:
        name: of the number.
        written: it, in its digits.
        at: the row, its ranges under ``ranges``.
    """
    of = at["ranges"][name]
    if not isinstance(of, ToldRange) or at[name] == of.p50:
        return written
    return f"{written}{MARKS[of.basis]}"
