"""``countervail backtest``: an episode beside what was seen, and a name that is none."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from countervail.app import backtest as asked
from countervail.app.request import Progress, run
from countervail.backtests import open_episode
from countervail.backtests.score import shipped

from .conftest import Command


@contextmanager
def quiet(_: str) -> Iterator[Progress]:
    yield lambda done, total: None


def test_an_episode(countervail: Command) -> None:
    ran = countervail("backtest", "chn-aus-barley-2020")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "China's duties on Australian barley, 2020"
    text = " ".join(ran.out.split())
    assert "80.5 points of duty of CHN on AUS" in text
    assert "Predicted: Barley, carved." in text
    assert "redirected, exporter's side 162 19 yes" in text
    assert "first winner predicted: CAN (lines), CAN (goods), CAN (first year)" in text
    assert "Australia's crop was small in 2019" in text


def test_json(countervail: Command) -> None:
    found = countervail("backtest", "chn-can-canola-2022", "--json").json
    facts = {(row["fact"], row["side"]): row for row in found["facts"]}
    hit = facts["hit", "importer"]
    assert (hit["first_year"], hit["low"], hit["basis"]) == (-100.0, -100.0, "certain")
    assert found["winners"] == []
    assert not found["without an answer"]


def test_an_unknown_episode_has_a_nearest(countervail: Command) -> None:
    ran = countervail("backtest", "chn-aus-barly-2020")
    assert (ran.code, ran.out) == (2, "")
    assert "no episode 'chn-aus-barly-2020' in the record; did you mean" in ran.err


def test_draws_of_the_package_stand_beside_and_one_draw_is_no_range(countervail: Command) -> None:
    found = countervail("backtest", "usa-can-steel-2018", "--json").json
    hit = next(row for row in found["facts"] if row["fact"] == "hit")
    (known,) = (r for r in shipped().of("first_year", "hit") if r.episode == "usa-can-steel-2018")
    assert (hit["p05"], hit["p95"]) == known.drawn
    assert hit["low"] <= hit["first_year"] <= hit["high"]
    assert hit["basis"] == "record"
    refused = countervail("backtest", "usa-can-steel-2018", "--draws", "1")
    assert (refused.code, refused.out) == (2, "")
    assert "--draws 1: 0 takes the ranges of the package, 2 to 100,000 make them" in refused.err


def test_all_of_a_record_come_with_their_score(monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(map(open_episode, ("chn-aus-barley-2020", "chn-usa-hay-2018")))
    monkeypatch.setattr("countervail.backtests.open_record", lambda: few)
    document = run(asked.BacktestRequest(), quiet).document
    found = document.as_dict()
    assert {row["fact"] for row in found["score"]} == {"hit", "redirected", "rivals"}
    assert [row["episode"] for row in found["first winners"]] == [one.id for one in few]
    assert "no range" in document.markdown()


def test_the_page_is_as_the_shipped_table(repository: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        "make_scores", repository / "tools" / "make_scores.py"
    )
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.PAGE.read_text("utf-8") == tool.page(shipped(), {}), (
        "stale: run `python tools/make_scores.py` and `python tools/make_record.py`"
    )
