"""Reports as files: the solution, tidy tables, the answer and the manifest, whole or not at all."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from countervail.errors import FileError
from countervail.provenance import to_json
from countervail.report.result import as_dict
from countervail.solution import Solution


def write_folder(solution: Solution, folder: str | Path) -> Path:
    """Write solution.nc, CSV tables, result.json and manifest.json into a folder.

    The files are made beside the folder and moved in when all are whole: an interrupted run leaves
    nothing half written.

    Raises:
        FileError: the folder cannot be written, or is a file.
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise FileError("is a file; --out names a folder", target)
    answer = as_dict(solution)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".countervail-", dir=target.parent) as made:
            draft = Path(made)
            solution.save(draft / "solution.nc")
            for name, text in _tables(answer).items():
                (draft / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
            (draft / "result.json").write_text(to_json(answer) + "\n", encoding="utf-8")
            manifest = to_json(answer["manifest"]) + "\n"
            (draft / "manifest.json").write_text(manifest, encoding="utf-8")
            target.mkdir(exist_ok=True)
            for file in sorted(draft.iterdir()):
                shutil.move(file, target / file.name)
    except OSError as error:
        raise FileError(f"cannot be written ({error.strerror or error})", target) from error
    return target


def _tables(answer: dict[str, Any]) -> dict[str, str]:
    countries = [{"country": code, **row} for code, row in answer["countries"].items()]
    changes = [
        {
            "measure": measure["id"],
            "implementer": measure["implementer"],
            **change,
            "reference": change["reference"]["address"],
        }
        for measure in answer["measures"]
        for change in measure["changes"]
    ]
    diverted = [
        {"exporter": r["exporter"], "importer": r["importer"], "sector": r["sector"], **move}
        for r in answer["diversion"]
        for side in ("other_sources", "other_markets")
        for move in ({"side": side, **m} for m in r[side])
    ]
    return {
        "countries": _csv(countries),
        "lines": _csv(answer["lines"]),
        "sectors": _csv(answer["sectors"]),
        "measures": _csv(changes),
        "diversion": _csv(diverted),
    }


def _csv(rows: Iterable[dict[str, Any]]) -> str:
    table = list(rows)
    text = io.StringIO()
    if table:
        writer = csv.DictWriter(text, fieldnames=list(table[0]), lineterminator="\n")
        writer.writeheader()
        for row in table:
            writer.writerow({k: _flat(v) for k, v in row.items()})
    return text.getvalue()


def _flat(value: Any) -> Any:
    return " ".join(str(v) for v in value) if isinstance(value, list) else value
