"""``countervail respond optimal`` and ``nash``: tables, one JSON object, and refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from countervail.policy.evaluator import Evaluated, Evaluator
from countervail.testing import random_world

from .conftest import Command


@pytest.fixture
def world(folder: Path) -> str:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    random_world(3, 4, 3, elasticities=(3.0, 6.0)).world().save(folder / "small.nc")
    return str(folder / "small.nc")


def test_optimal_tells_rates_and_proof(countervail: Command, world: str) -> None:
    ran = countervail("respond", "optimal", "Canada", "--world", world, "--hold", "USA", "--all")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("The best tariffs of CAN Canada, others passive")
    for words in ("Tariffs by sector", "Tariffs by partner", "Who gains and loses", "Proof:"):
        assert words in ran.out
    assert "USA United States  " not in ran.out.split("Tariffs by partner")[1].split("Who gains")[0]


def test_optimal_as_json(countervail: Command, world: str) -> None:
    words = ("--on", "CHN,USA", "--sectors", "A01,C24A", "--low", "5", "--high", "30", "--json")
    said = countervail("respond", "optimal", "CAN", "--world", world, *words).json
    assert said["player"] == {"name": "CAN", "members": ["CAN"]}
    assert len(said["rates"]) == said["certificate"]["instruments"] == 4
    assert all(5.0 <= row["rate"] <= 30.0 for row in said["rates"])
    assert said["certificate"]["certified"] is True
    assert len(said["certificate"]["starts"]) == 2
    assert said["countries"]["CAN"]["welfare"] == pytest.approx(said["gain"])


def test_mfn_and_another_objective(countervail: Command, world: str) -> None:
    words = ("--mfn", "--objective", "CAN=1,USA=-0.5", "--json")
    said = countervail("respond", "optimal", "CAN", "--world", world, *words).json
    assert said["objective"]["weights"] == {"CAN": 1.0, "USA": -0.5}
    assert {row["partner"] for row in said["rates"]} == {None}


def test_law_lines_and_reactions(countervail: Command, world: str, folder: Path) -> None:
    (folder / "law.toml").write_text(
        'title = "A binding"\n[[bound]]\nplayer = "CAN"\nmost = 12\nsource = "Schedule V"\n'
    )
    words = ("--bounds", "law.toml", "--free", "USA", "--react", "MEX=0.2", "--by-line")
    said = countervail("respond", "optimal", "CAN", "--world", world, *words, "--json").json
    rates = {row["partner"]: [] for row in said["rates"]}
    for row in said["rates"]:
        rates[row["partner"]].append(row["rate"])
    assert set(rates["USA"]) == {0.0}
    assert max(rates["MEX"]) == pytest.approx(12.0)
    assert any("A binding (sources: Schedule V)" in note for note in said["notes"])
    assert any("knows no tariff lines" in note for note in said["notes"])
    assert any("MEX 0.2" in note for note in said["notes"])
    assert said["finished"] is True


def test_a_search_that_is_stopped(
    countervail: Command, world: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Evaluator.evaluate

    def evaluate(self: Evaluator, rates: Any) -> Evaluated:
        if self.evaluations == 3:
            raise KeyboardInterrupt
        return whole(self, rates)

    monkeypatch.setattr(Evaluator, "evaluate", evaluate)
    ran = countervail("respond", "optimal", "CAN", "--world", world, "--draws", "4", "--all")
    assert ran.code == 130
    assert "Interrupted: these are the best rates found so far" in ran.out
    assert "the search was interrupted" in ran.out


def test_nash(countervail: Command, world: str) -> None:
    ran = countervail("respond", "nash", "CAN,CHN", "--world", world, "--all")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("A tariff war of CAN Canada, CHN China")
    assert "Proof: the largest gain left to any player" in ran.out
    assert "How it went" in ran.out
    said = countervail("respond", "nash", "CAN,CHN", "--world", world, "--json").json
    assert [one["name"] for one in said["players"]] == ["CAN", "CHN"]
    assert max(one["left"] for one in said["players"]) < 1e-4
    assert said["history"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("optimal", "CAN", "--low", "50", "--high", "10"), "no rate lies between"),
        (("optimal", "Canda"), "did you mean"),
        (("optimal", "CAN", "--sectors", "A1"), "no sector 'A1'"),
        (("optimal", "CAN", "--on", "USA,,CHN"), "empty name"),
        (("optimal", "CAN", "--objective", "CAN"), "--objective 'CAN': write a number behind it"),
        (("optimal", "CAN", "--variant", "agreed"), "name it with --scenario"),
        (("optimal", "CAN", "--deficits", "open"), "no closure"),
        (("optimal", "CAN", "--react", "CHN"), "--react 'CHN': write a number behind it"),
        (("optimal", "CAN", "--react", "CHN=1,CHN=2"), "--react names 'CHN' twice"),
        (("optimal", "CAN", "--bounds", "nowhere.toml"), "nowhere.toml"),
        (("nash", "CAN"), "needs two players"),
        (("nash", "CAN,CHN", "--hold", "CAN"), "--hold 'CAN': write a player"),
        (("nash", "CAN,CHN", "--hold", "CAN=USA,CAN=CHN"), "join its partners by +, CAN=USA+CHN"),
        (("nash", "CAN,CHN", "--hold", "USA=CAN"), "'USA', who does not play"),
    ],
)
def test_refusals(countervail: Command, world: str, words: tuple[str, ...], said: str) -> None:
    ran = countervail("respond", *words, "--world", world)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_who_keeps_present_rates_on_whom(countervail: Command, world: str) -> None:
    words = ("nash", "CAN,CHN,USA", "--hold", "CAN=USA,USA=CAN", "--json")
    said = countervail("respond", *words, "--world", world).json
    partners = {
        player["name"]: {rate["partner"] for rate in player["rates"]} for player in said["players"]
    }
    assert "CHN" in partners["CAN"] & partners["USA"]
    assert "USA" not in partners["CAN"]
    assert "CAN" not in partners["USA"]
    assert {"CAN", "USA"} <= partners["CHN"]
