"""``countervail respond reach``: tables, one JSON object, and refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from countervail.testing import random_world

from .conftest import Command

REACH = ("respond", "reach")


@pytest.fixture
def world(folder: Path) -> str:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    random_world(1, 4, 3, elasticities=(3.0, 6.0)).world().save(folder / "small.nc")
    return str(folder / "small.nc")


def test_what_is_printed(countervail: Command, world: str) -> None:
    goal, plain = "raise exports of Canada to China by 20 % by 2035 from 2025", ("--growth", "none")
    ran = countervail(*REACH, goal, *plain, "--world", world, "--all")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("What it would take: exports of Canada to China at least 120 %")
    for words in (
        "Within reach: trade costs of its exports fall by",
        "The goal's arithmetic",
        "asks for +1.84 % a year",
        "what the past delivered is not known",
        "What it takes",
        "Partners (lower trade costs of exports)",
        "Sectors (lower trade costs of exports)",
        "CHN China",
        "Proof: projected gradient",
        "came to the same",
        "No growth of economies is assumed",
        "What becomes of exports",
        "all others",
        "times today's",
        "No sector of CAN produces more than 2 times today's output",
        "Sources",
    ):
        assert words in " ".join(ran.out.split()), words


def test_out_of_reach_is_said_and_is_no_error(countervail: Command, world: str) -> None:
    ran = countervail(*REACH, "triple exports of CAN", "--world", world, "--most", "5", "--all")
    assert (ran.code, ran.err) == (0, "")
    said = " ".join(ran.out.split())
    assert "Not reachable within these bounds: the most is USD" in said
    assert "per cent of the goal)" in said
    assert " NO" in said


def test_a_folder_has_every_table(countervail: Command, world: str, folder: Path) -> None:
    goal = "raise exports of Canada to China by 20 % by 2035 from 2025"
    out = folder / "answer"
    ran = countervail(
        *REACH, goal, "--growth", "none", "--world", world, "--draws", "0", "--out", str(out)
    )
    assert (ran.code, ran.err) == (0, f"written to {out}\n")
    tables = {path.stem for path in out.glob("*.csv")}
    assert tables == {
        *("goals", "levers", "partners", "sectors", "exports", "outputs", "countries", "ranges"),
    }


def test_as_json(countervail: Command, world: str) -> None:
    words = ("--levers", "export_cost,tariff,productivity", "--most", "export_cost=10,tariff=50")
    more = ("--goal", "keep welfare of USA at least -5 %", "--weight", "productivity=3")
    said = countervail(
        *REACH, "raise exports of CAN to CHN by 10 %", *more, *words, "--world", world, "--json"
    ).json
    assert said["command"] == "reach"
    assert said["player"] == {"name": "CAN", "members": ["CAN"]}
    assert (said["reached"], said["finished"]) == (True, True)
    assert [goal["met"] for goal in said["goals"]] == [True, True]
    assert said["goals"][0]["delivered"]["a_year"] is None
    assert {kind["kind"]: kind["stated"] for kind in said["kinds"]} == {
        "export_cost": [
            {"weight": 1.0, "most": 10.0, "largest_change_in_logs": pytest.approx(0.10536052)}
        ],
        "tariff": [{"weight": 1.0, "most": 50.0, "largest_change_in_logs": 0.5}],
        "productivity": [
            {"weight": 3.0, "most": 10.0, "largest_change_in_logs": pytest.approx(0.09531018)}
        ],
    }
    assert len(said["levers"]) == said["certificate"]["levers"]
    total = sum(lever["effort"] for lever in said["levers"])
    assert total == pytest.approx(said["certificate"]["effort"])
    assert said["certificate"]["certified"] is True
    assert {row["label"] for row in said["partners"]} <= {"CHN"}
    assert said["units"]["effort"].startswith("USD million")
    assert any("for nothing" in note for note in said["notes"])


def test_a_file_with_growth_and_its_own_levers(
    countervail: Command, world: str, folder: Path
) -> None:
    (folder / "mine.toml").write_text(
        'name = "mine"\ntitle = "Mine"\n[[goal]]\n'
        'say = "raise exports of CAN to CHN by 40 % by 2035 from 2025"\n'
        '[[lever]]\nkind = "export_cost"\nmost = 15\n',
        encoding="utf-8",
    )
    (folder / "growth.toml").write_text(
        '[growth]\nsource = "assumed"\nrates = { others = 2.0 }\n', encoding="utf-8"
    )
    growth = ("--growth", "growth.toml")
    said = countervail(*REACH, "mine.toml", *growth, "--world", world, "--json").json
    assert said["title"] == "Mine"
    assert said["horizon"]["years"] == 10
    assert said["horizon"]["growth"] == {"source": "assumed", "rates": {"others": 2.0}}
    (goal,) = said["goals"]
    assert goal["growth_alone"] == pytest.approx(goal["today"] * 1.02**10)
    assert said["kinds"][0]["stated"][0]["most"] == 15.0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("dobule exports of CAN",), "did you mean 'double'"),
        (("double-nonus",), "no goals 'double-nonus'; did you mean 'double-non-us'"),
        (("double exports of CAN", "--goal", "nonsense"), "goal 'nonsense'"),
        (("double exports of CAN", "--levers", "tarif"), "no lever 'tarif'; did you mean 'tariff'"),
        (("double exports of CAN", "--most", "much"), "--most 'much': write a number"),
        (("double exports of CAN", "--most", "tariff=5"), "no lever 'tariff' is used"),
        (("double exports of CAN", "--weight", "export_cost=0"), "costs nothing"),
        (("double exports of CAN", "--variant", "b"), "--variant b is of a scenario"),
        (("double exports of CAN", "--growth", "none.toml"), "none.toml: no such file"),
        (("double exports of CAN", "--partners", "USA,,MEX"), "holds an empty name"),
        (("double exports of CNA",), "no country 'CNA'"),
    ],
)
def test_refusals(countervail: Command, world: str, words: tuple[str, ...], said: str) -> None:
    ran = countervail(*REACH, *words, "--world", world)
    assert (ran.code, ran.out) == (2, "")
    assert said in " ".join(ran.err.split())
