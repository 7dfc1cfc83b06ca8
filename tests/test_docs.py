"""Pages say what is true: generated ones are fresh, examples run, shown output is the output."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import countervail as cv
from countervail import machine
from countervail.app import stopping
from countervail.cli.app import main
from countervail.draws.ensemble import drivers
from countervail.ledger.files import read_measure
from countervail.scenario import open_scenario

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def blocks(page: Path, language: str) -> list[str]:
    """Fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)


@pytest.fixture(scope="module")
def make_docs() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("make_docs", ROOT / "tools" / "make_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_docs"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["make_docs"]


def test_generated_pages_are_fresh(make_docs: ModuleType) -> None:
    old = make_docs.stale(ROOT / "docs" / "reference")
    assert old == [], "stale: run `python tools/make_docs.py`"


def test_a_stale_page_is_noticed(make_docs: ModuleType, tmp_path: Path) -> None:
    for name, text in make_docs.pages().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert make_docs.stale(tmp_path) == []
    (tmp_path / "cli.md").write_text(make_docs.pages()["cli.md"].replace("--json", "--jsn"))
    (tmp_path / "variables.md").unlink()
    (tmp_path / "old.md").write_text("a page nobody makes any more")
    assert make_docs.stale(tmp_path) == ["cli.md", "old.md", "variables.md"]


def test_generated_pages_name_every_command_option_and_key(make_docs: ModuleType) -> None:
    pages = make_docs.pages()
    for word in ("countervail run", "countervail ledger show", "countervail world check"):
        assert f"## `{word}`" in pages["cli.md"]
    for word in ("--from DATE", "--known-on DATE", "--json", "--out FOLDER", "[NAME]"):
        assert f"`{word}`" in pages["cli.md"]
    for word in ("welfare", "trade_share_new", "terms_of_trade"):
        assert f"| `{word}` |" in pages["variables.md"]
    for word in (
        "[[rates]]",
        "[rates.reference]",
        "[[coverage]]",
        "suppressed_base",
        "[[levels]]",
        "dutiable_share",
    ):
        assert f"`{word}`" in pages["measure-file.md"]
    for word in ("[[change]]", "[[shock]]", "[[variant]]", "from", "law_of", "iceberg_hat"):
        assert f"`{word}`" in pages["scenario-file.md"]
    assert "`fgo2025` (default)" in pages["elasticities.md"]


EXAMPLES = [
    (n, k) for n, p in zip(NAMES, PAGES, strict=True) for k in range(len(blocks(p, "python")))
]


FEWER = {
    r"\bdraws=\d+": "draws=4",
    r"\bpoints=4\b": "points=2",
    r"\bbase=16\b": "base=4",
}
"""What a page's example does less of here: that it runs is shown by few as well as by many."""


@pytest.mark.parametrize("name", sorted({name for name, _ in EXAMPLES}))
def test_python_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page in a fresh namespace and an empty folder, its blocks one after the other."""
    if "cv.gradient(" in (ROOT / name).read_text("utf-8"):
        pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(machine, "cores", lambda: 1)  # a worker is this process, see conftest.py
    monkeypatch.setattr(drivers, "FEWEST_SAMPLES", 4)
    space: dict[str, object] = {"__name__": "example"}
    for block in blocks(ROOT / name, "python"):
        for many, few in FEWER.items():
            block = re.sub(many, few, block)
        exec(compile(block, name, "exec"), space)
    assert len(space) > 2, "the examples define nothing: did they run?"


def test_there_are_examples() -> None:
    assert {name for name, _ in EXAMPLES} >= {"README.md", "docs/scenarios.md", "docs/worlds.md"}


SCENARIOS = blocks(ROOT / "docs" / "scenarios.md", "toml")


@pytest.mark.parametrize("number", range(len(SCENARIOS)))
def test_scenario_examples_are_scenarios(number: int, tmp_path: Path) -> None:
    text = SCENARIOS[number]
    if not text.startswith("name"):  # a table that would stand in a file
        text = f'name = "part"\ntitle = "Part of a file"\n{text}'
    path = tmp_path / "question.toml"
    path.write_text(text, encoding="utf-8")
    assert open_scenario(path).resolve(cv.open_world())


MEASURES = blocks(ROOT / "docs" / "ledger.md", "toml")


@pytest.mark.parametrize("number", range(len(MEASURES)))
def test_measure_examples_are_measures(number: int, tmp_path: Path) -> None:
    id_ = re.search(r'^id = "(.*?)"', MEASURES[number], re.M)
    assert id_
    path = tmp_path / f"{id_[1]}.toml"
    path.write_text(MEASURES[number], encoding="utf-8")
    assert read_measure(path).id == id_[1]


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{name} links to {target}"


PLACEHOLDER = (
    r"\b(ID|DATE|FILE|NAME|FOLDER|FIRST|SECOND|STORY)\b|my-|--out|--draft|--with-drafts|--report|--xlsx"
    r"|\b[ab]\.txt\b|^countervail (run|lab)$"
)
"""What stands for something of one's own, is written to a folder, or serves until it is ended."""

LONG = (
    "countervail respond bargain ev-for-canola",
    "countervail respond reach",
    "countervail respond retaliate CAN USA --scenario us-canada --variant between-them",
    "countervail compare-runs us-canada",
    "countervail backtest",
)
"""Minutes of a reader's: run by `pytest -m slow`; shorter ones of their kind are run here."""


def commands() -> list[Any]:
    """Commands in running text and tables, placeholders (words in capitals, my-...) left out."""
    found: dict[str, None] = {}
    for page in (p for p in PAGES if p.parent.name != "reference"):
        text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)
        found |= dict.fromkeys(re.findall(r"`(countervail [a-z][^`\n]*)`", text))
    left = [c for c in found if not re.search(PLACEHOLDER, c)]
    return [pytest.param(c, marks=[pytest.mark.slow] * (c.startswith(LONG))) for c in left]


