"""How much more each sector could produce: no sector above a multiple of today's output.

Whichever sectors an answer would bring above it are held there and the search is made again, until
none is: each is a goal of its own (``output of CAN in C28 at most 200 % of today``) that is not to
be missed for any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.policy.players import Player
from countervail.policy.reaching.goals import Goal
from countervail.policy.reaching.targets import MEETS_PART_OF_GOAL, Target
from countervail.world import World

Array = NDArray[np.float64]

CAPACITY_TIMES_OUTPUT = 2.0
"""Times today's output that a sector may come to, unless stated."""


class Room(NamedTuple):
    """How much each sector of a player may produce, USD million, [sector].

    Attributes:
        who: the player.
        times: the multiple of today's output; infinite where nothing is held.
        today: output under the status quo.
        most: what is allowed: what growth brings by itself is never too much.
    """

    who: Player
    times: float
    today: Array
    most: Array

    @classmethod
    def of(cls, who: Player, times: float, today: Array, grown: Array) -> Room:
        """Return how much sectors may produce.

        Args:
            who: the player.
            times: the multiple.
            today: output of every country under the status quo, [country, sector].
            grown: likewise in the goals' year with no lever used.

        Raises:
            InputError: a multiple below 1.
        """
        if not times >= 1.0:
            raise InputError(
                f"capacity {times:g}: no sector may then produce what it does today; give 1 or "
                "more, or inf to lift it"
            )
        own = list(who.members)
        now = today[own].sum(axis=0)
        most = np.full_like(now, np.inf)
        if np.isfinite(times):
            most = np.maximum(times * now, (1.0 + MEETS_PART_OF_GOAL) * grown[own].sum(axis=0))
        return cls(who, times, now, most)

    def over(self, output: Array) -> list[int]:
        """Return the sectors above what is allowed.

        Args:
            output: of every country, [country, sector].
        """
        found = output[list(self.who.members)].sum(axis=0)
        return np.flatnonzero(
            (found > (1.0 + 10.0 * MEETS_PART_OF_GOAL) * self.most) & (self.today > 0)
        ).tolist()

    def limits(self, sectors: Sequence[int], world: World) -> tuple[Target, ...]:
        """Return what holds some sectors, as goals in a world."""
        found = []
        for j in sectors:
            part = np.zeros((len(world.countries), len(world.sectors)))
            part[list(self.who.members), j] = 1.0
            code = world.sectors[j]
            goal = Goal("output", self.who.name, "at most", self.times, "of today", sectors=(code,))
            found.append(Target(goal, self.who, (), part, None, ()))
        return tuple(found)


class Output(NamedTuple):
    """What a sector of the player's produces, USD million.

    Attributes:
        sector: code.
        today: under the status quo.
        without: in the goal's year with no lever used.
        then: in the answer.
        times: then over today.
        full: whether capacity holds it.
    """

    sector: str
    today: float
    without: float
    then: float
    times: float
    full: bool


def outputs(
    room: Room, arrays: Mapping[str, Array], world_growth: float, full: Sequence[int], world: World
) -> list[Output]:
    """Return what every sector produces, the largest multiple of today's first."""
    own = list(room.who.members)
    without = arrays["gross_output"][own].sum(axis=0) * world_growth
    then = arrays["gross_output_new"][own].sum(axis=0) * world_growth
    rows = [
        Output(
            world.sectors[j],
            float(room.today[j]),
            float(without[j]),
            float(then[j]),
            float(then[j] / room.today[j]),
            j in full,
        )
        for j in map(int, np.flatnonzero(room.today > 0))
    ]
    return sorted(rows, key=lambda row: -row.times)
