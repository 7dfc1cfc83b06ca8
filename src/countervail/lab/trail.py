"""Where the next answer of a slider lies: the last ones of one law, carried on along their line."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from countervail.core.model import Hats

MOST = 3
"""Answers that are carried on: three make a parabola."""

FARTHEST = 1.0
"""How far beyond the answers a guess may lie, in their own spread; farther, the last is taken."""


class AlongTrail(NamedTuple):
    """An answer of a law, at some rates of its duties.

    Attributes:
        law: the key of the law.
        rates: by row, per cent.
        hats: where it lies, in logs.
    """

    law: object
    rates: Mapping[str, float]
    hats: Hats


class LabTrail:
    """The last answers of a page, in their order.

    A guess is only where a search begins; what is found is certified whatever it began from.
    """

    def __init__(self) -> None:
        self.found: deque[AlongTrail] = deque(maxlen=MOST)

    def add(self, one: AlongTrail) -> None:
        """Remember an answer."""
        self.found = deque((o for o in self.found if not _same(o, one)), maxlen=MOST)
        self.found.append(one)

    def ahead(self, law: object, rates: Mapping[str, float]) -> Hats | None:
        """Return where an answer of a law probably lies; None where the last says no more.

        Args:
            law: the key of the law.
            rates: by row, per cent: they must differ from those before in one row alone.
        """
        row = self._moved(law, rates)
        if row is None:
            return None
        line = [one for one in self.found if _on_line(one, law, rates, row)]
        places = [one.rates[row] for one in line]
        if len(line) < 2:
            return None
        at, spread = rates[row], max(places) - min(places)
        beyond = max(at - max(places), min(places) - at, 0.0)
        if beyond > FARTHEST * spread:
            return None
        shares = [_share(at, k, places) for k in range(len(line))]
        blocks = zip(*(one.hats.blocks for one in line), strict=True)
        guess = [sum(w * b for w, b in zip(shares, block, strict=True)) for block in blocks]
        return Hats.of(guess) if all(np.isfinite(block).all() for block in guess) else None

    def _moved(self, law: object, rates: Mapping[str, float]) -> str | None:
        """Return the one row in which rates differ from the last answer's; None of none or more."""
        if not self.found or self.found[-1].law != law:
            return None
        last = self.found[-1].rates
        moved = [row for row, rate in rates.items() if rate != last.get(row)]
        return moved[0] if len(moved) == 1 else None


def _on_line(one: AlongTrail, law: object, rates: Mapping[str, float], row: str) -> bool:
    return one.law == law and all(one.rates.get(r) == v for r, v in rates.items() if r != row)


def _same(one: AlongTrail, other: AlongTrail) -> bool:
    return one.law == other.law and one.rates == other.rates


def _share(at: float, k: int, places: list[float]) -> float:
    """Return the weight of one of some places in the polynomial through all of them."""
    found = 1.0
    for j, other in enumerate(places):
        if j != k:
            found *= (at - other) / (places[k] - other)
    return found
