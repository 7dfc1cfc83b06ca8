"""From today to the year of a goal: the years, what grows meanwhile, what is asked a year.

Money of the model is relative to world value added. Levels are at prices of the base year, at which
world value added grows by what its economies do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.policy.reaching.growth import Growth
from countervail.policy.reaching.targets import VARIABLES, Target
from countervail.studies import since as past
from countervail.world import World

Array = NDArray[np.float64]


class Horizon(NamedTuple):
    """The year of the goals, and the way there.

    Attributes:
        year: in which goals are to be met; None where none is stated.
        since: year from which years are counted; None likewise.
        labour_hat: growth of every economy until then, [country]; None is none.
        world_growth: world value added then over the base year's, at constant prices.
        notes: what must be said, in sentences.
    """

    year: int | None
    since: int | None
    labour_hat: Array | None
    world_growth: float
    notes: tuple[str, ...]

    @property
    def years(self) -> int | None:
        """Years between."""
        return None if self.year is None or self.since is None else self.year - self.since

    def a_year(self, today: float, needed: float) -> float | None:
        """Return the growth a year from today's level to what is needed, per cent."""
        if self.years is None or not today > 0 or not needed > 0:
            return None
        return 100.0 * float((needed / today) ** (1.0 / self.years) - 1.0)


def years_of(
    targets: Sequence[Target], world: World, day: date | None = None
) -> tuple[int, int] | None:
    """Return the year that goals are counted from and the year of the goals; None without one.

    Args:
        targets: the goals.
        world: the world; its year is what they are counted from where nothing else is stated.
        day: of the status quo, whose year stands before the world's.

    Raises:
        InputError: a year that has passed, or years from nowhere.
    """
    year = next((t.goal.year for t in targets if t.goal.year is not None), None)
    if year is None:
        return None
    stated = next((t.goal.since for t in targets if t.goal.since is not None), None)
    since = stated or (world.year if day is None else day.year)
    if not since:
        raise InputError(f"world '{world.name}' has no year: say 'by {year} from YEAR'")
    if year <= since:
        raise InputError(f"{year} is not after {since}, the year that the goal is counted from")
    return since, year


def horizon(
    targets: Sequence[Target], growth: Growth, world: World, day: date | None = None
) -> Horizon:
    """Return the way from today to the year of the goals.

    Raises:
        InputError: growth until no year, a year that has passed, or years from nowhere.
    """
    years = years_of(targets, world, day)
    if years is None:
        if growth.rates:
            raise InputError("growth until when? Give a goal its year: '... by 2035'")
        return Horizon(None, None, None, 1.0, ())
    since, year = years
    notes = []
    if since != world.year and world.year:
        notes.append(
            f"Years are counted from {since}; today's levels are those of the world's year, "
            f"{world.year}, under the status quo."
        )
    if not growth.rates:
        return Horizon(year, since, None, 1.0, tuple(notes))
    labour_hat = growth.labour_hat(world, year - since)
    size = world.accounts.value_added
    return Horizon(year, since, labour_hat, float(size @ labour_hat / size.sum()), tuple(notes))


class Delivered(NamedTuple):
    """What the past delivered of a goal's figure.

    Attributes:
        a_year: growth, per cent a year, at current prices in USD; None where it is not known.
        first, last: years it is measured between.
        why_not: the reason where it is not known, in a sentence.
    """

    a_year: float | None
    first: int
    last: int
    why_not: str = ""


def delivered(target: Target, world: World) -> Delivered:
    """Return how fast a figure grew from 2011 to the built-in world's year."""
    nothing = Delivered(None, past.YEAR, world.year)
    if VARIABLES[target.goal.kind] != "border_trade" or target.whole is not None:
        return nothing._replace(why_not="Only exports and imports by partner are known of 2011.")
    if target.goal.sectors:
        return nothing._replace(why_not="Trade of 2011 is known over all sectors only.")
    before = past.trade_before(world)
    if before is None:
        return nothing._replace(why_not="Trade of 2011 is known of the built-in world only.")
    pairs = target.part[:, :, 0]
    first, last = float((pairs * before).sum()), float((pairs * world.trade.sum(axis=2)).sum())
    if not first > 0 or not last > 0:
        return nothing._replace(why_not="There was no such trade in 2011.")
    a_year = 100.0 * ((last / first) ** (1.0 / (world.year - past.YEAR)) - 1.0)
    return nothing._replace(a_year=float(a_year))
