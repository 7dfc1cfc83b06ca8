"""Rates are fractions in arrays and per cent in files; one that is far too large is the other.

A duty above 1,000 per cent is nearly always a unit that was taken for another. Where data come in
it has to be said that it is meant; where somebody tries what it would do, it is pointed out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError

EXTREME_RATE = 10.0
"""The rate above which it has to be said that it is meant: 1,000 per cent."""

FRACTIONS = "rates are fractions: 0.25 is 25 per cent"


def refuse_extreme(
    what: str,
    rates: NDArray[np.float64],
    labels: Sequence[Sequence[str]],
    known: NDArray[np.float64] | None = None,
    error: type[InputError] = InputError,
) -> None:
    """Raise where a rate is above 1,000 per cent.

    Args:
        what: the array.
        rates: fractions.
        labels: of its axes.
        known: rates that were let in before, and may stay.
        error: raised.

    Raises:
        InputError: the largest, where it is, and how to say that it is meant.
    """
    high = rates > EXTREME_RATE
    if known is not None:
        high &= rates != known
    if not high.any():
        return
    at = np.unravel_index(int(np.where(high, rates, -np.inf).argmax()), rates.shape)
    cell = " ".join(words[int(n)] for words, n in zip(labels, at, strict=True))
    raise error(
        f"{what} is {100.0 * rates[at]:,.0f} per cent at {cell}: {FRACTIONS} (allow_extreme=True "
        f"lets rates above {100.0 * EXTREME_RATE:,.0f} per cent in)"
    )
