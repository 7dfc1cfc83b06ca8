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


def commands(*asked: str, unwanted: set[str]) -> str:
    """Commands one after the other in one process; one that loads what is unwanted ends it."""
    return f"""
import sys
from countervail.cli.app import main
for words in {asked!r}:
    sys.argv = ["countervail", *words.split()]
    try:
        main()
    except SystemExit as end:
        assert not end.code, words
    heavy = {unwanted!r} & {{name.split(".")[0] for name in sys.modules}}
    assert not heavy, (words, heavy)
"""


@pytest.mark.parametrize(
    "code",
    [
        "import countervail",
        "import countervail; countervail.__version__; dir(countervail)",
        commands("--help", unwanted=ARRAYS),
    ],
)
def test_what_needs_no_arrays_loads_none(code: str, tmp_path: Path) -> None:
    assert loaded(code, tmp_path) & ARRAYS == set()


def test_nor_does_the_help_of_a_command(tmp_path: Path) -> None:
    unwanted = ARRAYS - {"pydantic"}  # Typer itself may load pydantic to read options
    asked = ("--version", "run --help", "ledger list --help", "world --help")
    assert loaded(commands(*asked, unwanted=unwanted), tmp_path) & unwanted == set()


def test_a_command_loads_no_other_command(tmp_path: Path) -> None:
    found = modules(commands("compare --help", unwanted=HEAVY), tmp_path)
    assert "countervail.app.compare" in found
    others = {name.split(".")[0] for name in REQUESTS.values()} - {"compare"}
    assert not found & {f"countervail.app.{name}" for name in others}
    assert not found & {f"countervail.cli.{name}" for name in (*FUNCTIONS, *GROUPS)}


def test_a_command_loads_nothing_heavy(tmp_path: Path) -> None:
    asked = (
        "scenarios",
        "world info",
        "ledger list --as-of 2026-01-12",
        "run canada-china --draws 0 --horizon long",
        "run ev-for-canola --deficits closed --json --draws 0",
    )
    found = loaded(commands(*asked, unwanted=HEAVY), tmp_path)
    assert found & HEAVY == set()
    assert "countervail" in found


def test_what_loads_too_much_is_named(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as ended:
        loaded(commands("scenarios", unwanted={"typer"}), tmp_path)
    assert "('scenarios', {'typer'})" in ended.value.stderr


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
