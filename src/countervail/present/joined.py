"""Goods joined over sectors: what one pair trades of goods of one name is one row, with its range.

The rows ``lines`` of an answer stand by cell: lobster caught and lobster packed are two of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.present.ranges import NUMBERS, Ranges
from countervail.present.rows import Row, percent
from countervail.quantiles import Range

Array = NDArray[np.float64]

AMOUNTS = ("trade_usd", "trade_new_usd")
NUMBERS_JOINED = (*AMOUNTS, "trade_change")


class JoinedGoods(NamedTuple):
    """Goods of one name that one country sells another.

    Attributes:
        row: their numbers: ``trade_usd``, ``trade_new_usd`` (USD million), ``trade_change``,
            ``rate``, ``rate_new`` (per cent; None under a ban), and of which sectors they are.
        ranges: of the first three, by key; none where nothing was drawn.
    """

    row: Row
    ranges: Mapping[str, Range]


def joined(lines: Sequence[Mapping[str, Any]], ranges: Ranges | None) -> list[JoinedGoods]:
    """Return goods joined over sectors, the largest trade first.

    Args:
        lines: the rows ``lines`` of an answer.
        ranges: of the answer; None where nothing was drawn.
    """
    groups: dict[tuple[str, str, str], list[int]] = {}
    for k, row in enumerate(lines):
        groups.setdefault((row["name"], row["exporter"], row["importer"]), []).append(k)
    found = [_joined([lines[k] for k in held], held, ranges) for held in groups.values()]
    return sorted(found, key=lambda one: -one.row["trade_usd"])


def _joined(
    held: Sequence[Mapping[str, Any]], places: Sequence[int], ranges: Ranges | None
) -> JoinedGoods:
    first = held[0]
    before, after = (sum(row[key] for row in held) for key in AMOUNTS)
    row = {
        "name": first["name"],
        "exporter": first["exporter"],
        "importer": first["importer"],
        "sectors": [one["sector"] for one in held],
        "trade_usd": before,
        "trade_new_usd": after,
        "trade_change": percent(after, before),
        "rate": _rate(held, "rate", before),
        "rate_new": _rate(held, "rate_new", before),
        "base_rate_known": all(one["base_rate_known"] for one in held),
    }
    return JoinedGoods(row, {} if ranges is None else _ranges(row, places, ranges))


def _rate(held: Sequence[Mapping[str, Any]], key: str, whole: float) -> float | None:
    """Return a rate averaged over trade before; None where some of it is banned."""
    if any(row[key] is None for row in held):
        return None
    if len(held) == 1 or whole <= 0:
        return float(held[0][key])
    return float(sum(row[key] * row["trade_usd"] for row in held)) / whole


def _ranges(row: Row, places: Sequence[int], ranges: Ranges) -> dict[str, Range]:
    """Return the ranges of sums, draw by draw: what a draw leaves out is not traded in it.

    What every draw leaves out has none: its law moves in no draw, which says nothing of its trade.
    """
    answered = ranges.ensemble.answered
    if np.isnan(ranges.ensemble.figures["lines"][:, places, :]).all():
        return {}
    before, after = (_sum(places, key, ranges) for key in AMOUNTS)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(before > 0, 100.0 * (after / before - 1.0), np.nan)
    drawn = dict(zip(NUMBERS_JOINED, (before, after, change), strict=True))
    return {
        key: ranges.ensemble.range_of(
            np.nan if row[key] is None else row[key], np.where(answered, values, np.nan)
        )
        for key, values in drawn.items()
    }


def _sum(places: Sequence[int], key: str, ranges: Ranges) -> Array:
    lines = ranges.ensemble.figures["lines"][:, places, NUMBERS["lines"].index(key)]
    return np.asarray(np.nansum(lines, axis=1))


def as_rows(found: Sequence[JoinedGoods]) -> list[dict[str, Any]]:
    """Return the rows as JSON has them, each with its ranges where there are any."""
    return [
        {**one.row, "ranges": {k: r.as_dict() for k, r in one.ranges.items()} or None}
        for one in found
    ]
