"""The processes that hold the world and solve: asked from threads, one question at a time each.

A process that is ended, by the system or by hand, is said so and started again; what was asked of
it is to be asked anew.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any, Protocol

from countervail import machine
from countervail.errors import CountervailError
from countervail.lab.work import LabOpening, LabWork

ENDED = (
    "The process that solves was ended, and is starting again; the law of the page is solved as "
    "soon as it is there."
)

NICER = 10
"""By how much those that draw stand back for the one that solves."""


class LabWorkerLost(CountervailError):
    """A process of the lab was ended while it was asked something."""


class Worker(Protocol):
    """What answers a question of the lab."""

    def ask(self, method: str, *, unless: Callable[[], bool] | None = None, **words: Any) -> Any:
        """Return the answer to a question; waits for those asked before.

        Args:
            method: the question's name.
            unless: looked at when its turn comes; where it is so, None is the answer.
            words: of the question.
        """

    def close(self) -> None:
        """End it."""


class WorkerHere:
    """Answers in this process: for tests, and for those who embed the lab.

    Args:
        work: what it does.
    """

    def __init__(self, work: LabWork) -> None:
        self.work, self.lock = work, threading.Lock()

    def ask(self, method: str, *, unless: Callable[[], bool] | None = None, **words: Any) -> Any:
        """Return the answer to a question; as ``Worker.ask``."""
        with self.lock:
            if unless is not None and unless():
                return None
            return self.work.do(method, words)

    def close(self) -> None:
        """Nothing is to be ended."""


class WorkerProcess:
    """Answers in a process of its own.

    Args:
        opening: with what the lab is opened.
        nicer: whether it stands back for others.
    """

    def __init__(self, opening: LabOpening, *, nicer: bool = False) -> None:
        self.opening, self.nicer = opening, nicer
        self.lock = threading.Lock()
        self.process: Any = None
        self.pipe: Connection | None = None
        self.closed = False

    def begin(self) -> None:
        """Start the process, if it does not run; it opens world and law at once."""
        with self.lock:
            self._begun()

    def ask(self, method: str, *, unless: Callable[[], bool] | None = None, **words: Any) -> Any:
        """Return the answer to a question; as ``Worker.ask``.

        Raises:
            CountervailError: it has none, or is refused.
            LabWorkerLost: the process was ended; the next question starts another.
        """
        with self.lock:
            if unless is not None and unless():
                return None
            pipe = self._begun()
            try:
                pipe.send((method, words))
                kind, answer = pipe.recv()
            except (EOFError, OSError) as error:
                self._ended()
                if not self.closed:
                    self._begun()
                raise LabWorkerLost(ENDED) from error
        if kind == "error":
            raise answer
        return answer

    def close(self) -> None:
        """End the process."""
        self.closed = True
        self._ended()

    def _begun(self) -> Connection:
        if self.pipe is not None and self.process is not None and self.process.is_alive():
            return self.pipe
        self._ended()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(theirs, self.opening, self.nicer), daemon=False
        )
        for name, value in machine.KEEPING.items():
            os.environ.setdefault(name, value)
        self.process.start()
        theirs.close()
        self.pipe = ours
        return ours

    def _ended(self) -> None:
        process, pipe, self.process, self.pipe = self.process, self.pipe, None, None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.join(5.0)


def _serve(pipe: Connection, opening: LabOpening, nicer: bool) -> None:
    """Answer questions until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server is told, and ends this
    if nicer:
        with contextlib.suppress(OSError, AttributeError):
            os.nice(NICER)
    opened = _Opened(opening)
    opened.warm(draws=nicer)
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            method, words = pipe.recv()
            pipe.send(opened.answer(method, words))


class _Opened:
    """The work of a process, or why it could not be begun."""

    def __init__(self, opening: LabOpening) -> None:
        self.opening = opening
        self.work: LabWork | None = None
        self.why: Exception | None = None

    def warm(self, *, draws: bool) -> None:
        """Open the world and the law, and solve the law as it is, before anybody asks.

        Args:
            draws: whether it is for draws, and what makes them is to be ready too.
        """
        from countervail import clock
        from countervail.lab.state import LabState

        try:
            with clock.on_day(self.opening.today):
                bench = self.opening.bench()
                self.work = LabWork(bench, self.opening)
                with contextlib.suppress(CountervailError):  # said to whoever asks for it
                    bench.solution(LabState())
                    if draws:
                        self.work.draws(LabState().as_dict())
        except Exception as error:
            self.why = error

    def answer(self, method: str, words: Mapping[str, Any]) -> tuple[str, Any]:
        """Return an answer, or an error that can be sent."""
        try:
            if self.work is None:
                assert self.why is not None
                raise self.why
            return "answer", self.work.do(method, words)
        except CountervailError as error:
            return "error", sendable(error)


def sendable(error: CountervailError) -> CountervailError:
    """Return an error of the same kind with its words alone: what else it holds stays here."""
    kind = next(k for k in type(error).__mro__ if k.__module__ == "countervail.errors")
    plain: CountervailError = CountervailError.__new__(kind)
    Exception.__init__(plain, str(error))
    return plain
