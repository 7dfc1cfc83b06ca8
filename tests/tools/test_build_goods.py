"""The build of the table of goods, whole, against the shipped files."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest


@pytest.mark.shared
def test_the_table_of_goods_is_what_its_builder_makes(shared: Path, repository: Path) -> None:
    made = importlib.import_module("build_goods").build(shared)
    for name, text in made.items():
        shipped = (repository / "src/countervail/data" / name).read_text("utf-8")
        assert text == shipped, name
