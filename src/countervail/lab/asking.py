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

TRIES = 3
"""How often draws are asked for again of a process that was ended."""


@dataclass(eq=False)
class LabServices:
    """The workers of a lab and what they were asked last.

    Attributes:
        solver: holds the world and solves.
        drawers: make draws; the first one tells ranges as well.
        opening: with what the lab was opened.
        searches: what should be done, a process a search.
    """

    solver: Worker
    drawers: Sequence[Worker]
    opening: LabOpening = field(default_factory=LabOpening)
    states: OrderedDict[str, Any] = field(default_factory=OrderedDict)
    newest: dict[str, int] = field(default_factory=dict)
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
        state, beside = self.state(key), None if a is None else self.state(a)
        teller = self.drawers[0]
        for count in COUNTS:
            more: dict[int, Any] = {}
            for part in self._drawn(state, count, wanted):
                more.update(part)
                yield {"drawing": True, "made": len(more), "of": count}
            if not wanted():
                return
            if beside is not None:
                found: dict[int, Any] = {}
                for part in self._drawn(beside, count, wanted):
                    found.update(part)
                    yield {"drawing": True, "made": len(found), "of": count, "beside": True}
                if not wanted():
                    return
                teller.ask("ranges", state=beside, more=found)
            told = teller.ask("ranges", state=state, more=more, a=beside, **words)
            yield {**told, "of": COUNTS[-1], "done": count == COUNTS[-1]}

    def _drawn(
        self, state: Any, count: int, wanted: Callable[[], bool]
    ) -> Iterator[dict[int, Any]]:
        """Yield the draws of a state that the first drawer does not keep, a few at a time."""
        left = self.drawers[0].ask("missing", state=state, count=count)
        queues: list[list[list[int]]] = [[] for _ in self.drawers]
        for k in range(0, len(left), CHUNK):
            # a draw is made where it was made for the law before: its world is kept there
            queues[left[k] // CHUNK % len(queues)].append(left[k : k + CHUNK])
        with ThreadPoolExecutor(len(self.drawers)) as pool:
            running: dict[Future[dict[int, Any]], int] = {}
            while (any(queues) and wanted()) or running:
                for at, queue in enumerate(queues):
                    if queue and at not in running.values() and wanted():
                        job = pool.submit(_asked, self.drawers[at], state, queue.pop(0))
                        running[job] = at
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for job in done:
                    del running[job]
                    yield job.result()


def _asked(drawer: Worker, state: Any, numbers: Sequence[int]) -> dict[int, Any]:
    """Return draws; of a process that was ended they are asked for again."""
    for tried in range(TRIES):
        try:
            found: dict[int, Any] = drawer.ask("draw", state=state, numbers=numbers)
            return found
        except LabWorkerLost:
            if tried == TRIES - 1:
                raise
    raise AssertionError
