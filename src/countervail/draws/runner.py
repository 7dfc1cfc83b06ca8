"""The one runner of draws: of ensembles, sweeps, indices, exposure and bargains alike.

A question that is drawn is a :class:`Job`: what all its tasks have in common, and the answers to
one of them. Tasks do not know of each other, so that a number depends neither on how many workers
there are nor on which of them does a task; they run on the cores of this machine or on a Dask
cluster (``draws.spread``), and what is done is kept, where a folder is given, for a run
that is interrupted to go on from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from countervail.draws.draw import Kept
from countervail.draws.how import Draws
from countervail.draws.spread import spread
from countervail.draws.store import Store

Array = NDArray[np.float64]
Progress = Callable[[int, int], object]
Task = TypeVar("Task", bound="Sized")
Asked = TypeVar("Asked", bound="Sized", contravariant=True)

CHUNK_DRAWS = 16
"""Draws sent to a worker, and kept, at a time: pricing half as many together costs a third more."""


class Sized(Protocol):
    """A task: of as many answers as it is long."""

    def __len__(self) -> int: ...


class Job(Protocol[Asked]):
    """What all tasks of a question have in common; it is sent to every worker once."""

    def answers(self, task: Asked, /) -> list[Kept]:
        """Return the answers to a task, in their order: what is kept, or why there is none."""


class Runner(NamedTuple):
    """Where tasks are done, and what hears of it.

    Attributes:
        workers: processes on this machine; None is one a core.
        cluster: address of a Dask scheduler, or a Dask client, instead.
        report: called with how many more answers there are.
        heard: called with all answers there are so far, by task.
    """

    workers: int | None = None
    cluster: Any = None
    report: Callable[[int], object] | None = None
    heard: Callable[[Mapping[int, list[Kept]]], object] | None = None

    def run(
        self, job: Job[Task], tasks: Mapping[int, Task], store: Store | None = None
    ) -> dict[int, list[Kept]]:
        """Return the answers to every task by its number: those kept, and the others, found now.

        Args:
            job: what tasks have in common.
            tasks: by number.
            store: what keeps finished tasks.

        Raises:
            InputError: fewer than one worker, or a cluster that is not there.
            WorkersLostError: workers are killed again and again.
        """
        left, found = dict(tasks), dict[int, list[Kept]]()

        def have(number: int, answers: list[Kept]) -> None:
            found[number] = answers
            del left[number]
            if self.report is not None:
                self.report(len(answers))
            if self.heard is not None:
                self.heard(found)

        for number, kept in store.finished() if store else ():
            if number in left and len(kept) == len(left[number]):
                have(number, kept)
        # closed here, whatever happens: nobody else may end what a cluster is asked
        with closing(
            spread(answers, job, dict(left), workers=self.workers, cluster=self.cluster)
        ) as coming:
            for number, made in coming:
                if store is not None:
                    store.keep(number, made)
                have(number, made)
        return found


def answers(job: Job[Task], task: Task) -> list[Kept]:
    """Return the answers to a task; by this name workers find what they are to do."""
    return job.answers(task)


def run_draws(
    job: Job[Array],
    quantiles: Array,
    how: Draws,
    store: Store | None = None,
    *,
    progress: Progress | None = None,
    meanwhile: Callable[[Mapping[int, Kept]], object] | None = None,
    chunk: int = CHUNK_DRAWS,
) -> dict[int, Kept]:
    """Return every draw's answer by its number.

    Args:
        job: what draws have in common; a task is some of them, [draw, parameter].
        quantiles: of all draws, [draw, parameter].
        how: where they are made.
        store: what keeps finished draws.
        progress: called with the draws done and their number.
        meanwhile: called with the answers there are so far, by the number of their draw.
        chunk: draws sent to a worker, and kept, at a time; no number depends on it.

    Raises:
        InputError: fewer than one worker, or a cluster that is not there.
        WorkersLostError: workers are killed again and again.
    """
    tasks = {k: quantiles[k : k + chunk] for k in range(0, len(quantiles), chunk)}
    report = None if progress is None else ProgressCounter(progress, len(quantiles))
    heard = None if meanwhile is None else lambda found: meanwhile(_by_draw(found))
    return _by_draw(Runner(how.workers, how.cluster, report, heard).run(job, tasks, store))


def _by_draw(found: Mapping[int, Sequence[Kept]]) -> dict[int, Kept]:
    """Return the answers to tasks by the number of their draw; a task's is that of its first."""
    return {first + k: one for first, part in found.items() for k, one in enumerate(part)}


class ProgressCounter:
    """Counts the answers done, and tells.

    Args:
        progress: called with the answers done and their number.
        total: their number.
    """

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.done, self.total = progress, 0, total

    def __call__(self, more: int) -> None:
        """Count more answers."""
        self.done += more
        if self.progress is not None:
            self.progress(self.done, self.total)
