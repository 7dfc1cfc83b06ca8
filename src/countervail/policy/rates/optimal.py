"""The tariffs that are best for one player, everybody else's staying as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from countervail import machine
from countervail.core.model import Model
from countervail.errors import NoEquilibrium, NotCertified
from countervail.policy.answer import Answer
from countervail.policy.criteria import Criterion, aimed
from countervail.policy.in_force import PolicyInForce, worth_usd
from countervail.policy.players import player as named
from countervail.policy.proof import End, Proof, alike, starts_of
from countervail.policy.rates.climb import Climbed, climb, climbed_at
from countervail.policy.rates.instruments import Instruments
from countervail.policy.rates.objective import Objective
from countervail.policy.rates.problem import RateProblem, of_one, policy_of
from countervail.policy.rates.settable import stated
from countervail.policy.rates.table import ChosenRate, rate_array, rate_rows
from countervail.policy.rates.terms import Terms
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.world import World

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Progress = Callable[[int, int], object]

FLAT_PER_CENT_A_POINT = 1e-6
"""Per cent of welfare per percentage point: what no free rate's slope may exceed in an answer."""

LEFT_PER_CENT = 1e-6
"""Per cent of welfare: what the estimate of the gain still left may not exceed."""

SAME_PER_CENT = 1e-6
"""Per cent of welfare within which two starts are said to come to the same."""

UNIFORM_RATE = 0.25
"""Rate of the second start; the middle of bounds that do not hold it."""

PASSIVE = (
    "Everybody else's law stays as it is: nobody answers these tariffs (`respond nash` is where "
    "players do)."
)
ANSWERED = (
    "Stated reaction: for every point that the rates on it rise on average, each of these adds so "
    "much to its rates on all goods of the player ({}); nobody else's law moves."
)
INTERRUPTED = (
    "Interrupted: these are the best rates found so far, not the best there are; the proof says "
    "how far from it they are."
)


@dataclass(frozen=True, kw_only=True)
class OptimalProof(Proof):
    """How good best tariffs are.

    Attributes:
        gain: of the objective over keeping the status quo, per cent.
        gain_usd: of the player's own real income, USD million.
    """

    gain: float
    gain_usd: float


@dataclass(frozen=True, eq=False)
class Optimal(Answer[RateProblem, OptimalProof]):
    """The tariffs that are best for a player.

    Attributes:
        chosen: rates, [instrument].
    """

    chosen: Array

    @property
    def objective(self) -> Objective:
        """What it is after."""
        return self.problem.aims[0]

    @property
    def instruments(self) -> Instruments:
        """What was set."""
        return self.problem.instruments[0]

    @property
    def present(self) -> Array:
        """Rates that stood, [instrument]."""
        return self.problem.present[0]

    @property
    def rates(self) -> xr.DataArray:
        """The rates, by partner and sector (0.25 is 25 per cent); NaN where none of a whole cell
        was set (``table`` has those of tariff lines)."""
        words = f"tariffs of {self.player.name}"
        return rate_array(self.instruments, self.chosen, self.solution.world, words)

    @property
    def table(self) -> list[ChosenRate]:
        """Every rate, the largest imports under the status quo first."""
        return rate_rows(self.instruments, self.present, self.chosen, self.solution)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What ``reprice`` gives ranges of: the objective, and the player's own real income."""
        return aimed(self.objective, self.player, self.solution.arrays["income"])

    def __repr__(self) -> str:
        c = self.certificate
        return (
            f"<tariffs of {self.player.name}: {c.instruments} rates, {c.gain:+.4f} per cent, "
            f"projected gradient {c.projected_gradient:.0e} per point>"
        )


def optimal(
    world: World,
    player: str,
    scenario: Scenario | None = None,
    model: Model | None = None,
    terms: Terms | None = None,
    *,
    reaction: Mapping[str, float] | None = None,
    objective: Mapping[str, float] | None = None,
    progress: Progress | None = None,
    **words: Any,
) -> Optimal:
    """Return the tariffs of one country or bloc that are best for it, others staying passive.

    The status quo is the scenario's second state; what is chosen replaces the player's rates
    on these partners and sectors, in every tariff line of a cell. Two searches (from present
    rates and from a uniform rate) must end where no rate could gain; the answer is then solved and
    certified like any other.

    Args:
        world: the base world.
        player: a country, or a group (``EU27``), which acts as one: one external tariff by partner
            and sector, members' trade with each other untouched, their real income summed.
        scenario: its second state is the law in force; default the world as it is.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        terms: what may be set; default every goods sector, on everybody, from 0 to 100 per cent.
        reaction: how partners answer, such as ``{"CHN": 1.0}``: for every point that the player's
            rates on it rise on average, it adds so much to its rates on all of the player's goods.
        objective: weights of outcomes, each in per cent, such as ``{"CAN": 1, "USA": -0.2}``
            (welfare), ``{"revenue CAN": 1}``, ``{"jobs CAN C29": 0.1}``; default the player's own
            welfare (``policy.rates.objective``).
        progress: called with how many searches are done, and of how many.
        words: fields of ``Terms`` by name, such as ``sectors=["C29"]``, in place of what it says.

    Raises:
        InputError: an unknown label, bounds that hold no rate, nothing to set, or JAX is missing.
        NotCertified: no best tariffs were found, or their equilibrium did not pass the check.
        NoEquilibrium: a state on the way has none, with the reason.
    """
    machine.load_jax()  # before anything is solved
    terms = stated(Terms, terms, words)
    in_force = PolicyInForce.of(world, scenario, model)
    who = named(player, in_force.world)
    problem = of_one(in_force, who, terms, objective, reaction=reaction)
    own, aim = problem.instruments[0], problem.aims[0]
    try:
        found, evaluations, finished = _searched(problem, progress)
    except NoEquilibrium as error:
        raise error.named(in_force.world.countries, in_force.world.sectors) from None
    best = max(found.values(), key=lambda one: one.seen.value)
    if finished:
        refuse_unfinished(best)
    solution = problem.solution(
        f"The best tariffs of {who.name}, against the status quo",
        f"optimal-{who.name}",
        policy_of(problem, [best.rates]),
        best.seen.hats,
    )
    in_force.refuse_disagreement(aim.value(solution.arrays), best.seen.value)
    proof = _proof(problem, best, found, evaluations, solution, finished=finished)
    unfinished = () if finished else (INTERRUPTED,)
    others = PASSIVE if own.reaction is None else ANSWERED.format(own.reaction.words)
    notes = (*unfinished, *own.notes, *_said(proof, problem, finished=finished), others)
    return Optimal(problem, solution, proof, finished, notes, best.rates)


