"""Wrong words: one sentence on standard error with what was meant, exit code 2, nothing written."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import countervail as cv

from .conftest import Command

RUN = ("run", "canada-china")

WRONG = {
    "scenario": (("run", "canada-chine"), "did you mean 'canada-china'?"),
    "scenario file": (("run", "question.toml"), "question.toml: no such file"),
    "variant": (("run", "ev-for-canola", "--variant", "agred"), "did you mean 'agreed'?"),
    "no variant": ((*RUN, "--variant", "agreed"), "has no variant 'agreed' (it has none)"),
    "country": (
        (*RUN, "--countries", "CAN,GER"),
        "no country 'GER'; did you mean 'DEU' (Germany)?",
    ),
    "country not in the world": (
        (*RUN, "--countries", "Mongolia"),
        "Mongolia is part of ROW",
    ),
    "date": ((*RUN, "--to", "2026-13-01"), "'2026-13-01' is not a date; write it as 2025-03-20"),
    "first date": ((*RUN, "--from", "30.9.2024"), "'30.9.2024' is not a date"),
    "clock": ((*RUN, "--known-on", "soon"), "'soon' is not a date; write it as 2025-03-20"),
    "background": ((*RUN, "--background", "now"), "'now' is not a date"),
    "option": ((*RUN, "--varant", "x"), "no such option: --varant; did you mean --variant?"),
    "value": ((*RUN, "--draws", "many"), "invalid value for '--draws': "),
    "draws": ((*RUN, "--draws", "-3"), "--draws -3: 0 gives the point answer, 200 ranges"),
    "model": ((*RUN, "--model", "caliendo-parro"), "did you mean 'caliendo_parro'?"),
    "closure": ((*RUN, "--deficits", "own_incme"), "did you mean 'own_income'?"),
    "unit without nominal": ((*RUN, "--unit", "USA"), "goes with deficits='nominal' only"),
    "unit": ((*RUN, "--deficits", "nominal", "--unit", "Untied States"), "mean 'United States'?"),
    "elasticities": ((*RUN, "--elasticities", "fgo2026"), "did you mean 'fgo20"),
    "world": ((*RUN, "--world", "oecd-2023"), "no world 'oecd-2023'; did you mean 'oecd-2022'?"),
    "world file": ((*RUN, "--world", "mine.nc"), "mine.nc: no such file"),
    "ledger": ((*RUN, "--ledger", "mine"), "mine: no such file"),
    "outside option": (
        (*RUN, "--draws", "0", "--outside-option", "-1"),
        "an outside option of -1 per cent is none",
    ),
    "no long run asked for": (
        (*RUN, "--model", "melitz", "--horizon", "1"),
        "competition=selection is of the long run",
    ),
    "the long run after a year": (
        (*RUN, "--model", "long_run", "--horizon", "1"),
        "--model long_run is no model of some years after a change: add --horizon long",
    ),
    "missing": (("run",), "nothing is asked: name a preset"),
    "too many": (("run", "canada-china", "us-canada"), "unexpected extra argument"),
    "command": (("rum",), "no such command 'rum'; did you mean 'run'? (see `countervail --help`)"),
    "subcommand": (("ledger", "lsit"), "no such command 'lsit'; did you mean 'list'?"),
    "measure": (("ledger", "show", "can-chn-ev-surtax-2025"), "mean 'can-chn-ev-surtax-2024'?"),
    "ledger date": (("ledger", "list", "--as-of", "yesterday"), "'yesterday' is not a date"),
    "ledger country": (("ledger", "list", "--on", "Cnada"), "did you mean 'Canada'?"),
    "ledger group": (("ledger", "list", "--by", "EU28"), "no country 'EU28'"),
    "measure file": (("ledger", "check", "none.toml"), "none.toml: no such file"),
    "world name": (("world", "info", "oecd2022"), "did you mean 'oecd-2022'?"),
    "world country": (("world", "show", "Cnada"), "did you mean 'Canada'?"),
    "world partner": (("world", "show", "CAN", "--partner", "Chna"), "did you mean 'China'?"),
    "partner the world lacks": (
        ("world", "show", "CAN", "--partner", "MNG"),
        "no country 'MNG' in",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_one_sentence_and_nothing_written(case: str, countervail: Command, folder: Path) -> None:
    words, sentence = WRONG[case]
    options = ("--out", "answer") if words[0] == "run" and len(words) > 1 else ()
    ran = countervail(*words, *options)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("countervail: ")
    assert sentence in ran.err
    assert ran.err.count("\n") == 1
    assert ran.err.endswith("\n")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("case", ["scenario", "option", "date", "measure"])
def test_and_as_json_nothing_on_standard_output(case: str, countervail: Command) -> None:
    ran = countervail(*WRONG[case][0], "--json")
    assert (ran.code, ran.out) == (2, "")


def test_a_file_names_its_line(countervail: Command, folder: Path) -> None:
    path = folder / "question.toml"
    path.write_text('name = "x"\ntitle = "X"\nfrm = 2026-01-12\n')
    ran = countervail("run", "question.toml", "--out", "answer")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(
        "countervail: question.toml:3: unknown key 'frm' in the file; did you"
    )
    assert list(folder.iterdir()) == [path]


def test_a_sector_the_world_lacks(countervail: Command, folder: Path) -> None:
    path = folder / "question.toml"
    path.write_text(
        'name = "x"\ntitle = "X"\n'
        '[[shock]]\nimporter = "CAN"\nexporter = "CHN"\nsectors = ["C299"]\nadd = 5.0\n'
    )
    ran = countervail("run", path)
    assert ran.code == 2
    assert ran.err == ("countervail: no sector 'C299' in world 'oecd-2022'; did you mean 'C29'?\n")


def test_a_measure_file_names_its_line(countervail: Command, folder: Path) -> None:
    shipped = Path(cv.__file__).parent / "ledger/measures/can-chn-ev-surtax-2024.toml"
    text = shipped.read_text("utf-8").replace("can-chn-ev-surtax-2024", "bad-2026", 1)
    head, rest = text.split("\n", 1)
    (folder / "bad-2026.toml").write_text(f'{head}\ntitel = "X"\n{rest}', encoding="utf-8")
    for words in (("ledger", "check", "bad-2026.toml"), (*RUN, "--ledger", "bad-2026.toml")):
        ran = countervail(*words)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(
            "countervail: bad-2026.toml:2: unknown key 'titel' in the file; d"
        )


@pytest.mark.parametrize("name", ["mine.nc", "mine.npz"])
def test_a_corrupt_world_names_its_file(countervail: Command, folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\x89HDF\r\n\x1a\n but no more")
    for words in ((*RUN, "--world", name, "--out", "answer"), ("world", "info", name)):
        ran = countervail(*words)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"countervail: {name}: not a readable ")
        assert "perhaps truncated" in ran.err
    assert [p.name for p in folder.iterdir()] == [name]


@pytest.mark.parametrize("case", ["scenario", "option", "date", "country"])
def test_in_a_process_of_its_own(case: str, tmp_path: Path) -> None:
    words, sentence = WRONG[case]
    ran = subprocess.run(
        [sys.executable, "-m", "countervail", *words, "--out", "answer"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert sentence in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def bare(oecd: cv.World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world file with food merged, that does not say what the label holds."""
    merged = oecd.aggregate(sectors={"FOOD": ["A01", "A02", "A03", "C10T12"]}, name="bare")
    path = tmp_path_factory.mktemp("worlds") / "bare.nc"
    return replace(merged, concordance=None).save(path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--world", "BARE"), "9 of 12 lines of 'canada-china' cannot be placed in world 'bare': "),
        (("--from", "1990-01-01"), "the law of 1990-01-01 is not known"),
        (("--to", "2099-01-01"), "the law of 2099-01-01 is not known"),
    ],
)
def test_what_cannot_be_placed_ends_with_three_and_says_what_to_do(
    countervail: Command, bare: Path, folder: Path, words: tuple[str, ...], said: str
) -> None:
    given = [str(bare) if word == "BARE" else word for word in words]
    ran = countervail(*RUN, *given, "--out", "answer")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("countervail: ")
    assert said in ran.err
    assert "--allow-partial" in ran.err
    assert ran.err.count("\n") == 1
    assert list(folder.iterdir()) == []


