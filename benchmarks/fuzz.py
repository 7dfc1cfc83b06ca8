"""Damaged inputs to every reader: a sentence or an answer, never a traceback.

    python -m benchmarks.fuzz --count 10000 --seed 1

Each case is a good input with a few places spoilt, told by its number alone, so that it can be made
again. What is not a refusal of Countervail's own is printed with its traceback; exit 1 then.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

import countervail as cv
from benchmarks.spoilt import some_words, spoilt_bytes, spoilt_json, spoilt_values
from countervail.app import stopping
from countervail.cli.app import main as command_line
from countervail.draws.priors.files import STANDARD, read_priors
from countervail.draws.sweep.files import read_sweep
from countervail.errors import CountervailError
from countervail.ledger import open_ledger
from countervail.ledger.files import SHIPPED as MEASURES
from countervail.ledger.files import parse_measure
from countervail.policy.bargaining.file import SHIPPED as TABLES
from countervail.policy.bargaining.file import read_table
from countervail.policy.rates.bounds import read_bounds
from countervail.policy.reaching.file import SHIPPED as GOALS
from countervail.policy.reaching.file import read_goals, read_growth
from countervail.present.ledgers import measure as measure_page
from countervail.present.render.screen import screen
from countervail.present.terminal import show
from countervail.provenance import to_json
from countervail.scenario.file import read_scenario
from countervail.scenario.shipped import SHIPPED as PRESETS
from countervail.testing import random_world
from countervail.world.dataset import PRIMITIVES

QUESTION = """\
name = "q"
title = "t"
question = "what"
countries = ["CAN"]
pairs = ["CAN>USA", "CHN>CAN"]
from = 2024-09-30
to = 2026-01-12
measures = ["can-chn-ev-surtax-2024"]
[[change]]
measure = "can-chn-ev-surtax-2024"
rate = 6.1
[[shock]]
importer = "USA"
exporter = "CAN"
sectors = ["C29"]
add = 25.0
iceberg_hat = 1.2
[[shock]]
importer = "CAN"
exporter = "EU27"
sectors = "goods"
rate = 10.0
export_tax = 2.0
[[outside]]
matter = "m"
reason = "r"
[[variant]]
name = "v"
title = "v"
[[variant.shock]]
importer = "CAN"
exporter = "ALL"
rate = 3.0
"""
BY_HAND = """\
name = "q"
title = "t"
question = "what"
countries = ["CAN"]
[[shock]]
importer = "USA"
exporter = "CAN"
sectors = ["C24A", "A01"]
add = 25.0
iceberg_hat = 1.2
[[shock]]
importer = "CAN"
exporter = "CHN"
sectors = "goods"
rate = 10.0
export_tax = 2.0
"""
SWEEP = """\
scenario = "q.toml"
countries = ["CAN", "CHN"]
variables = ["welfare"]
[axes]
variant = ["v"]
to = [2025-01-01, 2026-01-12]
world = ["small.npz"]
elasticities = ["fgo2025"]
deficits = ["world_share", "closed"]
"""
BOUNDS = """\
title = "Bindings"
[[bound]]
player = "CAN"
partners = ["CHN"]
sectors = ["C29"]
least = 0.0
most = 6.1
source = "schedule"
"""
GROWTH = '[growth]\nsource = "s"\nrates = { CHN = 4.0, EU27 = 1.5, others = 2.0 }\n'


class Case(NamedTuple):
    """One damaged input.

    Attributes:
        reader: what reads it.
        content: bytes of a file, or the words of a command line.
    """

    reader: str
    content: bytes | tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """A case that ended in something else than an answer or a refusal."""

    number: int
    case: Case
    said: str


def faults(count: int, seed: int, only: str | None = None, shown: bool = False) -> list[Fault]:
    """Return what went wrong in so many cases.

    Args:
        count: how many.
        seed: of the first; the others follow.
        only: one reader, for a closer look.
        shown: tell on standard error how far it is.
    """
    found = []
    with tempfile.TemporaryDirectory() as made, contextlib.chdir(made):
        folder = Path(made)
        _write_inputs(folder)
        for number in range(count):
            case = make_case(seed * 1_000_000 + number, only)
            begun = time.monotonic()
            said = tried(case, folder)
            took = time.monotonic() - begun
            if said is None and took > SLOW:
                said = f"took {took:.0f} s"
            if said is not None:
                found.append(Fault(number, case, said))
            if shown and number % 500 == 499:
                print(f"{number + 1} cases, {len(found)} faults", file=sys.stderr, flush=True)
    return found


SLOW = 60.0
"""Seconds after which a case counts as hung: six times what is promised, for a machine at work."""


def make_case(number: int, only: str | None = None) -> Case:
    """Return the case of a number."""
    rng = random.Random(number)
    reader = only or rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    if reader == "words":
        return Case(reader, some_words(rng))
    if reader == "npz-arrays":
        return Case(reader, str(number).encode())
    content = rng.choice(_good(reader))
    if reader in ("nc", "npz"):
        return Case(reader, spoilt_bytes(content, rng, binary=True))
    if reader == "npz-meta":
        return Case(reader, spoilt_bytes(spoilt_json(content, rng), rng, rounds=rng.randint(0, 1)))
    if rng.random() < 0.85:
        content = spoilt_values(content, rng)
    if rng.random() < 0.25:
        content = spoilt_bytes(content, rng)
    return Case(reader, content)


def tried(case: Case, folder: Path) -> str | None:
    """Return the traceback of a case that ended badly, None for an answer or a refusal."""
    try:
        if isinstance(case.content, tuple):
            return _command(case.content)
        with contextlib.redirect_stdout(io.StringIO()):
            READERS[case.reader](folder, case.content)
    except CountervailError as error:
        said = str(error)
        if not said or any(c in said for c in "\x00\x1b\r\x9b\u202e"):
            return f"a refusal that cannot be printed: {said!r}"
        return None
    except Exception:
        return traceback.format_exc()
    return None


@cache
def _book() -> cv.Ledger:
    return open_ledger()


def _measure(folder: Path, content: bytes) -> None:
    path = folder / "m.toml"
    path.write_bytes(content)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        open_ledger(path)
        return
    measure = parse_measure(text, path)
    book = cv.Ledger.of([measure, *(m for m in _book() if m.id != measure.id)])
    cv.check_ledger(book)
    to_json(measure.model_dump(mode="json"))
    show(screen(measure_page(measure).parts))
    for day in ("2019-01-01", "2026-01-12"):
        book.at(day)


def _file(name: str, read: Callable[[Path], object]) -> Callable[[Path, bytes], None]:
    def tried_on(folder: Path, content: bytes) -> None:
        path = folder / name
        path.write_bytes(content)
        read(path)

    return tried_on


def _meta(folder: Path, content: bytes) -> None:
    path = folder / "x.npz"
    np.savez(path, **_arrays(), meta=np.array(content.decode("utf-8", "replace")))  # type: ignore[arg-type]
    world = cv.read_world(path)
    world.save(folder / "y.nc")
    to_json(dict(world.provenance))


def _altered(folder: Path, content: bytes) -> None:
    """Read a world one of whose arrays is another one."""
    rng = random.Random(int(content))
    arrays = {**_arrays(), "meta": np.array(json.dumps(META))}
    shape = arrays["trade"].shape
    arrays["tariff_quality"] = np.zeros(shape, dtype=np.int8)
    name = rng.choice(list(arrays))
    value = arrays[name]
    others: list[Callable[[], np.ndarray]] = [
        lambda: value * (1 + 1j),
        lambda: value.astype("datetime64[s]"),
        lambda: value[..., :-1],
        lambda: value[None],
        lambda: value.astype(np.float16),
        lambda: value.astype(">f8"),
        lambda: value.astype("S"),
        lambda: np.full_like(value, rng.choice([np.nan, np.inf, -1.0, 1e308, 5e-324, -0.0, 300.0])),
        lambda: np.full(value.shape, rng.choice(["", "\x1b", "nan", "CAN", "2025-01-01"])),
        lambda: np.zeros(value.shape, dtype=[("a", "f8")]),
        lambda: np.array(0.0),
        lambda: value.T,
    ]
    with contextlib.suppress(TypeError, ValueError, IndexError):  # no such array can be made
        arrays[name] = rng.choice(others)()
    with np.errstate(all="ignore"):
        np.savez(folder / "x.npz", **arrays)  # type: ignore[arg-type]
    world = cv.read_world(folder / "x.npz")
    assert cv.read_world(world.save(folder / "y.nc")).hash == world.hash
    world.check()


def _asked(folder: Path, content: bytes) -> None:
    """Ask what a file asks, of a small world."""
    (folder / "x.toml").write_bytes(content)
    words = ("run", "x.toml", "--world", "small.npz", "--draws", "0")
    for more in ((), ("--json",)):
        said = _command((*words, *more))
        if said is not None:
            raise AssertionError(said)


READERS: dict[str, Callable[[Path, bytes], None]] = {
    "measure": _measure,
    "scenario": _file("x.toml", lambda path: read_scenario(path, ledger=_book())),
    "question": _asked,
    "sweep": _file("x.toml", lambda path: read_sweep(path, _book())),
    "priors": _file("x.toml", read_priors),
    "goals": _file("x.toml", read_goals),
    "growth": _file("x.toml", read_growth),
    "bargain": _file("x.toml", lambda path: read_table(path, _book())),
    "bounds": _file("x.toml", read_bounds),
    "npz": _file("x.npz", cv.read_world),
    "npz-meta": _meta,
    "npz-arrays": _altered,
    "nc": _file("x.nc", cv.read_world),
}
WEIGHTS = {
    **dict.fromkeys(("measure", "scenario"), 20),
    **dict.fromkeys(("priors", "goals", "bargain", "bounds", "sweep", "question"), 8),
    **dict.fromkeys(("growth", "npz-meta", "npz-arrays"), 4),
    "npz": 4,
    "nc": 2,
    "words": 4,
}
"""How often each reader is tried."""


@cache
def _world() -> cv.World:
    return random_world(3, 4, 3, elasticities=(3.0, 6.0)).world()


def _arrays() -> dict[str, np.ndarray]:
    world = _world()
    return {
        **{name: getattr(world, name) for name in PRIMITIVES},
        "countries": np.array(world.countries),
        "sectors": np.array(world.sectors),
        "law_date": np.array([""] * len(world.countries)),
    }


META = {"name": "w", "year": 2022, "elasticity_set": "given", "provenance": {"credit": "x"}}


@cache
def _good(reader: str) -> list[bytes]:
    """Return inputs that a reader takes."""
    if reader == "nc":
        with tempfile.TemporaryDirectory() as made:
            return [_world().save(Path(made) / "w.nc").read_bytes()]
    if reader == "npz":
        packed = io.BytesIO()
        np.savez_compressed(packed, **_arrays(), meta=np.array(json.dumps(META)))  # type: ignore[arg-type]
        return [packed.getvalue()]
    if reader == "npz-meta":
        return [json.dumps(META).encode()]
    texts = {"sweep": SWEEP, "bounds": BOUNDS, "growth": GROWTH, "scenario": QUESTION}
    texts["question"] = BY_HAND
    folders = {"measure": MEASURES, "scenario": PRESETS, "goals": GOALS, "bargain": TABLES}
    found = [texts[reader].encode()] if reader in texts else []
    if reader in folders:
        found += [path.read_bytes() for path in sorted(folders[reader].glob("*.toml"))]
    return found or [STANDARD.read_bytes()]


def _write_inputs(folder: Path) -> None:
    (folder / "q.toml").write_text(QUESTION, encoding="utf-8")
    (folder / "small.npz").write_bytes(_good("npz")[0])
    (folder / "small.nc").write_bytes(_good("nc")[0])


def _command(words: tuple[str, ...]) -> str | None:
    """Return what is wrong with how a command line ended."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    err = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    kept, install = sys.argv, stopping.install
    sys.argv, stopping.install = ["countervail", *words], lambda: None
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            command_line()
    except SystemExit as end:
        code = end.code
    except BaseException:
        return traceback.format_exc()
    finally:
        sys.argv, stopping.install = kept, install
    for stream in (out, err):
        stream.flush()
    said, told = (s.buffer.getvalue() for s in (out, err))
    if code not in (0, 2, 3):
        return f"exit {code}"
    if code and not told:
        return f"exit {code} without a word"
    if b"Traceback" in told or any(c in said + told for c in (0x07, 0x1B)):
        return f"said {said!r} and {told!r}"
    if code == 0 and "--json" in words and "--help" not in words and said[:1] == b"{":
        json.loads(said, parse_constant=lambda word: _refuse(word))
    return None


def _refuse(word: str) -> None:
    raise ValueError(f"{word} in JSON")


def main() -> None:
    """Run so many cases and print what went wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=list(WEIGHTS))
    asked = parser.parse_args()
    begun = time.monotonic()
    found = faults(asked.count, asked.seed, asked.only, shown=True)
    for fault in found:
        print(f"case {fault.number} ({fault.case.reader}): {fault.case.content[:3000]!r}")
        print(f"{fault.said}\n")
    print(f"{asked.count:,} cases in {time.monotonic() - begun:.0f} s; {len(found)} faults")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
