"""A request and its result: run, written, and reported by whoever asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from countervail.app.pages import Pages
from countervail.draws.how import Draws
from countervail.errors import CountervailError
from countervail.options import part

if TYPE_CHECKING:
    from countervail.present.document import Document
    from countervail.present.files import Saved
    from countervail.present.page.report import ReportPage
    from countervail.present.parts import Part

Progress = Callable[[int, int], object]
Show = Callable[[str], AbstractContextManager[Progress]]
"""Of what is counted, in a word: what shows how many are done, and of how many."""


Early = Callable[[Callable[[], "Sequence[Part]"]], object]
"""Shows what is known of an answer before all of it is; it may leave out a state it is told of."""


def early(show: Show) -> Early | None:
    """Return what shows an answer before its ranges are drawn; None where nobody looks at it.

    Args:
        show: shows how far a request is; it has an attribute ``early`` where it can.
    """
    found: Early | None = getattr(show, "early", None)
    return found


@dataclass(frozen=True, kw_only=True)
class Result:
    """The result of a request.

    Attributes:
        document: the answer.
        saved: what is written beside it, by the name of its ``.nc`` file.
        name: of its JSON file.
        kept: hidden folders of what was kept in the folder, to go on after an interruption.
        left_out: whether a part of the question has no place in the answer.
        finished: whether the search ran to its end.
        interrupted: whether its draws were stopped, and the answer stands without them.
        failure: why draws came to nothing, or a part of the answer is missing.
        written: pages and folders of figures that were written.
        page: makes its page, given the command that gives it; None where it has no figures of its
            own, and its parts are the page.
    """

    document: Document
    saved: Mapping[str, Saved | None] = field(default_factory=dict)
    name: str = "answer"
    kept: tuple[str, ...] = (".draws",)
    left_out: bool = False
    finished: bool = True
    interrupted: bool = False
    failure: CountervailError | None = None
    page: Callable[[str], ReportPage] | None = None
    written: tuple[str, ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether less was found than was asked for: no folder is written."""
        return self.interrupted or not self.finished or self.failure is not None


@dataclass(frozen=True, kw_only=True)
class Request(ABC):
    """Something that is asked: its docstring says what, its fields how.

    Attributes:
        pages: what is written of its answer for reading.
    """

    pages: Pages = part(Pages(), without=("figures",))

    keeps: ClassVar[str] = "draws"
    """What an interrupted run leaves in its folder, to go on from."""

    sections: ClassVar[tuple[str, ...]] = ()
    """Words of the sections of its answer, where it has a first screen in place of them all."""

    @property
    def folder(self) -> str | Path | None:
        """Where the answer is written; None is nowhere."""
        return None

    @abstractmethod
    def answer(self, show: Show) -> Result:
        """Return the answer.

        Args:
            show: shows how far it is.

        Raises:
            CountervailError: it has none, or is refused.
            KeyboardInterrupt: before there was anything to tell.
        """


@dataclass(frozen=True, kw_only=True)
class DrawnRequest(Request):
    """A request whose answer has ranges; it is written where its draws are kept.

    Attributes:
        draws: of all that is not known.
    """

    draws: Draws = part(Draws())

    @property
    def folder(self) -> str | Path | None:
        """Where the answer is written."""
        return self.draws.out


def run(request: Request, show: Show, command: str = "") -> Result:
    """Return the answer to a request, written where it asks for a folder or a page.

    Args:
        request: what is asked.
        show: shows how far it is.
        command: that asks the same, said on its page.

    Raises:
        CountervailError: it has no answer, or is refused.
        FileError: the folder or the page cannot be written.
        KeyboardInterrupt: before there was anything to tell.
    """
    from countervail.present.folders import check_folder

    if request.folder is not None:
        check_folder(request.folder)  # before anything is solved
    request.pages.check()
    result = request.answer(show)
    if request.folder is not None and not result.stopped:
        from countervail.present.files import write_folder

        write_folder(
            result.document, request.folder, result.saved, answer=result.name, kept=result.kept
        )
    if request.pages.wanted and not result.stopped:
        written = request.pages.write(result.document, _page(request, result, command))
        return replace(result, written=tuple(written))
    return result


def _page(request: Request, result: Result, command: str) -> ReportPage:
    """Return the page of an answer: its own, or its parts."""
    from countervail.present.page.plain import plain_page
    from countervail.present.sentences.language import DEFAULT, language

    if result.page is not None:
        return result.page(command)
    title = (type(request).__doc__ or "").split("\n")[0].removesuffix(".")
    said = language(getattr(request, "lang", DEFAULT))
    return plain_page(result.document, said.told(title), said, command)
