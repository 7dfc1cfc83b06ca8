"""A small world with three quotas: on two lines of a cell, on a line, and on lines of two cells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from countervail.core.choices.binding_quotas import BindingQuotas
from countervail.core.model import Baseline, Lines, QuotaCells, QuotaLimits, Shock
from countervail.models.economy import Economy
from countervail.state import State, solve_state
from countervail.testing import Table
from tests.core.small import world_and_lines

TREASURY, IMPORTERS, EXPORTERS, NOBODY = range(4)
GROUPS = (np.array([0, 1]), np.array([3]), np.array([5, 13]))
"""Lines of each quota."""

NONE = (np.inf, np.inf, np.inf)
BINDING = Economy(quotas=BindingQuotas())


@cache
def small() -> tuple[Table, Baseline, Lines]:
    """The world and its lines, each at half its base rate inside quotas."""
    table, base, lines = world_and_lines(3, banned=False)
    return table, base, lines._replace(tariff_new=0.5 * lines.tariff)


def limited(
    parts: Sequence[float], above: Sequence[float], to: Sequence[int]
) -> tuple[Baseline, Shock]:
    """Return the world and a state in which each quota lets in a part of the base trade.

    Args:
        parts: of each.
        above: (1 + t1) / (1 + t0) - 1 of each.
        to: whom each pays.
    """
    _, base, lines = small()
    line = np.concatenate(GROUPS)
    quota = np.repeat(np.arange(3), [len(group) for group in GROUPS])
    who = np.zeros((4, 3))
    who[list(to), range(3)] = 1.0
    cells = QuotaCells(lines.exporter[line], lines.importer[line], lines.sector[line], quota, who)
    where = lines.sector[line], lines.importer[line], lines.exporter[line]
    spent = base.trade_share[where] * base.expenditure[where[:2]] / (1.0 + base.tariff[where])
    traded = np.bincount(quota, spent * lines.weight[line])
    rates = (1.0 + lines.tariff_new[line]) * (1.0 + np.array(above)[quota]) - 1.0
    limits = QuotaLimits(line, rates, np.array(parts) * traded)
    return base._replace(quotas=cells), Shock(lines=lines, quotas=limits)


@cache
def solved(parts: tuple[float, ...], above: tuple[float, ...], to: tuple[int, ...]) -> State:
    """Return that state, solved."""
    base, shock = limited(parts, above, to)
    return solve_state(BINDING, base, shock)
