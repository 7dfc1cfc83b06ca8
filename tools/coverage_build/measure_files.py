"""The measure files: read as TOML, and their tail of parts and coverage written anew."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from coverage_build.blocks import Block, PartsTable
from coverage_build.inputs import Law
from coverage_build.levels import LevelBlock

FOLDER = Path(__file__).resolve().parents[2] / "src" / "countervail" / "ledger" / "measures"
FENCE = "# ---- coverage: written by tools/coverage.py; edit the recipes there, not these lines\n"


def read() -> dict[str, Law]:
    """Return every measure by id, in order of ids."""
    paths = sorted(FOLDER.glob("*.toml"))
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}


def differing(blocks: Mapping[str, Iterable[Block | LevelBlock | PartsTable]]) -> dict[str, str]:
    """Return the whole new text of each measure file that has not the given coverage."""
    found = {}
    for measure, tables in blocks.items():
        old = _path(measure).read_text(encoding="utf-8")
        new = rewritten(old, tables)
        if new != old:
            found[measure] = new
    return found


def rewritten(text: str, blocks: Iterable[Block | LevelBlock | PartsTable]) -> str:
    """Return a file's text with its coverage replaced; all that stands after the fence is ours."""
    head = text.split(FENCE)[0].rstrip("\n") + "\n"
    tables = "\n".join(b.text() for b in blocks)
    return f"{head}\n{FENCE}\n{tables}" if tables else head


def write(texts: Mapping[str, str]) -> None:
    """Write whole texts of measure files by id."""
    for measure, text in texts.items():
        _path(measure).write_text(text, encoding="utf-8")


def _path(measure: str) -> Path:
    return FOLDER / f"{measure}.toml"
