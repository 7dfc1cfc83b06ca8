"""The lab's server: what it answers, to whom, and what it says when it does not."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

import countervail as cv
from countervail.errors import InputError, NotCertified
from countervail.lab.asking import LabServices
from countervail.lab.bench import LabBench
from countervail.lab.says import error_of, without_folders
from countervail.lab.server import PORT, lab_app
from countervail.lab.solving import ENDED, LabWorkerLost, WorkerProcess
from countervail.lab.state import LabState
from countervail.lab.work import LabOpening, LabWork

EV, SEED = "can-chn-ev-surtax-2024", "chn-can-canola-seed-antidumping"


def solved(lab: TestClient, **body: Any) -> dict[str, Any]:
    answer = lab.post("/api/solve", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def welfare(answer: dict[str, Any]) -> dict[str, float]:
    return {row["code"]: row["welfare_usd"]["value"] for row in answer["figures"]}


def test_start_has_every_row_of_the_law_with_its_steps_and_the_map_its_shapes(
    lab: TestClient, bench: LabBench
) -> None:
    start = lab.get("/api/start").json()
    assert [row["id"] for row in start["measures"]] == list(bench.questions.rows)
    ledger = bench.questions.ledger
    for row in start["measures"]:
        of = ledger.measure(row["measure"])
        standing = [r for r in of.rates if not r.never and r.in_force is not None]
        assert {s["from"] for s in row["steps"]} <= {str(r.in_force) for r in standing}
        assert all(step["source"] for step in row["steps"])
        assert row["rate"] in {r.rate for r in standing}
    assert start["days"][0] < "2024-10-01" < start["days"][1]
    assert start["lanes"].count("<rect") >= len(start["measures"])
    shapes = lab.get("/map.json")
    assert set(shapes.json()["countries"]) >= {"CAN", "CHN", "USA"}
    again = lab.get("/map.json", headers={"If-None-Match": shapes.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_the_law_of_a_day_is_the_ledgers(lab: TestClient, bench: LabBench) -> None:
    for day in ("2024-09-30", "2024-10-10", "2025-05-01", "2026-03-05"):
        rows = lab.get("/api/law", params={"date": day}).json()["measures"]
        view = bench.questions.ledger.at(day)
        for row in rows:
            entries = view.only([row["measure"]]).entries
            assert row["in_force"] == bool(entries), (day, row["id"])
            assert row["rate"] in {None, *(e.rate.rate for e in entries)}
    seen = lab.get("/api/law", params={"date": "2025-05-01", "known_on": "2024-08-01"}).json()
    assert not any(row["in_force"] for row in seen["measures"])


def test_every_edit_is_the_answer_that_solve_gives(
    lab: TestClient, bench: LabBench, small: cv.World
) -> None:
    """Two roads: the page's prepared arrays, and a scenario with changes solved from nothing."""
    for state in (
        {},
        {"rates": {EV: 5.0}},
        {"rates": {EV: "off", SEED: 5.9}},
        {"date": "2025-05-01", "rates": {SEED: 30.0}},
        {"horizon": "long", "rates": {SEED: 180.0}},
    ):
        answer = solved(lab, n=1, state=state)
        asked = bench.asked(LabState.read(state)).scenario
        other = cv.solve(small, asked, horizon=str(state.get("horizon", "1")))
        for code, usd in welfare(answer).items():
            expected = float(other.welfare_usd.sel(country=code))
            assert usd == pytest.approx(expected, rel=1e-6, abs=1e-3), (state, code)


def test_where_no_law_differs_nothing_moves_wherever_the_search_came_from(
    lab: TestClient,
) -> None:
    solved(lab, state={"horizon": "long", "rates": {EV: 55.0}})
    answer = solved(lab, state={"horizon": "long", "date": "2024-09-29"})
    assert answer["headline"].startswith("Nothing in the law changed between 29 September")
    assert set(welfare(answer).values()) == {0.0}
    every = dict.fromkeys((row["id"] for row in lab.get("/api/start").json()["measures"]), "off")
    ended = solved(lab, state={"horizon": "long", "rates": every})
    assert ended["headline"].startswith("Nothing in the law changed")
    assert set(welfare(ended).values()) == {0.0}


def test_an_answer_holds_its_headline_map_charts_and_rows(lab: TestClient) -> None:
    answer = solved(lab, tab="t", n=7, state={}, focus="CAN", width=340)
    assert answer["n"] == 7
    assert "(no range)" in answer["headline"]
    assert answer["certificate"]["residual"] < 1e-8
    assert answer["classes"].keys() == welfare(answer).keys()
    row = next(r for r in answer["figures"] if r["code"] == "CAN")
    assert row["usd_said"] in answer["tip"]
    moving = solved(lab, n=8, state={}, focus="CAN", figures=False)
    assert moving["figures"] is None
    assert moving["tip"] == answer["tip"]
    assert answer["classes"]["CAN"].startswith("l")
    for name in ("who", "goods", "partners"):
        assert answer["fragments"][name].startswith("<svg"), name
        assert 'role="img"' in answer["fragments"][name]
    assert 'data-k="CAN"' in answer["fragments"]["who"]
    assert answer["compare"] == ""


