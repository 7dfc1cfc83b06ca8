"""Draws on a Dask cluster: the numbers of this machine, whatever happens to a worker."""

from __future__ import annotations

import asyncio
import functools
import logging
import operator
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail.draws import cluster
from countervail.draws.cluster import spread_over
from countervail.draws.ensemble import Ensemble, door
from countervail.draws.lost import WorkersLostError
from countervail.draws.runner import run_draws
from countervail.draws.spread import spread
from countervail.errors import InputError

from . import questions

dask = pytest.importorskip("distributed", reason="Dask is not installed (pip install '.[cluster]')")

CHUNK = 4
DRAWS = 2 * CHUNK


def local_cluster(workers: int) -> Any:
    return dask.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        silence_logs=logging.CRITICAL,
    )


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Any]:
    """A cluster of processes, as `dask scheduler` and `dask worker` make one."""
    with local_cluster(2) as made:
        yield made


@pytest.fixture(scope="module")
def here(canada_china: cv.Solution) -> Ensemble:
    """The draws as this machine makes them."""
    return drawn(canada_china, workers=1)


def drawn(point: cv.Solution, **options: Any) -> Ensemble:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "run_draws", functools.partial(run_draws, chunk=CHUNK))
        return door.ensemble(point.world, point.scenario, draws=DRAWS, point=point, **options)


def assert_same(one: Ensemble, other: Ensemble) -> None:
    """To rounding only: a cluster's machines may have another linear algebra, or more threads."""
    assert one.failures == other.failures
    assert one.arrays.keys() == other.arrays.keys()
    for name, values in one.arrays.items():
        np.testing.assert_allclose(values, other.arrays[name], rtol=1e-9, atol=1e-12, err_msg=name)
    assert np.nanmax(other.residual) <= 1e-10


def pids(address: str) -> list[int]:
    with dask.Client(address, set_as_default=False) as client:
        return list(client.run(os.getpid).values())


def once(act: Callable[[], object], at: int = 1) -> Callable[[int, int], None]:
    """Progress that does something when so many draws are done."""
    waiting = [act]

    def progress(done: int, total: int) -> None:
        if done >= at and done < total and waiting:
            waiting.pop()()

    return progress


def killer(victim: int) -> Callable[[], None]:
    return lambda: os.kill(victim, signal.SIGKILL)


def nap(_: None, seconds: float) -> None:
    time.sleep(seconds)


def test_same_numbers_as_here(two_workers: Any, here: Ensemble, canada_china: cv.Solution) -> None:
    """A client that was given is left open, and nothing is kept on its workers."""
    with dask.Client(two_workers, set_as_default=False) as client:
        assert_same(here, drawn(canada_china, cluster=client))
        assert client.status == "running"
        assert client.futures == {}


def test_a_killed_worker_loses_nothing(
    two_workers: Any, here: Ensemble, canada_china: cv.Solution
) -> None:
    """Killed from outside when half of the draws are there."""
    address = two_workers.scheduler_address
    kill = once(killer(pids(address)[0]))
    assert_same(here, drawn(canada_china, cluster=address, progress=kill))


def test_nor_does_the_only_worker(tmp_path: Path) -> None:
    """With it goes the only copy of what all tasks have in common: it is sent again."""
    tasks = {k: k for k in range(8)}
    with local_cluster(1) as one:
        marker, address = tmp_path / "once", one.scheduler_address
        assert dict(spread(questions.killed_once, marker, tasks, cluster=address)) == tasks
    assert marker.exists()


def test_workers_killed_again_and_again_end_it_with_a_sentence() -> None:
    tasks = {0: 0, 1: 1}
    with local_cluster(1) as one, pytest.raises(WorkersLostError) as lost:
        dict(spread(questions.killed, None, tasks, cluster=one.scheduler_address))
    assert "2 tasks are left: see the cluster's log (most often it is memory)" in str(lost.value)


def test_an_interruption_cancels_what_has_not_begun(two_workers: Any) -> None:
    with dask.Client(two_workers, set_as_default=False) as client:
        running = spread(nap, None, dict.fromkeys(range(60), 0.25), cluster=client)
        next(running)
        with pytest.raises(KeyboardInterrupt):
            running.throw(KeyboardInterrupt)
        assert client.futures == {}
        time.sleep(1.0)  # the two naps that had begun; the others would take seven seconds
        assert not any(client.processing().values())


def test_a_cluster_that_goes_away(
    canada_china: cv.Solution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 0.5)
    with local_cluster(1) as one, pytest.raises(WorkersLostError) as lost:
        drawn(canada_china, cluster=one.scheduler_address, progress=once(one.close))
    said = str(lost.value)
    assert "the scheduler of the cluster is gone, or its last worker, " in said
    assert " tasks are left" in said
    assert "the same command goes on from there" in said


def test_a_fault_of_a_task_is_told_as_it_is(two_workers: Any) -> None:
    tasks = {0: "a", 1: "b"}
    with pytest.raises(KeyError, match="b"):
        dict(spread(operator.getitem, {"a": 1}, tasks, cluster=two_workers.scheduler_address))
    whole = {"a": 1, "b": 2}
    found = dict(spread(operator.getitem, whole, tasks, cluster=two_workers.scheduler_address))
    assert found == {0: 1, 1: 2}
    assert dict(spread(operator.getitem, {}, {}, cluster=two_workers.scheduler_address)) == {}


def test_no_scheduler_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 0.5)
    for address in ("tcp://127.0.0.1:9", "127.0.0.1:9", "nowhere", "", "http://a:1"):
        with pytest.raises(InputError, match="no Dask scheduler answers at '") as refused:
            dict(spread(operator.getitem, {}, {0: "a"}, cluster=address))
        assert "start one with `dask scheduler`, workers with `dask worker" in str(refused.value)


def test_no_workers_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 0.5)
    with local_cluster(0) as empty, pytest.raises(InputError, match="has no workers; start one"):
        dict(spread(operator.getitem, {}, {0: "a"}, cluster=empty.scheduler_address))


def test_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"needs Dask: pip install 'countervail\[cluster\]'"):
        dict(spread(operator.getitem, {}, {0: "a"}, cluster="tcp://127.0.0.1:9"))


def test_workers_that_differ(two_workers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    address = two_workers.scheduler_address
    monkeypatch.setattr(cluster, "__version__", "9.9")
    with pytest.raises(InputError, match=f"has Countervail {cv.__version__}, here is 9.9: install"):
        dict(spread(operator.getitem, {}, {0: "a"}, cluster=address))


def test_workers_that_lack_what_they_are_to_do(two_workers: Any) -> None:
    class Elsewhere:
        """Pickled as something that cannot be imported there."""

        def __reduce__(self) -> tuple[Any, ...]:
            return __import__, ("module_of_the_user",)

    lacking: Any = Elsewhere()
    with pytest.raises(InputError, match=r"cannot load what it is to do .*module_of_the_user"):
        dict(spread(lacking, {}, {0: "a"}, cluster=two_workers.scheduler_address))


def test_a_client_that_does_not_wait(two_workers: Any) -> None:
    async def ask() -> None:
        address = two_workers.scheduler_address
        async with dask.Client(address, asynchronous=True, set_as_default=False) as client:
            with pytest.raises(InputError, match="needs a Client that waits"):
                next(spread_over(client, operator.getitem, {}, {0: "a"}))

    asyncio.run(ask())
