"""Tariffs that players agree on: efficient ones, and bargains between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from countervail import machine
from countervail.core.model import Model
from countervail.errors import InputError, NoEquilibrium, NotCertified, did_you_mean
from countervail.policy.agreement.answer import LOSS_PER_CENT, Coop, CoopProof, Deal, Threat
from countervail.policy.agreement.joint import Joint, stacked
from countervail.policy.agreement.search import Agreed, AgreementSearch
from countervail.policy.in_force import PolicyInForce, worth_usd
from countervail.policy.players import Player, player
from countervail.policy.proof import alike, starts_of
from countervail.policy.rates.optimal import Progress, starts
from countervail.policy.rates.problem import RateProblem, of_several, policy_of
from countervail.policy.rates.settable import stated
from countervail.policy.rates.terms import Terms
from countervail.policy.war.nash import BY_DEFAULT, Nash, fought
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.world import World

Array = NDArray[np.float64]

SAME_PER_CENT = 1e-5
"""Per cent: two starts whose aims differ by less came to the same."""

LAST_WEIGHT = 2.0
"""What a player's dollar counts for at its last point of the frontier, others' counting for one."""


def coop(
    world: World,
    players: Sequence[str] = BY_DEFAULT,
    scenario: Scenario | None = None,
    model: Model | None = None,
    terms: Terms | None = None,
    *,
    weights: Mapping[str, float] | None = None,
    threat: Threat = "law",
    points: int = 0,
    progress: Progress | None = None,
    **words: Any,
) -> Coop:
    """Return tariffs that players would agree on, and the frontier of what they can agree on.

    All their tariffs are set together, within bounds, so that no others would be better for all of
    them. Three kinds: the largest weighted sum of real incomes; the largest gain over the threat
    that all have in common, in per cent; and the largest product of gains over the threat. Nobody
    pays anybody: only tariffs are agreed on, and countries that do not play are passive.

    Ctrl-C ends it with the kinds found until then (``finished`` is False).

    Args:
        world: the base world.
        players: countries or groups, each acting as one; nobody twice. A group sets one external
            tariff by partner and sector, and its members' real income is summed.
        scenario: its second state is the law in force; default the world as it is.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        terms: what every player may set; default every goods sector, on everybody, players and
            others, from 0 to 100 per cent. Efficient tariffs may be negative.
        weights: what a dollar of each player's real income counts for in ``sum``; default the same.
        threat: what holds without agreement: the status quo (``law``), or the tariff war (``nash``)
            that the same players would fight over the same tariffs within the same bounds.
        points: of the frontier besides, for each player, its dollar counting for ever more, up to
            double the others'.
        progress: called with how many equilibria were solved, and of about how many.
        words: fields of ``Terms`` by name, such as ``sectors=["C29"]``, in place of what it says.

    Raises:
        InputError: an unknown label, bounds that hold no rate, nothing to set, one player only, a
            country that plays twice, a weight of nobody, none that is positive, or JAX is missing.
        NotCertified: no best tariffs were found, or their equilibrium did not pass the check.
        NoEquilibrium: a state on the way has none, with the reason.
        KeyboardInterrupt: before the first kind was found.
    """
    if threat not in get_args(Threat):
        raise InputError(
            f"no threat '{threat}'{did_you_mean(threat, get_args(Threat))} (there are "
            f"{' and '.join(get_args(Threat))})"
        )
    if points < 0:
        raise InputError(f"points={points}: give a number of points for each player, 0 or more")
    machine.load_jax()  # before anything is solved
    terms = stated(Terms, terms, words)
    in_force = PolicyInForce.of(world, scenario, model)
    problem = of_several(in_force, players, terms)
    counts = _counts(problem.players, weights or {}, in_force.world)
    war = fought(problem, progress) if threat == "nash" else None
    if war is not None and not war.finished:
        raise KeyboardInterrupt  # the threat is not known, so nothing can be agreed on
    table = _Negotiation(problem, war, progress)
    try:
        deals, notes = table.deals(counts, points)
    except NoEquilibrium as error:
        raise error.named(in_force.world.countries, in_force.world.sectors) from None
    return Coop(
        problem=problem,
        threat=threat,
        at_threat=_by(problem.names, table.aim.threat),
        war=war,
        deals=deals,
        evaluations=table.search.evaluator.evaluations,
        finished=not table.interrupted,
        notes=(*problem.notes, *notes),
    )


class _Negotiation:
    """The players at one table, with one evaluator for all of them."""

    def __init__(self, problem: RateProblem, war: Nash | None, progress: Progress | None) -> None:
        self.problem = problem
        shares = np.array([aim.weight for aim in problem.aims])
        threat = np.zeros(len(shares)) if war is None else shares @ war.solution.arrays["welfare"]
        self.aim = Joint(shares, threat)
        spending = problem.in_force.spending
        self.size = np.array([spending[list(one.members)].sum() for one in problem.players])
        self.own = stacked(problem.instruments)
        self.search = AgreementSearch(problem.in_force, self.own, self.aim, progress)
        self.interrupted = False

    def deals(self, counts: Array, points: int) -> tuple[dict[str, Deal], tuple[str, ...]]:
        """Return every kind of deal, and what must be said of them.

        Raises:
            KeyboardInterrupt: before the first was found.
        """
        begin = starts(self.own, np.concatenate(self.problem.present))
        deals: dict[str, Deal] = {}
        notes: list[str] = []
        try:
            total = self.search.best_sum(self._of_gains(counts), begin)
            deals["sum"] = self._deal("sum", total)
            from_both = {"the sum": total.climbed.rates}
            try:
                self._shared(deals, from_both, begin, notes)
            except NotCertified as error:
                notes.append(f"Not everything was found: {error}.")
            for name, weight in _raised(self.problem.players, points).items():
                found = self.search.best_sum(self._of_gains(weight), from_both)
                deals[name] = self._deal(name, found)
        except KeyboardInterrupt:
            if not deals:
                raise
            self.interrupted = True
            notes.append(f"Interrupted: only these were found: {', '.join(deals)}.")
        return deals, (*notes, *_said(deals))

    def _shared(
        self,
        deals: dict[str, Deal],
        from_both: dict[str, Array],
        begin: Mapping[str, Array],
        notes: list[str],
    ) -> None:
        """Add the deals that share gains, and where they lie, to what is known.

        Raises:
            NotCertified: one was not found; those before it are there.
        """
        alike = self._of_gains(np.ones(len(self.size)))
        equal = self.search.best_equal(alike, {**begin, **from_both})
        deals["equal"] = self._deal("equal", equal)
        from_both["equal gains"] = equal.climbed.rates
        least = float(equal.gains.min())
        if least > LOSS_PER_CENT:
            deals["product"] = self._deal("product", self.search.best_product(least, from_both))
            return
        notes.append(
            "No tariffs within the bounds make every player better off than the threat: at best "
            f"whoever gains least gains {least:+.1e} per cent. There is no product of gains to "
            "maximise."
        )

    def _of_gains(self, counts: Array) -> Array:
        """Return weights of gains in per cent, from those of dollars; they sum to one."""
        weight: Array = counts * self.size / (counts @ self.size)
        return weight

    def _deal(self, name: str, found: Agreed) -> Deal:
        """Return a certified deal.

        Raises:
            NotCertified: its equilibrium did not pass the check, or is not what was searched.
        """
        problem, best = self.problem, found.climbed
        names, shares, threat = problem.names, self.aim.shares, self.aim.threat
        cuts = np.cumsum([len(own) for own in problem.instruments])[:-1]
        rates = np.split(best.rates, cuts)
        title = f"Tariffs agreed on by {', '.join(names)} ({name}), against the status quo"
        solution = problem.solution(
            title, f"coop-{name}", policy_of(problem, rates), best.seen.hats
        )
        for share in shares:
            certified = float(share @ solution.arrays["welfare"])
            problem.in_force.refuse_disagreement(certified, float(share @ best.seen.welfare))
        worth = np.array([worth_usd(solution, one.members) for one in problem.players])
        dollar = found.weight / self.size
        return Deal(
            solution=solution,
            certificate=self._proof(name, found, solution),
            finished=True,
            notes=(),
            problem=problem,
            name=name,
            weights=_by(names, dollar / dollar.mean()),
            gains=_by(names, self.aim.gains(solution.arrays["welfare"])),
            gains_usd=_by(names, worth - threat * self.size / 100.0),
            chosen=dict(zip(names, rates, strict=True)),
        )

    def _proof(self, name: str, found: Agreed, solution: Solution) -> CoopProof:
        best, own = found.climbed, self.own
        searches = starts_of(found.ends, best.rates, own.traded(solution).after)
        at_low, at_high = best.at_bounds(own.low, own.high)
        return CoopProof(
            projected_gradient=best.steepest,
            step=best.longest,
            left=best.left,
            uneven=found.uneven if name == "equal" else 0.0,
            instruments=len(own),
            at_low=at_low,
            at_high=at_high,
            starts=searches,
            agree=alike(searches, SAME_PER_CENT),
            evaluations=sum(each.evaluations for each in searches),
        )


def _by(names: Sequence[str], values: Array) -> dict[str, float]:
    return dict(zip(names, map(float, values), strict=True))


def _raised(players: Sequence[Player], points: int) -> dict[str, Array]:
    """Return weights of dollars with one player's ever higher, by a name for each."""
    found = {}
    for p, one in enumerate(players):
        for k in range(1, points + 1):
            weight = np.ones(len(players))
            weight[p] = LAST_WEIGHT ** (k / points)
            found[f"{one.name} x{weight[p]:.3g}"] = weight
    return found


