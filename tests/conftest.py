"""What every test may ask for: the built-in world, the main job's answer, the reference data."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

# one thread of linear algebra a process, as workers have it: numbers are the same to the last digit
# wherever they are made, and two test processes do not fight for the cores
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

import countervail as cv  # noqa: E402 (numpy reads the lines above as it loads)
from countervail import machine, provenance  # noqa: E402
from countervail.draws import runner  # noqa: E402
from countervail.world import files  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("COUNTERVAIL_SHARED") or REPOSITORY.parent / "shared")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("shared") and not (SHARED / "data").is_dir():
        pytest.skip(f"no reference data in {SHARED} (set COUNTERVAIL_SHARED to its folder)")


def spread_here(
    function: Any,
    common: Any,
    tasks: Mapping[int, Any],
    *,
    workers: Any = None,
    cluster: Any = None,
) -> Iterator[tuple[int, Any]]:
    """Do in this process what one worker would; what goes to it and comes back is pickled alike."""
    from loky.backend.reduction import dumps

    count = machine.cores() if workers is None else workers
    if count != 1 or cluster is not None:
        yield from _spread(function, common, tasks, workers=workers, cluster=cluster)
        return
    function, common = pickle.loads(dumps((function, common)))
    for number, task in tasks.items():
        yield number, pickle.loads(dumps(function(common, pickle.loads(dumps(task)))))


_spread = runner.spread


@pytest.fixture(scope="session", autouse=True)
def _one_worker_is_this_process() -> Iterator[None]:
    """A process for each of some hundred small ensembles costs more than all their draws.

    Two workers are processes in tests too, and ``processes`` makes one of the one.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "spread", spread_here)
        yield


@pytest.fixture(scope="session", autouse=True)
def _what_was_saved_here_is_not_damaged() -> Iterator[None]:
    """A process for each of some hundred files that a test has saved itself, to read it again.

    Bytes that were not made here, by as little as one, are tried by another process first.
    """
    saved: set[bytes] = set()

    def kept(dataset: Any) -> bytes:
        content = _netcdf(dataset)
        saved.add(hashlib.sha256(content).digest())
        return content

    def tried(path: Path) -> None:
        if hashlib.sha256(path.read_bytes()).digest() not in saved:
            _refuse_unreadable(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "netcdf", kept)
        patch.setattr(files, "refuse_unreadable", tried)
        yield


_netcdf, _refuse_unreadable = provenance.netcdf, files.refuse_unreadable


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker is a process of its own, as it is for everybody else."""
    monkeypatch.setattr(runner, "spread", _spread)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the source tree."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data; for tests with the marker ``shared``."""
    return SHARED


@pytest.fixture(scope="session")
def oecd() -> cv.World:
    """The built-in world."""
    return cv.open_world()


@pytest.fixture(scope="session")
def canada_china(oecd: cv.World) -> cv.Solution:
    """The main job's answer."""
    return cv.solve(oecd, cv.open_scenario("canada-china"))
