"""A question of what should be done: searched under the policy in force, reported with ranges."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from countervail.app.parts import WhichLaw, WhichModel, WhichWorld, check_draws, check_priors
from countervail.app.request import DrawnRequest, Progress, Result, Show
from countervail.draws.how import Draws
from countervail.errors import CountervailError, InputError
from countervail.options import option, part

if TYPE_CHECKING:
    from countervail.core.model import Model
    from countervail.policy.under_draws import ChosenPolicy, Repriced
    from countervail.present.document import Document
    from countervail.present.page.report import ReportPage
    from countervail.present.respond_screen import RespondTelling
    from countervail.scenario import Scenario
    from countervail.solution import Solution
    from countervail.world import World

LANGUAGE = "Language of the first screen's sentences: en or fr."
ALLOW_PARTIAL = "Answer without what cannot be placed or priced: marked, and the exit code is 3."


class Ended(Protocol):
    """An answer that says whether its search ran to its end."""

    @property
    def finished(self) -> bool:
        """Whether it did."""


@dataclass(frozen=True, kw_only=True)
class PolicyQuestion(DrawnRequest):
    """What several questions are asked alike.

    Attributes:
        law: the status quo.
        economics: the model.
        place: the world.
        draws: of all that is not known, in which what was found is evaluated again.
        horizon: years after what is chosen, by which it is chosen; or ``long``.
        allow_partial: whether the answer may leave something out.
        lang: of the first screen's sentences.
    """

    law: WhichLaw = part(WhichLaw())
    economics: WhichModel = part(WhichModel())
    place: WhichWorld = part(WhichWorld())
    draws: Draws = part(Draws(50))
    horizon: str = option(
        "long",
        "Years after it (1, 2, 3, 5, 10; what the same does in the long run stands beside), or "
        "long.",
        metavar="YEARS",
    )
    allow_partial: bool = option(False, ALLOW_PARTIAL)
    lang: str = option("en", LANGUAGE)

    sections: ClassVar[tuple[str, ...]] = ("answer", "why")
    counted: ClassVar[str]
    """What the progress of a search counts, in a word."""

    def status_quo(self, world: World) -> Scenario | None:
        """Return the question whose second state is the status quo; None is the world as it is."""
        return self.law.in_force(world)

    @abstractmethod
    def search(
        self, world: World, scenario: Scenario | None, model: Model, progress: Progress
    ) -> Any:
        """Return what was found.

        Args:
            world: the base world.
            scenario: its second state is the status quo.
            model: the economics.
            progress: called with how far it is.
        """

    @abstractmethod
    def document(self, found: Any, ranges: Repriced | str, telling: RespondTelling) -> Document:
        """Return what is reported of it.

        Args:
            found: by ``search``.
            ranges: of it, or why there are none.
            telling: how its first screen is told.
        """

    def page(self, document: Document) -> Callable[[str], ReportPage]:
        """Return what makes the page of an answer."""
        from countervail.present.page.respond import policy_page
        from countervail.present.sentences.language import language

        return lambda command: policy_page(document, language(self.lang), command)

    def chosen(self, found: Any) -> ChosenPolicy:
        """Return the policy that is evaluated under draws: what was found, or a part of it."""
        policy: ChosenPolicy = found
        return policy

    def check(self) -> None:
        """Raise where something can be refused before anything is solved.

        Raises:
            InputError, FileError: it can be refused.
        """
        check_draws(self.draws)

    def answer(self, show: Show) -> Result:
        """Return what was found, with its ranges, or why there are none.

        Args:
            show: shows how far search and draws are.

        Raises:
            CountervailError: the question's own function refuses it, or no draw has an answer.
        """
        from countervail.present.horizons import settings
        from countervail.present.respond_screen import RespondTelling
        from countervail.present.result import headline
        from countervail.present.sentences.language import language
        from countervail.present.under_draws import INTERRUPTED

        said = language(self.lang)
        self.check()
        world = self.place.opened()
        model = self.economics.made(world, self.horizon)
        law = self.status_quo(world)
        scenario = None if law is None else law.partly(self.allow_partial)
        world = self.place.asked(world, scenario)
        check_priors(self.draws, world, scenario)
        there, then = self._met(world, scenario, model)
        with show(self.counted) as progress:
            found: Ended = self.search(there, scenario, then, progress)
        reported, failure = self._evaluated(found, show)
        solution = self.chosen(found).solution
        beside = self._in_the_long_run(solution, model, show)
        answer = self.document(found, reported, RespondTelling(said, beside.data or None))
        noted, noted_first = headline(solution), headline(solution, said)
        read = answer.sections["answer"]
        answered = replace(
            answer,
            parts=[*noted, *answer.parts, *beside.parts],
            first=[answer.first[0], *noted_first, *answer.first[1:]],
            sections={**answer.sections, "answer": [*noted, *read, *beside.parts]},
            data={
                **answer.data,
                "after": settings(solution.world),
                "long_run": beside.data or None,
            },
        )
        return Result(
            document=answered,
            page=self.page(answered),
            saved={
                "solution": solution,
                "ensemble": None if isinstance(reported, str) else reported.ensemble,
            },
            left_out=bool(solution.resolved.not_placed),
            finished=found.finished,
            interrupted=reported is INTERRUPTED,
            failure=failure,
        )

    def _met(self, world: World, scenario: Scenario | None, model: Model) -> tuple[World, Model]:
        """Return the world and the model that are searched in."""
        from countervail.horizons import at_horizon, met

        if scenario is None:
            return at_horizon(world, model, self.horizon)
        return met(world, scenario, model, self.horizon)

    def _in_the_long_run(self, solution: Solution, model: Model, show: Show) -> Document:
        """Return what the same policy does in the long run; nothing where it was chosen by that.

        Goods that were carved stay so: what is chosen may be of them.
        """
        from countervail.draws.ensemble.door import ensemble
        from countervail.present.document import Document
        from countervail.present.horizons import long_run
        from countervail.solving import solve

        if solution.world.horizon is None:
            return Document([], {})
        world, scenario = solution.observed.long_run, solution.scenario
        then = solve(world, scenario, model)
        drawn = None
        if self.draws.number:
            with show("draws") as progress:
                drawn = ensemble(world, scenario, model, self.draws, point=then, progress=progress)
        return long_run(then, drawn, "The same policy in the long run, ten years and more")

    def _evaluated(
        self, found: Ended, show: Show
    ) -> tuple[Repriced | str, CountervailError | None]:
        """Return what was found evaluated under draws, or why not; and what made draws fail.

        Raises:
            InputError, FileError: draws that cannot be made.
        """
        from countervail.policy.under_draws import reprice
        from countervail.present.under_draws import INTERRUPTED, NOT_DRAWN, UNFINISHED

        if not found.finished:
            return UNFINISHED, None
        if not self.draws.number:
            return NOT_DRAWN, None
        try:
            with show("draws") as progress:
                return reprice(self.chosen(found), draws=self.draws, progress=progress), None
        except InputError:
            raise
        except CountervailError as error:  # what was found stands, and is reported
            return f"These are point answers: the draws came to nothing. {error}", error
        except KeyboardInterrupt:  # likewise
            return INTERRUPTED, None
