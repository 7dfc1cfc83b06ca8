"""The command line as a user meets it: words in; exit code, standard output and error out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from countervail import machine
from countervail.app import stopping
from countervail.cli.app import main


class Ran(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as one JSON object; nothing else may stand there."""
        assert (self.code, self.err) == (0, "")
        found = json.loads(self.out, parse_constant=lambda word: pytest.fail(f"{word} in JSON"))
        assert isinstance(found, dict)
        return found


Command = Callable[..., Ran]

RESPOND = ("bargain", "coop", "exposure", "nash", "optimal", "reach", "retaliate")
DRAWING = [("study", "exposure"), *(("respond", name) for name in RESPOND)]
"""Commands that make draws beside ``run``."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def countervail(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run the command line in this process, in an empty folder."""

    for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(stopping, "install", lambda: None)  # of a process of its own
    monkeypatch.setattr(machine, "cores", lambda: 1)  # workers where they are asked for

    def run(*words: str | Path) -> Ran:
        draws = words[:1] == ("run",) or words[:2] in DRAWING
        if draws and "--draws" not in words and "--help" not in words:
            words = (*words, "--draws", "0")  # point answers, but where draws are asked for
        if words[:1] == ("run",) and not {"--horizon", "--path", "--help"} & {*words}:
            words = (*words, "--horizon", "long")  # likewise, but where a horizon is the subject
        monkeypatch.setattr(sys, "argv", ["countervail", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        code = end.value.code
        assert isinstance(code, int)
        return Ran(code, said.out, said.err)

    return run
