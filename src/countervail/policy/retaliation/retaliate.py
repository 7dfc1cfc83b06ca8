"""How to answer a partner: additional duties that cost it a stated amount at the least own cost.

For a weight put on the partner's loss, the duties that are best by both together lie on the
frontier of pain to them against cost to us; the weight that meets the stated amount is found by a
search on one number (an angle, whose tangent is the weight).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import bridge, machine, solving
from countervail.core.model import Model
from countervail.errors import InputError, NoEquilibrium, NotCertified
from countervail.policy.in_force import PolicyInForce, worth_usd
from countervail.policy.players import Player
from countervail.policy.players import player as named
from countervail.policy.rates.chosen import line_keys
from countervail.policy.rates.optimal import refuse_unfinished
from countervail.policy.rates.problem import of_one, policy_of
from countervail.policy.rates.settable import stated
from countervail.policy.rates.terms import Scope, Terms
from countervail.policy.retaliation.answer import Compared, Retaliation, RetaliationProof
from countervail.policy.retaliation.frontier import (
    LISTED_RATE,
    MET_PART_OF_AMOUNT,
    FrontierSearch,
    WeightedDuties,
    weight_of,
)
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.studies.attribution import by_implementer
from countervail.world import World
from countervail.world.kinds import sectors_of

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
    "Interrupted: the best of what had been found so far; a cheaper list may exist, the stated "
    "amount may be missed, and the list may be longer than asked for."
)
TERMS_OF_TRADE = (
    "So small an answer does not cost us: duties up to the best for us alone improve our terms of "
    "trade, as long as they are not answered. Asking for more would gain more."
)


def retaliate(
    world: World,
    player: str,
    partner: str,
    scenario: Scenario | None = None,
    model: Model | None = None,
    scope: Scope | None = None,
    *,
    goal_usd: float | None = None,
    goal_percent: float | None = None,
    rebalance: bool = False,
    unanswered: bool = False,
    spare: Iterable[str] = (),
    cap: float = 0.5,
    most: int | None = None,
    compare_with: Scenario | None = None,
    points: int = 8,
    progress: Progress | None = None,
    **words: Any,
) -> Retaliation:
    """Return the additional duties that cost a partner a stated amount at the least own cost.

    The status quo is the scenario's second state, which holds their measure; losses are
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
        scope: the sectors, or tariff lines, that may be used, and bounds of law on the whole rate;
            default every goods sector.
        goal_usd: what it is to cost them, USD million; or
        goal_percent: in per cent of their welfare; or
        rebalance: as much as the scenario costs us.
        unanswered: leave our own measures out of the scenario first.
        spare: codes that may not: what we depend on.
        cap: highest additional duty (0.5 is 50 per cent).
        most: sectors, or tariff lines, at most, chosen step by step; default any number.
        compare_with: another scenario with the same first state, whose second state also holds an
            answer: what that costs them and us.
        points: of the frontier.
        progress: called with how many points are found, and of how many.
        words: fields of ``Scope`` by name, such as ``by_line=True``, in place of what it says.

    Raises:
        InputError: an unknown label, no amount or several, a cap or number that makes no sense,
            nothing to set, nothing to rebalance, or JAX is missing.
        NotCertified: no answer was found, or its equilibrium did not pass the check.
        NoEquilibrium: a state on the way has none, with the reason.
    """
    _refuse(goal_usd, goal_percent, rebalance, cap, most, points)
    machine.load_jax()  # before anything is solved
    scope = stated(Scope, scope, words)
    who, them = named(player, world), named(partner, world)
    _refuse_shared(who, them, world)
    status_quo = _without_own(scenario, who, world) if unanswered else scenario
    in_force = PolicyInForce.of(world, status_quo, model)
    terms = Terms(
        partners=[in_force.world.countries[n] for n in them.members],
        sectors=_not_spared(in_force.world, scope.sectors, spare),
        high=cap,
        mfn=True,
        bounds=scope.bounds,
        by_line=scope.by_line,
    )
    problem = of_one(in_force, who, terms, additional=True)
    own = problem.instruments[0]
    if compare_with is not None and scope.by_line:
        _refuse_other_lines(in_force, compare_with)
    harmed = solving.solve(in_force.observed, in_force.scenario, in_force.model)
    harm = -worth_usd(harmed, who.members)
    search = FrontierSearch(problem, them)
    theirs = float(in_force.spending[list(them.members)].sum())
    goal = _goal(goal_usd, goal_percent, harm, who, theirs)
    finished, compared = True, None
    try:
        found = _found(search, goal, most, points, progress)
    except NoEquilibrium as error:
        raise error.named(in_force.world.countries, in_force.world.sectors) from None
    except KeyboardInterrupt:
        best = search.so_far(goal, most)
        if best is None:
            raise
        finished, found = False, _SearchEnd(best, 0.0, None)
    if finished and compare_with is not None:
        compared = _compared(compare_with, harmed, search)
    chosen, frontier = found.chosen, search.known
    solution = problem.solution(
        f"What {who.name} could answer {them.name}, against the status quo",
        f"retaliation-{who.name}-{them.name}",
        policy_of(problem, [np.where(chosen.rates > LISTED_RATE, chosen.rates, np.nan)]),
        chosen.found.seen.hats,
        first=(who, them),
    )
    certified = float(search.aim(chosen.angle).weight @ solution.arrays["welfare"])
    in_force.refuse_disagreement(certified, chosen.found.seen.value)
    reached = abs(chosen.pain - goal) <= MET_PART_OF_AMOUNT * goal
    proof = _proof(found, search, solution, goal, reached=reached)
    said = [] if finished else [INTERRUPTED]
    if finished and not reached:
        said += [_unreached(goal, chosen.pain, frontier[-1].pain, cap, most)]
    if unanswered:
        said += [f"Measures of {who.name} itself are left out of the scenario."]
    said += _said(proof, most) if finished else []
    return Retaliation(
        solution=solution,
        certificate=proof,
        finished=finished,
        notes=(*said, *own.notes, *them.notes, PASSIVE),
        problem=problem,
        partner=them,
        goal_usd=goal,
        harm_usd=harm,
        reached=reached,
        most_usd=frontier[-1].pain,
        frontier=tuple(search.shown(p) for p in frontier if p.pain > 0.0 and p.listed.size),
        duties=chosen.rates,
        compared=compared,
    )


class _SearchEnd(NamedTuple):
    """Where the search ended: duties, what keeping to few of them costs, and a second search."""

    chosen: WeightedDuties
    few_cost: float
    agree: bool | None


def _found(
    search: FrontierSearch, goal: float, most: int | None, points: int, progress: Progress | None
) -> _SearchEnd:
    """Return the duties that meet an amount at the least cost, or come nearest to it.

    Raises:
        NotCertified: none were found.
        NoEquilibrium: a state on the way has none.
    """
    frontier = search.frontier(points, progress)
    all_used = search.reach(goal, frontier, search.own.high)
    chosen = all_used if most is None else search.fewer(all_used, goal, most)
    refuse_unfinished(chosen.found)
    return _SearchEnd(
        chosen, chosen.cost - all_used.cost, search.agrees(chosen, of_all=most is None)
    )


def _proof(
    found: _SearchEnd, search: FrontierSearch, solution: Solution, goal: float, *, reached: bool
) -> RetaliationProof:
    """Return how good the answer is."""
    chosen, own = found.chosen, search.own
    pain, cost = (-worth_usd(solution, one.members) for one in (search.them, search.who))
    return RetaliationProof(
        projected_gradient=chosen.found.steepest,
        step=chosen.found.longest,
        left=chosen.found.left,
        instruments=len(own),
        at_low=int((chosen.rates <= own.low).sum()),
        at_high=int((chosen.rates >= own.high).sum()),
        agree=found.agree,
        evaluations=search.evaluator.evaluations,
        missed_usd=pain - goal,
        pain_usd=pain,
        cost_usd=cost,
        weight=weight_of(chosen.angle),
        few_cost_usd=found.few_cost if reached else 0.0,
    )


def _said(record: RetaliationProof, most: int | None) -> list[str]:
    """Return what must be said of the duties found."""
    said = [] if most is None else [GREEDY]
    said += [APART] if record.agree is False else []
    return said + ([TERMS_OF_TRADE] if record.weight < 0.0 else [])


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
            "say once what the answer is to cost them: an amount in USD million (goal_usd, or "
            "--cost-usd), in per cent of their welfare (goal_percent, --cost-percent), or as much "
            "as the scenario costs us (rebalance, --rebalance)"
        )
    if given and not 0.0 < given[0] < np.inf:
        raise InputError(f"what the answer is to cost them is {given[0]:g}: give a positive number")
    if not 0.0 < cap < np.inf:
        raise InputError(
            f"no additional duty lies below a cap of {100.0 * cap:g} per cent: give a positive one "
            "(from Python 0.5 is 50 per cent)"
        )
    if most is not None and most < 1:
        raise InputError(f"a list of most={most} is no answer: give 1 or more")
    if points < 2:
        raise InputError(f"a frontier of points={points} is none: give 2 or more")


def _not_spared(world: World, sectors: Iterable[str] | None, spare: Iterable[str]) -> list[str]:
    """Return the sectors that may be used.

    Raises:
        InputError: an unknown sector.
    """
    spared = sectors_of(tuple(spare), world) if spare else ()
    return [world.sectors[j] for j in sectors_of(sectors, world, "goods") if j not in spared]


def _without_own(scenario: Scenario | None, who: Player, world: World) -> Scenario:
    """Return a question without the measures that the player itself applies.

    Raises:
        InputError: there is no question to leave them out of.
    """
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


def _compared(scenario: Scenario, status_quo: Solution, search: FrontierSearch) -> Compared:
    """Return what the answer in another question does, over the status quo.

    Raises:
        InputError: the questions do not begin alike.
    """
    used = solving.solve(status_quo.observed, scenario, status_quo.model)
    if not np.allclose(used.arrays["income"], status_quo.arrays["income"], rtol=1e-8):
        raise InputError(
            f"compare_with '{scenario.name}' begins at another law than the scenario: give both "
            "the same first state"
        )
    gain = (1.0 + used.arrays["welfare"] / 100.0) / (
        1.0 + status_quo.arrays["welfare"] / 100.0
    ) - 1.0
    worth = search.spending * gain
    pain, cost = (-float(worth[list(one.members)].sum()) for one in (search.them, search.who))
    least = None
    if 0.0 < pain <= search.known[-1].pain:
        with suppress(NotCertified, NoEquilibrium):  # the frontier jumps over it, or has a gap
            least = search.reach(pain, search.known, search.own.high).cost
    law = bridge.shock_of(used.resolved.after, used.resolved)
    base, own = search.evaluator.in_force.base, search.own
    added = own.present(base, law) - own.present(base, search.evaluator.law)
    names = [own.label(k, used.world.sectors) for k in range(len(own))]
    return Compared(
        scenario.title,
        pain,
        cost,
        least,
        {s: 100.0 * float(d) for s, d in zip(names, added, strict=True) if abs(d) > LISTED_RATE},
    )


def _refuse_shared(who: Player, them: Player, world: World) -> None:
    """Raise where somebody would answer itself.

    Raises:
        InputError: who.
    """
    shared = [world.countries[n] for n in who.members if n in them.members]
    if shared:
        raise InputError(
            f"{who.name} cannot answer {them.name}: {shared[0]} is in both; name somebody else"
        )


def _refuse_other_lines(in_force: PolicyInForce, other: Scenario) -> None:
    """Raise where another question cuts goods into other tariff lines: they cannot be compared.

    Raises:
        InputError: it does.
    """
    lines = other.resolve(in_force.world).lines
    here, there = (
        [] if each is None else line_keys(each, in_force.world)
        for each in (in_force.resolved.lines, lines)
    )
    if here != there:
        raise InputError(
            f"compare_with '{other.name}' cuts goods into other tariff lines than the scenario: "
            "leave by_line or the comparison out"
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
