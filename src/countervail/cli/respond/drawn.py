"""What several commands of ``respond`` do alike once an answer is found: draws, files, printing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from countervail.cli import streams
from countervail.cli.partial import end
from countervail.cli.progress import bar
from countervail.errors import CountervailError, InputError

if TYPE_CHECKING:
    from countervail.cli.respond.asked import Place
    from countervail.draws.ensemble import Ensemble
    from countervail.policy.repriced import Repriced, Staked
    from countervail.present.document import Document
    from countervail.solution import Solution


class Ended(Protocol):
    """An answer that says whether its search ran to its end."""

    @property
    def finished(self) -> bool:
        """Whether it did."""


A = TypeVar("A", bound=Ended)


class Found(NamedTuple):
    """An answer, ready to be told.

    Attributes:
        document: the answer.
        solution, ensemble: what is saved beside it; None where there is none.
        finished: whether the search ran to its end.
    """

    document: Document
    solution: Solution | None = None
    ensemble: Ensemble | None = None
    finished: bool = True


class Wanted:
    """The draws that are asked for, and where the answer goes.

    Args:
        draws, seed, priors, workers, cluster, out: as the options say.
        as_json: one JSON object on standard output.

    Raises:
        InputError, FileError: what can be refused before anything is solved.
    """

    def __init__(
        self,
        draws: int,
        seed: int,
        priors: str | None,
        workers: int | None,
        cluster: str | None,
        out: str | None,
        *,
        as_json: bool,
    ) -> None:
        from countervail.draws.ensemble.door import MOST
        from countervail.draws.priors.files import read_priors
        from countervail.draws.spread import check_workers
        from countervail.errors import InputError
        from countervail.present.folders import check_folder

        if not 0 <= draws <= MOST:
            raise InputError(f"--draws {draws}: 0 gives point values, 50 ranges; at most {MOST:,}")
        if seed < 0:
            raise InputError(f"--seed {seed}: give a whole number, 0 or more")
        check_workers(workers)
        if priors is not None:
            read_priors(priors)
        if out is not None:
            check_folder(out)
        self.draws, self.seed, self.priors = draws, seed, priors
        self.workers, self.cluster, self.out = workers, cluster, out
        self.as_json = as_json
        self.interrupted = False
        self.failure: CountervailError | None = None

    def check_priors(self, where: Place) -> None:
        """Raise where the priors file does not fit the world, before anything is solved.

        Raises:
            InputError: it names what the world does not have.
        """
        from countervail.draws.priors import Priors
        from countervail.scenario import Scenario

        if self.priors is not None:
            law = where.scenario or Scenario.from_arrays(where.world)
            Priors.of(where.world, law, self.priors)

    def options(self) -> dict[str, Any]:
        """Return how draws are made, as the library has it."""
        return {
            "draws": self.draws,
            "seed": self.seed,
            "priors": self.priors,
            "workers": self.workers,
            "cluster": self.cluster,
            "out": self.out,
        }

    @contextmanager
    def drawing(self) -> Iterator[Callable[[int, int], None]]:
        """Show how draws come; one who stops them still gets the point answer."""
        try:
            with bar("draws") as progress:
                yield progress
        except KeyboardInterrupt:
            self.interrupted = True

    def finish(
        self, answer: A, document: Callable[[A, Repriced | str], Document], policy: Staked
    ) -> None:
        """Price what was found again, write the folder asked for, and print.

        Args:
            answer: as it was found.
            document: makes what is told of it and its ranges.
            policy: what is priced again: the answer, or a part of it.

        Raises as ``policy.repriced.reprice`` and ``tell``.
        """
        from countervail.present.repriced import UNFINISHED

        told = self._ranges(policy) if answer.finished else UNFINISHED
        ensemble = None if isinstance(told, str) else told.ensemble
        self.tell(Found(document(answer, told), policy.solution, ensemble, answer.finished))

    def _ranges(self, answer: Staked) -> Repriced | str:
        """Return an answer's ranges, or the sentence that says why there are none.

        Raises as ``policy.repriced.reprice``.
        """
        from countervail.policy.repriced import reprice
        from countervail.present.repriced import INTERRUPTED, NOT_DRAWN

        if not self.draws:
            return NOT_DRAWN
        with self.drawing() as progress:
            try:
                return reprice(answer, **self.options(), progress=progress)
            except InputError:
                raise
            except CountervailError as error:  # what was found stands, and is told
                self.failure = error
                return f"These are point answers: the draws came to nothing. {error}"
        return INTERRUPTED

    def tell(self, found: Found) -> None:
        """Write the folder asked for, then print the answer.

        Raises:
            KeyboardInterrupt: in the end, where search or draws were stopped; no folder is written.
            CountervailError: in the end, where the draws came to nothing; likewise.
        """
        stopped = self.interrupted or not found.finished or self.failure is not None
        written = self.out is not None and not stopped
        if self.out is not None and written:
            from countervail.present.files import write_folder

            saved = {"solution": found.solution, "ensemble": found.ensemble}
            write_folder(found.document, self.out, saved)
        streams.tell(_headed(found), self.as_json)
        if written and not self.as_json:
            streams.say(f"written to {self.out}", sys.stderr)
        if self.failure is not None:
            raise self.failure
        if stopped:
            if self.out is not None and self.interrupted:
                sys.stderr.write(
                    f"finished draws are kept in {self.out}: the same command goes on there\n"
                )
            raise KeyboardInterrupt
        end(None if found.solution is None else found.solution.resolved)


def _headed(found: Found) -> Document:
    """Return an answer with what must be known before any figure above it."""
    from countervail.present.result import headline

    above = [] if found.solution is None else headline(found.solution)
    return replace(found.document, parts=[*above, *found.document.parts])
