"""On a terminal the point answer is there at once, and its ranges fill in; piped it comes once."""

from __future__ import annotations

import functools
import io
import re
import sys

import pytest
from rich.console import Console

from countervail.app.request import early
from countervail.cli.progress import EarlyAnswer, bar
from countervail.draws.ensemble import door
from countervail.draws.runner import run_draws
from countervail.present.parts import Words

from .conftest import Command

CHUNK, DRAWS = 4, 6
"""Draws that are told of together here, and all of them."""

ASKED = ("run", "ev-for-canola", "--variant", "canada-alone")
ASKED = (*ASKED, "--draws", str(DRAWS), "--workers", "1")
ASKED = (*ASKED, "--horizon", "long")


class Screen(io.StringIO):
    """A terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_the_point_comes_first_and_ranges_follow(
    countervail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "run_draws", functools.partial(run_draws, chunk=CHUNK))
    piped = countervail(*ASKED)
    assert (piped.code, piped.err) == (0, "")
    assert piped.out.count("gain from what Canada takes back") == 1
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "argv", ["countervail", *ASKED])
    from countervail.cli.app import main

    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())
    states = re.findall(rf"Ranges are being drawn \((\d+) of {DRAWS}\)", shown)
    assert states[0] == "0"
    assert set(states[1:]) <= {"0", str(CHUNK), str(DRAWS)}
    assert f"draws: {CHUNK} of {DRAWS}" in shown
    first, last = shown.index("(no range)"), shown.rindex(f"Certified, {DRAWS} of {DRAWS} draws.")
    assert first < last
    # what was shown meanwhile is taken away; what is left is what a pipe gets
    assert "\x1b[1A" in screen.getvalue()
    tail = shown[shown.rindex("In the long run both gain") :]
    plain = tail.replace("−", "-").replace("\u00a0", " ")
    assert plain.split() == piped.out.split()


def test_nobody_looks_at_a_bar() -> None:
    assert early(bar) is None
    assert early(EarlyAnswer()) is not None


def test_an_answer_is_shown_at_most_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    shown = EarlyAnswer()
    for _ in range(3):
        shown.early(lambda: made.append(1) or [Words("an answer")])
    shown.close()
    assert len(made) == 1
    assert Console(file=screen).is_terminal
