"""Reports as files: the solution, tidy tables, the answer and the manifest, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from countervail.draws.ensemble import Ensemble
from countervail.draws.ensemble.store import clear
from countervail.present.folders import csv_text, whole_folder
from countervail.present.result import as_dict
from countervail.provenance import to_json
from countervail.solution import Solution


def write_folder(solution: Solution, folder: str | Path, ensemble: Ensemble | None = None) -> Path:
    """Write solution.nc, CSV tables, result.json and manifest.json into a folder.

    With an ensemble also ensemble.nc, its draws; and the tables have columns for the ranges. What
    was kept there to go on after an interruption is taken away.

    The files are made in a draft folder and moved in when all are whole, the manifest last: an
    interrupted run leaves nothing half written.

    Raises:
        FileError: the folder cannot be written, or is a file.
    """
    answer = as_dict(solution, ensemble)
    with whole_folder(folder) as draft:
        solution.save(draft / "solution.nc")
        if ensemble is not None:
            ensemble.save(draft / "ensemble.nc")
        for name, text in _tables(answer).items():
            (draft / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        (draft / "result.json").write_text(to_json(answer) + "\n", encoding="utf-8")
        manifest = to_json(answer["manifest"]) + "\n"
        (draft / "manifest.json").write_text(manifest, encoding="utf-8")
    clear(Path(folder))
    return Path(folder)


def _tables(answer: dict[str, Any]) -> dict[str, str]:
    ranges = answer["ranges"] or {}
    by_country = ranges.get("countries", {})
    countries = [
        {"country": code, **row, **_quantiles(by_country.get(code, {}))}
        for code, row in answer["countries"].items()
    ]
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
        for r, known in _beside(answer, "diversion")
        for side in ("other_sources", "other_markets")
        for move in _moves(side, r, known)
    ]
    return {
        "countries": csv_text(countries),
        **{
            name: csv_text({**row, **_quantiles(known)} for row, known in _beside(answer, name))
            for name in ("lines", "sectors")
        },
        "measures": csv_text(changes),
        "diversion": csv_text(diverted),
    }


def _beside(answer: dict[str, Any], name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the rows of a list, each with its ranges; with nothing where there are none."""
    ranges = (answer["ranges"] or {}).get(name)
    return list(zip(answer[name], ranges or [{}] * len(answer[name]), strict=True))


def _moves(side: str, row: dict[str, Any], known: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Return where trade moved to, one a row, with ranges."""
    for k, move in enumerate(row[side]):
        yield {"side": side, **move, **_quantiles(known[side][k] if known else {})}


def _quantiles(ranges: dict[str, Any]) -> dict[str, float | None]:
    """Return ranges as columns: ``welfare_p05``, ``welfare_p50``, ``welfare_p95``."""
    return {
        f"{name}_{at}": one[at]
        for name, one in ranges.items()
        if isinstance(one, dict)
        for at in ("p05", "p50", "p95")
    }
