"""The same tasks on a Dask cluster; those of a worker that is lost are done again.

A worker should have one thread (``dask worker ADDRESS --nworkers -1 --nthreads 1``): its nanny then
gives linear algebra one thread as well (``OMP_NUM_THREADS`` and its like), as ``spread`` does on
this machine. The nanny also sets ``MALLOC_TRIM_THRESHOLD_``, which makes JAX four times slower on a
CPU; what is sent here is solved by NumPy and does not mind.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

from countervail.draws.lost import MOST_TRIES_IN_VAIN, WorkersLostError
from countervail.errors import InputError
from countervail.version import __version__

Task = TypeVar("Task")
Result = TypeVar("Result")

PATIENCE_SECONDS = 15.0
"""Seconds to wait for a scheduler, and for its first worker."""

KINDS = ("tcp", "tls", "ws", "wss")
"""Addresses that stand for a host and a port; a Client may have others."""

START = (
    "start one with `dask scheduler`, workers with `dask worker ADDRESS --nworkers -1 --nthreads "
    "1`, Countervail installed on both"
)


def spread_over(
    cluster: Any, function: Callable[[Any, Task], Result], common: Any, tasks: Mapping[int, Task]
) -> Generator[tuple[int, Result], None, None]:
    """Yield the result of every task, by its number, as they come.

    Args:
        cluster: address of a scheduler (``tcp://host:8786``), or a client.
        function: of what tasks have in common, and of a task; importable by name.
        common: sent to each worker once.
        tasks: by number.

    Raises:
        InputError: Dask is not installed, there is no scheduler at the address, it has no workers,
            or they have another Countervail.
        WorkersLostError: workers are killed again and again, or the scheduler is gone.
    """
    left, in_vain = dict(tasks), 0
    with _client(cluster) as client:
        if left:
            _refuse_unlike(client, function)
        while left:
            asked = len(left)
            for number, result in _finished(client, function, common, dict(left)):
                del left[number]
                yield number, result
            # what is left was lost with its worker, and with the only copy of what is common
            in_vain = in_vain + 1 if len(left) == asked else 0
            if in_vain == MOST_TRIES_IN_VAIN:
                raise _lost(len(left), f"workers were killed {MOST_TRIES_IN_VAIN} times in a row")


def _finished(
    client: Any, function: Callable[[Any, Task], Result], common: Any, tasks: Mapping[int, Task]
) -> Generator[tuple[int, Result], None, None]:
    """Yield the results of tasks, those that were lost left out; what goes wrong cancels them."""
    dask = import_module("distributed")
    try:
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
        # in a list: a dict or a tuple would be scattered piece by piece
        (shared,) = client.scatter([common], broadcast=True, hash=False)
    except (OSError, TimeoutError, CancelledError) as error:
        why = "the scheduler of the cluster is gone, or its last worker"
        raise _lost(len(tasks), why) from error
    futures = {
        client.submit(_do, function, shared, task, pure=False): number
        for number, task in tasks.items()
    }
    try:
        for future in dask.as_completed(list(futures), loop=client.loop):
            number = futures.pop(future)
            try:
                result = future.result()
            except CancelledError:
                continue
            future.release()  # its worker may forget the result
            yield number, result
    except dask.KilledWorker as error:
        why = f"a task killed every worker that tried it ({error})"
        raise _lost(len(futures) + 1, why) from error
    finally:
        if client.status == "running":
            client.cancel([*futures, shared])


def _do(function: Callable[[Any, Task], Result], common: Any, task: Task) -> Result:
    return function(common, task)


def _lost(left: int, why: str) -> WorkersLostError:
    return WorkersLostError(
        f"{why}, {left} tasks are left: see the cluster's log (most often it is memory); with out= "
        "(--out) what is done is kept, and the same command goes on from there"
    )


@contextmanager
def _client(cluster: Any) -> Iterator[Any]:
    """Give a client of a cluster; one made here is closed, one that was given is left open."""
    if find_spec("distributed") is None:
        raise InputError("cluster= needs Dask: pip install 'countervail[cluster]'")
    dask = import_module("distributed")
    if isinstance(cluster, dask.Client):
        if cluster.asynchronous:
            raise InputError("cluster= needs a Client that waits: Client(asynchronous=False)")
        yield cluster
        return
    address = str(getattr(cluster, "scheduler_address", cluster))
    try:
        # a Client that never connected would be closed whenever it is collected, on any thread
        _knock(address)
        client = dask.Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler answers at '{address}' ({error}); {START}") from error
    try:
        yield client
    finally:
        client.close()


def _knock(address: str) -> None:
    """Raise at once where nothing listens.

    Raises:
        OSError: nothing does.
        ValueError: not an address.
    """
    comm = import_module("distributed.comm")
    scheme, place = comm.parse_address(address)
    if scheme not in KINDS:
        raise ValueError(f"an address begins with {', '.join(KINDS)}; else give a Client")
    socket.create_connection(comm.parse_host_port(place), PATIENCE_SECONDS).close()


def _refuse_unlike(client: Any, function: Callable[..., Any]) -> None:
    """Raise where a worker would not do what is done here; Dask itself tells of its own versions.

    Raises:
        InputError: no workers; some that cannot import the function, or have another Countervail.
    """
    at = client.scheduler.address
    try:
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
    except TimeoutError as error:
        raise InputError(f"the Dask scheduler at '{at}' has no workers; {START}") from error
    for worker, said in client.run(version, function, on_error="return").items():
        if isinstance(said, OSError):
            continue  # it was lost just now
        if isinstance(said, Exception):
            raise InputError(
                f"the Dask worker at '{worker}' cannot load what it is to do ({said}): install "
                f"Countervail {__version__} there, and what else your functions import"
            )
        if said != __version__:
            raise InputError(
                f"the Dask worker at '{worker}' has Countervail {said}, here is {__version__}: "
                "install the same on both"
            )


def version(_: Callable[..., Any]) -> str:
    """Return the version of Countervail where this is called, once the function is loaded there."""
    return __version__
