"""One lab for all its tests: the main job's question in the built-in world merged to a few parts.

The law is the ledger's own; labels are merged so that a solve costs a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import countervail as cv

pytest.importorskip("fastapi", reason="the extra lab is not installed: countervail[lab]")

from fastapi.testclient import TestClient

from countervail.lab.asking import LabServices
from countervail.lab.bench import LabBench
from countervail.lab.searching import LabSearches, SearchHere
from countervail.lab.server import PORT, lab_app
from countervail.lab.solving import WorkerHere
from countervail.lab.work import LabOpening, LabWork
from tests.lab.browsing import CHROMIUM, Served, opened

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
    services = LabServices(here, [here])
    services.searches = LabSearches(lambda words: SearchHere(work, words))
    app = lab_app(services)
    with TestClient(app, base_url=ORIGIN) as client:
        yield client


@pytest.fixture(scope="module")
def served(work: LabWork) -> Iterator[Served]:
    """The lab on a port of its own; ranges are told after one draw and after two."""
    work.drawn.held.clear()
    with pytest.MonkeyPatch.context() as patch:
        for module in ("ranging", "asking"):
            patch.setattr(f"countervail.lab.{module}.COUNTS", (1, 2))
        found = Served(work)
        yield found
        found.stop()
    work.drawn.held.clear()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for the tests of a module; without it they skip, and say why."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="the extra 'browser' is not installed"
    )
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def page(browser: Any, served: Served) -> Iterator[Any]:
    """The lab's page with its first answer."""
    made = opened(browser, served)
    yield made
    made.context.close()
