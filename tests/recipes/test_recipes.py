"""The recipes of CONTRIBUTING.md, each carried out in a copy of the tree: one new file, one answer.

A recipe is a section with a path in backticks before its first block, which is the file, and a last
block of commands. Nothing but that file is added.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "CONTRIBUTING.md"


class Recipe(NamedTuple):
    """A new file and what is asked once it is there."""

    title: str
    path: str
    content: str
    commands: list[list[str]]


def recipes() -> dict[str, Recipe]:
    """The recipes of the page, by title."""
    found = {}
    for section in re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.M)[1:]:
        title = section.split("\n", 1)[0]
        (path,) = re.findall(r"^`(\S+)`:$", section, re.M)
        blocks = re.findall(r"^```\w+\n(.*?)^```$", section, re.M | re.S)
        content, asked = blocks
        found[title] = Recipe(title, path, content, [*map(shlex.split, asked.splitlines())])
    return found


RECIPES = recipes()
SAID = {
    "A choice of the model": ["no_shock certificate", "welfare"],
    "A measure": ["Additional duty on bicycles", "No. 1 of 2026", "2026-06-01"],
    "An output column": ["openness", '"openness_change": {'],
    "A question": ["Canada drops the surtax on Chinese steel and aluminium", "Certified"],
    "A question of what to do": ["Who gains and loses", "CAN Canada", "Certified:"],
    "A source": ["autarky:3: 3 economies x 1 sectors"],
}
"""What an answer holds that only the new file can have brought about."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package's source, as it is without any recipe."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copytree(
        ROOT / "src", tree / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    return tree


def ask(tree: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command from a tree, in a folder where nothing else is."""
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *(words[1:] if words[0] == "python" else ["-m", *words])],
        cwd=tree,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_every_recipe_is_asked_for_something() -> None:
    assert set(SAID) == set(RECIPES)


@pytest.mark.parametrize("title", sorted(RECIPES))
def test_one_new_file_is_enough(title: str, tree: Path) -> None:
    recipe = RECIPES[title]
    file = tree / recipe.path
    assert not file.exists(), "a recipe adds a file, and changes none"
    assert file.parent.is_dir(), "a recipe needs no new folder"
    before = ask(tree, recipe.commands[-1])  # as JSON, if it is asked for in two ways
    assert SAID[title][0] not in before.stdout, "it is there without the file"
    file.write_text(recipe.content, encoding="utf-8")
    try:
        after = [ask(tree, words) for words in recipe.commands]
    finally:
        file.unlink()
    assert [(ran.returncode, ran.stderr) for ran in after] == [(0, "")] * len(after)
    printed = " ".join(" ".join(ran.stdout for ran in after).split())
    assert [word for word in SAID[title] if word not in printed] == []
