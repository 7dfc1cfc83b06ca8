"""What the lab does with a law: ranges from common draws, the desk, code, reports, the ledger."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

import countervail as cv
from countervail.draws.ensemble.job import EnsembleJob
from countervail.draws.priors import Priors
from countervail.draws.sampling import sobol
from countervail.errors import NotCertified
from countervail.lab import ranging
from countervail.lab.asking import LabServices
from countervail.lab.bench import LabBench
from countervail.lab.measures import law_rows
from countervail.lab.ranging import LabDraws
from countervail.lab.solving import WorkerHere
from countervail.lab.state import LabState, address, addressed
from countervail.lab.work import LabWork
from countervail.scenario.file import read_scenario

EV, SEED = "can-chn-ev-surtax-2024", "chn-can-canola-seed-antidumping"


@pytest.fixture(scope="module")
def few(work: LabWork) -> Any:
    """Ranges told after two draws and after four."""
    work.drawn.held.clear()
    with pytest.MonkeyPatch.context() as patch:
        for module in ("ranging", "asking"):
            patch.setattr(f"countervail.lab.{module}.COUNTS", (2, 4))
        yield
    work.drawn.held.clear()


@pytest.fixture(scope="module")
def streamed(lab: TestClient, few: None) -> list[dict[str, Any]]:
    solved = lab.post(
        "/api/solve",
        json={"state": {"horizon": "long", "rates": {EV: "off"}}, "a": {"horizon": "long"}},
    ).json()
    words = {"a": solved["a_key"], "focus": "CAN"}
    text = lab.get(f"/api/ranges/{solved['key']}", params=words).text
    return [json.loads(part.removeprefix("data: ")) for part in text.strip().split("\n\n")]


def test_ranges_come_in_turn_and_the_last_says_so(streamed: list[dict[str, Any]]) -> None:
    told = [one for one in streamed if "headline" in one]
    assert [one["made"] for one in told] == [2, 2, 4, 4]
    assert [one["done"] for one in told] == [False, False, False, True]
    gaps = [one["figures"][0]["against_a"] for one in told[:2]]
    assert [gap["p05"] is not None for gap in gaps] == [False, True], "its own come first"
    assert "(" in told[-1]["headline"]
    assert "no range" not in told[-1]["headline"]
    assert 'class="iv ' in told[-1]["fragments"]["who"]
    for row in told[-1]["figures"]:
        assert row["welfare_usd"]["p05"] <= row["welfare_usd"]["p95"]


def test_a_difference_has_the_range_of_its_own_draws(
    streamed: list[dict[str, Any]], bench: LabBench, small: cv.World
) -> None:
    """Two roads: the page's, and draws of both laws made here and subtracted one by one."""
    drawn = []
    for edits in ({EV: "off"}, {}):
        point = bench.solution(LabState(horizon="long", edits=edits))
        priors = Priors.of(small, point.scenario, None, point.resolved)
        job = EnsembleJob(priors, cv.CaliendoParro(), point.hats, welfare)
        drawn.append([one.figures["usd"] for one in job.answers(sobol(4, len(priors.names), 1))])
    n = small.country("CAN")
    own = np.array(drawn)[:, :, n]
    gaps = own[0] - own[1]
    row = next(r for r in streamed[-1]["figures"] if r["code"] == "CAN")["against_a"]
    low, high = np.quantile(gaps, (0.05, 0.95), method="weibull")
    assert row["p05"] == pytest.approx(low, rel=1e-4)
    assert row["p95"] == pytest.approx(high, rel=1e-4)
    assert np.ptp(gaps) < np.ptp(own[0]) + np.ptp(own[1]), "common draws make it surer"


def welfare(solution: cv.Solution) -> dict[str, Any]:
    return {"usd": solution.arrays["welfare_usd"]}


