"""Tasks over processes: all come back, whatever happens to a worker."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from countervail.draws.lost import WorkersLostError
from countervail.draws.spread import spread
from countervail.errors import InputError

from . import questions


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_comes_back_under_its_number(workers: int) -> None:
    tasks = {k: k + 10 for k in range(7)}
    found = dict(spread(questions.doubled, 2, tasks, workers=workers))
    assert found == {k: 2 * (k + 10) for k in range(7)}
    assert dict(spread(questions.doubled, 2, {}, workers=workers)) == {}


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    tasks = {k: k for k in range(8)}
    found = dict(spread(questions.killed_once, tmp_path / "once", tasks, workers=2))
    assert found == tasks
    assert (tmp_path / "once").exists()


def test_workers_killed_again_and_again_end_it_with_a_sentence() -> None:
    with pytest.raises(WorkersLostError, match="3 times in a row, 2 tasks are left: ask for fewer"):
        list(spread(questions.killed, None, {0: 0, 1: 1}, workers=1))


def test_an_interruption_waits_for_nobody() -> None:
    started = time.monotonic()
    running = spread(questions.slow, None, {0: 0, 1: 1}, workers=2)
    assert next(running) == (0, 0)
    with pytest.raises(KeyboardInterrupt):
        running.throw(KeyboardInterrupt)
    assert time.monotonic() - started < 30


def test_workers_have_one_thread_of_linear_algebra() -> None:
    ((_, found),) = spread(questions.threads, None, {0: 0}, workers=1)
    assert set(found.values()) == {"1"}


def test_no_workers_are_refused() -> None:
    with pytest.raises(InputError, match="workers=0"):
        list(spread(questions.doubled, 2, {0: 1}, workers=0))


SCRIPT = """
import countervail as cv
world = cv.open_world()
drawn = cv.ensemble(world, cv.open_scenario("ev-for-canola"), draws=2, workers=1)
print(len(drawn), drawn.range("welfare", country="CAN").p50 > 0)
"""


def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    """What an analyst writes: no functions, no ``if __name__ == "__main__"``."""
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    ran = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "2 True\n", "")
