"""What is asked of a change is asked alike at home and where changes are proposed."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WORKFLOW: dict[str, Any] = yaml.safe_load(
    (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
)
NOXFILE = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))


def constant(name: str) -> Any:
    """What the noxfile calls so."""
    (value,) = (
        node.value
        for node in NOXFILE.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    )
    return ast.literal_eval(value)


def commands(job: str) -> list[str]:
    return [step["run"] for step in WORKFLOW["jobs"][job]["steps"] if "run" in step]


def test_both_try_the_same_pythons_from_the_oldest_that_is_promised() -> None:
    tried = WORKFLOW["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert tried == constant("PYTHONS")
    assert PROJECT["project"]["requires-python"] == f">={tried[0]}"


def test_a_change_is_linted_typed_tested_and_built() -> None:
    assert commands("check") == [
        "pip install '.[dev]'",
        "ruff check .",
        "ruff format --check .",
        "mypy",
    ]
    assert commands("test")[-1].startswith("pytest")
    assert "python -m build" in commands("build")
    sessions = {node.name for node in NOXFILE.body if isinstance(node, ast.FunctionDef)}
    assert set(constant("nox.options.sessions")) <= sessions
    assert sessions >= {"test", "lint", "types", "docs", "golden", "house", "slow"}
