"""An answer of ``respond`` as files: the answer, its tables, what it is made of; whole or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from countervail.draws.ensemble import Ensemble
from countervail.draws.ensemble.store import clear
from countervail.present.folders import LAST, whole_folder
from countervail.present.render.sheet import csv_text
from countervail.present.rows import Row
from countervail.provenance import to_json
from countervail.solution import Solution


def write_answer(
    folder: str | Path,
    said: Mapping[str, Any],
    tables: Mapping[str, Iterable[Row]],
    solution: Solution | None = None,
    ensemble: Ensemble | None = None,
) -> Path:
    """Write answer.json and CSV tables into a folder; solution.nc and ensemble.nc where there are.

    The files are made in a draft folder and moved in when all are whole, the manifest last. What
    was kept there to go on after an interruption is taken away.

    Args:
        folder: where to.
        said: the answer, JSON-able; its manifest is also a file of its own.
        tables: rows, by the name of the file.
        solution: the certified equilibrium.
        ensemble: its draws.

    Raises:
        FileError: the folder cannot be written, or is a file.
    """
    with whole_folder(folder) as draft:
        if solution is not None:
            solution.save(draft / "solution.nc")
        if ensemble is not None:
            ensemble.save(draft / "ensemble.nc")
        for name, rows in tables.items():
            (draft / f"{name}.csv").write_text(csv_text(rows), encoding="utf-8", newline="")
        (draft / "answer.json").write_text(to_json(said) + "\n", encoding="utf-8")
        (draft / LAST).write_text(to_json(said["manifest"]) + "\n", encoding="utf-8")
    clear(Path(folder))
    return Path(folder)
