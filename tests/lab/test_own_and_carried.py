"""A page with a measure of one's own, a question in its address, another language, other shapes."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

import countervail as cv
from countervail.errors import FileError, InputError
from countervail.lab.asking import LabServices
from countervail.lab.bench import LabBench
from countervail.lab.carried import MOST_LETTERS, MOST_WORD, packed, unpacked
from countervail.lab.server import lab_app
from countervail.lab.solving import WorkerHere
from countervail.lab.state import LabState, address, addressed
from countervail.lab.work import LabOpening, LabWork, page_words
from countervail.policy.bargaining.file import read_table
from countervail.present.charts.worldmap import on_shapes, read_shapes, shapes
from countervail.present.sentences.language import language
from countervail.scenario.file import parse_scenario
from tests.lab.conftest import ORIGIN

EV, OWN = "can-chn-ev-surtax-2024", "own-can-chn-pork"
PORK = {"by": "Canada", "on": "China", "goods": "pork", "rate": 40, "from": "2025-05-01"}

FILE = """
name = "mine"
title = "Mine <script>alert(1)</script>"
from = 2024-09-30
to = 2026-01-12
measures = ["can-chn-ev-surtax-2024"]
countries = ["CAN", "CHN"]
"""

BY_HAND = """
name = "x"
title = "x"
[[shock]]
importer = "CAN"
exporter = "CHN"
add = 5.0
"""


def solved(lab: TestClient, state: dict[str, Any]) -> dict[str, Any]:
    answer = lab.post("/api/solve", json={"state": state})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_measure_of_ones_own_is_a_row_and_its_code_gives_its_figures(
    lab: TestClient, bench: LabBench, small: cv.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two roads: the page, and the TOML and Python it writes."""
    found = lab.post("/api/rows", json={"state": {"own": [PORK]}}).json()
    row = found["measures"][-1]
    assert (row["id"], row["own"], row["rate"], row["name"]) == (OWN, 0, 40.0, "Pork")
    assert [r["own"] for r in found["measures"][:-1]] == [None] * len(bench.questions.rows)
    state = {**found["state"], "rates": {OWN: 30.0}, "horizon": "long"}
    mine = bench.solution(LabState.read(state))
    assert solved(lab, state)["law"].startswith("edited law of")
    said = lab.post("/api/code", json={"state": state, "as": "toml"}).json()["text"]
    question = parse_scenario(said, "law.toml", own=small.countries)
    assert f'measure = "{OWN}"' in said
    other = cv.solve(small, question, horizon="long")
    assert np.allclose(other.arrays["welfare"], mine.arrays["welfare"], rtol=1e-6, atol=1e-10)
    program = lab.post("/api/code", json={"state": state, "as": "python"}).json()["text"]
    monkeypatch.setattr(cv, "open_world", lambda: small)
    names: dict[str, Any] = {}
    exec(compile(program, "lab", "exec"), names)
    gap = names["solution"].arrays["welfare_usd"] - mine.arrays["welfare_usd"]
    assert np.abs(gap).max() < 1e-4
    ended = bench.solution(LabState.read({**state, "rates": {OWN: "off"}}))
    without = bench.solution(LabState.read({"horizon": "long"}))
    assert np.allclose(ended.arrays["welfare_usd"], without.arrays["welfare_usd"], atol=1e-3)
    moves = {m["says"] for m in lab.post("/api/desk", json={"state": state}).json()["moves"]}
    assert "Canada ends the duty on pork" in moves


def test_what_it_is_worth_has_a_range_from_common_draws(lab: TestClient, work: LabWork) -> None:
    work.drawn.held.clear()
    own = LabState.read({"own": [PORK], "horizon": "long"}).as_dict()
    with pytest.MonkeyPatch.context() as patch:
        for module in ("ranging", "asking"):
            patch.setattr(f"countervail.lab.{module}.COUNTS", (2,))
        body = {"state": own, "a": {**own, "rates": {OWN: "off"}}}
        key = lab.post("/api/solve", json=body).json()
        text = lab.get(f"/api/ranges/{key['key']}", params={"a": key["a_key"]}).text
    work.drawn.held.clear()
    told = json.loads(text.strip().split("\n\n")[-1].removeprefix("data: "))
    row = next(r for r in told["figures"] if r["code"] == "CAN")
    assert row["against_a"]["p05"] < row["against_a"]["p95"]


