"""Random worlds with everything awkward that real tables have, and then some."""

from __future__ import annotations

from typing import Any

import numpy as np

from countervail.testing.worlds import Table, random_world

ELASTICITIES: dict[str, tuple[float, float]] = {
    "usual": (2.0, 10.0),
    "any": (0.05, 65.0),
    "low": (0.05, 0.5),
    "lowest": (0.05, 0.05),
    "highest": (65.0, 65.0),
}
LARGEST_DEFICIT = 0.7
"""Of value added, the largest in absolute size; deficits and surpluses alike."""


def draw_world(rng: np.random.Generator, *, large: float = 0.03) -> Table:
    """Return a random world of 2 to 8 countries and 1 to 6 sectors; a few larger.

    Args:
        rng: to draw from.
        large: share of worlds with 10 to 20 countries and 5 to 12 sectors.
    """
    if rng.random() < large:
        size = int(rng.integers(10, 21)), int(rng.integers(5, 13))
    else:
        size = int(rng.integers(2, 9)), int(rng.integers(1, 7))
    kind = str(rng.choice([*ELASTICITIES, "alternating"], p=[0.35, 0.35, 0.05, 0.05, 0.05, 0.15]))
    options: dict[str, Any] = {
        "zero_flows": float(rng.choice([0.0, 0.2, 0.5, 0.8])),
        "idle_producers": int(rng.integers(0, 4)),
        "empty_markets": int(rng.integers(0, 4)),
        "tariffs": float(rng.choice([0.0, 0.3, 2.0])),
        "inputs": float(rng.choice([0.0, 0.5, 0.9])),
        "home_bias": float(rng.choice([0.5, 8.0, 100.0])),
        "elasticities": ELASTICITIES.get(kind, (2.0, 10.0)),
    }
    seed = int(rng.integers(2**32))
    most = float(rng.choice([0.0, 0.1, 0.4, LARGEST_DEFICIT]))
    table = _with_deficits(seed, size, options, most)
    if kind == "alternating":
        both = np.tile([0.05, 65.0], size[1])[: size[1]]
        table = table.replace(trade_elasticity=rng.permutation(both))
    if rng.random() < 0.3:
        table = without_final_demand(rng, table)
    return table


def largest_deficit(table: Table) -> float:
    """Return the largest deficit or surplus, as a share of the country's value added."""
    output = table.trade.sum(axis=1)
    value_added = ((1.0 - table.input_share.sum(axis=1)) * output).sum(axis=1)
    deficit = table.trade.sum(axis=(0, 2)) - table.trade.sum(axis=(1, 2))
    return float(np.abs(deficit / value_added).max())


def _with_deficits(seed: int, size: tuple[int, int], options: dict[str, Any], most: float) -> Table:
    """Return a random world whose largest deficit is at most ``most`` of value added."""
    asked = 3.0 * most
    table = random_world(seed, *size, deficits=asked, **options)
    for _ in range(20):
        found = largest_deficit(table)
        if found <= most:
            break
        asked *= 0.98 * most / found
        table = random_world(seed, *size, deficits=asked, **options)
    return table


def without_final_demand(rng: np.random.Generator, table: Table) -> Table:
    """Return the world with up to three markets whose good goes into other goods only."""
    share = table.input_share.copy()
    output = table.trade.sum(axis=1)
    bought = (table.trade * (1.0 + table.tariff)).sum(axis=0)
    countries, sectors, _ = share.shape
    for _ in range(3):
        n, k = int(rng.integers(countries)), int(rng.integers(sectors))
        used = float(share[n, k] @ output[n])
        if used <= 0.0 or sectors == 1:
            continue
        trial = share[n].copy()
        trial[k] *= bought[n, k] / used
        others = np.delete(bought[n] - trial @ output[n], k)
        if trial.sum(axis=0).max() < 0.95 and (others > 0).any():
            share[n] = trial
    return table.replace(input_share=share)
