"""Questions about tariffs: of one player, and of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.policy.in_force import PolicyInForce
from countervail.policy.players import Player
from countervail.policy.players import player as named
from countervail.policy.problem import Problem
from countervail.policy.rates.chosen import Rates, chosen_rates, together
from countervail.policy.rates.instruments import Instruments
from countervail.policy.rates.objective import Objective, objective
from countervail.policy.rates.settable import instruments, of_each_player
from countervail.policy.rates.terms import ByPlayer, Terms
from countervail.world import World

Array = NDArray[np.float64]
RateProblem = Problem[Instruments, Objective]


def policy_of(problem: RateProblem, rates: Sequence[Array]) -> Rates:
    """Return chosen rates as a policy.

    Args:
        problem: who sets what.
        rates: what each player sets, [player][instrument]; NaN keeps the status quo.
    """
    lines, world = problem.in_force.resolved.lines, problem.in_force.world
    parts = [
        chosen_rates(own, each, lines, world)
        for own, each in zip(problem.instruments, rates, strict=True)
    ]
    return parts[0] if len(parts) == 1 else together(parts)


def of_one(
    in_force: PolicyInForce,
    who: Player,
    terms: Terms,
    wanted: Mapping[str, float] | None = None,
    *,
    additional: bool = False,
    reaction: Mapping[str, float] | None = None,
) -> RateProblem:
    """Return the problem of one player.

    Args:
        in_force: the policy in force.
        who: the player.
        terms: what it may set.
        wanted: what it is after; default its own welfare.
        additional: whether rates come on top of what stands.
        reaction: by partner, the part of a rise of the player's mean rate that it answers with.

    Raises:
        InputError: bounds that hold no rate, an unknown label, nothing left to set, or an objective
            that is not understood.
    """
    own = instruments(in_force, who, terms, additional=additional, reaction=reaction)
    aim = objective(in_force.world, who, in_force.base, in_force.before.outcome, wanted)
    return Problem(in_force, (who,), (own,), (aim,))


def of_several(in_force: PolicyInForce, players: Sequence[str], terms: Terms) -> RateProblem:
    """Return the problem of several players, each after its own welfare.

    Args:
        in_force: the policy in force.
        players: countries or groups.
        terms: what every player may set; whom each holds and frees, by player.

    Raises:
        InputError: one player only, a country that plays twice, somebody in ``held`` or ``free``
            who does not play; or as ``of_one``.
    """
    world = in_force.world
    playing = tuple(named(word, world) for word in players)
    _refuse_players(playing, world)
    keeps = _by_player(playing, "held", of_each_player("held", terms.held), world)
    frees = _by_player(playing, "free", of_each_player("free", terms.free), world)
    each = []
    for who in playing:
        own = replace(terms, held=keeps.get(who.name, ()), free=frees.get(who.name, ()))
        each.append(of_one(in_force, who, own))
    sets, aims = zip(*((one.instruments[0], one.aims[0]) for one in each), strict=True)
    return Problem(in_force, playing, sets, aims)


def _refuse_players(players: Sequence[Player], world: World) -> None:
    """Raise where there is nobody to play against, or somebody plays twice.

    Raises:
        InputError: who.
    """
    if len(players) < 2:
        raise InputError("this needs two players or more; 'optimal' is for one")
    seen: dict[int, str] = {}
    for who in players:
        for n in who.members:
            if n in seen:
                raise InputError(
                    f"{world.countries[n]} plays twice, in {seen[n]} and in {who.name}: name it "
                    "once"
                )
            seen[n] = who.name


def _by_player(
    players: Sequence[Player], what: str, given: ByPlayer, world: World
) -> dict[str, Sequence[str]]:
    """Return the partners that were given for each player, by the player's name.

    Raises:
        InputError: somebody who does not play.
    """
    names = [one.name for one in players]
    kept: dict[str, Sequence[str]] = {}
    for word, partners in given.items():
        name = named(word, world).name
        if name in kept:
            raise InputError(f"{what} names {name} twice: give all its partners at once")
        if name not in names:
            raise InputError(f"{what} names '{word}', who does not play ({', '.join(names)} do)")
        kept[name] = partners
    return kept
