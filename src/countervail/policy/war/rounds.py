"""The rounds of a tariff war: from where they start to where nobody gains by answering alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.core.model import Hats
from countervail.errors import NotCertified
from countervail.policy.evaluator import Evaluated
from countervail.policy.rates.climb import climb
from countervail.policy.rates.optimal import Progress
from countervail.policy.rates.optimal import starts as starting_rates
from countervail.policy.rates.problem import RateProblem
from countervail.policy.war import steps as together

Array = NDArray[np.float64]

NOBODY_GAINS_PER_CENT = 1e-4
"""Per cent of income (1e-6 of it): what a player may still gain by answering alone."""

STILL_RATE = 1e-5
"""Largest answer of any player, in rates: a round after which rates have come to rest."""

MOST_ROUNDS_TOGETHER = 60
"""Rounds of steps of everybody at most, from each start."""

MOST_ROUNDS_IN_TURN = 60
"""Rounds of best answers at most, from each start, where steps have not come to rest."""

DAMPED_PART = 0.5
"""What of each answer is taken where rounds have begun to run in a circle."""

SAME_END_PER_CENT = 1e-8
"""Per cent of income: two ends that differ by less to every player are one."""

USUAL_EQUILIBRIA = 90
"""Equilibria solved for each player in all, usually."""


class Round(NamedTuple):
    """One round.

    Attributes:
        gains: what each player could gain, per cent, by name: what its best answer gained it when
            it was given, or in a round of steps what the slopes of its welfare say.
        moved: largest change of a rate, in points.
        taken: what of each answer was taken: 1, or less where rounds ran in a circle.
        answered: whether best answers were given; in a round of steps they are not.
    """

    gains: Mapping[str, float]
    moved: float
    taken: float
    answered: bool


class War(NamedTuple):
    """Where one start led.

    Attributes:
        start: its name.
        rounds: the history.
        left: what each player could still gain by answering alone at the end, from where it
            stands and from a uniform rate, whichever is more; per cent, by name. Of a war that was
            interrupted, the gains of its last round.
        welfare: of every country, relative to the status quo, per cent, [country].
        rates: of each player, [instrument].
        hats: wages, prices and expenditure at the end.
        finished: whether it was fought to its end.
        evaluations: equilibria solved in it.
    """

    start: str
    rounds: tuple[Round, ...]
    left: Mapping[str, float]
    welfare: Array
    rates: tuple[Array, ...]
    hats: Hats
    finished: bool
    evaluations: int = 0

    @property
    def largest(self) -> float:
        """The largest gain left to anybody, per cent."""
        return max(self.left.values())


class TariffWar:
    """The players at one table, each with an evaluator of its own, and the law they make together.

    Attributes:
        interrupted: whether Ctrl-C ended the wars.
    """

    def __init__(self, problem: RateProblem, progress: Progress | None) -> None:
        self.problem, self.evaluators = problem, problem.evaluators()
        self._progress = progress or (lambda _done, _total: None)
        self.interrupted = False
        self._so_far: War | None = None

    @property
    def evaluations(self) -> int:
        """Equilibria solved so far, each with a gradient."""
        return sum(each.evaluations for each in self.evaluators)

    def wars(self) -> list[War]:
        """Return where each start leads; after Ctrl-C, what was found until then.

        That is the wars fought to their end, or the last complete round of the first.

        Raises:
            KeyboardInterrupt: no round was complete.
            NotCertified: a war does not come to rest.
        """
        begin = [
            starting_rates(own, present)
            for own, present in zip(self.problem.instruments, self.problem.present, strict=True)
        ]
        fought: list[War] = []
        try:
            for name in begin[0]:
                so_far = self.evaluations
                war = self._war(name, [rates[name] for rates in begin], fought)
                fought.append(war._replace(evaluations=self.evaluations - so_far))
        except KeyboardInterrupt:
            self.interrupted = True
            if not fought and self._so_far is None:
                raise
            if not fought and self._so_far is not None:
                fought = [self._so_far._replace(evaluations=self.evaluations)]
        return fought

    def _war(self, start: str, rates: list[Array], fought: Sequence[War]) -> War:
        """Return where rounds lead: steps of everybody, then best answers if these gain anything.

        Raises:
            NotCertified: they do not come to rest.
        """
        history: list[Round] = []
        best = self._steps(start, rates, history)
        rates, end = list(best.rates), best.last
        if best.largest >= SAME_END_PER_CENT:
            end = self._answers(start, rates, history)
        left = self._known(rates, best.units, fought) or self._left(rates)
        if max(left.values()) >= NOBODY_GAINS_PER_CENT:
            end = self._answers(start, rates, history)
            left = self._left(rates)
        if max(left.values()) >= NOBODY_GAINS_PER_CENT:
            worst = max(left, key=lambda name: left[name])
            raise NotCertified(
                f"the tariff war from {start} did not come to rest in {len(history)} rounds: "
                f"{worst} could still gain {left[worst]:.1e} per cent (allowed: "
                f"{NOBODY_GAINS_PER_CENT:.0e}); no figures are given. Narrow the bounds, or name "
                "fewer players"
            )
        return War(start, tuple(history), left, end.welfare, tuple(rates), end.hats, True)

    def _steps(self, start: str, rates: Sequence[Array], history: list[Round]) -> together.Stand:
        """Return where slopes say that least is left to the player who could gain most.

        Args:
            start: name of the start.
            rates: first ones of each player.
            history: the result of each round is added.
        """
        best: together.Stand | None = None
        for stand in together.rounds(
            self.problem, self.evaluators, rates, MOST_ROUNDS_TOGETHER, self._reported
        ):
            gains = dict(zip(self.problem.names, stand.left, strict=True))
            moved = max(float(np.abs(step).max()) for step in stand.steps)
            history.append(Round(gains, 100.0 * moved, 1.0, answered=False))
            if best is None or stand.largest < best.largest:
                best = stand
            self._remember(start, history, gains, stand.rates, stand.last)
        assert best is not None  # the first round is there, or has raised
        return best

    def _answers(self, start: str, rates: list[Array], history: list[Round]) -> Evaluated:
        """Let players give best answers in turn, each to the latest of the others, until rest.

        What the last player's rates are worth to it in the end is returned: welfare and hats are
        everybody's.

        Args:
            start: name of the start.
            rates: of each player; replaced.
            history: the result of each round is added.
        """
        taken, given = 1.0, list[Round]()
        for _ in range(MOST_ROUNDS_IN_TURN):
            gains, moved = {}, 0.0
            for p in range(len(self.evaluators)):
                answer, gain = self._answer(p, rates, rates[p])
                gains[self.problem.names[p]] = gain
                step = taken * (answer - rates[p])
                moved = max(moved, float(np.abs(step).max()))
                rates[p] = rates[p] + step
            given.append(Round(gains, 100.0 * moved, taken, answered=True))
            history.append(given[-1])
            end = self._evaluated(rates)
            self._remember(start, history, gains, rates, end)
            if max(gains.values()) < NOBODY_GAINS_PER_CENT and moved < STILL_RATE:
                break
            if circles(given):
                taken = DAMPED_PART
        return end

    def _answer(self, p: int, rates: Sequence[Array], begin: Array) -> tuple[Array, float]:
        """Return a player's best answer to the others' rates, and what it gains on its own."""
        evaluator, own = self.evaluators[p], self.problem.instruments[p]
        evaluator.law = self.problem.law(rates)
        here = evaluator.evaluate(rates[p]).value
        found = climb(evaluator.evaluate, begin, own.low, own.high)
        self._reported()
        return found.rates, found.seen.value - here

    def _left(self, rates: Sequence[Array]) -> dict[str, float]:
        """Return what each player could gain by answering alone, the others' rates as they are."""
        left = {}
        for p, own in enumerate(self.problem.instruments):
            begin = starting_rates(own, rates[p]).values()
            gains = [self._answer(p, rates, each)[1] for each in begin]
            left[self.problem.names[p]] = max(0.0, *gains)
        return left

    def _known(
        self, rates: Sequence[Array], units: Sequence[Array], fought: Sequence[War]
    ) -> Mapping[str, float] | None:
        """Return what is left where another war came to the same end; None where none did."""
        for war in fought:
            apart = (
                0.5 * float((unit * (one - two)) @ (unit * (one - two)))
                for unit, one, two in zip(units, rates, war.rates, strict=True)
            )
            if max(apart) < SAME_END_PER_CENT:
                return war.left
        return None

    def _evaluated(self, rates: Sequence[Array]) -> Evaluated:
        """Return what the last player's rates are worth: welfare and hats are everybody's."""
        self.evaluators[-1].law = self.problem.law(rates)
        return self.evaluators[-1].evaluate(rates[-1])

    def _remember(
        self,
        start: str,
        history: Sequence[Round],
        gains: Mapping[str, float],
        rates: Sequence[Array],
        end: Evaluated,
    ) -> None:
        """Keep the last complete round, should the war be interrupted."""
        self._so_far = War(
            start, tuple(history), gains, end.welfare, tuple(rates), end.hats, finished=False
        )

    def _reported(self) -> None:
        self._progress(
            self.evaluations, max(self.evaluations, USUAL_EQUILIBRIA * len(self.evaluators))
        )


def circles(history: Sequence[Round]) -> bool:
    """Return whether rates moved no less in the last two rounds than in the two before."""
    if len(history) < 4:
        return False
    earlier, later = history[-4:-2], history[-2:]
    return min(one.moved for one in later) > 0.9 * min(one.moved for one in earlier)
