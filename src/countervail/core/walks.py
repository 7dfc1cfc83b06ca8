"""Walking to a state from one that is solved: stations on the way, each from the one before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from countervail.core import existence
from countervail.core.model import Array, Baseline, Model, Weights
from countervail.core.solver import Found
from countervail.core.unknowns import unpack

FADING_LOG = 30.0
"""Logs by which a ban has cut trade half of the way there."""

Climb = Callable[[Model, Baseline, Weights, Array, float], Found]
"""A way to solve one state: model, baseline, weights, first guess, tolerance."""

LOOSE = 1e-8
"""Tolerance at the stations of a walk."""

SHORTEST_PART = 1e-3
"""A walk ends when it gets no further with strides of this part of the way."""

HARDLY_ANY_INCOME = 0.1
"""Income over value added of a country that is about to have nothing left to spend."""

MOST_SWEEPS = 60_000
"""And when it has used so many sweeps."""


def walk(
    model: Model,
    state: Callable[[float], tuple[Baseline, Weights]],
    climb: Climb,
    point: Array,
    tolerance: float,
) -> Found:
    """Walk from a solved state to the one wanted in strides that halve when one fails.

    Args:
        model: the economics.
        state: baseline and weights of the state any part of the way, 1 being the one wanted.
        climb: how each station is solved.
        point: the solved state, none of the way along.
        tolerance: at the end.

    Raises:
        NoEquilibrium: the way ends where a country has nothing left to spend.
    """
    part, stride, sweeps = 0.0, 0.25, np.zeros(1, dtype=np.int64)
    last, last_part = point, -1.0
    before = np.ones(len(state(part)[0].value_added))
    while part < 1.0:
        target = min(1.0, part + stride)
        base, weights = state(target)
        ahead = point + (point - last) * (target - part) / (part - last_part)
        found = climb(model, base, weights, ahead, tolerance if target == 1.0 else LOOSE)
        sweeps += found.sweeps
        totals = model.totals(base, unpack(found.point, model.unknowns, base), weights).state(0)
        left = existence.left_to_spend(base, weights, totals)
        if found.converged[0] and left.min() > 0:
            last, last_part, before = point, part, left
            point, part, stride = found.point, target, 1.5 * stride
            continue
        stride /= 2.0
        ran_out = found.converged[0] and left.min() <= 0
        if ran_out and (before[left.argmin()] < HARDLY_ANY_INCOME or stride < SHORTEST_PART):
            raise existence.unearned_surplus(int(left.argmin()), model)
        if stride < SHORTEST_PART or sweeps > MOST_SWEEPS:
            return found._replace(sweeps=sweeps, converged=np.zeros(1, dtype=np.bool_))
    return found._replace(sweeps=sweeps)


def between(base: Baseline, weights: Weights, part: float) -> Weights:
    """Return weights part of the way to the shock: shares geometrically, to nothing where banned.

    A ban costs ever more on the way and without limit at its end: wages may go on answering when
    so little is left of the trade it stops that a straight line would come to it in one stride.
    """
    left = np.exp(-FADING_LOG * part / (1.0 - part)) if part < 1.0 else 0.0

    base = base.rows

    def mix(old: Array, new: Array) -> Array:
        both = (old > 0) & (new > 0)
        ratio = np.where(both, new, 1.0) / np.where(both, old, 1.0)
        return np.where(both, old * ratio**part, left * old)

    share = mix(base.trade_share, weights.share)
    sold = mix((base.trade_share / (1.0 + base.tariff)).swapaxes(1, 2), weights.sold)
    border = sold.swapaxes(1, 2).copy()
    border[weights.export_taxed] += part * weights.export_duty.swapaxes(1, 2)
    taxed = np.flatnonzero((border != share).any(axis=(1, 2)))
    return weights._replace(
        share=share,
        sold=sold,
        taxed=taxed,
        duty=share[taxed] - border[taxed],
        export_duty=part * weights.export_duty,
        log_productivity=part * weights.log_productivity,
        labour_hat=weights.labour_hat**part,
        transfer=part * weights.transfer,
        wage_before=part * weights.wage_before,
    )
