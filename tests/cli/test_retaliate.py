"""``countervail respond retaliate``: tables, one JSON object, and refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from countervail.testing import random_world

from .conftest import Command


@pytest.fixture
def world(folder: Path) -> str:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    random_world(3, 4, 3, elasticities=(3.0, 6.0)).world().save(folder / "small.nc")
    return str(folder / "small.nc")


def test_it_tells_list_frontier_and_proof(countervail: Command, world: str) -> None:
    words = ("CAN", "USA", "--world", world, "--cost-usd", "12", "--most", "2")
    ran = countervail("respond", "retaliate", *words, "--all")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("How CAN Canada could answer USA United States")
    for said in (
        "2 duties cost USA 12.0",
        "The frontier",
        "Cost to us",
        "┌──",
        "Proof:",
        "step by step",
    ):
        assert said in ran.out
    assert "NOT REACHABLE" not in ran.out


def test_out_of_reach_it_says_so(countervail: Command, world: str) -> None:
    words = ("CAN", "USA", "--world", world, "--cost-percent", "50")
    ran = countervail("respond", "retaliate", *words, "--all")
    assert (ran.code, ran.err) == (0, "")
    assert "NOT REACHABLE within these bounds" in ran.out
    assert "Raise the cap" in ran.out.replace("\n", " ")


def test_as_json(countervail: Command, world: str) -> None:
    words = ("--cost-usd", "2", "--spare", "C24A", "--cap", "30", "--json")
    said = countervail("respond", "retaliate", "CAN", "USA", "--world", world, *words).json
    assert said["player"] == {"name": "CAN", "members": ["CAN"]}
    assert said["partner"]["name"] == "USA"
    assert said["reached"] is True
    assert {row["sector"] for row in said["list"]} <= {"A01", "C10T12"}
    assert all(0.0 < row["duty"] <= 30.0 for row in said["list"])
    assert len(said["frontier"]) == 8
    assert said["frontier"][-1]["weight"] is None
    assert said["certificate"]["certified"] is True
    assert said["certificate"]["pain_usd"] == pytest.approx(2.0, abs=1e-3)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("CAN", "USA"), "say once what the answer is to cost them"),
        (("CAN", "USA", "--cost-usd", "5", "--spare", "A1"), "no sector 'A1'"),
        (("CAN", "Untied States", "--cost-usd", "5"), "did you mean"),
        (("CAN", "USA", "--cost-usd", "5", "--compare"), "add --unanswered"),
        (("CAN", "USA", "--cost-usd", "5", "--unanswered"), "name the scenario"),
    ],
)
def test_refusals(countervail: Command, world: str, words: tuple[str, ...], said: str) -> None:
    ran = countervail("respond", "retaliate", *words, "--world", world)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
