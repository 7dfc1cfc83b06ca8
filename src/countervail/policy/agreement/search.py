"""The searches for cooperative tariffs: a weighted sum, the largest common gain, the product."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import NotCertified
from countervail.policy.agreement.joint import Joint, least, product, weighted
from countervail.policy.evaluator import Evaluated, Evaluator
from countervail.policy.in_force import PolicyInForce
from countervail.policy.proof import End
from countervail.policy.rates.climb import Climbed, at_rates, climb
from countervail.policy.rates.instruments import Instruments
from countervail.policy.rates.optimal import FLAT_PER_CENT_A_POINT, Progress, refuse_unfinished

Array = NDArray[np.float64]

SHARPNESS = 3.0
"""Of the stand-in for the smallest gain at first, over the spread of gains."""

SHARPER = 2.0
"""What the sharpness is multiplied by, time after time, while gains are uneven."""

SHARPEST = 300.0
"""Over the spread of gains, at most."""

MOST_REWEIGHTINGS = 25
"""How often weights are set anew at most."""

EVEN_PER_CENT, UNEVEN_PER_CENT = 1e-6, 1e-5
"""Per cent: by how much the weighted mean gain exceeds the smallest at rest, and at most."""

FLOOR_OF_COMMON_GAIN = 0.1
"""Of the common gain: where a gain is smaller its log is continued."""

USUAL_EQUILIBRIA = 400
"""Equilibria solved in all, usually."""


class Agreed(NamedTuple):
    """Where searches for one kind of agreement ended.

    Attributes:
        climbed: rates of all players, and what the weighted sum that is largest there says of them.
        weight: of each player's gain, in per cent, in that sum; they sum to 1.
        gains: per cent, [player].
        ends: where each search ended, by where it began.
    """

    climbed: Climbed
    weight: Array
    gains: Array
    ends: Mapping[str, End]

    @property
    def uneven(self) -> float:
        """By how much the weighted mean gain exceeds the smallest, per cent."""
        return float(self.weight @ self.gains - self.gains.min())


class AgreementSearch:
    """Searches for tariffs of several players set together.

    Args:
        in_force: the policy in force.
        own: what all of them set.
        aim: about their gains; what gains are worth is set by each search.
        progress: called with how many equilibria were solved, and of about how many.
    """

    def __init__(
        self, in_force: PolicyInForce, own: Instruments, aim: Joint, progress: Progress | None
    ) -> None:
        self.own, self.aim = own, aim
        self.evaluator = Evaluator(in_force, own, aim)
        self._progress = progress or (lambda _done, _total: None)

    def best_sum(self, weight: Array, begin: Mapping[str, Array]) -> Agreed:
        """Return the rates at which a weighted sum of gains is largest.

        Args:
            weight: of each player's gain in per cent; they sum to one.
            begin: first rates, by a name for them.

        Raises:
            NotCertified: none were found.
        """
        self.aim.worth = weighted(weight)

        def end(rates: Array) -> tuple[Array, float]:
            found = self._climb(rates)
            return found.rates, found.seen.value

        best, ends = self._best(end, begin)
        return self._at(ends[best].values, weight, ends)

    def best_equal(self, weight: Array, begin: Mapping[str, Array]) -> Agreed:
        """Return the rates at which the smallest gain is largest.

        Args:
            weight: first weights of gains.
            begin: first rates, by a name for them.

        Raises:
            NotCertified: none were found.
        """
        weights: list[Array] = []

        def end(rates: Array) -> tuple[Array, float]:
            rates, last, smallest = self._equalised(weight, rates)
            weights.append(last)
            return rates, smallest

        best, ends = self._best(end, begin)
        found = self._at(ends[best].values, dict(zip(ends, weights, strict=True))[best], ends)
        if not found.uneven < UNEVEN_PER_CENT:
            raise NotCertified(
                f"no largest common gain found: weighted, gains exceed the smallest by "
                f"{found.uneven:.1e} per cent (allowed: {UNEVEN_PER_CENT:.0e}); no figures are "
                "given. Narrow the bounds, or name fewer players"
            )
        return found

    def best_product(self, common: float, begin: Mapping[str, Array]) -> Agreed:
        """Return the rates at which the product of gains is largest.

        Args:
            common: a gain that all players can have, per cent, positive.
            begin: first rates, by a name for them.

        Raises:
            NotCertified: none were found.
        """

        def end(rates: Array) -> tuple[Array, float]:
            found = self._multiplied(common, rates)
            return found.rates, found.seen.value

        best, ends = self._best(end, begin)
        inverse = 1.0 / self._gains(ends[best].values)
        return self._at(ends[best].values, inverse / inverse.sum(), ends)

    def _best(
        self, end: Callable[[Array], tuple[Array, float]], begin: Mapping[str, Array]
    ) -> tuple[str, dict[str, End]]:
        """Return which start leads to most worth, and where each search ended."""
        ends = {}
        for name, start in begin.items():
            so_far = self.evaluator.evaluations
            rates, worth = end(start)
            ends[name] = End(rates, worth, self.evaluator.evaluations - so_far)
        return max(ends, key=lambda name: ends[name].worth), ends

    def _multiplied(self, common: float, rates: Array) -> Climbed:
        """Return the best rates near others, with no gain below the floor of the logs."""
        floor = FLOOR_OF_COMMON_GAIN * common
        for _ in range(MOST_REWEIGHTINGS):
            self.aim.worth = product(floor)
            found = self._climb(rates)
            if self._gains(found.rates).min() >= floor:
                return found
            floor, rates = FLOOR_OF_COMMON_GAIN * floor, found.rates
        raise NotCertified(
            "no largest product of gains found: one of them stays next to nothing; no figures are "
            "given. Narrow the bounds, or name fewer players"
        )

    def _climb(self, rates: Array) -> Climbed:
        return climb(self._evaluate, rates, self.own.low, self.own.high)

    def _gains(self, rates: Array) -> Array:
        """Return what players gain at rates, [player]."""
        return self.aim.gains(self._evaluate(rates).welfare)

    def _evaluate(self, rates: Array) -> Evaluated:
        seen = self.evaluator.evaluate(rates)
        done = self.evaluator.evaluations
        self._progress(done, max(done, USUAL_EQUILIBRIA))
        return seen

    def _equalised(self, weight: Array, rates: Array) -> tuple[Array, Array, float]:
        """Return rates, weights and the smallest gain where weights have come to rest."""
        self.aim.worth = weighted(weight)
        rates = self._climb(rates).rates
        spread = max(float(np.ptp(self._gains(rates))), 1e-3)
        sharpness = SHARPNESS / spread
        for _ in range(MOST_REWEIGHTINGS):
            self.aim.worth = least(weight, sharpness)
            rates = self._climb(rates).rates
            gains = self._gains(rates)
            weight = self.aim.worth(gains)[1]
            if float(weight @ gains - gains.min()) < EVEN_PER_CENT and self._rests(rates, weight):
                break
            sharpness = min(SHARPER * sharpness, SHARPEST / spread)
        return rates, weight, float(gains.min())

    def _rests(self, rates: Array, weight: Array) -> bool:
        """Return whether no slope of a weighted sum is left to speak of."""
        return self._at_sum(rates, weight).steepest <= FLAT_PER_CENT_A_POINT

    def _at_sum(self, rates: Array, weight: Array) -> Climbed:
        """Return what a weighted sum of gains says of rates."""
        self.aim.worth = weighted(weight)
        return at_rates(self._evaluate, rates, self.own.low, self.own.high)

    def _at(self, rates: Array, weight: Array, ends: Mapping[str, End]) -> Agreed:
        """Return where searches ended, with the proof that the weighted sum is largest there.

        Raises:
            NotCertified: a slope is left.
        """
        end = self._at_sum(rates, weight)
        refuse_unfinished(end)
        return Agreed(end, weight, self.aim.gains(end.seen.welfare), ends)
