"""Two groups of countries whose trade goes one way: the wages of one beside the other's.

Where one group can only buy from the other, one number decides whether the trade between them comes
to the balance it must: the wages of the one over those of the other. Searching along it finds an
equilibrium, or shows that the trade is too much or too little at every ratio.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from countervail.core.existence import FURTHEST
from countervail.core.given_wages import GivenWages
from countervail.core.links import Bools
from countervail.core.model import Array
from countervail.core.newton import newton

STRIDE = 2.0
CLOSE = 1e-10
NEAR = 1e-2
"""Off balance by less, Newton finds the rest of the way."""


class Apart(NamedTuple):
    """Wages of two groups at a given ratio, every country as far off balance as its group.

    Attributes:
        log_wage: [n].
        ratio: log wages of the buyers over the others', mean over countries.
        excess: ln(earned / spent abroad) of the buyers; not a number if there are no such wages.
    """

    log_wage: Array
    ratio: float
    excess: float

    @property
    def balanced(self) -> bool:
        """Whether the two groups are nearly in balance."""
        return abs(self.excess) <= NEAR

    @property
    def at_the_end(self) -> bool:
        """Whether the wages are as far apart as anybody looks."""
        return abs(self.ratio) >= FURTHEST


def search(given: GivenWages, buyers: Bools, start: Array) -> Apart:
    """Return the ratio at which the trade between two groups is balanced, or the last looked at.

    Args:
        given: the state of the world as a function of wages.
        buyers: whether each country is in the group that cannot sell to the others, [n].
        start: log wages to start from, [n].
    """
    here = there = settle(given, buyers, start, float(_ratio(buyers, start)))
    # buyers who earn more than they spend spend more at a higher wage
    direction = 1.0 if here.excess > 0 else -1.0
    while there.excess * direction > 0 and abs(there.ratio) < FURTHEST:
        here = there
        ahead = float(np.clip(here.ratio + direction * STRIDE, -FURTHEST, FURTHEST))
        there = settle(given, buyers, here.log_wage, ahead)
    if there.excess * direction > 0:
        return there
    while abs(there.excess) > NEAR and abs(here.ratio - there.ratio) > CLOSE:
        middle = settle(given, buyers, there.log_wage, (here.ratio + there.ratio) / 2.0)
        if middle.excess * direction > 0:
            here = middle
        else:
            there = middle
    return there


def settle(given: GivenWages, buyers: Bools, start: Array, ratio: float) -> Apart:
    """Return wages at which all countries of a group are off balance alike."""

    def within(log_wage: Array) -> Array:
        """Return how far each is off beside its group, and the groups from the ratio asked."""
        off = given.imbalance(log_wage)
        mean = np.where(buyers[:, None], off[buyers].mean(axis=0), off[~buyers].mean(axis=0))
        astray = _ratio(buyers, log_wage) - ratio
        side = np.where(buyers[:, None], astray, -astray)
        return np.asarray(off - mean + side + log_wage.mean(axis=0))

    shifted = start + (ratio - _ratio(buyers, start)) * buyers
    log_wage = newton(within, shifted, CLOSE)[:, None]
    excess = float(given.imbalance(log_wage)[buyers].mean())
    found = np.abs(within(log_wage)).max() < NEAR
    return Apart(log_wage[:, 0], ratio, excess if found else float("nan"))


def _ratio(buyers: Bools, log_wage: Array) -> Array:
    return np.asarray(log_wage[buyers].mean(axis=0) - log_wage[~buyers].mean(axis=0))
