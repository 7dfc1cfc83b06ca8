"""What should be done, asked of the lab: the command's own answer, streamed, stopped, refused."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

import countervail as cv
from countervail.app.parts import WhichWorld
from countervail.app.respond.bargain import BargainRequest
from countervail.app.respond.reach import ReachRequest
from countervail.draws.how import Draws
from countervail.lab.asking import LabServices
from countervail.lab.bench import LabBench
from countervail.lab.doors import kinds
from countervail.lab.responding import request_of
from countervail.lab.searching import (
    LOST,
    MOST_SEARCHES,
    NOTHING_YET,
    SUPERSEDED,
    LabSearches,
    SearchProcess,
)
from countervail.lab.server import lab_app
from countervail.lab.solving import LabWorkerLost, WorkerHere
from countervail.lab.state import LabState
from countervail.lab.work import LabOpening, LabWork
from countervail.ledger import open_ledger
from countervail.policy.bargaining.file import table_of_text
from countervail.scenario.question import Change
from tests.lab.conftest import ORIGIN

EV, SEED = "can-chn-ev-surtax-2024", "chn-can-canola-seed-antidumping"
POINT = {"horizon": "long", "number": 0}
LAW = {"horizon": "long", "rates": {EV: 20.0}}


def told(text: str) -> list[dict[str, Any]]:
    """The events of a stream, comments left out."""
    parts = [part for part in text.split("\n\n") if part.startswith("data: ")]
    return [json.loads(part.removeprefix("data: ")) for part in parts]


def asked(lab: TestClient, kind: str, **body: Any) -> list[dict[str, Any]]:
    answer = lab.post(f"/api/respond/{kind}", json={"tab": "t", **body})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return told(answer.text)


@pytest.fixture(scope="module", autouse=True)
def few() -> Iterator[None]:
    """A bargain of one concession a side: four packages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("countervail.lab.doors.MOST_CONCESSIONS", 2)
        yield


@pytest.fixture(scope="module")
def bargained(lab: TestClient) -> list[dict[str, Any]]:
    return asked(lab, "bargain", state={"horizon": "long"}, options=POINT)


def test_progress_comes_first_and_then_what_the_command_prints(
    bargained: list[dict[str, Any]], lab: TestClient, small: cv.World
) -> None:
    """Two roads: the page's question, and the request made here of the file that its door has."""
    *counts, last = bargained
    assert counts
    for one in counts:
        assert one["progress"].keys() == {"what", "done", "of"}
        assert 0 <= one["progress"]["done"] <= one["progress"]["of"]
    door = next(
        d
        for d in lab.post("/api/desk", json={"state": {"horizon": "long"}}).json()["doors"]
        if d["kind"] == "bargain"
    )
    assert door["ask"]["kind"] == "bargain"
    table = table_of_text(
        door["files"]["bargain.toml"], "bargain.toml", open_ledger(), small.countries
    )
    request = BargainRequest(
        table=table, place=WhichWorld(given=small), draws=Draws(0), horizon="long"
    )
    other = request.answer(SHOW)
    printed = json.loads(other.document.json())
    assert last["answer"].keys() == printed.keys()
    for key in ("packages", "nash", "frontier", "says"):
        assert last["answer"][key] == printed[key], key
    assert last["finished"]
    assert not last["stopped"]


class _Show:
    """Shows nothing."""

    def __enter__(self) -> Any:
        return lambda *_: None

    def __exit__(self, *_: object) -> None:
        return None


def SHOW(_: str) -> Any:  # noqa: N802
    return _Show()


def test_the_answer_is_drawn_by_the_module_of_the_report(bargained: list[dict[str, Any]]) -> None:
    last = bargained[-1]
    assert last["report"].startswith("<!doctype html>")
    assert 'id="found-headline"' in last["html"]
    assert "<script" not in last["html"]
    assert "style=" not in last["html"].replace("<svg", "")[:200]
    drawn = last["html"].count('role="img"')
    assert drawn
    assert drawn == last["report"].count('role="img"')
    for figure in ("concessions", "packages"):
        assert f'id="found-f-{figure}"' in last["html"]
        assert f'id="f-{figure}"' in last["report"]