def test_a_measure_that_is_none_is_refused_in_a_sentence(lab: TestClient) -> None:
    for wrong, says in (
        ({"goods": "stel"}, "'stel' names none that is known"),
        ({"from": "2024-09-30"}, "the question begins on 2024-09-30"),
        ({"by": "CHN"}, "'CHN' lays it"),
    ):
        answer = lab.post("/api/rows", json={"state": {"own": [{**PORK, **wrong}]}})
        assert answer.status_code == 422
        assert says in answer.json()["error"]["says"]
    twice = lab.post("/api/rows", json={"state": {"own": [PORK, {**PORK, "rate": 3}]}}).json()
    assert twice["error"]["says"] == f"'{OWN}' is there already: move its rate"


def test_an_address_carries_own_measures_and_a_question(lab: TestClient, bench: LabBench) -> None:
    state = LabState.read({"own": [PORK], "rates": {OWN: 3.5}, "file": packed(FILE)})
    beside = LabState.read({"own": [{**PORK, "rate": 5}], "file": packed(FILE)})
    found = addressed("#" + address(state, "mine", beside))
    assert (found.state, found.a, found.unknown) == (state, beside, ())
    start = lab.get("/api/start", params={"state": address(state, "mine")}).json()
    assert start["scenario"]["title"] == "Mine <script>alert(1)</script>"
    assert [row["id"] for row in start["measures"]] == [EV, OWN]
    assert start["unknown"] == []
    answer = solved(lab, start["state"])
    assert answer["address"].startswith("f=")
    odd = lab.get("/api/start", params={"state": "n=CAN!CHN!stel!ban!!2025-05-01~x"}).json()
    assert len(odd["unknown"]) == 2
    assert "'stel' names none" in odd["unknown"][0]
    other = lab.get("/api/start", params={"state": "s=us-canada"}).json()
    assert other["unknown"] == ["us-canada (this lab is open with canada-china)"]


def test_a_question_of_an_address_is_refused_where_it_is_none(lab: TestClient) -> None:
    whole = lab.get("/api/start").json()
    for word, says in (
        (packed(FILE)[:-3], "it was cut"),
        ("x" * (MOST_WORD + 1), f"longer than {MOST_WORD:,} letters"),
        (packed(FILE + "\nmesures = 1\n"), "question.toml:9"),
        (packed(FILE.replace("ev-surtax", "ev-surtx")), "question.toml:6"),
    ):
        start = lab.get("/api/start", params={"state": f"f={word}"}).json()
        assert says in start["unknown"][0]
        assert start["measures"] == whole["measures"]
    for text, says in (
        (FILE.replace("2024-09-30", "soon"), "question.toml:4"),
        ("x" * (MOST_LETTERS + 1), "open it with countervail lab FILE"),
        (
            'name = "x"\ntitle = "x"\n[[shock]]\nimporter = "CAN"\nexporter = "CHN"\nadd = 5.0',
            "hand",
        ),
    ):
        answer = lab.post("/api/carry", json={"text": text})
        assert answer.status_code == 422
        assert says in answer.json()["error"]["says"]
    bomb = packed("#" * MOST_LETTERS)
    assert len(unpacked(bomb)) == MOST_LETTERS
    with pytest.raises(InputError, match="more than"):
        unpacked(_deflated("#" * (10 * MOST_LETTERS)))


def _deflated(text: str) -> str:
    import base64
    import zlib

    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(text.encode()) + deflate.flush()
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def test_doors_lead_on_with_files_that_are_read(lab: TestClient, tmp_path: Path) -> None:
    plain = lab.post("/api/desk", json={"state": {"horizon": "long"}}).json()["doors"]
    kinds = [door["kind"] for door in plain]
    assert kinds == ["report", "bargain", "retaliate", "optimal", "nash", "coop", "reach"]
    commands = {door["kind"]: door["command"] for door in plain}
    assert commands[
        "optimal"
    ] == "countervail respond optimal CAN --scenario canada-china --horizon long".replace(
        " --horizon long", ""
    )
    file = tmp_path / "bargain.toml"
    file.write_text(next(d["files"]["bargain.toml"] for d in plain if d["kind"] == "bargain"))
    table = read_table(file)
    assert {c.party for c in table.concessions} == {"Canada", "China"}
    edited = lab.post("/api/desk", json={"state": {"rates": {EV: 5.0}, "horizon": "long"}}).json()[
        "doors"
    ]
    for door in edited:
        if door["kind"] != "bargain":
            assert "law.toml" in door["command"]
            assert parse_scenario(door["files"]["law.toml"], "law.toml").changes


