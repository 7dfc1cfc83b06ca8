"""Groups of countries between which trade goes one way (block triangular): wages of each.

Between two such groups one number decides whether trade comes to the balance it must: the wages of
the one over those of the other; among several groups there are as many numbers as groups, less one.
They are found together. No group may part from the largest by more than a leash, and one that would
go further stays at its end: who does changes seldom, and wages move little, when the leash is let
out a little. From nothing it is let out until it holds nobody, and there is the equilibrium; or
somebody still presses when it is longer than the search goes, and there is none.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from countervail.core.existence import FURTHEST_LOG
from countervail.core.given_wages import GivenWages
from countervail.core.links import Bools
from countervail.core.model import Array
from countervail.core.newton import newton

LOG_STRIDE, SHORTEST_LOG_STRIDE = 2.0, 0.05
"""By how much the leash is let out at once, in logs of wages, and by how much at least."""

FAR_LOG = 0.8 * FURTHEST_LOG
"""A search that is stuck on a leash as long as this has seen enough."""

BALANCED_TO = 1e-10
NEARLY_BALANCED_TO = 1e-2
"""Off balance by less, Newton finds the rest of the way."""


class GroupWages(NamedTuple):
    """Wages at which every group is in balance, or held at the end of its leash.

    Attributes:
        log_wage: [n].
        leash: furthest that log wages of a group, mean over countries, are from the largest's.
        level: how far they are, [group].
        excess: ln(earned / spent abroad) of each group, the same for all its members, [group].
        held: 1 where a group is held at the upper end, -1 at the lower, [group].
        found: whether these are such wages.
    """

    log_wage: Array
    leash: float
    level: Array
    excess: Array
    held: Array
    found: bool

    @property
    def balanced(self) -> bool:
        """Whether all groups are nearly in balance."""
        return self.found and bool(np.abs(self.excess).max() <= NEARLY_BALANCED_TO)

    @property
    def at_the_end(self) -> bool:
        """Whether some group is out of balance even with wages that far apart."""
        return self.found and self.leash >= FAR_LOG and not self.balanced

    @property
    def pulling(self) -> Array:
        """Who is to be held: who has gone too far, and who is held and would go further."""
        free = np.where(np.abs(self.level) > self.leash, np.sign(self.level), 0.0)
        # who earns more than it spends spends more at a higher wage
        further = np.where(self.held * self.excess > 0, self.held, 0.0)
        return np.where(self.held == 0, free, further)


def search(given: GivenWages, groups: Bools, start: Array) -> GroupWages:
    """Return wages at which the trade between groups is balanced, or the last tried.

    Args:
        given: the state of the world as a function of wages.
        groups: countries that can trade both ways with each other, [group, n].
        start: log wages to start from, [n].
    """
    here = settle(given, groups, start, 0.0, np.ones(len(groups)))
    here, stride = here._replace(held=np.sign(here.excess)), LOG_STRIDE
    while (
        here.found
        and not here.balanced
        and here.leash < FURTHEST_LOG
        and stride >= SHORTEST_LOG_STRIDE
    ):
        there = let_out(given, groups, here, min(here.leash + stride, FURTHEST_LOG))
        if there.found:
            here = there
        else:
            stride /= 2.0
    return here


def let_out(given: GivenWages, groups: Bools, here: GroupWages, leash: float) -> GroupWages:
    """Return wages on a longer leash, having found out who is held by it."""
    there = here._replace(leash=leash)
    for _ in range(2 * len(groups)):
        there = settle(given, groups, there.log_wage, leash, there.held)
        if not there.found or (there.pulling == there.held).all():
            return there
        there = there._replace(held=there.pulling)
    return there._replace(found=False)


def settle(given: GivenWages, groups: Bools, start: Array, leash: float, held: Array) -> GroupWages:
    """Return wages at which free groups are balanced, and members of others off balance alike."""
    mean = groups / groups.sum(axis=1, keepdims=True)
    largest = int((groups @ given.base.value_added).argmax())
    end = (leash * held)[:, None]

    def beside_the_largest(log_wage: Array) -> Array:
        level = mean @ log_wage
        return np.asarray(level - level[largest])

    def off_course(log_wage: Array) -> Array:
        """Return how far each is off balance, beside its group where that is held."""
        off = given.imbalance(log_wage)
        excess, level = mean @ off, beside_the_largest(log_wage)
        instead = np.where(held[:, None] == 0, 0.0, level - end - excess)
        # the balance of the largest follows from the others': the mean wage stands in its place
        instead[largest] = log_wage.mean(axis=0) - excess[largest]
        return np.asarray(off + groups.T @ instead)

    log_wage = newton(off_course, start, BALANCED_TO)[:, None]
    excess = (mean @ given.imbalance(log_wage))[:, 0]
    level = beside_the_largest(log_wage)[:, 0]
    found = bool(np.abs(off_course(log_wage)).max() < NEARLY_BALANCED_TO)
    return GroupWages(log_wage[:, 0], leash, level, excess, held, found)
