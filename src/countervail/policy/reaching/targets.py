"""Goals in a world: what is read of a state, what is needed of it, and how far that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.policy.players import Player, members
from countervail.policy.players import player as named
from countervail.policy.reaching.goals import KINDS, Goal, Partners
from countervail.world import World
from countervail.world.kinds import sectors_of

Array = NDArray[np.float64]

VARIABLES = {
    "exports": "border_trade",
    "imports": "border_trade",
    "share of exports": "border_trade",
    "share of imports": "border_trade",
    "output": "gross_output",
    "revenue": "revenue",
    "welfare": "welfare",
    "real wage": "real_wage",
}
"""Variable of a solution that each kind of figure is read from."""


@dataclass(frozen=True, eq=False)
class Target:
    """One goal in a world.

    Attributes:
        goal: what is wanted.
        player: whose figure it is.
        partners: positions of the partners.
        part: weight of each entry of its variable, in a world's axes.
        whole: of a share, weight of each entry of what it is a share of; None of anything else.
        notes: what must be said of the names, in sentences.
    """

    goal: Goal
    player: Player
    partners: tuple[int, ...]
    part: Array
    whole: Array | None
    notes: tuple[str, ...]

    @property
    def variable(self) -> str:
        """Variable of a solution it is read from, of the second state."""
        name = VARIABLES[self.goal.kind]
        return name if KINDS[self.goal.kind].changes else f"{name}_new"

    @property
    def unit(self) -> str:
        """Unit of its level."""
        return KINDS[self.goal.kind].unit

    @property
    def in_logs(self) -> bool:
        """Whether distance to it is measured in logs: of trade, output and shares of them."""
        return self.whole is not None or self.goal.kind in ("exports", "imports", "output")

    @property
    def sign(self) -> float:
        """1 where more is wanted, -1 where less is."""
        return 1.0 if self.goal.sense == "at least" else -1.0

    def level(self, arrays: Mapping[str, Array], world_growth: float, *, first: bool) -> float:
        """Return its level in a state: USD million of the base year, or per cent.

        Args:
            arrays: variables of a solution.
            world_growth: world value added of the state over the base year's, at constant prices.
            first: of the first state instead of the second.
        """
        if KINDS[self.goal.kind].changes:
            return 0.0 if first else float((self.part * arrays[self.variable]).sum())
        values = arrays[VARIABLES[self.goal.kind] if first else self.variable]
        part = float((self.part * values).sum())
        if self.whole is None:
            return part * world_growth
        return 100.0 * part / float((self.whole * values).sum())

    def slope(self, arrays: Mapping[str, Array], scale: float) -> Array:
        """Return the derivative of ``measure`` with respect to each entry of its variable."""
        if not self.in_logs:
            return self.part / scale
        values = arrays[self.variable]
        slope = self.part / float((self.part * values).sum())
        if self.whole is not None:
            slope = slope - self.whole / float((self.whole * values).sum())
        return np.asarray(slope)

    def measure(self, level: float, scale: float) -> float:
        """Return a level as distances are measured in: its log, or in units of a scale."""
        return float(np.log(level)) if self.in_logs else level / scale

    def needed(self, today: float) -> float:
        """Return the level that is wanted, from today's."""
        return self.goal.size * today if self.goal.unit == "of today" else self.goal.size

    def refuse_nothing(self, today: float) -> None:
        """Raise where there is nothing today that levers could change in proportion.

        Raises:
            InputError: the figure.
        """
        if self.in_logs and not today > 0:
            raise InputError(
                f"goal '{self.goal.say}': {self.goal.figure} is nothing today, and the model "
                "changes flows in proportion: what is zero stays zero. Name other partners or "
                "sectors"
            )
        if self.goal.unit == "of today" and not today > 0:
            raise InputError(
                f"goal '{self.goal.say}': {self.goal.figure} is {today:.4g} today, of which no "
                "multiple is meant: give an amount in USD"
            )

    def met(self, level: float, needed: float) -> bool:
        """Return whether a level is what is wanted, rounding apart."""
        return self.sign * (level - needed) >= -MEETS_PART_OF_GOAL * max(
            abs(needed), 1e-3 * self._whole_unit()
        )

    def _whole_unit(self) -> float:
        return 100.0 if self.unit == "per cent" else 1.0


MEETS_PART_OF_GOAL = 1e-6
"""Part of a goal that may be missing: what the search and the certified answer agree to."""


def targets(goals: Sequence[Goal], world: World) -> tuple[Target, ...]:
    """Return goals in a world.

    Raises:
        InputError: no goals; an unknown name; goals for different years.
    """
    if not goals:
        raise InputError("no goal: name one, such as 'double exports of CAN to all but USA'")
    years = {goal.year for goal in goals if goal.year is not None}
    since = {goal.since for goal in goals if goal.since is not None}
    for what, found in (("year", years), ("first year", since)):
        if len(found) > 1:
            reported = " and ".join(map(str, sorted(found)))
            raise InputError(f"goals of one question have one {what}, not {reported}: ask for each")
    return tuple(_target(goal, world) for goal in goals)


def partners_of(
    partners: Partners, player: Player, world: World
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the positions of partners, and what must be said of their names.

    Raises:
        InputError: an unknown name, or nobody left.
    """
    listed, notes = members(partners.names, world)
    if partners.but or not partners.names:
        listed = tuple(n for n in range(len(world.countries)) if n not in listed)
    abroad = tuple(n for n in listed if n not in player.members)
    if not abroad:
        raise InputError(f"{player.name} trades with nobody of '{partners.words}': name others")
    return abroad, notes


def _target(goal: Goal, world: World) -> Target:
    """Return one goal in a world.

    Raises:
        InputError: an unknown name.
    """
    who = named(goal.who, world)
    listed = sectors_of(goal.sectors or None, world)
    partners, notes = (
        partners_of(goal.partners, who, world) if KINDS[goal.kind].partner is not None else ((), ())
    )
    everybody = [n for n in range(len(world.countries)) if n not in who.members]
    whole = None
    if KINDS[goal.kind].partner is not None:
        exports = goal.kind.endswith("exports")
        part = _trade(world, who.members, partners, listed, exports)
        if goal.kind.startswith("share"):
            whole = _trade(world, who.members, everybody, listed, exports)
    elif goal.kind == "output":
        part = np.zeros((len(world.countries), len(world.sectors)))
        part[np.ix_(who.members, listed)] = 1.0
    else:
        part = np.zeros(len(world.countries))
        part[list(who.members)] = _weights(goal, who, world)
    return Target(goal, who, partners, part, whole, (*who.notes, *notes))


def _weights(goal: Goal, who: Player, world: World) -> Array:
    """Return what each member counts: money in full, welfare by spending, wages by value added."""
    books, at = world.accounts, list(who.members)
    if goal.kind == "revenue":
        return np.ones(len(at))
    size = (books.value_added if goal.kind == "real wage" else books.final_spending.sum(axis=1))[at]
    return np.asarray(size / size.sum())


def _trade(
    world: World, own: Sequence[int], others: Sequence[int], sectors: Sequence[int], exports: bool
) -> Array:
    """Return ones at the trade of some countries with others, [exporter, importer, sector]."""
    part = np.zeros(world.trade.shape)
    part[np.ix_(own, others, sectors) if exports else np.ix_(others, own, sectors)] = 1.0
    return part