def test_a_page_speaks_french(bench: LabBench) -> None:
    here = WorkerHere(LabWork(bench, LabOpening(lang="fr")))
    with TestClient(
        lab_app(LabServices(here, [here], LabOpening(lang="fr"))), base_url=ORIGIN
    ) as lab:
        page = lab.get("/").text
        assert '<html lang="fr">' in page
        assert "Ajouter une mesure" in page
        start = lab.get("/api/start").json()
        assert start["words"]["undo"] == "Annuler"
        assert start["scenario"]["title"].startswith("Canada et Chine")
        assert any("au cas par cas" in one["reason"] for one in start["left_out"])
        wrong = {"by": "CAN", "on": "CHN", "goods": "pwrk", "rate": 5, "from": "2025-05-01"}
        said = lab.post("/api/rows", json={"state": {"own": [wrong]}}).json()["error"]
        assert "donnez leurs codes SH" in said["says"]
        assert "lang" not in said
        said = lab.post("/api/code", json={"state": {}, "as": "cobol"}).json()["error"]
        assert said["lang"] == "en", "what the language does not have says that it is English"
        assert {row["by_name"] for row in start["measures"]} == {"Canada", "Chine"}
        answer = solved(lab, {"horizon": "long", "rates": {EV: "off"}})
        assert "À long terme" in answer["headline"]
        assert "Ventes avant et après" in answer["fragments"]["goods"]
        desk = lab.post("/api/desk", json={"state": {"horizon": "long"}}).json()
        assert any("fin du droit" in move["says"] for move in desk["moves"])
        assert all(door["command"].endswith(" --lang fr") for door in desk["doors"])
        html = {"Accept": "text/html"}
        ledger = lab.get("/ledger", headers=html).text
        assert "Le registre" in ledger
        day = {"date": "2025-01-02", "by": "CAN"}  # one of the record, of which nothing is said
        assert "China Surtax" in lab.get("/ledger", params=day, headers=html).text


@pytest.mark.parametrize("code", ["en", "fr"])
def test_every_word_the_page_names_is_there_and_none_is_idle(code: str) -> None:
    folder = resources.files("countervail.lab").joinpath("static")
    scripts = "".join(p.read_text("utf-8") for p in folder.iterdir() if p.name.endswith(".js"))
    html = folder.joinpath("index.html").read_text("utf-8")
    asked = set(re.findall(r'\bt\(\s*"(\w+)"', scripts)) | set(re.findall(r"\{\{(\w+)\}\}", html))
    for first, second in re.findall(r'\bt\([^"()]*\? "(\w+)" : "(\w+)"', scripts):
        asked |= {first, second}
    known = page_words(language(code))
    assert asked <= known.keys()
    python = "".join(
        p.read_text("utf-8") for p in Path(resources.files("countervail.lab")).rglob("*.py")
    )
    own = language(code).template("lab").keys()
    made = (
        "move_",
        "door_",
        "closure_",
        "instrument_",
        "respond_",
        "keys_list",
        "ledger",
        "being_drawn",
    )
    idle = {
        key for key in own - asked
        if not key.startswith(made) and f"lab.{key}" not in python and f'"{key}"' not in python
    }  # fmt: skip
    assert not idle


def test_other_shapes_take_the_place_of_the_packages(bench: LabBench, tmp_path: Path) -> None:
    square = {"d": "M0,0L9,0L9,9Z", "at": [4, 4]}
    file = tmp_path / "map.json"
    given = {"viewBox": [0, 0, 90, 40], "source": "mine", "countries": {"CAN": square}}
    file.write_text(json.dumps(given))
    opening = LabOpening(map=str(file))
    here = WorkerHere(LabWork(bench, opening))
    with TestClient(lab_app(LabServices(here, [here], opening)), base_url=ORIGIN) as lab:
        assert lab.get("/map.json").json()["countries"] == {"CAN": square}
        assert lab.get("/api/start").json()["source"] == "mine"
    with on_shapes(read_shapes(file)):
        assert list(shapes()["countries"]) == ["CAN"]
    assert len(shapes()["countries"]) > 100
    wrong: list[tuple[Any, str]] = [
        ([], "a table 'countries'"),
        ({**given, "viewBox": [1, 2]}, "'viewBox', four numbers"),
        ({**given, "countries": {"<b>": square}}, "no code of a country"),
        ({**given, "countries": {"CAN": {**square, "d": "M0,0<script>"}}}, "straight lines"),
        ({**given, "countries": {"CAN": {"d": "M0,0"}}}, "no place 'at'"),
    ]
    for said, why in wrong:
        file.write_text(json.dumps(said))
        with pytest.raises(FileError, match=why):
            read_shapes(file)
    with pytest.raises(FileError, match="cannot be read as a map"):
        read_shapes(tmp_path / "none.json")
