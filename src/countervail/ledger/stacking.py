"""How the duties on one line add up. Pure functions on small values; order plays no part.

On a line with the underlying applied rate b:

1. a measure that another one in force on the line displaces, or that yields to one, does not count
   (what is in force displaces, whether or not it is itself displaced);
2. any ban that counts closes the line;
3. b' is the rate of the ``replacing`` duty that counts, else b; two of them are refused;
4. the total is b' + the sum of the additional duties + the largest of what the ``top_up_to`` duties
   lack: share * max(0, rate - b').

A duty on part of the value counts by its share; goods exempt from a duty under a programme do not
pay it, but it displaces as before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import fsum

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Duty:
    """One measure's duty on one line.

    Attributes:
        measure: id of the measure.
        basis: additional, top_up_to, replacing or ban.
        rate: a fraction (0.25 is 25 per cent); 0 for a ban.
        share: part of the value that pays.
        exempt: True where the line's goods enter free of it.
        displaces: ids of measures that do not count beside it.
        yields_to: ids of measures beside which it does not count.
    """

    measure: str
    basis: str
    rate: float = 0.0
    share: float = 1.0
    exempt: bool = False
    displaces: frozenset[str] = frozenset()
    yields_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stack:
    """What the duties on a line come to: a function of its underlying rate.

    Where many draws of the law are priced at once a number is an array, one a row of cells.

    Attributes:
        ban: True where nothing may enter.
        replacing: the rate that stands in place of the underlying one.
        additional: the sum of what is added.
        top_up_to: (rate, share) of each duty up to a level.
    """

    ban: bool = False
    replacing: float | Array | None = None
    additional: float | Array = 0.0
    top_up_to: tuple[tuple[float | Array, float | Array], ...] = field(default=())

    def total(self, underlying: Array) -> Array:
        """Return the rate paid, for underlying rates of any shape."""
        base = underlying if self.replacing is None else np.full_like(underlying, self.replacing)
        lacking = np.zeros_like(base)
        for rate, share in self.top_up_to:
            lacking = np.maximum(lacking, share * (rate - base))
        return base + self.additional + lacking

    def slope(self, underlying: Array) -> Array:
        """Return the derivative of :meth:`total` (from the right, where it has a kink)."""
        if self.replacing is not None:
            return np.zeros_like(underlying)
        slope, lacking = np.ones_like(underlying), np.zeros_like(underlying)
        for rate, share in self.top_up_to:
            more = share * (rate - underlying) > lacking
            lacking = np.where(more, share * (rate - underlying), lacking)
            slope = np.where(more, 1.0 - share, slope)
        return slope


NOTHING = Stack()
"""No duty but the underlying one."""


def combine(duties: Iterable[Duty], where: str = "") -> Stack:
    """Return what the duties on one line come to.

    Args:
        duties: every duty in force on the line.
        where: the line in words, for the message.

    Raises:
        InputError: two replacing duties count at once.
    """
    present = tuple(duties)
    gone = displaced(present)
    counted = [d for d in present if d.measure not in gone and not d.exempt]
    replacing = sorted((d.measure, d.rate) for d in counted if d.basis == "replacing")
    if len(replacing) > 1:
        names = " and ".join(f"'{name}' ({rate:.4g})" for name, rate in replacing[:2])
        raise InputError(
            f"two duties would replace the applied rate{' on ' if where else ''}{where}: {names}; "
            "say in [stacking] which displaces the other"
        )
    return Stack(
        ban=any(d.basis == "ban" for d in counted),
        replacing=replacing[0][1] if replacing else None,
        # fsum of sorted terms: the same to the last bit in any order
        additional=fsum(sorted(d.rate * d.share for d in counted if d.basis == "additional")),
        top_up_to=tuple(sorted({(d.rate, d.share) for d in counted if d.basis == "top_up_to"})),
    )


def displaced(duties: Iterable[Duty]) -> frozenset[str]:
    """Return the ids of the measures that do not count beside the others in force."""
    duties = tuple(duties)
    present = {d.measure for d in duties}
    pushed = {m for d in duties for m in d.displaces if m in present and m != d.measure}
    yielding = {d.measure for d in duties if (d.yields_to & present) - {d.measure}}
    return frozenset(pushed | yielding)