@pytest.mark.parametrize("command", commands())
def test_commands_in_the_text_work(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = shlex.split(command)
    if words[1] in ("run", "respond", "study") and "--draws" not in words:
        words += ["--draws", "2"]  # that they are made is shown by two as well
    if {"run", "bargain", "exposure"} & {*words[1:3]} and "--horizon" not in words:
        words += ["--horizon", "long"]  # half the work; the horizon has tests of its own
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", words)
    monkeypatch.setattr(stopping, "install", lambda: None)  # of a process of its own
    monkeypatch.setattr(machine, "cores", lambda: 1)
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()
    assert (end.value.code, said.err) == (0, "")
    assert said.out


def lines_of(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def first_missing(shown: list[str], real: list[str]) -> str | None:
    """The first shown line that does not follow in the real ones; ``...`` alone may skip."""
    at, may_skip = 0, True
    for line in shown:
        if line.strip() == "...":
            may_skip = True
            continue
        found = real.index(line, at) if line in real[at:] else -1
        if found < 0 or (found > at and not may_skip):
            return line
        at, may_skip = found + 1, False
    return None


def test_lines_left_out_must_be_marked() -> None:
    real = ["a", "b", "c", "d"]
    assert first_missing(["a", "b", "...", "d"], real) is None
    assert first_missing(["b", "c"], real) is None
    assert first_missing(["a", "c"], real) == "c"
    assert first_missing(["...", "c", "b"], real) == "b"
    assert first_missing(["a", "x"], real) == "x"


SHOWN = [b for b in blocks(ROOT / "README.md", "console") if b.startswith("$ countervail ")]


def test_the_readme_shows_a_run_and_a_bargain() -> None:
    assert [block.split()[2] for block in SHOWN] == ["run", "respond"]


def printed(command: str, *more: str) -> str:
    """What a command that README.md shows prints, in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "FORCE_COLOR")}
    ran = subprocess.run(
        [sys.executable, "-m", *command.removeprefix("$ ").split(), *more],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={**environment, "PYTHONIOENCODING": "utf-8"},
    )
    return ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(SHOWN)))
def test_the_readme_shows_the_real_output(number: int) -> None:
    """Its first screen, ``$ countervail run canada-china``, its worked example: what they print."""
    command, *body = SHOWN[number].splitlines()
    missing = first_missing(lines_of("\n".join(body)), lines_of(printed(command)))
    assert missing is None, f"README.md shows a line that is not printed there: {missing!r}"


def without_ranges(text: str) -> str:
    """The words of a screen, without what hangs on how many draws were made.

    A change is told to one digit or to two, as its range allows: here to one.
    """
    bare = re.sub(r" \([-\d,.]+ to [-\d,.]+\)", "", " ".join(text.split()))
    bare = re.sub(r"within ±[\d.]+ per cent", "within so many per cent", bare)
    bare = re.sub(r"(-\d)\d %", r"\1x %", bare)
    return re.sub(r"\d+ of \d+ draws", "all draws", bare)


def test_the_first_screen_of_the_readme_is_what_fewer_draws_print_but_for_ranges() -> None:
    command, *body = SHOWN[0].splitlines()
    shown = without_ranges("\n".join(body))
    assert "Canada about USD 1,000 million," in shown
    assert without_ranges(printed(command, "--draws", "24")) == shown


def test_the_readme_starts_with_it() -> None:
    head = (ROOT / "README.md").read_text("utf-8")[:1500]
    assert "```console\n$ countervail run canada-china --today 2026-11-29\n" in head


def test_the_readme_has_two_set_up_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    installs = re.findall(r"^pip install .*$", text, re.M)
    assert installs == ["pip install . && countervail run canada-china",
                        "pip install '.[test]' && pytest"]  # fmt: skip
