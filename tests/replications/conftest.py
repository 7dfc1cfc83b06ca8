from __future__ import annotations

import sys
from pathlib import Path

import pytest

# replications/ is part of the source tree, not of the installed package
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


@pytest.fixture(scope="session")
def caliendo_parro_data(shared: Path) -> Path:
    """The replication data of Caliendo and Parro (2015)."""
    return shared / "data" / "caliendo-parro-2015"
