"""The house in figures, and golden answers: what they count, and what they let pass."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest


def test_circles_late_imports_and_names_are_found(tmp_path: Path) -> None:
    house = importlib.import_module("house")
    for name, text in {
        "__init__": "",
        "low": "class Same:\n    '''Words are no statement.'''\n    x = 1\n",
        "one": "from countervail import two\n",
        "two": "from countervail.one import anything\n",
        "late": "def f():\n    from countervail import low\n    return low\nclass Same: ...\n",
    }.items():
        (tmp_path / f"{name}.py").write_text(text)
    found = house.House(tmp_path)
    assert found.circles() == [["countervail.one", "countervail.two"]]
    late = [(one.module, one.imported) for one in found.imports() if one.late]
    assert late == [("countervail.late", "countervail.low")]
    assert found.names_twice() == {"Same": ["countervail.late", "countervail.low"]}
    assert found.statements()["countervail.low"] == 2


def test_there_is_no_circle_in_the_house() -> None:
    assert importlib.import_module("house").House().circles() == []


@pytest.mark.parametrize(
    ("old", "new", "reported"),
    [
        ({"a": 1.0, "b": [1, 2]}, {"a": 1.0, "b": [1, 2], "c": 3}, (0, 0, 0)),
        ({"manifest": {"a": 1}}, {"manifest": {"a": 2}}, (0, 0, 0)),
        ({"a": 1.0}, {"a": 1.0 + 1e-15}, (1, 0, 0)),
        ({"a": 1.0}, {}, (0, 1, 0)),
        ({"a": [1, 2]}, {"a": [1]}, (0, 1, 0)),
        ({"a": "CAN"}, {"a": "CHN"}, (0, 1, 0)),
        ({"a": "a sentence"}, {"a": "another one"}, (0, 0, 1)),
        ({"a": None}, {"a": 0.0}, (0, 1, 0)),
        ({"a": True}, {"a": 1}, (0, 1, 0)),
    ],
)
def test_golden_answers_differ_in_numbers_keys_or_sentences(
    old: Any, new: Any, reported: tuple[int, int, int]
) -> None:
    found = importlib.import_module("golden").Differences()
    found.look(old, new)
    assert (len(found.numbers), len(found.keys), len(found.sentences)) == reported
