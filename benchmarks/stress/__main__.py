"""Solve random worlds under random shocks by the thousand, and count what becomes of them.

``python -m benchmarks.stress [--count N] [--seed S] [--workers W]`` draws one case a seed: a world
(2 to 20 countries, some on the built-in one), a shock from free trade to autarky, a closure. Every
one must be certified, or refused with a reason that an independent look finds true. Anything else
is printed with its seed; ``--replay SEED`` runs that case alone. Exit code 0 if there is nothing.
``--goods`` draws worlds with goods of a sector and supply that stays, for the model of the first
year.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

# one thread a worker: the matrices are small, and what is drawn must not depend on the machine
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from rich.console import Console  # noqa: E402
from rich.progress import track  # noqa: E402

from benchmarks.stress.cases import draw, draw_with_goods  # noqa: E402
from benchmarks.stress.tally import show  # noqa: E402
from benchmarks.stress.verdict import Verdict, judge  # noqa: E402

STEP = 1_000_000
"""Seeds of runs are this far apart: runs of up to as many cases have none in common."""


def main(arguments: list[str] | None = None) -> int:
    """Run, print, and return the exit code."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.stress", description=__doc__)
    options.add_argument("--count", type=int, default=500, help="cases (default 500)")
    options.add_argument("--seed", type=int, default=1, help="of the run (default 1)")
    options.add_argument("--workers", type=int, default=1, help="processes (default 1)")
    options.add_argument("--goods", action="store_true", help="worlds with goods, first year")
    options.add_argument("--replay", type=int, help="the seed of one case, as printed")
    chosen = options.parse_args(arguments)
    if chosen.count < 1:
        options.error(f"--count {chosen.count}: nothing would be checked; ask for 1 or more")
    if chosen.replay is not None:
        return replay(chosen.replay, chosen.goods)
    start, verdicts = time.perf_counter(), []
    seeds = range(chosen.seed * STEP, chosen.seed * STEP + chosen.count)
    progress = Console(stderr=True)
    try:
        for verdict in track(
            judged(seeds, chosen.workers, chosen.goods),
            "stress",
            total=chosen.count,
            console=progress,
        ):
            verdicts.append(verdict)
    except KeyboardInterrupt:
        progress.print(f"stopped after {len(verdicts)} of {chosen.count} cases")
    show(verdicts, time.perf_counter() - start, Console(width=130, soft_wrap=True))
    return 0 if len(verdicts) == chosen.count and all(v.good for v in verdicts) else 1


def replay(seed: int, goods: bool) -> int:
    """Run the case of a seed, print what became of it, and return the exit code."""
    verdict = run(seed, goods)
    for name, value in verdict._asdict().items():
        print(f"{name:9}{value}")
    return 0 if verdict.good else 1


def judged(seeds: range, workers: int, goods: bool) -> Iterator[Verdict]:
    """Yield the verdicts on the cases of the seeds."""
    one = partial(run, goods=goods)
    if workers == 1:
        yield from map(one, seeds)
        return
    with ProcessPoolExecutor(workers) as pool:
        try:
            yield from pool.map(one, seeds, chunksize=8)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def run(seed: int, goods: bool) -> Verdict:
    """Return the verdict on the case of a seed."""
    return judge(draw_with_goods(seed) if goods else draw(seed))


if __name__ == "__main__":
    sys.exit(main())
