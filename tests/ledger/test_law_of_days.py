"""The law of seven days, as pages a person can read: every change of it is a change there."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

import countervail as cv

PAGES = sorted((Path(__file__).parent / "law_of").glob("*.txt"))


@pytest.fixture(scope="module")
def snapshots(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "snapshots", repository / "tools" / "snapshots.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_is_a_page_for_every_day(snapshots: ModuleType) -> None:
    assert tuple(page.stem for page in PAGES) == snapshots.DAYS


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.stem))
def test_the_law_of_a_day(snapshots: ModuleType, path: Path) -> None:
    told = snapshots.page(cv.open_ledger(), path.stem)
    assert told == path.read_text(encoding="utf-8"), "read it, then `python tools/snapshots.py`"