def test_the_law_of_the_page_is_the_status_quo(
    work: LabWork, bench: LabBench, small: cv.World
) -> None:
    """What a search is made of: the edited law as its question, and options as written."""
    goal = "double exports of CAN to all but CHN by 2035"
    state = LabState.read(LAW)
    request = request_of(
        "reach", bench, state, {"goal": goal, "number": 3, "levers": ["tariff"]}, work.language, ()
    )
    assert isinstance(request, ReachRequest)
    law = request.status_quo(small)
    assert law is not None
    assert law is request.law.given
    assert law.changes == bench.asked(state).scenario.changes != ()
    assert request.place.opened() is small
    assert (request.goal, request.draws.number, list(request.levers or ())) == (goal, 3, ["tariff"])


def test_every_question_of_the_command_line_is_one_of_the_lab(lab: TestClient) -> None:
    assert set(kinds()) == {"bargain", "reach", "retaliate", "optimal", "nash", "coop"}
    doors = lab.post("/api/desk", json={"state": {"horizon": "long"}}).json()["doors"]
    assert {d["kind"] for d in doors} == {"report", *kinds()}
    for door in doors:
        assert (door["ask"] is None) == (door["kind"] == "report")


def test_what_is_no_question_is_refused_in_a_sentence(lab: TestClient) -> None:
    for kind, options, said in (
        ("optimum", {}, "optimal"),
        ("optimal", {"plyer": "CAN"}, "player"),
        ("optimal", {}, "'player' has to be given"),
        ("optimal", {"player": 3}, "player: write text"),
        ("optimal", {"player": "CAN", "number": 1.5}, "no whole number"),
        ("optimal", {"player": "CAN", "out": "/tmp/x"}, "no option 'out' here"),
        ("optimal", {"player": "CAN", "scenario": "us-china-2025"}, "no option 'scenario' here"),
        ("retaliate", {"player": "CAN", "partner": "CHN", "rebalance": "yes"}, "true or false"),
        ("reach", {"goal": "mine.toml"}, "is a file"),
        ("nash", {"players": ["CAN", 3]}, "list of texts"),
    ):
        (only,) = asked(lab, kind, state=LAW, options=options)
        assert said in only["error"]["says"], (kind, options)
        assert only["error"]["kind"] == "input"
    wrong = lab.post("/api/respond/optimal", json={"state": {}, "extra": 1})
    assert wrong.status_code == 422
    (only,) = asked(lab, "bargain", state=LAW, options=POINT, parties=["CAN", "USA"])
    assert "could end" in only["error"]["says"]


def test_only_pages_of_this_server_start_or_stop_a_search(lab: TestClient) -> None:
    for headers, status in (
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ):
        begun = lab.post("/api/respond/optimal", json={"state": {}}, headers=headers)
        ended = lab.delete("/api/respond/optimal", headers=headers)
        assert {begun.status_code, ended.status_code} == {status}
    assert (
        "default-src 'none'"
        in lab.delete("/api/respond/optimal").headers["Content-Security-Policy"]
    )


class Slow:
    """A search that counts until it is stopped, and then has the best so far."""

    def __init__(self, words: Any) -> None:
        self.words, self.count, self.stopped, self.closed = words, 0, False, False

    def next(self, wait: float) -> dict[str, Any] | None:
        time.sleep(0.01)
        self.count += 1
        if self.stopped:
            return {"answer": {"count": self.count}, "finished": False}
        return {"progress": {"what": "searches", "done": self.count, "of": 9}}

    def stop(self) -> None:
        self.stopped = True

    def close(self) -> None:
        self.closed = True


def test_a_search_is_stopped_with_the_best_so_far(work: LabWork) -> None:
    here = WorkerHere(work)
    services = LabServices(here, [here])
    services.searches = LabSearches(Slow)
    with TestClient(lab_app(services), base_url=ORIGIN) as lab:
        none = lab.delete("/api/respond/nash", params={"tab": "t"})
        assert none.status_code == 422
        assert "no search for 'nash' runs" in none.json()["error"]["says"]
        coming = services.searches.events("t", {"kind": "nash"})
        assert "progress" in (next(coming) or {})
        other = lab.delete("/api/respond/coop", params={"tab": "t"})
        assert other.status_code == 422
        assert lab.delete("/api/respond/nash", params={"tab": "t"}).json() == {"stopping": True}
        left = list(coming)
        assert left[-1] == {"answer": {"count": 2}, "finished": False}
        assert services.searches.running == {}


