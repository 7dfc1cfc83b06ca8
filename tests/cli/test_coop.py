"""``countervail respond coop``: tables, one JSON object, and refusals."""

from __future__ import annotations

import pytest

from countervail.testing import random_world

from .conftest import Command


@pytest.fixture
def world(folder: object) -> str:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    random_world(3, 4, 3, elasticities=(3.0, 6.0)).world().save(f"{folder}/small.nc")
    return f"{folder}/small.nc"


def test_it_tells_gains_tariffs_and_proof(countervail: Command, world: str) -> None:
    ran = countervail("respond", "coop", "CAN,CHN", "--threat", "nash", "--world", world, "--all")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Cooperative tariffs of CAN Canada, CHN China")
    for words in ("a tariff war of the same players", "Gains over", "Tariffs of CAN", "Proof:"):
        assert words in ran.out


def test_one_object(countervail: Command, world: str) -> None:
    words = ("CAN,CHN", "--points", "1", "--low", "-20", "--weights", "CAN=2,CHN=1", "--json")
    said = countervail("respond", "coop", *words, "--world", world).json
    assert said["command"] == "coop"
    assert said["threat"] == {"kind": "law", "welfare": {"CAN": 0.0, "CHN": 0.0}}
    deals = {deal["name"]: deal for deal in said["deals"]}
    assert {"sum", "equal", "CAN x2", "CHN x2"} <= set(deals)
    assert deals["sum"]["weights"]["CAN"] == pytest.approx(2 * deals["sum"]["weights"]["CHN"])
    gains = deals["equal"]["gains"]
    assert gains["CAN"] == pytest.approx(gains["CHN"], abs=1e-5)
    assert said["finished"] is True
    rates = [rate["rate"] for deal in said["deals"] for rate in deal["rates"]["CAN"]]
    assert min(rates) >= -20.0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("CAN",), "needs two players"),
        (("CAN,CHN", "--threat", "wars"), "no threat 'wars'"),
        (("CAN,CHN", "--weights", "CAN"), "--weights 'CAN': write a number behind it"),
        (("CAN,CHN", "--hold", "CAN"), "--hold 'CAN': write a player"),
    ],
)
def test_refusals(countervail: Command, world: str, words: tuple[str, ...], said: str) -> None:
    ran = countervail("respond", "coop", *words, "--world", world)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