def test_a_partial_answer_is_asked_for_marked_and_ends_with_three(
    countervail: Command, bare: Path
) -> None:
    ran = countervail(*RUN, "--draws", "0", "--world", bare, "--allow-partial")
    assert ran.code == 3
    assert "PARTIAL ANSWER, 9 of 12 lines left out: it has no sector" in ran.out
    assert "Certified" in ran.out
    reported = json.loads(
        countervail(*RUN, "--draws", "0", "--world", bare, "--allow-partial", "--json").out
    )
    assert len(reported["not_placed"]) == 9
    whole = countervail(*RUN, "--draws", "0", "--allow-partial", "--json")
    assert (whole.code, json.loads(whole.out)["not_placed"]) == (0, [])


def test_other_commands_refuse_alike(countervail: Command, bare: Path, folder: Path) -> None:
    for words in (
        ("respond", "optimal", "CAN", "--on", "CHN", "--scenario", "canada-china"),
        ("respond", "bargain", "ev-for-canola"),
    ):
        ran = countervail(*words, "--draws", "0", "--world", bare)
        assert (ran.code, ran.out) == (3, ""), words
        assert "cannot be placed in world 'bare" in ran.err
        assert ran.err.count("\n") == 1
    file = folder / "s.toml"
    file.write_text(
        f"scenario = \"canada-china\"\n[axes]\nto = [2025-01-31, 2026-01-12]\nworld = ['{bare}']\n"
    )
    ran = countervail("sweep", file, "--horizon", "long", "--json")
    assert ran.code == 3
    (gap,) = json.loads(ran.out)["not_placed"]
    assert gap["point"] == 1
    allowed = countervail("sweep", file, "--horizon", "long", "--allow-partial")
    assert allowed.code == 3
    assert "PARTIAL ANSWERS" in allowed.out
