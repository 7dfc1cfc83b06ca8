"""A question of what should be done: searched under the policy in force, and told with ranges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from countervail.app.parts import WhichLaw, WhichModel, WhichWorld, check_draws, check_priors
from countervail.app.request import Progress, Request, Result, Show
from countervail.draws.how import Draws
from countervail.errors import CountervailError, InputError
from countervail.options import option, part

if TYPE_CHECKING:
    from countervail.core.model import Model
    from countervail.policy.repriced import Repriced, Staked
    from countervail.present.document import Document
    from countervail.scenario import Scenario
    from countervail.world import World

ALLOW_PARTIAL = "Answer without what cannot be placed or priced: marked, and the exit code is 3."


class Ended(Protocol):
    """An answer that says whether its search ran to its end."""

    @property
    def finished(self) -> bool:
        """Whether it did."""


@dataclass(frozen=True, kw_only=True)
class PolicyQuestion(Request):
    """What several questions are asked alike.

    Attributes:
        law: the status quo.
        economics: the model.
        place: the world.
        draws: of all that is not known, in which what was found is evaluated again.
        allow_partial: whether the answer may leave something out.
    """

    law: WhichLaw = part(WhichLaw())
    economics: WhichModel = part(WhichModel())
    place: WhichWorld = part(WhichWorld())
    draws: Draws = part(Draws(50))
    allow_partial: bool = option(False, ALLOW_PARTIAL)

    counted: ClassVar[str]
    """What a search is told by, in a word."""

    @property
    def folder(self) -> str | Path | None:
        """Where the answer is written."""
        return self.draws.out

    def status_quo(self, world: World) -> Scenario | None:
        """Return the question whose second state is the status quo; None is the world as it is."""
        return self.law.in_force(world)

    def search(
        self, world: World, scenario: Scenario | None, model: Model, progress: Progress
    ) -> Any:
        """Return what was found.

        Args:
            world: the base world.
            scenario: its second state is the status quo.
            model: the economics.
            progress: told how far it is.
        """
        raise NotImplementedError

    def document(self, found: Any, ranges: Repriced | str) -> Document:
        """Return what is told of it.

        Args:
            found: by ``search``.
            ranges: of it, or why there are none.
        """
        raise NotImplementedError

    def chosen(self, found: Any) -> Staked:
        """Return the policy that is evaluated under draws: what was found, or a part of it."""
        policy: Staked = found
        return policy

    def check(self) -> None:
        """Raise where something can be refused before anything is solved.

        Raises:
            InputError, FileError: what.
        """
        check_draws(self.draws)

    def answer(self, show: Show) -> Result:
        """Return what was found, with its ranges, or why there are none.

        Args:
            show: shows how far search and draws are.

        Raises as the question's own function and as ``policy.repriced.reprice``.
        """
        self.check()
        world = self.place.opened()
        model = self.economics.made(world)
        law = self.status_quo(world)
        scenario = None if law is None else law.partly(self.allow_partial)
        check_priors(self.draws, world, scenario)
        with show(self.counted) as progress:
            found: Ended = self.search(world, scenario, model, progress)
        return evaluated(
            found.finished, self.chosen(found), lambda told: self.document(found, told),
            self.draws, show,
        )  # fmt: skip


def evaluated(
    finished: bool,
    policy: Staked,
    document: Callable[[Repriced | str], Document],
    draws: Draws,
    show: Show,
) -> Result:
    """Return a chosen policy's answer, evaluated under draws where its search came to its end.

    Args:
        finished: whether it did.
        policy: what is evaluated.
        document: makes the answer, of ranges or of why there are none.
        draws: how they are made.
        show: shows how far they are.

    Raises:
        InputError, FileError: draws that cannot be made.
    """
    from countervail.policy.repriced import reprice
    from countervail.present.repriced import INTERRUPTED, NOT_DRAWN, UNFINISHED
    from countervail.present.result import headline

    told: Repriced | str = NOT_DRAWN if finished else UNFINISHED
    failure: CountervailError | None = None
    if finished and draws.number:
        try:
            with show("draws") as progress:
                told = reprice(policy, draws=draws, progress=progress)
        except InputError:
            raise
        except CountervailError as error:  # what was found stands, and is told
            failure = error
            told = f"These are point answers: the draws came to nothing. {error}"
        except KeyboardInterrupt:  # likewise
            told = INTERRUPTED
    solution = policy.solution
    answer = document(told)
    return Result(
        document=replace(answer, parts=[*headline(solution), *answer.parts]),
        saved={
            "solution": solution,
            "ensemble": None if isinstance(told, str) else told.ensemble,
        },
        left_out=bool(solution.resolved.not_placed),
        finished=finished,
        interrupted=told is INTERRUPTED,
        failure=failure,
    )
