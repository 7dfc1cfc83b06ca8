"""Who is asked what: one process that solves, some that draw; the newest law of a page wins."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from countervail import machine
from countervail.errors import InputError
from countervail.lab.ranging import CHUNK, COUNTS
from countervail.lab.searching import LabSearches, SearchProcess
from countervail.lab.solving import LabWorkerLost, Worker, WorkerProcess
from countervail.lab.work import LabOpening

MOST_DRAWERS = 4
"""Processes that draw: each holds a world of its own."""

MOST_STATES = 400
"""States known by their key, to be drawn."""

MOST_UNKEPT = 32
"""Laws whose draws may wait to be kept; nearly all have none that do."""

TRIES = 3
"""How often draws are asked for again of a process that was ended."""


@dataclass(eq=False)
class LabServices:
    """The workers of a lab and what they were asked last.

    Attributes:
        solver: holds the world and solves.
        drawers: make draws; the first one tells ranges as well.
        opening: with what the lab was opened.
        states: of pages, by key.
        newest: number of the state that a page asked for last.
        unkept: draws of a state that were made and that the first drawer does not keep yet, by its
            key: nobody waited for its ranges.
        searches: what should be done, a process a search.
    """

    solver: Worker
    drawers: Sequence[Worker]
    opening: LabOpening = field(default_factory=LabOpening)
    states: OrderedDict[str, Any] = field(default_factory=OrderedDict)
    newest: dict[str, int] = field(default_factory=dict)
    unkept: OrderedDict[str, dict[int, Any]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    searches: LabSearches = field(init=False)

    def __post_init__(self) -> None:
        """Begin searches with what the lab was opened."""
        self.searches = LabSearches(lambda words: SearchProcess(self.opening, words))

    @classmethod
    def begun(cls, opening: LabOpening) -> LabServices:
        """Return the services of a lab, their processes started."""
        solver = WorkerProcess(opening)
        solver.begin()
        count = max(1, min(machine.cores(), MOST_DRAWERS))
        return cls(solver, [WorkerProcess(opening, nicer=True) for _ in range(count)], opening)

    def warm(self) -> None:
        """Start the processes that draw; they stand back for the one that solves."""
        for drawer in self.drawers:
            if isinstance(drawer, WorkerProcess):
                drawer.begin()

    def close(self) -> None:
        """End every process."""
        self.searches.close()
        for worker in (self.solver, *self.drawers):
            worker.close()

    def solve(self, tab: str, number: int, words: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the answer to a state of a page; None where the page has asked for a newer one.

        Args:
            tab: name of the page; one without a name is answered whatever it asked since.
            number: of the state on it, ascending.
            words: of the question.

        Raises:
            CountervailError: there is no answer, or the question is refused.
        """
        with self.lock:
            self.newest[tab] = max(number, self.newest.get(tab, number)) if tab else number
        answer: dict[str, Any] | None = self.solver.ask(
            "solve", unless=lambda: bool(tab) and self.newest[tab] > number, **words
        )
        if answer is not None:
            self.know(answer["key"], words["state"])
        return answer

    def know(self, key: str, state: Any) -> None:
        """Remember a state by its key."""
        with self.lock:
            self.states[key] = state
            self.states.move_to_end(key)
            while len(self.states) > MOST_STATES:
                self.states.popitem(last=False)

    def state(self, key: str) -> Any:
        """Return a state by its key.

        Raises:
            InputError: it was not solved here.
        """
        with self.lock:
            if key not in self.states:
                raise InputError(f"no law '{key}' was solved here: solve it first")
            return self.states[key]

    def ranges(
        self, key: str, a: str | None, words: Mapping[str, Any], wanted: Callable[[], bool]
    ) -> Generator[dict[str, Any], None, None]:
        """Yield the answer with its ranges, again and again as draws are made.

        Args:
            key: of the state.
            a: of the one it is held against: its draws are made too, for the difference.
            words: how the answer is looked at.
            wanted: whether anybody still wants them; asked between a few draws and the next.

        Raises:
            CountervailError: draws cannot be made.
        """
        beside = None if a is None else self.state(a)

        def told(*, done: bool) -> dict[str, Any]:
            return {**self._kept("ranges", key, a=beside, **words), "of": COUNTS[-1], "done": done}

        for count in COUNTS:
            for made in self._drawn(key, count, wanted):
                yield {"drawing": True, "made": made, "of": count}
            if not wanted():
                return
            if a is not None and self._left(a, count):
                yield told(done=False)  # its own ranges do not wait for those of the difference
                for made in self._drawn(a, count, wanted):
                    yield {"drawing": True, "made": made, "of": count, "beside": True}
                if not wanted():
                    return
            if a is not None:
                self._kept("keep", a)
            yield told(done=count == COUNTS[-1])

    def _made(self, key: str) -> dict[int, Any]:
        """Return the draws of a state that the first drawer does not keep yet, to be added to."""
        with self.lock:
            found = self.unkept.setdefault(key, {})
            self.unkept.move_to_end(key)
            while len(self.unkept) > MOST_UNKEPT:
                self.unkept.popitem(last=False)
        return found

    def _kept(self, method: str, key: str, **words: Any) -> Any:
        """Ask the first drawer about a state, whose draws it is given to keep."""
        made = self._made(key)
        more = dict(made)
        found = self.drawers[0].ask(method, state=self.state(key), more=more, **words)
        for number in more:
            made.pop(number, None)
        return found

    def _left(self, key: str, count: int) -> list[int]:
        """Return the numbers of the first draws of a state that are still to be made."""
        missing = self.drawers[0].ask("missing", state=self.state(key), count=count)
        made = self._made(key)
        return [k for k in missing if k not in made]

    def _drawn(self, key: str, count: int, wanted: Callable[[], bool]) -> Iterator[int]:
        """Make the first draws of a state that are not made, a few at a time; yield how many are.

        What is made stays, also where nobody wants it any more by then.
        """
        left, state, made = self._left(key, count), self.state(key), self._made(key)
        queues: list[list[list[int]]] = [[] for _ in self.drawers]
        for k in range(0, len(left), CHUNK):
            # a draw is made where it was made for the law before: its world is kept there
            queues[left[k] // CHUNK % len(queues)].append(left[k : k + CHUNK])
        with ThreadPoolExecutor(len(self.drawers)) as pool:
            running: dict[Future[None], int] = {}
            while (any(queues) and wanted()) or running:
                for at, queue in enumerate(queues):
                    if queue and at not in running.values() and wanted():
                        job = pool.submit(_draw, self.drawers[at], state, queue.pop(0), made)
                        running[job] = at
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for job in done:
                    del running[job]
                    job.result()
                    yield len(made)


def _draw(drawer: Worker, state: Any, numbers: Sequence[int], made: dict[int, Any]) -> None:
    """Add draws to those made; of a process that was ended they are asked for again."""
    for tried in range(TRIES):
        try:
            made.update(drawer.ask("draw", state=state, numbers=numbers))
            return
        except LabWorkerLost:
            if tried == TRIES - 1:
                raise
