"""One lab for all its tests: the main job's question in the built-in world merged to a few parts.

The law is the ledger's own; labels are merged so that a solve costs a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import countervail as cv

pytest.importorskip("fastapi", reason="the extra lab is not installed: countervail[lab]")

from fastapi.testclient import TestClient

from countervail.lab.asking import LabServices
from countervail.lab.bench import LabBench
from countervail.lab.server import PORT, lab_app
from countervail.lab.solving import WorkerHere
from countervail.lab.work import LabOpening, LabWork

GOODS = ("canola-seed", "pork", "electric-cars")
KEPT = ("CAN", "CHN", "USA", "MEX", "AUS", "ROW")
ORIGIN = f"http://127.0.0.1:{PORT}"


@pytest.fixture(scope="session")
def small(oecd: cv.World) -> cv.World:
    """The built-in world with three goods carved, six of its countries, and the rest one."""
    others = [c for c in oecd.countries if c not in KEPT]
    return oecd.carve(GOODS).aggregate(countries={"OTH": others})


@pytest.fixture(scope="session")
def bench(small: cv.World) -> LabBench:
    return LabBench(small, cv.open_scenario("canada-china", own=small.countries))


@pytest.fixture(scope="session")
def work(bench: LabBench) -> LabWork:
    return LabWork(bench, LabOpening())


@pytest.fixture(scope="session")
def lab(work: LabWork) -> Iterator[TestClient]:
    here = WorkerHere(work)
    app = lab_app(LabServices(here, [here]))
    with TestClient(app, base_url=ORIGIN) as client:
        yield client
