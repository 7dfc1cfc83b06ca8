"""A tariff war: every player's best answer to everybody else's, until nobody can gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from countervail import machine
from countervail.core.model import Model
from countervail.errors import InputError, NoEquilibrium
from countervail.policy.answer import Answer
from countervail.policy.criteria import Criterion, real_income
from countervail.policy.in_force import PolicyInForce, worth_usd
from countervail.policy.proof import End, Proof, starts_of
from countervail.policy.rates.optimal import Progress
from countervail.policy.rates.problem import RateProblem, of_several, policy_of
from countervail.policy.rates.settable import stated
from countervail.policy.rates.table import ChosenRate, rate_array, rate_rows
from countervail.policy.rates.terms import Terms
from countervail.policy.war.rounds import Round, TariffWar, War
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.world import World

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

SAME_WELFARE_PER_CENT = 1e-4
"""Per cent of welfare, of any country, within which two starts are said to come to the same."""

BY_DEFAULT = ("USA", "CHN", "EU27")
"""Who plays where nobody is named."""


@dataclass(frozen=True, kw_only=True)
class NashProof(Proof):
    """Why nobody would set other tariffs.

    What is ``left`` is the largest gain left to any player, per cent of its income; the value of a
    start is the same of the war that was fought from there. Where the war shown was interrupted, it
    is what the last complete round said, which is no proof.

    Attributes:
        finished: whether the wars were fought to their ends; if not (Ctrl-C), see ``notes``.
        left_of: by player.
        left_usd: the largest gain left to any player, USD million of real income.
        left_usd_of: by player.
        rounds: until the answer.
        answered: of these, rounds of best answers; the others are steps of everybody at once.
        damped: whether answers had to be damped.
        apart: largest difference in any country's welfare between starts, per cent.
        apart_rates: largest difference between starts of a player's mean rate, weighted by its
            imports under the status quo, in points.
    """

    finished: bool
    left_of: Mapping[str, float]
    left_usd: float
    left_usd_of: Mapping[str, float]
    rounds: int
    answered: int
    damped: bool
    apart: float
    apart_rates: float

    def as_dict(self) -> dict[str, Any]:
        """Return it, JSON-able: of every start the largest gain left."""
        return {**super().as_dict(), "starts": {start.name: start.value for start in self.starts}}


@dataclass(frozen=True, eq=False)
class Nash(Answer[RateProblem, NashProof]):
    """Tariffs from which no player can gain by itself.

    Attributes:
        history: the rounds that led there.
        chosen: rates of each player, [instrument].
    """

    history: tuple[Round, ...]
    chosen: tuple[Array, ...]

    @property
    def present(self) -> tuple[Array, ...]:
        """Rates of each player that stood, [instrument]."""
        return self.problem.present

    @property
    def rates(self) -> xr.DataArray:
        """The rates, by player, partner and sector (0.25 is 25 per cent); NaN where none is set."""
        import xarray as xr

        words = "tariffs nobody gains by changing"
        each = [
            rate_array(own, rates, self.solution.world, words)
            for own, rates in zip(self.problem.instruments, self.chosen, strict=True)
        ]
        names = xr.DataArray(list(self.problem.names), dims="player", name="player")
        return xr.concat(each, dim=names.assign_coords(player=names), combine_attrs="override")

    def table(self, name: str) -> list[ChosenRate]:
        """Return every rate of a player, the largest imports under the status quo first.

        Raises:
            InputError: not a player of this war.
        """
        names = self.problem.names
        if name not in names:
            raise InputError(f"'{name}' does not play (the players are {', '.join(names)})")
        p = names.index(name)
        own = self.problem.instruments[p]
        return rate_rows(own, self.present[p], self.chosen[p], self.solution)

    def gain(self, name: str) -> float:
        """Return what the war is worth to a player, per cent of real income."""
        aim = self.problem.aims[self.problem.names.index(name)]
        return float(aim.weight @ self.solution.arrays["welfare"])

    def worth_usd(self, name: str) -> float:
        """Return what the war is worth to a player, USD million of real income."""
        return worth_usd(self.solution, self.players[self.problem.names.index(name)].members)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What ``reprice`` gives ranges of: every player's real income."""
        return tuple(real_income(one) for one in self.players)

    def __repr__(self) -> str:
        names = ", ".join(self.problem.names)
        return f"<tariff war of {names}: largest gain left {self.certificate.left:.0e} per cent>"


