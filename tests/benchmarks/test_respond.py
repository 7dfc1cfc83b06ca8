"""Timings of the questions of policy: what is asked, and what a row says of the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

import countervail as cv
from benchmarks import respond
from benchmarks.timing import Case, alternate
from countervail.testing import random_world

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")


def test_a_war_of_everybody_is_a_row() -> None:
    world = random_world(3, 4, 3, elasticities=(3.0, 6.0)).world()
    ((what, ask, most),) = respond.many_players(world, 4, 3)
    assert what == "nash, 4 x 3, all of them players"
    (row,) = alternate([Case(what, respond.timed(what, ask), most=most)], 1, 10.0)
    assert row.values[0] > 0
    assert "rates, " in row.note
    assert "gain left" in row.note


def test_every_kind_of_answer_has_a_note() -> None:
    world = random_world(3, 4, 3, elasticities=(3.0, 6.0)).world()
    deal = cv.respond.coop(world, ["CAN", "CHN"])
    assert f"{deal.evaluations:,} equilibria" in respond.note(deal)
    found = cv.respond.reach(world, "raise exports of CAN to CHN by 5 %")
    assert "levers, " in respond.note(found)
    answer = cv.respond.retaliate(world, "CAN", "USA", goal_usd=5.0, points=2)
    assert respond.note(answer).startswith("3 duties, ")


def test_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(respond, "built_in", lambda _world: iter(()))
    monkeypatch.setattr(respond, "many_players", lambda *_size: iter(()))
    respond.main(["--write", str(tmp_path / "page.md"), "--repeat", "1"])
    assert "`python -m benchmarks.respond --write" in (tmp_path / "page.md").read_text("utf-8")
