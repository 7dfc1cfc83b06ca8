"""What a player is after: its welfare, or welfare of several countries with weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.policy.players import Player
from countervail.policy.players import player as who
from countervail.world import World

Array = NDArray[np.float64]


class Objective(NamedTuple):
    """A weighted sum of countries' welfare, in per cent.

    Attributes:
        weight: of each country's welfare, [country].
        words: what it is.
    """

    weight: Array
    words: str


def objective(
    world: World, player: Player, spending: Array, wanted: Mapping[str, float] | None = None
) -> Objective:
    """Return what a player is after.

    A bloc's welfare is its members' real income together: each member's welfare weighs by its
    final spending in the first state.

    Args:
        world: the world.
        player: who is after it.
        spending: final spending of the first state, [country].
        wanted: weight of each country's or group's welfare; default the player's own, 1.

    Raises:
        InputError: an unknown label, a weight that is no number, or weights that are all zero.
    """
    if wanted is None:
        words = "welfare" if len(player.members) == 1 else "its members' real income together"
        return Objective(_together(player, spending), f"{player.name}: {words}")
    weight = np.zeros(len(world.countries))
    for word, size in wanted.items():
        if not np.isfinite(size):
            raise InputError(f"the objective's weight of {word} is {size}: give a number")
        weight += size * _together(who(word, world), spending)
    if not weight.any():
        raise InputError("the objective is empty: give a country's welfare a weight, {'CAN': 1.0}")
    said = " ".join(f"{size:+g} {word}" for word, size in wanted.items())
    return Objective(weight, f"welfare, {said}")


def _together(player: Player, spending: Array) -> Array:
    """Return the part of each member in what all spend."""
    weight = np.zeros_like(spending)
    at = list(player.members)
    weight[at] = spending[at] / spending[at].sum()
    return weight