def test_against_a_is_the_difference_of_both_and_scales_stand_still(lab: TestClient) -> None:
    one = solved(lab, n=1, state={})
    two = solved(lab, n=2, state={"rates": {EV: "off"}}, a={}, focus="CAN")
    row = {r["code"]: r for r in two["figures"]}
    for code, before in welfare(one).items():
        gap = welfare(two)[code] - before
        assert row[code]["against_a"]["value"] == pytest.approx(gap, abs=1e-9)
    assert "Canada" in two["compare"]
    assert two["against"]["CAN"].startswith("g")
    assert two["fragments"]["who"].count('class="rg"') >= 2
    held = solved(lab, n=3, state={"rates": {EV: "off"}}, scales={**one["scales"], "map": [9.0]})
    free = solved(lab, n=4, state={"rates": {EV: "off"}})
    assert held["bounds"] != free["bounds"]


def test_what_is_no_state_is_refused_in_a_sentence(lab: TestClient) -> None:
    for state, said in (
        ({"rates": {"no-such": 5}}, "no-such"),
        ({"rates": {EV: -1}}, EV),
        ({"rates": {EV: "high"}}, EV),
        ({"date": "2025-02-30"}, "2025-02-30"),
        ({"wrong": 1}, "wrong"),
        ({"horizon": "7"}, "7"),
    ):
        answer = lab.post("/api/solve", json={"n": 1, "state": state})
        assert answer.status_code == 422, state
        error = answer.json()["error"]
        assert error.keys() == {"kind", "says", "where"}
        assert said in error["says"]
    for body in ({"n": "x", "state": {}}, {"state": 3}, {"extra": 1}):
        assert "says" in lab.post("/api/solve", json=body).json()["error"]
    assert lab.get("/api/nothing").json()["error"]["kind"] == "address"


def test_a_law_without_an_answer_is_refused_and_says_why(
    lab: TestClient, work: LabWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise NotCertified("motor vehicles in CAN would have buyers and no supplier left")

    monkeypatch.setattr(work.bench, "solution", none)
    answer = lab.post("/api/solve", json={"n": 3, "state": {"rates": {EV: 77.7}}})
    assert answer.status_code == 409
    assert "no supplier left" in answer.json()["refused"]


def test_only_pages_of_this_server_are_answered(lab: TestClient) -> None:
    for headers, status in (
        ({"Host": "evil.example"}, 421),
        ({"Host": f"127.0.0.1:{PORT + 1}"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ):
        answer = lab.post("/api/solve", json={"state": {}}, headers=headers)
        assert answer.status_code == status, headers
        assert answer.json()["error"]["says"]
    assert lab.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert lab.get("/api/start", headers={"Origin": "http://evil.example"}).status_code == 403
    form = lab.post("/api/solve", content=b"{}", headers={"Content-Type": "text/plain"})
    assert form.status_code == 415
    large = lab.post("/api/solve", json={"state": {"rates": {"x" * 300_000: 1}}})
    assert large.status_code == 413
    assert lab.get("/api/law", headers={"Origin": f"http://localhost:{PORT}"}).status_code == 200


def test_every_answer_is_sealed_and_no_page_is_from_elsewhere(lab: TestClient) -> None:
    for path in ("/", "/api/start", "/map.json", "/static/tokens.css", "/nothing"):
        headers = lab.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    page = lab.get("/").text
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert "<script>" not in page
    for name in re.findall(r"/static/[\w.]+", page):
        assert lab.get(name).status_code == 200, name
    for wrong in ("/static/../server.py", "/static/server.py", "/static/%2e%2e/server.py"):
        assert lab.get(wrong).status_code == 404


def test_no_answer_names_a_folder_of_the_machine() -> None:
    said = without_folders("/home/me/secret/law.toml:3: no such measure; see http://x.example/a/b")
    assert said == "law.toml:3: no such measure; see http://x.example/a/b"
    assert without_folders("CAN and/or CHN, 5/6") == "CAN and/or CHN, 5/6"
    _, body = error_of(InputError("no file '/tmp/a b/c.nc' there"), "/api/solve")
    assert "/tmp" not in json.dumps(body["error"]["says"])


def test_of_two_questions_of_a_page_the_newer_one_wins(work: LabWork) -> None:
    class Slow:
        def ask(self, method: str, *, unless: Any = None, **words: Any) -> Any:
            services.newest["tab"] = 9  # a newer question came while this one waited
            return None if unless and unless() else work.do(method, words)

        def close(self) -> None: ...

    services = LabServices(Slow(), [Slow()])
    with TestClient(lab_app(services), base_url=f"http://127.0.0.1:{PORT}") as client:
        old = client.post("/api/solve", json={"tab": "tab", "n": 8, "state": {}})
        new = client.post("/api/solve", json={"tab": "tab", "n": 9, "state": {}})
    assert (old.status_code, old.json()) == (409, {"superseded": 8})
    assert new.status_code == 200


def test_a_process_that_is_ended_is_said_so_and_starts_again() -> None:
    worker = WorkerProcess(LabOpening(scenario="no-such-scenario"))
    try:
        with pytest.raises(InputError, match="no-such-scenario"):
            worker.ask("law")
        worker.process.kill()
        worker.process.join()
        with pytest.raises((LabWorkerLost, InputError)) as lost:
            worker.ask("law")
        if lost.type is LabWorkerLost:
            assert str(lost.value) == ENDED
        with pytest.raises(InputError, match="no-such-scenario"):
            worker.ask("law")
    finally:
        worker.close()
