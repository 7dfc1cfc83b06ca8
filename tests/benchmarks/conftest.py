from __future__ import annotations

import sys
from pathlib import Path

import pytest

import countervail as cv

# benchmarks/ is part of the source tree, not of the installed package
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


@pytest.fixture(scope="session")
def small(oecd: cv.World) -> cv.World:
    """Five countries and three sectors made from the built-in world."""
    from benchmarks.worlds import resized

    return resized(oecd, 5, 3)
