"""What every test may ask for: the built-in world, the main job's answer, the reference data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import countervail as cv

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("COUNTERVAIL_SHARED") or REPOSITORY.parent / "shared")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("shared") and not (SHARED / "data").is_dir():
        pytest.skip(f"no reference data in {SHARED} (set COUNTERVAIL_SHARED to its folder)")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the source tree."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data; for tests with the marker ``shared``."""
    return SHARED


@pytest.fixture(scope="session")
def oecd() -> cv.World:
    """The built-in world."""
    return cv.open_world()


@pytest.fixture(scope="session")
def canada_china(oecd: cv.World) -> cv.Solution:
    """The main job's answer."""
    return cv.solve(oecd, cv.open_scenario("canada-china"))