def test_draws_that_all_fail_say_why_and_leave_the_answer_without_a_range(
    bench: LabBench, few: None
) -> None:
    point = bench.solution(LabState(horizon="long"))
    draws = LabDraws.of(point, bench.given, cv.CaliendoParro())
    assert draws.ensemble() is None
    draws.keep({0: "no buyer left", 1: "no buyer left"})
    with pytest.raises(NotCertified, match="none of 2 draws has an answer; the first: no buyer"):
        draws.ensemble()


def test_a_stream_that_is_closed_ends_the_work(work: LabWork, few: None) -> None:
    asked: list[str] = []
    asked_for: list[Sequence[int]] = []

    class Counting(WorkerHere):
        def ask(self, method: str, **words: Any) -> Any:
            asked.append(method)
            asked_for.append(words.get("numbers", ()))
            return super().ask(method, **words)

    here = Counting(work)
    services = LabServices(here, [here])
    services.know("k", {"horizon": "long", "rates": {EV: 3.0}})
    wanted = itertools.chain([True, True], itertools.repeat(False))
    assert not [
        one for one in services.ranges("k", None, {}, lambda: next(wanted)) if "headline" in one
    ]
    drawn = asked.count("draw")
    assert 1 <= drawn <= 2
    assert "ranges" not in asked
    list(services.ranges("k", None, {}, lambda: True))
    made = [k for numbers in asked_for for k in numbers]
    assert sorted(made) == sorted(set(made)), "a draw that was made is not made again"


def test_every_move_of_the_desk_is_what_solving_it_says(lab: TestClient, bench: LabBench) -> None:
    """Two roads: one batch, and each move solved by itself."""
    state = {"rates": {EV: 40.0, SEED: "off"}}
    found = lab.post("/api/desk", json={"state": state}).json()
    assert [p["code"] for p in found["parties"]] == ["CAN", "CHN"]
    kinds = {move["says"].split(" the ")[0] for move in found["moves"]}
    assert {"Canada ends", "Canada restores", "China restores"} <= kinds
    here = bench.solution(LabState.read(state))
    for move in found["moves"]:
        assert move["certified"], move
        there = bench.solution(LabState.read(move["state"]))
        for code, usd in move["gain"].items():
            n = here.world.country(code)
            gap = there.arrays["welfare_usd"][n] - here.arrays["welfare_usd"][n]
            assert usd == pytest.approx(gap, abs=1e-3), move["says"]


def test_code_gives_the_figure_of_the_page(
    lab: TestClient, bench: LabBench, small: cv.World, tmp_path: Any, monkeypatch: Any
) -> None:
    state = {"date": "2025-05-01", "rates": {EV: "off", SEED: 30.0}}
    mine = bench.solution(LabState.read(state))

    def said(form: str) -> str:
        text: str = lab.post("/api/code", json={"state": state, "as": form}).json()["text"]
        return text

    file = tmp_path / "law.toml"
    file.write_text(said("toml"), "utf-8")
    question = read_scenario(file, own=small.countries)
    other = cv.solve(small, question, horizon="1")
    assert np.allclose(other.arrays["welfare"], mine.arrays["welfare"], rtol=1e-6, atol=1e-10)
    assert said("command").startswith("countervail run law.toml --horizon 1")

    program = said("python")
    monkeypatch.setattr(cv, "open_world", lambda: small)
    names: dict[str, Any] = {}
    exec(compile(program, "lab", "exec"), names)
    gap = names["solution"].arrays["welfare_usd"] - mine.arrays["welfare_usd"]
    assert np.abs(gap).max() < 1e-4
    plain = lab.post("/api/code", json={"state": {}, "as": "command"}).json()["text"]
    assert plain == "countervail run canada-china --horizon 1\n"
    assert lab.post("/api/code", json={"state": {}, "as": "cobol"}).status_code == 422


