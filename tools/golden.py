"""What every command answers on every preset, kept to be compared with what it answers later.

Usage: python -m tools.golden take FOLDER [--only WORDS] [--jobs N]
       python -m tools.golden compare OLD NEW [--to 1e-9] [--sentences]

``take`` runs every command below with ``--json`` on a fixed day and writes one file each.
``compare`` reads two such folders: every number under every key, and every name and date, must be
the same, to the last bit or within ``--to`` of its size; manifests, versions and times are left
out, and sentences too unless asked for. Bits are those of one machine: take both folders on the
same one, the older from a work tree of the older commit.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from countervail.scenario.shipped import SHIPPED, preset_names

DAY = "2026-11-29"

LEFT_OUT = {"manifest", "version", "versions", "countervail", "seconds", "created", "today"}
"""Keys that tell of the run and not of the world."""

RESPOND = (
    "optimal CAN --on CHN --scenario canada-china --by-line --objective CAN=1,CHN=-0.5",
    "optimal CAN --hold USA,MEX --mfn --sectors C29,A01,C24A --draws 4",
    "optimal CAN --free USA,MEX --sectors C29,C10T12 --react CHN=1 --law-date base",
    "optimal USA --on CAN --scenario us-canada --variant between-them --deficits own_income",
    "optimal AUS --on CHN --scenario australia-china --variant imposed --draws 4",
    "optimal CHN --on USA --scenario us-china-2025 --variant truce --sectors goods",
    "nash USA,CHN --sectors A01,C29 --scenario us-china-2025 --variant truce --draws 3",
    "nash CAN,CHN --sectors C24A,A01,C29 --scenario ev-for-canola --variant agreed",
    "coop USA,CHN --sectors C29 --points 3 --draws 3",
    "coop CAN,CHN --threat nash --points 2 --sectors A01,C29 --scenario canada-china",
    "retaliate CAN USA --scenario us-canada --cost-usd 5000 --spare C19,B06 --cap 25 --most 5",
    "retaliate CAN USA --scenario us-canada --variant between-them --unanswered --rebalance"
    " --compare --draws 4",
    "retaliate CHN CAN --scenario canada-china --cost-usd 500 --by-line --most 5",
    "bargain ev-for-canola --draws 8",
    "bargain ev-for-canola --draws 4 --offer ev-to-mfn",
    "exposure CAN --draws 3",
    "exposure CAN --partners USA,CHN",
    "reach double-non-us",
    "reach 'raise exports of CAN to EU27 by 30 % by 2035' --goal 'keep welfare of CAN at least 0 %'"
    " --levers export_cost,tariff --draws 2",
    "reach 'raise welfare of AUS by 0.2 %' --levers tariff,import_cost --partners CHN,JPN"
    " --scenario australia-china --variant unwound",
)

OTHERS = (
    "run --add 'USA on CAN goods 10' --draws 8",
    "run canada-china --deficits nominal --unit USA",
    "run canada-china --deficits own_income --elasticities shapiro-2016",
    "run canada-china --deficits closed --what-moved CAN",
    "run canada-china --draws 8 --drivers CAN,CHN --drivers-base 16",
    "run us-canada --draws 8 --attribute implementer",
    "run canada-china --attribute measure --draws 8 --compare-models",
    "run ev-for-canola --variant agreed --what-moved CHN --draws 8",
    "sweep SWEEP --draws 6",
    "sweep SWEEP",
    "ledger list",
    "ledger list --all",
    "world info",
    "world info --card",
    "world check",
    "world show CAN",
    "scenarios",
)

SWEEP = """\
scenario = "canada-china"
countries = ["CAN", "CHN"]
variables = ["welfare", "welfare_usd"]

[axes]
deficits = ["world_share", "own_income"]
elasticities = ["fgo2025", "shapiro-2016"]
"""


def commands() -> dict[str, str]:
    """Return every command by the name of its file."""
    lines = list(OTHERS)
    for preset in preset_names():
        lines += [f"priors {preset}", f"run {preset} --draws 8"]
        held = tomllib.loads((SHIPPED / f"{preset}.toml").read_text("utf-8"))
        lines += [f"run {preset} --variant {name} --draws 8" for name in held.get("variants", {})]
    lines += [f"respond {line}" for line in RESPOND]
    return {re.sub(r"[^A-Za-z0-9.]+", "_", line)[:150]: line for line in lines}


def take(folder: Path, only: str, jobs: int) -> int:
    """Run the commands and write their answers; return how many could not be had."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {name: line for name, line in commands().items() if only in line}
    failed = 0
    with tempfile.TemporaryDirectory() as made, ThreadPoolExecutor(jobs) as pool:
        sweep = Path(made) / "golden.toml"
        sweep.write_text(SWEEP, "utf-8")
        told = pool.map(lambda one: _run(folder, one, sweep), wanted.items())
        for done, (line, code, seconds) in enumerate(told, 1):
            failed += code not in (0, 3)
            print(f"{done}/{len(wanted)} {seconds:6.1f} s  exit {code}  {line}", flush=True)
    return failed


