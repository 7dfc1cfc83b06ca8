"""Searches: each in a process of its own, which can be stopped with the best found so far.

A page has one search at a time: a new one takes the place of the old one. What stops a search is
what Ctrl-C is on the command line; a process that is ended otherwise is said so.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Protocol

from countervail import clock
from countervail.errors import CountervailError, InputError
from countervail.lab.solving import NICER, LabWorkerLost, sendable
from countervail.lab.work import LabOpening, LabWork

LOST = "The process that searches was ended, and its search with it: start it again."
SUPERSEDED = "another search of this page took the place of this one"
NOTHING_YET = "stopped before anything was found"

LOOK_SECONDS = 0.25
"""Seconds between two looks at whether anybody still waits for a search."""

PATIENCE_SECONDS = 5.0
"""Seconds that a search which has answered is given to end its workers."""

MOST_SEARCHES = 2
"""Searches that run at once: each has a world of its own, and draws on every core."""

Event = dict[str, Any]
Words = Mapping[str, Any]


class Search(Protocol):
    """One search under way."""

    def next(self, wait: float) -> Event | None:
        """Return what it tells next; None where it told nothing for so many seconds.

        Raises:
            CountervailError: it has no answer, is refused, or its process was ended.
        """

    def stop(self) -> None:
        """Have it end with the best it has found."""

    def close(self) -> None:
        """End it: nobody waits for it."""


class SearchHere:
    """A search in a thread of this process: for tests, and for those who embed the lab.

    It can be stopped where it counts.

    Args:
        work: of the lab.
        words: of the question.
    """

    def __init__(self, work: LabWork, words: Words) -> None:
        self.told: queue.Queue[Event | CountervailError] = queue.Queue()
        self.ended = threading.Event()
        threading.Thread(target=self._run, args=(work, words), daemon=True).start()

    def next(self, wait: float) -> Event | None:
        """Return what it tells next; as ``Search.next``."""
        try:
            found = self.told.get(timeout=wait)
        except queue.Empty:
            return None
        if isinstance(found, CountervailError):
            raise found
        return found

    def stop(self) -> None:
        """Have it end at the next count."""
        self.ended.set()

    def close(self) -> None:
        """Have it end at the next count; what it found is left."""
        self.ended.set()

    def _run(self, work: LabWork, words: Words) -> None:
        def tell(what: str, done: int, total: int) -> None:
            if self.ended.is_set():
                self.ended.clear()  # what was found is still to be told
                raise KeyboardInterrupt
            self.told.put(_counted(what, done, total))

        self.told.put(_told(lambda: work.respond(tell, **words)))


class SearchProcess:
    """A search in a process of its own.

    Args:
        opening: with what the lab is opened.
        words: of the question.
    """

    def __init__(self, opening: LabOpening, words: Words) -> None:
        context = multiprocessing.get_context("spawn")
        self.patience = 0.0
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, opening, dict(words)))
        self.process.start()
        theirs.close()

    def next(self, wait: float) -> Event | None:
        """Return what it tells next; as ``Search.next``.

        Raises:
            CountervailError: it has no answer, or is refused.
            LabWorkerLost: the process was ended.
        """
        try:
            if not self.pipe.poll(wait):
                return None
            found: Event | CountervailError = self.pipe.recv()
        except (EOFError, OSError) as error:
            raise LabWorkerLost(LOST) from error
        if isinstance(found, CountervailError) or "answer" in found:
            self.patience = PATIENCE_SECONDS
        if isinstance(found, CountervailError):
            raise found
        return found

    def stop(self) -> None:
        """Have it end with the best it has found, as Ctrl-C does."""
        with contextlib.suppress(OSError):
            self.pipe.send("stop")

    def close(self) -> None:
        """End the process; one that has answered ends by itself."""
        self.process.join(self.patience)
        self.process.kill()
        self.process.join(5.0)
        self.pipe.close()


@dataclass(eq=False)
class LabSearches:
    """The searches of a lab, one a page.

    Attributes:
        begin: begins one.
        running: by name of the page, the kind of question and its search.
        lock: of what runs.
    """

    begin: Callable[[Words], Search]
    running: dict[str, tuple[str, Search]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def events(
        self, tab: str, words: Words, wanted: Callable[[], bool] = lambda: True
    ) -> Generator[Event | None, None, None]:
        """Yield what a search tells, its answer last; None now and then while it tells nothing.

        Args:
            tab: name of the page.
            words: of the question; its ``kind`` among them.
            wanted: whether anybody still waits for it.

        Raises:
            CountervailError: it has no answer, is refused, was ended, or too many run.
        """
        search = self._begun(tab, words)
        try:
            while wanted():
                told = search.next(LOOK_SECONDS)
                if not self._is(tab, search):
                    raise LabWorkerLost(SUPERSEDED)
                yield told
                if told is not None and "answer" in told:
                    return
        except LabWorkerLost as lost:
            raise lost if self._is(tab, search) else LabWorkerLost(SUPERSEDED) from lost
        finally:
            with self.lock:
                if self.running.get(tab, ("", None))[1] is search:
                    del self.running[tab]
            search.close()

    def stop(self, tab: str, kind: str) -> None:
        """Have the search of a page end with the best it has found.

        Raises:
            InputError: none of that kind runs there.
        """
        with self.lock:
            known, search = self.running.get(tab, ("", None))
        if search is None or known != kind:
            raise InputError(f"no search for '{kind}' runs on this page")
        search.stop()

    def close(self) -> None:
        """End every search."""
        with self.lock:
            left, self.running = list(self.running.values()), {}
        for _, search in left:
            search.close()

    def _begun(self, tab: str, words: Words) -> Search:
        with self.lock:
            _, before = self.running.pop(tab, ("", None))
            if len(self.running) >= MOST_SEARCHES:
                raise InputError(
                    f"{MOST_SEARCHES} searches run already, on other pages: stop one of them"
                )
            search = self.begin(words)
            self.running[tab] = str(words["kind"]), search
        if before is not None:
            before.close()
        return search

    def _is(self, tab: str, search: Search) -> bool:
        with self.lock:
            return self.running.get(tab, ("", None))[1] is search


def _counted(what: str, done: int, total: int) -> Event:
    return {"progress": {"what": what, "done": done, "of": total}}


def _told(answer: Callable[[], Event]) -> Event | CountervailError:
    """Return an answer, or why there is none."""
    try:
        return answer()
    except KeyboardInterrupt:
        return {"answer": None, "says": NOTHING_YET}
    except CountervailError as error:
        return sendable(error)


def _serve(pipe: Connection, opening: LabOpening, words: Words) -> None:
    """Search, tell how far it is, and answer; a word from the other side stops it."""
    from countervail.app import stopping

    stopping.install()
    # what a search that is killed leaves is taken away by loky, and is nothing to be warned of
    os.environ["PYTHONWARNINGS"] = "ignore:resource_tracker:UserWarning"
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICER)

    def tell(what: str, done: int, total: int) -> None:
        with contextlib.suppress(OSError):
            pipe.send(_counted(what, done, total))

    def answer() -> Event:
        threading.Thread(target=_listen, args=(pipe,), daemon=True).start()
        with clock.on_day(opening.today):
            return LabWork(opening.bench(), opening).respond(tell, **words)

    found = _told(answer)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is sent is sent whole
    with contextlib.suppress(OSError):
        pipe.send(found)


def _listen(pipe: Connection) -> None:
    """Stop the search when told to; end the process when the other side is gone."""
    try:
        while True:
            pipe.recv()
            _interrupt()
    except (EOFError, OSError):
        os._exit(1)


def _interrupt() -> None:
    """Do to the main thread what Ctrl-C does."""
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)