def starts(own: Instruments, present: Array) -> dict[str, Array]:
    """Return where searches begin: at present rates, and at one uniform rate."""
    middle = (own.low + own.high) / 2.0
    uniform = np.where((own.low < UNIFORM_RATE) & (own.high > UNIFORM_RATE), UNIFORM_RATE, middle)
    return {
        "present rates": np.clip(present, own.low, own.high),
        "a uniform rate": uniform,
    }


def refuse_unfinished(found: Climbed) -> None:
    """Raise where rates are not the best near where they are.

    Raises:
        NotCertified: what is left.
    """
    if not (found.steepest <= FLAT_PER_CENT_A_POINT and found.left <= LEFT_PER_CENT):
        raise NotCertified(
            f"no best tariffs found: the steepest slope left is {found.steepest:.1e} per cent a "
            f"point (allowed: {FLAT_PER_CENT_A_POINT:.0e}), the gain left about {found.left:.1e} "
            "per cent; no figures are given. Narrow the bounds, or set fewer rates"
        )


def _searched(
    problem: RateProblem, progress: Progress | None
) -> tuple[dict[str, Climbed], dict[str, int], bool]:
    """Return the result of each search, and the equilibria it solved; and whether all ended.

    Raises:
        KeyboardInterrupt: before anything was found.
    """
    own, (evaluator,) = problem.instruments[0], problem.evaluators()
    begin = starts(own, problem.present[0])
    found, evaluations = dict[str, Climbed](), dict[str, int]()
    for done, (name, rates) in enumerate(begin.items(), start=1):
        so_far, finished = evaluator.evaluations, True
        try:
            found[name] = climb(evaluator.evaluate, rates, own.low, own.high)
            if progress is not None:
                progress(done, len(begin))
        except KeyboardInterrupt:
            if evaluator.best is None:
                raise
            found[name] = climbed_at(*evaluator.best, own.low, own.high)
            finished = False
        evaluations[name] = evaluator.evaluations - so_far
        if not finished:
            return found, evaluations, False
    return found, evaluations, True


def _proof(
    problem: RateProblem,
    best: Climbed,
    found: Mapping[str, Climbed],
    evaluations: Mapping[str, int],
    solution: Solution,
    *,
    finished: bool,
) -> OptimalProof:
    own = problem.instruments[0]
    ends = {name: End(one.rates, one.seen.value, evaluations[name]) for name, one in found.items()}
    searches = starts_of(ends, best.rates, own.traded(solution).after)
    at_low, at_high = best.at_bounds(own.low, own.high)
    return OptimalProof(
        projected_gradient=best.steepest,
        step=best.longest,
        left=best.left,
        instruments=len(own),
        at_low=at_low,
        at_high=at_high,
        starts=searches,
        agree=finished and alike(searches, SAME_PER_CENT),
        evaluations=sum(evaluations.values()),
        gain=problem.aims[0].value(solution.arrays),
        gain_usd=worth_usd(solution, problem.players[0].members),
    )


def _said(record: OptimalProof, problem: RateProblem, *, finished: bool) -> tuple[str, ...]:
    """Return what must be said of an answer."""
    said, own, present = [], problem.instruments[0], problem.present[0]
    if not record.agree and finished:
        ends = "; ".join(f"from {s.name} {s.value:+.6f} per cent" for s in record.starts)
        said.append(
            f"The searches came to different optima ({ends}): the best is shown, and a better one "
            "may exist."
        )
    outside = int(((present < own.low - 1e-12) | (present > own.high + 1e-12)).sum())
    if outside:
        said.append(
            f"{outside} present rates lie outside the bounds: the gain is over the law as it "
            "stands, which the bounds do not allow."
        )
    return tuple(said)
