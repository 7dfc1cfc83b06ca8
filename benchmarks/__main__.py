"""Print how long the things a user waits for take, with the machine they were taken on.

``python -m benchmarks [--world PATH] [--repeat N]``: whole processes from the shell (``run``,
``--help``), one warm solve with its independent check on the built-in world and, if given, on
another (such as the 81 x 50 one of ``python tools/build_world.py --sectors 50 --out w.npz``),
and the peak memory of ``run``. Medians and minima of repeated, alternated runs.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import countervail as cv

RUN = ["run", "canada-china", "--draws", "0"]


def main() -> None:
    """Measure and print a Markdown table."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--world", type=Path, help="a second world to solve on, .npz or .nc")
    options.add_argument("--repeat", type=int, default=9, help="runs of each (default 9)")
    chosen = options.parse_args()
    cases: dict[str, Callable[[], object]] = {
        "`countervail run canada-china --draws 0`, shell to table": lambda: _shell(RUN),
        "`countervail --help`": lambda: _shell(["--help"]),
    }
    worlds = [cv.open_world(), *([cv.open_world(chosen.world)] if chosen.world else [])]
    for world in worlds:
        size = f"{len(world.countries)} x {len(world.sectors)}"
        scenario = us_tariffs(world)
        cases[f"warm solve and check of one state, {size}"] = _solver(world, scenario)
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(chosen.repeat):  # alternated, so that a busy minute hits every case alike
        for name, case in cases.items():
            start = time.perf_counter()
            case()
            times[name].append(time.perf_counter() - start)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, ", end="")
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, ", end="")
    print(f"Countervail {cv.__version__}, load {os.getloadavg()[0]:.1f}\n")
    print("| what | median, ms | best, ms |\n|---|---:|---:|")
    for name, seconds in times.items():
        print(f"| {name} | {1e3 * statistics.median(seconds):.0f} | {1e3 * min(seconds):.0f} |")
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"| peak memory of `run`, MB | {children / 1024:.0f} | |")


def us_tariffs(world: cv.World) -> cv.Scenario:
    """Return the study's shock: the US adds 10 to 50 points on goods by partner, half answered."""
    rng = np.random.default_rng(1)
    us, goods = world.country("USA"), 27
    tariff = np.array(world.tariff)
    added = rng.uniform(0.1, 0.5, len(world.countries))[:, None]
    tariff[:, us, :goods] += added
    tariff[us, :, :goods] += added / 2
    tariff[us, us] = 0.0
    return cv.Scenario.from_arrays(world, tariff=tariff)


def _solver(world: cv.World, scenario: cv.Scenario) -> Callable[[], object]:
    from countervail import simulate

    base, model = simulate.baseline(world), cv.CaliendoParro()
    resolved = scenario.resolve(world)
    shock = simulate.shock_of(resolved.after, resolved)
    return lambda: simulate.solve_state(model, base, shock)


def _shell(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "countervail", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
