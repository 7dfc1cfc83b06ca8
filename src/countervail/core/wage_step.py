"""How far wages move on what a guess implies for them: a step of Newton's on a simpler economy.

A country whose wage is too low sells too much, and by how much depends on how easily its buyers
turn elsewhere: small open countries and high elasticities ask for small steps. One sector that
trades what all sectors trade, and uses what it makes, tells these steps well enough.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from countervail.core.known import KEPT_BASELINES, Known
from countervail.core.model import Array, Baseline
from countervail.core.solver import Settings


def wage_step(base: Baseline, settings: Settings) -> Array:
    """Return what each country's log wage moves on every country's gap, [n, n].

    A gap is what a guess implies for a log wage, less the guess.
    """
    if not settings.wage_newton:
        return np.asarray(settings.wage_step * np.eye(len(base.value_added)))
    return settings.wage_step * _newton_step(Known(base))


@lru_cache(maxsize=KEPT_BASELINES)
def _newton_step(known: Known) -> Array:
    """Return Newton's whole step; the gap itself where a country sells or makes nothing."""
    slope = _slope(known.base)
    one = np.eye(len(slope))
    return one if not np.isfinite(slope).all() else np.asarray(np.linalg.inv(one - slope))


def _slope(base: Baseline) -> Array:
    """Return d(log wage implied) / d(log wage guessed) in the world of one sector, [n, n]."""
    # sums over sectors of purchases, and of purchases times the elasticity [n, i]
    counted = np.stack([base.expenditure, base.trade_elasticity[:, None] * base.expenditure])
    by_buyer = counted.transpose(2, 0, 1) @ base.trade_share.swapaxes(0, 1)
    bought, turning = by_buyer[:, 0], by_buyer[:, 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = bought / bought.sum(axis=1, keepdims=True)
        sold, elastic = bought / bought.sum(axis=0), turning / bought.sum(axis=0)
        labour = base.value_added / base.gross_output.sum(axis=0)
    one = np.eye(len(labour))
    # c = labour w + (1 - labour) P, and P = share c
    if not np.isfinite(share).all() or not np.isfinite(labour).all():
        return np.full_like(one, np.nan)
    cost = np.linalg.solve(one - (1.0 - labour)[:, None] * share, np.diag(labour))
    # buyers turn from what rises in cost beside their price index; they spend what they earn
    sales = (elastic.T @ share - np.diag(elastic.sum(axis=0))) @ cost + sold.T
    # world value added is the numeraire: a common change of wages is none
    weight = base.value_added / base.value_added.sum()
    return np.asarray(sales - np.outer(sales.sum(axis=1), weight))
