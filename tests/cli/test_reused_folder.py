"""A folder that held an answer before: it holds the new one only, and what is somebody else's."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from countervail.errors import FileError
from countervail.present.folders import whole_folder

from .conftest import Command

QUESTION = 'name = "q"\ntitle = "Q"\n[[shock]]\nimporter = "USA"\nexporter = "CAN"\nadd = 0.1\n'
SWEEP = 'scenario = "q.toml"\ncountries = ["CAN"]\n[axes]\ndeficits = ["closed"]\n'


@pytest.fixture
def questions(folder: Path) -> Path:
    (folder / "q.toml").write_text(QUESTION)
    (folder / "g.toml").write_text(SWEEP)
    return folder


def write(folder: Path, *names: str, text: str = "new") -> None:
    """Write an answer with these files beside its manifest."""
    with whole_folder(folder) as draft:
        for name in names:
            (draft / name).write_text(text)
        (draft / "manifest.json").write_text('{"countervail": "x"}')


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_every_command_leaves_its_own_files_only(countervail: Command, questions: Path) -> None:
    """One folder, three answers of two kinds, one after the other."""
    out = ("--out", "answer")
    (questions / "answer").mkdir()
    (questions / "answer" / "rates.csv").write_text("mine")
    asked = (
        ("run", "q.toml", "--draws", "2", "--workers", "1", *out),
        ("sweep", "g.toml", "--workers", "1", "--horizon", "long", *out),
        ("run", "q.toml", *out),
    )
    for words in asked:
        assert countervail(*words).code == 0
        held = names(questions / "answer")
        listed = json.loads((questions / "answer" / "manifest.json").read_text("utf-8"))["files"]
        assert held == {*listed, "rates.csv"}
        assert ("ensemble.nc" in held) == ("--draws" in words)
        assert ("sweep.nc" in held) == (words[0] == "sweep")
    assert (questions / "answer" / "rates.csv").read_text() == "mine"


@pytest.mark.parametrize(
    "words", [("run", "q.toml"), ("sweep", "g.toml"), ("respond", "optimal", "CAN")]
)
@pytest.mark.parametrize("name", ["solution.nc", "manifest.json", "rates.csv"])
def test_a_folder_named_like_a_file_is_refused_before_anything_is_solved(
    countervail: Command,
    questions: Path,
    words: tuple[str, ...],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (questions / "answer" / name).mkdir(parents=True)
    for solver in ("countervail.solving.solve", "countervail.draws.sweep.sweep"):
        monkeypatch.setattr(solver, lambda *_, **__: pytest.fail("solved"))
    ran = countervail(*words, "--out", "answer")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"countervail: answer: holds a folder named '{name}', as a file of an answer is; move it, "
        "or name another folder\n"
    )
    assert names(questions / "answer") == {name}


def test_a_folder_that_comes_while_solving_gets_no_half_of_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "lines.csv", text="old")
    made = Path.write_text

    def meanwhile(self: Path, *given: str) -> int:
        (tmp_path / "solution.nc").mkdir(exist_ok=True)
        return made(self, *given)

    monkeypatch.setattr(Path, "write_text", meanwhile)
    with pytest.raises(FileError, match=r"holds a folder named 'solution\.nc'"):
        write(tmp_path, "lines.csv", "solution.nc")
    assert names(tmp_path) == {"lines.csv", "manifest.json", "solution.nc"}
    assert (tmp_path / "lines.csv").read_text() == "old"


def test_a_link_to_a_folder_is_replaced_like_any_file(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "solution.nc").symlink_to("elsewhere")
    write(tmp_path, "solution.nc")
    assert (tmp_path / "solution.nc").read_text() == "new"


def test_a_manifest_that_lists_files_of_others_takes_none_away(tmp_path: Path) -> None:
    home = tmp_path / "answer"
    home.mkdir()
    (tmp_path / "rates.csv").write_text("mine")
    (home / "notes.txt").write_text("mine")
    listed = ["../rates.csv", str(tmp_path / "rates.csv"), "notes.txt", ".", "", 3, None]
    for files in (listed, "notes.txt", None, {"notes.txt": 1}):
        (home / "manifest.json").write_text(json.dumps({"files": files}))
        write(home, "lines.csv")
        assert names(home) == {"lines.csv", "manifest.json", "notes.txt"}
    assert (tmp_path / "rates.csv").read_text() == "mine"


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"name": "a web page"}', "\ud83d"])
def test_a_manifest_of_somebody_else_takes_nothing_away(tmp_path: Path, text: str) -> None:
    (tmp_path / "rates.csv").write_text("mine")
    (tmp_path / "manifest.json").write_text(text, "utf-8", "surrogatepass")
    write(tmp_path, "lines.csv")
    assert names(tmp_path) == {"lines.csv", "manifest.json", "rates.csv"}


def test_an_answer_of_a_version_whose_manifest_lists_no_files(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"countervail": "0.1.0"}')
    for name in ("ensemble.nc", "sweep.nc", "notes.txt"):
        (tmp_path / name).write_text("old")
    write(tmp_path, "solution.nc")
    assert names(tmp_path) == {"manifest.json", "notes.txt", "solution.nc"}


class Killed(BaseException):
    """The process ends here: nothing more of it runs."""


def cut_off(folder: Path, last: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Write an answer by a process that ends after so many changes to the folder."""
    done = 0

    def counted(change: Any) -> Any:
        def made(self: Path, *target: Path, **options: bool) -> Any:
            nonlocal done
            if folder in (self.parent, *(path.parent for path in target)):
                if done == last:
                    raise Killed
                done += 1
            return change(self, *target, **options)

        return made

    with monkeypatch.context() as patch:
        for name in ("replace", "unlink"):
            patch.setattr(Path, name, counted(getattr(Path, name)))
        try:
            write(folder, "lines.csv", "gains.csv")
        except Killed:
            return True
    return False


def test_cut_off_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A manifest stands beside its own files only, and the next answer takes everything away."""
    moments = 0
    while True:
        home = tmp_path / str(moments)
        write(home, "lines.csv", "sweep.nc", text="old")
        (home / "notes.txt").write_text("mine")
        if not cut_off(home, moments, monkeypatch):
            break
        if (home / "manifest.json").exists():
            listed = json.loads((home / "manifest.json").read_text())["files"]
            texts = {(home / name).read_text() for name in listed if name != "manifest.json"}
            assert len(texts) == 1
        write(home, "rates.csv")
        assert names(home) == {"rates.csv", "manifest.json", "notes.txt"}, f"after {moments}"
        moments += 1
    assert names(home) == {"gains.csv", "lines.csv", "manifest.json", "notes.txt"}
    assert moments > 5


def test_a_request_to_stop_waits_until_the_files_are_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "sweep.nc", text="old")
    replace = Path.replace

    def stopped(self: Path, target: Path) -> Path:
        signal.raise_signal(signal.SIGINT)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, "lines.csv", "gains.csv")
    assert names(tmp_path) == {"gains.csv", "lines.csv", "manifest.json"}
