"""What each label of a world holds of the six-digit subheadings: a sector's own, or a good's."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.ledger import concordance

Codes = tuple[tuple[str, ...], tuple[str, ...]]
"""HS codes, and those taken out of them."""


class Home(NamedTuple):
    """What a label holds.

    Attributes:
        sector: the sector it is or was.
        good: the codes of the good it is; None for a sector.
        without: codes of the goods that were carved, which no sector holds any more.
    """

    sector: str
    good: Codes | None = None
    without: tuple[Codes, ...] = ()


@cache
def positions(home: Home) -> NDArray[np.intp]:
    """Return the positions among :func:`concordance.codes` of the subheadings a label holds.

    Raises:
        InputError: an unknown code of a good.
    """
    if home.good is not None:
        return np.flatnonzero(concordance.mask(*home.good))
    own = concordance.positions(home.sector)
    gone = np.zeros(len(concordance.codes()), dtype=np.bool_)
    for codes in home.without:
        gone |= concordance.mask(*codes)
    return own[~gone[own]]
