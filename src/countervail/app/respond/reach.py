"""``respond reach``: what it would take to meet goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from countervail.app.pages import Pages
from countervail.app.question import PolicyQuestion
from countervail.app.request import Progress
from countervail.errors import InputError, did_you_mean
from countervail.options import argument, option, part
from countervail.text.listed import words

if TYPE_CHECKING:
    from countervail.core.model import Model
    from countervail.policy.reaching.answer import Reach
    from countervail.policy.reaching.file import GoalsAsked
    from countervail.policy.reaching.growth import Growth
    from countervail.policy.reaching.levers import Lever
    from countervail.policy.under_draws import Repriced
    from countervail.present.document import Document
    from countervail.present.page.report import ReportPage
    from countervail.present.respond_screen import RespondTelling
    from countervail.scenario import Scenario
    from countervail.world import World


@dataclass(frozen=True, kw_only=True)
class ReachRequest(PolicyQuestion):
    """Find the least changes that meet a goal, or the most that is within bounds (needs JAX)."""

    goal: str = argument(
        "A preset such as double-non-us, a goal file (.toml), or a goal in words: 'double exports "
        "of CAN to all but USA by 2035'."
    )
    more: Sequence[str] | None = option(
        None, "A further goal, to be met as well.", "--goal", "WORDS", typed=list[str] | None
    )
    player: str | None = option(None, "Whose levers are used; whose the first goal is.")
    levers: Sequence[str] | None = option(
        None,
        "What may be changed, of export_cost, import_cost, tariff, productivity; export_cost.",
        metavar="KINDS",
        read=words,
    )
    partners: str | None = option(
        None, "With whom, such as 'EU27, JPN' or 'all but USA'.", metavar="PARTNERS"
    )
    sectors: Sequence[str] | None = option(
        None,
        "Sectors, such as C29,A01, or goods, or services; all.",
        metavar="CODES",
        read=words,
    )
    most: str | None = option(
        None,
        "Bound of every lever, or by kind: 20, or export_cost=20,tariff=50.",
        metavar="PERCENT",
    )
    weight: str | None = option(
        None, "Of effort, by kind: productivity=4,tariff=0.5; 1.", metavar="WEIGHTS"
    )
    growth: str | None = option(
        None,
        "Growth of economies (.toml, with its source), or none; what the IMF expects.",
        metavar="FILE",
    )
    capacity: float | None = option(
        None,
        "Of today's output, what no sector is to exceed; inf: any; 2.",
        metavar="TIMES",
        typed=float | None,
    )

    pages: Pages = part(Pages())

    counted = "searches"

    def page(self, document: Document) -> Callable[[str], ReportPage]:
        """Return what makes the page of an answer."""
        from countervail.present.page.reach import reach_page
        from countervail.present.sentences.language import language

        return lambda command: reach_page(document, language(self.lang), command)

    @cached_property
    def wanted(self) -> GoalsAsked:
        """The goals of a preset, a file or a sentence, with further ones.

        Raises:
            InputError: no such preset, or a goal that is not understood.
        """
        from countervail.policy.reaching.file import GoalsAsked, is_file, open_goals
        from countervail.policy.reaching.goals import parse

        in_words = " " in self.goal.strip() and not is_file(self.goal)
        wanted = GoalsAsked((parse(self.goal),)) if in_words else open_goals(self.goal)
        return wanted._replace(goals=(*wanted.goals, *map(parse, self.more or ())))

    def check(self) -> None:
        """Raise where something can be refused before anything is solved.

        Raises:
            InputError, FileError: a goal that is not understood; or as ``PolicyQuestion.check``.
        """
        super().check()
        _ = self.wanted

    def status_quo(self, world: World) -> Scenario | None:
        """Return the law asked for, else the goal file's scenario or day, else today's."""
        own, theirs = self.law, self.wanted
        law = own
        stated = any(one is not None for one in (own.given, own.scenario, own.law_date))
        if not stated and theirs.scenario is not None:
            law = replace(own, scenario=theirs.scenario, variant=own.variant or theirs.variant)
        return law.in_force(world, unless=None if own.scenario else theirs.law_date)

    def search(
        self, world: World, scenario: Scenario | None, model: Model, progress: Progress
    ) -> Reach:
        """Return the least changes."""
        from countervail.policy.reaching.reach import reach

        return reach(
            world,
            self.wanted,
            scenario,
            model,
            player=self.player,
            levers=self._levers(),
            growth=self._growth(),
            capacity=self.capacity,
            progress=progress,
        )

    def document(self, found: Reach, ranges: Repriced | str, telling: RespondTelling) -> Document:
        """Return what is reported of them."""
        from countervail.present.reached import reach

        return reach(found, ranges, telling)

    def _growth(self) -> Growth | Literal["none"] | None:
        """Return growth of economies: of a file, none, or what is expected.

        Raises:
            FileError: the file is refused, with path and line.
        """
        from pathlib import Path

        from countervail.policy.reaching.file import read_growth

        if self.growth == "none":
            return "none"
        return None if self.growth is None else read_growth(Path(self.growth))

    def _levers(self) -> list[Lever]:
        """Return what may be changed: what the goal file says, with what is asked in its place.

        Raises:
            InputError: no such kind, or a bound or weight that means nothing.
        """
        from countervail.policy.reaching.goals import listed_partners
        from countervail.policy.reaching.levers import Lever

        found = list(self.wanted.levers) or [Lever("export_cost")]
        if self.levers is not None:
            found = [Lever(kind) for kind in self.levers]
        if self.partners is not None:
            others = listed_partners(self.partners)
            found = [
                one if one.kind == "productivity" else replace(one, partners=others)
                for one in found
            ]
        if self.sectors is not None:
            found = [replace(one, sectors=tuple(self.sectors)) for one in found]
        kinds = [lever.kind for lever in found]
        bounds = _by_kind("--most", self.most, kinds)
        weights = _by_kind("--weight", self.weight, kinds)
        return [
            replace(
                one,
                most=bounds.get(one.kind, one.most),
                weight=weights.get(one.kind, one.weight),
            )
            for one in found
        ]


def _by_kind(option: str, given: str | None, kinds: Sequence[str]) -> Mapping[str, float]:
    """Return numbers such as ``export_cost=20,tariff=50``, or one number for every kind.

    Raises:
        InputError: no such pair, or a kind that is not used.
    """
    found: dict[str, float] = {}
    for pair in () if given is None else words(given):
        kind, equals, number = pair.rpartition("=")
        try:
            size = float(number)
        except ValueError:
            raise InputError(
                f"{option} '{pair}': write a number, or a kind, =, and a number: export_cost=20"
            ) from None
        if equals and kind.strip() not in kinds:
            raise InputError(
                f"{option} '{pair}': no lever '{kind}' is used{did_you_mean(kind, kinds)} "
                f"(there are {', '.join(kinds)}; --levers names others)"
            )
        found |= dict.fromkeys([kind.strip()] if equals else kinds, size)
    return found
