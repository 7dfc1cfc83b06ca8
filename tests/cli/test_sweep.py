"""``countervail sweep``: the grid for people, for programs, and as files."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from countervail.draws import runner
from countervail.draws.sweep import Swept, door, sweep
from countervail.present import swept as report
from countervail.present.parts import DocumentTable

from .conftest import Command

FILE = """\
scenario = "ev-for-canola"
countries = ["CAN", "CHN"]
[axes]
variant = ["agreed", "canada-alone"]
deficits = ["world_share", "closed"]
model = ["caliendo_parro"]
"""

LONG = ("--horizon", "long")
"""Half the points, where the horizon is not the subject."""

EARLY = """\
name = "early"
title = "Canada drops what it does not have yet"
from = 2026-01-12
to = 2026-01-12
measures = []
countries = ["CAN"]
[[change]]
measure = "can-chn-ev-surtax-2024"
ends = true
"""


@pytest.fixture
def file(folder: Path) -> Path:
    path = folder / "grid.toml"
    path.write_text(FILE)
    return path


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """What the library finds on the same grid."""
    path = tmp_path_factory.mktemp("swept") / "grid.toml"
    path.write_text(FILE)
    return sweep(path, workers=1)


def test_the_table(countervail: Command, file: Path, folder: Path, found: Swept) -> None:
    ran = countervail("sweep", "grid.toml", *LONG, "--workers", "1")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "grid: ev-for-canola, swept"
    assert lines[1] == "4 points (2 variant x 2 deficits); model: caliendo_parro"
    rows = [line.split() for line in lines if line.startswith(("agreed", "canada-alone"))]
    assert [row[:2] for row in rows] == [
        ["agreed", "world_share"],
        ["agreed", "closed"],
        ["canada-alone", "world_share"],
        ["canada-alone", "closed"],
    ]
    assert rows[3][2] == f"{found.value(3, 'welfare', 'CAN'):+.4f}"
    assert rows[3][5] == f"{found.value(3, 'real_wage', 'CHN'):+.4f}"
    assert "Certified: 4 of 4 points, every equation of both states checked" in ran.out
    said = " ".join(ran.out.split())
    assert "They are not equally likely, and their spread is no range of uncertainty." in said
    assert "--draws 200 says by how much" in said
    assert [path.name for path in folder.iterdir()] == ["grid.toml"]


def test_json_is_one_object(countervail: Command, file: Path, found: Swept) -> None:
    answer = countervail("sweep", "grid.toml", *LONG, "--json", "--workers", "2").json
    assert answer["sweep"]["axes"] == {
        "variant": ["agreed", "canada-alone"],
        "model": ["caliendo_parro"],
        "deficits": ["world_share", "closed"],
    }
    assert (answer["sweep"]["points"], len(answer["points"])) == (4, 4)
    assert answer["certificate"]["certified"] == 4
    assert 0 < answer["certificate"]["residual"] <= 1e-10
    assert answer["ranges"] is None
    assert answer["units"] == {"welfare": "per cent", "real_wage": "per cent"}
    assert answer["manifest"] == found.manifest
    for k, point in enumerate(answer["points"]):
        assert point["axes"] == found.grid.labels(k)
        assert (point["certified"], point["reason"]) == (True, None)
        assert point["countries"]["CHN"]["welfare"] == found.value(k, "welfare", "CHN")


def test_out_writes_everything(
    countervail: Command, file: Path, folder: Path, found: Swept
) -> None:
    ran = countervail("sweep", file, *LONG, "--out", "new/answer")
    assert (ran.code, ran.err) == (0, "written to new/answer\n")
    made = folder / "new" / "answer"
    files = {"sweep.csv", "sweep.nc", "result.json", "manifest.json"}
    assert {path.name for path in made.iterdir()} == files  # what was kept is taken away
    with (made / "sweep.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == 4 * 2 * 2
    assert list(rows[0])[:5] == ["variant", "model", "deficits", "country", "variable"]
    assert float(rows[0]["value"]) == found.value(0, "welfare", "CAN")
    with xr.open_dataset(made / "sweep.nc") as read:
        np.testing.assert_array_equal(read.welfare, found.dataset.welfare)
    listed = json.loads((made / "manifest.json").read_text("utf-8"))
    assert listed == {**found.manifest, "files": sorted(files)}
    result = json.loads((made / "result.json").read_text("utf-8"))
    assert result["points"][0]["countries"]["CAN"]["welfare"] == float(rows[0]["value"])


def test_draws(countervail: Command, folder: Path) -> None:
    (folder / "one.toml").write_text(
        'scenario = "canada-china"\ncountries = ["CAN"]\nvariables = ["welfare", "revenue_new"]\n'
        '[axes]\ndeficits = ["world_share"]\n'
    )
    words = ("sweep", "one.toml", "--draws", "4", "--seed", "2", "--workers", "1", *LONG)
    ran = countervail(*words, "--out", "made")
    assert ran.code == 0
    assert "in brackets 5 to 95 per cent of the draws" in " ".join(ran.out.split())
    assert "4 of 4 draws certified likewise" in ran.out
    (row,) = (line for line in ran.out.splitlines() if line.startswith("world_share"))
    assert row.count(" to ") == 2
    answer = json.loads((folder / "made" / "result.json").read_text("utf-8"))
    assert (answer["ranges"]["draws"], answer["ranges"]["seed"]) == (4, 2)
    one = answer["points"][0]["ranges"]["CAN"]["welfare"]
    assert set(one) == {"value", "p05", "p50", "p95"}
    assert one["p05"] < one["p95"]
    assert "Ranges are the 5 to 95 per cent of 4 draws at every point (seed 2)" in answer["covers"]
    assert answer["manifest"]["draws"]["draws"] == 4


def test_a_point_without_an_answer_is_shown(countervail: Command, folder: Path) -> None:
    (folder / "early.toml").write_text(EARLY)
    (folder / "grid.toml").write_text(
        'scenario = "early.toml"\n[axes]\nto = [2024-01-01, 2026-01-12]\n'
    )
    ran = countervail("sweep", "grid.toml", *LONG, "--workers", "1", "--out", "made")
    assert (ran.code, ran.err) == (0, "written to made\n")
    assert re.search(r"^2024-01-01 +no answer +no answer$", ran.out, re.M)
    assert "Certified: 1 of 2 points" in ran.out
    said = " ".join(ran.out.split())
    assert "Without an answer - to 2024-01-01: a change of 'can-chn-ev-surtax-2024', which" in said
    answer = json.loads((folder / "made" / "result.json").read_text("utf-8"))
    assert answer["certificate"]["without_answer"] == 1
    assert answer["points"][0]["countries"] == {"CAN": {"welfare": None, "real_wage": None}}
    assert "which is not in force on 2024-01-01" in answer["points"][0]["reason"]


def test_without_any_answer_it_ends_with_3(countervail: Command, folder: Path) -> None:
    (folder / "early.toml").write_text(EARLY)
    (folder / "grid.toml").write_text('scenario = "early.toml"\n[axes]\nto = [2024-01-01]\n')
    ran = countervail("sweep", "grid.toml", *LONG, "--workers", "1")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("countervail: none of 1 points has an answer; the first: a change")


WRONG = {
    "file": (("none.toml",), "none.toml: no such file"),
    "draws": (("grid.toml", "--draws", "-1"), "draws=-1: from 0 (point answers alone) to 100,000"),
    "workers": (("grid.toml", "--workers", "0"), "workers=0: at least one is needed"),
    "cluster": (("grid.toml", "--cluster", "nowhere"), "no Dask scheduler answers at 'nowhere'"),
    "ledger": (("grid.toml", "--ledger", ""), "--ledger is empty"),
    "out": (("grid.toml", "--out", "grid.toml"), "grid.toml: is a file; --out names a folder"),
    "priors": (("grid.toml", "--draws", "2", "--priors", "p.toml"), "p.toml: no such file"),
    "option": (("grid.toml", "--axes", "x"), "no such option: --axes"),
    "missing": ((), "missing argument 'file' (see `countervail sweep --help`)"),
}


@pytest.mark.parametrize("what", WRONG)
def test_refusals(what: str, countervail: Command, file: Path, folder: Path) -> None:
    words, sentence = WRONG[what]
    if what == "cluster":
        pytest.importorskip("distributed", reason="Dask is not installed")
    ran = countervail("sweep", *words, *LONG)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert ran.err.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == ["grid.toml"]


def test_an_interruption_goes_on_where_it_stopped(
    countervail: Command, file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = runner.spread

    def interrupted(*words: object, **options: object) -> object:
        coming = whole(*words, **options)  # type: ignore[arg-type]
        yield next(coming)
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "spread", interrupted)
    ran = countervail("sweep", "grid.toml", *LONG, "--out", "answer", "--workers", "1")
    assert ran.code == 130
    assert ran.err == (
        "finished points are kept in answer: the same command goes on there\n"
        "countervail: interrupted; no half-written file is left\n"
    )
    assert [path.name for path in (folder / "answer").iterdir()] == [door.POINTS]
    asked: list[int] = []

    def counted(function: object, common: object, tasks: dict[int, object], **_: object) -> object:
        asked.extend(tasks)
        return whole(function, common, tasks, workers=1)  # type: ignore[arg-type]

    monkeypatch.setattr(runner, "spread", counted)
    assert countervail("sweep", "grid.toml", *LONG, "--out", "answer").code == 0
    assert len(asked) == 3
    assert (folder / "answer" / "manifest.json").exists()
    assert not (folder / "answer" / door.POINTS).exists()


def test_long_and_wide_tables_are_cut(found: Swept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_ROWS", 1)
    monkeypatch.setattr(report, "MOST_FIGURES", 3)
    (table,) = (part for part in report.document(found).parts if isinstance(part, DocumentTable))
    assert (len(table.cells()), len(table.columns)) == (1, 2 + 3)
    caption = table.caption
    assert "3 more points: see --json or --out" in caption
    assert "1 more figures a point: see --json or --out" in caption


def test_after_about_a_year_the_long_run_beside_it(countervail: Command, folder: Path) -> None:
    (folder / "grid.toml").write_text(
        'scenario = "ev-for-canola"\ncountries = ["CAN"]\nvariables = ["welfare"]\n'
        '[axes]\nvariant = ["canada-alone", "agreed"]\n'
    )
    ran = countervail("sweep", "grid.toml", "--workers", "1", "--out", "made")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[1] == "4 points (2 variant x 2 horizon)"
    assert lines[2].startswith("After about a year: farms, mines and plants as they are; buyers")
    assert "In the long run, ten years and more: factors free to move." in lines
    assert "Goods taken out of their sectors: Canola seed (matrix)" in " ".join(ran.out.split())
    told = [line.split() for line in lines if line.startswith(("agreed ", "canada-alone "))]
    answer = json.loads((folder / "made" / "result.json").read_text("utf-8"))
    points = {
        (one["axes"]["variant"], one["axes"]["horizon"]): one["countries"]["CAN"]["welfare"]
        for one in answer["points"]
    }
    assert told == [
        [variant, *(f"{points[variant, horizon]:+.4f}" for horizon in ("1", "long"))]
        for variant in ("canada-alone", "agreed")
    ]
