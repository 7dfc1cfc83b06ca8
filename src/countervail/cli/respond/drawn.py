"""What several commands of ``respond`` do alike once an answer is found: draws, files, printing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from countervail.cli import streams
from countervail.cli.partial import end
from countervail.cli.progress import bar
from countervail.errors import CountervailError, InputError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from countervail.cli.respond.asked import Place
    from countervail.draws.ensemble import Ensemble
    from countervail.policy.repriced import Repriced, Staked
    from countervail.present.rows import Row
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
        said: makes the JSON object.
        shown: makes what is printed.
        tables: makes rows from the JSON object, by the name of their file.
        solution, ensemble: what is saved beside them; None where there is none.
        finished: whether the search ran to its end.
    """

    said: Callable[[], dict[str, Any]]
    shown: Callable[[], RenderableType]
    tables: Callable[[dict[str, Any]], Mapping[str, Iterable[Row]]]
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
        from countervail.draws.ensemble.spread import check_workers
        from countervail.draws.priors.files import read_priors
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
        self,
        answer: A,
        said: Callable[[A, Repriced | str], dict[str, Any]],
        shown: Callable[[A, Repriced | str], RenderableType],
        tables: Callable[[dict[str, Any]], Mapping[str, Iterable[Row]]],
        policy: Staked,
    ) -> None:
        """Price what was found again, write the folder asked for, and print.

        Args:
            answer: as it was found.
            said: makes the JSON object.
            shown: makes what is printed.
            tables: makes rows from the JSON object, by the name of their file.
            policy: what is priced again: the answer, or a part of it.

        Raises as ``policy.repriced.reprice`` and ``tell``.
        """
        from countervail.present.repriced import UNFINISHED

        told = self._ranges(policy) if answer.finished else UNFINISHED
        self.tell(
            Found(
                said=lambda: said(answer, told),
                shown=lambda: shown(answer, told),
                tables=tables,
                solution=policy.solution,
                ensemble=None if isinstance(told, str) else told.ensemble,
                finished=answer.finished,
            )
        )

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
        said = found.said() if written or self.as_json else {}
        if self.out is not None and written:
            from countervail.present.answers import write_answer

            write_answer(self.out, said, found.tables(said), found.solution, found.ensemble)
        if self.as_json:
            from countervail.provenance import to_json

            sys.stdout.write(to_json(said) + "\n")
        else:
            from countervail.present.result import headline
            from countervail.present.terminal import show

            for note in [] if found.solution is None else headline(found.solution):
                show(note.text)
            show(found.shown())
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
