"""``countervail run`` with ranges, and ``countervail priors``."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
import xarray as xr

from countervail.testing import tiny

from .conftest import Command

FEW = ("run", "ev-for-canola", "--draws", "4")


def test_ranges_are_what_one_gets(countervail: Command) -> None:
    """Without being asked: 200 draws."""
    said = countervail("run", "--help").out
    assert re.search(r"--draws .*\[default: 200\]", " ".join(said.split()))


def test_json_is_one_object_with_a_parallel_block(countervail: Command) -> None:
    answer = countervail(*FEW, "--json").json
    assert answer["ranges"]["draws"] == 4
    canada = answer["ranges"]["countries"]["CAN"]["welfare"]
    assert canada["value"] == answer["countries"]["CAN"]["welfare"]
    assert set(canada) == {"value", "p05", "p50", "p95"}
    other = countervail(*FEW, "--json", "--seed", "2").json
    assert other["countries"] == answer["countries"]
    assert other["ranges"]["countries"]["CAN"]["welfare"] != canada


def test_files_have_the_ranges_too(countervail: Command, folder: Path) -> None:
    assert countervail(*FEW, "--out", "answer").code == 0
    held = folder / "answer"
    assert not (held / ".draws").exists()
    with (held / "countries.csv").open(newline="") as file:
        row = next(r for r in csv.DictReader(file) if r["country"] == "CAN")
    reported = json.loads((held / "result.json").read_text())
    ranges = reported["ranges"]["countries"]["CAN"]["welfare"]
    for at in ("p05", "p50", "p95"):
        assert float(row[f"welfare_{at}"]) == ranges[at]
    with (held / "lines.csv").open(newline="") as file:
        assert "trade_change_p05" in next(csv.DictReader(file))
    with (held / "diversion.csv").open(newline="") as file:
        assert "change_usd_p95" in next(csv.DictReader(file))
    with xr.open_dataset(held / "ensemble.nc", engine="h5netcdf") as saved:
        assert saved.sizes["draw"] == 4
    assert json.loads((held / "manifest.json").read_text())["settings"]["ensemble"]["seed"] == 1


def test_progress_does_not_stand_on_standard_output(countervail: Command) -> None:
    ran = countervail(*FEW)
    assert ran.code == 0
    assert ran.err == ""  # nobody looks at it
    assert "Certified, 4 of 4 draws." in ran.out


def test_without_draws_it_says_so(countervail: Command) -> None:
    ran = countervail("run", "ev-for-canola", "--draws", "0", "--all")
    assert "no ranges were asked for (--draws 0)" in " ".join(ran.out.split())


def test_drivers(countervail: Command, folder: Path) -> None:
    tiny().world().save(folder / "mine.nc")
    (folder / "question.toml").write_text(
        'name = "one"\ntitle = "One"\n[[shock]]\nimporter = "CAN"\nexporter = "CHN"\nadd = 25.0\n'
    )
    few = ("run", "question.toml", "--world", "mine.nc", "--draws", "16")
    answer = countervail(*few, "--drivers", "CAN", "--drivers-base", "16", "--json").json
    found = answer["drivers"]["countries"]["CAN"]
    assert found["sentence"].startswith("Of the variance of Canada's welfare")
    assert {"words", "inputs", "first", "total"} <= set(found["welfare"][0])


def test_attribution(countervail: Command) -> None:
    ran = ("run", "canada-china", "--draws", "0", "--attribute", "measure")
    reported = countervail(*ran, "--json").json["attribution"]
    canada = [row["countries"]["CAN"]["welfare"] for row in reported["rows"]]
    assert reported["exact"]
    total = reported["total"]["CAN"]["welfare"]
    assert sum(one["shapley"] for one in canada) == pytest.approx(total, abs=1e-12)
    assert "Which measure causes what" in countervail(*ran).out
    by = countervail(*ran[:-1], "implementer", "--json").json["attribution"]
    assert [row["group"] for row in by["rows"]] == ["CAN", "CHN"]


def test_other_models_stand_beside_the_range(countervail: Command, folder: Path) -> None:
    ran = countervail(*FEW, "--compare-models", "--out", "answer")
    told = json.loads((folder / "answer" / "result.json").read_text("utf-8"))
    spread = told["models"]["spread"]["CAN"]["welfare"]
    assert spread["low"] <= told["countries"]["CAN"]["welfare"] <= spread["high"]
    assert told["models"]["certified"] == len(told["models"]["choices"]) > 20
    assert "Under other models, closures" in ran.out


REFUSED = {
    ("--draws", "0", "--attribute", "mesure"): "did you mean 'measure'?",
    ("--draws", "-1"): "--draws -1: 0 gives the point answer",
    ("--draws", "1000000"): "from 1 to 100,000",
    ("--draws", "2", "--workers", "0"): "workers=0",
    ("--draws", "2", "--priors", "nowhere.toml"): "nowhere.toml: no such file",
    ("--draws", "0", "--drivers", "CAN"): "--drivers needs draws",
}


@pytest.mark.parametrize("options", REFUSED)
def test_refusals(countervail: Command, options: tuple[str, ...]) -> None:
    ran = countervail("run", "ev-for-canola", *options)
    assert (ran.code, ran.out) == (2, "")
    assert REFUSED[options] in ran.err


def test_priors_are_shown(countervail: Command) -> None:
    words = " ".join(countervail("priors", "canada-china").out.split())
    assert "48 uncertain inputs of 'canada-china'" in words
    reported = countervail("priors", "canada-china", "--json").json
    assert len(reported["inputs"]) == 48
    assert "the elasticity of motor vehicles" in {one["words"] for one in reported["inputs"]}
    assert 0 < reported["elasticities_in_common"] < 1
    assert len(countervail("priors", "--json").json["inputs"]) == 40  # the world's alone


def test_the_standard_file_can_be_copied_and_changed(countervail: Command, folder: Path) -> None:
    text = countervail("priors", "--text").out
    (folder / "mine.toml").write_text(text.replace('kind = "published"', 'kind = "known"'))
    reported = countervail("priors", "canada-china", "--priors", "mine.toml", "--json").json
    assert {one["group"] for one in reported["inputs"]} == {"coverage", "rate", "world"}
    ran = countervail(*FEW, "--priors", "mine.toml", "--json").json
    assert ran["ranges"]["priors"]["path"] == "mine.toml"