def test_an_address_holds_a_state_and_names_what_it_does_not_know(bench: LabBench) -> None:
    state = LabState.read(
        {"date": "2025-05-01", "rates": {EV: 5.9, SEED: "off"}, "horizon": "long"}
    )
    beside = LabState.read({"rates": {EV: "on"}, "horizon": "long"})
    found = addressed("#" + address(state, "canada-china", beside))
    assert (found.scenario, found.state, found.a) == ("canada-china", state, beside)
    assert found.unknown == ()
    odd = addressed("q=1&d=soon&h=7&m=x:1,broken," + EV + ":2&v=table&c=CHN")
    assert set(odd.unknown) == {"q", "soon", "7", "broken"}
    kept, more = odd.state.known(bench.questions.rows)
    assert (kept.edits, more) == ({EV: 2.0}, ("x",))


def test_rows_of_every_preset_stand_on_the_ledger_and_unpriced_ones_say_why() -> None:
    for name in ("canada-china", "us-canada", "us-china-2025", "australia-china"):
        scenario = cv.open_scenario(name)
        ledger = scenario.ledger
        assert ledger is not None
        rows = law_rows(scenario, ledger)
        assert {row.measure.id for row in rows.values()} <= set(scenario.subject or ())
        for row in rows.values():
            assert row.steps, row.key
            assert set(row.rates) <= {r.rate for r in row.measure.rates}
            assert row.why_not is None or row.why_not
            if row.slides:
                assert row.highest <= 200.0
    dual = cv.open_scenario("australia-china")
    assert dual.ledger is not None
    bans = [r for r in law_rows(dual, dual.ledger).values() if not r.slides]
    assert bans, "a ban has a switch and no slider"


def test_reports_are_whole_pages_of_the_same_answer(lab: TestClient) -> None:
    state = {"horizon": "long", "rates": {EV: "off"}}
    headline = lab.post("/api/solve", json={"state": state}).json()["headline"]
    answer = lab.post("/api/report", json={"state": state, "draws": 0})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    for words in headline.split(": ")[0].split(", "):
        assert words.split(" about ")[0] in answer.text
    assert "countervail run law.toml --horizon long" in answer.text
    assert "default-src" in answer.text


def test_parts_of_an_effect_add_up_to_it(lab: TestClient) -> None:
    state = {"date": "2024-11-01", "horizon": "long"}
    found = lab.post("/api/explain", json={"state": state}).json()
    parts = [EV, "can-chn-steel-aluminium-surtax-2024"]
    assert found["parts"] == parts
    whole = lab.post("/api/solve", json={"state": state}).json()
    usd = {row["code"]: row["welfare_usd"]["value"] for row in whole["figures"]}
    for code in ("CAN", "CHN"):
        shares = [
            row["countries"][code]["welfare_usd"]["shapley"]
            for row in found["rows"]
            if row["group"] in parts
        ]
        assert len(shares) == 2
        assert sum(shares) == pytest.approx(usd[code], abs=1e-3)


def test_the_ledger_is_a_page_and_the_same_as_json(lab: TestClient) -> None:
    html = {"Accept": "text/html"}
    page = lab.get("/ledger", params={"by": "CAN", "on": "CHN", "date": "2025-01-02"}, headers=html)
    rows = lab.get("/ledger", params={"by": "CAN", "on": "CHN", "date": "2025-01-02"}).json()
    assert rows["in_force"]
    for row in rows["in_force"]:
        assert f'href="/ledger/{row["id"]}"' in page.text
    assert EV in {row["id"] for row in rows["in_force"]}
    one = lab.get(f"/ledger/{EV}", headers=html)
    assert "SOR/2024-187" in one.text
    assert lab.get(f"/ledger/{EV}").json() == lab.get(f"/api/ledger/{EV}").json()
    assert lab.get("/api/ledger/no-such").json()["error"]["kind"] == "input"
    wrong = lab.get("/ledger", params={"by": "<script>"}, headers=html)
    assert wrong.status_code == 422
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]


def test_what_is_asked_of_other_assumptions_is_another_answer(bench: LabBench) -> None:
    one, two = (
        bench.solution(replace(LabState(horizon="long"), closure=closure))
        for closure in ("world_share", "own_income")
    )
    assert not np.allclose(one.arrays["welfare"], two.arrays["welfare"], rtol=1e-9, atol=0)
    assert ranging.SEED == 1, "common draws are those of countervail run"
