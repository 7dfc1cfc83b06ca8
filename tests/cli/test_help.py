"""Every command says what it does and what each of its words means."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import countervail as package
from countervail.cli.app import command_line
from countervail.models import MODELS

from .conftest import Command


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


TREE = list(commands(typer.main.get_command(command_line())))


def test_the_promised_commands_are_there() -> None:
    assert {" ".join(path) for path, _ in TREE} >= {
        "", "run", "read", "compare", "check-claims", "lab", "scenarios", "priors",
        "ledger", "ledger list", "ledger show", "ledger check", "ledger accept", "ledger events",
        "world", "world info", "world check", "world show", "world goods", "sweep", "backtest",
        "respond", "respond bargain", "respond coop", "respond exposure", "respond nash",
        "respond optimal", "respond reach", "respond retaliate", "study", "study exposure",
    }  # fmt: skip


@pytest.mark.parametrize("path", [path for path, _ in TREE], ids=" ".join)
def test_help(path: tuple[str, ...], countervail: Command) -> None:
    ran = countervail(*path, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: {' '.join(('countervail', *path))} ")


@pytest.mark.parametrize(("path", "command"), TREE)
def test_everything_has_a_meaning(path: tuple[str, ...], command: Any) -> None:
    assert command.help, path
    for parameter in command.params:
        assert parameter.help, (path, parameter.name)


ANSWERS = [path for path, c in TREE if not hasattr(c, "commands") and path != ("lab",)]
"""Every command that answers and ends; the lab serves pages, and each of their answers is JSON."""


@pytest.mark.parametrize("path", ANSWERS)
def test_every_command_gives_json(path: tuple[str, ...], countervail: Command) -> None:
    assert "--json" in countervail(*path, "--help").out


@pytest.mark.parametrize("path", [("ledger",), ("world",), ("respond",), ("study",)])
def test_without_a_command_the_help_goes_to_standard_error(
    path: tuple[str, ...], countervail: Command
) -> None:
    ran = countervail(*path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: countervail")
    assert "Commands:" in ran.err


def test_bare_it_says_what_it_is_and_three_things_to_try(countervail: Command) -> None:
    ran = countervail()
    assert (ran.code, ran.err) == (0, "")
    tried = [line for line in ran.out.splitlines() if line.startswith("  countervail ")]
    assert len(tried) == 3
    assert max(map(len, ran.out.splitlines())) <= 80
    known = {" ".join(path) for path, _ in TREE}
    for line in tried:
        words = line.split()[1:]
        assert words[0] in known
        assert words[0] != "ledger" or " ".join(words[:2]) in known


def test_version(countervail: Command) -> None:
    assert countervail("--version") == (0, f"countervail {package.__version__}\n", "")


def test_the_module_and_the_script_are_the_same_command() -> None:
    script = Path(sys.executable).with_name("countervail")
    for start in ([sys.executable, "-m", "countervail"], [str(script)]):
        if not Path(start[0]).exists():
            pytest.skip("the package is on the path, not installed")
        ran = subprocess.run([*start, "--version"], capture_output=True, text=True, check=True)
        assert ran.stdout == f"countervail {package.__version__}\n"


def test_the_models_that_can_be_named_are_told() -> None:
    told = {p.help for _, c in TREE for p in c.params if p.name == "model"}
    assert len(told) == 1
    for name in MODELS:
        assert name in told.copy().pop()