def _run(folder: Path, one: tuple[str, str], sweep: Path) -> tuple[str, int, float]:
    name, line = one
    words = [str(sweep) if word == "SWEEP" else word for word in shlex.split(line)]
    if words[0] in ("run", "sweep", "respond"):
        words += ["--workers", "1"] if "--draws" in words else ["--draws", "0"]
    begun = time.perf_counter()
    done = subprocess.run(  # our own command
        [sys.executable, "-m", "countervail", *words, "--today", DAY, "--json"],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "100"},
        check=False,
    )
    (folder / f"{name}.json").write_text(done.stdout, "utf-8")
    if done.returncode:
        (folder / f"{name}.err").write_text(done.stderr, "utf-8")
    return line, done.returncode, time.perf_counter() - begun


class Differences:
    """How two answers differ.

    Attributes:
        numbers: largest relative difference of any number, with where.
        keys: keys, lengths, names and dates that are not the same.
        sentences: texts that are not the same.
    """

    def __init__(self) -> None:
        self.numbers: list[tuple[float, str]] = []
        self.keys: list[str] = []
        self.sentences: list[str] = []

    def look(self, old: Any, new: Any, at: str = "") -> None:
        """Compare two values, and what is in them."""
        if isinstance(old, dict) and isinstance(new, dict):
            self.keys += [f"{at}.{key} is gone" for key in old if key not in new]
            for key in old:
                if key in new and key not in LEFT_OUT:
                    self.look(old[key], new[key], f"{at}.{key}")
        elif isinstance(old, list) and isinstance(new, list):
            if len(old) != len(new):
                self.keys.append(f"{at} has {len(new)} entries, not {len(old)}")
            for place, (one, two) in enumerate(zip(old, new, strict=False)):
                self.look(one, two, f"{at}[{place}]")
        elif _is_number(old) and _is_number(new):
            if old != new and not (math.isnan(old) and math.isnan(new)):
                size = max(abs(old), abs(new))
                self.numbers.append((abs(old - new) / size, f"{at}: {old!r} {new!r}"))
        elif isinstance(old, str) and isinstance(new, str) and " " in old:
            if old != new:
                self.sentences.append(f"{at}: {old!r}\n      now {new!r}")
        elif old != new or type(old) is not type(new):
            self.keys.append(f"{at}: {old!r} {new!r}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def compare(old: Path, new: Path, tolerance: float, *, sentences: bool) -> int:
    """Print where answers differ; return how many do."""
    worse = 0
    for path in sorted(old.glob("*.json")):
        found, other = Differences(), new / path.name
        if not other.exists():
            print(f"{path.stem}: not taken")
            continue
        texts = path.read_text("utf-8"), other.read_text("utf-8")
        if not all(text.startswith("{") for text in texts):  # none, or a page of words
            found.keys += [] if texts[0] == texts[1] else ["the two are not the same text"]
        else:
            found.look(*map(json.loads, texts))
        off = sorted((one for one in found.numbers if one[0] > tolerance), reverse=True)
        bad = len(off) + len(found.keys) + (len(found.sentences) if sentences else 0)
        worse += bool(bad)
        largest = max((one[0] for one in found.numbers), default=0.0)
        print(
            f"{'DIFFERS' if bad else 'same   '} {path.stem}: {len(found.numbers)} numbers moved, "
            f"by {largest:.1e} at most; {len(found.keys)} keys, {len(found.sentences)} sentences"
        )
        lines = [f"{size:.1e} {where}" for size, where in off] + found.keys
        for line in [*lines, *(found.sentences if sentences else [])][:6]:
            print(f"      {line}")
    return worse


def main() -> None:
    """Take or compare."""
    asked = argparse.ArgumentParser(description=__doc__)
    ways = asked.add_subparsers(dest="way", required=True)
    taking, comparing = ways.add_parser("take"), ways.add_parser("compare")
    taking.add_argument("folder", type=Path)
    taking.add_argument("--only", default="")
    taking.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    comparing.add_argument("--to", type=float, default=0.0)
    comparing.add_argument("--sentences", action="store_true")
    given = asked.parse_args()
    if given.way == "take":
        sys.exit(min(take(given.folder, given.only, given.jobs), 1))
    sys.exit(min(compare(given.old, given.new, given.to, sentences=given.sentences), 1))


if __name__ == "__main__":
    main()
