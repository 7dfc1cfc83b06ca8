"""Players at one table: who they are, what each may set, and what each is after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.policy.ground import Ground
from countervail.policy.players import Player
from countervail.policy.players import player as named
from countervail.policy.rates.instruments import Instruments
from countervail.policy.rates.objective import objective
from countervail.policy.rates.settable import Terms, instruments
from countervail.world import World

Array = NDArray[np.float64]
ByPlayer = Mapping[str, Sequence[str]]


class Seat(NamedTuple):
    """A player at the table.

    Attributes:
        player: who.
        instruments: what it sets.
        weight: of each country's welfare in its own, [country].
    """

    player: Player
    instruments: Instruments
    weight: Array


def seated(
    ground: Ground, players: Sequence[str], terms: Terms, held: ByPlayer, free: ByPlayer
) -> tuple[Seat, ...]:
    """Return the players at a table.

    Args:
        ground: the law as it stands.
        players: countries or groups.
        terms: what every player may set.
        held: by player, the partners it keeps its present rates on.
        free: by player, the partners whose rates are zero.

    Raises:
        InputError: one player only, a country that plays twice, somebody in ``held`` or ``free``
            who does not play; or as ``instruments``.
    """
    world = ground.world
    playing = tuple(named(word, world) for word in players)
    _refuse_players(playing, world)
    keeps = _by_player(playing, "held", held, world)
    frees = _by_player(playing, "free", free, world)
    # read once: the second player's turn would find an iterator empty
    terms = terms._replace(
        partners=None if terms.partners is None else list(terms.partners),
        sectors=None if terms.sectors is None else list(terms.sectors),
    )
    seats = []
    for who in playing:
        own = terms._replace(held=keeps.get(who.name, ()), free=frees.get(who.name, ()))
        aim = objective(world, who, ground.base, ground.before.outcome)
        seats.append(Seat(who, instruments(ground.law, who, own), aim.weight))
    return tuple(seats)


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
