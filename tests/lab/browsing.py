"""What tests of the lab's page in a browser share: a lab on a port of its own, and its page."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from typing import Any

import pytest
import uvicorn

from countervail.lab.asking import LabServices
from countervail.lab.searching import LabSearches, SearchHere
from countervail.lab.server import lab_app
from countervail.lab.solving import WorkerHere
from countervail.lab.work import LabOpening, LabWork

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 30_000


class Served:
    """The lab on a port of its own, in a thread; it can be stopped and started again."""

    def __init__(self, work: LabWork, opening: LabOpening | None = None) -> None:
        self.work, self.opening = work, opening or LabOpening()
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        here = WorkerHere(self.work)
        self.services = LabServices(here, [here], self.opening)
        self.services.searches = LabSearches(lambda words: SearchHere(self.work, words))
        app = lab_app(self.services, self.port)
        config = uvicorn.Config(app, port=self.port, log_level="error", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()


def opened(browser: Any, served: Served, fragment: str = "#h=long", **more: Any) -> Any:
    """A page of the lab that has shown its first answer: in the long run, which costs less."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **more)
    made = context.new_page()
    made.said, made.asked = [], []
    made.on("console", lambda message: made.said.append(message.text))
    made.on("pageerror", lambda fault: made.said.append(str(fault)))
    made.on("request", lambda request: made.asked.append(request))
    made.goto(served.address + fragment)
    made.wait_for_selector("body[data-painted]", timeout=PATIENCE)
    return made


def painted(page: Any) -> None:
    """Wait until the newest law is the one that is shown."""
    page.wait_for_selector("#pill:has-text('Certified')", timeout=PATIENCE)
    page.wait_for_timeout(120)
    page.wait_for_selector("#pill:has-text('Certified')", timeout=PATIENCE)


def law(page: Any) -> str:
    """The key of the law whose answer is shown."""
    return str(page.get_attribute("body", "data-key"))


def ranged(page: Any) -> str:
    """The headline once all its draws are made."""
    page.wait_for_selector("#drawn:has-text('2 draws')", timeout=PATIENCE)
    return str(page.inner_text("#headline"))


def violations(page: Any) -> list[Any]:
    """What axe-core finds against the rules of accessibility."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="the extra 'browser' is not whole"
    )
    return [
        (one["id"], [node["html"][:120] for node in one["nodes"]])
        for one in axe.Axe().run(page).response["violations"]
    ]
