"""How to answer a partner: additional duties that cost it a stated amount at the least own cost.

For a weight put on the partner's loss, the duties that are best by both together lie on the
frontier of pain to them against cost to us; the weight that meets the stated amount is found by a
search on one number (an angle, whose tangent is the weight).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import machine, simulate
from countervail.core.model import Model
from countervail.errors import InputError, NoEquilibrium
from countervail.policy.ground import Ground, worth_usd
from countervail.policy.optimal import refuse_unfinished
from countervail.policy.players import Player
from countervail.policy.players import player as named
from countervail.policy.rates.bounds import Bounds, bounds_of
from countervail.policy.rates.instruments import Instruments
from countervail.policy.rates.settable import Terms, goods_sectors, instruments
from countervail.policy.retaliation.frontier import (
    LISTED,
    MET,
    FrontierPoint,
    Point,
    Search,
    weight_of,
)
from countervail.policy.stakes import AtStake, Goal, Ratio, Stake
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.world import World

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Progress = Callable[[int, int], object]

PASSIVE = (
    "Everybody else's law stays as it is: nobody answers the answer (`respond nash` is where "
    "players do)."
)
GREEDY = (
    "The short list is chosen step by step (those whose loss would harm least stay, then rates "
    "are found afresh): another list as short may cost less."
)

APART = (
    "A search from the highest duties came to a different answer that is better for the same "
    "weight: a cheaper list may exist."
)
INTERRUPTED = (
    "Interrupted: the best of what had been found so far; a cheaper list may exist, and the stated "
    "amount may be missed."
)
TERMS_OF_TRADE = (
    "So small an answer does not cost us: duties up to the best for us alone improve our terms of "
    "trade, as long as they are not answered. Asking for more would gain more."
)

MOST_OF_IT = 0.9
"""Part of the stated amount whose chance is told beside that of all of it."""


class Levy(NamedTuple):
    """One entry of the list.

    Attributes:
        sector: code.
        line: the tariff line's goods; None for a duty on the whole sector.
        present: rate under the law as it stands, per cent, averaged over lines and cells.
        duty: additional, per cent.
        imports, imports_new: from the partner, USD million, under the law as it stands and then.
    """

    sector: str
    line: str | None
    present: float
    duty: float
    imports: float
    imports_new: float


class Compared(NamedTuple):
    """What another answer to the same measure does.

    Attributes:
        title: of the scenario that holds it.
        pain_usd, cost_usd: their loss and ours from it, over the law as it stands, USD million.
        least_cost_usd: the least cost of the same pain, on the frontier; None where the frontier
            does not hold that much (or the pain is not positive).
        duties: mean additional duty by sector, or tariff line, per cent; bans are not in it.
    """

    title: str
    pain_usd: float
    cost_usd: float
    least_cost_usd: float | None
    duties: dict[str, float]


class RetaliationRecord(NamedTuple):
    """How good the answer is.

    Attributes:
        projected_gradient: largest slope of the weighted sum left among duties that could still
            move, per cent of our welfare per percentage point.
        missed_usd: their loss in the certified solution less the stated amount, USD million.
        pain_usd, cost_usd: their loss and ours, certified, USD million.
        weight: of a USD of their loss at the answer.
        few_cost_usd: what keeping to few duties adds to the cost; 0 where all may be used, and
            where the amount is not reached.
        at_cap: duties that the cap holds.
        agree: whether a search from the highest duties, with the same weight, came to the same;
            None where it was not made.
        evaluations: equilibria solved, each with its gradient.
    """

    projected_gradient: float
    missed_usd: float
    pain_usd: float
    cost_usd: float
    weight: float
    few_cost_usd: float
    at_cap: int
    agree: bool | None
    evaluations: int


@dataclass(frozen=True, eq=False)
class Retaliation:
    """An answer to a partner, with its proof.

    Attributes:
        player, partner: who answers, and whom.
        goal_usd: the stated amount, USD million.
        harm_usd: our loss from the question's second state (their measure), USD million.
        reached: whether the stated amount can be reached; if not, the answer costs them the most.
        most_usd: the most that it can cost them within these bounds, all sectors used.
        frontier: from little to the most.
        solution: the certified equilibrium with the answer, relative to the law as it stands.
        certificate: how good the answer is.
        instruments: what was set.
        duties: additional duties, [instrument].
        present: rates that stand, [instrument].
        compared: what another answer does.
        finished: whether the search ran to its end; if not, this is the best it had found.
        notes: what must be said, in sentences.
    """

    player: Player
    partner: Player
    goal_usd: float
    harm_usd: float
    reached: bool
    most_usd: float
    frontier: tuple[FrontierPoint, ...]
    solution: Solution
    certificate: RetaliationRecord
    instruments: Instruments
    duties: Array
    present: Array
    compared: Compared | None
    finished: bool
    notes: tuple[str, ...]

    @property
    def table(self) -> list[Levy]:
        """The list: every sector or line with an additional duty, the largest imports first."""
        own, world = self.instruments, self.solution.world
        trade = own.traded(self.solution)
        listed = [
            Levy(
                world.sectors[own.sector[k]],
                own.line[k],
                100.0 * float(self.present[k]),
                100.0 * float(self.duties[k]),
                float(trade.before[k]),
                float(trade.after[k]),
            )
            for k in np.flatnonzero(self.duties > LISTED)
        ]
        return sorted(listed, key=lambda levy: -levy.imports)

    @property
    def welfare(self) -> xr.DataArray:
        """Welfare of every country, per cent, relative to the law as it stands."""
        found: xr.DataArray = self.solution.welfare
        return found

    @property
    def stakes(self) -> tuple[AtStake, ...]:
        """What ``reprice`` gives ranges of: cost, pain, the stated amount, cost for pain."""
        us = Stake(self.player.name, f"cost to {self.player.name}", self.player.members, loss=True)
        them = self.partner
        pain = Stake(them.name, f"pain to {them.name}", them.members, loss=True)
        slack = MET * self.goal_usd
        return (
            us,
            pain,
            Goal(
                "amount",
                "their loss is at least the stated amount",
                pain,
                self.goal_usd,
                slack=slack,
            ),
            Goal(
                "most of it",
                f"their loss is at least {100 * MOST_OF_IT:g} % of the stated amount",
                pain,
                MOST_OF_IT * self.goal_usd,
                slack=slack,
            ),
            Ratio("cost for pain", "our cost for a USD of their loss", us, pain),
        )

    def __repr__(self) -> str:
        c = self.certificate
        return (
            f"<{self.player.name} answers {self.partner.name}: {len(self.table)} duties cost them "
            f"{c.pain_usd:,.0f} and us {c.cost_usd:,.0f} USD million>"
        )


def retaliate(
    world: World,
    player: str,
    partner: str,
    scenario: Scenario | None = None,
    model: Model | None = None,
    *,
    goal_usd: float | None = None,
    goal_percent: float | None = None,
    rebalance: bool = False,
    unanswered: bool = False,
    sectors: Iterable[str] | None = None,
    spare: Iterable[str] = (),
    cap: float = 0.5,
    bounds: Bounds | Path | str | None = None,
    by_line: bool = False,
    most: int | None = None,
    compare_with: Scenario | None = None,
    points: int = 8,
    progress: Progress | None = None,
) -> Retaliation:
    """Return the additional duties that cost a partner a stated amount at the least own cost.

    The law as it stands is the scenario's second state, which holds their measure; losses are
    equivalent variations relative to it. One duty a sector, on top of every tariff line of it, or
    a duty a line; a bloc that is answered is answered as one. Where the amount cannot be reached
    within the bounds, ``reached`` is False, the answer is the one that costs them the most, and a
    note says so.

    Args:
        world: the base world.
        player: who answers: a country, or a group, which acts as one.
        partner: who is answered.
        scenario: holds their measure; default the world as it is.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        goal_usd: what it is to cost them, USD million; or
        goal_percent: in per cent of their welfare; or
        rebalance: as much as the scenario costs us.
        unanswered: leave our own measures out of the scenario first.
        sectors: codes that may be used; default every goods sector.
        spare: codes that may not: what we depend on.
        cap: highest additional duty (0.5 is 50 per cent).
        bounds: of law on the whole rate, such as WTO bindings: read, or the path of a file.
        by_line: a duty for every tariff line of its own, where the law knows lines.
        most: sectors, or tariff lines, at most, chosen step by step; default any number.
        compare_with: another scenario with the same first state, whose second state also holds an
            answer: what that costs them and us.
        points: of the frontier.
        progress: told how many points are found, and of how many.

    Raises:
        InputError: an unknown label, no amount or several, a cap or number that makes no sense,
            nothing to set, nothing to rebalance, or JAX is missing.
        NotCertified: no answer was found, or its equilibrium did not pass the check.
        NoEquilibrium: a state on the way has none, with the reason.
    """
    _refuse(goal_usd, goal_percent, rebalance, cap, most, points)
    machine.load_jax()  # before anything is solved
    who, them = named(player, world), named(partner, world)
    standing = _without_own(scenario, who, world) if unanswered else scenario
    ground = Ground.of(world, standing, model)
    terms = Terms(
        partners=[ground.world.countries[n] for n in them.members],
        sectors=_not_spared(ground.world, sectors, spare),
        high=cap,
        mfn=True,
        bounds=bounds_of(bounds),
        by_line=by_line,
        additional=True,
    )
    own = instruments(ground.law, who, terms)
    harmed = simulate.solve(ground.observed, ground.standing, ground.model)
    harm = -worth_usd(harmed, who.members)
    search = Search(ground, own, who, them)
    goal = _goal(
        goal_usd, goal_percent, harm, who, float(ground.spending[list(them.members)].sum())
    )
    finished, compared = True, None
    try:
        found = _found(search, goal, most, points, progress)
        compared = _compared(compare_with, harmed, search)
    except NoEquilibrium as error:
        raise error.named(ground.world.countries, ground.world.sectors) from None
    except KeyboardInterrupt:
        best = search.so_far(goal, most)
        if best is None:
            raise
        finished, found = False, _Found(best, 0.0, None)
    chosen, frontier = found.chosen, search.known
    solution = _certified(ground, own, chosen, who, them)
    certified = float(search.weight(chosen.angle) @ solution.arrays["welfare"])
    ground.refuse_disagreement(certified, chosen.found.look.value)
    reached = abs(chosen.pain - goal) <= MET * goal
    record = RetaliationRecord(
        projected_gradient=float(np.abs(chosen.found.slope).max()) / 100.0,
        missed_usd=-worth_usd(solution, them.members) - goal,
        pain_usd=-worth_usd(solution, them.members),
        cost_usd=-worth_usd(solution, who.members),
        weight=weight_of(chosen.angle),
        few_cost_usd=found.few_cost if reached else 0.0,
        at_cap=int((chosen.rates >= own.high).sum()),
        agree=found.agree,
        evaluations=search.desk.evaluations,
    )
    said = [] if finished else [INTERRUPTED]
    if finished and not reached:
        said += [_unreached(goal, chosen.pain, frontier[-1].pain, cap, most)]
    said += [] if most is None else [GREEDY]
    said += [APART] if found.agree is False else []
    said += [f"Measures of {who.name} itself are left out of the scenario."] if unanswered else []
    said += [TERMS_OF_TRADE] if record.weight < 0.0 else []
    return Retaliation(
        player=who,
        partner=them,
        goal_usd=goal,
        harm_usd=harm,
        reached=reached,
        most_usd=frontier[-1].pain,
        frontier=tuple(search.shown(p) for p in frontier if p.pain > 0.0 and p.listed.size),
        solution=solution,
        certificate=record,
        instruments=own,
        duties=chosen.rates,
        present=own.present(ground.base, search.desk.law),
        compared=compared,
        finished=finished,
        notes=(*said, *own.notes, *them.notes, PASSIVE),
    )


class _Found(NamedTuple):
    """Where the search ended: duties, what keeping to few of them costs, and a second search."""

    chosen: Point
    few_cost: float
    agree: bool | None


def _found(
    search: Search, goal: float, most: int | None, points: int, progress: Progress | None
) -> _Found:
    """Return the duties that meet an amount at the least cost, or come nearest to it.

    Raises:
        NotCertified: none were found.
        NoEquilibrium: a state on the way has none.
    """
    frontier = search.frontier(points, progress)
    all_used = search.reach(goal, frontier, search.own.high)
    chosen = all_used if most is None else search.fewer(all_used, goal, most)
    refuse_unfinished(chosen.found)
    return _Found(chosen, chosen.cost - all_used.cost, search.agrees(chosen))


def _refuse(
    goal_usd: float | None,
    goal_percent: float | None,
    rebalance: bool,
    cap: float,
    most: int | None,
    points: int,
) -> None:
    """Raise where the question makes no sense.

    Raises:
        InputError: what is wrong.
    """
    given = [goal for goal in (goal_usd, goal_percent) if goal is not None]
    if len(given) + rebalance != 1:
        raise InputError(
            "say once what the answer is to cost them: goal_usd (USD million), goal_percent (of "
            "their welfare) or rebalance (as much as the scenario costs us)"
        )
    if given and not 0.0 < given[0] < np.inf:
        raise InputError(f"what the answer is to cost them is {given[0]:g}: give a positive number")
    if not 0.0 < cap < np.inf:
        raise InputError(f"no additional duty lies below cap={cap:g}: 0.5 is 50 per cent")
    if most is not None and most < 1:
        raise InputError(f"a list of most={most} is no answer: give 1 or more")
    if points < 2:
        raise InputError(f"a frontier of points={points} is none: give 2 or more")


def _not_spared(world: World, sectors: Iterable[str] | None, spare: Iterable[str]) -> list[str]:
    """Return the sectors that may be used.

    Raises:
        InputError: an unknown sector.
    """
    spared = {world.sector(code) for code in spare}
    named = goods_sectors(world) if sectors is None else sectors
    return [code for code in named if world.sector(code) not in spared]


def _without_own(scenario: Scenario | None, who: Player, world: World) -> Scenario:
    """Return a question without the measures that the player itself applies.

    Raises:
        InputError: there is no question to leave them out of.
    """
    from countervail.outcomes.attribution import by_implementer

    if scenario is None:
        raise InputError("unanswered leaves our measures out of a scenario: name the scenario")
    others = [
        part
        for name, parts in by_implementer(scenario, world).items()
        if name not in {who.name, *(world.countries[n] for n in who.members)}
        for part in parts
    ]
    return scenario.with_options(only=others)


def _goal(
    usd: float | None, percent: float | None, harm: float, who: Player, their_spending: float
) -> float:
    """Return the stated amount in USD million.

    Raises:
        InputError: there is nothing to rebalance.
    """
    if usd is not None:
        return usd
    if percent is not None:
        return percent * their_spending / 100.0
    if harm <= 0.0:
        raise InputError(
            f"nothing to rebalance: the scenario costs {who.name} nothing ({-harm:+,.1f} USD "
            "million); state an amount, or name the scenario that holds their measure"
        )
    return harm


def _certified(
    ground: Ground, own: Instruments, chosen: Point, who: Player, them: Player
) -> Solution:
    """Return the certified comparison of the answer with the law as it stands."""
    return ground.answer(
        f"What {who.name} could answer {them.name}, against the law as it stands",
        f"retaliation-{who.name}-{them.name}",
        ground.rates(own, np.where(chosen.rates > LISTED, chosen.rates, np.nan)),
        chosen.found.look.hats,
        [ground.world.countries[one.members[0]] for one in (who, them)],
    )


def _compared(scenario: Scenario | None, standing: Solution, search: Search) -> Compared | None:
    """Return what the answer in another question does, over the law as it stands.

    Raises:
        InputError: the questions do not begin alike.
    """
    if scenario is None:
        return None
    used = simulate.solve(standing.observed, scenario, standing.model)
    if not np.allclose(used.arrays["income"], standing.arrays["income"], rtol=1e-8):
        raise InputError(
            f"compare_with '{scenario.name}' begins at another law than the scenario: give both "
            "the same first state"
        )
    gain = (1.0 + used.arrays["welfare"] / 100.0) / (1.0 + standing.arrays["welfare"] / 100.0) - 1.0
    worth = search.spending * gain
    pain, cost = (-float(worth[list(one.members)].sum()) for one in (search.them, search.who))
    within = 0.0 < pain <= search.known[-1].pain
    law = simulate.shock_of(used.resolved.after, used.resolved)
    base, own = search.desk.base, search.own
    added = own.present(base, law) - own.present(base, search.desk.law)
    names = [own.label(k, used.world.sectors) for k in range(len(own))]
    return Compared(
        scenario.title,
        pain,
        cost,
        search.reach(pain, search.known, search.own.high).cost if within else None,
        {s: 100.0 * float(d) for s, d in zip(names, added, strict=True) if abs(d) > LISTED},
    )


def _unreached(goal: float, here: float, most: float, cap: float, few: int | None) -> str:
    """Return the sentence on an amount out of reach."""
    kept = "" if few is None else f" and a list of {few}"
    with_all = "" if few is None else f" ({most:,.1f} with all that may be used)"
    return (
        f"Not reachable within these bounds: the answer was to cost them {goal:,.1f} USD million; "
        f"with duties up to {100.0 * cap:g} per cent{kept} the most is {here:,.1f}{with_all}. "
        "Raise the cap, allow a longer list, or ask for less."
    )
