"""A one-shot command loads what it needs: help loads no arrays, ``run`` no xarray, SciPy or JAX."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from countervail.cli.app import FUNCTIONS, GROUPS, REQUESTS

ARRAYS = {"numpy", "xarray", "pandas", "scipy", "jax", "pydantic"}
HEAVY = {"xarray", "pandas", "scipy", "jax"}
TELL = "import sys; sys.stderr.write(' '.join(sys.modules))"


def loaded(code: str, folder: Path) -> set[str]:
    """The top-level modules a process has loaded at its end."""
    return {name.split(".")[0] for name in modules(code, folder)}


def modules(code: str, folder: Path) -> set[str]:
    """Every module a process has loaded at its end."""
    ran = subprocess.run(
        [sys.executable, "-c", f"import atexit\natexit.register(lambda: exec({TELL!r}))\n{code}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ran.stderr.split())


def command(*words: str) -> str:
    start = f"import sys; sys.argv = {['countervail', *words]}"
    return f"{start}\nfrom countervail.cli.app import main; main()"


@pytest.mark.parametrize(
    "code",
    [
        "import countervail",
        "import countervail; countervail.__version__; dir(countervail)",
        command("--help"),
    ],
)
def test_what_needs_no_arrays_loads_none(code: str, tmp_path: Path) -> None:
    assert loaded(code, tmp_path) & ARRAYS == set()


@pytest.mark.parametrize("words", ["--version", "run --help", "ledger list --help", "world --help"])
def test_nor_does_the_help_of_a_command(words: str, tmp_path: Path) -> None:
    # Typer itself may load pydantic to read options
    assert loaded(command(*words.split()), tmp_path) & (ARRAYS - {"pydantic"}) == set()


def test_a_command_loads_no_other_command(tmp_path: Path) -> None:
    found = modules(command("compare", "--help"), tmp_path)
    assert "countervail.app.compare" in found
    others = {name.split(".")[0] for name in REQUESTS.values()} - {"compare"}
    assert not found & {f"countervail.app.{name}" for name in others}
    assert not found & {f"countervail.cli.{name}" for name in (*FUNCTIONS, *GROUPS)}


@pytest.mark.parametrize(
    "words",
    [
        ("run", "canada-china", "--draws", "0", "--horizon", "long"),
        ("run", "us-canada", "--json", "--draws", "0"),
        ("run", "ev-for-canola", "--deficits", "closed", "--json", "--draws", "0"),
        ("ledger", "list", "--as-of", "2026-01-12"),
        ("world", "info"),
        ("scenarios",),
    ],
)
def test_a_command_loads_nothing_heavy(words: tuple[str, ...], tmp_path: Path) -> None:
    found = loaded(command(*words), tmp_path)
    assert found & HEAVY == set()
    assert "countervail" in found


def test_xarray_comes_when_it_is_asked_for(tmp_path: Path) -> None:
    code = (
        "import countervail as cv\n"
        "w = cv.open_world()\n"
        "s = cv.solve(w, cv.Scenario.from_arrays(w))\n"
        "import sys\n"
        "assert 'xarray' not in sys.modules\n"
        "s.welfare\n"
    )
    assert "xarray" in loaded(code, tmp_path)
