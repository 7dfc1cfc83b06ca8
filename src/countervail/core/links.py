"""Who can still trade with whom, and what balances that leaves possible.

Whatever wages are, goods flow along every open link between countries and along no other. Add up
the accounts of a group of countries that cannot sell to the others, its *buyers*: their imports
from the others are their deficit, which must be positive if any link leads into the group, and zero
if none does. No wage changes that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.core.model import Array, Baseline, Weights
from countervail.core.uses import households, summed
from countervail.core.uses import wanted as in_markets

BALANCED_PART = 1e-11
"""A balance smaller than this part of value added counts as none."""

Bools = NDArray[np.bool_]


class Cut(NamedTuple):
    """Two groups of countries between whom trade goes one way, or not at all.

    Attributes:
        buyers: whether each country is in the group that cannot sell to the others, [n].
        open: whether it can buy from them.
        deficit: what each country would have to run, [n].
        value_added: of each, [n].
    """

    buyers: Bools
    open: bool
    deficit: Array
    value_added: Array


def open_links(base: Baseline, weights: Weights) -> Bools:
    """Return whether importer n can buy anything from exporter i, [n, i]."""
    base = base.rows
    sold = weights.share > 0
    if (weights.active & ~households(base)).any():
        sold = sold & wanted_markets(base, weights)[:, :, None]
    return np.asarray(sold.any(axis=0))


def wanted_markets(base: Baseline, weights: Weights) -> Bools:
    """Return markets with a buyer left, [row, n]: a household, or a producer who still has one."""
    base = base.rows
    consumed = weights.active & households(base)
    uses = base.input_share.transpose(1, 2, 0) > 0  # [input, user, n]
    wanted = consumed
    while True:
        sells = summed(((weights.share > 0) & wanted[:, :, None]).any(axis=1), base)
        used = (uses & sells[None]).any(axis=1)
        more = consumed | (weights.active & in_markets(np.zeros_like(used), used, base))
        if (more == wanted).all():
            return np.asarray(wanted)
        wanted = more


def reached(links: Bools) -> Bools:
    """Return whether goods of i can get to n by whatever way round, [n, i]."""
    ways = (links | np.eye(len(links), dtype=bool)).astype(np.float64)
    for _ in range(len(links).bit_length()):
        if ways.all():
            break
        ways = (ways @ ways > 0).astype(np.float64)
    return np.asarray(ways > 0)


def both_ways(ways: Bools) -> Bools:
    """Return the groups of countries whose goods can all reach each other, [group, n].

    Args:
        ways: from ``reached``.
    """
    return np.asarray(np.unique(ways & ways.T, axis=0))


def impossible_balance(ways: Bools, deficit: Array, value_added: Array) -> Cut | None:
    """Return the cut whose balance is furthest from possible, or None if all are possible.

    Args:
        ways: from ``reached``.
        deficit: D'[n].
        value_added: of the same state, [n].
    """
    groups = np.concatenate([_groups_of_buyers(ways), _poorest_of_buyers(ways, deficit)[None]])
    groups = groups[groups.any(axis=1) & ~groups.all(axis=1)]
    entered = _entered(groups, ways)
    share = (groups @ deficit) / (groups @ value_added)
    impossible = np.flatnonzero(share < np.where(entered, BALANCED_PART, -BALANCED_PART))
    if not len(impossible):
        return None
    worst = impossible[np.argmin(share[impossible])]
    return Cut(groups[worst], bool(entered[worst]), deficit, value_added)


def still_impossible(cut: Cut, deficit: Array, value_added: Array) -> bool:
    """Return whether the balance of a cut is impossible at other wages, too.

    Args:
        cut: impossible at some wages.
        deficit: D'[n] at others.
        value_added: there, [n].
    """
    size = np.abs(deficit).sum() / max(float(np.abs(cut.deficit).sum()), 1e-300)
    if size > 0 and np.allclose(deficit, size * cut.deficit, rtol=1e-9, atol=0.0):
        return True  # only the unit of money is another
    share = deficit[cut.buyers].sum() / value_added[cut.buyers].sum()
    return bool(share < (BALANCED_PART if cut.open else -BALANCED_PART))


def most_unbalanced(ways: Bools, earned: Array, spent: Array) -> Bools | None:
    """Return the buyers, with a link that leads to them, whose accounts are furthest from even.

    Args:
        ways: from ``reached``.
        earned, spent: abroad, gifts included, [n].
    """
    groups = _groups_of_buyers(ways)
    groups = groups[_entered(groups, ways)]
    if not len(groups):
        return None
    off = np.abs(groups @ (earned - spent)) / (groups @ (earned + spent))
    return np.asarray(groups[int(off.argmax())])


def _groups_of_buyers(ways: Bools) -> Bools:
    """Return groups that cannot sell to the others, [group, n].

    They are all that the goods of some country can reach, and all whose goods cannot reach it.
    """
    groups = np.unique(np.concatenate([ways.T, ~ways]), axis=0)
    return groups[groups.any(axis=1) & ~groups.all(axis=1)]


def _entered(groups: Bools, ways: Bools) -> Bools:
    """Return whether each group can buy from the others, [group]."""
    inside = groups.astype(np.float64)
    return np.asarray(((1.0 - inside) @ ways.T * inside).sum(axis=1) > 0)


def _poorest_of_buyers(ways: Bools, deficit: Array) -> Bools:
    """Return the group with the least deficit of all that cannot sell to the others.

    A linear program, with x = 1 in the group and 0 outside: no way leads out of it.
    """
    from scipy.optimize import linprog

    importer, exporter = np.nonzero(ways & ~np.eye(len(ways), dtype=bool))
    leaving = np.zeros((len(importer), len(deficit)))
    leaving[np.arange(len(importer)), exporter] = 1.0
    leaving[np.arange(len(importer)), importer] = -1.0
    scale = max(float(np.abs(deficit).max()), 1e-300)
    found = linprog(deficit / scale, leaving, np.zeros(len(importer)), bounds=(0.0, 1.0))
    return np.asarray(found.x > 0.5)
