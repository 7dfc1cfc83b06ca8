"""Everybody's rates a step at a time: the quick road to where a tariff war comes to rest.

In a round every player is asked for the slopes of its own welfare in its own rates, all at the same
law: that takes one gradient each, where a best answer takes a search. Every rate is then moved to
where it would be best by itself, and rounds are mixed (Anderson 1965, "Iterative Procedures for
Nonlinear Integral Equations") until what slopes say could still be gained is next to nothing.
Slopes know what is near only: whether anybody gains by something else altogether is asked after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import NoEquilibrium, NotCertified
from countervail.policy.evaluator import Evaluated, Evaluator
from countervail.policy.rates.climb import Climbed, at_rates, scale
from countervail.policy.rates.mixing import Mixer
from countervail.policy.rates.problem import RateProblem

Array = NDArray[np.float64]

PLAIN_ROUNDS = 4
"""First rounds, whose steps are taken as they are."""

MIXED_ROUNDS = 20
"""Rounds that are mixed, at most."""

AT_REST_PER_CENT = 1e-11
"""Per cent of income: what slopes may say that any player could still gain, at rest."""


class Stand(NamedTuple):
    """Where everybody stands, and where each would go from there by itself.

    Attributes:
        rates: of each player, [instrument].
        steps: to where each rate would be best by itself, [instrument].
        units: square roots of curvatures, in which steps are mixed, [instrument].
        left: what slopes say that each player could still gain, per cent.
        last: what the last player's rates are worth to it: welfare and hats are everybody's.
    """

    rates: tuple[Array, ...]
    steps: tuple[Array, ...]
    units: tuple[Array, ...]
    left: tuple[float, ...]
    last: Evaluated

    @property
    def largest(self) -> float:
        """The largest gain that slopes say is left to anybody, per cent."""
        return max(self.left)


def rounds(
    problem: RateProblem,
    evaluators: Sequence[Evaluator],
    rates: Sequence[Array],
    most: int,
    evaluated: Callable[[], object],
) -> Iterator[Stand]:
    """Yield where everybody stands, round by round, until slopes say that nobody gains.

    What cannot be solved on the way ends it: the rounds before stand.

    Args:
        problem: who sets what.
        evaluators: of the players.
        rates: first ones of each player, [instrument].
        most: rounds at most.
        evaluated: called after each player's slopes.
    """
    mixer: Mixer | None = None
    cuts = np.cumsum([len(own) for own in rates])[:-1]
    units: tuple[Array, ...] = ()
    for number in range(most):
        try:
            stand = _stand(problem, evaluators, rates, evaluated)
        except (NoEquilibrium, NotCertified):
            if number == 0:
                raise
            return
        yield stand
        if stand.largest < AT_REST_PER_CENT:
            return
        moves: Sequence[Array] = stand.steps
        if number >= PLAIN_ROUNDS:
            if mixer is None:
                mixer, units = Mixer(MIXED_ROUNDS), stand.units
            scaled = [
                np.concatenate([unit * part for unit, part in zip(units, parts, strict=True)])
                for parts in (stand.rates, stand.steps)
            ]
            mixed = np.split(mixer.move(*scaled), cuts)
            moves = [move / unit for move, unit in zip(mixed, units, strict=True)]
        rates = [
            np.clip(each + move, own.low, own.high)
            for own, each, move in zip(problem.instruments, stand.rates, moves, strict=True)
        ]


def _stand(
    problem: RateProblem,
    evaluators: Sequence[Evaluator],
    rates: Sequence[Array],
    evaluated: Callable[[], object],
) -> Stand:
    """Return where each player would go from these rates, the others' as they are."""
    ends: list[Climbed] = []
    law = problem.law(rates)
    for evaluator, own, each in zip(evaluators, problem.instruments, rates, strict=True):
        evaluator.law = law
        if ends:  # everybody looks at one equilibrium
            evaluator.near = ends[-1].seen.hats
        ends.append(at_rates(evaluator.evaluate, each, own.low, own.high))
        evaluated()
    return Stand(
        rates=tuple(end.rates for end in ends),
        steps=tuple(end.step for end in ends),
        units=tuple(np.sqrt(scale(end.seen)) for end in ends),
        left=tuple(end.left for end in ends),
        last=ends[-1].seen,
    )
