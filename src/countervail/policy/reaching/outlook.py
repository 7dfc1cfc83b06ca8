"""How fast economies are expected to grow: the International Monetary Fund's outlook.

``data/growth.csv`` has growth of real GDP from 2023 to 2030 (World Economic Outlook database,
October 2025, NGDP_RPCH); of the rest of the world that of the world as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from countervail.policy.reaching.growth import NO_GROWTH, Growth
from countervail.text.tables import rows
from countervail.world import World

SOURCE = "International Monetary Fund, World Economic Outlook database, October 2025"
REST = "ROW"


def outlook(world: World, since: int, year: int) -> Growth:
    """Return growth from the end of one year to the end of another, as it is expected.

    Rates are means over these years. A label that holds several economies grows as they do,
    weighted by what they produce. None where the world holds no economy of the table, or the years
    begin before it does.

    Args:
        world: whose economies grow.
        since: year from which growth is counted.
        year: in which it ends; after the last year of the table its rate holds.
    """
    table = _table()
    first, last = min(table[REST]), max(table[REST])
    held = [world.held[label] for label in world.countries]
    if since + 1 < first or not any(code in table for codes in held for code in codes):
        return NO_GROWTH
    years = range(since + 1, year + 1)
    finest = world.holdings
    size = dict(zip(finest.countries, finest.trade.sum(axis=(1, 2)), strict=True))
    hats = [_hat(codes, size, years, table, last) for codes in held]
    rates = {
        label: 100.0 * (hat ** (1.0 / len(years)) - 1.0)
        for label, hat in zip(world.countries, hats, strict=True)
    }
    return Growth(SOURCE, rates, _words(world, rates, year, last))


def _hat(
    codes: Sequence[str],
    size: Mapping[str, float],
    years: range,
    table: Mapping[str, Mapping[int, float]],
    last: int,
) -> float:
    """Return what economies together produce at the end of some years over before."""
    hats = [
        np.prod([1.0 + table.get(code, table[REST])[min(y, last)] / 100.0 for y in years])
        for code in codes
    ]
    return float(np.average(hats, weights=[size[code] for code in codes]))


def _words(world: World, rates: Mapping[str, float], year: int, last: int) -> str:
    """Return what is said of the rates: of the largest economies, and of what the table has not."""
    largest = np.argsort(-world.accounts.value_added)[:4]
    said = ", ".join(
        f"{world.countries[n]} {rates[world.countries[n]]:.2f}" for n in sorted(map(int, largest))
    )
    others = [
        label for label in world.countries if not set(world.held[label]) <= _table().keys() - {REST}
    ]
    said += " and the others as that source has them"
    if others:
        said += f"; {', '.join(others)} at the rate of the world where no own one is known"
    return said + (f"; rates of {last} hold in later years" if year > last else "")


@cache
def _table() -> Mapping[str, Mapping[int, float]]:
    """Return growth, per cent, by economy and year."""
    return {
        row.pop("country"): {int(year): float(rate) for year, rate in row.items()}
        for row in rows("growth.csv")
    }
