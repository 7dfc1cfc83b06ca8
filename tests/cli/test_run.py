"""``countervail run``: the answer for people, for programs, and as files."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import countervail as cv
from countervail.solution import Solution
from countervail.testing import tiny

from .conftest import Command

KEYS = (
    "scenario", "world", "model", "ledger", "certificate", "countries", "lines", "sectors",
    "measures", "assumptions", "manifest",
)  # fmt: skip
"""Added to, never renamed."""

SHOCK = """\
name = "steel"
title = "Canada taxes China's steel"
[[shock]]
importer = "CAN"
exporter = "CHN"
sectors = ["C24A"]
add = 25.0
"""


@pytest.fixture
def question(folder: Path) -> Path:
    path = folder / "question.toml"
    path.write_text(SHOCK)
    return path


def test_choices_of_the_model(countervail: Command, question: Path) -> None:
    """A choice moves the answer, is reported with it, and a slip of the pen is a sentence."""
    asked = ("run", str(question), "--draws", "0", "--json")
    usual = json.loads(countervail(*asked).out)
    other = json.loads(countervail(*asked, "--set", "demand.elasticity=0.4").out)
    assert other["model"]["choices"] == {"demand": {"choice": "ces", "elasticity": 0.4}}
    assert "choices" not in usual["model"]
    assert other["countries"]["CAN"]["welfare"] != usual["countries"]["CAN"]["welfare"]
    assert any("elasticity of 0.4" in said for said in other["assumptions"])
    assert any(said.startswith("Atalay, E. (2017)") for said in other["cite"])
    reading = json.loads(countervail(*asked, "--model", "armington").out)
    assert [said.split(",")[0] for said in reading["cite"]][1] == "Armington"
    assert reading["countries"] == usual["countries"]
    model = cv.CaliendoParro(demand=cv.CesDemand(0.4))
    solved = cv.solve(cv.open_world(), question, model)
    assert other["countries"]["CAN"]["welfare"] == solved.figure("welfare", country="CAN").value
    slip = countervail(*asked, "--set", "demand.elasticty=0.4")
    assert slip.code == 2
    assert "did you mean 'elasticity'?" in slip.err


def test_the_main_job(countervail: Command, folder: Path) -> None:
    ran = countervail("run", "canada-china", "--all")
    assert (ran.code, ran.err) == (0, "")
    parts = [
        "Canada and China: ",
        "Law of 2024-09-30 against law of 2026-01-12",
        "What changed in law",
        "electric vehicles",
        "SOR/2024-187",
        "canola seed",
        "Who gains and loses (USD million of 2022, the economy of 2022; per cent, relative to",
        "CAN Canada",
        "CHN China",
        "Sectors that move most",
        "Trade diverted",
        "Certified",
        "Assumptions that matter",
        "can-steel-trq-2025",
        "How to cite",
        "Caliendo, L. and F. Parro (2015)",
    ]
    place = 0
    for part in parts:  # one after the other
        place = ran.out.find(part, place)
        assert place >= 0, part
    assert max(len(line) for line in ran.out.splitlines()) <= 120
    assert list(folder.iterdir()) == []


def test_json_has_the_promised_keys(countervail: Command) -> None:
    answer = countervail("run", "canada-china", "--json").json
    assert set(KEYS) <= set(answer)
    assert {"name", "year", "countries", "sectors"} <= set(answer["world"])
    assert (answer["world"]["countries"], answer["world"]["sectors"]) == (81, 37)
    assert {"from", "to", "known_on"} <= set(answer["ledger"])
    assert (answer["ledger"]["from"], answer["ledger"]["to"]) == ("2024-09-30", "2026-01-12")
    certificate = answer["certificate"]
    assert certificate["certified"] is True
    assert 0 < certificate["residual"] <= 1e-10
    assert certificate["residual"] <= 1e-3 * certificate["effect"]
    assert isinstance(certificate["iterations"], int)
    assert certificate["method"] == "anderson"
    assert len(answer["countries"]) == 81
    for row in answer["countries"].values():
        assert {
            "welfare", "real_wage", "terms_of_trade", "volume_of_trade", "exports", "imports",
            "revenue_change", "welfare_usd", "spending_usd", "revenue_usd", "revenue_new_usd",
        } <= set(row)  # fmt: skip
        unknown = {key for key, value in row.items() if not isinstance(value, float)}
        assert unknown <= {"welfare_usd_per_person"}
    assert answer["countries"]["CAN"]["welfare"] < 0
    assert {row["name"] for row in answer["lines"]} >= {"canola seed", "pork", "electric vehicles"}
    assert len(answer["sectors"]) == 3 * 37
    assert len(answer["measures"]) == 5
    assert all(isinstance(sentence, str) for sentence in answer["assumptions"])
    assert answer["manifest"]["world"]["name"] == "oecd-2022"


def test_json_is_the_solution(countervail: Command, canada_china: cv.Solution) -> None:
    answer = countervail("run", "canada-china", "--json").json
    assert answer["countries"]["ROW"]["welfare_usd_per_person"] is None
    for code, row in answer["countries"].items():
        n = canada_china.world.country(code)
        for key, name in (("welfare", "welfare"), ("exports", "exports_change")):
            assert row[key] == pytest.approx(canada_china.arrays[name][n], rel=1e-9, abs=1e-12)
    assert answer["manifest"] == canada_china.manifest.as_dict()


def test_units_stand_in_the_keys(countervail: Command) -> None:
    """Per cent unless a key says otherwise: money ends in _usd."""
    answer = countervail("run", "canada-china", "--json").json
    for name in ("lines", "sectors", "diversion"):
        for row in answer[name]:
            for key, value in row.items():
                if isinstance(value, float) and abs(value) > 1000:
                    assert key.endswith("_usd"), (name, key)


def test_the_same_question_twice_is_the_same_answer() -> None:
    """In two processes, to the last digit."""
    words = ["run", "canada-china", "--draws", "4", "--horizon", "long", "--json"]
    command = [sys.executable, "-m", "countervail", *words]
    runs = [subprocess.run(command, capture_output=True, check=True) for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout
    assert runs[0].stderr == b""
    json.loads(runs[0].stdout)


FILES = {
    "solution.nc", "countries.csv", "lines.csv", "sectors.csv", "measures.csv", "diversion.csv",
    "result.json", "manifest.json",
}  # fmt: skip


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_out_writes_everything(countervail: Command, folder: Path) -> None:
    ran = countervail("run", "canada-china", "--out", "new/answer")
    assert ran.code == 0
    assert "the duties Canada and China put on each other cost both" in ran.out
    assert ran.err == "written to new/answer\n"
    made = folder / "new" / "answer"
    assert {p.name for p in made.iterdir()} == FILES
    assert [p.name for p in (folder / "new").iterdir()] == ["answer"]

    answer = json.loads((made / "result.json").read_text("utf-8"))
    assert set(KEYS) <= set(answer)
    listed = json.loads((made / "manifest.json").read_text("utf-8"))
    assert listed == {**answer["manifest"], "files": sorted(FILES)}
    countries = {row["country"]: row for row in rows(made / "countries.csv")}
    assert len(countries) == 81
    assert float(countries["CAN"]["welfare"]) == answer["countries"]["CAN"]["welfare"]
    assert len(rows(made / "lines.csv")) == len(answer["lines"])
    assert len(rows(made / "sectors.csv")) == len(answer["sectors"])
    changes = sum(len(m["changes"]) for m in answer["measures"])
    assert len(rows(made / "measures.csv")) == changes
    assert all(row["reference"].startswith("http") for row in rows(made / "measures.csv"))
    with xr.open_dataset(made / "solution.nc", engine="h5netcdf") as data:
        welfare = float(data["welfare"].sel(country="CAN"))
    assert welfare == answer["countries"]["CAN"]["welfare"]


def test_out_and_json_together(countervail: Command, folder: Path, question: Path) -> None:
    ran = countervail("run", question, "--json", "--out", "answer")
    assert json.loads(ran.out) == json.loads((folder / "answer/result.json").read_text("utf-8"))
    assert ran.json


def test_out_replaces_what_it_wrote_and_nothing_else(
    countervail: Command, folder: Path, question: Path
) -> None:
    made = folder / "answer"
    made.mkdir()
    (made / "notes.txt").write_text("mine")
    assert countervail("run", question, "--out", made).code == 0
    assert countervail("run", question, "--out", made, "--deficits", "own_income").code == 0
    assert {p.name for p in made.iterdir()} == {*FILES, "notes.txt"}
    answer = json.loads((made / "result.json").read_text("utf-8"))
    assert answer["model"]["deficits"] == "own_income"


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_run_that_breaks_off_leaves_nothing(
    countervail: Command,
    folder: Path,
    question: Path,
    failure: BaseException,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def half(self: Solution, path: Path) -> Path:
        Path(path).write_bytes(b"half a file")
        raise failure

    monkeypatch.setattr(Solution, "save", half)
    ran = countervail("run", question, "--out", "answer")
    assert ran.out == ""
    assert list(folder.iterdir()) == [question]
    if isinstance(failure, KeyboardInterrupt):
        assert (ran.code, ran.err) == (
            130,
            "countervail: interrupted; no half-written file is left\n",
        )
    else:
        assert ran.code == 2
        assert ran.err == "countervail: answer: cannot be written (No space left on device)\n"


def test_where_nothing_can_be_written(countervail: Command, folder: Path, question: Path) -> None:
    (folder / "file").write_text("mine")
    ran = countervail("run", question, "--out", "file")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "countervail: file: is a file; --out names a folder\n"
    ran = countervail("run", question, "--out", "file/inside")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("countervail: file/inside: cannot be written (")
    assert (folder / "file").read_text() == "mine"


def test_no_equilibrium_prints_no_figures(countervail: Command, folder: Path) -> None:
    """Nobody sells to the United States any more, yet it must run the deficit it ran."""
    path = folder / "walled.toml"
    path.write_text(
        'name = "walled"\ntitle = "Walled in"\n'
        '[[shock]]\nimporter = "USA"\nexporter = "ALL"\niceberg_hat = inf\n'
    )
    ran = countervail("run", path, "--json", "--out", "answer")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("countervail: ")
    assert "USA can export only yet must run a deficit of " in ran.err
    assert ran.err.count("\n") == 1
    assert list(folder.iterdir()) == [path]


def welfare(ran: Any, code: str = "CAN") -> float:
    return float(ran.json["countries"][code]["welfare"])


def test_options_change_the_answer_and_are_recorded(countervail: Command, question: Path) -> None:
    plain = countervail("run", question, "--json")
    for options, place, value in (
        (("--deficits", "own_income"), ("model", "deficits"), "own_income"),
        (("--deficits", "closed"), ("model", "deficits"), "closed"),
        (("--deficits", "nominal", "--unit", "Canada"), ("model", "unit"), "CAN"),
        (
            ("--elasticities", "caliendo-parro-2015"),
            ("world", "elasticities"),
            "caliendo-parro-2015",
        ),
        (("--countries", "MEX, CHN"), ("scenario", "countries"), ["MEX", "CHN"]),
    ):
        ran = countervail("run", question, "--json", *options)
        found = ran.json[place[0]][place[1]]
        assert found == value
        if "--countries" in options:
            assert welfare(ran) == welfare(plain)
        else:
            assert welfare(ran) != welfare(plain)
            assert welfare(ran) == pytest.approx(welfare(plain), rel=0.9)


def test_an_export_tax_is_told_of(countervail: Command, folder: Path) -> None:
    path = folder / "levy.toml"
    path.write_text(SHOCK.replace("add = 25.0", "export_tax = 10.0"))
    ran = countervail("run", path, "--all")
    assert (ran.code, ran.err) == (0, "")
    words = " ".join(ran.out.split())
    assert "export tax" in words
    assert "10 %" in words
    assert "tariff revenue and export taxes in per cent" in words
    assert "Export taxes are levied on the price at the factory gate and kept by" in words
    answer = countervail("run", path, "--json").json
    assert answer["scenario"]["hand_changes"][0]["export_tax"] == 10.0
    assert answer["countries"]["CHN"]["revenue_change"] > 0
    (row,) = answer["diversion"]
    assert (row["exporter"], row["importer"], row["sector"]) == ("CHN", "CAN", "C24A")
    assert row["trade_change_usd"] < 0


def test_dates_and_clocks(countervail: Command) -> None:
    base = ("run", "canada-china", "--json")
    ran = countervail(*base, "--from", "2025-03-01", "--to", "2025-03-20")
    assert ran.json["ledger"]["from"] == "2025-03-01"
    assert {m["id"] for m in ran.json["measures"]} == {
        "chn-can-antidiscrimination-100-2025",
        "chn-can-antidiscrimination-25-2025",
    }
    # a week before it was announced, nobody knew
    early = countervail(*base, "--from", "2025-03-01", "--to", "2025-03-20", "--known-on",
                        "2025-03-01")  # fmt: skip
    assert early.json["measures"] == []
    assert welfare(early) == pytest.approx(0.0, abs=1e-12)
    assert early.json["ledger"]["known_on"] == "2025-03-01"
    later = countervail(*base, "--background", "2026-01-12")
    assert later.json["ledger"]["background"] == "2026-01-12"
    assert welfare(later) != welfare(countervail(*base))


def test_variants(countervail: Command) -> None:
    ran = countervail("run", "ev-for-canola", "--variant", "canada-alone", "--json")
    assert ran.json["scenario"]["variant"] == "canada-alone"
    assert {m["implementer"] for m in ran.json["measures"]} == {"CAN"}


def test_a_world_of_ones_own(countervail: Command, folder: Path) -> None:
    table = tiny()
    tiny().world().save(folder / "mine.nc")
    path = folder / "question.toml"
    path.write_text(SHOCK.replace("C24A", "C10T12"))
    answer = countervail("run", path, "--world", "mine.nc", "--json").json
    assert set(answer["countries"]) == set(table.countries)
    assert answer["world"]["countries"] == 5
    assert "Canada" in countervail("run", path, "--world", "mine.nc").out


def test_measures_of_ones_own(countervail: Command, folder: Path) -> None:
    shipped = Path(cv.__file__).parent / "ledger/measures/can-chn-ev-surtax-2024.toml"
    text = shipped.read_text("utf-8").replace("can-chn-ev-surtax-2024", "mine-2024")
    (folder / "mine").mkdir()
    (folder / "mine" / "mine-2024.toml").write_text(text, encoding="utf-8")
    question = folder / "question.toml"
    question.write_text(
        'name = "m"\ntitle = "M"\nfrom = 2024-09-30\nto = 2024-10-02\nmeasures = ["mine-2024"]\n'
    )
    assert countervail("run", question).code == 2
    answer = countervail("run", question, "--ledger", "mine", "--json").json
    assert [m["id"] for m in answer["measures"]] == ["mine-2024"]
    assert answer["countries"]["CHN"]["welfare"] < 0


def test_numbers_are_finite_everywhere(countervail: Command, folder: Path) -> None:
    """Also where a ban closes a line or a whole cell."""
    path = folder / "ban.toml"
    path.write_text(SHOCK.replace("add = 25.0", "iceberg_hat = inf"))
    answer = countervail("run", path, "--json", "--out", "answer").json
    assert answer["scenario"]["hand_changes"][0]["iceberg_hat"] == "inf"
    with xr.open_dataset(folder / "answer" / "solution.nc", engine="h5netcdf") as data:
        for name in data.data_vars:
            assert np.isfinite(data[name].values).all(), name
    banned = countervail("run", "us-canada", "--json").json["lines"]
    assert any(line["banned_new"] for line in banned)


def test_a_question_in_a_line(countervail: Command) -> None:
    line = ("--add", "US on Canada goods 10", "--to", "2025-06-01", "--draws", "0")
    ran = countervail("run", *line, "--show", "law", "--path")
    assert ran.code == 0
    assert "\nYear by year: welfare" in ran.out  # what is asked for besides stands below
    assert "\nUSA adds 10 points to its duties on CAN, goods" in ran.out
    answer = countervail(
        "run", "--lift", "CHN on CAN 50%", "--to", "2025-06-01", "--draws", "0", "--json"
    ).json
    rates = {(c["name"], c["law"], c["law_new"]) for m in answer["measures"] for c in m["changes"]}
    assert ("pork", "+25 %", "+12.5 %") in rates
    for words, said in (
        ((), "nothing is asked: name a preset"),
        (("--add", "USA on CAN"), "is no question in a line"),
        (("--lift", "CHN on CAN 50", "--from", "2025-06-01", "--to", "2025-07-01"), "of one day"),
        (("--add", "USA on CAN 5", "--variant", "x"), "--variant x is of a scenario"),
    ):
        refused = countervail("run", *words)
        assert (refused.code, refused.out) == (2, "")
        assert said in refused.err


def test_some_years_after_with_the_long_run_beside(countervail: Command, folder: Path) -> None:
    made = folder / "out"
    numbers = folder / "numbers.csv"
    asked = ("run", "canada-china", "--path", "--draws", "2", "--out", made, "--csv", numbers)
    out = countervail(*asked, "--all").out
    for said in (
        "After about a year: farms, mines and plants as they are",
        "What becomes of the goods",
        "In the long run, ten years and more: factors free to move",
        "Year by year: welfare",
    ):
        assert said in out
    answer = json.loads((made / "result.json").read_text("utf-8"))
    assert answer["horizon"]["years"] == 1
    points = answer["path"]["points"]
    assert [one["horizon"] for one in points] == ["1", "2", "3", "5", "10", "long"]
    assert points[0]["CAN"] == answer["countries"]["CAN"]["welfare"]
    assert points[-1]["CAN"] == answer["long_run"]["countries"]["CAN"]["welfare"]
    steps = [row for row in rows(made / "path.csv") if row["country"] == "CAN"]
    assert [float(row["welfare"]) for row in steps] == [one["CAN"] for one in points]
    assert all(row["certificate"].startswith("certified") for row in steps)
    sold = [row for row in rows(made / "path_goods.csv") if row["good"] == "canola-seed"]
    assert [row["horizon"] for row in sold] == ["1", "2", "3", "5", "10"]
    told = {row["horizon"] for row in rows(numbers) if row["table"] == "path"}
    assert told == {"after 1 year", *(f"after {n} years" for n in (2, 3, 5, 10)), "long run"}
    assert answer["long_run"]["certificate"]["certified"] is True
    assert answer["long_run"]["countries"]["CAN"]["welfare"] == pytest.approx(-0.0269, abs=1e-3)
    seed = next(r for r in answer["goods"] if (r["good"], r["importer"]) == ("canola-seed", "CHN"))
    drawn = next(r for r in answer["ranges"]["goods"] if r["good"] == "canola-seed")
    assert drawn["price_received"]["p05"] <= seed["price_received"] + 5
    assert seed["all_stays"] is True  # no labour is free to leave it: no job is said to be lost
    assert seed["employment_change"] == 0.0 > seed["output_real_change"]
    for key in ("output_real_change", "employment_change"):
        assert drawn[key]["p05"] <= drawn[key]["p50"] <= drawn[key]["p95"]
    assert {"output_real_change_p05", "employment_change_p95"} <= set(
        (made / "goods.csv").read_text("utf-8").splitlines()[0].split(",")
    )
    assert "What becomes of those who make them" in out
    for row, of in zip(answer["goods"], answer["ranges"]["goods"], strict=True):
        for fact in ("hit", "redirected_value", "price_received", "rivals_share"):
            assert of[fact]["basis"] in ("record", "parameters", "assumed")
            if of[fact]["basis"] == "record":
                assert of[fact]["p05"] <= row[fact] <= of[fact]["p95"]
    assert (seed["kind"], seed["supply_stays"]) == ("punitive", True)
    assert drawn["hit"]["basis"] == "record"
    assert drawn["hit"]["p05"] >= -100.0
    told = rows(made / "goods.csv")
    assert len(told) == len(answer["goods"])
    first = next(row for row in answer["goods"] if row["rivals"])
    (rivals,) = (r["rivals"] for r in told if r["good"] == first["good"])
    assert rivals.startswith(f"country: {first['rivals'][0]['country']}, share: ")


def test_a_year_has_an_answer_where_the_long_run_has_none(
    countervail: Command, folder: Path
) -> None:
    """Buyers of potash have other goods of its sector in the first year; nested, not for ever."""
    path = folder / "potash.toml"
    path.write_text(
        'name = "potash"\ntitle = "No potash"\nfrom = 2024-12-31\nto = 2024-12-31\n'
        '[[shock]]\nimporter = "USA"\nexporter = "ALL"\nsectors = ["potash"]\niceberg_hat = inf\n'
    )
    asked = ("run", path, "--goods", "potash", "--horizon", "1", "--draws", "0")
    out = countervail(*asked, "--path")
    assert out.code == 0
    told = " ".join(out.out.split())
    assert "there is no answer to stand beside: potash in USA has buyers" in told
    assert "long run: no answer, so no step of the path: potash in USA has buyers" in told
    answer = json.loads(countervail(*asked, "--path", "--json").out)
    assert "potash in USA" in answer["long_run_refused"]["reason"]
    assert answer["path"]["refused"] == {"long": answer["long_run_refused"]["reason"]}
    assert [point["horizon"] for point in answer["path"]["points"]] == ["1", "2", "3", "5", "10"]
    assert "long_run" not in answer
    row = next(r for r in answer["goods"] if r["exporter"] == "CAN")
    assert row["hit"] == pytest.approx(-100.0)
    assert row["buyers_price"] is None
    alone = countervail(*asked[:4], "--horizon", "long", "--draws", "0")
    assert (alone.code, alone.out) == (3, "")
    assert "no supplier left" in alone.err
