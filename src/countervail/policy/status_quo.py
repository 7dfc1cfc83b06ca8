"""From where an answer is counted: the law of which day, and who stands still."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, NamedTuple

from countervail.policy.legal import Movers
from countervail.scenario import Scenario
from countervail.world import World


class StatusQuo(NamedTuple):
    """The status quo, and who does nothing about it.

    Attributes:
        law_date: whose law it is; None where nothing says.
        title: what it is, in words.
        moves: who does not stand still.
        stands_still: codes of the countries whose law and costs stay as they are.
        says: who stands still, in words.
    """

    law_date: date | None
    title: str
    moves: tuple[str, ...]
    stands_still: tuple[str, ...]
    says: str

    @property
    def sentence(self) -> str:
        """What is printed of it."""
        named = self.law_date is None or str(self.law_date) in self.title
        day = "" if named else f" (law of {self.law_date})"
        title = f"the{self.title[3:]}" if self.title.startswith("The ") else self.title
        return f"Status quo: {title}{day}. {self.says}"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "law_date": None if self.law_date is None else self.law_date.isoformat(),
            "title": self.title,
            "moves": list(self.moves),
            "stands_still": {"words": self.says, "codes": list(self.stands_still)},
        }


def status_quo(
    scenario: Scenario,
    world: World,
    movers: Movers,
    title: str | None = None,
) -> StatusQuo:
    """Return from where an answer is counted.

    Args:
        scenario: the question whose second state is the status quo.
        world: where it stands.
        movers: names and positions of those who change something, or answer changes.
        title: of the law, where that is not the question's.
    """
    found = dict(movers)
    moved = {n for members in found.values() for n in members}
    still = tuple(code for n, code in enumerate(world.countries) if n not in moved)
    who = ", ".join(found)
    says = f"Everybody but {who} stands still: their law and costs stay as they are."
    if not still:
        says = "Nobody stands still."
    day, others = _law_date(scenario, world)
    titled = (scenario.title if title is None else title) + others
    return StatusQuo(day, titled, tuple(found), still, says)


def _law_date(scenario: Scenario, world: World) -> tuple[date | None, str]:
    """Return the day whose law stands, and whose is another day's, in words.

    Of a world as it is that is the day of most of its tariffs.
    """
    by_hand = scenario.by_hand is not None and not scenario.by_hand.is_nothing()
    known = Counter(day for day in world.law_date if day is not None)
    if scenario.to_date is not None or by_hand or not known:
        return scenario.to_date, ""
    day = known.most_common(1)[0][0]
    other = [
        f", {code} by its law of {its}"
        for code, its in zip(world.countries, world.law_date, strict=True)
        if its is not None and its != day
    ]
    return day, "".join(other)
