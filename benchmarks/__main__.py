"""Timings of this package and its peers on this machine: ``python -m benchmarks``.

Sizes x phases. A size is countries x sectors; its world is made from the built-in one by merging or
splitting (``benchmarks/worlds.py``), or given by --world, such as the 81 x 50 one of
``python tools/build_world.py --sectors 50 --out w50.npz``. Phases: import and shell (processes),
load, solve, jax, gradient, batch, memory and textbook (a table for each world), gegravity (tables
of its own). Progress goes to standard error, the page to standard output or to a file.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import machine
from benchmarks.phases import Settings
from benchmarks.report import markdown
from benchmarks.tables import PHASES, measured
from countervail.machine import accelerator

SIZES = ((31, 40), (81, 50), (196, 133))


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print the page or write it."""
    words = sys.argv[1:] if words is None else words
    chosen = options().parse_args(words)
    settings = Settings(chosen.repeat, chosen.batch, chosen.budget, chosen.draws)
    with tempfile.TemporaryDirectory() as folder:
        tables = list(measured(chosen.sizes, chosen.phases, chosen.world, settings, Path(folder)))
    command = shlex.join(["python", "-m", "benchmarks", *words])
    page = markdown(command, machine.describe(), tables, accelerator())
    if chosen.write is None:
        print(page, end="")
    else:
        chosen.write.write_text(page, "utf-8")


def options() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--sizes", nargs="+", type=size, default=SIZES, metavar="NxJ", help="such as 31x40")
    add("--world", type=Path, help="a world, .npz or .nc: measured in place of its size")
    add("--phases", nargs="+", choices=PHASES, default=PHASES, metavar="PHASE", help=_listed())
    add("--repeat", type=count, default=9, help="runs of each case (default 9)")
    add("--batch", type=count, default=256, help="scenarios in a batch (default 256)")
    add("--budget", type=float, default=30.0, help="seconds for a case in all (default 30)")
    add("--draws", type=count, default=10, help="of parameters, to count failures (default 10)")
    add("--write", type=Path, help="file for the page; default: standard output")
    return parser


def size(word: str) -> tuple[int, int]:
    """Return countries and sectors of a word such as ``31x40``.

    Raises:
        argparse.ArgumentTypeError: it is not of that form, or below 2 x 2.
    """
    numbers = word.lower().split("x")
    if len(numbers) != 2 or not all(n.isdigit() and int(n) >= 2 for n in numbers):
        raise argparse.ArgumentTypeError(f"'{word}' is no size; write 31x40")
    return int(numbers[0]), int(numbers[1])


def count(word: str) -> int:
    """Return a whole number of at least 1.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if not word.isdigit() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"'{word}' is no number of at least 1")
    return int(word)


def _listed() -> str:
    return f"any of {', '.join(PHASES)} (default: all)"


if __name__ == "__main__":
    main()
