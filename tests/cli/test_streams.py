"""Standard output that cannot hold a character, or is closed: no result is lost."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from countervail.app import stopping
from countervail.cli.app import main
from countervail.testing import random_world

from .test_bargain import FILE

QUESTION = """\
name = "q"
title = "Canada’s duty on steel \u2014 “25 %” \u2192 0, ½ of it\u202e"
countries = ["CAN"]
[[shock]]
importer = "CAN"
exporter = "CHN"
rate = 25.0
"""
SWEEP = 'scenario = "q.toml"\n[axes]\nworld = ["own.nc"]\ndeficits = ["world_share"]\n'
OWN = ("--world", "own.nc")
CHEAP = [
    ("run", "q.toml", *OWN, "--draws", "0", "--horizon", "long", "--all"),
    ("run", "canada-china", "--draws", "0", "--horizon", "long"),
    ("priors", "canada-china"),
    ("priors", "--text"),
    ("world", "info"),
    ("world", "info", "--card"),
    ("world", "check"),
    ("world", "show", "CAN"),
    ("ledger", "list"),
    ("ledger", "show", "can-chn-ev-surtax-2024"),
    ("ledger", "check"),
    ("scenarios",),
    ("run", "--help"),
    ("--version",),
]
RESPOND = [
    ("run", "q.toml", *OWN, "--draws", "3", "--workers", "1", "--horizon", "long"),
    ("sweep", "sweep.toml", "--workers", "1", "--horizon", "long"),
    ("respond", "exposure", "CAN", *OWN, "--draws", "0"),
    ("respond", "optimal", "CAN", *OWN, "--draws", "0"),
    ("respond", "nash", "CAN,CHN", *OWN, "--draws", "0"),
    ("respond", "retaliate", "CAN", "USA", *OWN, "--cost-usd", "12", "--most", "2"),
    ("respond", "bargain", "b.toml", "--draws", "0", "--horizon", "long"),
    ("respond", "coop", "CAN,CHN", *OWN, "--draws", "0"),
    ("respond", "reach", "raise exports of CAN to CHN by 10 %", *OWN, "--draws", "0"),
]
JSON = [
    words
    for words in CHEAP + RESPOND[:4]
    if not {"--text", "--card", "--help", "--version"} & {*words}
]
"""One printer serves all; that each command's answer is one valid object, its own tests say."""

Said = Callable[..., tuple[int, bytes, str]]


def write_inputs(folder: Path) -> None:
    (folder / "q.toml").write_text(QUESTION, encoding="utf-8")
    random_world(3, 4, 3, elasticities=(3.0, 6.0)).world().save(folder / "own.nc")


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Run a command whose standard output has an encoding; its bytes come back."""
    monkeypatch.chdir(tmp_path)
    write_inputs(tmp_path)
    (tmp_path / "sweep.toml").write_text(SWEEP, encoding="utf-8")
    (tmp_path / "b.toml").write_text(FILE, encoding="utf-8")
    monkeypatch.setattr(stopping, "install", lambda: None)
    for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)

    def run(encoding: str, *words: str) -> tuple[int, bytes, str]:
        if words[:1] == ("respond",) and words[1] != "exposure":
            pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
        out, err = io.BytesIO(), io.BytesIO()
        monkeypatch.setattr(sys, "argv", ["countervail", *words])
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding=encoding))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding=encoding))
        with pytest.raises(SystemExit) as end:
            main()
        sys.stderr.flush()
        return int(end.value.code or 0), out.getvalue(), err.getvalue().decode(encoding)

    return run


@pytest.mark.parametrize("words", [*CHEAP, *RESPOND], ids=" ".join)
def test_every_command_writes_its_output_in_ascii(said: Said, words: tuple[str, ...]) -> None:
    code, out, err = said("ascii", *words)
    assert (code, err) == (0, "")
    assert out.decode("ascii").strip()


PAGES = ("cp1252", "latin-1", "cp850", "cp437")
ON_PAGES = [(page, words) for page in PAGES for words in (CHEAP[0], CHEAP[3], CHEAP[9])]
ON_PAGES += [(PAGES[k % len(PAGES)], words) for k, words in enumerate(CHEAP)]
"""Every page with an answer, a list and a measure's own words; every command on one page."""


def str_of(one: str | tuple[str, ...]) -> str:
    return one if isinstance(one, str) else " ".join(one)


@pytest.mark.parametrize(("encoding", "words"), dict.fromkeys(ON_PAGES), ids=str_of)
def test_every_code_page(said: Said, encoding: str, words: tuple[str, ...]) -> None:
    code, out, err = said(encoding, *words)
    assert (code, err) == (0, "")
    assert out.decode(encoding).strip()


@pytest.mark.parametrize("words", JSON, ids=" ".join)
def test_json_is_valid_on_any_stream(said: Said, words: tuple[str, ...]) -> None:
    code, out, err = said("ascii", *words, "--json")
    assert (code, err) == (0, "")
    assert isinstance(json.loads(out), dict)


def test_stand_ins_are_read_as_what_they_stand_for(said: Said) -> None:
    first = said("ascii", *CHEAP[0])[1].decode("ascii").splitlines()[0]
    assert first == 'Canada\'s duty on steel - "25 %" -> 0, \\xbd of it\\u202e'
    first = said("cp1252", *CHEAP[0])[1].decode("cp1252").splitlines()[0]
    assert first == "Canada’s duty on steel \u2014 “25 %” -> 0, ½ of it\\u202e"
    kept = json.loads(said("ascii", *CHEAP[0], "--json")[1])
    assert kept["scenario"]["title"].startswith("Canada’s duty on steel \u2014 “25 %” \u2192 0")


def test_columns_stay_in_line_where_stand_ins_are_longer(said: Said) -> None:
    rows = said("ascii", *CHEAP[1], "--all")[1].decode("ascii").splitlines()
    head = next(k for k, row in enumerate(rows) if row.startswith("goods"))
    at = rows[head].index("before") + len("before")
    reported = [row for row in rows[head + 1 : head + 9] if "->" in row]
    assert reported
    for row in reported:
        assert row[at - 1].isdigit()
        assert row[at] == " "


ARGS = [sys.executable, "-m", "countervail"]
PLAIN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_the_locale_c(tmp_path: Path) -> None:
    write_inputs(tmp_path)
    ran = subprocess.run(
        [*ARGS, *CHEAP[0], "--out", "é"],
        capture_output=True, cwd=tmp_path, env={**os.environ, **PLAIN},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(b"Canada's duty on steel")
    assert (tmp_path / "é" / "result.json").is_file()


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell closes the stream")
def test_a_closed_standard_output_is_said_and_the_folder_is_written(tmp_path: Path) -> None:
    write_inputs(tmp_path)
    command = " ".join([*ARGS, *CHEAP[0], "--out there >&-"])
    ran = subprocess.run(command, shell=True, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert (tmp_path / "there" / "result.json").is_file()
    assert ran.returncode == 2
    assert ran.stderr.splitlines()[-1] == (
        "countervail: standard output: is closed: the answer could not be printed; use --out, or "
        "do not close it"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_behind_standard_output_is_said() -> None:
    with open("/dev/full", "w") as full:
        ran = subprocess.run([*ARGS, "scenarios"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert ran.returncode == 2
    assert ran.stderr == "countervail: standard output: No space left on device\n"


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    command = " ".join([*ARGS, "ledger list | head -1"])
    ran = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