def test_the_newest_search_of_a_page_wins_and_there_is_room_for_few() -> None:
    made: list[Slow] = []

    def begin(words: Any) -> Slow:
        made.append(Slow(words))
        return made[-1]

    searches = LabSearches(begin)
    first = searches.events("t", {"kind": "nash"})
    next(first)
    second = searches.events("t", {"kind": "coop"})
    next(second)
    assert made[0].closed
    with pytest.raises(LabWorkerLost, match=SUPERSEDED):
        next(first)
    others = [searches.events(f"o{k}", {"kind": "nash"}) for k in range(MOST_SEARCHES - 1)]
    for one in others:
        next(one)
    with pytest.raises(cv.InputError, match="searches run already"):
        next(searches.events("late", {"kind": "nash"}))
    second.close()
    assert made[1].closed, "nobody listens: the work is ended"
    searches.close()
    assert all(one.closed for one in made)


def last(search: SearchProcess) -> Any:
    """What a search tells last."""
    while True:
        found = search.next(60.0)
        if found is not None and "answer" in found:
            return found


@pytest.fixture
def refused() -> Iterator[SearchProcess]:
    made = SearchProcess(LabOpening("no-such-question"), {"kind": "optimal"})
    yield made
    made.close()


def test_a_process_that_is_ended_is_said_so(refused: SearchProcess) -> None:
    refused.process.kill()
    with pytest.raises(LabWorkerLost, match=LOST[:30]):
        last(refused)


def test_a_process_says_why_it_has_no_answer(refused: SearchProcess) -> None:
    with pytest.raises(cv.InputError, match="no-such-question"):
        last(refused)


def test_a_process_is_stopped_as_by_ctrl_c() -> None:
    search = SearchProcess(LabOpening(), {"kind": "optimal", "state": {}, "options": {}})
    search.stop()
    assert last(search) == {"answer": None, "says": NOTHING_YET}
    search.process.join(20.0)
    assert search.process.exitcode == 0
    search.close()


def test_a_bargain_is_counted_from_the_law_of_the_page(
    work: LabWork, bench: LabBench, small: cv.World
) -> None:
    """Two roads: a package from the edited law, and both laws solved against the ledger's own."""
    edits: dict[str, Any] = {"horizon": "long", "rates": {EV: 20.0, SEED: "off"}}
    state = LabState.read(edits)
    request = request_of("bargain", bench, state, POINT, work.language, ("CAN", "CHN"))
    assert isinstance(request, BargainRequest)
    table = request.table
    assert not isinstance(table, str)
    assert all(c.changes[0].measure != SEED for c in table.concessions), "it is ended already"
    found = request.answer(SHOW).document.data
    (only,) = [one for one in found["concessions"] if one["name"].startswith("electric")]
    usd = next(p["usd"] for p in found["packages"] if p["concessions"] == [only["name"]])
    edited = bench.asked(state).scenario.changes
    own = replace(table.scenario(()), ledger=bench.questions.ledger, measures=None)
    before = cv.solve(small, replace(own, changes=edited)).welfare_usd
    ended = Change(EV, ends=True)
    both = tuple(ended if change.measure == EV else change for change in edited)
    after = cv.solve(small, replace(own, changes=both)).welfare_usd
    for name, code in (("Canada", "CAN"), ("China", "CHN")):
        gap = float(after.sel(country=code)) - float(before.sel(country=code))
        assert usd[name] == pytest.approx(gap, rel=1e-3), name
    assert "as changed by hand" in found["status_quo"]["title"]
    door = next(d for d in work.desk(edits)["doors"] if d["kind"] == "bargain")
    assert door["ask"]
    assert (door["command"], door["files"]) == ("", {}), "no command has this law"