def _said(deals: Mapping[str, Deal]) -> tuple[str, ...]:
    said = []
    for name, deal in deals.items():
        if not deal.certificate.agree:
            said.append(
                f"{name}: the searches came to different optima; the best is shown, and a better "
                "one may exist."
            )
        if not deal.nobody_loses:
            losers = [who for who, gain in deal.gains.items() if gain < -LOSS_PER_CENT]
            said.append(f"{name}: {', '.join(losers)} would do better without agreement.")
    return tuple(said)


def _counts(players: Sequence[Player], weights: Mapping[str, float], world: World) -> Array:
    """Return what a dollar of each player's real income counts for, [player].

    Raises:
        InputError: a weight of nobody who plays, no number, or none that is positive.
    """
    names = [one.name for one in players]
    counts = np.ones(len(players)) if not weights else np.zeros(len(players))
    for word, weight in weights.items():
        name = player(word, world).name
        if name not in names:
            raise InputError(f"weights name '{word}', who does not play ({', '.join(names)} do)")
        if not (np.isfinite(weight) and weight >= 0):
            raise InputError(f"the weight of {word} is {weight}: give a number, 0 or more")
        counts[names.index(name)] = weight
    if not counts.any():
        raise InputError("all weights are zero: give a player's dollar a weight, {'CAN': 1.0}")
    return counts
