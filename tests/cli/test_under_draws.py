"""``countervail respond`` with draws: ranges, chances, files, and what happens when stopped."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import xarray as xr

import countervail as cv
from countervail.cli import command
from countervail.policy.bargaining import draws as bargaining
from countervail.testing import random_world

from .conftest import Command
from .test_bargain import FILE, LONG

FEW = ("--draws", "4", "--workers", "1")


@pytest.fixture
def world(folder: Path) -> str:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    random_world(3, 4, 3, elasticities=(3.0, 6.0)).world().save(folder / "small.nc")
    return str(folder / "small.nc")


@pytest.fixture
def bargain(folder: Path) -> str:
    (folder / "mine.toml").write_text(FILE, encoding="utf-8")
    return "mine.toml"


@pytest.mark.parametrize("command", ["optimal", "nash", "retaliate", "bargain"])
def test_ranges_are_what_one_gets(countervail: Command, command: str) -> None:
    said = " ".join(countervail("respond", command, "--help").out.split())
    assert re.search(r"--draws .*?\[default: 50\]", said)
    for option in ("--seed", "--priors", "--workers", "--cluster", "--out"):
        assert option in said


def test_optimal(countervail: Command, world: str) -> None:
    ran = countervail("respond", "optimal", "CAN", "--world", world, *FEW, "--all")
    assert (ran.code, ran.err) == (0, "")
    words = " ".join(ran.out.split())
    for said in (
        "With what range welfare point 5 % median 95 % chance of a gain CAN: welfare % +",
        "100 % USD mn +",
        "Ranges are the 5 to 95 per cent of 4 certified answers under joint draws (seed 1)",
        "only evaluated, not chosen anew",
        "4 of 4 draws certified likewise",
    ):
        assert said in words, said


def test_optimal_as_json(countervail: Command, world: str) -> None:
    words = ("respond", "optimal", "CAN", "--world", world, *FEW, "--objective", "CAN=1,USA=-0.5")
    said = countervail(*words, "--json").json
    ranges = said["ranges"]
    aim, canada = ranges["stakes"]
    assert (aim["name"], aim["usd"], canada["name"]) == ("objective", None, "CAN")
    assert aim["percent"]["value"] == pytest.approx(said["gain"])
    assert canada["usd"]["value"] == pytest.approx(said["gain_usd"])
    assert ranges["countries"]["CAN"]["welfare"] == pytest.approx(canada["percent"])
    assert (ranges["draws"], ranges["answered"], ranges["failed"]) == (4, 4, 0)
    assert len(ranges["priors"]["hash"]) == 64
    assert set(said["chances"]["gain"]) == {"objective", "CAN"}
    assert 0.0 <= said["chances"]["gain"]["CAN"] <= 1.0
    assert said["manifest"]["settings"]["ensemble"]["seed"] == 1
    assert (said["after"], said["long_run"]) == (None, None)
    assert countervail(*words, "--json", "--seed", "2").json["ranges"]["stakes"] != ranges["stakes"]


def test_retaliation(countervail: Command, world: str) -> None:
    words = ("respond", "retaliate", "CAN", "USA", "--world", world, "--cost-usd", "12", *FEW)
    ran = countervail(*words, "--out", "made", "--all")
    assert (ran.code, ran.err) == (0, "written to made\n")
    said = json.loads(Path("made/answer.json").read_text("utf-8"))
    assert set(said["chances"]["goals"]) == {"amount", "most of it"}
    cost, pain = said["ranges"]["stakes"]
    assert (cost["told_as"], pain["told_as"]) == ("loss", "loss")
    assert pain["usd"]["value"] == pytest.approx(12.0, abs=1e-3)
    assert [one["threshold"] for one in said["ranges"]["goals"]] == pytest.approx([12.0, 10.8])
    shown = " ".join(ran.out.split())
    assert "their loss is at least the stated amount USD million >= +12.0" in shown
    assert "our cost for a USD of their loss" in shown


def test_nash_tells_of_every_player(countervail: Command, world: str) -> None:
    said = countervail("respond", "nash", "CAN,CHN", "--world", world, *FEW, "--json").json
    gains = {one["name"]: one["usd"]["value"] for one in said["ranges"]["stakes"]}
    assert gains == pytest.approx({one["name"]: one["gain_usd"] for one in said["players"]})
    assert set(said["chances"]["gain"]) == {"CAN", "CHN"}


def test_without_draws_it_says_so(countervail: Command, world: str) -> None:
    words = ("respond", "optimal", "CAN", "--world", world, "--draws", "0")
    said = countervail(*words, "--json").json
    assert said["ranges"] is None
    assert said["chances"] is None
    assert "no draws were asked for (--draws 0)" in said["covers"]
    assert "no draws were asked for" in " ".join(countervail(*words, "--all").out.split())


def test_files(countervail: Command, world: str, folder: Path) -> None:
    words = ("respond", "optimal", "CAN", "--world", world, *FEW, "--out", "answer")
    ran = countervail(*words)
    assert (ran.code, ran.err) == (0, "written to answer\n")
    held = folder / "answer"
    files = {
        "answer.json", "countries.csv", "ensemble.nc", "manifest.json", "ranges.csv", "rates.csv",
        "solution.nc",
    }  # fmt: skip
    assert {path.name for path in held.iterdir()} == files
    said = json.loads((held / "answer.json").read_text())
    with (held / "ranges.csv").open(newline="") as file:
        percent, usd = csv.DictReader(file)
    assert float(percent["p95"]) == said["ranges"]["stakes"][0]["percent"]["p95"]
    assert (percent["unit"], usd["unit"]) == ("per cent", "USD million")
    assert float(usd["chance"]) == said["chances"]["gain"]["CAN"]
    with (held / "countries.csv").open(newline="") as file:
        row = next(r for r in csv.DictReader(file) if r["country"] == "CAN")
    assert float(row["welfare_p05"]) == said["ranges"]["countries"]["CAN"]["welfare"]["p05"]
    with (held / "rates.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == said["certificate"]["instruments"]
    with xr.open_dataset(held / "ensemble.nc", engine="h5netcdf") as saved:
        assert saved.sizes["draw"] == 4
    listed = json.loads((held / "manifest.json").read_text())
    assert listed == {**said["manifest"], "files": sorted(files)}


def test_the_files_of_a_war_and_of_an_answer(
    countervail: Command, world: str, folder: Path
) -> None:
    none = ("--world", world, "--draws", "0", "--out")
    assert countervail("respond", "nash", "CAN,CHN", *none, "war").code == 0
    with (folder / "war" / "rates.csv").open(newline="") as file:
        assert {row["player"] for row in csv.DictReader(file)} == {"CAN", "CHN"}
    words = ("respond", "retaliate", "CAN", "USA", "--cost-usd", "12")
    assert countervail(*words, *none, "reply").code == 0
    for name in ("list", "frontier", "countries"):
        assert (folder / "reply" / f"{name}.csv").read_text()
    assert not (folder / "reply" / "ensemble.nc").exists()


def stopping(after: int) -> Callable[[str], object]:
    """A progress bar at which somebody stops the draws."""

    @contextmanager
    def bar(what: str) -> Iterator[Callable[[int, int], None]]:
        def progress(done: int, _: int) -> None:
            if what == "draws" and done >= after:
                raise KeyboardInterrupt

        yield progress

    return bar


def test_stopped_draws_leave_the_point_answer(
    countervail: Command, world: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("respond", "optimal", "CAN", "--world", world, "--draws", "20", "--workers", "1")
    with monkeypatch.context() as patch:
        patch.setattr(command, "bar", stopping(16))
        ran = countervail(*words)
        assert ran.code == 130
        assert "tariffs that are best for it" in " ".join(ran.out.split())
        assert "the draws were interrupted" in " ".join(ran.out.split())
        kept = countervail(*words, "--out", "answer")
    assert kept.code == 130
    assert "finished draws are kept in answer" in kept.err
    assert [path.name for path in (folder / "answer").iterdir()] == [".draws"]

    counted: list[int] = []

    @contextmanager
    def counting(what: str) -> Iterator[Callable[[int, int], None]]:
        yield lambda done, _: counted.append(done) if what == "draws" else None

    monkeypatch.setattr(command, "bar", counting)
    assert countervail(*words, "--out", "answer").code == 0
    assert counted == [16, 20]  # the first chunk was there
    assert not (folder / "answer" / ".draws").exists()
    assert (folder / "answer" / "ensemble.nc").exists()


def test_a_bargain_s_draws_are_kept_and_written(
    countervail: Command, bargain: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (
        "respond",
        "bargain",
        bargain,
        *LONG,
        "--draws",
        "2",
        "--workers",
        "1",
        "--out",
        "answer",
    )
    monkeypatch.setattr(bargaining, "CHUNK_DRAWS", 1)
    with monkeypatch.context() as patch:
        patch.setattr(command, "bar", stopping(1))
        ran = countervail(*words)
    assert ran.code == 130
    assert "the draws were interrupted" in " ".join(ran.out.split())
    assert list((folder / "answer").glob(".draws/*/0.npz"))
    said = countervail(*words, "--json").json
    assert not (folder / "answer" / ".draws").exists()
    assert said["draws"]["answered"] == 2
    assert said == json.loads((folder / "answer" / "answer.json").read_text())
    plain = countervail(*words[:-2], "--json").json
    assert plain["draws"] == said["draws"]
    with (folder / "answer" / "ranges.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["party"] for row in rows} == {"Canada", "China"}
    with (folder / "answer" / "packages.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 4


def test_other_priors(countervail: Command, bargain: str, folder: Path) -> None:
    text = countervail("priors", "--text").out
    (folder / "known.toml").write_text(text.replace('kind = "published"', 'kind = "known"'))
    words = ("respond", "bargain", bargain, *LONG, "--draws", "1", "--workers", "1", "--json")
    mine = countervail(*words, "--priors", "known.toml").json["draws"]
    standard = countervail(*words).json["draws"]
    assert mine["priors"]["path"] == "known.toml"
    assert mine["priors"]["hash"] != standard["priors"]["hash"]
    assert mine["packages"] != standard["packages"]


REFUSED = {
    ("--draws", "-1"): "--draws -1: 0 gives point values",
    ("--draws", "1000000"): "at most 100,000",
    ("--draws", "2", "--workers", "0"): "workers=0",
    ("--draws", "2", "--priors", "nowhere.toml"): "nowhere.toml: no such file",
    ("--draws", "2", "--out", ""): "--out is empty",
}
COMMANDS = {
    "optimal": ("CAN",),
    "nash": (),
    "retaliate": ("CAN", "USA", "--cost-usd", "5"),
    "bargain": ("ev-for-canola",),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("options", REFUSED)
def test_refused_in_one_sentence(
    countervail: Command, command: str, options: tuple[str, ...]
) -> None:
    """Before anything is solved: without JAX too."""
    ran = countervail("respond", command, *COMMANDS[command], *options)
    assert (ran.code, ran.out) == (2, "")
    assert REFUSED[options] in ran.err
    assert ran.err.count("\n") == 1


def test_priors_that_do_not_fit_the_world(countervail: Command, world: str, folder: Path) -> None:
    text = countervail("priors", "--text").out
    more = (
        '\n[[elasticity]]\nsector = "X99"\ntheta = 3.0\nstandard_error = 1.0\nsource = "a test"\n'
    )
    (folder / "odd.toml").write_text(text + more)
    ran = countervail("respond", "optimal", "CAN", "--world", world, "--priors", "odd.toml", *FEW)
    assert (ran.code, ran.out) == (2, "")
    assert "X99" in ran.err
    assert ran.err.count("\n") == 1


def test_chosen_by_a_year_the_long_run_of_the_same_below(countervail: Command, world: str) -> None:
    """By another road: the rates themselves as a question of their own, in the long run."""
    words = ("respond", "optimal", "CAN", "--world", world, *FEW)
    ran = countervail(*words, "--horizon", "1", "--out", "made", "--all")
    assert ran.code == 0
    said = " ".join(ran.out.split())
    assert "After about a year: farms, mines and plants as they are; buyers of" in said
    assert "The same policy in the long run, ten years and more: factors free to move" in said
    answer = json.loads(Path("made/answer.json").read_text("utf-8"))
    assert answer["after"]["years"] == 1
    beside = answer["long_run"]
    home = cv.open_world(world)
    chosen, own = home.tariff.copy(), home.country("CAN")
    for row in answer["rates"]:
        chosen[home.country(row["partner"]), own, home.sector(row["sector"])] = row["rate"] / 100
    there = cv.solve(home, cv.Scenario.from_arrays(home, tariff=chosen))
    for code, one in beside["countries"].items():
        welfare = float(there.arrays["welfare"][home.country(code)])
        assert one["welfare"] == pytest.approx(welfare, abs=1e-7)
        assert beside["ranges"][code]["welfare"]["value"] == one["welfare"]
