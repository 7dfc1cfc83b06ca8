"""Is a surplus larger than all a country earns? Give it what it lacks, and see whether it lacks it.

In the relaxed world a country that would be left with nothing keeps a thousandth of its payroll,
and the others make up for what it then fails to pay. That world has an equilibrium. If somebody has
to be helped in it, the world without help has none; if nobody has, it is the equilibrium sought.
The walk to it starts at the baseline.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares

from benchmarks.stress.cases import Case
from benchmarks.stress.economy import Accounts, Array, Bools, Economy, accounts, economy_of

LEFT = 1e-3
CLOSE = 1e-6
FURTHEST = 60.0
"""Log wages further apart than this are no answer: trade is lost in rounding."""


class Relaxed(NamedTuple):
    """An equilibrium with help.

    Attributes:
        log_wage: [n].
        poor: who is helped, [n].
        accounts: of the countries.
    """

    log_wage: Array
    poor: Bools
    accounts: Accounts


def relaxed(case: Case) -> Relaxed | None:
    """Return the equilibrium with help of a case, or None if the walk does not get there."""
    countries = case.table.trade.shape[0]
    here = Relaxed(np.zeros(countries), np.zeros(countries, dtype=bool), None)  # type: ignore[arg-type]
    part, stride = 0.0, 0.25
    while part < 1.0:
        there = _settled(economy_of(case, min(1.0, part + stride)), here)
        if there is None:
            stride /= 2.0
            if stride < 1e-3:
                return None
            continue
        here, part, stride = there, min(1.0, part + stride), 1.5 * stride
    return here


def _settled(economy: Economy, start: Relaxed) -> Relaxed | None:
    """Return the equilibrium with help near another, having found out who has to be helped."""
    log_wage, poor = start.log_wage, start.poor
    seen: list[bytes] = []
    while True:
        log_wage = _balanced(economy, log_wage, poor)
        found = accounts(economy, log_wage, poor, LEFT)
        if not np.abs(found.imbalance).max() <= CLOSE or np.ptp(log_wage) > FURTHEST:
            return None
        needs = np.where(poor, found.relief > 0, found.income < LEFT * found.payroll)
        if (needs == poor).all():
            return Relaxed(log_wage, poor, found)
        if needs.tobytes() in seen:
            return None
        seen.append(needs.tobytes())
        poor = needs


def _balanced(economy: Economy, start: Array, poor: Bools) -> Array:
    """Return wages at which everybody earns abroad what it spends there."""

    def gap(log_wage: Array) -> Array:
        off = accounts(economy, log_wage, poor, LEFT).imbalance + log_wage.mean()
        return np.asarray(np.clip(np.nan_to_num(off, nan=1e3), -1e3, 1e3))

    return np.asarray(least_squares(gap, start, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=60).x)
