"""Every example runs as it stands, and prints what its page shows."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples"
SCRIPTS = sorted(path.name for path in FOLDER.glob("*.py"))
SHOWN = dict(
    re.findall(
        r"^```console\n\$ python examples/(\S+)\n(.*?)^```$",
        (FOLDER / "README.md").read_text("utf-8"),
        re.M | re.S,
    )
)
NEEDS_JAX = {"best_tariff.py"}


def test_every_script_is_shown() -> None:
    assert sorted(SHOWN) == SCRIPTS
    assert len(SCRIPTS) >= 3


RUN = "import runpy, sys; runpy.run_path(sys.argv[1]); sys.exit('jax' in sys.modules)"
"""Runs a script, and ends with 1 where it loaded JAX."""


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_prints_what_is_shown(name: str, tmp_path: Path) -> None:
    if name in NEEDS_JAX and find_spec("jax") is None:
        pytest.skip("JAX is not installed (pip install '.[jax]')")
    ran = subprocess.run(
        [sys.executable, "-c", RUN, str(FOLDER / name)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (name in NEEDS_JAX, "")
    assert ran.stdout == SHOWN[name]
