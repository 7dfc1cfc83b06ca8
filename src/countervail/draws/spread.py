"""Tasks that do not wait for each other, spread over processes of this machine or over a cluster.

Workers of this machine are processes of their own (loky: a script needs no guard, and one that is
killed is reported), with one thread of linear algebra each, so that a number does not depend on how
many there are. They wait a while for the next question. A task whose worker was killed is done
again.
"""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import Executor, Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from countervail import machine
from countervail.draws.cluster import spread_over
from countervail.draws.lost import MOST_TRIES_IN_VAIN, WorkersLostError
from countervail.errors import InputError

Task = TypeVar("Task")
Result = TypeVar("Result")

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

WATCHED_SECONDS = 0.5
"""Seconds between two looks of a worker at whether its parent is still there."""

IDLE_SECONDS = 10
"""After so many a worker that is asked nothing ends; until then a next question finds it warm."""

_common: tuple[Path | None, Any] = None, None
"""What the tasks in hand have in common, and where it was sent."""


def spread(
    function: Callable[[Any, Task], Result],
    common: Any,
    tasks: Mapping[int, Task],
    *,
    workers: int | None = None,
    cluster: Any = None,
) -> Generator[tuple[int, Result], None, None]:
    """Yield the result of every task, by its number, as they come.

    Args:
        function: of what tasks have in common, and of a task; importable by name.
        common: sent to each worker once.
        tasks: by number.
        workers: processes on this machine; default one a core.
        cluster: address of a Dask scheduler, or a Dask client, instead.

    Raises:
        InputError: fewer than one worker, or a cluster that is not there.
        WorkersLostError: workers are killed again and again.
    """
    check_workers(workers)
    if cluster is not None:
        yield from spread_over(cluster, function, common, tasks)
        return
    left, broken = dict(tasks), 0
    count = min(workers or machine.cores(), max(len(left), 1))
    with _sent(common) as sent:
        while left:
            try:
                with _pool(count) as pool:
                    for number, result in _finished(pool, function, sent, left):
                        broken = 0
                        del left[number]
                        yield number, result
            except BrokenProcessPool as error:
                broken += 1
                if broken == MOST_TRIES_IN_VAIN:
                    raise WorkersLostError(
                        f"workers were killed {MOST_TRIES_IN_VAIN} times in a row, {len(left)} "
                        "tasks are left: ask for fewer (--workers 1), each needs memory of its own"
                    ) from error


def check_workers(workers: int | None) -> None:
    """Raise where there would be no worker.

    Raises:
        InputError: fewer than one is asked for.
    """
    if workers is not None and workers < 1:
        raise InputError(f"workers={workers}: at least one is needed")


def _finished(
    pool: Executor, function: Callable[[Any, Task], Result], sent: Path, tasks: Mapping[int, Task]
) -> Generator[tuple[int, Result], None, None]:
    futures: dict[Future[Result], int] = {
        pool.submit(_do, function, sent, task): number for number, task in tasks.items()
    }
    for future in as_completed(futures):
        yield futures[future], future.result()


@contextmanager
def _pool(workers: int) -> Iterator[Executor]:
    """Give a pool of processes, which stays warm for the next question; what goes wrong ends it."""
    from loky import get_reusable_executor

    pool = get_reusable_executor(
        max_workers=workers,
        timeout=IDLE_SECONDS,
        initializer=_start,
        initargs=(os.getpid(),),
        env={**ONE_THREAD, **machine.KEEPING},
    )
    try:
        yield pool
    except BaseException:  # an interruption above all: nothing is waited for
        pool.shutdown(wait=False, kill_workers=True)
        raise


@contextmanager
def _sent(common: Any) -> Iterator[Path]:
    """Give the file in which what tasks have in common is sent: each worker reads it once.

    Sent through a pipe, a worker would take it in only once it had started, and the next one would
    start only then.
    """
    from loky.backend.reduction import dumps

    with TemporaryDirectory(prefix="countervail-") as folder:
        sent = Path(folder, "common")
        sent.write_bytes(dumps(common))
        yield sent


def _start(parent: int) -> None:
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process soon after its parent, however that was ended."""
    while os.getppid() == parent:
        time.sleep(WATCHED_SECONDS)
    os._exit(1)


def _do(function: Callable[[Any, Task], Result], sent: Path, task: Task) -> Result:
    global _common
    if _common[0] != sent:
        _common = sent, pickle.loads(sent.read_bytes())
    return function(_common[1], task)
