"""One thing done in a fresh process, timed, with its peak memory: ``python -m benchmarks.child``.

Prints one JSON object: seconds, peak_mb and a note. The interpreter's own start is not counted in
the seconds; it is in the memory.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
RUN = ["run", "canada-china", "--draws", "0"]


class Report(NamedTuple):
    """What a child says: seconds, peak memory in MB, a note."""

    seconds: float
    peak_mb: float
    note: str


def ask(task: str, world: Path | None = None, engine: str = "numpy") -> Report:
    """Do a task in a fresh process and return what it reports.

    Args:
        task: a name in ``TASKS``.
        world: file of the world, for tasks that need one.
        engine: ``numpy`` or ``jax``, for a solve.

    Raises:
        RuntimeError: the process failed; with the end of what it said.
    """
    command = [sys.executable, "-m", "benchmarks.child", task, "--engine", engine]
    command += ["--world", str(world.resolve())] if world else []
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the fresh process failed: {done.stderr.strip()[-500:]}")
    return Report(**json.loads(done.stdout.splitlines()[-1]))


def command(words: list[str]) -> None:
    """Run ``countervail`` with these words in a fresh process; what it prints is thrown away."""
    start = [sys.executable, "-m", "countervail", *words]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL)


def import_package(_world: Path, _engine: str) -> str:
    """Import the package and what a script uses of it."""
    import countervail as cv

    names = (cv.World, cv.Scenario, cv.solve, cv.CaliendoParro, cv.open_world)
    return f"{len(names)} public names"


def load_world(world: Path, _engine: str) -> str:
    """Read a world from its file and check it."""
    import countervail as cv

    cv.read_world(world)
    return f"{world.stat().st_size / 1e6:.2g} MB {world.suffix} file"


def solve_once(world: Path, engine: str) -> str:
    """Solve one state of law, the first solve of the process."""
    from benchmarks import engines
    from benchmarks.problem import Problem

    engines.solve(Problem.of(world), engines.JAX if engine == engines.JAX else engines.NUMPY)
    return "first solve of its process"


def command_line(_world: Path, _engine: str) -> str:
    """Answer a question as the shell command does."""
    from countervail.cli.app import main

    sys.argv = ["countervail", *RUN]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        main()
    return "the whole process"


TASKS: dict[str, Callable[[Path, str], str]] = {
    "import": import_package,
    "load": load_world,
    "solve": solve_once,
    "run": command_line,
}


def main() -> None:
    """Do one task and print the report."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.child", description=__doc__)
    options.add_argument("task", choices=TASKS)
    options.add_argument("--world", type=Path, default=Path())
    options.add_argument("--engine", default="numpy")
    chosen = options.parse_args()
    if chosen.task == "load":
        import_package(chosen.world, chosen.engine)  # the import has a row of its own
    start = time.perf_counter()
    note = TASKS[chosen.task](chosen.world, chosen.engine)
    seconds = time.perf_counter() - start
    print(json.dumps(Report(seconds, peak_memory(), note)._asdict()))


def peak_memory() -> float:
    """Return the most memory this process has had in use, MB; nan where the system does not tell.

    Linux counts the memory of the process that started this one into ``ru_maxrss``; its own status
    file does not, and is read where there is one.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024.0
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 1024.0)


if __name__ == "__main__":
    main()
