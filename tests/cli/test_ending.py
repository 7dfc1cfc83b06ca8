"""How a process ends when it is told to: soon, quietly, and its workers with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
RUN = (sys.executable, "-m", "countervail", "run", "canada-china", "--draws", "2000")
RUN = (*RUN, "--horizon", "long")
SOON = 20.0
"""Seconds a loaded machine may take for what takes a fraction of one on a quiet machine."""


def started(folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        return subprocess.Popen(RUN, cwd=folder, stdout=out, stderr=err, start_new_session=True)


def workers_of(parent: int) -> set[int]:
    """The processes whose parent this is, and what they started."""
    every = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if words[0] != "Z":
            every[int(status.parent.name)] = int(words[1])
    found, new = set[int](), {parent}
    while new:
        new = {pid for pid, its in every.items() if its in new}
        found |= new
    return found


def until(holds: object, seconds: float = SOON) -> bool:
    assert callable(holds)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def start_up() -> float:
    """Seconds this machine takes, busy as it is, to run a first line of ours, and then some."""
    begun = time.monotonic()
    subprocess.run([*RUN[:3], "--version"], check=True, capture_output=True)
    return time.monotonic() - begun


@posix
@pytest.mark.parametrize("after", [0.15, 0.4, 0.8])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_early_interruption_ends_it_without_a_traceback(
    tmp_path: Path, how: signal.Signals, after: float, start_up: float
) -> None:
    ran = started(tmp_path)
    time.sleep(after)
    ran.send_signal(how)
    code = ran.wait(SOON)
    said = (tmp_path / "err").read_text()
    # before Python runs a line of ours, the system's own way to end is all there is
    early = code in (-how, 1) and after < start_up
    assert code == 130 or early, said
    assert "Traceback" not in said or early
    assert (tmp_path / "out").read_text() == ""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_their_parent(tmp_path: Path, how: signal.Signals) -> None:
    ran = started(tmp_path)
    assert until(lambda: len(workers_of(ran.pid)) >= 3, 60.0)  # workers and their tracker
    time.sleep(1.0)
    children = workers_of(ran.pid)
    ran.send_signal(how)
    assert ran.wait(SOON) == (-9 if how == signal.SIGKILL else 130)
    assert until(lambda: not any(alive(pid) for pid in children))
