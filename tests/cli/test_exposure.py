"""``countervail study exposure``: who a country depends on, for people and for programs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from countervail.cli import command
from countervail.horizons import at_horizon
from countervail.models.presets import CaliendoParro
from countervail.studies.decoupling import decoupling
from countervail.testing import random_world

from .conftest import Command
from .test_under_draws import stopping

LONG = ("--horizon", "long")
"""Half the work, where the horizon is not the subject."""


def test_the_tables(countervail: Command) -> None:
    ran = countervail("study", "exposure", "Canada", "--partners", "USA,China", *LONG, "--all")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "Who Canada depends on"
    assert lines[1].startswith("oecd-2022, 2022; shares in per cent")
    usa, losses = (line.split() for line in lines if line.startswith(("1  USA", "USA United")))
    assert usa == ["1", "USA", "United", "States", "65.85", "44.69", "55.30", "54.31",
                   "15.74", "10.63", "14.85"]  # fmt: skip
    assert losses == ["USA", "United", "States", "-2.223", "-0.147", "-4.548", "-0.312", "x",
                      "1.154"]  # fmt: skip
    text = " ".join(ran.out.split())
    assert "No partner supplies more than 50 % of any input; the nearest" in text
    assert "exports, by destination 679.2 0.44 1 USA 65.9" in text
    assert "Every state solved and certified, residual" in text
    assert "Johnson, R. C. and G. Noguera (2012)" in text


def test_json(countervail: Command) -> None:
    answer = countervail(
        "study", "exposure", "CAN", "--partners", "CHN", "--threshold", "30", *LONG, "--json"
    ).json
    assert (answer["country"], answer["name"], answer["named"]) == ("CAN", "Canada", ["CHN"])
    assert answer["world"]["name"] == "oecd-2022"
    assert (answer["world"]["year"], answer["units"]["default"]) == (2022, "per cent")
    assert answer["units"]["*_usd"] == "USD million of 2022, at producer prices"
    assert len(answer["partners"]) == 80
    first = answer["partners"][0]
    assert (first["partner"], first["rank"]) == ("USA", 1)
    assert first["value_added_share"] == pytest.approx(15.74, abs=0.01)
    assert answer["before"]["year"] == 2011
    assert {row["how"]: row["iceberg_hat"] is None for row in answer["losing"]} == {
        "halved": False,
        "gone": True,
    }
    assert all(-1.0 < row["welfare"] < 0.0 for row in answer["losing"])
    assert answer["certificate"]["certified"] is True
    assert answer["certificate"]["residual"] <= 1e-10
    assert {row["sector"] for row in answer["chokepoints"]} >= {"C29", "C26"}
    assert len(answer["sectors"]) == 37
    assert answer["concentration"]["exports"]["half"] == 1


def test_without_losses(countervail: Command) -> None:
    answer = countervail("study", "exposure", "MEX", "--no-losing", "--top", "2", "--json").json
    assert (answer["losing"], answer["named"]) == ([], ["USA", "CHN"])
    assert answer["certificate"] == {"certified": None, "residual": None}
    out = countervail("study", "exposure", "MEX", "--no-losing").out
    assert "What decoupling from" not in out
    assert "Chokepoints: one partner supplies more than 50 % of an input" in out


def test_a_world_of_ones_own(countervail: Command, folder: Path) -> None:
    random_world(3, 4, 3).world().save(folder / "own.nc")
    ran = countervail(
        "study", "exposure", "CAN", "--world", "own.nc", "--deficits", "closed", *LONG
    )
    assert (ran.code, ran.err) == (0, "")
    assert "2011" not in ran.out


def test_a_loss_without_an_answer_is_not_certified(countervail: Command, folder: Path) -> None:
    """What could be answered is printed; the exit code says that not all of it could."""
    random_world(3, 2, 3).world().save(folder / "two.nc")
    ran = countervail("study", "exposure", "CAN", "--world", "two.nc", *LONG, "--all")
    assert ran.code == 3
    assert ran.err.startswith("countervail: no certified answer for CHN")
    assert "Embargo with CHN: no answer," in " ".join(ran.out.split())


FEW = ("--draws", "4", "--workers", "1")


@pytest.fixture
def small(folder: Path) -> tuple[str, ...]:
    """The command on a small world."""
    random_world(3, 4, 3).world().save(folder / "own.nc")
    return ("study", "exposure", "CAN", "--world", "own.nc", *LONG, "--all")


def test_ranges_are_what_one_gets(countervail: Command) -> None:
    said = " ".join(countervail("study", "exposure", "--help").out.split())
    assert re.search(r"--draws .*?\[default: 20\]", said)
    for option in ("--seed", "--priors", "--workers", "--cluster"):
        assert option in said


def test_ranges_stand_below_the_figures(countervail: Command, small: tuple[str, ...]) -> None:
    ran = countervail(*small, *FEW)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    at = next(k for k, line in enumerate(lines) if re.match(r"USA United States +-", line))
    points = [float(word) for word in lines[at].split()[3:7]]
    ranges = re.findall(r"([+-][\d.]+) to ([+-][\d.]+)", lines[at + 1])
    assert len(points) == len(ranges) == 4
    assert all(float(low) < float(high) for low, high in ranges)
    text = " ".join(ran.out.split())
    assert "Below each figure: 5 to 95 per cent of 4 draws, certified likewise" in text
    assert "What the ranges cover Ranges are the 5 to 95 per cent of 4 certified answers" in text
    assert "--draws" not in text


def test_ranges_as_json(countervail: Command, small: tuple[str, ...]) -> None:
    said = countervail(*small, *FEW, "--json").json
    for row in said["losing"]:
        assert row["ranges"]["answered"] == 4
        for side in ("welfare", "partner_welfare"):
            one = row["ranges"][side]
            assert one["value"] == row[side]
            assert one["p05"] < one["p50"] < one["p95"]
    draws = said["draws"]
    assert (draws["draws"], draws["answered"], draws["seed"]) == (4, 4, 1)
    assert (draws["priors"]["path"], len(draws["priors"]["hash"])) == ("standard", 64)
    assert draws["residual"] <= 1e-10
    assert draws["without_answer"] == []
    assert "joint draws (seed 1)" in said["covers"]
    other = countervail(*small, *FEW, "--json", "--seed", "2").json
    assert other["losing"][0]["welfare"] == said["losing"][0]["welfare"]
    assert other["losing"][0]["ranges"] != said["losing"][0]["ranges"]


def test_without_draws_it_says_so(countervail: Command, small: tuple[str, ...]) -> None:
    said = countervail(*small, "--json").json
    assert said["draws"] is None
    assert {row["ranges"] for row in said["losing"]} == {None}
    assert "no draws were asked for (--draws 0)" in said["covers"]
    text = " ".join(countervail(*small).out.split())
    assert "What the figures cover These are point answers" in text
    assert "Below each figure" not in text
    none = countervail(*small, "--no-losing", "--draws", "4", "--json").json
    assert (none["draws"], none["covers"]) == (None, None)


def test_stopped_draws_leave_the_point_answer(
    countervail: Command, small: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "bar", stopping(2))
    ran = countervail(*small, *FEW)
    assert ran.code == 130
    text = " ".join(ran.out.split())
    assert "What decoupling from a partner would cost" in text
    assert "the draws were interrupted, so there are no ranges" in text
    assert "Below each figure" not in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["Canadaa"], "no country 'Canadaa' in world 'oecd-2022'; did you mean 'Canada'?"),
        (["CAN", "--partners", "USA,CAN"], "'CAN' is no partner of its own: name another country"),
        (["CAN", "--partners", ""], "holds an empty name"),
        (["CAN", "--deficits", "close"], "did you mean 'closed'?"),
        (["CAN", "--draws", "-1"], "--draws -1: 0 gives point values"),
        (["CAN", "--draws", "2", "--workers", "0"], "workers=0: at least one is needed"),
        (["CAN", "--draws", "2", "--priors", "nowhere.toml"], "nowhere.toml: no such file"),
        (["CAN", "--threshold", "150"], "--threshold 150: per cent of an input, between 0 and 100"),
    ],
)
def test_refusals(countervail: Command, words: list[str], sentence: str) -> None:
    ran = countervail("study", "exposure", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("countervail: ")
    assert sentence in ran.err


def test_its_older_name_answers_alike(countervail: Command) -> None:
    words = ("exposure", "MEX", "--no-losing", "--top", "2", "--json")
    assert countervail("respond", *words).json == countervail("study", *words).json


def test_after_a_year_and_in_the_long_run(countervail: Command, folder: Path) -> None:
    """By another road: the losses after a year are those of the world as it is after a year."""
    world = random_world(3, 4, 3).world()
    world.save(folder / "own.nc")
    words = ("study", "exposure", "CAN", "--world", "own.nc", "--top", "1", "--all")
    ran = countervail(*words, "--draws", "2", "--workers", "1", "--json")
    after, long = ran.json["after"], ran.json["losing"]
    there, model = at_horizon(world, CaliendoParro(), 1)
    for row in after["losing"]:
        loss = decoupling(there, "CAN", row["partner"], model, row["how"])
        assert row["welfare"] == pytest.approx(loss.welfare, abs=1e-7)
    assert after["horizon"]["years"] == 1
    assert after["residual"] <= 1e-10
    for now, then in zip(after["losing"], long, strict=True):
        assert now["welfare"] < then["welfare"] < 0  # who has not turned yet loses more
        assert now["ranges"]["welfare"]["value"] == now["welfare"]
    lines = countervail(*words, "--draws", "0").out.splitlines()
    (first,) = (k for k, line in enumerate(lines) if " 1 year " in line)
    assert lines[first + 1].split()[:2] == ["long", "run"]
    alone = countervail(*words, "--draws", "0", *LONG, "--json").json
    assert alone["after"] is None
    assert [one["welfare"] for one in alone["losing"]] == [one["welfare"] for one in long]


def test_the_first_screen_says_who_it_depends_on(
    countervail: Command, small: tuple[str, ...]
) -> None:
    words = [word for word in small if word != "--all"]
    reported = countervail(*words, "--draws", "0").out
    answer = countervail(*words, "--draws", "0", "--json").json
    assert " ".join(reported.split()).startswith(" ".join(answer["says"].split()))
    largest = min(
        (one for one in answer["losing"] if one["how"] == "halved"), key=lambda one: one["welfare"]
    )
    assert f"{abs(largest['welfare']):.1f}"[:3] in answer["says"]
    assert max(map(len, reported.splitlines())) <= 80