def nash(
    world: World,
    players: Sequence[str] = BY_DEFAULT,
    scenario: Scenario | None = None,
    model: Model | None = None,
    terms: Terms | None = None,
    *,
    progress: Progress | None = None,
    **words: Any,
) -> Nash:
    """Return tariffs from which no player gains by changing its own: the end of a tariff war.

    In each round everybody's rates take a step towards where each would be best by itself, until
    slopes say that nobody gains. Then every player is asked for its best answer, from where it
    stands and from a uniform rate: none may gain a millionth of its income. Where one does, players
    give best answers in turn, each to the latest of the others (damped where that runs in a
    circle), and are asked again. Two wars are fought, from present rates and from a uniform rate;
    where they end differently, the answer says so, and where they end alike it is asked once.

    Ctrl-C ends it with what was found until then: ``finished`` is False, and the notes say how far
    it was. The equilibrium with these tariffs is certified all the same.

    Args:
        world: the base world.
        players: countries or groups, each acting as one; nobody twice. A group sets one external
            tariff by partner and sector, and its members' real income is summed.
        scenario: its second state is the law in force; default the world as it is.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        terms: what every player may set; default every goods sector, on everybody, players and
            others, from 0 to 100 per cent.
        progress: called with how many equilibria were solved, and of about how many.
        words: fields of ``Terms`` by name, such as ``sectors=["C29"]``, in place of what it says.

    Raises:
        InputError: an unknown label, bounds that hold no rate, nothing to set, one player only, a
            country that plays twice, or JAX is missing.
        NotCertified: the war did not come to rest, or its equilibrium did not pass the check.
        NoEquilibrium: a state on the way has none, with the reason.
        KeyboardInterrupt: before the first round was complete.
    """
    machine.load_jax()  # before anything is solved
    terms = stated(Terms, terms, words)
    in_force = PolicyInForce.of(world, scenario, model)
    return fought(of_several(in_force, players, terms), progress)


def fought(problem: RateProblem, progress: Progress | None) -> Nash:
    """Return the tariff war of players whose problem is placed in a world.

    Args:
        problem: who sets what, and what each is after.
        progress: called with how many equilibria were solved, and of about how many.

    Raises:
        NotCertified: the war did not come to rest, or its equilibrium did not pass the check.
        NoEquilibrium: a state on the way has none, with the reason.
        KeyboardInterrupt: before the first round was complete.
    """
    table, world = TariffWar(problem, progress), problem.in_force.world
    try:
        wars = table.wars()
    except NoEquilibrium as error:
        raise error.named(world.countries, world.sectors) from None
    return _answered(table, wars)


def _answered(table: TariffWar, wars: Sequence[War]) -> Nash:
    """Return the war that left least to gain, certified, beside the results of the others."""
    best = min(wars, key=lambda war: war.largest)
    problem = table.problem
    title = f"A tariff war of {', '.join(problem.names)}, against the status quo"
    solution = problem.solution(title, "nash", policy_of(problem, best.rates), best.hats)
    for aim in problem.aims:
        certified = float(aim.weight @ solution.arrays["welfare"])
        problem.in_force.refuse_disagreement(certified, float(aim.weight @ best.welfare))
    proof = _proof(table, wars, best, solution)
    notes = (*problem.notes, *_said(proof), *_interrupted(proof, best))
    return Nash(problem, solution, proof, proof.finished, notes, best.rounds, best.rates)


def _proof(table: TariffWar, wars: Sequence[War], best: War, solution: Solution) -> NashProof:
    problem = table.problem
    sets, spending = problem.instruments, problem.in_force.spending
    usd = {
        one.name: best.left[one.name] * float(spending[list(one.members)].sum()) / 100.0
        for one in problem.players
    }
    apart, apart_rates = 0.0, 0.0
    for war in wars:
        apart = max(apart, float(np.abs(war.welfare - best.welfare).max()))
        for own, one, two in zip(sets, war.rates, best.rates, strict=True):
            imports = own.traded(solution).before
            mean = float(imports @ np.abs(one - two) / imports.sum())
            apart_rates = max(apart_rates, 100.0 * mean)
    ends = {w.start: End(np.concatenate(w.rates), w.largest, w.evaluations) for w in wars}
    then = np.concatenate([own.traded(solution).after for own in sets])
    return NashProof(
        finished=not table.interrupted,
        left=best.largest,
        left_of=dict(best.left),
        left_usd=max(usd.values()),
        left_usd_of=usd,
        rounds=len(best.rounds),
        answered=sum(each.answered for each in best.rounds),
        damped=any(each.taken < 1.0 for each in best.rounds),
        instruments=sum(len(own) for own in sets),
        at_low=sum(int((r <= own.low).sum()) for own, r in zip(sets, best.rates, strict=True)),
        at_high=sum(int((r >= own.high).sum()) for own, r in zip(sets, best.rates, strict=True)),
        evaluations=table.evaluations,
        starts=starts_of(ends, np.concatenate(best.rates), then),
        agree=apart <= SAME_WELFARE_PER_CENT,
        apart=apart,
        apart_rates=apart_rates,
    )


def _said(record: NashProof) -> tuple[str, ...]:
    if record.agree:
        return ()
    names = "; ".join(one.name for one in record.starts)
    return (
        f"The starts ({names}) came to different tariffs from which nobody gains: welfare differs "
        f"by up to {record.apart:.1e} per cent, mean rates by up to {record.apart_rates:.2g} "
        "points. One of them is shown; there may be more.",
    )


def _interrupted(record: NashProof, shown: War) -> tuple[str, ...]:
    """Return what must be said of an answer that was interrupted."""
    if record.finished:
        return ()
    if shown.finished:
        return (
            f"Interrupted: the war from {shown.start} was fought to its end; whether others end "
            "where it does was not found out.",
        )
    how = "by its best answer" if shown.rounds[-1].answered else "by the slopes of its welfare"
    return (
        f"Interrupted after {len(shown.rounds)} rounds of the war from {shown.start}: it is NOT "
        "proven that the war ends at these tariffs. In the last complete round the largest gain "
        f"of a player, {how}, was {record.left:.1e} per cent of its income.",
    )
