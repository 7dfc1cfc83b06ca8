"""The searches for cooperative tariffs: a weighted sum, the largest common gain, the product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import NotCertified
from countervail.policy.agreement.desk import JointDesk, least, product, weighted
from countervail.policy.optimal import FLAT, Progress, refuse_unfinished
from countervail.policy.rates.climb import Found as Climbed
from countervail.policy.rates.climb import at_rates, climb
from countervail.policy.rates.desk import Look

Array = NDArray[np.float64]

SHARPNESS = 3.0
"""Of the stand-in for the smallest gain at first, over the spread of gains."""

SHARPER = 2.0
"""What the sharpness is multiplied by, time after time, while gains are uneven."""

SHARPEST = 300.0
"""Over the spread of gains, at most."""

TIMES = 25
"""How often weights are set anew at most."""

EVEN, UNEVEN = 1e-6, 1e-5
"""Per cent: by how much the weighted mean gain exceeds the smallest at rest, and at most."""

FLOOR = 0.1
"""Of the common gain: where a gain is smaller its log is continued."""

USUAL = 400
"""Equilibria solved in all, usually."""


class Found(NamedTuple):
    """Where a search ended.

    Attributes:
        rates: of all players, [instrument].
        weight: of each player's gain, in per cent, in the sum that is largest here; they sum to 1.
        gains: per cent, [player].
        look: what rates are worth in that sum.
        slope, step, left: of that sum, as of ``climb.Found``.
        uneven: by how much the weighted mean gain exceeds the smallest, per cent.
        starts: where searches began, and the value of the aim where they ended.
    """

    rates: Array
    weight: Array
    gains: Array
    look: Look
    slope: Array
    step: Array
    left: float
    uneven: float
    starts: tuple[tuple[str, float], ...]


class Search:
    """Searches at one desk.

    Args:
        desk: of all players together.
        progress: told how many equilibria were solved, and of about how many.
    """

    def __init__(self, desk: JointDesk, progress: Progress | None) -> None:
        self.desk = desk
        self._progress = progress or (lambda _done, _total: None)

    def best_sum(self, weight: Array, begin: Mapping[str, Array]) -> Found:
        """Return the rates at which a weighted sum of gains is largest.

        Args:
            weight: of each player's gain in per cent; they sum to one.
            begin: first rates, by a name for them.

        Raises:
            NotCertified: none were found.
        """
        self.desk.aim = weighted(weight)
        ends = {name: self._climb(rates) for name, rates in begin.items()}
        best = max(ends.values(), key=lambda end: end.look.value)
        return self._at(best.rates, weight, {n: end.look.value for n, end in ends.items()})

    def best_equal(self, weight: Array, begin: Mapping[str, Array]) -> Found:
        """Return the rates at which the smallest gain is largest.

        Args:
            weight: first weights of gains.
            begin: first rates, by a name for them.

        Raises:
            NotCertified: none were found.
        """
        ends = {name: self._equalised(weight, rates) for name, rates in begin.items()}
        best = max(ends.values(), key=lambda end: end[2])
        found = self._at(best[0], best[1], {name: end[2] for name, end in ends.items()})
        if not found.uneven < UNEVEN:
            raise NotCertified(
                f"no largest common gain found: weighted, gains exceed the smallest by "
                f"{found.uneven:.1e} per cent (allowed: {UNEVEN:.0e}); no figures are given. "
                "Narrow the bounds, or name fewer players"
            )
        return found

    def best_product(self, common: float, begin: Mapping[str, Array]) -> Found:
        """Return the rates at which the product of gains is largest.

        Args:
            common: a gain that all players can have, per cent, positive.
            begin: first rates, by a name for them.

        Raises:
            NotCertified: none were found.
        """
        ends = {name: self._multiplied(common, rates) for name, rates in begin.items()}
        best = max(ends.values(), key=lambda end: end.look.value)
        self.desk.look(best.rates)
        inverse = 1.0 / self.desk.gains
        values = {name: end.look.value for name, end in ends.items()}
        return self._at(best.rates, inverse / inverse.sum(), values)

    def _multiplied(self, common: float, rates: Array) -> Climbed:
        """Return the best rates near others, with no gain below the floor of the logs."""
        floor = FLOOR * common
        for _ in range(TIMES):
            self.desk.aim = product(floor)
            found = self._climb(rates)
            self._look(found.rates)
            if self.desk.gains.min() >= floor:
                return found
            floor, rates = FLOOR * floor, found.rates
        raise NotCertified(
            "no largest product of gains found: one of them stays next to nothing; no figures are "
            "given. Narrow the bounds, or name fewer players"
        )

    def _climb(self, rates: Array) -> Climbed:
        own = self.desk.instruments
        return climb(self._look, rates, own.low, own.high)

    def _look(self, rates: Array) -> Look:
        seen = self.desk.look(rates)
        done = self.desk.evaluations
        self._progress(done, max(done, USUAL))
        return seen

    def _equalised(self, weight: Array, rates: Array) -> tuple[Array, Array, float]:
        """Return rates, weights and the smallest gain where weights have come to rest."""
        self.desk.aim = weighted(weight)
        rates = self._climb(rates).rates
        self._look(rates)
        spread = max(float(np.ptp(self.desk.gains)), 1e-3)
        sharpness = SHARPNESS / spread
        for _ in range(TIMES):
            self.desk.aim = least(weight, sharpness)
            rates = self._climb(rates).rates
            self._look(rates)
            gains = self.desk.gains
            weight = self.desk.aim(gains)[1]
            if float(weight @ gains - gains.min()) < EVEN and self._rests(rates, weight):
                break
            sharpness = min(SHARPER * sharpness, SHARPEST / spread)
        return rates, weight, float(gains.min())

    def _rests(self, rates: Array, weight: Array) -> bool:
        """Return whether no slope of a weighted sum is left to speak of."""
        own, gains = self.desk.instruments, self.desk.gains
        self.desk.aim = weighted(weight)
        end = at_rates(self._look, rates, own.low, own.high)
        self.desk.gains = gains
        return bool(np.abs(end.slope).max() / 100.0 <= FLAT)

    def _at(self, rates: Array, weight: Array, values: Mapping[str, float]) -> Found:
        """Return where a search ended, with the proof that the weighted sum is largest there.

        Raises:
            NotCertified: a slope is left.
        """
        self.desk.aim = weighted(weight)
        own = self.desk.instruments
        end = at_rates(self._look, rates, own.low, own.high)
        refuse_unfinished(end)
        gains = self.desk.gains
        return Found(
            end.rates,
            weight,
            gains,
            end.look,
            end.slope,
            end.step,
            end.left,
            float(weight @ gains - gains.min()),
            tuple(values.items()),
        )
